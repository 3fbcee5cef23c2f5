package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/go-telegram/bot/models"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// register tells Telegram the commands per scope and language, what the bot says
// of itself, and the menu button, where they differ from those it has. It tries
// until it is done: the bot serves meanwhile.
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

// registration is one thing that Telegram keeps of a bot.
type registration struct {
	get, set string
	of       map[string]any // which one: scope, language, chat
	as       string         // the parameter that sets it
	is       any
	told     any // as get answers
}

func (b *Bot) registerAll(ctx context.Context) error {
	everybody, err := b.withServices(ctx, flow.Commands, people.Actor{})
	if err != nil {
		return err
	}
	for _, r := range b.registrations(everybody) {
		if err := b.ensure(ctx, r); err != nil {
			return err
		}
	}
	serving, err := b.people.Serving(ctx, b.community.ID)
	if err != nil {
		return fmt.Errorf("commands of those who serve: %w", err)
	}
	for _, person := range serving {
		if err := b.registerPerson(ctx, person); err != nil && !refusedForGood(err) { // nobody is there any more
			return err
		}
	}
	return nil
}

// registrations are what everybody sees, in every language; "" is that of
// whoever speaks none of ours.
func (b *Bot) registrations(everybody []string) []registration {
	var all []registration
	for _, lang := range append([]string{""}, b.texts.Languages()...) {
		for scope, commands := range map[string][]string{
			"all_private_chats":       everybody,
			"all_group_chats":         flow.GroupCommands,
			"all_chat_administrators": flow.AdminCommands,
		} {
			of := map[string]any{"scope": map[string]any{"type": scope}, "language_code": lang} // the library's scopes leave their type out of JSON
			all = append(all, commandsIn(of, b.commands(lang, commands)))
		}
		words := b.texts.In(b.spoken(lang), b.clk.Now(), b.zone())
		all = append(all,
			profile("Description", "description", lang, words.T("profile.long")),
			profile("ShortDescription", "short_description", lang, words.T("profile.short")))
	}
	button := map[string]any{"type": "commands"}
	return append(all, registration{"getChatMenuButton", "setChatMenuButton", map[string]any{}, "menu_button", button, button})
}

func commandsIn(of map[string]any, list []models.BotCommand) registration {
	return registration{"getMyCommands", "setMyCommands", of, "commands", list, list}
}

func profile(method, field, lang, text string) registration {
	return registration{
		"getMy" + method, "setMy" + method, map[string]any{"language_code": lang}, field, text, map[string]any{field: text},
	}
}

// ensure sets one thing, where Telegram has it otherwise.
func (b *Bot) ensure(ctx context.Context, r registration) error {
	var has json.RawMessage
	if err := b.call.Call(ctx, r.get, r.of, &has); err != nil {
		return fmt.Errorf("%s of %v: %w", r.get, r.of, err)
	}
	same, err := sameJSON(has, r.told)
	if err != nil || same {
		return err
	}
	params := maps.Clone(r.of)
	params[r.as] = r.is
	if err := b.call.Call(ctx, r.set, params, nil); err != nil {
		return fmt.Errorf("%s of %v: %w", r.set, r.of, err)
	}
	return nil
}

// sameJSON compares what Telegram has with what it should have.
func sameJSON(has json.RawMessage, want any) (bool, error) {
	raw, err := json.Marshal(want)
	if err != nil {
		return false, err
	}
	var forms [2][]byte
	for i, text := range [][]byte{has, raw} {
		var value any
		if json.Unmarshal(text, &value) != nil {
			return false, nil // what cannot be read is set anew
		}
		if forms[i], err = json.Marshal(value); err != nil {
			return false, err
		}
	}
	return bytes.Equal(forms[0], forms[1]), nil
}

// spoken is the language that stands for "": the community's.
func (b *Bot) spoken(lang string) string {
	if lang == "" {
		return b.town.Load().Language
	}
	return lang
}

func (b *Bot) commands(lang string, names []string) []models.BotCommand {
	words := b.texts.In(b.spoken(lang), b.clk.Now(), b.zone())
	list := make([]models.BotCommand, len(names))
	for i, name := range names {
		list[i] = models.BotCommand{Command: name, Description: words.T("command." + name)}
	}
	return list
}

// registerPerson shows somebody in their chat the commands of who they are, in
// their language; whoever has no part in the work sees those of everybody.
func (b *Bot) registerPerson(ctx context.Context, person int64) error {
	p, err := b.people.Person(ctx, b.community.ID, person)
	if err != nil || p.Telegram == 0 {
		return err
	}
	a, err := b.people.Actor(ctx, b.community.ID, person)
	if err != nil {
		return err
	}
	names, own := flow.CommandsOf(a)
	if names, err = b.withServices(ctx, names, a); err != nil {
		return err
	}
	of := map[string]any{"scope": map[string]any{"type": "chat", "chat_id": p.Telegram}}
	if own {
		return b.ensure(ctx, commandsIn(of, b.commands(p.Language, names)))
	}
	if err := b.call.Call(ctx, "deleteMyCommands", of, nil); err != nil {
		return fmt.Errorf("commands of person %d: %w", person, err)
	}
	return nil
}

// withServices adds the commands of what the community has: a kitchen, a hall for children.
func (b *Bot) withServices(ctx context.Context, names []string, a people.Actor) ([]string, error) {
	_, err := b.house.Lunch.Kitchen(ctx, b.community.ID)
	switch {
	case err == nil:
		names = flow.WithKitchen(names, a)
	case !refusal.Is(err, refusal.NotFound):
		return nil, fmt.Errorf("whether there is a kitchen: %w", err)
	}
	_, err = b.house.Childcare.House(ctx, b.community.ID)
	switch {
	case err == nil:
		names = flow.WithHall(names, a)
	case !refusal.Is(err, refusal.NotFound):
		return nil, fmt.Errorf("whether children are minded: %w", err)
	}
	return names, nil
}

// chatCommands is the job after somebody's roles or language changed, or a service of the
// community began or ended.
func (b *Bot) chatCommands(ctx context.Context, args []byte) error {
	var a people.CommandsArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("commands: %w", err)
	}
	if a.Person == 0 {
		return b.registerAll(ctx)
	}
	return b.registerPerson(ctx, a.Person)
}
