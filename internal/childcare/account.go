package childcare

import (
	"context"

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
	return s.books.Statement(ctx, s.db, actor, ledger.Page{Book: ledger.Childcare, Person: child, Span: span})
}
