package bench

import (
	"bytes"
	"maps"
	"slices"
	"sync"
	"time"
)

// tally counts what happens at the server.
type tally struct {
	mu   sync.Mutex
	now  counts
	told map[string]bool // numbers of receipts; nil: they are not kept
	rung map[string]bool // numbers of pings; likewise
}

// counts are a tally's over a while.
type counts struct {
	answers               []time.Duration // from each update to the first message that answers it
	taps                  []time.Duration // of these, to taps
	calls, reports, pings int64
}

// keep makes the tally remember which numbers were told.
func (t *tally) keep() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.told, t.rung = map[string]bool{}, map[string]bool{}
}

func (t *tally) kept() (told, rung map[string]bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.told), maps.Clone(t.rung)
}

func (t *tally) called() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now.calls++
}

func (t *tally) answered(after time.Duration, tap bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now.answers = append(t.now.answers, after)
	if tap {
		t.now.taps = append(t.now.taps, after)
	}
}

// answers counts them since the last cut.
func (t *tally) answers() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.now.answers)
}

func (t *tally) completed(number string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now.reports++
	if t.told != nil {
		t.told[number] = true
	}
}

func (t *tally) pinged(text []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now.pings++
	if t.rung != nil {
		t.rung[numberAfter(text, "No. ")] = true
	}
}

// cut returns the counts since the last cut.
func (t *tally) cut() counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.now
	t.now = counts{answers: make([]time.Duration, 0, 2*len(c.answers)), taps: make([]time.Duration, 0, 2*len(c.taps))}
	return c
}

// numberAfter is the number that follows some words, or "".
func numberAfter(text []byte, words string) string {
	_, rest, ok := bytes.Cut(text, []byte(words))
	if !ok {
		return ""
	}
	end := bytes.IndexFunc(rest, func(c rune) bool { return c < '0' || c > '9' })
	return string(rest[:max(end, 0)])
}

// percentile is of a list that it sorts; 0 where the list is empty.
func percentile(list []time.Duration, p float64) time.Duration {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[min(int(float64(len(list))*p), len(list)-1)]
}
