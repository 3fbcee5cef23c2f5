package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/go-telegram/bot/models"

	"github.com/linli-bot/linli/bot/flow"
)

// register tells Telegram the commands in every language, where they differ
// from those it has. It tries until it is done: the bot serves meanwhile.
func (b *Bot) register(ctx context.Context) error {
	for pause := time.Second; ctx.Err() == nil; pause = min(2*pause, time.Minute) {
		err := b.registerAll(ctx)
		if err == nil {
			return nil
		}
		b.log.WarnContext(ctx, "commands not registered", "error", err)
		b.pause(ctx, pause)
	}
	return nil
}

func (b *Bot) registerAll(ctx context.Context) error {
	scope := map[string]string{"type": "all_private_chats"} // the library's scopes leave their type out of JSON
	for _, lang := range append([]string{""}, b.texts.Languages()...) {
		want := b.commands(lang)
		var has []models.BotCommand
		err := b.call.Call(ctx, "getMyCommands", map[string]any{"scope": scope, "language_code": lang}, &has)
		if err != nil {
			return fmt.Errorf("commands in %q: %w", lang, err)
		}
		if slices.Equal(has, want) {
			continue
		}
		err = b.call.Call(ctx, "setMyCommands", map[string]any{"commands": want, "scope": scope, "language_code": lang}, nil)
		if err != nil {
			return fmt.Errorf("commands in %q: %w", lang, err)
		}
	}
	return nil
}

func (b *Bot) commands(lang string) []models.BotCommand {
	if lang == "" {
		lang = b.town.Load().Language
	}
	words := b.texts.In(lang, b.clk.Now(), b.zone())
	list := make([]models.BotCommand, len(flow.Commands))
	for i, name := range flow.Commands {
		list[i] = models.BotCommand{Command: name, Description: words.T("command." + name)}
	}
	return list
}
