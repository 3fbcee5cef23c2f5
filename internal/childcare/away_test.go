package childcare_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestWhoeverPutsAChildDownAsAwayItIsExpected until one who decides says that it is so.
func TestWhoeverPutsAChildDownAsAwayItIsExpected(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	w := h.book(h.mei, h.bao, childcare.After)
	until := dayAt(28)
	_, err := h.people.Away(h.ctx, h.secretary, h.bao, &until)
	require.NoError(t, err)
	require.Equal(t, childcare.Booked, h.status(w.ID), "the office cannot call a child off")
	require.Equal(t, 1, count(h.told(), "Mei care.is_away"))
	require.Equal(t, 1, count(h.told(), "Father care.is_away"))
	ask := func() (id int64) {
		require.NoError(t, h.db.Get(&id, `SELECT max(id) FROM care_events WHERE code = 'asks_away'`))
		return id
	}
	require.True(t, refusal.Is(h.care.IsAway(h.ctx, h.hua, ask(), true), refusal.NotFound))
	for range 2 {
		require.NoError(t, h.care.IsAway(h.ctx, h.mei, ask(), false))
	}
	require.Equal(t, childcare.Booked, h.status(w.ID))
	require.Equal(t, 1, count(h.told(), "Secretary care.not_away"))
	require.Equal(t, "care.too_late", refusedAs(t, h.care.IsAway(h.ctx, h.mei, ask(), true)))

	_, err = h.care.AddCollector(h.ctx, h.hua, childcare.Collector{Child: h.bao, Person: h.father.Person, Barred: true, Why: "court"})
	require.NoError(t, err)
	later := dayAt(29)
	_, err = h.people.Away(h.ctx, h.father, h.bao, &later)
	require.NoError(t, err)
	require.Equal(t, childcare.Booked, h.status(w.ID), "nor can who is barred")
	require.NoError(t, h.care.IsAway(h.ctx, h.mei, ask(), true))
	require.Equal(t, childcare.Cancelled, h.status(w.ID))
	_, err = h.people.Back(h.ctx, h.secretary, h.bao)
	require.NoError(t, err)
	require.Equal(t, childcare.Booked, h.status(w.ID), "and it comes when it is back")
}

// TestAGuardianPutsAChildDownAsAway: nobody is asked.
func TestAGuardianPutsAChildDownAsAway(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	w := h.book(h.mei, h.bao, childcare.After)
	until := dayAt(28)
	_, err := h.people.Away(h.ctx, h.mei, h.bao, &until)
	require.NoError(t, err)
	require.Equal(t, childcare.Cancelled, h.status(w.ID))
	require.Zero(t, count(h.told(), "Father care.is_away"))
}
