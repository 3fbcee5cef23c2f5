package metrics

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// mostSeries bounds what one family may grow to, whatever the labels say.
const mostSeries = 400

// other is the label of what is no code, and of what comes after mostSeries.
const other = "other"

// labels are the values of up to two labels.
type labels [2]string

// family is one counter by its labels. What was counted once is found again
// without work, as a turn counts several times.
type family[T any] struct {
	width int
	get   func(values ...string) T

	mu    sync.RWMutex
	known map[labels]T
}

func newFamily[T any](get func(values ...string) T, names []string) *family[T] {
	return &family[T]{width: len(names), get: get, known: map[labels]T{}}
}

func counter(to prometheus.Registerer, name, help string, names ...string) *family[prometheus.Counter] {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, names)
	to.MustRegister(vec)
	return newFamily(vec.WithLabelValues, names)
}

func histogram(to prometheus.Registerer, name, help string, names ...string) *family[prometheus.Observer] {
	vec := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: seconds}, names)
	to.MustRegister(vec)
	return newFamily(vec.WithLabelValues, names)
}

// of finds the member with these labels.
func (f *family[T]) of(key labels) T {
	f.mu.RLock()
	found, ok := f.known[key]
	f.mu.RUnlock()
	if ok {
		return found
	}
	return f.add(key)
}

func (f *family[T]) add(key labels) T {
	f.mu.Lock()
	defer f.mu.Unlock()
	full := len(f.known) >= mostSeries
	for i := range key[:f.width] {
		if full || !code(key[i]) {
			key[i] = other
		}
	}
	if found, ok := f.known[key]; ok {
		return found
	}
	f.known[key] = f.get(key[:f.width]...)
	return f.known[key]
}

// code reports whether a label can be one: a short word of ASCII letters,
// digits and marks, as people's words seldom are.
func code(value string) bool {
	const most = 40
	if value == "" || len(value) > most {
		return false
	}
	for _, r := range value {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '.', r == '-':
		default:
			return false
		}
	}
	return true
}
