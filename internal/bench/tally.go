package bench

import (
	"slices"
	"sync"
	"time"
)

// tally counts what happens at the server.
type tally struct {
	mu      sync.Mutex
	answers []time.Duration // from each update to the first message that answers it
	taps    []time.Duration // of these, to taps
	calls   int64
	reports int64 // with a receipt
	told    map[string]int64
	pings   map[string]bool
	rings   int64
}

func (t *tally) called() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls++
}

func (t *tally) answered(after time.Duration, tap bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.answers = append(t.answers, after)
	if tap {
		t.taps = append(t.taps, after)
	}
}

func (t *tally) completed(resident int64, number string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reports++
	if t.told != nil {
		t.told[number] = resident
	}
}

func (t *tally) pinged(text []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rings++
	if t.pings != nil {
		t.pings[string(text)] = true
	}
}

// counts are a tally's over a while.
type counts struct {
	answers, taps         []time.Duration
	calls, reports, pings int64
}

// cut returns the counts since the last cut.
func (t *tally) cut() counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := counts{t.answers, t.taps, t.calls, t.reports, t.rings}
	t.answers = make([]time.Duration, 0, 2*len(t.answers))
	t.taps = make([]time.Duration, 0, 2*len(t.taps))
	t.calls, t.reports, t.rings = 0, 0, 0
	return c
}

// percentile is of a list that it sorts; 0 where the list is empty.
func percentile(list []time.Duration, p float64) time.Duration {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[min(int(float64(len(list))*p), len(list)-1)]
}
