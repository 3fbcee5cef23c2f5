package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/outbox"
)

// What keeps a row from going out that is not Telegram's doing.
var (
	errRender = errors.New("cannot be drawn")
	errBegin  = errors.New("cannot be begun")
	errPanic  = errors.New("panic")
	errOver   = errors.New("nothing is left to tell")
)

func (c *Courier) deliver(ctx context.Context, b *Bot, row outbox.Claimed, to reader, way way) (posted, error) {
	ctx, cancel := context.WithTimeout(ctx, carryFor)
	defer cancel()
	s, err := b.draw(ctx, row, to)
	if err != nil {
		return posted{}, fmt.Errorf("%w: %w", errRender, err)
	}
	if s.Gone && row.Edits == "" {
		return posted{}, errOver
	}
	if s.Silent, err = c.attempting(ctx, row, way, s.Silent); err != nil {
		return posted{}, fmt.Errorf("%w: %w", errBegin, err)
	}
	if row.Edits == "" {
		return b.post(ctx, to.chat, s, to.v.Texts)
	}
	at := readPosted(row.Message, row.EditForm)
	switch {
	case s.Gone && s.Unpin:
		return at, b.withdrawPinned(ctx, to.chat, at)
	case s.Gone:
		return at, b.withdraw(ctx, to.chat, at)
	case s.Bare:
		return at, b.bare(ctx, to.chat, at.id)
	}
	err = b.edit(ctx, to.chat, at, s)
	if err == nil && s.Unpin {
		b.unpin(ctx, to.chat, at.id)
	}
	return at, err
}

// draw draws a row for whom it is. A group gets nothing but what was made for
// groups, and no keys under the text: there are no dialogs there. A message that
// may have arrived already makes no sound a second time, unless it is urgent.
func (b *Bot) draw(ctx context.Context, row outbox.Claimed, to reader) (s dialog.Screen, err error) {
	if row.Chat != 0 {
		s, err = b.house.RenderGroup(ctx, to.v, row.Topic, row.Args)
		s.Menu, s.Keyboard = false, nil
	} else {
		s, err = b.house.Render(ctx, to.v, row.Topic, row.Args)
	}
	s.Silent = s.Silent || row.Unknown && row.Urgency != outbox.Urgent
	return s, err
}

// settle writes down what became of a row.
func (c *Courier) settle(ctx context.Context, b *Bot, row outbox.Claimed, at posted, err error) error {
	soon := c.clk.Now().Add(backoff(row.Attempt))
	wait, limited := retryAfter(err)
	moved, migrated := movedTo(err)
	switch {
	case err == nil:
		return c.ended(row, "sent", c.box.Sent(ctx, row, at.id, at.String()))
	case errors.Is(err, outbox.ErrLate):
		return err
	case errors.Is(err, errRender):
		return c.broken(ctx, row, "not drawn", err)
	case errors.Is(err, errOver):
		return c.ended(row, "skipped", c.box.Skipped(ctx, row, "over"))
	case errors.Is(err, errBegin), neverSent(err):
		return c.ended(row, "later", c.box.Later(ctx, row, soon, false))
	case limited:
		b.limiter.Refused(ctx, c.real.Now(), row.Bucket(), wait)
		return c.ended(row, "later_429", c.box.Later(ctx, row, c.clk.Now().Add(wait), false))
	case migrated && row.Chat != 0:
		c.log.InfoContext(ctx, "group has moved", "row", row.ID)
		if err := c.ended(row, "moved", c.box.Moved(ctx, row, moved)); err != nil {
			return err
		}
		// Only now: the rows behind this one would overtake it while it is still of the old chat.
		if err := b.house.Groups.Migrated(ctx, row.Community, row.Chat, moved); err != nil {
			c.log.WarnContext(ctx, "moved group not noted", "row", row.ID, "error", err) // the next one for it will say so again
		}
		return nil
	case row.Chat != 0 && topicGone(err):
		return c.topicGone(ctx, b, row)
	case unauthorized(err): // it is the token's fault, and no row is to suffer for it
		c.log.ErrorContext(ctx, "telegram does not know the bot", "row", row.ID, "error", err)
		return c.ended(row, "later_401", c.box.Later(ctx, row, c.clk.Now().Add(time.Minute), false))
	case shutOut(err):
		return c.shutOut(ctx, b, row, err)
	case row.Edits != "" && gone(err):
		return c.ended(row, "skipped", c.box.Skipped(ctx, row, "message is gone"))
	case refusedForGood(err):
		c.log.ErrorContext(ctx, "message refused", "row", row.ID, "topic", row.Topic, "error", err)
		return c.ended(row, "failed_refused", c.box.Failed(ctx, row, "refused"))
	default: // nobody knows whether it arrived: the outbox says whether it may go once more
		return c.ended(row, "unknown", c.box.Later(ctx, row, soon, true))
	}
}

// ended counts how a row ended, where that could be written down.
func (c *Courier) ended(row outbox.Claimed, outcome string, err error) error {
	if err == nil {
		c.metrics.Sent(row.Topic, outcome)
	}
	return err
}

func backoff(attempt int) time.Duration {
	return min(time.Second<<min(attempt, 6), time.Minute)
}

// shutOut ends a row whose chat takes nothing from the bot. A person is noted as
// unreachable, and whoever sent it is told, before the row is settled: after a
// crash in between both are told once more, which changes nothing.
func (c *Courier) shutOut(ctx context.Context, b *Bot, row outbox.Claimed, err error) error {
	if row.Person != 0 {
		if err := b.people.Unreachable(ctx, row.Community, row.Person); err != nil {
			return c.broken(ctx, row, "unreachable not noted", err)
		}
		if err := b.house.Unreached(ctx, row.Community, row.Person, row.Topic, row.Args); err != nil {
			return c.broken(ctx, row, "unreachable not told", err)
		}
	}
	if row.Chat != 0 {
		if err := b.shutOutOf(ctx, row.Chat, err); err != nil {
			return c.broken(ctx, row, "lost group not noted", err)
		}
	}
	return c.ended(row, "failed_forbidden", c.box.Failed(ctx, row, whyShutOut(err)))
}

// broken puts a row off that fails by our own fault, until it is parked. While
// the database is away that is nobody's fault.
func (c *Courier) broken(ctx context.Context, row outbox.Claimed, reason string, cause error) error {
	if inbox.Away(cause) || errors.Is(cause, context.DeadlineExceeded) {
		return c.box.Later(ctx, row, c.clk.Now().Add(backoff(1)), false)
	}
	parked, err := c.box.Broken(ctx, row, reason)
	if err != nil {
		return err
	}
	if parked {
		c.metrics.Sent(row.Topic, "parked")
		c.log.ErrorContext(ctx, "outbox row parked", "row", row.ID, "topic", row.Topic, "reason", reason, "error", cause)
	} else {
		c.metrics.Sent(row.Topic, "broken")
		c.log.WarnContext(ctx, "outbox row failed", "row", row.ID, "topic", row.Topic, "reason", reason, "error", cause)
	}
	return nil
}

// shutsOut is how Telegram says that a chat takes nothing from the bot, beside
// every 403.
var shutsOut = []string{
	"bot was blocked by the user", "user is deactivated", "bot can't initiate conversation with a user",
	"bot was kicked", "bot is not a member", "group chat was deleted", "chat not found",
	"not enough rights to send text messages", "have no write access", "CHAT_WRITE_FORBIDDEN",
}

// whyShutOut is what of the answer is kept: a known text, since an unknown one
// might quote the message.
func whyShutOut(err error) string {
	for _, text := range shutsOut {
		if strings.Contains(err.Error(), text) {
			return text
		}
	}
	return "forbidden"
}

func shutOut(err error) bool {
	return errors.Is(err, tg.ErrorForbidden) || errors.Is(err, tg.ErrorBadRequest) && whyShutOut(err) != "forbidden"
}
