package lunch_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestTheDaysAhead: what the lead looks at, and what is told.
func TestTheDaysAhead(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.menu(h.tuesday, all("tofu")...)
	h.pass(h.at(23, 10, 0))
	h.exec(`UPDATE lunch_places SET capacity = 1 WHERE day = $1`, h.tuesday)
	o := h.order(h.mei, "")
	h.order(h.wang, lunch.AskMeFirst)
	_, err := h.lunch.Ahead(h.ctx, h.wang, 3)
	require.True(t, refusal.Is(err, refusal.NotFound))
	days, err := h.lunch.Ahead(h.ctx, h.chef, 3)
	require.NoError(t, err)
	require.Len(t, days, 3)
	require.Equal(t, []any{1, 1, "tofu", lunch.Places{Capacity: 1, Taken: 1}}, []any{days[0].Portions, days[0].Waiting, days[0].Menu[0].Name, days[0].Places[lunch.Bring]})
	require.Equal(t, []any{lunch.Planned, 0}, []any{days[1].Day.State, len(days[1].Menu)})

	d, m, err := h.lunch.DayOn(h.ctx, h.id, h.tuesday)
	require.NoError(t, err)
	require.Equal(t, []any{lunch.Published, []string{"tofu"}}, []any{d.State, names(m)})
	_, _, err = h.lunch.DayOn(h.ctx, h.id, dayAt(28))
	require.True(t, refusal.Is(err, refusal.NotFound))
	again, err := h.lunch.OrderByID(h.ctx, h.id, o.ID)
	require.NoError(t, err)
	require.Equal(t, o, again)
	h.pass(h.at(23, 17, 0))
	r := h.asks(h.wang, h.wang.Person, 1)
	asked, err := h.lunch.RequestByID(h.ctx, h.id, r.ID)
	require.NoError(t, err)
	require.Equal(t, r.Portions, asked.Portions)
}

// TestABigKitchen: with 160 diners, half of them by standing order, every step of a day
// is one transaction.
func TestABigKitchen(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	all160 := h.eaters(160)
	h.exec(`UPDATE diners SET weekdays = '{1,2,3,4,5}' WHERE person_id % 2 = 0`)
	h.exec(`UPDATE lunch_places SET capacity = 200`)
	h.menu(h.tuesday, all("tofu", "rice")...)
	h.pass(h.at(23, 10, 0))
	for _, a := range all160[:40] {
		h.order(a, lunch.TakeForMe)
	}
	h.pass(h.at(23, 16, 0))
	require.Greater(t, h.recounts().Count.Portions, 90)
	require.NoError(t, h.lunch.Rain(h.ctx, h.chef, h.tuesday, true))
	require.NoError(t, h.lunch.CallOff(h.ctx, h.chef, h.tuesday, "no gas"))
}
