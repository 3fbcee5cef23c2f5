package botapi

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
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
	firstRestart    = 1000 // more than an old offset can lie ahead
	quietTime       = 7 * 24 * time.Hour
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
	seq  int64     // its place in the order of arrival
	kind string    // "": the body is all of it, given as it is
	till time.Time // not given out any more at this time
	body json.RawMessage

	again bool // once it is confirmed it comes a second time
	owed  bool // to be given out, whatever has been confirmed behind it
}

func (u *update) appendTo(out []byte) []byte {
	if u.kind == "" {
		return append(out, u.body...)
	}
	out = strconv.AppendInt(append(out, `{"update_id":`...), u.id, 10)
	out = append(append(append(out, `,"`...), u.kind...), `":`...)
	return append(append(out, u.body...), '}')
}

// queue holds the updates that are not confirmed yet.
type queue struct {
	updates []*update
	next    int64
	lastSeq int64
	peak    int64 // the highest id queued; those behind it are lower only after a restart
	allowed []string
	waiting *poll

	lastPush time.Time
	mess     mess

	lastOffset int64
	lastStart  time.Time
	lastRefuse time.Time
}

// poll is a getUpdates call that waits.
type poll struct {
	woken   chan struct{} // an update has come
	aborted chan struct{} // another call has taken the place
	why     string
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
	b.quietWeek()
	u := &update{id: q.next, kind: kind, till: b.now().Add(life), body: encode(body)}
	b.noteUpdate(*u)
	q.next++
	b.queueUp(u)
}

// quietWeek lets the ids go on from a random lower number when nothing has
// come for a week, so that the highest seen is no filter for ever.
func (b *Bot) quietWeek() {
	q, now := &b.queue, b.now()
	if !q.lastPush.IsZero() && now.Sub(q.lastPush) >= quietTime && b.pending() == 0 {
		if q.next <= 2*firstRestart {
			q.next = firstUpdate // there is little below
		} else {
			q.next = firstRestart + rand.Int64N(q.next-2*firstRestart)
		}
	}
	q.lastPush = now
}

// queueUp takes a new update in, through whatever disorder is wanted.
func (b *Bot) queueUp(u *update) {
	q := &b.queue
	if q.mess.repeat > 0 {
		q.mess.repeat--
		u.again = true
	}
	if q.mess.shuffle > 0 {
		b.holdBack(u)
		return
	}
	b.enqueue(u)
}

// enqueue makes updates ready to be fetched.
func (b *Bot) enqueue(list ...*update) {
	q := &b.queue
	for _, u := range list {
		q.lastSeq++
		u.seq = q.lastSeq
	}
	if b.hook != nil {
		b.hook.add(list...)
		return
	}
	for _, u := range list {
		if len(q.updates) == 0 {
			q.peak = 0
		}
		u.owed = u.owed || u.id < q.peak
		q.peak = max(q.peak, u.id)
		q.updates = append(q.updates, u)
	}
	if q.waiting != nil {
		close(q.waiting.woken)
		q.waiting = nil
	}
}

// abort ends the waiting call.
func (q *queue) abort(why string) {
	if q.waiting != nil {
		q.waiting.why = why
		close(q.waiting.aborted)
		q.waiting = nil
	}
}

// Pending counts the updates that are neither confirmed nor expired.
func (b *Bot) Pending() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pending()
}

func (b *Bot) pending() int {
	b.queue.expire(b.now())
	n := len(b.queue.updates) + len(b.queue.mess.held)
	if b.hook != nil {
		n += b.hook.pending(b.now())
	}
	return n
}

// Polls counts the calls of getUpdates, which are not among the Calls.
func (b *Bot) Polls() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.polls
}

func (q *queue) expire(now time.Time) {
	gone := func(u *update) bool { return !now.Before(u.till) }
	q.updates = slices.DeleteFunc(q.updates, gone)
	q.mess.held = slices.DeleteFunc(q.mess.held, gone)
}

// allow remembers the wanted kinds: unknown names are ignored, a list without
// a known one is the default set, and what is no list changes nothing.
func (q *queue) allow(text string) {
	value, err := decodeJSON(text)
	list, ok := value.([]any)
	if text == "" || err != nil || !ok {
		return
	}
	wanted := map[string]bool{}
	for _, item := range list {
		name, ok := item.(string)
		if !ok {
			return
		}
		wanted[strings.ToLower(name)] = true
	}
	q.allowed = slices.DeleteFunc(slices.Clone(everyUpdate), func(name string) bool { return !wanted[name] })
	if len(q.allowed) == 0 {
		q.allowed = defaultAllowed()
	}
}

// take forgets what is before offset and gives the updates from there on.
func (q *queue) take(now time.Time, offset int64, limit int) []*update {
	q.expire(now)
	if offset < 0 {
		q.updates = q.updates[max(0, len(q.updates)+int(max(offset, -1<<30))):]
	}
	if offset > 0 && offset <= q.end()+futureOffset {
		q.updates = slices.DeleteFunc(q.updates, func(u *update) bool { return u.id < offset && u.confirm() })
		q.measure()
	}
	batch, size := q.updates[:min(limit, len(q.updates))], 0
	for i, u := range batch {
		if size += 50 + len(u.body); size >= maxBatchBytes {
			batch = batch[:i]
			break
		}
	}
	for _, u := range batch {
		u.owed = false
	}
	return slices.Clone(batch)
}

func (q *queue) measure() {
	q.peak = 0
	for _, u := range q.updates {
		q.peak = max(q.peak, u.id)
	}
}

// end is the id behind all that are queued.
func (q *queue) end() int64 {
	if len(q.updates) == 0 {
		return q.next
	}
	return max(q.next, q.peak+1)
}

// confirm tells whether an update is done with now that it is confirmed.
func (u *update) confirm() bool {
	if !u.owed && u.again {
		u.again, u.owed = false, true
		return false
	}
	return !u.owed
}
