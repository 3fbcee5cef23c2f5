package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/session"
)

// again is an update of our own: after an outage the questions that are open
// are asked again, as Telegram drops taps that nobody reads for 150 seconds. It
// goes through the inbox like all others, and so in the order of its chat.
type again struct {
	After int64 `json:"after"` // a row of the inbox: whoever wrote since then was asked anew; 0 stands for all chats
}

type own struct {
	Again *again `json:"linli_again"`
}

// heard notes that updates come in, now and then.
func (b *Bot) heard(ctx context.Context, drained bool) {
	now := b.real.Now()
	b.polled.Store(now.Unix())
	if now.Sub(time.Unix(b.noted.Load(), 0)) < heardEvery {
		return
	}
	body, err := json.Marshal(own{&again{}})
	if err != nil {
		b.log.ErrorContext(ctx, "own update not written", "error", err)
		return
	}
	outage, err := b.inbox.Heard(ctx, b.community.ID, drained, body)
	switch {
	case err != nil && ctx.Err() == nil:
		b.log.WarnContext(ctx, "hearing not noted", "error", err)
		return
	case outage:
		b.log.WarnContext(ctx, "updates come in again after an outage: open questions are asked again")
		b.Look()
	}
	b.noted.Store(now.Unix())
}

// askAllAgain brings an update of our own into every chat with an open question.
func (b *Bot) askAllAgain(ctx context.Context, row inbox.Row) error {
	body, err := json.Marshal(own{&again{After: row.ID}})
	if err != nil {
		return fmt.Errorf("write own update: %w", err)
	}
	var open []inbox.Update
	err = b.sessions.Each(ctx, b.community.Bot, func(chat int64, st session.State) {
		if asksStill(st) && st.Applied < row.ID {
			open = append(open, inbox.Update{Community: b.community.ID, Chat: chat, Body: body})
		}
	})
	if err != nil {
		return fmt.Errorf("%w: %w", errAgain, err)
	}
	if err := b.house.AskAgain(ctx, b.community.ID, "again:"+strconv.FormatInt(row.ID, 10)); err != nil {
		return err
	}
	for len(open) > 0 {
		n := min(len(open), mostAtOnce)
		if _, err := b.inbox.Put(ctx, open[:n]); err != nil {
			return fmt.Errorf("%w: %w", errAgain, err)
		}
		open = open[n:]
	}
	b.Look()
	return nil
}

// asksStill reports whether a question waits for a tap.
func asksStill(st session.State) bool {
	return st.Origin == session.Kept && flow.Asks(st.Shown.Screen)
}

// askAgain shows the present question once more.
func (t *turn) askAgain(ctx context.Context, after int64) error {
	if !asksStill(t.st) || t.st.Applied > after {
		return nil
	}
	note := t.v.Texts.T("tap.again")
	if t.st.Open != nil {
		out, err := t.question(ctx, note)
		if err != nil {
			return err
		}
		return t.finish(ctx, out)
	}
	screen := t.st.Shown.Screen
	screen.Text = note + "\n" + screen.Text
	return t.finish(ctx, outcome{screen: screen, where: flow.Apart})
}
