package outbox_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/pg"
)

// log is what reached people: who was being sent to, and what arrived.
type log struct {
	sync.Mutex
	busy      map[string]string
	delivered map[string][]string
	faults    []string
}

func (l *log) begin(lane, key string) {
	l.Lock()
	defer l.Unlock()
	if other := l.busy[lane]; other != "" {
		l.faults = append(l.faults, fmt.Sprintf("%s overlaps %s", key, other))
	}
	l.busy[lane] = key
}

func (l *log) end(lane, key string, arrived bool) {
	l.Lock()
	defer l.Unlock()
	delete(l.busy, lane)
	if arrived {
		l.delivered[lane] = append(l.delivered[lane], key)
	}
}

// Whatever fails and whoever dies: with four workers at once each message
// arrives once, in the order of its lane, and no lane is worked on twice at a
// time.
func TestLanesKeepTheirOrderUnderFourWorkers(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			const lanes, each = 10, 30
			w := newTown(t, clock.New())
			l := &log{busy: map[string]string{}, delivered: map[string][]string{}}
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			var all sync.WaitGroup
			for lane := range lanes {
				all.Go(func() { w.fill(ctx, lane, each) })
			}
			for worker := range uint64(4) {
				all.Go(func() { w.work(ctx, l, rand.New(rand.NewPCG(seed, worker)), lanes*each) })
			}
			all.Wait()
			require.NoError(t, ctx.Err())
			require.Empty(t, l.faults)
			for lane := range lanes {
				name := fmt.Sprint("case:", lane)
				var want []string
				for i := range each {
					want = append(want, fmt.Sprintf("%s:%d", name, i))
				}
				require.Equal(t, want, l.delivered[name])
			}
		})
	}
}

// fill enqueues a lane's messages, a few in a transaction.
func (w *town) fill(ctx context.Context, lane, each int) {
	subject := fmt.Sprint("case:", lane)
	for i := 0; i < each; i += 3 {
		var rows []outbox.Row
		for j := i; j < i+3; j++ {
			r := to(fmt.Sprintf("%s:%d", subject, j), subject)
			r.Urgency = outbox.Urgency(j % 4)
			rows = append(rows, r)
		}
		err := pg.InTx(ctx, w.db, func(tx *sqlx.Tx) error { return outbox.Enqueue(ctx, tx, w.id, rows...) })
		if err != nil {
			w.Errorf("enqueue: %v", err)
		}
	}
}

// work claims and settles until everything has arrived.
func (w *town) work(ctx context.Context, l *log, dice *rand.Rand, total int) {
	for ctx.Err() == nil {
		rows, err := w.box.Claim(ctx, "w", 1+dice.IntN(5), outbox.Want{Community: w.id, Jobs: 10, Messages: 10})
		if err != nil {
			w.Errorf("claim: %v", err)
			return
		}
		for _, c := range rows {
			if err := w.carry(ctx, l, dice, c); err != nil {
				w.Errorf("carry: %v", err)
			}
		}
		if len(rows) > 0 {
			continue
		}
		if l.arrived() == total {
			return
		}
		_ = w.clk.Until(ctx, w.clk.Now().Add(2*time.Millisecond))
	}
}

func (l *log) arrived() (n int) {
	l.Lock()
	defer l.Unlock()
	for _, keys := range l.delivered {
		n += len(keys)
	}
	return n
}

// carry sends a row, or throws it away as fate wills: it is limited, its
// rendering fails, or its worker dies with it in hand.
func (w *town) carry(ctx context.Context, l *log, dice *rand.Rand, c outbox.Claimed) error {
	l.begin(c.Subject, c.Key)
	soon := w.clk.Now().Add(time.Duration(dice.IntN(5)) * time.Millisecond)
	switch fate := dice.IntN(100); {
	case fate < 10:
		l.end(c.Subject, c.Key, false)
		return w.box.Later(ctx, c, soon, false)
	case fate < 20:
		l.end(c.Subject, c.Key, false)
		return w.box.Later(ctx, c, soon, true)
	case fate < 25:
		l.end(c.Subject, c.Key, false)
		_, err := w.db.ExecContext(ctx, `UPDATE outbox SET lease_until = now() - interval '1 second' WHERE community_id = $1 AND id = $2`, w.id, c.ID)
		return err
	}
	if err := w.box.Attempting(ctx, c); err != nil {
		return err
	}
	l.end(c.Subject, c.Key, true)
	return w.box.Sent(ctx, c, c.ID, "text")
}

// Two workers that look at the same moment see different heads of a lane where
// an older row falls due in between: the second must find nothing.
func TestTwoWorkersAtTheSameMomentDoNotTakeFromOneLane(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(later(to("older", "case:17"), time.Second), to("newer", "case:17"))
	first, err := w.db.BeginTxx(t.Context(), nil)
	require.NoError(t, err)
	_, err = first.ExecContext(t.Context(), outbox.ClaimQuery, outbox.ClaimArgs(noon, "first", 10, w.wants(10))...)
	require.NoError(t, err)

	w.clk.Advance(time.Second)
	second := make(chan []outbox.Claimed, 1)
	go func() {
		rows, err := w.box.Claim(context.WithoutCancel(t.Context()), "second", 10, outbox.Want{Community: w.id, Messages: 10})
		if err != nil {
			t.Errorf("claim: %v", err)
		}
		second <- rows
	}()
	require.Eventually(t, func() bool {
		var waiting bool
		err := w.db.Get(&waiting, `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')`)
		return err == nil && waiting || len(second) > 0
	}, time.Minute, 5*time.Millisecond)
	require.NoError(t, first.Commit())
	require.Empty(t, keysOf(<-second))
}
