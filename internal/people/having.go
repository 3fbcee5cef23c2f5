package people

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
)

// Having reads who holds a role and can be told something: Telegram delivers to
// them, and they have neither moved nor left.
func Having(ctx context.Context, q sqlx.QueryerContext, community int64, role access.Role) ([]int64, error) {
	var ids []int64
	err := sqlx.SelectContext(ctx, q, &ids, `
		SELECT DISTINCT person_id FROM person_roles WHERE community_id = $1 AND role = $2 AND ended_at IS NULL ORDER BY person_id`, community, role)
	if err != nil {
		return nil, fmt.Errorf("read who is %s: %w", role, err)
	}
	return Reachable(ctx, q, community, ids)
}
