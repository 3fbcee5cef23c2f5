package pg_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
)

// bowl is a database with one table that has a rule of each kind.
func bowl(t *testing.T) *sqlx.DB {
	t.Helper()
	db := pgtest.New(t)
	_, err := db.ExecContext(t.Context(), `
		CREATE TABLE bowl (id int PRIMARY KEY);
		CREATE TABLE fruit (
			id   int CONSTRAINT fruit_once UNIQUE,
			size int CONSTRAINT fruit_size CHECK (size > 0),
			bowl int CONSTRAINT fruit_bowl REFERENCES bowl,
			days int4range,
			late int CONSTRAINT fruit_late UNIQUE DEFERRABLE INITIALLY DEFERRED,
			CONSTRAINT fruit_days EXCLUDE USING gist (days WITH &&)
		)`)
	require.NoError(t, err)
	return db
}

func count(t *testing.T, db *sqlx.DB) int {
	t.Helper()
	var n int
	require.NoError(t, db.GetContext(t.Context(), &n, `SELECT count(*) FROM fruit`))
	return n
}

func TestRulesOfTheDatabaseBecomeRefusals(t *testing.T) {
	t.Parallel()
	db := bowl(t)
	_, err := db.ExecContext(t.Context(), `INSERT INTO fruit (id, days) VALUES (1, '[1,3)')`)
	require.NoError(t, err)
	for _, row := range []struct {
		name, insert, key string
		kind              refusal.Kind
	}{
		{"twice", `INSERT INTO fruit (id) VALUES (1)`, "pg.fruit_once", refusal.Conflict},
		{"overlapping", `INSERT INTO fruit (days) VALUES ('[2,4)')`, "pg.fruit_days", refusal.Conflict},
		{"against a check", `INSERT INTO fruit (size) VALUES (0)`, "pg.fruit_size", refusal.Invalid},
		{"of something that is not there", `INSERT INTO fruit (bowl) VALUES (9)`, "pg.fruit_bowl", refusal.Invalid},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, cause := db.ExecContext(t.Context(), row.insert)
			err := pg.Refused(cause)
			got, ok := refusal.As(err)
			require.True(t, ok, "%v", err)
			require.Equal(t, refusal.Refusal{Kind: row.kind, Key: row.key}, *got)
			require.ErrorIs(t, err, cause)
			require.Equal(t, row.name == "twice", pg.IsUnique(err, "fruit_once"))
			require.False(t, pg.IsUnique(err, "another"))
		})
	}
	require.NoError(t, pg.Refused(nil))
	require.ErrorIs(t, pg.Refused(sql.ErrNoRows), sql.ErrNoRows)
}

func TestAQueryCutOffByTimeIsADeadline(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	err := pg.InTx(t.Context(), db, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(t.Context(), `SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)`)
		return err
	})
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestLimitsAreSetOnEveryConnection(t *testing.T) {
	t.Parallel()
	_, address := pgtest.URL(t)
	at, err := url.Parse(address)
	require.NoError(t, err)
	q := at.Query()
	for _, set := range []string{"statement_timeout", "idle_in_transaction_session_timeout", "connect_timeout"} { // for tests alone
		q.Del(set)
	}
	at.RawQuery = q.Encode()
	db, err := pg.Open(t.Context(), at.String())
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	for name, want := range map[string]string{
		"statement_timeout": "5s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "15s", "transaction_isolation": "read committed",
	} {
		var got string
		require.NoError(t, db.GetContext(t.Context(), &got, `SELECT current_setting($1)`, name))
		require.Equal(t, want, got, name)
	}
}

func TestInTxCommitsAllOrNothing(t *testing.T) {
	t.Parallel()
	db := bowl(t)
	insert := func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(t.Context(), `INSERT INTO fruit (size) VALUES (1)`)
		return err
	}
	no := errors.New("no")
	require.ErrorIs(t, pg.InTx(t.Context(), db, func(tx *sqlx.Tx) error { return errors.Join(insert(tx), no) }), no)
	require.Panics(t, func() {
		_ = pg.InTx(t.Context(), db, func(tx *sqlx.Tx) error { panic(insert(tx)) }) // it does not return
	})
	require.Zero(t, count(t, db))
	require.NoError(t, pg.InTx(t.Context(), db, insert))
	require.Equal(t, 1, count(t, db))
	require.Zero(t, db.Stats().InUse, "a connection was not given back")
}

func TestInTxRepeatsWhatMayBeRepeated(t *testing.T) {
	t.Parallel()
	db := bowl(t)
	for _, row := range []struct {
		name string
		err  error
		runs int
	}{
		{"a serialization failure", &pq.Error{Code: "40001"}, 5},
		{"a deadlock", &pq.Error{Code: "40P01"}, 5},
		{"a lost connection", driver.ErrBadConn, 5},
		{"a broken rule", &pq.Error{Code: "23505"}, 1},
		{"a refusal", refusal.New(refusal.Conflict, "x"), 1},
		{"a row that is not there", sql.ErrNoRows, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			runs := 0
			err := pg.InTx(t.Context(), db, func(*sqlx.Tx) error {
				runs++
				return row.err
			})
			require.ErrorIs(t, err, row.err)
			require.Equal(t, row.runs, runs)

			runs = 0
			require.NoError(t, pg.InTx(t.Context(), db, func(*sqlx.Tx) error {
				if runs++; runs < row.runs {
					return row.err
				}
				return nil
			}))
			require.Equal(t, row.runs, runs)
		})
	}
}

func TestInTxEndsWithItsContext(t *testing.T) {
	t.Parallel()
	db := bowl(t)
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	require.Error(t, pg.InTx(ctx, db, func(*sqlx.Tx) error {
		runs++
		cancel()
		return driver.ErrBadConn
	}))
	require.Equal(t, 1, runs)
}

func TestTwoThatWaitForEachOtherBothGetThrough(t *testing.T) {
	t.Parallel()
	db := bowl(t)
	_, err := db.ExecContext(t.Context(), `INSERT INTO fruit (id, size) VALUES (1, 1), (2, 1)`)
	require.NoError(t, err)
	both := make(chan struct{}, 2) // the first runs meet in the middle
	met := make(chan struct{})
	grow := func(first, second int) error {
		runs := 0
		return pg.InTx(t.Context(), db, func(tx *sqlx.Tx) error {
			if _, err := tx.ExecContext(t.Context(), `UPDATE fruit SET size = size + 1 WHERE id = $1`, first); err != nil {
				return err
			}
			if runs++; runs == 1 {
				both <- struct{}{}
				<-met
			}
			_, err := tx.ExecContext(t.Context(), `UPDATE fruit SET size = size + 1 WHERE id = $1`, second)
			return err
		})
	}
	ended := make(chan error, 2)
	go func() { ended <- grow(1, 2) }()
	go func() { ended <- grow(2, 1) }()
	<-both
	<-both
	close(met)
	require.NoError(t, <-ended)
	require.NoError(t, <-ended)
	var sizes []int
	require.NoError(t, db.SelectContext(t.Context(), &sizes, `SELECT size FROM fruit ORDER BY id`))
	require.Equal(t, []int{3, 3}, sizes)
}

func TestAConnectionLostBeforeCommitIsRepeated(t *testing.T) {
	t.Parallel()
	db := bowl(t)
	runs := 0
	require.NoError(t, pg.InTx(t.Context(), db, func(tx *sqlx.Tx) error {
		runs++
		if _, err := tx.ExecContext(t.Context(), `INSERT INTO fruit (size) VALUES (1)`); err != nil {
			return err
		}
		if runs == 1 {
			cut(t, db, tx)
		}
		_, err := tx.ExecContext(t.Context(), `INSERT INTO fruit (size) VALUES (2)`)
		return err
	}))
	require.Equal(t, 2, runs)
	require.Equal(t, 2, count(t, db))
}

func TestAConnectionLostAtCommitIsUnknown(t *testing.T) {
	t.Parallel()
	db := bowl(t)
	runs := 0
	err := pg.InTx(t.Context(), db, func(tx *sqlx.Tx) error {
		runs++
		cut(t, db, tx)
		return nil
	})
	require.ErrorIs(t, err, pg.ErrUnknown)
	require.Equal(t, 1, runs, "what is unknown is not repeated")
}

func TestARuleBrokenAtCommitIsNotUnknown(t *testing.T) {
	t.Parallel()
	db := bowl(t)
	err := pg.InTx(t.Context(), db, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(t.Context(), `INSERT INTO fruit (late) VALUES (1), (1)`)
		return err
	})
	require.NotErrorIs(t, err, pg.ErrUnknown)
	require.True(t, refusal.Is(pg.Refused(err), refusal.Conflict))
}

// cut ends the transaction's connection at the server, and waits for that.
func cut(t *testing.T, db *sqlx.DB, tx *sqlx.Tx) {
	t.Helper()
	var pid int
	require.NoError(t, tx.GetContext(t.Context(), &pid, `SELECT pg_backend_pid()`))
	var gone bool
	require.NoError(t, db.GetContext(t.Context(), &gone, `SELECT pg_terminate_backend($1, 4000)`, pid))
	require.True(t, gone)
}

func TestListenWakesOnWordAndAfterALoss(t *testing.T) {
	t.Parallel()
	db, address := pgtest.URL(t)
	ctx, cancel := context.WithCancel(t.Context())
	woken := make(chan struct{}, 100)
	ended := make(chan error, 1)
	go func() { ended <- pg.Listen(ctx, address, "outbox", func() { woken <- struct{}{} }) }()
	wait := func(for_ string) {
		t.Helper()
		select {
		case <-woken:
		case <-time.After(time.Minute):
			t.Fatal("not woken " + for_)
		}
	}
	wait("when connected")
	_, err := db.ExecContext(t.Context(), `SELECT pg_notify('outbox', '')`)
	require.NoError(t, err)
	wait("by word")
	_, err = db.ExecContext(t.Context(), `
		SELECT pg_terminate_backend(pid, 4000) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'`)
	require.NoError(t, err)
	wait("after a loss")
	_, err = db.ExecContext(t.Context(), `SELECT pg_notify('outbox', '')`)
	require.NoError(t, err)
	wait("by word, once connected again")
	cancel()
	require.NoError(t, <-ended)
}

func TestListenEndsAlsoWhereNoDatabaseAnswers(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	require.NoError(t, pg.Listen(ctx, "postgres://x@127.0.0.1:1/x", "outbox", func() { t.Error("woken by nobody") }))
}

func TestWhatSaysOnlyThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		err  error
		away bool
	}{
		"nothing":               {nil, false},
		"an error of ours":      {errors.New("no such topic"), false},
		"a broken rule":         {&pq.Error{Code: "23514"}, false},
		"a query cut off":       {&pq.Error{Code: "57014"}, false},
		"it shuts down":         {&pq.Error{Code: "57P01"}, true},
		"it has no connections": {&pq.Error{Code: "53300"}, true},
		"its disk is full":      {&pq.Error{Code: "53100"}, true},
		"it only reads":         {&pq.Error{Code: "25006"}, true},
		"nobody answers":        {&net.OpError{Op: "dial", Err: errors.New("connection refused")}, true},
		"the end was not heard": {pg.ErrUnknown, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := row.err
			if err != nil {
				err = fmt.Errorf("meet: %w", err)
			}
			require.Equal(t, row.away, pg.Away(err))
		})
	}
}
