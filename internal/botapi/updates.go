package botapi

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Figures of getUpdates (telegram-bot-api Client.cpp:15700-15730, 16318-16385).
const (
	maxPollSeconds  = 50
	maxBatch        = 100
	maxBatchBytes   = 1 << 22
	futureOffset    = 10 // an offset further ahead is taken for a mistake
	messageLifetime = 24 * time.Hour
	tapLifetime     = 150 * time.Second
	firstUpdate     = 500_000_001
)

// everyUpdate are the names that allowed_updates knows; all but the three
// are in the default set.
var everyUpdate = []string{
	"message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
	"edited_business_message", "deleted_business_messages", "guest_message", "message_reaction", "message_reaction_count",
	"inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query",
	"purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request",
	"chat_boost", "removed_chat_boost", "managed_bot",
}

var notByDefault = []string{"chat_member", "message_reaction", "message_reaction_count"}

type update struct {
	id   int64
	kind string
	till time.Time // not given out any more at this time
	body json.RawMessage
}

func (u update) MarshalJSON() ([]byte, error) {
	return encode(map[string]any{"update_id": u.id, u.kind: u.body}), nil
}

// queue holds the updates that are not confirmed yet.
type queue struct {
	updates []update
	next    int64
	allowed []string
	waiting *poll

	lastOffset int64
	lastStart  time.Time
	lastRefuse time.Time
}

// poll is a getUpdates call that waits.
type poll struct {
	woken   chan struct{} // an update has come
	aborted chan struct{} // another call has taken the place
}

func newQueue() queue {
	return queue{next: firstUpdate, lastOffset: -1, allowed: defaultAllowed()}
}

func defaultAllowed() []string {
	return slices.DeleteFunc(slices.Clone(everyUpdate), func(name string) bool { return slices.Contains(notByDefault, name) })
}

// push queues an update, unless the bot does not want its kind.
func (b *Bot) push(kind string, body any, life time.Duration) {
	q := &b.queue
	if !slices.Contains(q.allowed, kind) {
		return
	}
	q.updates = append(q.updates, update{id: q.next, kind: kind, till: b.now().Add(life), body: encode(body)})
	q.next++
	if q.waiting != nil {
		close(q.waiting.woken)
		q.waiting = nil
	}
}

// Pending counts the updates that are neither confirmed nor expired.
func (b *Bot) Pending() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue.expire(b.now())
	return len(b.queue.updates)
}

// Polls counts the calls of getUpdates, which are not among the Calls.
func (b *Bot) Polls() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.polls
}

func (q *queue) expire(now time.Time) {
	q.updates = slices.DeleteFunc(q.updates, func(u update) bool { return !now.Before(u.till) })
}

// allow remembers the wanted kinds: unknown names are ignored, a list without
// a known one is the default set, and what is no list changes nothing.
func (q *queue) allow(text string) {
	value, err := decodeJSON(text)
	list, ok := value.([]any)
	if text == "" || err != nil || !ok {
		return
	}
	var names []string
	for _, item := range list {
		name, ok := item.(string)
		if !ok {
			return
		}
		if name = strings.ToLower(name); slices.Contains(everyUpdate, name) {
			names = append(names, name)
		}
	}
	if names == nil {
		names = defaultAllowed()
	}
	q.allowed = names
}

// take forgets what is before offset and gives the updates from there on.
func (q *queue) take(now time.Time, offset int64, limit int) []update {
	q.expire(now)
	if offset < 0 {
		q.updates = q.updates[max(0, len(q.updates)+int(max(offset, -1<<30))):]
	}
	if offset > 0 && offset <= q.next+futureOffset {
		q.updates = slices.DeleteFunc(q.updates, func(u update) bool { return u.id < offset })
	}
	batch, size := q.updates[:min(limit, len(q.updates))], 0
	for i, u := range batch {
		if size += 50 + len(u.body); size >= maxBatchBytes {
			batch = batch[:i]
			break
		}
	}
	return slices.Clone(batch)
}

// getUpdates is the one method that waits.
func (b *Bot) getUpdates(ctx context.Context, a *args) (reply, *apiError) {
	offset := a.int("offset", 0, -1<<31, 1<<31-1)
	limit := a.int("limit", maxBatch, 1, maxBatch)
	wait := time.Duration(a.int("timeout", 0, 0, maxPollSeconds)) * time.Second

	b.mu.Lock()
	b.polls++
	q := &b.queue
	q.allow(a.str("allowed_updates"))
	now := b.server.real.Now()
	since := now.Sub(q.lastStart)
	if offset == q.lastOffset && wait < 3*time.Second && since < 3*time.Second {
		wait = 3 * time.Second // the server's brake against busy loops
	}
	if offset == q.lastOffset && since < 500*time.Millisecond {
		limit = 1
	}
	q.lastOffset, q.lastStart = offset, now
	batch := q.take(b.now(), offset, int(limit))
	if len(batch) > 0 || wait == 0 {
		b.mu.Unlock()
		return reply{result: orEmpty(batch)}, nil
	}
	if q.waiting != nil {
		close(q.waiting.aborted)
	}
	p := &poll{woken: make(chan struct{}), aborted: make(chan struct{})}
	q.waiting = p
	b.mu.Unlock()
	return b.wait(ctx, p, wait, pollFrom{max(offset, 0), int(limit)})
}

// pollFrom is what a waiting call asked for; a negative offset has done its
// work by then.
type pollFrom struct {
	offset int64
	limit  int
}

func (b *Bot) wait(ctx context.Context, p *poll, d time.Duration, from pollFrom) (reply, *apiError) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-p.woken:
	case <-timer.C:
	case <-ctx.Done():
	case <-b.server.done:
		return reply{}, fail(500, "Internal Server Error: restart")
	case <-p.aborted:
		return reply{}, b.conflict(ctx)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.queue.waiting == p {
		b.queue.waiting = nil
	}
	return reply{result: orEmpty(b.queue.take(b.now(), from.offset, from.limit))}, nil
}

// conflict refuses a call whose place another has taken; repeated ones are
// held for three seconds, so that two pollers do not fight in a tight loop.
func (b *Bot) conflict(ctx context.Context) *apiError {
	b.mu.Lock()
	now := b.server.real.Now()
	soon := now.Sub(b.queue.lastRefuse) < 3*time.Second
	if !soon {
		b.queue.lastRefuse = now
	}
	b.mu.Unlock()
	if soon {
		timer := time.NewTimer(3 * time.Second)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		case <-b.server.done:
		}
	}
	return fail(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
}

func orEmpty(list []update) []update {
	if list == nil {
		return []update{}
	}
	return list
}

// deleteWebhook: there never is one here.
func (b *Bot) deleteWebhook(a *args) (reply, *apiError) {
	if a.bool("drop_pending_updates") {
		b.queue.updates = nil
	}
	return reply{result: true, description: "Webhook is already deleted"}, nil
}

// getWebhookInfo tells that there is none, and how many updates wait.
func (b *Bot) getWebhookInfo(*args) (reply, *apiError) {
	b.queue.expire(b.now())
	return reply{result: map[string]any{
		"url": "", "has_custom_certificate": false, "pending_update_count": len(b.queue.updates),
	}}, nil
}
