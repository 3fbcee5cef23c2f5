package people

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// Serving reads who serves here in any way that people meet: those on duty, in the
// kitchen, with the children, who mediate and who are in charge.
func Serving(ctx context.Context, q sqlx.QueryerContext, community int64) (ids []int64, err error) {
	err = sqlx.SelectContext(ctx, q, &ids, `
		SELECT r.person_id FROM person_roles r JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
		WHERE r.community_id = $1 AND r.ended_at IS NULL AND p.name <> ''
			AND r.role IN ('helper', 'member', 'kitchen', 'childcare', 'carer', 'mediator', 'counsellor', 'deputy', 'secretary')
		GROUP BY r.person_id ORDER BY min(r.id)`, community)
	if err != nil {
		return nil, fmt.Errorf("read who serves: %w", err)
	}
	return ids, nil
}

// AtWork reads those of whom Serving tells.
func (s *Service) AtWork(ctx context.Context, community int64) ([]Person, error) {
	ids, err := Serving(ctx, s.db, community)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return ReadPersons(ctx, s.db, community, ids)
}
