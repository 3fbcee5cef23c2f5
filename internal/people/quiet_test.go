package people_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestEverybodySetsTheirOwnQuietHours(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	me, other := w.meet(5), w.meet(6)
	for range 2 { // a second time nothing happens
		p, err := w.people.SetQuiet(w.ctx, me, &people.Quiet{From: 1320, Until: 420})
		require.NoError(t, err)
		require.Equal(t, []int{1320, 420}, []int{*p.QuietFrom, *p.QuietUntil})
	}
	p, err := w.people.SetQuiet(w.ctx, me, &people.Quiet{})
	require.NoError(t, err)
	require.Equal(t, []int{0, 0}, []int{*p.QuietFrom, *p.QuietUntil}, "never quiet is not the same as the community's")
	p, err = w.people.SetQuiet(w.ctx, me, nil)
	require.NoError(t, err)
	require.Nil(t, p.QuietFrom)
	require.Nil(t, p.QuietUntil)
	for _, bad := range []people.Quiet{{From: -1, Until: 5}, {From: 5, Until: 1440}} {
		_, err = w.people.SetQuiet(w.ctx, me, &bad)
		refused(t, refusal.Invalid, "people.bad_quiet", err)
	}
	var events int
	require.NoError(t, w.db.Get(&events, `SELECT count(*) FROM person_events WHERE code = 'quiet_set'`))
	require.Equal(t, 3, events)
	require.NoError(t, w.db.Get(&events, `SELECT count(*) FROM persons WHERE id = $1 AND quiet_from IS NULL`, other.Person))
	require.Equal(t, 1, events)
}
