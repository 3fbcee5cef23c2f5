package lunch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestWhoEatsByTheirAge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		born int // as the register knows it
		said int
		key  string
	}{
		"seventy this year":     {1956, 0, ""},
		"sixty-nine":            {1957, 0, "lunch.too_young"},
		"the register knows":    {1957, 1930, "lunch.too_young"},
		"nobody knows":          {0, 0, "lunch.born_unknown"},
		"said to be too young":  {0, 1980, "lunch.too_young"},
		"said to be old enough": {0, 1956, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHall(t)
			a := h.meet("New")
			h.exec(`UPDATE persons SET birth_year = nullif($2, 0) WHERE id = $1`, a.Person, c.born)
			d, err := h.lunch.LetIn(h.ctx, a, lunch.Entry{Person: a.Person, Born: c.said})
			expect(t, c.key, err)
			require.Equal(t, c.said != 0 && c.key == "", d.Looking)
		})
	}
	h := newHall(t)
	a := h.meet("New")
	_, err := h.lunch.LetIn(h.ctx, a, lunch.Entry{Person: a.Person, Born: 1600})
	refused(t, refusal.Invalid, "people.bad_year", err)
}

func TestAYearThatSomebodyNamesIsLookedAt(t *testing.T) {
	t.Parallel()
	for name, yes := range map[string]bool{"yes": true, "no": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHall(t)
			a := h.meet("New")
			for range 2 {
				d, err := h.lunch.LetIn(h.ctx, a, lunch.Entry{Person: a.Person, Born: 1940})
				require.NoError(t, err)
				require.True(t, d.Looking)
			}
			require.Equal(t, []string{"Chef lunch.look", "Li lunch.look"}, h.told(), "once")
			_, err := h.lunch.Order(h.ctx, a, lunch.Wish{Day: h.tuesday, Person: a.Person})
			refused(t, refusal.Conflict, "lunch.no_diner", err)
			require.True(t, refusal.Is(h.lunch.Vouch(h.ctx, a, a.Person, true), refusal.NotFound))
			require.True(t, refusal.Is(h.lunch.Vouch(h.ctx, h.mei, a.Person, true), refusal.NotFound))
			l, err := h.lunch.ReadLook(h.ctx, h.li, a.Person)
			require.NoError(t, err)
			require.Equal(t, 1940, l.Born)
			require.NoError(t, h.lunch.Vouch(h.ctx, h.li, a.Person, yes))
			require.NoError(t, h.lunch.Vouch(h.ctx, h.li, a.Person, yes))
			refused(t, refusal.Conflict, "lunch.looked", h.lunch.Vouch(h.ctx, h.chef, a.Person, yes))
			d, err := h.lunch.Diner(h.ctx, a, a.Person)
			if !yes {
				refused(t, refusal.Conflict, "lunch.no_diner", err)
				require.Equal(t, 1, count(h.told(), "New lunch.no_let_in"))
				return
			}
			require.NoError(t, err)
			require.Equal(t, h.li.Person, d.LetInBy)
			require.Equal(t, 1, count(h.told(), "New lunch.let_in"))
		})
	}
}

func TestTheWordOfWhoServesIsEnough(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a := h.meet("New")
	d, err := h.lunch.LetIn(h.ctx, h.li, lunch.Entry{Person: a.Person, Born: 1940})
	require.NoError(t, err)
	require.Equal(t, []any{false, h.li.Person, lunch.ByAge}, []any{d.Looking, d.LetInBy, d.By})
	d, err = h.lunch.LetIn(h.ctx, h.li, lunch.Entry{Person: h.li.Person, Born: 1940})
	require.NoError(t, err)
	require.True(t, d.Looking, "but not of oneself")
	require.Contains(t, h.told(), "Chef lunch.look")
}

func TestAnExceptionHasAReasonAndAnEnd(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.serve(dayAt(25), 1)
	a := h.meet("Young")
	until, past := dayAt(24), dayAt(22)
	e := lunch.Entry{Person: a.Person, By: lunch.ByException, Reason: "a broken leg", Until: &until}
	_, err := h.lunch.LetIn(h.ctx, a, e)
	require.True(t, refusal.Is(err, refusal.NotFound), "nobody makes their own")
	for key, wrong := range map[string]lunch.Entry{
		"lunch.no_reason": {By: lunch.ByException},
		"lunch.bad_day":   {By: lunch.AsGuest, Reason: "pays", Until: &past},
	} {
		wrong.Person = a.Person
		_, err = h.lunch.LetIn(h.ctx, h.chef, wrong)
		refused(t, refusal.Invalid, key, err)
	}
	for range 2 {
		d, err := h.lunch.LetIn(h.ctx, h.chef, e)
		require.NoError(t, err)
		require.Equal(t, []any{lunch.ByException, h.chef.Person, until}, []any{d.By, d.LetInBy, d.Until.UTC()})
	}
	require.Equal(t, 1, count(h.told(), "Young lunch.let_in"))
	require.Equal(t, lunch.Ordered, h.order(a, "").Status)
	_, err = h.lunch.Order(h.ctx, a, lunch.Wish{Day: dayAt(25), Person: a.Person})
	refused(t, refusal.Conflict, "lunch.ended", err)
	h.clk.Advance(time.Hour)
	h.stands(a)
	require.Equal(t, []lunch.Status{lunch.Ordered, ""}, h.coming(a))
}

// TestWhoComesOfAge: an exception is none any more, and has no end.
func TestWhoComesOfAge(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, until := h.meet("Nearly"), dayAt(24)
	e := lunch.Entry{Person: a.Person, By: lunch.ByException, Reason: "a broken leg", Until: &until}
	_, err := h.lunch.LetIn(h.ctx, h.chef, e)
	require.NoError(t, err)
	d, err := h.lunch.LetIn(h.ctx, a, lunch.Entry{Person: a.Person})
	require.NoError(t, err)
	require.Equal(t, lunch.ByException, d.By, "while nobody knows better")
	h.exec(`UPDATE persons SET birth_year = 1956 WHERE id = $1`, a.Person)
	d, err = h.lunch.LetIn(h.ctx, a, lunch.Entry{Person: a.Person})
	require.NoError(t, err)
	require.Equal(t, lunch.ByAge, d.By)
	require.Nil(t, d.Until)
}
