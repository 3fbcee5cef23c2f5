package notices

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/people"
)

// Find reads a notice for somebody who may write the like.
func (s *Service) Find(ctx context.Context, actor people.Actor, id int64) (Notice, error) {
	n, err := s.mine(ctx, actor, id)
	if err != nil {
		return Notice{}, fmt.Errorf("find notice %d: %w", id, err)
	}
	return n, nil
}
