package ledger

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
)

// Total is the accounts of one kind and name together: whose they are, nobody sees
// here.
type Total struct {
	Kind Kind
	Name string
	Got  int64
	Gave int64
}

// Is is what the accounts are worth by it: what they got less what they gave.
func (t Total) Is() int64 { return t.Got - t.Gave }

const openQuery = `
	SELECT a.kind, a.name, sum(s.got)::bigint AS got, sum(s.gave)::bigint AS gave
	FROM (
		SELECT account_id, coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS got,
			coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS gave
		FROM ledger_lines WHERE community_id = $1 AND book = $2 AND day >= $3 AND day < $4 GROUP BY account_id
	) s
	JOIN ledger_accounts a ON a.community_id = $1 AND a.id = s.account_id
	GROUP BY a.kind, a.name ORDER BY a.name`

// Open is the open account of some days of a book, for everybody, in the order of
// Kinds: what was got is what was given, so that all of Is add up to zero. Names of
// those who give stand in it as they were written. It reads the entries of those
// days: a month is quick, Ever takes the longer the older the book is.
func (l *Ledger) Open(ctx context.Context, q sqlx.QueryerContext, community int64, book Book, span Span) ([]Total, error) {
	var all []Total
	err := sqlx.SelectContext(ctx, q, &all, openQuery, community, book, span.From, span.Until)
	if err != nil {
		return nil, fmt.Errorf("read the open account of %s: %w", book, err)
	}
	slices.SortStableFunc(all, func(a, b Total) int { return slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind) })
	return all, nil
}

// Box is what must be in the cash box before a day; with the end of Ever, now.
func (l *Ledger) Box(ctx context.Context, q sqlx.QueryerContext, community int64, book Book, day calendar.Date) (int64, error) {
	var sum int64
	err := sqlx.GetContext(ctx, q, &sum, `
		SELECT coalesce(sum(l.amount), 0)::bigint
		FROM ledger_accounts a, LATERAL (
			SELECT amount FROM ledger_lines WHERE community_id = $1 AND account_id = a.id AND day < $3 OFFSET 0) l
		WHERE a.community_id = $1 AND a.book = $2 AND a.kind = 'cash'`, community, book, day)
	if err != nil {
		return 0, fmt.Errorf("read what is in the box of %s: %w", book, err)
	}
	return sum, nil
}

const spentQuery = `
	SELECT coalesce(sum(CASE WHEN to_kind = 'cost' THEN amount ELSE -amount END), 0)::bigint FROM ledger_entries
	WHERE community_id = $1 AND book = $2 AND day >= $3 AND day < $4 AND 'cost' IN (from_kind, to_kind)`

// Spent is what some days of a book cost, by their receipts.
func (l *Ledger) Spent(ctx context.Context, q sqlx.QueryerContext, community int64, book Book, span Span) (int64, error) {
	var sum int64
	err := sqlx.GetContext(ctx, q, &sum, spentQuery, community, book, span.From, span.Until)
	if err != nil {
		return 0, fmt.Errorf("read what %s spent: %w", book, err)
	}
	return sum, nil
}
