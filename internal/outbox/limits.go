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

// For lists the rules that a message to a chat must keep: groups have negative
// ids at Telegram.
func (r Rules) For(chat int64) [2]Rule {
	if chat < 0 {
		return [2]Rule{r.All, r.Group}
	}
	return [2]Rule{r.All, r.Chat}
}

// Buckets are the memory of the rules beside them: of each, when its next
// message would be due if they came evenly (the theoretical arrival time of the
// generic cell rate algorithm). The zero time is a full bucket.
type Buckets [2]time.Time

// Take takes one message out of every bucket and returns them as they are then;
// or, where one has none left, takes nothing and tells how long to wait. It is
// pure: now is real time, since a moved clock does not move Telegram.
func Take(now time.Time, state Buckets, rules [2]Rule) (Buckets, time.Duration) {
	var wait time.Duration
	next := state
	for i, rule := range rules {
		if rule.Every <= 0 {
			continue
		}
		if next[i].Before(now) {
			next[i] = now
		}
		room := rule.Every * time.Duration(max(rule.Burst, 1)-1)
		wait = max(wait, next[i].Add(-room).Sub(now))
		next[i] = next[i].Add(rule.Every)
	}
	if wait > 0 {
		return state, wait
	}
	return next, 0
}

// Limiter keeps to the rules within one process.
type Limiter struct {
	rules Rules

	mu      sync.Mutex
	all     time.Time
	chats   map[int64]time.Time
	sweepAt int
}

// NewLimiter returns a limiter with these rules.
func NewLimiter(rules Rules) *Limiter {
	return &Limiter{rules: rules, chats: map[int64]time.Time{}, sweepAt: sweepFrom}
}

// sweepFrom is how many chats are remembered before the full buckets among
// them are forgotten.
const sweepFrom = 1000

// Take lets a message to a chat go at a real moment, or tells how long it must
// wait: then nothing is taken from any bucket.
func (l *Limiter) Take(at time.Time, chat int64) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	rules := l.rules.For(chat)
	next, wait := Take(at, Buckets{l.all, l.chats[chat]}, rules)
	if wait > 0 {
		return wait
	}
	l.all = next[0]
	if rules[1].Every > 0 {
		l.chats[chat] = next[1]
	}
	if len(l.chats) >= l.sweepAt {
		l.sweep(at)
	}
	return 0
}

// Count notes a message that goes at once, such as the answer to somebody's own
// tap: it waits for nothing, and what comes next makes up for it.
func (l *Limiter) Count(at time.Time, chat int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	state := Buckets{l.all, l.chats[chat]}
	rules := l.rules.For(chat)
	for i, rule := range rules {
		if state[i].Before(at) {
			state[i] = at
		}
		most := at.Add(rule.Every * time.Duration(max(rule.Burst, 1)))
		if state[i] = state[i].Add(rule.Every); state[i].After(most) {
			state[i] = most // a person who taps on and on puts nothing off for long
		}
	}
	l.all = state[0]
	if rules[1].Every > 0 {
		l.chats[chat] = state[1]
	}
	if len(l.chats) >= l.sweepAt {
		l.sweep(at)
	}
}

// sweep forgets the full buckets; the next sweep waits until as many again have
// come, so that a busy hour does not sweep at every message.
func (l *Limiter) sweep(at time.Time) {
	for chat, full := range l.chats {
		if !full.After(at) {
			delete(l.chats, chat)
		}
	}
	l.sweepAt = max(sweepFrom, 2*len(l.chats))
}
