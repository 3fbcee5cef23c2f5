package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	tg "github.com/go-telegram/bot"

	"github.com/linli-bot/linli/internal/people"
)

// ownJobs are the jobs of the outbox that are done at Telegram alone; all others
// are the conversations' to do.
var ownJobs = map[string]func(b *Bot, ctx context.Context, args []byte) error{
	"chat.leave":         (*Bot).leave,
	people.CommandsTopic: (*Bot).chatCommands,
}

// leave takes the bot out of a group that nobody has tied by now.
func (b *Bot) leave(ctx context.Context, args []byte) error {
	var a struct {
		Group int64 `json:"group"`
	}
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("leave a group: %w", err)
	}
	g, err := b.house.Groups.Unclaimed(ctx, b.community.ID, a.Group)
	if err != nil {
		return err
	}
	err = b.call.Call(ctx, "leaveChat", &tg.LeaveChatParams{ChatID: g.Chat}, nil)
	if moved, is := movedTo(err); is { // the next try finds it
		return errors.Join(err, b.house.Groups.Migrated(ctx, b.community.ID, g.Chat, moved))
	}
	if err != nil && !shutOut(err) { // shut out, it is gone already
		return fmt.Errorf("leave group %d: %w", a.Group, err)
	}
	return b.house.Groups.Gone(ctx, b.community.ID, g.Chat)
}
