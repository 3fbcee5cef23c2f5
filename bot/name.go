package bot

import (
	"context"
	"fmt"
	"time"
)

// name is the bot's username at Telegram; empty until it is known.
func (b *Bot) name() string {
	name, _ := b.username.Load().(string) // it holds nothing else
	return name
}

// learnName asks for the bot's username where it was not known at the start.
func (b *Bot) learnName(ctx context.Context) error {
	for pause := time.Second; b.name() == "" && ctx.Err() == nil; pause = min(2*pause, time.Minute) {
		me, err := b.call.Me(ctx)
		if err == nil && me.Username != "" {
			b.username.Store(me.Username)
			return nil
		}
		b.log.WarnContext(ctx, "the bot's name is not known yet", "error", err)
		b.pause(ctx, pause)
	}
	return nil
}

// Link is a link that opens the bot with a payload.
func (b *Bot) Link(ctx context.Context, payload string) (string, error) {
	name := b.name()
	if name == "" {
		me, err := b.call.Me(ctx)
		if err != nil {
			return "", fmt.Errorf("link: %w", err)
		}
		name = me.Username
		b.username.Store(name)
	}
	return Link(name, payload), nil
}

// Link opens the bot of a username with a payload.
func Link(username, payload string) string { return "https://t.me/" + username + "?start=" + payload }
