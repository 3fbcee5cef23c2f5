package botapi

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	longestWait = 60 // seconds; up to twice that
	longestHint = time.Hour
	goneFor     = 23 * time.Hour // after so long a time of 410 the webhook is closed
)

// hook brings a bot's updates to its webhook. While it stands it holds them
// in lanes; the bot's lock guards all of it but the requests themselves.
type hook struct {
	hookSettings
	bot     *Bot
	where   *url.URL
	address string
	client  *http.Client
	ctx     context.Context
	cancel  context.CancelFunc

	lanes map[laneKey]*lane // those with updates
	ready []*lane           // those whose first update may go out
	busy  int               // requests under way

	failure   string
	failedAt  time.Time
	goneSince time.Time
}

// lane is a queue of updates, of which only the first is ever under way.
type lane struct {
	key     laneKey
	updates []*update
	fails   int   // of the first
	seconds int64 // waited before the attempt to come
	timer   *time.Timer
}

// startHook begins to bring what is queued, oldest first.
func (b *Bot) startHook(set hookSettings, where *url.URL) *apiError {
	select {
	case <-b.server.done:
		return fail(500, "Internal Server Error: restart")
	default:
	}
	h := &hook{hookSettings: set, bot: b, where: where, address: "<unknown>", client: b.server.webhooks.client(set), lanes: map[laneKey]*lane{}}
	if ip, known := addressOf(where); known {
		h.address = ip.String()
	}
	if set.ip != "" {
		h.address = set.ip
	}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	b.hook = h
	waiting := b.queue.updates
	b.queue.updates = nil
	h.add(waiting...)
	return nil
}

// unhook takes the updates back, also those under way: they may come twice.
func (b *Bot) unhook() {
	h := b.hook
	if h == nil {
		return
	}
	h.stop()
	b.hook = nil
	for _, l := range h.lanes {
		b.queue.updates = append(b.queue.updates, l.updates...)
	}
	slices.SortFunc(b.queue.updates, func(a, b *update) int { return int(a.seq - b.seq) })
	b.queue.measure()
}

func (h *hook) stop() {
	h.cancel()
	for _, l := range h.lanes {
		if l.timer != nil {
			l.timer.Stop()
		}
	}
	h.client.CloseIdleConnections()
}

func (h *hook) add(list ...*update) {
	for _, u := range list {
		key := u.lane()
		l := h.lanes[key]
		if l == nil {
			l = &lane{key: key, seconds: 1}
			h.lanes[key] = l
			h.ready = append(h.ready, l)
		}
		l.updates = append(l.updates, u)
	}
	h.dispatch()
}

func (h *hook) pending(now time.Time) int {
	n := 0
	for _, l := range h.lanes {
		for _, u := range l.updates {
			if now.Before(u.till) {
				n++
			}
		}
	}
	return n
}

// dispatch sends as many first updates as there may be connections.
func (h *hook) dispatch() {
	for h.busy < h.connections && len(h.ready) > 0 && h.ctx.Err() == nil {
		l := h.ready[0]
		h.ready = h.ready[1:]
		for len(l.updates) > 0 && !h.bot.now().Before(l.updates[0].till) {
			l.drop()
		}
		if len(l.updates) == 0 {
			delete(h.lanes, l.key)
			continue
		}
		h.busy++
		body := l.updates[0].appendTo(nil)
		h.bot.server.running.Go(func() {
			o := h.post(body)
			h.bot.mu.Lock()
			defer h.bot.mu.Unlock()
			h.busy--
			if h.ctx.Err() == nil {
				h.settle(l, o)
				h.dispatch()
			}
		})
	}
}

// drop goes on to the next update.
func (l *lane) drop() {
	l.updates[0] = nil
	l.updates = l.updates[1:]
	l.fails, l.seconds = 0, 1
}

// outcome is how a request ended.
type outcome struct {
	failure string // "" where the program has taken the update
	status  int
	after   time.Duration // when to come again, where the program says so
}

// settle decides what follows on an answer.
func (h *hook) settle(l *lane, o outcome) {
	if o.status != http.StatusGone {
		h.goneSince = time.Time{}
	}
	if o.failure == "" {
		if u := l.updates[0]; u.again {
			u.again = false
		} else {
			l.drop()
		}
		h.next(l)
		return
	}
	now := h.bot.now()
	h.failure, h.failedAt = o.failure, now
	if o.status == http.StatusGone && h.tooLongGone(now) {
		h.bot.unhook()
		return
	}
	wait := min(o.after, longestHint)
	if wait == 0 && l.fails > 0 {
		l.seconds = min(l.seconds*2, longestWait+rand.Int64N(longestWait+1))
		wait = time.Duration(l.seconds) * time.Second
	}
	wait = wait / time.Second * h.bot.server.webhooks.Second
	if now.Add(wait).After(l.updates[0].till) {
		l.drop()
		h.next(l)
		return
	}
	l.fails++
	l.timer = time.AfterFunc(wait, func() {
		h.bot.mu.Lock()
		defer h.bot.mu.Unlock()
		if h.ctx.Err() == nil {
			h.ready = append(h.ready, l)
			h.dispatch()
		}
	})
}

func (h *hook) tooLongGone(now time.Time) bool {
	if h.goneSince.IsZero() {
		h.goneSince = now
	}
	return now.Sub(h.goneSince) > goneFor
}

// next puts a lane in line again, or away where it is empty.
func (h *hook) next(l *lane) {
	if len(l.updates) == 0 {
		delete(h.lanes, l.key)
		return
	}
	h.ready = append(h.ready, l)
}

// post brings one update and hears the answer.
func (h *hook) post(body []byte) outcome {
	r, err := http.NewRequestWithContext(h.ctx, http.MethodPost, h.where.String(), bytes.NewReader(body))
	if err != nil {
		return outcome{failure: wireFailure(err)}
	}
	r.Header.Set("Content-Type", "application/json")
	if h.secret != "" {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.secret)
	}
	response, err := h.client.Do(r)
	if err != nil {
		return outcome{failure: wireFailure(err)}
	}
	defer func() {
		_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxParameters)) // so that the connection can be used again
		_ = response.Body.Close()                                                // it was read to its end
	}()
	if response.StatusCode/100 != 2 {
		seconds, _ := strconv.ParseInt(strings.TrimSpace(response.Header.Get("Retry-After")), 10, 32) // a date counts as nothing
		return outcome{
			failure: "Wrong response from the webhook: " + response.Status, status: response.StatusCode,
			after: time.Duration(max(seconds, 0)) * time.Second,
		}
	}
	h.obey(response)
	return outcome{status: response.StatusCode}
}

// obey does what the program asks for in its answer; it never learns how that
// went.
func (h *hook) obey(response *http.Response) {
	a, refused := readArgs(&http.Request{URL: &url.URL{}, Header: response.Header, Body: response.Body})
	if refused != nil {
		return
	}
	method := strings.ToLower(a.str("method"))
	delete(a.values, "method")
	switch {
	case method == "", strings.HasPrefix(method, "get"), slices.Contains([]string{"setwebhook", "deletewebhook", "close", "logout"}, method):
		return
	}
	_, _ = h.bot.server.run(newCall(h.ctx, h.bot, method, a)) // it has logged a refusal, and nobody waits for more
}
