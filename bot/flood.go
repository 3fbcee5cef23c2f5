package bot

import (
	"context"
	"time"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/outbox"
)

// FloodRule is what one person may send: sixty at once, then two a second. An
// album and a shaky finger stay far below it.
var FloodRule = outbox.Rule{Every: 500 * time.Millisecond, Burst: 60}

// toldEvery is how often somebody who floods is told so.
const toldEvery = time.Minute

// flood is how much came from one chat of late.
type flood struct {
	at     time.Time // when the last of it was sent
	behind bool      // it waited at Telegram
	bucket outbox.Buckets
	told   time.Time
}

// isFlood reports whether a row is one too many of its person: it is left
// unread, and the person is told, once a minute. Words of danger always pass.
func (b *Bot) isFlood(ctx context.Context, row inbox.Row, u *update) bool {
	if b.flood.Every <= 0 || u.sender() == nil {
		return false
	}
	now := b.real.Now()
	f, _ := b.floods.load(row.Chat)
	f.sent(u, b.clk.Now())
	next, wait := outbox.Take(f.at, f.bucket, [2]outbox.Rule{b.flood})
	f.bucket = next
	defer func() { b.floods.store(row.Chat, f) }()
	if wait == 0 || u.Message != nil && flow.FindDanger(u.Message.Text+" "+u.Message.Caption, b.town.Load().DangerWords).Alarm != flow.NoAlarm {
		return false
	}
	if now.Sub(f.told) > toldEvery {
		f.told = now
		b.metrics.Turn("flood", 0)
		b.log.WarnContext(ctx, "a person floods: what comes is left unread for a while", "chat", row.Chat)
		words := b.wordsOf(row.Chat)
		if _, err := b.post(ctx, row.Chat, screenOf(words.T("flood.slow_down", "phone", b.phone(words))), words); err != nil {
			b.log.WarnContext(ctx, "flood not told", "chat", row.Chat, "error", err)
		}
	}
	return true
}

// fresh is how long something is on its way that did not wait at Telegram.
const fresh = 10 * time.Second

// sent notes when a person sent something: what waited at Telegram while linli
// was away was no flood. A tap bears no time; it came with the messages around
// it.
func (f *flood) sent(u *update, now time.Time) {
	at := now
	if u.Message != nil {
		at = time.Unix(u.Message.Date, 0)
		f.behind = now.Sub(at) > fresh
	} else if f.behind {
		return
	}
	if at.After(f.at) {
		f.at = at
	}
}

// forgetCalm drops what is remembered of chats that have been calm since.
func (b *Bot) forgetCalm() {
	now, story := b.real.Now(), b.clk.Now()
	b.floods.drop(func(f flood) bool { return f.bucket[0].Before(story) && now.Sub(f.told) > toldEvery })
}
