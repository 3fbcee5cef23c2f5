package outbox

import (
	"math"
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
		wait = max(wait, next[i].Add(-rule.room()).Sub(now))
		next[i] = next[i].Add(rule.Every)
	}
	if wait > 0 {
		return state, wait
	}
	return next, 0
}

// Add counts n messages that went without asking, such as the answers to
// somebody's own taps: what comes next makes up for them, but a person who taps
// on and on puts nothing off for long. It is as pure as Take.
func Add(now time.Time, state Buckets, rules [2]Rule, n int) Buckets {
	for i, rule := range rules {
		if rule.Every <= 0 {
			continue
		}
		if state[i].Before(now) {
			state[i] = now
		}
		full := now.Add(rule.Every * time.Duration(max(rule.Burst, 1)))
		if next := state[i].Add(rule.Every * time.Duration(n)); next.Before(full) {
			state[i] = next
		} else if state[i].Before(full) {
			state[i] = full
		}
	}
	return state
}

// Hold empties a bucket for a time, since Telegram said so: its next message
// goes when that is over, and the burst comes back only after it.
func Hold(now, state time.Time, rule Rule, wait time.Duration) time.Time {
	held := now.Add(wait + rule.room())
	if rule.Every <= 0 || held.Before(state) {
		return state
	}
	return held
}

// Room tells how many messages a bucket has left at a moment, or how long it
// takes until it has one.
func Room(now, state time.Time, rule Rule) (int, time.Duration) {
	if rule.Every <= 0 {
		return Boundless, 0
	}
	free := now.Add(rule.room()).Sub(state)
	if free < 0 {
		return 0, -free
	}
	return min(int(free/rule.Every)+1, max(rule.Burst, 1)), 0
}

// Boundless is the room where no rule is.
const Boundless = math.MaxInt32

// room is how far a bucket's state may lie ahead while it still has a message.
func (r Rule) room() time.Duration { return r.Every * time.Duration(max(r.Burst, 1)-1) }
