package people

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Hearers reads who could hear what is private: the mediators who are here and
// whom Telegram reaches, the longest serving first; and who is in charge, then who
// would be without them.
func Hearers(ctx context.Context, q sqlx.QueryerContext, community int64) (mediators, office []int64, err error) {
	err = sqlx.SelectContext(ctx, q, &mediators, `
		SELECT r.person_id FROM person_roles r JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
		WHERE r.community_id = $1 AND r.role = 'mediator' AND r.ended_at IS NULL AND p.presence = 'here' AND p.reachable
		GROUP BY r.person_id ORDER BY min(r.id)`, community)
	if err != nil {
		return nil, nil, fmt.Errorf("read who mediates: %w", err)
	}
	all, err := colleagues(ctx, q, community, 0)
	if err != nil {
		return nil, nil, err
	}
	for c := inCharge(all); c.ID != 0; c = inCharge(all) {
		office = append(office, c.ID)
		all = slices.DeleteFunc(all, func(o colleague) bool { return o.ID == c.ID })
	}
	return mediators, office, nil
}

// Kin reads who acts for one of some people, or for whom they act.
func Kin(ctx context.Context, q sqlx.QueryerContext, community int64, some []int64) (kin []int64, err error) {
	err = sqlx.SelectContext(ctx, q, &kin, `
		SELECT CASE WHEN for_id = ANY ($2) THEN person_id ELSE for_id END FROM ties
		WHERE community_id = $1 AND ended_at IS NULL AND (for_id = ANY ($2) OR person_id = ANY ($2))`, community, pq.Array(some))
	if err != nil {
		return nil, fmt.Errorf("read who is close to whom: %w", err)
	}
	return kin, nil
}
