package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Booked reads who has a lunch ordered for a day, which is told as a date at midnight UTC.
func (s *Service) Booked(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) ([]int64, error) {
	var ids []int64
	err := sqlx.SelectContext(ctx, q, &ids, `
		SELECT person_id FROM lunch_orders WHERE community_id = $1 AND day = $2 AND state = 'ordered' ORDER BY person_id`, community, day)
	if err != nil {
		return nil, fmt.Errorf("read who eats on %s: %w", day.Format(time.DateOnly), err)
	}
	return ids, nil
}
