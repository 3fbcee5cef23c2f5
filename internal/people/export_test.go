package people

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// Happens tells the followers of a change, as the verb that brings it about does.
func (s *Service) Happens(ctx context.Context, c Change) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error { return s.changed(ctx, tx, c) })
}
