package bot

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/trace"
)

const (
	pollFor    = 30 * time.Second   // a long poll waits this long for updates
	quietWeek  = 6 * 24 * time.Hour // after it Telegram may number updates anew
	mostPause  = 5 * time.Second    // between attempts while something is down
	standBy    = time.Second        // between looks whether another still leads
	mostPolled = 100                // updates at once, Telegram's most: fewer means that no more wait
)

// kinds are the updates asked for: no others are read.
var kinds = []string{"message", "edited_message", "callback_query", "my_chat_member"}

// poll takes updates in: each batch is committed to the inbox before the next
// request acknowledges it, so that a crash at any moment loses none. It begins
// without an offset, as Telegram knows best what is not acknowledged. Of
// several processes one polls, and the others stand by.
func (b *Bot) poll(ctx context.Context) error {
	var (
		offset int64
		last   = b.real.Now()
		pause  time.Duration
		wait   time.Duration // none at first: whether Telegram answers is known at once
	)
	for ctx.Err() == nil {
		if !b.leads(ctx, b.community.ID) {
			offset, wait = 0, 0
			b.polled.Store(b.real.Now().Unix()) // whoever leads is asked in its place
			b.pause(ctx, standBy)
			continue
		}
		updates, err := b.receive(ctx, offset, wait)
		if err == nil && len(updates) > 0 {
			err = b.store(ctx, updates)
		}
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			pause = min(max(2*pause, 100*time.Millisecond), mostPause)
			wait = 0         // as at first: who waits for an answer learns at once that it is over
			b.noted.Store(0) // and so does heard, which looks at how long it was
			if wait, ok := retryAfter(err); ok {
				pause = wait
			}
			b.log.WarnContext(ctx, "taking updates in failed", "pause", pause, "error", err)
			b.pause(ctx, pause)
			continue
		}
		pause, wait = 0, pollFor
		b.heard(ctx, len(updates) < mostPolled)
		switch now := b.real.Now(); {
		case len(updates) > 0:
			last = now
			for _, u := range updates {
				if u.ID != 0 { // one without a number comes with the next as well: it is known then
					offset = u.ID + 1
				}
			}
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
	read bool // it was understood
}

// receive asks for updates and waits so long for the first.
func (b *Bot) receive(ctx context.Context, offset int64, wait time.Duration) ([]received, error) {
	ctx, cancel := context.WithTimeout(ctx, pollFor+callTimeout)
	defer cancel()
	var raw []json.RawMessage
	err := b.call.call(ctx, "getUpdates", map[string]any{
		"offset": offset, "timeout": int(wait.Seconds()), "limit": mostPolled, "allowed_updates": kinds,
	}, &raw)
	if errors.Is(err, tg.ErrorConflict) {
		return nil, b.conflict(ctx, err)
	}
	if err != nil {
		return nil, err
	}
	updates := make([]received, len(raw))
	for i, body := range raw {
		updates[i] = arrived(body)
	}
	return updates, nil
}

// arrived decodes an update alone: one that cannot be read is kept as it came and
// stops no other. Where not even its number can be read, that is 0.
func arrived(body json.RawMessage) received {
	u, err := readUpdate(body)
	if err != nil {
		var id struct {
			ID int64 `json:"update_id"`
		}
		_ = json.Unmarshal(body, &id) // 0 then
		u = update{ID: id.ID}
	}
	return received{u, body, err == nil}
}

// conflict tells who else asks for the bot's updates. A webhook that an earlier
// setting left behind is taken away; Telegram keeps what waits.
func (b *Bot) conflict(ctx context.Context, err error) error {
	if !strings.Contains(err.Error(), "webhook") {
		b.log.ErrorContext(ctx, "another program polls for this bot: its updates are shared out between the two")
		return err
	}
	b.log.WarnContext(ctx, "a webhook is set, and no WEBHOOK_URL is: it is taken away")
	return errors.Join(err, b.call.Call(ctx, "deleteWebhook", struct{}{}, nil))
}

const (
	safetyFirst = 3 * time.Second // an answer waits this long for the safety text, to stand below it
	safetyFor   = time.Minute     // in which it is tried
)

// safety sends the safety text for words of danger from memory alone: also
// with every store down, and once however often the batch comes again. It
// holds up nobody, and nobody who is rung waits for it.
func (b *Bot) safety(ctx context.Context, u *update) {
	from := u.sender()
	m := u.Message
	if u.Edited != nil {
		m = u.Edited
	}
	if from == nil || m == nil || len(m.Forward) > 0 {
		return
	}
	d := flow.FindDanger(m.Text+" "+m.Caption, b.town.Load().DangerWords)
	if _, warned := b.warned.load(u.ID); warned || d.Alarm == flow.NoAlarm {
		return
	}
	said := make(chan struct{})
	b.warned.store(u.ID, said)
	lang, ok := b.languages.load(m.Chat.ID)
	if !ok {
		lang, _ = b.texts.Match(from.Language)
	}
	words := b.texts.In(lang, b.clk.Now(), b.zone())
	ctx = trace.With(context.WithoutCancel(ctx), trace.Update, u.ID)
	b.saying.Go(func() {
		defer close(said)
		ctx, cancel := context.WithTimeout(ctx, safetyFor)
		defer cancel()
		if err := b.insist(ctx, m.Chat.ID, screenOf(flow.SafetyText(words, *b.town.Load(), d)), words); err != nil {
			b.log.ErrorContext(ctx, "safety text not sent", "update", u.ID, "error", err)
		}
	})
}

// insist posts a screen until it arrives or is refused for good, as long as ctx
// lasts. Where nobody knows whether it arrived it goes again, less and less often.
func (b *Bot) insist(ctx context.Context, chat int64, s dialog.Screen, words dialog.Texts) error {
	for pause := time.Second; ; pause *= 2 {
		_, err := b.post(ctx, chat, s, words)
		if err == nil || refusedForGood(err) {
			return err
		}
		rest := pause
		if wait, limited := retryAfter(err); limited {
			rest = wait
		}
		if b.real.Until(ctx, b.real.Now().Add(rest)) != nil {
			return err
		}
	}
}

// afterSafety waits a moment for the safety text of an update, so that what
// follows it stands below it.
func (b *Bot) afterSafety(ctx context.Context, update int64) {
	said, ok := b.warned.load(update)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, safetyFirst)
	defer cancel()
	select {
	case <-said:
	case <-ctx.Done():
	}
	b.warned.forget(update)
}
