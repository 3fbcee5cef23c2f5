package calendar

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/memo"
)

// Recalled remembers for a moment which days are worked, for those who ask often.
type Recalled struct {
	s     *Service
	known *memo.Memo[int64, Days]
}

// Recall returns the days of a service as they are remembered.
func (s *Service) Recall() *Recalled { return &Recalled{s, memo.New[int64, Days]()} }

// Days reads those of a community; what changed a moment ago may not be seen.
func (r *Recalled) Days(ctx context.Context, q sqlx.QueryerContext, community int64) (Days, error) {
	return r.known.Get(community, func() (Days, error) { return r.s.Days(ctx, q, community) })
}
