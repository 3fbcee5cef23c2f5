package botapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// shuffleWait is how long, in real time, updates are held back for others to
// change places with.
const shuffleWait = time.Second

// mess is the disorder wanted among what comes in.
type mess struct {
	repeat  int // so many of the next come twice
	shuffle int // so many of the next change places
	held    []*update
}

// Deliver queues an update exactly as it is given: malformed, or of a kind
// that nobody knows. An object without an update_id is given one; an
// update_id that it has is kept, and the ids go on behind it. allowed_updates
// does not hold it off.
func (b *Bot) Deliver(raw json.RawMessage) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.quietWeek()
	q := &b.queue
	u := &update{id: q.next, till: b.now().Add(messageLifetime), body: slices.Clone(raw)}
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) == nil && object != nil {
		id := object["update_id"]
		switch {
		case id == nil:
			u.body = withID(u.id, raw, len(object) == 0)
		case toInteger(string(id)) > 0:
			u.id = toInteger(string(id))
		}
	}
	q.next = max(q.next, u.id+1)
	b.queueUp(u)
}

// withID puts an update_id in front of what an object holds.
func withID(id int64, object []byte, empty bool) []byte {
	head := fmt.Appendf(nil, `{"update_id":%d,`, id)
	if empty {
		head[len(head)-1] = ' '
	}
	return append(head, bytes.TrimSpace(object)[1:]...)
}

// Repeat hands out the next n updates twice: a second time after they were
// confirmed, with the same ids.
func (b *Bot) Repeat(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue.mess.repeat = n
}

// Shuffle lets the next n updates change places; each keeps its id. They are
// held back until all have come, but no longer than a second of real time
// after the first.
func (b *Bot) Shuffle(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue.mess.shuffle = n
	if n <= 0 {
		b.release()
	}
}

// RestartIDs lets the ids of updates go on from next, which may be lower than
// those before.
func (b *Bot) RestartIDs(next int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue.next = min(max(next, 1), 1<<31-1)
}

// holdBack keeps an update for others to change places with.
func (b *Bot) holdBack(u *update) {
	m := &b.queue.mess
	m.held = append(m.held, u)
	if m.shuffle--; m.shuffle == 0 {
		b.release()
		return
	}
	if len(m.held) == 1 {
		time.AfterFunc(shuffleWait, func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			if len(m.held) > 0 && m.held[0] == u {
				m.shuffle = 0
				b.release()
			}
		})
	}
}

// release lets the held updates go, two or more never in their old order. The
// same ids change places in the same way.
func (b *Bot) release() {
	held := b.queue.mess.held
	b.queue.mess.held = nil
	if len(held) == 0 {
		return
	}
	first := held[0]
	dice := rand.New(rand.NewPCG(uint64(first.id), uint64(len(held))))
	dice.Shuffle(len(held), func(i, j int) { held[i], held[j] = held[j], held[i] })
	if sorted := slices.IsSortedFunc(held, func(a, b *update) int { return int(a.id - b.id) }); sorted {
		slices.Reverse(held)
	}
	b.enqueue(held...)
}
