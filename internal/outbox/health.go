package outbox

import (
	"context"
	"fmt"
	"time"
)

// Health is how the outbox of the whole database does.
type Health struct {
	Due    int           `db:"due"` // that could go now, or are on their way
	Oldest time.Duration `db:"-"`   // how long the first of them has been due
}

// Health looks at what is due; what is merely scheduled may be much. It tells of all communities together, as one
// program serves them.
func (s *Store) Health(ctx context.Context) (Health, error) {
	var found struct {
		Health
		First *time.Time `db:"first"`
	}
	now := s.clk.Now()
	err := s.db.GetContext(ctx, &found, `
		SELECT count(*) AS due, min(due_at) AS first
		FROM outbox WHERE state IN ('waiting', 'claimed') AND due_at <= $1`, now)
	if err != nil {
		return Health{}, fmt.Errorf("health of outbox: %w", err)
	}
	if found.First != nil {
		found.Oldest = max(0, now.Sub(*found.First))
	}
	return found.Health, nil
}

// CountBroken counts what did not arrive since a moment by our own fault, or of
// which nobody knows whether it did. Who cannot be reached is not among them:
// whoever sent something to them is told.
func (s *Store) CountBroken(ctx context.Context, since time.Time) (int, error) {
	var n int
	err := s.db.GetContext(ctx, &n, `
		SELECT count(*) FROM outbox
		WHERE state IN ('failed', 'uncertain') AND coalesce(settled_at, due_at) > $1 AND (state = 'uncertain' OR faults > 0 OR reason = 'refused')`, since)
	if err != nil {
		return 0, fmt.Errorf("broken in outbox: %w", err)
	}
	return n, nil
}

// CountUncertain counts the messages of which nobody knows whether they arrived.
func (s *Store) CountUncertain(ctx context.Context) (int, error) {
	var n int
	if err := s.db.GetContext(ctx, &n, `SELECT count(*) FROM outbox WHERE state = 'uncertain'`); err != nil {
		return 0, fmt.Errorf("uncertain in outbox: %w", err)
	}
	return n, nil
}
