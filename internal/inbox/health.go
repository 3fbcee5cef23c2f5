package inbox

import (
	"context"
	"fmt"
	"time"
)

// Health is how the inbox of the whole database does.
type Health struct {
	Waiting int           `db:"waiting"` // neither done nor parked
	Parked  int           `db:"parked"`  // that somebody must look at
	Oldest  time.Duration `db:"-"`       // how long the first of those that wait has waited
}

// Health looks at what is not done. It tells of all communities together, as
// one program serves them.
func (s *Store) Health(ctx context.Context) (Health, error) {
	var found struct {
		Health
		First *time.Time `db:"first"`
	}
	err := s.db.GetContext(ctx, &found, `
		SELECT count(*) FILTER (WHERE parked_at IS NULL) AS waiting, count(parked_at) AS parked,
			min(received_at) FILTER (WHERE parked_at IS NULL) AS first
		FROM inbox WHERE done_at IS NULL`)
	if err != nil {
		return Health{}, fmt.Errorf("health of inbox: %w", err)
	}
	if found.First != nil {
		found.Oldest = max(0, s.clk.Now().Sub(*found.First))
	}
	return found.Health, nil
}
