package pg

import (
	"context"
	"errors"
	"fmt"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/refusal"
)

// Refused turns a broken rule of the database into a refusal with the key
// "pg.<constraint>", and a query cut off by time into
// context.DeadlineExceeded. Every other error, and nil, comes back as it is.
// The cause stays in the chain. Call it on the last error of a verb:
// a transaction is spent after any of these.
func Refused(err error) error {
	var e *pq.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case "23505", "23P01": // somebody was first: unique, exclusion
		return fmt.Errorf("%w: %w", refusal.New(refusal.Conflict, "pg."+e.Constraint), err)
	case "23514", "23503": // it cannot be: check, foreign key
		return fmt.Errorf("%w: %w", refusal.New(refusal.Invalid, "pg."+e.Constraint), err)
	}
	return deadline(err)
}

// IsUnique reports whether err says that the named unique constraint or index
// was broken; with an empty name, that any was.
func IsUnique(err error, constraint string) bool {
	var e *pq.Error
	return errors.As(err, &e) && e.Code == "23505" && (constraint == "" || e.Constraint == constraint)
}

// IsNeeded reports whether err says that other rows point to what was to be
// deleted.
func IsNeeded(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && e.Code == "23503"
}

// Away reports whether an error says no more than that the database could not be
// asked, or was not heard, just now: no connection, no room, a restart.
func Away(err error) bool {
	var e *pq.Error
	if errors.As(err, &e) && (e.Code.Class() == "53" || e.Code == "25006") { // resources, read-only
		return true
	}
	return errors.Is(err, ErrUnknown) || repeatable(err)
}

// deadline makes a cancelled query recognisable: the server says 57014 where
// Go would say that time was up.
func deadline(err error) error {
	var e *pq.Error
	if errors.As(err, &e) && e.Code == "57014" && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
	}
	return err
}
