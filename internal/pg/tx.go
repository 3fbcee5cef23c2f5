package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// ErrUnknown says that a transaction ended without word from the server: it
// may have been committed or not. Read again by the key of what was written
// (the session's id, the update's id): there, it is done; not there, do it
// once more with the same key.
var ErrUnknown = errors.New("it is not known whether the transaction was committed")

// attempts is how often InTx runs a closure at most.
const attempts = 5

// InTx runs fn in a READ COMMITTED transaction: committed when fn returns nil,
// rolled back otherwise.
//
// The whole of fn runs again, at most five times in all, after a deadlock, a
// serialization failure, a lock that others held for too long, a statement that
// the server forgot, or a connection lost before COMMIT was sent. So fn has no
// effects but those of tx, and sets, rather than appends to, variables outside. An error at COMMIT that leaves the outcome open is ErrUnknown and
// is never repeated. A query cut off by time is context.DeadlineExceeded.
// Other errors come back as they are; see Refused.
func InTx(ctx context.Context, db *sqlx.DB, fn func(tx *sqlx.Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := once(ctx, db, fn)
		if err == nil || attempt == attempts || !repeatable(err) || pause(ctx, attempt) != nil {
			return deadline(err)
		}
	}
}

// Repeat runs one statement, its own transaction, that may be carried out twice
// without harm: it costs one trip to the server, where InTx costs three. It runs
// again, at most five times in all, after whatever InTx repeats for and also
// where nobody knows whether it was carried out; again says so.
func Repeat(ctx context.Context, statement func(again bool) error) error {
	for attempt := 1; ; attempt++ {
		err := statement(attempt > 1)
		if err == nil || attempt == attempts || !repeatable(err) || pause(ctx, attempt) != nil {
			return deadline(err)
		}
	}
}

func once(ctx context.Context, db *sqlx.DB, fn func(tx *sqlx.Tx) error) error {
	tx, err := db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing; otherwise err says more
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		if failed(err) {
			return fmt.Errorf("commit: %w", err)
		}
		return fmt.Errorf("commit: %w: %w", ErrUnknown, err)
	}
	return nil
}

// failed reports whether an error at COMMIT says for certain that nothing was
// committed. Everything else is unknown, also what merely looks harmless.
func failed(err error) bool {
	if errors.Is(err, pq.ErrInFailedTransaction) || errors.Is(err, sql.ErrTxDone) {
		return true
	}
	var e *pq.Error
	if !errors.As(err, &e) || e.Code == "40003" { // 40003: completion unknown
		return false
	}
	switch e.Code.Class() {
	case "23", "25", "40", "P0": // constraints, state, rollback, raised by a trigger
		return true
	}
	return false
}

// repeatable reports whether the whole closure may run once more.
func repeatable(err error) bool {
	if errors.Is(err, ErrUnknown) {
		return false
	}
	var e *pq.Error
	if errors.As(err, &e) {
		switch e.Code {
		case "40001", "40P01", "55P03", "57P01", "57P02", "57P03", "26000":
			return true
		}
		return e.Code.Class() == "08"
	}
	var dropped *net.OpError
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &dropped)
}

// pause waits a little longer after each attempt, and not the same for all.
func pause(ctx context.Context, attempt int) error {
	base := 10 * time.Millisecond << attempt
	timer := time.NewTimer(base + rand.N(base))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
