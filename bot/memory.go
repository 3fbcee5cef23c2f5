package bot

import (
	"maps"
	"sync"
)

// memory is what a process remembers by id. It is lost with the process: what
// is stored makes up for it.
type memory[V any] struct {
	mu   sync.Mutex
	byID map[int64]V
}

func (m *memory[V]) load(id int64) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.byID[id]
	return v, ok
}

func (m *memory[V]) store(id int64, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byID == nil {
		m.byID = map[int64]V{}
	}
	m.byID[id] = v
}

func (m *memory[V]) forget(id int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.byID, id)
}

// drop forgets what matches.
func (m *memory[V]) drop(matches func(V) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.byID, func(_ int64, v V) bool { return matches(v) })
}
