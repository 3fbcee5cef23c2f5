package pgtest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

func TestEachTestHasItsOwnMigratedDatabase(t *testing.T) {
	t.Parallel()
	one, two := pgtest.New(t), pgtest.New(t)
	for range 2 { // once in each: a table made in one is not in the other
		_, err := one.ExecContext(t.Context(), `CREATE TABLE IF NOT EXISTS only_here (id int)`)
		require.NoError(t, err)
	}
	_, err := two.ExecContext(t.Context(), `SELECT id FROM only_here`)
	require.Error(t, err)
	waiting, err := pg.Pending(t.Context(), two)
	require.NoError(t, err)
	require.Empty(t, waiting)
}

func TestTheAddressLeadsToTheSameDatabase(t *testing.T) {
	t.Parallel()
	db, address := pgtest.URL(t)
	_, err := db.ExecContext(t.Context(), `CREATE TABLE here (id int)`)
	require.NoError(t, err)
	again, err := pg.Open(t.Context(), address)
	require.NoError(t, err)
	defer func() { require.NoError(t, again.Close()) }()
	_, err = again.ExecContext(t.Context(), `SELECT id FROM here`)
	require.NoError(t, err)
}

func TestWhatHasGrownIsCopiedAndNotShared(t *testing.T) {
	t.Parallel()
	grow := func(address string) {
		db, err := pg.Open(t.Context(), address)
		require.NoError(t, err)
		_, err = db.ExecContext(t.Context(), `CREATE TABLE grown AS SELECT 1 AS n`)
		require.NoError(t, err)
		require.NoError(t, db.Close())
	}
	for range 2 {
		db, _ := pgtest.Grown(t, "a table", grow)
		var rows int
		require.NoError(t, db.Get(&rows, `SELECT count(*) FROM grown`))
		require.Equal(t, 1, rows)
		_, err := db.ExecContext(t.Context(), `INSERT INTO grown VALUES (2)`)
		require.NoError(t, err)
	}
}
