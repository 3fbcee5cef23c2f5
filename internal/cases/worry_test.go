package cases_test

import (
	"context"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// TestAWorryRingsEverybodyOnDuty: who stood at the door may not report for others, and
// sees nothing of it; twice is once, and what the other service undoes was never there.
func TestAWorryRingsEverybodyOnDuty(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	worry := func() (id int64, err error) {
		err = pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) error {
			id, _, err = w.cases.Worry(w.ctx, tx, w.neighbour, w.mei.Person, "hurt", "lunch:7")
			return err
		})
		return id, err
	}
	id, err := worry()
	require.NoError(t, err)
	again, err := worry()
	require.NoError(t, err)
	require.Equal(t, id, again)
	c := w.read(id)
	require.Equal(t, []any{true, "hurt", w.mei.Person, w.neighbour.Person, cases.AtDoor}, []any{c.Urgent, c.Danger, c.For, c.Reporter, c.Channel})
	require.NotZero(t, c.Place.Building)
	require.ElementsMatch(t, []string{"Li case.ping", "Wang case.ping", "Secretary case.ping", "Mei case.for_you"}, w.told(id))
	_, err = w.cases.Take(w.ctx, w.neighbour, id)
	require.Error(t, err, "it is not theirs")
	c = w.do(w.cases.Take(w.ctx, w.wang, id))
	require.Equal(t, w.mei.Person, c.For)

	require.Error(t, pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) error {
		_, _, err := w.cases.Worry(w.ctx, tx, people.Actor{Community: w.id, Person: w.neighbour.Person}, w.mei.Person, "", "lunch:8")
		require.NoError(t, err)
		return context.Canceled
	}))
	var n int
	require.NoError(t, w.db.Get(&n, `SELECT count(*) FROM cases`))
	require.Equal(t, 1, n)
}
