package people

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
)

// Barring knows who never may have a child, whoever they are to it.
type Barring interface {
	Bars(ctx context.Context, q sqlx.QueryerContext, community, child, person int64) (bool, error)
}

// Heeds has those who are barred from a child decide nothing of who acts for it, and not
// come to. It is called while linli is wired.
func (s *Service) Heeds(b Barring) { s.barring = b }

func (s *Service) bars(ctx context.Context, q sqlx.QueryerContext, community, child, person int64) (bool, error) {
	if s.barring == nil {
		return false, nil
	}
	return s.barring.Bars(ctx, q, community, child, person)
}

// unbarred refuses somebody who is barred from a child, as if it were not there.
func (s *Service) unbarred(ctx context.Context, q sqlx.QueryerContext, community, child, person int64) error {
	barred, err := s.bars(ctx, q, community, child, person)
	if err == nil && barred {
		err = access.NotFound()
	}
	return err
}

// deciding are who decides for a child, and is not barred from it.
func (s *Service) deciding(ctx context.Context, q sqlx.QueryerContext, community, child int64) ([]int64, error) {
	var all, some []int64
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT person_id FROM ties WHERE community_id = $1 AND for_id = $2 AND kind = 'guardian' AND ended_at IS NULL ORDER BY id`, community, child)
	if err != nil {
		return nil, err
	}
	for _, id := range all {
		barred, err := s.bars(ctx, q, community, child, id)
		if err != nil {
			return nil, err
		}
		if !barred {
			some = append(some, id)
		}
	}
	return some, nil
}
