package lunch

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
)

// Till writes what is paid and spent, each in the transaction of who writes it.
type Till interface {
	Post(ctx context.Context, tx *sqlx.Tx, actor people.Actor, e ledger.Entry) (int64, error)
	Correct(ctx context.Context, tx *sqlx.Tx, actor people.Actor, m ledger.Mistake) (int64, error)
}

// Pages read what is written about one person, or as one entry.
type Pages interface {
	Read(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, entry int64) (ledger.Posted, error)
	Statement(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, p ledger.Page) (ledger.Statement, error)
	Moved(ctx context.Context, q sqlx.QueryerContext, community int64, book ledger.Book, span ledger.Span) ([]int64, error)
}

// Sums read what all of it comes to.
type Sums interface {
	Open(ctx context.Context, q sqlx.QueryerContext, community int64, book ledger.Book, span ledger.Span) ([]ledger.Total, error)
	Spent(ctx context.Context, q sqlx.QueryerContext, community int64, book ledger.Book, span ledger.Span) (int64, error)
	Export(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, book ledger.Book, span ledger.Span) ([]ledger.Posted, error)
	Box(ctx context.Context, q sqlx.QueryerContext, community int64, book ledger.Book, day calendar.Date) (int64, error)
}

// Books are the kitchen's accounts.
type Books interface {
	Till
	Pages
	Sums
}

// Keeps has what is paid and spent written down; without it no meal is charged and all
// that reads or writes an account is not found. It is set while linli is wired.
func (s *Service) Keeps(in Books) { s.books = in }

// bookkeeper lets the actor write what is paid and spent, in what concerns a person, or
// nobody: 0. What is theirs or their family's another writes.
func (s *Service) bookkeeper(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, person int64) error {
	if s.books == nil {
		return access.NotFound()
	}
	if err := s.lead(ctx, q, actor); err != nil || person == 0 {
		return err
	}
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	p, err := people.ReadPerson(ctx, q, actor.Community, person)
	if err != nil {
		return err
	}
	if p.Merged != 0 {
		return s.bookkeeper(ctx, q, actor, p.Merged)
	}
	rel, err := people.Toward(ctx, q, now, p)
	if err != nil {
		return err
	}
	return access.Allow(access.KeepAccounts, now.Roles, rel)
}

// today is the day by the clocks of a community.
func (s *Service) today(ctx context.Context, q sqlx.QueryerContext, community int64) (calendar.Date, error) {
	y, err := s.year(ctx, q, community)
	if err != nil {
		return "", err
	}
	return calendar.DateOf(s.now().In(y.zone)), nil
}
