package childcare

import (
	"context"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
)

// Account is what was paid for a child and what it had in some days: for who decides and
// whoever runs the hall; for others it is not found.
func (s *Service) Account(ctx context.Context, actor people.Actor, child int64, span ledger.Span) (ledger.Statement, error) {
	if s.books == nil {
		return ledger.Statement{}, access.NotFound()
	}
	_, p, err := s.may(ctx, s.db, actor, access.BookCare, child, time.Time{})
	if isNotFound(err) && p.ID != 0 { // who is in charge reads every account; family that does not decide reads none
		err = s.lead(ctx, s.db, actor)
	}
	if err != nil {
		return ledger.Statement{}, err
	}
	return s.books.Statement(ctx, s.db, actor, ledger.Page{Book: ledger.Childcare, Person: p.ID, Span: span})
}
