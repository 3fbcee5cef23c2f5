package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/clock"
)

// Damage is what kills did.
type Damage struct {
	Kills, Reports  int
	Stuck           int // conversations that went on only after another /start
	Doubled         int // cases that are there twice
	Untold          int // cases of which the resident or the one on duty was never told
	Lost            int // cases that were told and are not there
	stillInTheQueue int
}

func (d Damage) sum() int { return d.Stuck + d.Doubled + d.Untold + d.Lost }

// String lists what was found.
func (d Damage) String() string {
	return fmt.Sprintf("%d kills in %d reports: %d stuck, %d doubled, %d never told, %d lost", d.Kills, d.Reports, d.Stuck, d.Doubled, d.Untold, d.Lost)
}

const (
	betweenKills = 1500 * time.Millisecond // on average
	stuckAfter   = 40 * time.Second        // without an answer: an heir may take half a minute
	tellPatience = 90 * time.Second        // more than the lease of what a dead process had in hand
)

// killed kills linli again and again under load, and counts what it did.
func (b *bench) killed(ctx context.Context, kills int) (d Damage, err error) {
	r, err := b.run(ctx, b.linli, b.adjust(settings["few"]))
	if err != nil {
		return d, err
	}
	defer func() {
		_, b.lastUpdate = r.town.queue.state()
		err = errors.Join(err, r.close(ctx))
	}()
	r.town.tally.keep()
	watch, stop := context.WithCancel(ctx)
	defer stop()
	for _, person := range r.town.residents {
		person.begin()
		go person.lookAfter(watch)
	}
	clk := clock.New()
	for n := range kills {
		victim := r.replicas[n%len(r.replicas)]
		pause := betweenKills/2 + rand.N(betweenKills)
		if err := clk.Until(ctx, clk.Now().Add(pause)); err != nil {
			return d, err
		}
		if err := errors.Join(victim.kill(), r.serve(ctx, victim)); err != nil {
			return d, err
		}
	}
	if err := clk.Until(ctx, clk.Now().Add(betweenKills)); err != nil {
		return d, err
	}
	r.town.resting.Store(true)
	d.Kills = kills
	return d, r.damage(ctx, &d)
}

// lookAfter begins anew where nothing comes: the conversation was stuck.
func (r *resident) lookAfter(ctx context.Context) {
	for r.town.clk.Until(ctx, r.town.clk.Now().Add(stuckAfter/10)) == nil {
		r.mu.Lock()
		again := !r.asked.IsZero() && r.town.clk.Now().Sub(r.asked) > stuckAfter
		if again {
			r.stuck++
			r.tapped = false
			r.acted = r.acted[:0]
		}
		r.mu.Unlock()
		if again {
			r.act(r.say("/start"))
		}
	}
}

// damage waits until everything is answered and told, then compares what
// people saw with what is stored.
func (r *running) damage(ctx context.Context, d *Damage) (err error) {
	db, err := sql.Open("postgres", r.address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	late := until(ctx, tellPatience, func() (bool, error) {
		if n := r.town.waiting(); n > 0 {
			return false, nil
		}
		err := db.QueryRowContext(ctx, `
			SELECT count(*) FROM outbox
			WHERE person_id <> 0 AND state IN ('waiting', 'claimed') AND community_id IS NOT NULL`).Scan(&d.stillInTheQueue)
		return d.stillInTheQueue == 0, err
	})
	if late != nil && ctx.Err() != nil {
		return late
	}
	for _, person := range r.town.residents {
		person.mu.Lock()
		d.Stuck += person.stuck
		person.mu.Unlock()
	}
	return r.compare(ctx, db, d)
}

func (r *running) compare(ctx context.Context, db *sql.DB, d *Damage) error {
	rows, err := db.QueryContext(ctx, `
		SELECT number::text, words FROM cases WHERE community_id IS NOT NULL AND number IS NOT NULL`)
	if err != nil {
		return fmt.Errorf("read cases: %w", err)
	}
	defer func() { _ = rows.Close() }() // read to the end below
	told, pinged := r.town.tally.kept()
	stored, tokens := map[string]bool{}, map[string]bool{}
	for rows.Next() {
		var number, words string
		if err := rows.Scan(&number, &words); err != nil {
			return fmt.Errorf("read cases: %w", err)
		}
		token, _, _ := strings.Cut(words, " ")
		if tokens[token] {
			d.Doubled++
		}
		if !told[number] || !pinged[number] {
			d.Untold++
		}
		stored[number], tokens[token] = true, true
		d.Reports++
	}
	for number := range told {
		if !stored[number] {
			d.Lost++
		}
	}
	return rows.Err()
}
