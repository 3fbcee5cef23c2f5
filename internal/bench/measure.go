package bench

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/embedded"
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
	P50           time.Duration `json:"p50_ns"` // from an update to its answer
	P99           time.Duration `json:"p99_ns"`
	Tap           time.Duration `json:"tap_p50_ns"`
	Peak          int64         `json:"peak_bytes"`
	Opened        float64       `json:"new_connections"`
	Calls         float64       `json:"calls"`
	Commits       float64       `json:"postgres_transactions"`
	Syncs         float64       `json:"postgres_syncs"`
	Commands      float64       `json:"redis_commands"`
}

// running is a subject at work.
type running struct {
	replicas []*replica
	town     *telegram
	redis    *embedded.Redis
	stores   *stores
	database string
	address  string // of the database
	log      string
	hush     context.CancelFunc // ends the residents' thinking
}

// replica is one of the processes.
type replica struct {
	*child
	argv, env []string
}

// run starts a subject over a copy of its database.
func (b *bench) run(ctx context.Context, sub subject, s setting) (r *running, err error) {
	live, hush := context.WithCancel(ctx)
	r = &running{stores: b.stores, hush: hush, log: filepath.Join(b.dir, sub.name+".log")}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%s: %w", sub.name, err), r.close(ctx))
		}
	}()
	if r.redis, err = b.stores.redis(ctx); err != nil {
		return r, err
	}
	if r.database, r.address, err = b.stores.database(ctx, sub.base); err != nil {
		return r, err
	}
	if r.town, err = openTelegram(live, s, b.lastUpdate); err != nil {
		return r, err
	}
	if err := r.plan(live, sub, b.dir); err != nil {
		return r, err
	}
	return r, r.serve(ctx, r.replicas...)
}

// plan says how each replica is started. Several, or one that wants it, get
// their updates brought.
func (r *running) plan(live context.Context, sub subject, dir string) error {
	addresses, err := freeAddresses(live, max(sub.replicas, 1))
	if err != nil {
		return err
	}
	env := []string{
		"BOT_TOKEN=" + botToken, "TELEGRAM_API_URL=" + r.town.http.url(), "DATABASE_URL=" + r.address, "REDIS_URL=" + r.redis.URL(),
		"LINLI_DATA=" + filepath.Join(dir, "data"), "LOG_LEVEL=warn", fmt.Sprintf("FLOOR_DUTY=%d", dutyID),
		"WEBHOOK_URL=", "WEBHOOK_SECRET=",
	}
	var paths []string
	if sub.replicas > 0 {
		env = append(env, "WEBHOOK_URL=http://"+addresses[0], "WEBHOOK_SECRET="+hookSecret)
	}
	for _, at := range addresses {
		paths = append(paths, fmt.Sprintf("http://%s/telegram/%d", at, botID))
		r.replicas = append(r.replicas, &replica{argv: sub.argv, env: append(slices.Clone(env), "HTTP_ADDR="+at)})
	}
	if sub.replicas > 0 {
		r.town.hook = newHook(live, r.town.clk, paths)
	}
	return nil
}

// serve starts replicas and waits until each asks for updates.
func (r *running) serve(ctx context.Context, replicas ...*replica) (err error) {
	before := r.town.asked()
	for _, one := range replicas {
		if one.child, err = launch(one.argv, one.env, r.log); err != nil {
			return err
		}
	}
	return until(ctx, startPatience, func() (bool, error) {
		for _, one := range replicas {
			select {
			case <-one.ended:
				return false, fmt.Errorf("it ended by itself: %w\n%s", one.err, tail(r.log))
			default:
			}
		}
		return r.town.asked() >= before+int64(len(replicas)), nil
	})
}

const startPatience = 30 * time.Second

// close ends everything; the database is dropped.
func (r *running) close(ctx context.Context) (err error) {
	r.hush()
	for _, one := range r.replicas {
		if one.child != nil {
			err = errors.Join(err, one.stop())
		}
	}
	if r.town != nil && r.town.http.tcp != nil {
		r.town.close()
	}
	if r.redis != nil {
		err = errors.Join(err, r.redis.Stop())
	}
	if r.database != "" {
		err = errors.Join(err, r.stores.drop(context.WithoutCancel(ctx), r.database))
	}
	return err
}

// cpu is the processor time of all replicas.
func (r *running) cpu() (sum time.Duration, err error) {
	for _, one := range r.replicas {
		used, failed := one.cpu()
		sum, err = sum+used, errors.Join(err, failed)
	}
	return sum, err
}

// peak is the memory of the replica that had most.
func (r *running) peak() (most int64, err error) {
	for _, one := range r.replicas {
		had, failed := one.peak()
		most, err = max(most, had), errors.Join(err, failed)
	}
	return most, err
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

const warmPatience = 2 * time.Minute

// window measures for so long, with everything at work.
func (r *running) window(ctx context.Context, clk *clock.Clock, length time.Duration) (f figures, err error) {
	before, err := r.work(ctx)
	if err != nil {
		return f, err
	}
	cpu, err := r.cpu()
	if err != nil {
		return f, err
	}
	r.town.tally.cut()
	begun, opened := clk.Now(), r.town.http.connections()
	if err := clk.Until(ctx, begun.Add(length)); err != nil {
		return f, err
	}
	c, took := r.town.tally.cut(), clk.Now().Sub(begun)
	opened = r.town.http.connections() - opened
	used, err := r.cpu()
	if err != nil {
		return f, err
	}
	after, err := r.work(ctx)
	if err != nil {
		return f, err
	}
	f = c.over(took, used-cpu, after.since(before))
	if f.Conversations == 0 || f.Conversations > 3*float64(len(r.town.residents)) && f.Reports == 0 {
		return f, fmt.Errorf("%d updates were answered, and no conversation came to its end\n%s", len(c.answers), tail(r.log))
	}
	f.Opened = float64(opened) / f.Conversations
	f.Peak, err = r.peak()
	return f, err
}

// over are the figures of what was counted.
func (c counts) over(took, cpu time.Duration, w work) figures {
	n := float64(len(c.answers)) / updatesPerReport
	return figures{
		Conversations: n, Reports: c.reports, Pings: c.pings,
		PerSecond: n / took.Seconds(), CPU: time.Duration(float64(cpu) / max(n, 1)),
		P50: percentile(c.answers, 0.5), P99: percentile(c.answers, 0.99), Tap: percentile(c.taps, 0.5),
		Calls: float64(c.calls) / n, Commits: float64(w.commits) / n, Syncs: float64(w.syncs) / n, Commands: float64(w.commands) / n,
	}
}
