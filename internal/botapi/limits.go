package botapi

import (
	"strings"
	"time"
)

// Limits are how much a bot may send, in real time; a zero Limit is none. The
// public server's own are about 30 a second over all chats, one a second to a
// chat with short bursts, and 20 a minute to a group, edits included.
type Limits struct {
	All   Limit // over all chats
	Chat  Limit // to one person
	Group Limit // to one group or channel
}

// Limit is so many messages within any time of that length. What goes beyond
// is refused with 429 and the time until there is room; refused calls do not
// count.
type Limit struct {
	Messages int
	Per      time.Duration
}

// traffic is what a bot has sent lately: to chats by their ids, over all of
// them under 0.
type traffic map[int64][]time.Time

// load tells how many messages a call counts for: sends, and in groups edits.
func (c call) load() int {
	switch {
	case c.method == "sendchataction":
		return 0
	case c.method == "sendmediagroup":
		return max(c.args.count("media"), 1)
	case c.method == "copymessages", c.method == "forwardmessages":
		return max(c.args.count("message_ids"), 1)
	case strings.HasPrefix(c.method, "send"), c.method == "copymessage", c.method == "forwardmessage":
		return 1
	case strings.HasPrefix(c.method, "editmessage") && c.chat < 0:
		return 1
	}
	return 0
}

// count is the length of a list among the parameters.
func (a *args) count(name string) int {
	value, _ := decodeJSON(a.str(name)) // what is no list has none
	list, _ := value.([]any)
	return len(list)
}

// throttle refuses a call that goes beyond a limit; under the bot's lock.
func (b *Bot) throttle(chat int64, load int) *apiError {
	limits, now := b.server.limits, b.server.real.Now()
	if chat == 0 || load == 0 {
		return nil
	}
	wait := max(b.sent.wait(0, limits.All, now, load), b.sent.wait(chat, limits.of(chat), now, load))
	if wait > 0 {
		return tooMany(wait)
	}
	return nil
}

// charge counts what was sent.
func (b *Bot) charge(chat int64, load int) {
	limits, now := b.server.limits, b.server.real.Now()
	for range load {
		if limits.All.Messages > 0 {
			b.sent[0] = append(b.sent[0], now)
		}
		if limits.of(chat).Messages > 0 {
			b.sent[chat] = append(b.sent[chat], now)
		}
	}
}

func (l Limits) of(chat int64) Limit {
	if chat < 0 {
		return l.Group
	}
	return l.Chat
}

// wait tells how long there is no room for so many more. More at once than a
// limit ever allows pass when all before them have aged.
func (t traffic) wait(key int64, limit Limit, now time.Time, load int) time.Duration {
	if limit.Messages <= 0 {
		return 0
	}
	times, aged := t[key], 0
	for aged < len(times) && now.Sub(times[aged]) >= limit.Per {
		aged++
	}
	if times = times[aged:]; len(times) == 0 {
		delete(t, key)
		return 0
	}
	t[key] = times
	over := min(len(times)+load-limit.Messages, len(times))
	if over <= 0 {
		return 0
	}
	return times[over-1].Add(limit.Per).Sub(now)
}
