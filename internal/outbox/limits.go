package outbox

import (
	"sync"
	"time"
)

// Rule is a rate limit: one message every Every, and up to Burst at once. The
// zero Rule limits nothing.
type Rule struct {
	Every time.Duration
	Burst int
}

// Rules are the limits of one bot: over all chats, for one person and for one
// group. The zero Rules limit nothing.
type Rules struct{ All, Chat, Group Rule }

// TelegramRules keep below what Telegram allows: 25 a second over all, one a
// second to a person and one in four seconds to a group, with small bursts.
// Source: core.telegram.org/bots/faq, "My bot is hitting limits".
var TelegramRules = Rules{
	All:   Rule{Every: time.Second / 25, Burst: 5},
	Chat:  Rule{Every: time.Second, Burst: 3},
	Group: Rule{Every: 4 * time.Second, Burst: 5},
}

// bucket is one rule's memory: when the next message would be due if they came
// evenly (the theoretical arrival time of the generic cell rate algorithm).
type bucket time.Time

// wait tells how long a message must wait at a moment, and the bucket after it.
func (r Rule) wait(b bucket, at time.Time) (time.Duration, bucket) {
	if r.Every == 0 {
		return 0, b
	}
	next := time.Time(b)
	if next.Before(at) {
		next = at
	}
	allowed := next.Add(r.Every - r.Every*time.Duration(r.Burst))
	return max(0, allowed.Sub(at)), bucket(next.Add(r.Every))
}

// Limiter keeps to the rules within one process.
type Limiter struct {
	rules Rules

	mu    sync.Mutex
	all   bucket
	chats map[int64]bucket
}

// NewLimiter returns a limiter with these rules.
func NewLimiter(rules Rules) *Limiter { return &Limiter{rules: rules, chats: map[int64]bucket{}} }

// sweepAt is how many chats are remembered before those that have rested are
// forgotten.
const sweepAt = 10000

// Take lets a message to a chat go at a real moment, or tells how long it must
// wait: then nothing is taken from any bucket.
func (l *Limiter) Take(at time.Time, chat int64) time.Duration {
	rule := l.rules.Chat
	if chat < 0 {
		rule = l.rules.Group
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	waitAll, all := l.rules.All.wait(l.all, at)
	waitChat, one := rule.wait(l.chats[chat], at)
	if wait := max(waitAll, waitChat); wait > 0 {
		return wait
	}
	l.all = all
	if rule.Every > 0 {
		l.chats[chat] = one
	}
	if len(l.chats) > sweepAt {
		for chat, b := range l.chats {
			if time.Time(b).Before(at) {
				delete(l.chats, chat)
			}
		}
	}
	return 0
}
