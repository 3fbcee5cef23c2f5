package childcare_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
)

// TestWhoWasLetFetchIsOnTheList: whom one who decides let fetch a child before there was a
// list stands on it with the child's file, or as soon as there are lists; but nobody who is
// barred, and nobody whom somebody let in who decides no more. It is so once.
func TestWhoWasLetFetchIsOnTheList(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	gran, uncle, aunt, stranger := h.meet("Gran"), h.meet("Uncle"), h.meet("Aunt"), h.meet("Stranger")
	fresh, err := h.people.AddChild(h.ctx, h.mei, "Lily", 2018)
	require.NoError(t, err)
	lets := func(by, who people.Actor, child int64) {
		h.exec(`INSERT INTO ties (community_id, person_id, for_id, kind, agreed_by, since) VALUES ($1, $2, $3, 'collector', $4, $5)`,
			h.id, who.Person, child, by.Person, h.clk.Now())
	}
	listed := func(child int64) (names []string) {
		all, err := h.care.Collectors(h.ctx, h.mei, child, h.today())
		require.NoError(t, err)
		for _, c := range all {
			if !c.Guardian && !c.Barred {
				names = append(names, c.Name)
			}
		}
		return names
	}
	open := func() (n int) {
		require.NoError(t, h.db.Get(&n, `SELECT count(*) FROM ties WHERE kind = 'collector' AND ended_at IS NULL`))
		return n
	}
	for _, child := range []int64{h.bao, fresh.ID} {
		lets(h.mei, gran, child)
		lets(stranger, aunt, child)
	}
	lets(h.mei, uncle, h.bao)
	lets(h.mei, h.father, h.bao) // who decides is no row of the list
	_, err = h.care.AddCollector(h.ctx, h.mei, childcare.Collector{Child: h.bao, Name: "uncle", Barred: true})
	require.NoError(t, err)

	_, err = h.care.Enrol(h.ctx, h.mei, childcare.Child{ID: fresh.ID, School: h.school, Grade: 2})
	require.NoError(t, err)
	require.Equal(t, []string{"Gran"}, listed(fresh.ID))
	require.Empty(t, listed(h.bao))
	require.Equal(t, 4, open(), "of Bao")

	for range 2 { // as the migration does of those who have a file
		h.exec(`SELECT care_fetchers(community_id, child_id, $1) FROM care_children WHERE consent_at IS NOT NULL`, h.clk.Now())
	}
	require.Equal(t, []string{"Gran"}, listed(h.bao))
	require.Equal(t, []string{"Gran"}, listed(fresh.ID))
	require.Zero(t, open())

	require.NoError(t, h.care.Erase(h.ctx, h.mei, fresh.ID))
	_, err = h.care.Enrol(h.ctx, h.mei, childcare.Child{ID: fresh.ID, School: h.school, Grade: 2})
	require.NoError(t, err)
	require.Empty(t, listed(fresh.ID), "what was erased does not come back")
}
