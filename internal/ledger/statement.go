package ledger

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Page is some days of a person in a book.
type Page struct {
	Book   Book
	Person int64
	Span   Span
}

// Statement is what a person paid and had. Sums are theirs: what they paid is
// above zero, what they had below.
type Statement struct {
	Page
	Opening int64 // before the first day
	Lines   []Line
	Closing int64 // after the last
}

// Line is an entry as its person sees it. What nobody pays for of what they had is one
// too: it changes nothing, and its Amount says how much it was.
type Line struct {
	Posted
	Change  int64
	Balance int64 // after it
}

// Statement reads what a person paid and had, in the order of the days: opening,
// lines and closing add up, whatever is written meanwhile. It is for the person,
// their family, and those who keep the book; for others it is not found.
func (l *Ledger) Statement(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, p Page) (Statement, error) {
	s, err := l.statement(ctx, q, actor, p)
	if err != nil {
		return Statement{}, fmt.Errorf("read the statement of person %d: %w", p.Person, err)
	}
	return s, nil
}

func (l *Ledger) statement(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, p Page) (Statement, error) {
	if err := allow(ctx, q, actor, access.SeeAccount, p.Book, p.Person); err != nil {
		return Statement{}, err
	}
	var err error
	if p.Person, err = itself(ctx, q, actor.Community, p.Person); err != nil {
		return Statement{}, err
	}
	s := Statement{Page: p}
	if s.Lines, err = lines(ctx, q, actor.Community, p); err != nil {
		return Statement{}, err
	}
	if len(s.Lines) == 0 {
		s.Opening, err = before(ctx, q, actor.Community, p)
		s.Closing = s.Opening
		return s, err
	}
	s.Opening = s.Lines[0].Balance - s.Lines[0].Change
	s.Closing = s.Lines[len(s.Lines)-1].Balance
	return s, nil
}

// linesQuery says twice of which days, so that however many rows the planner
// expects, it reads no entries of others.
const linesQuery = `
	SELECT w.change, w.balance, ` + postedColumns + `
	FROM (
		SELECT l.entry_id, l.day, -l.amount AS change, (-sum(l.amount) OVER (ORDER BY l.day, l.entry_id))::bigint AS balance
		FROM (
			SELECT x.entry_id, x.day, x.amount FROM ` + accountsOf + `, LATERAL (
				SELECT entry_id, day, amount FROM ledger_lines WHERE community_id = $1 AND account_id = a.id AND day < $5 OFFSET 0) x
			UNION ALL
			SELECT f.entry_id, f.day, 0 FROM ledger_people p, LATERAL (
				SELECT id AS entry_id, day FROM ledger_entries
				WHERE community_id = $1 AND about_id = p.id AND book = $3 AND day < $5 AND 'free' IN (from_kind, to_kind) OFFSET 0) f
			WHERE p.community_id = $1 AND p.person_id = $2
		) l
	) w
	JOIN ledger_entries e ON e.community_id = $1 AND e.id = w.entry_id AND e.book = $3 AND e.day >= $4 AND e.day < $5 ` + postedJoins + `
	WHERE w.day >= $4
	ORDER BY w.day, w.entry_id`

// lines reads a page in one look at the account, which gives every line the sum of
// all before it.
func lines(ctx context.Context, q sqlx.QueryerContext, community int64, p Page) ([]Line, error) {
	var all []Line
	err := sqlx.SelectContext(ctx, q, &all, linesQuery, community, p.Person, p.Book, p.Span.From, p.Span.Until)
	return all, err
}
