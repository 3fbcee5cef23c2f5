package people_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestTheSecretaryHandsTheOfficeOver(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, li, wang := w.secretary(), w.meet(5), w.meet(6)
	require.NoError(t, w.people.Grant(w.ctx, sec, li.Person, access.Deputy, 0))
	require.NoError(t, w.people.Grant(w.ctx, sec, wang.Person, access.Member, 0))

	refused(t, refusal.NotFound, "access.not_found", w.people.HandOffice(w.ctx, sec, wang.Person))
	refused(t, refusal.NotFound, "access.not_found", w.people.HandOffice(w.ctx, li, li.Person))
	require.NoError(t, w.people.HandOffice(w.ctx, sec, li.Person))
	refused(t, refusal.NotFound, "access.not_found", w.people.HandOffice(w.ctx, sec, li.Person))

	now, err := w.people.Secretary(w.ctx, w.home.ID)
	require.NoError(t, err)
	require.Equal(t, li.Person, now.ID)
	was, err := w.people.Actor(w.ctx, w.home.ID, sec.Person)
	require.NoError(t, err)
	require.True(t, was.Has(access.Deputy) && !was.Has(access.Secretary))
	require.Equal(t, []string{"role.given"}, w.told(li))
}

func TestOfTwoHandOversOneHappens(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, li, wang := w.secretary(), w.meet(5), w.meet(6)
	require.NoError(t, w.people.Grant(w.ctx, sec, li.Person, access.Deputy, 0))
	require.NoError(t, w.people.Grant(w.ctx, sec, wang.Person, access.Deputy, 0))
	var wg sync.WaitGroup
	done := make([]bool, 2)
	for i, to := range []int64{li.Person, wang.Person} {
		wg.Go(func() { done[i] = w.people.HandOffice(w.ctx, sec, to) == nil })
	}
	wg.Wait()
	require.NotEqual(t, done[0], done[1], "the first wins")
	var secretaries int
	require.NoError(t, w.db.Get(&secretaries, `SELECT count(*) FROM person_roles WHERE role = 'secretary' AND ended_at IS NULL`))
	require.Equal(t, 1, secretaries)
}
