package childcare

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
)

// AwaitDay enqueues what falls due on a day, as its closing does.
func (s *Service) AwaitDay(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time) error {
	return s.awaitDay(ctx, tx, community, day)
}
