package lunch_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// attempts is how many bookings the rush makes; the figure of the issue is 100,000.
var attempts = flag.Int("attempts", 2000, "how many bookings the rush makes")

const (
	rushPlaces = 120
	rushHands  = 16 // at once
	rushEaters = 400
)

// eaters are people of 76 who eat here, made at once.
func (h *hall) eaters(n int) (all []people.Actor) {
	h.Helper()
	var ids []int64
	require.NoError(h, h.db.Select(&ids, `
		INSERT INTO persons (community_id, name, language, birth_year, reachable, created_at)
		SELECT $1, 'E' || g, 'en', 1950, false, $2 FROM generate_series(1, $3) g RETURNING id`, h.id, h.clk.Now(), n))
	h.exec(`INSERT INTO diners (community_id, person_id, why, since) SELECT $1, unnest($2::bigint[]), 'age', $3`, h.id, pq.Array(ids), h.clk.Now())
	for _, id := range ids {
		all = append(all, people.Actor{Community: h.id, Person: id})
	}
	return all
}

// TestARushForTheLastPlaces: many book at once, change their mind, and book again. No
// place is given twice, nobody has two, and whoever waits gets theirs in their turn.
func TestARushForTheLastPlaces(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.exec(`UPDATE lunch_places SET capacity = CASE mode WHEN 'bring' THEN $1 ELSE 0 END`, rushPlaces)
	all := h.eaters(rushEaters)
	seed := luck.Seed(t)
	var left, taken, full, busy atomic.Int64
	left.Store(int64(*attempts))
	var odd []error
	var mu sync.Mutex
	var hands sync.WaitGroup
	for n := range rushHands {
		hands.Go(func() {
			dice := rand.New(rand.NewPCG(seed, uint64(n)))
			for left.Add(-1) >= 0 {
				a := all[dice.IntN(len(all))]
				switch err := h.attempt(a, dice.IntN(100)); {
				case err == nil:
					taken.Add(1)
				case refusal.Is(err, refusal.Conflict):
					full.Add(1)
				case errors.Is(err, context.DeadlineExceeded), pg.Away(err): // "try again", on a machine that is busy
					busy.Add(1)
				default:
					mu.Lock()
					odd = append(odd, err)
					mu.Unlock()
				}
			}
		})
	}
	hands.Wait()
	require.Empty(t, odd)
	t.Logf("%d attempts: %d went through, %d were refused, %d came to nothing", *attempts, taken.Load(), full.Load(), busy.Load())
	require.Less(t, busy.Load(), int64(*attempts/10))
	require.Empty(t, wrongs(t, h.db, h.id))
	require.Empty(t, unfair(t, h.db, h.id, h.tuesday, rushPlaces))
	var had, moved int
	require.NoError(t, h.db.Get(&moved, `SELECT count(*) FROM lunch_events WHERE code = 'ordered' AND detail->>'why' = 'list'`))
	require.Positive(t, moved, "the list moved on")
	t.Logf("%d places came free for who waited", moved)
	require.NoError(t, h.db.Get(&had, `SELECT taken FROM lunch_places WHERE mode = 'bring'`))
	require.Equal(t, rushPlaces, had, "nor is one left while somebody waits")
}

// attempt is one booking: mostly to wait for a place, sometimes to know at once, and
// now and then a cancellation.
func (h *hall) attempt(a people.Actor, dice int) error {
	w := lunch.Wish{Day: h.tuesday, Person: a.Person}
	switch {
	case dice < 8:
		_, err := h.lunch.NotThen(h.ctx, a, h.tuesday, a.Person)
		return err
	case dice < 40:
	default:
		w.List = lunch.TakeForMe
	}
	_, err := h.lunch.Order(h.ctx, a, w)
	return err
}

// unfair replays the events of a day with one way and one portion each, and tells of
// every moment at which too many had a place, or somebody passed another on the list.
func unfair(t require.TestingT, db *sqlx.DB, community int64, day time.Time, places int) (wrong []string) {
	var events []struct {
		ID, Order  int64
		State, Why string
	}
	require.NoError(t, db.Select(&events, `
		SELECT id, (detail->>'order')::bigint AS "order", detail->>'state' AS state, detail->>'why' AS why
		FROM lunch_events WHERE community_id = $1 AND day = $2 AND detail ? 'order' ORDER BY id`, community, day))
	had := map[int64]bool{}
	var list []int64
	for _, e := range events {
		at := slices.Index(list, e.Order)
		switch {
		case e.State == "ordered" && e.Why == "list" && at != 0:
			wrong = append(wrong, fmt.Sprintf("event %d: order %d was %d on the list", e.ID, e.Order, at))
		case e.State == "ordered" && e.Why != "list" && len(list) > 0 && !had[e.Order]:
			wrong = append(wrong, fmt.Sprintf("event %d: order %d passed %d who wait", e.ID, e.Order, len(list)))
		case e.State == "waiting" && at < 0:
			list = append(list, e.Order)
		}
		if e.State != "waiting" && at >= 0 {
			list = slices.Delete(list, at, at+1)
		}
		delete(had, e.Order)
		if e.State == "ordered" {
			had[e.Order] = true
		}
		if len(had) > places {
			wrong = append(wrong, fmt.Sprintf("event %d: %d of %d places", e.ID, len(had), places))
		}
	}
	return wrong
}

// TestTheRushFindsACountBeforeAnInsert: who counts the orders, and then inserts one
// where the tables do not look, gives places twice; the checks of the rush say so.
func TestTheRushFindsACountBeforeAnInsert(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	const places = 5
	h.exec(`UPDATE lunch_places SET capacity = $1`, places)
	h.exec(`ALTER TABLE lunch_places DISABLE TRIGGER lunch_places_never_over`)
	all := h.eaters(2 * places)
	require.NoError(t, h.allCountThenInsert(all, places))
	require.Contains(t, fmt.Sprint(wrongs(t, h.db, h.id)), "10 of 5")
	require.NotEmpty(t, unfair(t, h.db, h.id, h.tuesday, places))

	h.exec(`DELETE FROM lunch_orders`)
	h.exec(`ALTER TABLE lunch_places ENABLE TRIGGER lunch_places_never_over`)
	require.ErrorContains(t, h.allCountThenInsert(all, places), "no place is left", "where the tables look it gives none twice")
	require.Empty(t, wrongs(t, h.db, h.id))
}

// allCountThenInsert lets all count before any of them inserts.
func (h *hall) allCountThenInsert(all []people.Actor, places int) error {
	counted := make(chan struct{})
	var counting, hands sync.WaitGroup
	counting.Add(len(all))
	errs := make([]error, len(all))
	for i, a := range all {
		hands.Go(func() { errs[i] = h.countThenInsert(a, places, &counting, counted) })
	}
	counting.Wait()
	close(counted)
	hands.Wait()
	return errors.Join(errs...)
}

// countThenInsert books as one should not: it counts, others do, and then it inserts.
func (h *hall) countThenInsert(a people.Actor, places int, counting *sync.WaitGroup, counted <-chan struct{}) error {
	tx, err := h.db.Beginx()
	if err != nil {
		counting.Done()
		return err
	}
	defer func() { _ = tx.Rollback() }() // after the commit there is nothing to roll back
	var n int
	err = tx.Get(&n, `SELECT count(*) FROM lunch_orders WHERE community_id = $1 AND day = $2 AND mode = 'bring' AND state = 'ordered'`, h.id, h.tuesday)
	counting.Done()
	<-counted
	if err != nil || n >= places {
		return err
	}
	_, err = tx.Exec(`
		WITH made AS (
			INSERT INTO lunch_orders (community_id, day, person_id, by_id, how, state, mode, portions, since)
			VALUES ($1, $2, $3, $3, 'tap', 'ordered', 'bring', 1, $4) RETURNING id)
		INSERT INTO lunch_events (community_id, day, person_id, code, detail, at)
		SELECT $1, $2, $3, 'ordered', jsonb_build_object('order', id, 'state', 'ordered', 'why', ''), $4 FROM made`,
		h.id, h.tuesday, a.Person, h.clk.Now())
	if err != nil {
		return err
	}
	return tx.Commit()
}
