package childcare_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestSiblingsHaveAPlaceEachOrNone: where one of them would wait, nothing is booked, and
// nobody is told of it.
func TestSiblingsHaveAPlaceEachOrNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		places int
		before []int // of the two, who has asked already
		want   []string
	}{
		"for both":                       {2, nil, []string{"Bao after booked", "Dou after booked"}},
		"for one":                        {1, nil, nil},
		"for none":                       {0, nil, nil},
		"for the other, and one has it":  {2, []int{0}, []string{"Bao after booked", "Dou after booked"}},
		"for none, and one has it":       {1, []int{0}, []string{"Bao after booked"}},
		"for none, and one is in a line": {0, []int{0}, []string{"Bao after waiting"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHall(t)
			h.places(h.tuesday, c.places)
			both := []int64{h.bao, h.dou}
			for _, i := range c.before {
				h.book(h.mei, both[i], childcare.After)
			}
			before := h.told()
			got, err := h.care.BookTogether(h.ctx, h.mei, h.afterFor(both...)...)
			require.Equal(t, c.want, h.on(h.tuesday))
			if len(c.want) == 2 {
				require.NoError(t, err)
				require.Len(t, got, 2)
				return
			}
			refused(t, refusal.Conflict, "care.not_together", err)
			require.Equal(t, before, h.told())
		})
	}
}

// afterFor wishes for the afternoon of Tuesday.
func (h *hall) afterFor(children ...int64) (all []childcare.Wish) {
	for _, c := range children {
		all = append(all, childcare.Wish{Child: c, Day: h.tuesday, Part: childcare.After})
	}
	return all
}

// TestTwoFamiliesAtOnceForTheLastTwoPlaces: one has both, whatever the order of its
// children; the other has nothing.
func TestTwoFamiliesAtOnceForTheLastTwoPlaces(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	of, some := h.others(4)
	h.tie(of[0].Person, some[1], people.Guardian)
	h.tie(of[2].Person, some[3], people.Guardian)
	for range 10 {
		h.places(h.tuesday, 2)
		errs := make([]error, 2)
		var taps sync.WaitGroup
		for n, wishes := range [][]childcare.Wish{h.afterFor(some[0], some[1]), h.afterFor(some[3], some[2])} {
			taps.Go(func() { _, errs[n] = h.care.BookTogether(h.ctx, of[2*n], wishes...) })
		}
		taps.Wait()
		has := 0
		if errs[0] != nil {
			has = 2
		}
		require.NoError(t, errs[has/2])
		refused(t, refusal.Conflict, "care.not_together", errs[1-has/2])
		var booked []int64
		require.NoError(t, h.db.Select(&booked, `SELECT child_id FROM care_bookings WHERE day = $1 AND state = 'booked' ORDER BY child_id`, h.tuesday))
		require.ElementsMatch(t, some[has:has+2], booked)
		require.Empty(t, wrongs(t, h.db, h.id))
		var waiting int
		require.NoError(t, h.db.Get(&waiting, `SELECT count(*) FROM care_bookings WHERE day = $1 AND state = 'waiting'`, h.tuesday))
		require.Zero(t, waiting)
		var ids []int64
		require.NoError(t, h.db.Select(&ids, `SELECT id FROM care_bookings WHERE day = $1 AND state = 'booked'`, h.tuesday))
		for _, id := range ids {
			_, err := h.care.Cancel(h.ctx, of[has], id)
			require.NoError(t, err)
		}
	}
}

// TestHowManySitSideBySide: who shares a sitting shares its places.
func TestHowManySitSideBySide(t *testing.T) {
	t.Parallel()
	sitting := func(id int64, left int) childcare.Sitting { return childcare.Sitting{ID: id, Places: left} }
	offer := func(all ...childcare.Sitting) childcare.Offer { return childcare.Offer{Sittings: all} }
	for name, c := range map[string]struct {
		offers []childcare.Offer
		want   int
	}{
		"nobody":                    {nil, 0},
		"a place for each":          {[]childcare.Offer{offer(sitting(1, 2)), offer(sitting(1, 2))}, 2},
		"one place":                 {[]childcare.Offer{offer(sitting(1, 1)), offer(sitting(1, 1))}, 1},
		"no place":                  {[]childcare.Offer{offer(sitting(1, 0)), offer(sitting(1, 0))}, 0},
		"one place at each school":  {[]childcare.Offer{offer(sitting(1, 1)), offer(sitting(2, 1))}, 2},
		"two schools, one homework": {[]childcare.Offer{offer(sitting(1, 9), sitting(3, 1)), offer(sitting(2, 9), sitting(3, 1))}, 1},
		"the first school is full":  {[]childcare.Offer{offer(sitting(1, 0), sitting(3, 1)), offer(sitting(2, 9), sitting(3, 1))}, 1},
		"three, and places for two": {[]childcare.Offer{offer(sitting(1, 2)), offer(sitting(1, 2)), offer(sitting(1, 2))}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, childcare.Fit(c.offers))
		})
	}
}
