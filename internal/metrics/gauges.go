package metrics

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// readWithin bounds how long a look waits for values: a database that hangs
// must not keep the rest from being seen.
const readWithin = 2 * time.Second

// gauge is one value that is read at every look.
type gauge struct {
	name string
	desc *prometheus.Desc
	read func(context.Context) (float64, error)
}

// gauges reads them all beside one another.
type gauges struct {
	unread *prometheus.CounterVec

	mu  sync.Mutex
	all []gauge
}

func newGauges(to prometheus.Registerer) *gauges {
	g := &gauges{unread: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "linli_unread_total", Help: "Values that could not be read when somebody looked.",
	}, []string{"value"})}
	to.MustRegister(g.unread)
	return g
}

func (g *gauges) put(name, help string, read func(context.Context) (float64, error)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all = slices.DeleteFunc(g.all, func(had gauge) bool { return had.name == name })
	g.all = append(g.all, gauge{name, prometheus.NewDesc(name, help, nil, nil), read})
}

// Describe tells nothing: what there is to read is known only later.
func (*gauges) Describe(chan<- *prometheus.Desc) {}

// Collect reads every value. One that heeds no deadline is left to itself.
func (g *gauges) Collect(to chan<- prometheus.Metric) {
	g.mu.Lock()
	all := slices.Clone(g.all)
	g.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	type reading struct {
		of    int
		value float64
		err   error
	}
	read := make(chan reading, len(all)) // room for those that come late
	for i, one := range all {
		go func() {
			value, err := one.read(ctx)
			read <- reading{i, value, err}
		}()
	}
	missing := make(map[int]bool, len(all))
	for i := range all {
		missing[i] = true
	}
	for waiting := len(all); waiting > 0; waiting-- {
		select {
		case r := <-read:
			if r.err == nil {
				delete(missing, r.of)
				to <- prometheus.MustNewConstMetric(all[r.of].desc, prometheus.GaugeValue, r.value)
			}
		case <-ctx.Done():
			waiting = 0
		}
	}
	for i := range missing {
		g.unread.WithLabelValues(all[i].name).Inc()
	}
}
