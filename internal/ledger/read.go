package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// postedColumns are those of entries e, joined as postedJoins says.
const (
	postedColumns = `e.community_id AS community, e.id, e.book, e.key, e.code, to_char(e.day, 'YYYY-MM-DD') AS day, e.at,
	f.kind AS "from.kind", f.name AS "from.name", coalesce(fp.person_id, 0) AS "from.person",
	t.kind AS "to.kind", t.name AS "to.name", coalesce(tp.person_id, 0) AS "to.person",
	e.amount, coalesce(b.person_id, 0) AS by, coalesce(a.person_id, 0) AS about, coalesce(e.reason, '') AS reason,
	e.ref, e.photos, coalesce(e.reverses, 0) AS reverses, coalesce(r.id, 0) AS reversed`
	postedJoins = `
	JOIN ledger_accounts f ON f.community_id = e.community_id AND f.id = e.from_id
	JOIN ledger_accounts t ON t.community_id = e.community_id AND t.id = e.to_id
	LEFT JOIN ledger_people fp ON fp.community_id = e.community_id AND fp.id = f.owner_id
	LEFT JOIN ledger_people tp ON tp.community_id = e.community_id AND tp.id = t.owner_id
	LEFT JOIN ledger_people b ON b.community_id = e.community_id AND b.id = e.by_id
	LEFT JOIN ledger_people a ON a.community_id = e.community_id AND a.id = e.about_id
	LEFT JOIN ledger_entries r ON r.community_id = e.community_id AND r.reverses = e.id`
)

// Read reads one entry for somebody who may see the account of whom it is about,
// or, where it is about nobody, keeps the book; for others it is not found.
func (l *Ledger) Read(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, id int64) (Posted, error) {
	var p Posted
	err := sqlx.GetContext(ctx, q, &p, `
		SELECT `+postedColumns+` FROM ledger_entries e `+postedJoins+`
		WHERE e.community_id = $1 AND e.id = $2`, actor.Community, id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = access.NotFound()
	case err == nil:
		err = allow(ctx, q, actor, access.SeeAccount, p.Book, p.About)
	}
	if err != nil {
		return Posted{}, fmt.Errorf("read entry %d: %w", id, err)
	}
	return p, nil
}

// Export reads every entry of some days of a book in the order of the days, for
// who keeps it: the rows of a spreadsheet.
func (l *Ledger) Export(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, book Book, span Span) ([]Posted, error) {
	if err := allow(ctx, q, actor, access.KeepAccounts, book, 0); err != nil {
		return nil, fmt.Errorf("export %s: %w", book, err)
	}
	var all []Posted
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+postedColumns+` FROM ledger_entries e `+postedJoins+`
		WHERE e.community_id = $1 AND e.book = $2 AND e.day >= $3 AND e.day < $4
		ORDER BY e.day, e.id`, actor.Community, book, span.From, span.Until)
	if err != nil {
		return nil, fmt.Errorf("export %s: %w", book, err)
	}
	return all, nil
}
