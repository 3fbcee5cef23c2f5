package lunch_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

const (
	stormHands = 8 // at once
	stormMoves = 25
)

// storming is what one hand does to somebody.
type storming struct {
	*hall
	dice *rand.Rand
	days []time.Time
}

// TestWhateverHappensAtOnce: orders of several days, pauses, journeys, standing orders
// and places that become more or fewer all at once hold nobody up for good, and leave
// nothing to somebody who is away, nor a place free for which somebody waits.
func TestWhateverHappensAtOnce(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.exec(`UPDATE lunch_places SET capacity = 3`)
	days := []time.Time{h.tuesday, dayAt(25), dayAt(26)}
	for _, day := range days[1:] {
		h.serve(day, 3)
	}
	all := h.eaters(12)
	seed, errs := luck.Seed(t), make([]error, stormHands)
	var hands sync.WaitGroup
	for n := range stormHands {
		hands.Go(func() {
			s := storming{h, rand.New(rand.NewPCG(seed, uint64(n))), days}
			for range stormMoves {
				err := s.move(all[s.dice.IntN(len(all))])
				if err != nil && !refusal.Is(err, refusal.Conflict) && !errors.Is(err, context.DeadlineExceeded) && !pg.Away(err) {
					errs[n] = err
				}
			}
		})
	}
	hands.Wait()
	require.NoError(t, errors.Join(errs...))
	for _, day := range days {
		_, err := h.lunch.Capacity(h.ctx, h.chef, day, lunch.Bring, 100)
		require.NoError(t, err)
	}
	h.rulesHold()
	require.Zero(t, h.number(`SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`), "all lock in one order")
	require.Zero(t, h.number(`SELECT count(*) FROM lunch_orders WHERE mode = 'bring' AND state = 'waiting'`), "nobody waits for whom there is room")
	require.Zero(t, h.number(`SELECT count(*) FROM lunch_orders o JOIN persons p ON p.id = o.person_id
		WHERE o.state <> 'cancelled' AND p.presence <> 'here' AND (p.presence_until IS NULL OR p.presence_until > o.day)`), "nobody who is away has lunch")
	require.Zero(t, h.number(`SELECT count(*) FROM lunch_orders o JOIN diners d ON d.person_id = o.person_id
		WHERE o.state <> 'cancelled' AND d.ended_at IS NOT NULL`))
	require.Positive(t, h.number(`SELECT count(*) FROM lunch_events WHERE detail->>'why' = 'absent'`))
}

func (h *hall) number(query string) (n int) {
	h.Helper()
	require.NoError(h, h.db.Get(&n, query))
	return n
}

// move is one of all that may happen to somebody.
func (s storming) move(a people.Actor) error {
	day, from := s.days[s.dice.IntN(len(s.days))], s.days[1]
	var err error
	switch s.dice.IntN(12) {
	case 0:
		_, err = s.people.Away(s.ctx, s.secretary, a.Person, &s.days[2])
	case 1:
		_, err = s.people.Hospital(s.ctx, s.secretary, a.Person, nil)
	case 2, 3:
		_, err = s.people.Back(s.ctx, s.secretary, a.Person)
	case 4:
		_, err = s.lunch.PauseLunch(s.ctx, a, a.Person, &from, nil)
	case 5:
		_, err = s.lunch.PauseLunch(s.ctx, a, a.Person, nil, nil)
	case 6:
		_, err = s.lunch.Standing(s.ctx, a, a.Person, weekdays[s.dice.IntN(3):])
	case 7:
		_, err = s.lunch.NotThen(s.ctx, a, day, a.Person)
	case 8:
		_, err = s.lunch.Capacity(s.ctx, s.chef, day, lunch.Bring, s.dice.IntN(5))
	case 9:
		err = s.lunch.Stand(s.ctx, s.id, day)
	default:
		list := []string{lunch.TakeForMe, lunch.AskMeFirst}[s.dice.IntN(2)]
		_, err = s.lunch.Order(s.ctx, a, lunch.Wish{Day: day, Person: a.Person, Portions: 1 + s.dice.IntN(2), List: list})
	}
	return err
}
