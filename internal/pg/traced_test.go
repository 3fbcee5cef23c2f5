package pg_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/trace"
)

func TestTheServerKnowsWhatAWriteIsFor(t *testing.T) {
	t.Parallel()
	_, address := pgtest.URL(t)
	db, err := pg.Open(t.Context(), address, pg.Traced(), pg.MaxConns(1))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	told := func(ctx context.Context, tx sqlx.QueryerContext) string {
		t.Helper()
		var got string
		require.NoError(t, sqlx.GetContext(ctx, tx, &got, `SELECT current_setting('linli.trace')`))
		return got
	}
	ctx := trace.With(t.Context(), trace.Update, 1)
	require.NoError(t, pg.InTx(ctx, db, func(tx *sqlx.Tx) error {
		require.Equal(t, "u1", told(ctx, tx))
		return nil
	}))
	require.Equal(t, "o2", told(trace.With(t.Context(), trace.Outbox, 2), db), "beside a transaction")
	stop := errors.New("no")
	require.ErrorIs(t, pg.InTx(ctx, db, func(tx *sqlx.Tx) error { return stop }), stop)
	require.Equal(t, "u1", told(ctx, db), "after a transaction that failed")
	require.Empty(t, told(t.Context(), db), "one that is for nothing is not taken for the last")
}
