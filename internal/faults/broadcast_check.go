package faults

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/botapi"
)

// brought compares what stands in the database with what lies on the phones.
func (s *Stage) brought(ctx context.Context, got *Brought, b Broadcast, notice int64) (wrong []string, err error) {
	copies := s.copies()
	rows, err := s.db.QueryContext(ctx, `
		SELECT p.telegram, r.state, r.reason FROM notice_recipients r JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
		WHERE r.notice_id = $1 AND p.telegram >= $2`, notice, firstReader)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // read to the end below
	var found findings
	all, cut := 0, 0
	for rows.Next() {
		var account int64
		var state, reason string
		if err := rows.Scan(&account, &state, &reason); err != nil {
			return nil, err
		}
		all++
		n, blocked := copies[account], (account-firstReader)%blocksEach == blocksEach-1
		got.Repeats += max(0, n-1)
		switch {
		case blocked && state == "uncertain" && n == 0: // both tries ended with their process, and the author reads it
			got.Blocked++
			cut++
		case blocked && (state != "failed" || reason != "blocked" || n > 0):
			found.add("%d has blocked the bot, and is %s %s with %d copies", account, state, reason, n)
		case blocked:
			got.Blocked++
		case n == 0 && state != "uncertain":
			found.add("%d is missed: %s %s", account, state, reason)
		case n > 2:
			found.add("%d has %d copies", account, n)
		case state == "uncertain":
			got.Uncertain++
		case state != "sent":
			found.add("%d has it, and is %s %s", account, state, reason)
		default:
			got.Sent++
		}
	}
	if all != b.Recipients {
		found.add("%d of %d people have a row", all, b.Recipients)
	}
	if cut > b.Kills/2 {
		found.add("%d have blocked the bot and are uncertain, of %d kills: each takes two", cut, b.Kills)
	}
	got.Uncertain += cut
	if got.Repeats > b.Kills {
		found.add("%d repeats of %d kills", got.Repeats, b.Kills)
	}
	return append(found, s.tooSoon(got.Killed)...), rows.Err()
}

// copies is how often the notice lies on each phone.
func (s *Stage) copies() map[int64]int {
	n := map[int64]int{}
	for _, c := range s.towns[0].bot.Calls(0) {
		if c.OK && c.Method == "sendmessage" && strings.Contains(c.Params["text"], waterIsOff) {
			n[c.Chat]++
		}
	}
	return n
}

// underWay is how long a call may have been on its way when Telegram said to wait to
// another for the same chat.
const underWay = time.Second

// diesWith is how long a process has what Telegram told it to itself: killed within that
// time, it may have told nobody how long to wait.
const diesWith = 500 * time.Millisecond

// tooSoon are the calls that did not wait as long as Telegram said to a process that
// lived to tell.
func (s *Stage) tooSoon(killed []time.Time) (found findings) {
	said, until := map[string]time.Time{}, map[string]time.Time{}
	for _, c := range s.towns[0].bot.Calls(0) {
		chat := c.Params["chat_id"]
		if strings.HasPrefix(c.Method, "send") && c.At.Before(until[chat]) && c.At.Sub(said[chat]) > underWay {
			found.add("chat %s: %s %s before Telegram let it, %d", chat, c.Method, until[chat].Sub(c.At), c.Code)
		}
		untold := slices.ContainsFunc(killed, func(at time.Time) bool { return at.After(c.At) && at.Sub(c.At) < diesWith })
		if wait := retryOf(c); wait > 0 && !untold && c.At.Add(wait).After(until[chat]) {
			said[chat], until[chat] = c.At, c.At.Add(wait)
		}
	}
	return found
}

// retryOf is how long Telegram said to wait.
func retryOf(c botapi.Call) time.Duration {
	_, seconds, _ := strings.Cut(c.Description, "retry after ")
	n, _ := strconv.Atoi(seconds) // 0 where it said nothing of the sort
	return time.Duration(n) * time.Second
}

func (g *Brought) count(calls []botapi.Call) {
	for _, c := range calls {
		switch {
		case c.Code != http.StatusTooManyRequests || c.Chat == 0:
		case retryOf(c) == stormWait*time.Second:
			g.Refused++
		default:
			g.Beyond = append(g.Beyond, fmt.Sprintf("%s %s to %d: %.40q, %s", c.At.Format("05.000"), c.Method, c.Chat, c.Params["text"], c.Description))
		}
	}
	slices.Sort(g.Replies)
	slices.Sort(g.Alarms)
}

// Quantile is the share of some sorted times that is no longer; 0 where there are none.
func Quantile(sorted []time.Duration, share float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(share*float64(len(sorted)-1))]
}

// String is how it went, in a line.
func (g Brought) String() string {
	return fmt.Sprintf("%s: %d sent, %d blocked, %d uncertain, %d repeats; %d refused in storms, %d over the limits; "+
		"%d replies, p50 %s p99 %s; %d alarms, p50 %s p99 %s",
		g.Took.Round(100*time.Millisecond), g.Sent, g.Blocked, g.Uncertain, g.Repeats, g.Refused, len(g.Beyond),
		len(g.Replies), Quantile(g.Replies, 0.5), Quantile(g.Replies, 0.99), len(g.Alarms), Quantile(g.Alarms, 0.5), Quantile(g.Alarms, 0.99))
}
