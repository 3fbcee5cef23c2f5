package childcare_test

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

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// attempts is how many bookings the rush makes; the figure of the issue is 100,000.
var attempts = flag.Int("attempts", 400, "how many bookings the rush makes")

const (
	rushPlaces   = 20
	rushHands    = 16 // at once
	rushChildren = 60
)

// crowded is a Tuesday on which the noon and the afternoon are at one time, with so many
// places each.
func crowded(t *testing.T, places int) *hall {
	t.Helper()
	h := newHall(t)
	h.exec(`UPDATE care_sittings SET places = $2, starts_at = starts_at - interval '4 hours', ends_at = ends_at - interval '4 hours'
		WHERE day = $1 AND part = 'after'`, h.tuesday, places)
	h.places(h.tuesday, places)
	return h
}

// TestARushForTheLastPlaces: many book at once, change their mind, and book again. No
// sitting has a child too many, no child is at two places at one time, no booking has a
// part of its chain, and whoever waits gets theirs in their turn.
func TestARushForTheLastPlaces(t *testing.T) {
	t.Parallel()
	h := crowded(t, rushPlaces)
	of, children := h.others(rushChildren)
	seed := luck.Seed(t)
	var left, taken, no, busy atomic.Int64
	left.Store(int64(*attempts))
	var odd []error
	var mu sync.Mutex
	var hands sync.WaitGroup
	for n := range rushHands {
		hands.Go(func() {
			dice := rand.New(rand.NewPCG(seed, uint64(n)))
			for left.Add(-1) >= 0 {
				i := dice.IntN(rushChildren)
				switch err := h.attempt(of[i], children[i], dice); {
				case err == nil:
					taken.Add(1)
				case refusal.Is(err, refusal.Conflict):
					no.Add(1)
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
	t.Logf("%d attempts: %d went through, %d were refused, %d came to nothing", *attempts, taken.Load(), no.Load(), busy.Load())
	require.Less(t, busy.Load(), int64(*attempts/10))
	require.Empty(t, wrongs(t, h.db, h.id))
	require.Empty(t, unfair(t, h.db, h.id))
	var moved int
	require.NoError(t, h.db.Get(&moved, `SELECT count(*) FROM care_events WHERE detail->>'why' = 'list'`))
	require.Positive(t, moved, "the list moved on")
	t.Logf("%d places came free for who waited", moved)
}

// attempt is one tap: mostly to book, sometimes to cancel what one has, to answer, or to
// let a place be taken by itself.
func (h *hall) attempt(a people.Actor, child int64, dice *rand.Rand) error {
	part := []childcare.Part{childcare.Noon, childcare.After}[dice.IntN(2)]
	what := dice.IntN(100)
	if what < 60 {
		_, err := h.care.Book(h.ctx, a, childcare.Wish{Child: child, Day: h.tuesday, Part: part})
		return err
	}
	var ids []int64
	err := h.db.SelectContext(h.ctx, &ids, `
		SELECT id FROM care_bookings WHERE community_id = $1 AND day = $2 AND child_id = $3 AND part = $4`, h.id, h.tuesday, child, part)
	if err != nil || len(ids) == 0 {
		return err
	}
	switch {
	case what < 75:
		_, err = h.care.TakeItself(h.ctx, a, ids[0], true)
	case what < 85:
		_, err = h.care.Answer(h.ctx, a, ids[0], what < 82)
	default:
		_, err = h.care.Cancel(h.ctx, a, ids[0])
	}
	return err
}

// wrongs are the sittings that have a child too many, or count otherwise than the legs say,
// the children who are at two places at one time, and the bookings that have a part of
// their chain.
func wrongs(t require.TestingT, db *sqlx.DB, community int64) []string {
	var all []string
	require.NoError(t, db.Select(&all, `
		WITH real AS (
			SELECT s.id, s.day, s.what, s.places, s.taken, count(l.*) AS n
			FROM care_sittings s
			LEFT JOIN (care_legs l JOIN care_bookings b ON b.community_id = l.community_id AND b.id = l.booking_id AND b.state IN ('booked', 'offered'))
				ON l.community_id = s.community_id AND l.sitting_id = s.id
			WHERE s.community_id = $1 GROUP BY s.id, s.day, s.what, s.places, s.taken),
		held AS (
			SELECT l.* FROM care_legs l JOIN care_bookings b ON b.community_id = l.community_id AND b.id = l.booking_id
			WHERE b.community_id = $1 AND b.state IN ('booked', 'offered'))
		SELECT format('%s %s: %s of %s', day, what, n, places) FROM real WHERE n > places
		UNION ALL SELECT format('%s %s: %s counted, %s taken', day, what, taken, n) FROM real WHERE n <> taken
		UNION ALL SELECT format('child %s: twice at %s', a.child_id, a.starts_at) FROM held a JOIN held b
			ON a.child_id = b.child_id AND (a.booking_id, a.sitting_id) < (b.booking_id, b.sitting_id)
			AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
		UNION ALL SELECT format('booking %s: %s legs of %s', b.id, count(l.*), b.part)
			FROM care_bookings b LEFT JOIN held l ON l.community_id = b.community_id AND l.booking_id = b.id
			WHERE b.community_id = $1 AND b.state IN ('booked', 'offered') AND b.part IN ('noon', 'after')
			GROUP BY b.id, b.part HAVING count(l.*) <> CASE b.part WHEN 'noon' THEN 4 ELSE 2 END`, community))
	return all
}

// unfair replays the events of a day whose parts are at one time, and tells of every moment
// at which somebody passed another on the list of their part who could have had the place:
// who waits for one part while they have the other could not.
func unfair(t require.TestingT, db *sqlx.DB, community int64) (wrong []string) {
	var events []struct {
		ID, Booking, Child int64
		Part, State, Why   string
	}
	require.NoError(t, db.Select(&events, `
		SELECT id, (detail->>'booking')::bigint AS booking, child_id AS child, detail->>'part' AS part, code AS state, detail->>'why' AS why
		FROM care_events WHERE community_id = $1 AND code IN ('booked', 'waiting', 'offered', 'cancelled') ORDER BY id`, community))
	type waiter struct{ booking, child int64 }
	had, list := map[int64]string{}, map[string][]waiter{} // what a child holds; who waits for a part
	for _, e := range events {
		me := waiter{e.Booking, e.Child}
		at := slices.Index(list[e.Part], me)
		holds := e.State == "booked" || e.State == "offered"
		if holds && had[e.Child] != e.Part {
			for _, w := range list[e.Part] {
				if w == me {
					break
				}
				if had[w.child] == "" {
					wrong = append(wrong, fmt.Sprintf("event %d: booking %d passed booking %d", e.ID, me.booking, w.booking))
				}
			}
		}
		switch {
		case e.State == "waiting" && at < 0:
			list[e.Part] = append(list[e.Part], me)
		case e.State != "waiting" && at >= 0:
			list[e.Part] = slices.Delete(list[e.Part], at, at+1)
		}
		if holds {
			had[e.Child] = e.Part
		} else if had[e.Child] == e.Part {
			delete(had, e.Child)
		}
	}
	return wrong
}

// TestTheRushFindsACountBeforeAnInsert: who counts the legs, and then inserts one where the
// tables do not look, gives places twice, and a child two; the checks of the rush say so.
func TestTheRushFindsACountBeforeAnInsert(t *testing.T) {
	t.Parallel()
	const places = 3
	h := crowded(t, places)
	h.exec(`ALTER TABLE care_sittings DISABLE TRIGGER care_sittings_never_over`)
	h.exec(`ALTER TABLE care_legs DROP CONSTRAINT care_legs_not_twice`)
	_, children := h.others(2 * places)
	require.NoError(t, h.allCountThenInsert(children, places))
	found := fmt.Sprint(wrongs(t, h.db, h.id))
	require.Contains(t, found, "6 of 3")
	require.Contains(t, found, "twice at")
	require.Contains(t, found, "1 legs of noon")

	h = crowded(t, places)
	_, children = h.others(2 * places)
	require.Error(t, h.allCountThenInsert(children, places), "where the tables look it gives none twice")
	for _, wrong := range wrongs(t, h.db, h.id) {
		require.Contains(t, wrong, "1 legs of", "but for half a chain, which no verb writes")
	}
}

// TestTheRushFindsWhoPassesAnother: a place that comes free and goes to the last of those
// who wait is found by the checks of the rush.
func TestTheRushFindsWhoPassesAnother(t *testing.T) {
	t.Parallel()
	h := crowded(t, 1)
	of, children := h.others(3)
	first := h.book(of[0], children[0], childcare.Noon)
	second, third := h.book(of[1], children[1], childcare.Noon), h.book(of[2], children[2], childcare.Noon)
	_, err := h.care.Cancel(h.ctx, of[0], first.ID)
	require.NoError(t, err)
	require.Empty(t, unfair(t, h.db, h.id))
	h.exec(`UPDATE care_events SET child_id = $1, detail = detail || jsonb_build_object('booking', $2::bigint)
		WHERE code = 'offered' AND child_id = $3`, children[2], third.ID, children[1])
	require.Equal(t, 1, len(unfair(t, h.db, h.id)), "booking %d was before", second.ID)
}

// allCountThenInsert lets all count before any of them inserts.
func (h *hall) allCountThenInsert(children []int64, places int) error {
	counted := make(chan struct{})
	var counting, hands sync.WaitGroup
	counting.Add(2 * len(children))
	errs := make([]error, 2*len(children))
	for i, child := range children {
		for j, part := range []childcare.Part{childcare.Noon, childcare.After} {
			hands.Go(func() { errs[2*i+j] = h.countThenInsert(child, part, places, &counting, counted) })
		}
	}
	counting.Wait()
	close(counted)
	hands.Wait()
	return errors.Join(errs...)
}

// countThenInsert books as one should not: it counts, others do, and then it inserts.
func (h *hall) countThenInsert(child int64, part childcare.Part, places int, counting *sync.WaitGroup, counted <-chan struct{}) error {
	tx, err := h.db.Beginx()
	if err != nil {
		counting.Done()
		return err
	}
	defer func() { _ = tx.Rollback() }() // after the commit there is nothing to roll back
	var n int
	err = tx.Get(&n, `SELECT count(*) FROM care_legs WHERE community_id = $1 AND day = $2 AND part = $3 AND holds`, h.id, h.tuesday, part)
	counting.Done()
	<-counted
	if err != nil || n >= places {
		return err
	}
	_, err = tx.Exec(`
		WITH s AS (SELECT * FROM care_sittings WHERE community_id = $1 AND day = $2 AND part = $4 AND what IN ('lunch', 'mind') ORDER BY starts_at, id LIMIT 1),
			b AS (INSERT INTO care_bookings (community_id, day, child_id, part, how, state, since)
				VALUES ($1, $2, $3, $4, 'tap', 'booked', $5) RETURNING *)
		INSERT INTO care_legs (community_id, booking_id, sitting_id, child_id, day, part, what, holds, starts_at, ends_at)
		SELECT b.community_id, b.id, s.id, b.child_id, b.day, b.part, s.what, b.holds, s.starts_at, s.ends_at FROM b, s`,
		h.id, h.tuesday, child, part, h.clk.Now())
	if err != nil {
		return err
	}
	return tx.Commit()
}
