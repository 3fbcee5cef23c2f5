package bench

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/linli-bot/linli/internal/clock"
)

// Who is at the server beside the residents.
const (
	botID       = 7_000_001
	botToken    = "7000001:AAlocal-bench"
	dutyID      = 900 // the one on duty, who gets the pings
	firstPerson = 10_000
)

// telegram is the Bot API server of one bot, and the residents at it.
type telegram struct {
	http      listener
	queue     queue
	clk       *clock.Clock
	latency   time.Duration // of every call but getUpdates
	residents map[int64]*resident
	commands  atomic.Pointer[[]byte]
	messages  atomic.Int64
	tally     tally
	hook      *hook       // nil: updates are asked for
	resting   atomic.Bool // residents finish nothing more and begin nothing more
}

// screen is a message as a resident reads it.
type screen struct {
	message int64
	text    []byte // as it stands in JSON, with its quotes
	markup  []byte // likewise; empty where there is none
}

// call carries out one method of the Bot API.
func (t *telegram) call(ctx context.Context, method string, body []byte) (answer []byte, then func()) {
	if strings.EqualFold(method, "getUpdates") {
		wait := time.Duration(numberOf(body, `"timeout":`)) * time.Second
		list := t.queue.take(ctx, numberOf(body, `"offset":`), wait)
		return wrap([]byte("["), list, []byte("]")), nil
	}
	if t.latency > 0 {
		_ = t.clk.Until(ctx, t.clk.Now().Add(t.latency)) // ends early only at the end
	}
	t.tally.called()
	switch strings.ToLower(method) {
	case "sendmessage", "sendphoto":
		return t.send(body, t.messages.Add(1))
	case "editmessagetext", "editmessagecaption":
		return t.send(body, numberOf(body, `"message_id":`))
	case "getme":
		return wrap([]byte(`{"id":7000001,"is_bot":true,"first_name":"Bench","username":"bench_bot"}`)), nil
	case "setwebhook":
		if t.hook != nil {
			t.hook.set(body)
		}
		return wrap([]byte("true")), nil
	case "getwebhookinfo":
		if t.hook != nil {
			url, _ := t.hook.state()
			return wrap([]byte(`{"url":"` + url + `","pending_update_count":0}`)), nil
		}
		return wrap([]byte(`{"url":"","pending_update_count":0}`)), nil
	case "setmycommands":
		list := bytes.Clone(rawOf(body, `"commands":`))
		t.commands.Store(&list)
		return wrap([]byte("true")), nil
	case "getmycommands":
		if list := t.commands.Load(); list != nil {
			return wrap(*list), nil
		}
		return wrap([]byte("[]")), nil
	default: // a tap answered, buttons taken off, a message deleted
		return wrap([]byte("true")), nil
	}
}

func wrap(parts ...[]byte) []byte {
	size := 24
	for _, p := range parts {
		size += len(p)
	}
	answer := append(make([]byte, 0, size), `{"ok":true,"result":`...)
	for _, p := range parts {
		answer = append(answer, p...)
	}
	return append(answer, '}')
}

// send shows a message, new or changed, to whom it is for; the answer is the
// whole message, as Telegram's is.
func (t *telegram) send(body []byte, message int64) (answer []byte, then func()) {
	chat := numberOf(body, `"chat_id":`)
	s := screen{message: message, markup: bytes.Clone(rawOf(body, `"reply_markup":`))}
	head, tail, _ := bytes.Cut(body, []byte(`"reply_markup":`))
	for _, key := range []string{`"text":`, `"caption":`} {
		for _, part := range [][]byte{head, tail[min(len(s.markup), len(tail)):]} {
			if s.text == nil {
				s.text = bytes.Clone(rawOf(part, key))
			}
		}
	}
	answer = append(make([]byte, 0, len(body)+256), `{"ok":true,"result":`...)
	answer = append(t.draw(answer, chat, s), '}')
	switch r := t.residents[chat]; {
	case r != nil:
		return answer, r.shown(s)
	case chat == dutyID:
		t.tally.pinged(s.text)
	}
	return answer, nil
}

// draw appends a message of the bot's.
func (t *telegram) draw(to []byte, chat int64, s screen) []byte {
	to = append(to, `{"message_id":`...)
	to = strconv.AppendInt(to, s.message, 10)
	to = append(to, `,"from":{"id":7000001,"is_bot":true,"first_name":"Bench","username":"bench_bot"},"chat":{"id":`...)
	to = strconv.AppendInt(to, chat, 10)
	to = append(to, `,"first_name":"R","type":"private"},"date":1795000000,"text":`...)
	to = append(to, s.text...)
	if bytes.HasPrefix(s.markup, []byte(`{"inline_keyboard"`)) {
		to = append(append(to, `,"reply_markup":`...), s.markup...)
	}
	return append(to, '}')
}

// openTelegram serves a bot with so many residents; ids of updates go on from
// last, as a database may know those before.
func openTelegram(live context.Context, s setting, last int64) (*telegram, error) {
	t := &telegram{clk: clock.New(), latency: s.latency, residents: map[int64]*resident{}}
	t.queue.last = last
	for i := range s.residents {
		id := int64(firstPerson + i)
		t.residents[id] = &resident{town: t, id: id, name: "R" + strconv.Itoa(i), think: s.think, live: live, settled: !s.first}
	}
	t.http.answer = t.call
	return t, t.http.start()
}

// came takes what a resident did to the bot.
func (t *telegram) came(d draw) {
	if body := t.queue.put(d, t.hook == nil); t.hook != nil {
		t.hook.bring(body)
	}
}

// asked tells how often programs asked for updates, or said where to bring them.
func (t *telegram) asked() int64 {
	if t.hook != nil {
		_, sets := t.hook.state()
		return sets
	}
	polls, _ := t.queue.state()
	return polls
}

// close ends the server and those at it.
func (t *telegram) close() {
	t.http.close()
	if t.hook != nil {
		t.hook.close()
	}
}

// settled counts the residents who know the bot.
func (t *telegram) settled() (n int) {
	for _, r := range t.residents {
		r.mu.Lock()
		if r.settled {
			n++
		}
		r.mu.Unlock()
	}
	return n
}

// waiting counts the residents who wait for an answer.
func (t *telegram) waiting() (n int) {
	for _, r := range t.residents {
		r.mu.Lock()
		if !r.asked.IsZero() {
			n++
		}
		r.mu.Unlock()
	}
	return n
}
