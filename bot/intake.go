package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	tg "github.com/go-telegram/bot"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/inbox"
)

const (
	pollFor   = 30 * time.Second   // a long poll waits this long for updates
	quietWeek = 6 * 24 * time.Hour // after it Telegram may number updates anew
	mostPause = 5 * time.Second    // between attempts while something is down
)

// kinds are the updates asked for: no others are read.
var kinds = []string{"message", "callback_query", "my_chat_member"}

// poll takes updates in: each batch is committed to the inbox before the next
// request acknowledges it, so that a crash at any moment loses none. It begins
// without an offset, as Telegram knows best what is not acknowledged.
func (b *Bot) poll(ctx, work context.Context) error {
	var (
		offset int64
		last   = b.real.Now()
		pause  time.Duration
		wait   time.Duration // none at first: whether Telegram answers is known at once
	)
	for ctx.Err() == nil {
		updates, err := b.receive(ctx, offset, wait)
		if err == nil && len(updates) > 0 {
			err = b.store(ctx, work, updates)
		}
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			pause = min(max(2*pause, 100*time.Millisecond), mostPause)
			if wait, ok := retryAfter(err); ok {
				pause = wait
			}
			b.log.WarnContext(ctx, "taking updates in failed", "pause", pause, "error", err)
			b.pause(ctx, pause)
			continue
		}
		pause, wait = 0, pollFor
		b.polled.Store(b.real.Now().Unix())
		switch now := b.real.Now(); {
		case len(updates) > 0:
			offset, last = updates[len(updates)-1].ID+1, now
		case now.Sub(last) > quietWeek:
			offset, last = 0, now
		}
	}
	return ctx.Err()
}

// received is an update as it came, with the little that intake reads of it.
type received struct {
	update
	body json.RawMessage
}

// receive asks for updates and waits so long for the first. Each is decoded
// alone: one that cannot be read is stored as it is and stops no other.
func (b *Bot) receive(ctx context.Context, offset int64, wait time.Duration) ([]received, error) {
	ctx, cancel := context.WithTimeout(ctx, pollFor+callTimeout)
	defer cancel()
	var raw []json.RawMessage
	err := b.call.call(ctx, "getUpdates", map[string]any{
		"offset": offset, "timeout": int(wait.Seconds()), "limit": 100, "allowed_updates": kinds,
	}, &raw)
	if errors.Is(err, tg.ErrorConflict) {
		return nil, fmt.Errorf("another program polls for this bot: %w", err)
	}
	if err != nil {
		return nil, err
	}
	updates := make([]received, 0, len(raw))
	for _, body := range raw {
		u, err := readUpdate(body)
		if err != nil {
			var id struct {
				ID int64 `json:"update_id"`
			}
			if json.Unmarshal(body, &id) != nil {
				return nil, fmt.Errorf("an update without a number: %w", err)
			}
			u = update{ID: id.ID}
		}
		updates = append(updates, received{u, body})
	}
	return updates, nil
}

// store answers danger at once, commits the batch to the inbox and hands it to
// the lanes.
func (b *Bot) store(ctx, work context.Context, updates []received) error {
	rows := make([]inbox.Update, len(updates))
	for i := range updates {
		u := &updates[i]
		b.safety(work, &u.update)
		rows[i] = inbox.Update{Community: b.community.ID, ID: u.ID, Chat: u.lane(), Body: u.body}
	}
	stored, err := b.inbox.Put(ctx, rows)
	if err == nil && len(stored) < len(rows) {
		// Some were there already: of a commit whose end nobody heard, or of a
		// process that is no more and whose commit ended after we began.
		stored, err = b.unfinished(ctx)
	}
	if err != nil {
		return fmt.Errorf("store updates: %w", err)
	}
	for _, row := range stored {
		b.take(work, row)
	}
	return nil
}

// unfinished lists what waits and is in no lane. A row that was in one before
// the list was read may be done by now, and would be played a second time.
func (b *Bot) unfinished(ctx context.Context) ([]inbox.Row, error) {
	inHand := b.inHand.all()
	rows, err := b.inbox.Unfinished(ctx, b.community.ID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(row inbox.Row) bool { return inHand[row.ID] }), nil
}

// take hands a row to its lane, once while it is being worked through.
func (b *Bot) take(work context.Context, row inbox.Row) {
	if _, taken := b.inHand.load(row.ID); taken {
		return
	}
	b.inHand.store(row.ID, true)
	b.lanes.put(work, row.Chat, row)
}

// safety sends the safety text for words of danger from memory alone: also
// with every store down, and once however often the batch comes again. It
// holds up nobody but the turn that goes on with the danger.
func (b *Bot) safety(ctx context.Context, u *update) {
	from := u.sender()
	if from == nil || u.Message == nil || len(u.Message.Forward) > 0 {
		return
	}
	d := flow.FindDanger(u.Message.Text + " " + u.Message.Caption)
	if _, warned := b.warned.load(u.ID); warned || d.Alarm == flow.NoAlarm {
		return
	}
	said := make(chan struct{})
	b.warned.store(u.ID, said)
	lang, ok := b.languages.load(u.Message.Chat.ID)
	if !ok {
		lang, _ = b.texts.Match(from.Language)
	}
	words := b.texts.In(lang, b.clk.Now(), b.zone())
	b.saying.Go(func() {
		defer close(said)
		ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		_, err := b.post(ctx, u.Message.Chat.ID, screenOf(flow.SafetyText(words, d)), words)
		if err != nil {
			b.log.ErrorContext(ctx, "safety text not sent", "update", u.ID, "error", err)
		}
	})
}

// afterSafety waits for the safety text of an update, so that what follows it
// stands below it.
func (b *Bot) afterSafety(update int64) {
	if said, ok := b.warned.load(update); ok {
		<-said
		b.warned.forget(update)
	}
}
