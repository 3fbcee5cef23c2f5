// Package memo remembers for a moment what is read much more often than it
// changes.
//
// A process sees its own changes at once, if it calls Forget after them, and
// those of others a moment later. So nothing that decides what somebody may do
// is taken from here: verbs read that again in their transaction.
package memo

import (
	"sync"
	"time"

	"github.com/linli-bot/linli/internal/clock"
)

// For is how long something is remembered, in real time.
const For = time.Second

// most bounds how much is remembered: then all of it is forgotten.
const most = 10_000

// Memo remembers values by key.
type Memo[K comparable, V any] struct {
	real *clock.Clock
	also []func(V) K

	mu    sync.Mutex
	age   int // counts the times that all was forgotten
	known map[K]known[V]
}

type known[V any] struct {
	value   V
	until   time.Time
	reading bool // somebody reads it anew
}

// New returns a memo that knows nothing. What it learns by one key it finds by
// the others, also, from then on.
func New[K comparable, V any](also ...func(V) K) *Memo[K, V] {
	return &Memo[K, V]{real: clock.New(), also: also, known: map[K]known[V]{}}
}

// Get returns what is remembered under a key, or reads and remembers it. Where
// that is too old, one caller reads it anew, and the others take it as it is
// meanwhile. An error is not remembered, nor is what was read while somebody
// called Forget.
func (m *Memo[K, V]) Get(key K, read func() (V, error)) (V, error) {
	now := m.real.Now()
	m.mu.Lock()
	has, ok := m.known[key]
	if ok && (now.Before(has.until) || has.reading) {
		m.mu.Unlock()
		return has.value, nil
	}
	if ok {
		has.reading = true
		m.known[key] = has
	}
	age := m.age
	m.mu.Unlock()
	value, err := read()
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.age != age:
	case err != nil:
		delete(m.known, key)
	default:
		if len(m.known) >= most {
			clear(m.known)
		}
		m.known[key] = known[V]{value: value, until: now.Add(For)}
		for _, also := range m.also {
			m.known[also(value)] = m.known[key]
		}
	}
	return value, err
}

// Forget forgets everything.
func (m *Memo[K, V]) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.age++
	clear(m.known)
}
