// Package metrics counts what linli does, for whoever asks "is it well?".
//
// Every label is a code of ours or of Telegram's: never a word, a name or an id
// of anybody. A nil *Metrics counts nothing, so that whoever counts need not
// ask whether anybody looks.
package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics counts, and shows its counts by Handler.
type Metrics struct {
	registry *prometheus.Registry
	gauges   *gauges

	taken  *family[prometheus.Counter]
	turns  *family[prometheus.Observer]
	calls  *family[prometheus.Counter]
	took   *family[prometheus.Observer]
	sent   *family[prometheus.Counter]
	waited *family[prometheus.Observer]
}

// seconds are the bounds of everything that is timed: a turn takes
// milliseconds, a call to Telegram tenths, a wait for a limit up to a minute.
var seconds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15, 60}

// New returns counters at zero, with those of the process beside them.
func New() *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.gauges = newGauges(m.registry)
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), m.gauges)
	m.taken = counter(m.registry, "linli_updates_taken_total", "Updates committed to the inbox.", "kind")
	m.turns = histogram(m.registry, "linli_turn_seconds", "From taking a turn up to its end.", "outcome")
	m.calls = counter(m.registry, "linli_calls_total", "Calls to Telegram.", "method", "outcome")
	m.took = histogram(m.registry, "linli_call_seconds", "How long Telegram took to answer.", "method")
	m.sent = counter(m.registry, "linli_outbox_settled_total", "What became of the rows of the outbox.", "topic", "outcome")
	m.waited = histogram(m.registry, "linli_limiter_wait_seconds", "For how long messages were put off by a limit.", "limit")
	return m
}

// Taken counts an update taken in, by its kind: message, callback_query, ….
func (m *Metrics) Taken(kind string) {
	if m != nil {
		m.taken.of(labels{kind}).Inc()
	}
}

// Turn counts a turn by how it ended (ok, again, failed, parked, flood) and
// times it.
func (m *Metrics) Turn(outcome string, d time.Duration) {
	if m != nil {
		m.turns.of(labels{outcome}).Observe(d.Seconds())
	}
}

// Call counts a call to Telegram by its method and how it ended (ok, 429, 403,
// 400, 5xx, unknown, …) and times it.
func (m *Metrics) Call(method, outcome string, d time.Duration) {
	if m != nil {
		m.calls.of(labels{method, outcome}).Inc()
		m.took.of(labels{method}).Observe(d.Seconds())
	}
}

// Sent counts what became of a row of the outbox: sent, later,
// failed_forbidden, failed_refused, uncertain, skipped, ….
func (m *Metrics) Sent(topic, outcome string) {
	if m != nil {
		m.sent.of(labels{topic, outcome}).Inc()
	}
}

// Waited counts a message that a limit (all, chat, group) put off, and for how
// long.
func (m *Metrics) Waited(limit string, d time.Duration) {
	if m != nil {
		m.waited.of(labels{limit}).Observe(d.Seconds())
	}
}

// Gauge adds a value that is read whenever somebody looks; one of the same name
// takes the place of the first. A value that cannot be read in time is left
// out and counted in linli_unread_total.
func (m *Metrics) Gauge(name, help string, read func(context.Context) (float64, error)) {
	if m != nil {
		m.gauges.put(name, help, read)
	}
}
