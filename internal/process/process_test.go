package process_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/process"
)

// mostWait is how long a test waits for what comes in a moment, beside all others.
const mostWait = time.Minute

func join(t *testing.T, db *sqlx.DB) *process.Process {
	t.Helper()
	p, err := process.Join(t.Context(), db, "test", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Leave()) })
	return p
}

func living(t *testing.T, db *sqlx.DB) (ids []int64) {
	t.Helper()
	require.NoError(t, db.Select(&ids, `SELECT id FROM living ORDER BY id`))
	return ids
}

// cut ends the connection of a process from the server's side, as when the
// process or the network is no more.
func cut(t *testing.T, db *sqlx.DB, p *process.Process) {
	t.Helper()
	var n int
	require.NoError(t, db.Get(&n, `
		SELECT count(pg_terminate_backend(pid)) FROM pg_locks
		WHERE locktype = 'advisory' AND objid = $1 AND objsubid = 2 AND classid = x'6c696e6c'::int::oid
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`, p.ID()))
	require.Equal(t, 1, n)
}

func TestAProcessLivesUntilItLeaves(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	one, two := join(t, db), join(t, db)
	require.Equal(t, []int64{one.ID(), two.ID()}, living(t, db))
	require.NoError(t, one.Leave())
	require.Eventually(t, func() bool { return len(living(t, db)) == 1 }, mostWait, 5*time.Millisecond)
	require.Equal(t, []int64{two.ID()}, living(t, db))
}

func TestAProcessThatStandsStillIsDeadToTheOthers(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	p := join(t, db)
	_, err := db.Exec(`UPDATE processes SET seen_at = now() - interval '21 seconds' WHERE id = $1`, p.ID())
	require.NoError(t, err)
	require.Empty(t, living(t, db))
}

func TestAProcessThatLostItsConnectionComesBackAndSaysSo(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	p := join(t, db)
	cut(t, db, p)
	require.Eventually(t, func() bool { return len(living(t, db)) == 0 }, mostWait, 5*time.Millisecond)
	ctx, cancel := context.WithCancel(t.Context())
	back, ended := make(chan struct{}, 1), make(chan error, 1)
	go func() { ended <- p.Run(ctx, func() { back <- struct{}{} }) }()
	<-back
	require.Equal(t, []int64{p.ID()}, living(t, db))
	cancel()
	require.NoError(t, <-ended)
}

func TestOneOfSeveralLeads(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	one, two := join(t, db), join(t, db)
	require.True(t, one.Leads(t.Context(), 7))
	require.True(t, one.Leads(t.Context(), 7), "and goes on leading")
	require.False(t, two.Leads(t.Context(), 7))
	require.True(t, two.Leads(t.Context(), 8), "another community is another matter")
	require.NoError(t, one.Leave())
	require.Eventually(t, func() bool { return two.Leads(t.Context(), 7) }, mostWait, 5*time.Millisecond)
}

func TestAProcessThatIsToldToStopLivesUntilItLeaves(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	p := join(t, db)
	require.True(t, p.Leads(t.Context(), 7))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.NoError(t, p.Run(ctx, func() {}))
	require.True(t, p.Leads(ctx, 8), "its connection is whole")
	require.Contains(t, living(t, db), p.ID(), "what it has begun is nobody else's yet")
	require.False(t, join(t, db).Leads(t.Context(), 7))
}

// A machine that loses its power says nothing to the server, which holds its
// connection, and with that its locks, for hours.
func TestWhatIsDeadDoesNotLeadOnBehindAnOpenConnection(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	one, two := join(t, db), join(t, db)
	require.True(t, one.Leads(t.Context(), 7))
	_, err := db.Exec(`UPDATE processes SET seen_at = now() - interval '21 seconds' WHERE id = $1`, one.ID())
	require.NoError(t, err)
	require.Eventually(t, func() bool { return two.Leads(t.Context(), 7) }, mostWait, 5*time.Millisecond)
}

func TestAProcessThatStoodStillIsToldSo(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	p := join(t, db)
	_, err := db.Exec(`UPDATE processes SET seen_at = now() - interval '21 seconds' WHERE id = $1`, p.ID())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	back, ended := make(chan struct{}, 1), make(chan error, 1)
	go func() { ended <- p.Run(ctx, func() { back <- struct{}{} }) }()
	require.Eventually(t, func() bool { return len(back) > 0 }, mostWait, 5*time.Millisecond)
	require.Equal(t, []int64{p.ID()}, living(t, db))
	cancel()
	require.NoError(t, <-ended)
}

func TestStartsAreCountedByMachine(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for _, name := range []string{"a/1", "a/2", "b/1", "a/3", "c/7"} {
		p, err := process.Join(t.Context(), db, name, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		require.NoError(t, p.Leave(), "one that ended in an orderly way began all the same")
	}
	n, err := process.Starts(t.Context(), db, 10*time.Minute)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	_, err = db.ExecContext(t.Context(), `UPDATE process_starts SET started_at = now() - interval '11 minutes' WHERE name = 'a/1'`)
	require.NoError(t, err)
	n, err = process.Starts(t.Context(), db, 10*time.Minute)
	require.NoError(t, err)
	require.Equal(t, 2, n)
}
