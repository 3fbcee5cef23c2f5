package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
)

// itself is who a person turned out to be, 0 for nobody; whom the community does
// not know is refused.
func itself(ctx context.Context, q sqlx.QueryerContext, community, person int64) (id int64, err error) {
	if person == 0 {
		return 0, nil
	}
	err = sqlx.GetContext(ctx, q, &id, `
		SELECT coalesce(merged_into, id) FROM persons WHERE community_id = $1 AND id = $2`, community, person)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, access.NotFound()
	}
	return id, err
}

// owner is the row that stands for a person in the ledger, nil for nobody; it is
// made when it is first needed. Nobody is forgotten or merged until the
// transaction ends.
func owner(ctx context.Context, tx *sqlx.Tx, community, person int64) (*int64, error) {
	person, err := itself(ctx, tx, community, person)
	if err != nil || person == 0 {
		return nil, err
	}
	const read = `
		SELECT id FROM ledger_people WHERE community_id = $1 AND person_id = $2 AND NOT joined FOR SHARE`
	const make = `
		INSERT INTO ledger_people (community_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id`
	id, err := first(ctx, tx, []string{read, make, read}, community, person)
	if err != nil {
		return nil, fmt.Errorf("read who person %d is in the ledger: %w", person, err)
	}
	return &id, nil
}

// first is the id that the first of some statements gives. What others made at the
// same time is seen by the last.
func first(ctx context.Context, tx *sqlx.Tx, statements []string, args ...any) (id int64, err error) {
	for _, s := range statements {
		if err = tx.GetContext(ctx, &id, s, args...); !errors.Is(err, sql.ErrNoRows) {
			return id, err
		}
	}
	return 0, err
}

// account is one account of the chart, made when it is first needed.
func (e Entry) account(ctx context.Context, tx *sqlx.Tx, community int64, kind Kind, person *int64) (int64, error) {
	name := e.Name
	switch kind {
	case Cash, Given:
		name, person = "", nil
	case Prepaid:
		name = ""
	case Supports, Sold, Cost:
		person = nil
	}
	const read = `
		SELECT id FROM ledger_accounts
		WHERE community_id = $1 AND book = $2 AND kind = $3 AND name = $4 AND owner_id IS NOT DISTINCT FROM $5`
	const make = `
		INSERT INTO ledger_accounts (community_id, book, kind, name, owner_id) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING RETURNING id`
	id, err := first(ctx, tx, []string{read, make, read}, community, e.Book, kind, name, person)
	if err != nil {
		return 0, fmt.Errorf("open the account %s of %s: %w", kind, e.Book, err)
	}
	return id, nil
}

// lockAccount lets one at a time take from an account what is on it.
func lockAccount(ctx context.Context, tx *sqlx.Tx, community, id int64) error {
	_, err := tx.ExecContext(ctx, `
		SELECT FROM ledger_accounts WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE`, community, id)
	return err
}

// accountsOf are a person's accounts a in a book: $1 community, $2 person, $3 book.
// What is read of them stands behind it by itself (LATERAL, OFFSET 0), so that each
// is looked up in its indexes, however many rows the planner expects.
const accountsOf = `ledger_people p JOIN ledger_accounts a
		ON a.community_id = p.community_id AND a.owner_id = p.id AND p.community_id = $1 AND p.person_id = $2 AND a.book = $3`

const balanceQuery = `
	SELECT coalesce(-sum(l.amount), 0)::bigint
	FROM ` + accountsOf + `, LATERAL (
		SELECT amount FROM ledger_lines WHERE community_id = $1 AND account_id = a.id AND day < $4 OFFSET 0) l`

// Balance is what a person has ahead in a book, below zero what they owe; who
// never paid or had anything has 0. It asks nobody's permission.
func (l *Ledger) Balance(ctx context.Context, q sqlx.QueryerContext, community int64, book Book, person int64) (int64, error) {
	return before(ctx, q, community, Page{Book: book, Person: person, Span: Span{From: Ever().Until}})
}

// before is what a person had before the first day of a page.
func before(ctx context.Context, q sqlx.QueryerContext, community int64, p Page) (sum int64, err error) {
	err = sqlx.GetContext(ctx, q, &sum, balanceQuery, community, p.Person, p.Book, p.Span.From)
	if err != nil {
		return 0, fmt.Errorf("read what person %d has in %s: %w", p.Person, p.Book, err)
	}
	return sum, nil
}
