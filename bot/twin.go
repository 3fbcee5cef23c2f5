package bot

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/outbox"
)

// oneOfTwins leaves one copy of a message that arrived twice, or would: the one whose
// button is tapped. What is changed later must be what its reader uses, and another
// copy would go on asking what was answered.
func (t *turn) oneOfTwins(ctx context.Context) error {
	c := t.u.Callback
	if c == nil || c.Message == nil {
		return nil
	}
	subject, ok := flow.SubjectAsked(c.Data)
	if !ok {
		return nil
	}
	of := t.b.community.ID
	twin, ok, err := t.b.outbox.TwinOf(ctx, of, t.v.Person.ID, subject, c.Message.ID, time.Unix(c.Message.Date, 0))
	if err != nil || !ok {
		return err
	}
	if twin.Message != 0 {
		if err := t.b.withdraw(ctx, t.row.Chat, readPosted(twin.Message, twin.Form)); err != nil {
			return fmt.Errorf("%w: take away a second copy: %w", errAgain, err)
		}
	}
	return t.b.outbox.Adopt(ctx, of, twin, c.Message.ID, posted{id: c.Message.ID, form: formOf(c.Message)}.String())
}

// orphan takes away what was sent for a row that knows another copy by now.
func (c *Courier) orphan(ctx context.Context, b *Bot, row outbox.Claimed, chat int64, at posted) {
	known, _, err := c.box.MessageOf(ctx, row.Community, row.Key)
	if err != nil || known == at.id {
		return // it is in another worker's hands, or it is this one
	}
	if err := b.withdraw(ctx, chat, at); err != nil {
		c.log.WarnContext(ctx, "a second copy stays", "row", row.ID, "error", err)
	}
}
