package outbox

import "time"

// memory is the buckets of one bot within this process.
type memory struct {
	rules   Rules
	all     time.Time
	chats   map[int64]time.Time
	sweepAt int
}

// sweepFrom is how many chats are remembered before the full buckets among
// them are forgotten.
const sweepFrom = 1000

func newMemory(rules Rules) memory {
	return memory{rules: rules, chats: map[int64]time.Time{}, sweepAt: sweepFrom}
}

// take lets a message to a chat go, or tells how long it must wait.
func (m *memory) take(at time.Time, chat int64) time.Duration {
	next, wait := Take(at, Buckets{m.all, m.chats[chat]}, m.rules.For(chat))
	if wait == 0 {
		m.keep(at, chat, next)
	}
	return wait
}

// add counts messages that went without asking.
func (m *memory) add(at time.Time, chat int64, n int) {
	m.keep(at, chat, Add(at, Buckets{m.all, m.chats[chat]}, m.rules.For(chat), n))
}

func (m *memory) hold(at time.Time, chat int64, wait time.Duration) {
	m.keep(at, chat, Buckets{m.all, Hold(at, m.chats[chat], m.rules.For(chat)[1], wait)})
}

func (m *memory) keep(at time.Time, chat int64, state Buckets) {
	m.all = state[0]
	if m.rules.For(chat)[1].Every > 0 {
		m.chats[chat] = state[1]
	}
	if len(m.chats) >= m.sweepAt {
		m.sweep(at)
	}
}

// sweep forgets the full buckets; the next sweep waits until as many again have
// come, so that a busy hour does not sweep at every message.
func (m *memory) sweep(at time.Time) {
	for chat, full := range m.chats {
		if !full.After(at) {
			delete(m.chats, chat)
		}
	}
	m.sweepAt = max(sweepFrom, 2*len(m.chats))
}
