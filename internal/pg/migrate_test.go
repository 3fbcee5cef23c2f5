package pg_test

import (
	"context"
	"log/slog"
	"net/url"
	"testing"
	"testing/fstest"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

var steps = fstest.MapFS{
	"00001_one.sql": {Data: []byte("-- +goose Up\nCREATE TABLE one (id int);\nSELECT pg_sleep(0.2);\n")},
	"00002_two.sql": {Data: []byte("-- +goose Up\nCREATE TABLE two (id int);\n")},
}

// empty is a database without any schema, beside the test's own; params are
// added to its address.
func empty(t *testing.T, params url.Values) *sqlx.DB {
	t.Helper()
	beside, address := pgtest.URL(t)
	at, err := url.Parse(address)
	require.NoError(t, err)
	at.Path += "_empty"
	name := pq.QuoteIdentifier(at.Path[1:])
	_, err = beside.ExecContext(t.Context(), `CREATE DATABASE `+name+` TEMPLATE template0 STRATEGY FILE_COPY`)
	require.NoError(t, err)
	q := at.Query()
	for key := range params {
		q.Set(key, params.Get(key))
	}
	at.RawQuery = q.Encode()
	db, err := pg.Open(t.Context(), at.String())
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, db.Close())
		_, err := beside.ExecContext(context.Background(), `DROP DATABASE `+name)
		require.NoError(t, err)
	})
	return db
}

func TestOfSeveralThatMigrateAtOnceOneDoesIt(t *testing.T) {
	t.Parallel()
	db := empty(t, nil)
	waiting, err := pg.PendingOf(t.Context(), db, steps)
	require.NoError(t, err)
	require.Equal(t, []string{"00001_one.sql", "00002_two.sql"}, waiting)

	type outcome struct {
		applied []string
		err     error
	}
	ended := make(chan outcome, 3)
	for range cap(ended) {
		go func() {
			applied, err := pg.MigrateOf(t.Context(), db, steps, slog.New(slog.DiscardHandler))
			ended <- outcome{applied, err}
		}()
	}
	var all []string
	for range cap(ended) {
		o := <-ended
		require.NoError(t, o.err)
		all = append(all, o.applied...)
	}
	require.Equal(t, []string{"00001_one.sql", "00002_two.sql"}, all)
	waiting, err = pg.PendingOf(t.Context(), db, steps)
	require.NoError(t, err)
	require.Empty(t, waiting)
}

func TestAMigrationThatFailsLeavesNothingHalfDone(t *testing.T) {
	t.Parallel()
	db := empty(t, nil)
	broken := fstest.MapFS{
		"00001_one.sql": steps["00001_one.sql"],
		"00002_bad.sql": {Data: []byte("-- +goose Up\nCREATE TABLE half (id int);\nSELECT nonsense;\n")},
	}
	applied, err := pg.MigrateOf(t.Context(), db, broken, slog.New(slog.DiscardHandler))
	require.Error(t, err)
	require.Equal(t, []string{"00001_one.sql"}, applied)
	waiting, err := pg.PendingOf(t.Context(), db, broken)
	require.NoError(t, err)
	require.Equal(t, []string{"00002_bad.sql"}, waiting)
	var there bool
	require.NoError(t, db.GetContext(t.Context(), &there, `SELECT to_regclass('half') IS NOT NULL`))
	require.False(t, there)
}

func TestAMigrationMayTakeLongerThanAQuery(t *testing.T) {
	t.Parallel()
	db := empty(t, url.Values{"statement_timeout": {"100"}})
	db.SetMaxOpenConns(1) // so that the connection is seen again
	_, err := pg.MigrateOf(t.Context(), db, steps, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	var limit string
	require.NoError(t, db.GetContext(t.Context(), &limit, `SHOW statement_timeout`))
	require.Equal(t, "100ms", limit, "the limit was not restored")
}
