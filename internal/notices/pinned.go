package notices

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// NotPinned tells the author of a notice that a group does not let the bot pin it.
func (s *Service) NotPinned(ctx context.Context, community, id, group int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		n, err := lock(ctx, tx, community, id)
		if err != nil {
			return err
		}
		return s.tellAuthor(ctx, tx, n, note{topic: topicNotPinned, group: group})
	})
	if err != nil {
		return fmt.Errorf("notice %d is not pinned in group %d: %w", id, group, err)
	}
	return nil
}
