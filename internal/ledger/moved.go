package ledger

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// Moved are those on whose accounts something was written for some days of a book, or who
// had something for nothing, in the order of their ids: who hears what their account is. It asks nobody's permission.
func (l *Ledger) Moved(ctx context.Context, q sqlx.QueryerContext, community int64, book Book, span Span) ([]int64, error) {
	ids := []int64{}
	err := sqlx.SelectContext(ctx, q, &ids, `
		SELECT p.person_id
		FROM ledger_lines l
		JOIN ledger_accounts a ON a.community_id = $1 AND a.id = l.account_id
		JOIN ledger_people p ON p.community_id = $1 AND p.id = a.owner_id AND p.person_id IS NOT NULL
		WHERE l.community_id = $1 AND l.book = $2 AND l.day >= $3 AND l.day < $4
		UNION
		SELECT p.person_id
		FROM ledger_entries e
		JOIN ledger_people p ON p.community_id = $1 AND p.id = e.about_id AND p.person_id IS NOT NULL
		WHERE e.community_id = $1 AND e.book = $2 AND e.day >= $3 AND e.day < $4 AND 'free' IN (e.from_kind, e.to_kind)
		ORDER BY person_id`, community, book, span.From, span.Until)
	if err != nil {
		return nil, fmt.Errorf("read whose account of %s changed: %w", book, err)
	}
	return ids, nil
}
