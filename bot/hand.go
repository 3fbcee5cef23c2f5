package bot

import "sync"

// hand is which rows a process has in its lanes.
type hand struct {
	mu   sync.Mutex
	rows map[int64]holding
}

// holding is how far a row in hand has come.
type holding int

const (
	waiting holding = iota
	playing
	foreign // another process has it by now: it is not begun any more
)

// take notes a row and puts it into its lane, once while it is in hand: what is
// in hand is in a lane. One that another process had meanwhile is in its lane
// still.
func (h *hand) take(row int64, put func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rows == nil {
		h.rows = map[int64]holding{}
	}
	at, has := h.rows[row]
	if !has {
		put()
	}
	if !has || at == foreign {
		h.rows[row] = waiting
	}
}

// has reports whether a row is in hand.
func (h *hand) has(row int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, has := h.rows[row]
	return has
}

// begin reports whether a row is still this process's, and begins it.
func (h *hand) begin(row int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rows[row] == foreign {
		return false
	}
	h.rows[row] = playing
	return true
}

// lose marks rows that wait as another's.
func (h *hand) lose(rows []int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, row := range rows {
		if at, has := h.rows[row]; has && at == waiting {
			h.rows[row] = foreign
		}
	}
}

func (h *hand) forget(rows ...int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, row := range rows {
		delete(h.rows, row)
	}
}

// all is what is in hand now and no other process's.
func (h *hand) all() map[int64]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make(map[int64]bool, len(h.rows))
	for row, at := range h.rows {
		if at != foreign {
			all[row] = true
		}
	}
	return all
}
