package lunch_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/pg"
)

// table is who eats on Tuesday without ordering.
type table []lunch.Guest

func (t *table) Guests(_ context.Context, _ sqlx.QueryerContext, _ int64, day time.Time) ([]lunch.Guest, error) {
	if day.Weekday() != time.Tuesday {
		return nil, nil
	}
	return *t, nil
}

func (*table) LunchOff(context.Context, *sqlx.Tx, int64, time.Time) error { return nil }

func (*table) LunchOn(context.Context, *sqlx.Tx, int64, time.Time) error { return nil }

// listens writes down on which days its guests hear that there is lunch, or none.
type listens struct {
	table
	heard []string
}

func (l *listens) LunchOff(_ context.Context, _ *sqlx.Tx, _ int64, day time.Time) error {
	l.heard = append(l.heard, "off "+day.Format("2"))
	return nil
}

func (l *listens) LunchOn(_ context.Context, _ *sqlx.Tx, _ int64, day time.Time) error {
	l.heard = append(l.heard, "on "+day.Format("2"))
	return nil
}

// TestWhoHasGuestsHearsWhetherThereIsLunch: called off by a tap, for want of a menu, as the
// week is another, and with the kitchen.
func TestWhoHasGuestsHearsWhetherThereIsLunch(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	at := &listens{}
	h.lunch.Feeds(at)
	not := func(day time.Time) bool {
		is, err := h.lunch.CooksNot(h.ctx, h.db, h.id, day)
		require.NoError(t, err)
		return is
	}
	require.Equal(t, []bool{false, true}, []bool{not(h.tuesday), not(dayAt(28))}, "it cooks on no Saturday")
	for range 2 {
		require.NoError(t, h.lunch.CallOff(h.ctx, h.chef, dayAt(25), "the gas is off"))
	}
	require.Equal(t, []string{"off 25"}, at.heard)
	h.pass(h.at(23, 16, 0))
	require.Equal(t, []string{"off 25", "off 24"}, at.heard, "nobody wrote what there is")
	require.Equal(t, []bool{true, true, false}, []bool{not(h.tuesday), not(dayAt(25)), not(dayAt(26))})
	k, err := h.lunch.Kitchen(h.ctx, h.id)
	require.NoError(t, err)
	week := k.Weekdays
	for _, days := range []lunch.Weekdays{{1, 2, 3, 5}, week} { // no Thursdays, and Thursdays again
		k.Weekdays = days
		require.NoError(t, h.lunch.ChangeKitchen(h.ctx, h.chef, k))
	}
	require.Equal(t, []string{"off 26", "off 3", "on 26", "on 3"}, at.heard[2:])
	at.heard = nil
	require.NoError(t, h.lunch.CloseKitchen(h.ctx, h.secretary, "no cook"))
	require.Contains(t, at.heard, "off 26")
	require.False(t, not(dayAt(26)), "there is no kitchen that could")
}

// guests are so many with a diet and a word, "" for neither.
func guests(n int, diet lunch.Diet, word string) (all []lunch.Guest) {
	for range n {
		g := lunch.Guest{Word: word}
		if diet != "" {
			g.Diet = lunch.Codes[lunch.Diet]{diet}
		}
		all = append(all, g)
	}
	return all
}

func (h *hall) guestsChanged() {
	h.Helper()
	require.NoError(h, pg.InTx(h.ctx, h.db, func(tx *sqlx.Tx) error { return h.lunch.GuestsChanged(h.ctx, tx, h.id, h.tuesday) }))
}

// TestTheKitchenCooksForGuests: they are on the sheet with what the cook must know, get
// what suits them, and what changes of them after the cut-off is told once.
func TestTheKitchenCooksForGuests(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	at := table(slices.Concat(guests(3, "", ""), guests(2, lunch.Halal, ""), guests(1, "", "no strawberries")))
	h.lunch.Feeds(&at)
	h.menu(h.tuesday, lunch.Line{Name: "pork", Choice: 1}, lunch.Line{Name: "tofu", Choice: 2}, lunch.Line{Name: "rice"})
	h.ticks("pork", lunch.Pork)
	h.pass(h.at(23, 10, 0))
	h.wish(h.mei, lunch.Wish{Day: h.tuesday, Person: h.mei.Person, Portions: 2, Choice: 1})
	h.guestsChanged()
	require.NotContains(t, h.told(), "Chef lunch.corrected", "there is no sheet yet")
	h.pass(h.at(23, 16, 0))

	s := h.recounts()
	require.Equal(t, []int{8, 6, 2}, []int{s.Portions(), s.AtTable(), s.Count.Portions})
	require.Equal(t, []int{6, 2, 8}, []int{s.Dishes[0].Portions, s.Dishes[1].Portions, s.Dishes[2].Portions}, "no pork for who may not")
	require.Equal(t, []lunch.Special{{Diet: lunch.Halal, Portions: 2}}, s.Diets)
	require.Len(t, s.Words, 1)
	require.Equal(t, []any{"no strawberries", 1, ""}, []any{s.Words[0].Word, s.Words[0].Portions, s.Words[0].Name})
	require.Equal(t, []int{6, 6}, []int{len(s.Day.Guests), len(s.Day.FirstGuests)})

	h.guestsChanged()
	require.NotContains(t, h.told(), "Chef lunch.corrected", "nothing changed")
	at = at[:5]
	for range 2 {
		h.guestsChanged()
	}
	require.Equal(t, 1, count(h.told(), "Chef lunch.corrected"))
	s = h.recounts()
	require.Equal(t, []int{5, 6, 2}, []int{len(s.Day.Guests), len(s.Day.FirstGuests), s.Nth})
}

// TestADayOfGuestsAlone is cooked too, and printed.
func TestADayOfGuestsAlone(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	at := table(guests(4, "", ""))
	h.lunch.Feeds(&at)
	h.menu(h.tuesday, all("tofu")...)
	h.pass(h.at(23, 16, 0))
	require.Equal(t, 4, h.sheet().Portions())
	require.Contains(t, h.told(), "Chef lunch.paper")
}

// TestAsManyGuestsMayBeOthers: who may not eat nuts takes the place of one who may, and what
// must be known of a guest is said after the cut-off. The sheet says what is different.
func TestAsManyGuestsMayBeOthers(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	at := table(slices.Concat(guests(2, "", ""), guests(1, lunch.Halal, "")))
	h.lunch.Feeds(&at)
	h.menu(h.tuesday, all("tofu")...)
	h.pass(h.at(23, 16, 0))
	require.Empty(t, h.sheet().Others)

	at = table(slices.Concat(guests(2, "", ""), guests(1, lunch.NoNut, "peanuts: anaphylaxis")))
	for range 2 {
		h.guestsChanged()
	}
	require.Equal(t, 1, count(h.told(), "Chef lunch.corrected"), "another is told of, once")
	at[0].Word = "no strawberries"
	slices.Reverse(at)
	h.guestsChanged()
	require.Equal(t, 2, count(h.told(), "Chef lunch.corrected"), "so is a file that changed")
	slices.Reverse(at)
	h.guestsChanged()
	require.Equal(t, 2, count(h.told(), "Chef lunch.corrected"), "in another order they are the same")

	require.Equal(t, []lunch.Differs{
		{Guest: lunch.Guest{Word: "no strawberries"}, Worded: true, More: 1},
		{Guest: lunch.Guest{Diet: lunch.Codes[lunch.Diet]{lunch.NoNut}, Word: "peanuts: anaphylaxis"}, Worded: true, More: 1},
		{Guest: lunch.Guest{Diet: lunch.Codes[lunch.Diet]{lunch.Halal}}, More: -1},
	}, h.sheet().Others)
	var kept string
	require.NoError(t, h.db.Get(&kept, `SELECT guests::text || first_guests::text FROM lunch_days WHERE day = $1`, h.tuesday))
	require.NotContains(t, kept, "anaphylaxis", "the day keeps nobody's words")
}
