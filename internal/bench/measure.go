package bench

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/clock"
)

// setting is what residents do in a measurement.
type setting struct {
	residents int
	think     time.Duration // between an answer and the next update
	latency   time.Duration // of every call to the server
	window    time.Duration // that is measured, after a while of getting warm
	first     bool          // residents are new, and come to know the bot
}

// figures are what a measurement found; those of a while are for each
// conversation.
type figures struct {
	Conversations float64       `json:"conversations"` // in the window, as seventh parts of answered updates
	Reports       int64         `json:"receipts"`
	Pings         int64         `json:"pings"`
	PerSecond     float64       `json:"conversations_per_second"`
	CPU           time.Duration `json:"cpu_ns"`
	Server        time.Duration `json:"server_cpu_ns"` // of this process: the server and the residents
	P50           time.Duration `json:"p50_ns"`        // from an update to its answer
	P99           time.Duration `json:"p99_ns"`
	Tap           time.Duration `json:"tap_p50_ns"`
	Peak          int64         `json:"peak_bytes"`
	Opened        float64       `json:"new_connections"`
	Calls         float64       `json:"calls"`
	Commits       float64       `json:"postgres_transactions"`
	Syncs         float64       `json:"postgres_syncs"`
	Commands      float64       `json:"redis_commands"`
}

// measure lets residents report for a while.
func (b *bench) measure(ctx context.Context, sub subject, s setting) (f figures, err error) {
	r, err := b.run(ctx, sub, s)
	if err != nil {
		return f, err
	}
	defer func() {
		_, b.lastUpdate = r.town.queue.state()
		err = errors.Join(err, r.close(ctx))
	}()
	if err := r.warm(ctx, s); err != nil {
		return f, err
	}
	return r.window(ctx, clock.New(), s.window)
}

// warm lets residents begin, spread over the time that a conversation takes:
// those who begin at once stay at the same question together, and what is
// measured then is that question.
func (r *running) warm(ctx context.Context, s setting) error {
	people := slices.Collect(maps.Values(r.town.residents))
	if s.think > 0 {
		for _, person := range people {
			person.begin()
		}
		return r.town.clk.Until(ctx, r.town.clk.Now().Add((updatesPerReport+2)*s.think))
	}
	begun := 0
	err := until(ctx, warmPatience, func() (bool, error) {
		for begun < min(len(people), r.town.tally.answers()/updatesPerReport+1) {
			people[begun].begin()
			begun++
		}
		return begun == len(people) && r.town.tally.answers() >= updatesPerReport*len(people), nil
	})
	if err != nil {
		return fmt.Errorf("%d of %d residents have begun: %w\n%s", begun, len(people), err, tail(r.log))
	}
	return nil
}

const warmPatience = time.Minute

// window measures for so long, with everything at work, or until a conversation
// for each resident has gone by: the questions of one differ in what they cost.
func (r *running) window(ctx context.Context, clk *clock.Clock, length time.Duration) (f figures, err error) {
	r.town.tally.cut()
	begun := clk.Now()
	before, err := r.meter(ctx)
	if err != nil {
		return f, err
	}
	if err := clk.Until(ctx, begun.Add(length)); err != nil {
		return f, err
	}
	whole := updatesPerReport * len(r.town.residents)
	_ = until(ctx, mostWindows*length, func() (bool, error) { return r.town.tally.answers() >= whole, nil }) // as far as it has come
	c, took := r.town.tally.cut(), clk.Now().Sub(begun)
	after, err := r.meter(ctx)
	if err != nil {
		return f, err
	}
	f = c.over(took, after.since(before))
	if f.Conversations == 0 || f.Conversations > 3*float64(len(r.town.residents)) && f.Reports == 0 {
		return f, fmt.Errorf("%d updates were answered, and no conversation came to its end\n%s", len(c.answers), tail(r.log))
	}
	f.Peak, err = r.peak()
	return f, err
}

// mostWindows is how many times longer a measurement may take than asked for.
const mostWindows = 4

// over are the figures of what was counted and used.
func (c counts) over(took time.Duration, m meter) figures {
	n := float64(len(c.answers)) / updatesPerReport
	each := func(of time.Duration) time.Duration { return time.Duration(float64(of) / max(n, 1)) }
	return figures{
		Conversations: n, Reports: c.reports, Pings: c.pings, PerSecond: n / took.Seconds(), CPU: each(m.cpu), Server: each(m.own),
		P50: percentile(c.answers, 0.5), P99: percentile(c.answers, 0.99), Tap: percentile(c.taps, 0.5),
		Opened: float64(m.opened) / n, Calls: float64(c.calls) / n,
		Commits: float64(m.commits) / n, Syncs: float64(m.syncs) / n, Commands: float64(m.commands) / n,
	}
}
