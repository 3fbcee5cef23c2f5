package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Account is what a diner paid and had in some days: for them, their family and whoever
// runs the kitchen; for others it is not found.
func (s *Service) Account(ctx context.Context, actor people.Actor, person int64, span ledger.Span) (ledger.Statement, error) {
	if s.books == nil {
		return ledger.Statement{}, access.NotFound()
	}
	return s.books.Statement(ctx, s.db, actor, ledger.Page{Book: ledger.Lunch, Person: person, Span: span})
}

// Entry is one entry of the kitchen's accounts, for whoever may see whose it is.
func (s *Service) Entry(ctx context.Context, actor people.Actor, id int64) (ledger.Posted, error) {
	if s.books == nil {
		return ledger.Posted{}, access.NotFound()
	}
	p, err := s.books.Read(ctx, s.db, actor, id)
	if err == nil && p.Book != ledger.Lunch {
		return ledger.Posted{}, access.NotFound()
	}
	return p, err
}

// Entries are all entries of some days, for whoever runs the kitchen.
func (s *Service) Entries(ctx context.Context, actor people.Actor, span ledger.Span) ([]ledger.Posted, error) {
	if err := s.bookkeeper(ctx, s.db, actor, 0); err != nil {
		return nil, fmt.Errorf("read the kitchen's accounts: %w", err)
	}
	return s.books.Export(ctx, s.db, actor, ledger.Lunch, span)
}

// OpenBooks is what some days of the kitchen came to, without anybody's name: what was in
// the box and what went through it, what was eaten and what it cost.
type OpenBooks struct {
	Span   ledger.Span
	Before int64 // in the box before the first day
	After  int64 // and after the last: Before, and what came in, less what went out
	In     int64
	Out    int64
	Eaten  int64 // what those who eat are charged
	Free   int64 // what nobody pays of it
	Given  int64 // to the kitchen
	Costs  []ledger.Total
	Cost
}

// Open is the kitchen's account of some days, for everybody, as it stands at one moment.
func (s *Service) Open(ctx context.Context, community int64, span ledger.Span) (o OpenBooks, err error) {
	if s.books == nil {
		return o, access.NotFound()
	}
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`); err != nil {
			return err
		}
		o, err = s.openBooks(ctx, tx, community, span)
		return err
	})
	if err != nil {
		return OpenBooks{}, fmt.Errorf("the open account: %w", err)
	}
	return o, nil
}

func (s *Service) openBooks(ctx context.Context, q sqlx.QueryerContext, community int64, span ledger.Span) (o OpenBooks, err error) {
	o.Span = span
	if o.Cost, err = s.costSoFar(ctx, q, community, span); err != nil {
		return o, err
	}
	for _, at := range []struct {
		day calendar.Date
		is  *int64
	}{{span.From, &o.Before}, {span.Until, &o.After}} {
		if *at.is, err = s.books.Box(ctx, q, community, ledger.Lunch, at.day); err != nil {
			return o, err
		}
	}
	all, err := s.books.Open(ctx, q, community, ledger.Lunch, span)
	for _, t := range all {
		o.add(t)
	}
	return o, err
}

// costSoFar is what some days cost, without the portions of days that are not over and
// of which nobody has written yet what was bought: they would make the others cheap.
func (s *Service) costSoFar(ctx context.Context, q sqlx.QueryerContext, community int64, span ledger.Span) (c Cost, err error) {
	if c, err = s.cost(ctx, q, community, span); err != nil {
		return c, err
	}
	var days []struct {
		Day      time.Time
		Portions int
	}
	err = sqlx.SelectContext(ctx, q, &days, `
		SELECT o.day, sum(o.portions) AS portions
		FROM lunch_orders o JOIN lunch_days d ON d.community_id = o.community_id AND d.day = o.day
		WHERE o.community_id = $1 AND o.day >= $2 AND o.day < $3 AND o.state = 'ordered' AND d.state IN ('planned', 'published', 'closed')
		GROUP BY o.day`, community, span.From, span.Until)
	if err != nil {
		return c, err
	}
	for _, d := range days {
		spent, err := s.books.Spent(ctx, q, community, ledger.Lunch, ledger.Day(d.Day))
		if err != nil {
			return c, err
		}
		if spent == 0 {
			c.Portions -= d.Portions
		}
	}
	if c.Each = 0; c.Portions > 0 {
		c.Each, err = ledger.PerPortion(c.Spent, c.Portions, 1)
	}
	return c, err
}

// add adds the accounts of one kind and name. Who gave stays unsaid.
func (o *OpenBooks) add(t ledger.Total) {
	switch t.Kind {
	case ledger.Cash:
		o.In, o.Out = o.In+t.Got, o.Out+t.Gave
	case ledger.Sold:
		o.Eaten -= t.Is()
	case ledger.Given:
		o.Free, o.Eaten = o.Free+t.Is(), o.Eaten-t.Is()
	case ledger.Supports:
		o.Given -= t.Is()
	case ledger.Cost:
		if t.Is() != 0 {
			o.Costs = append(o.Costs, t)
		}
	case ledger.Prepaid: // whose they are is nobody's business
	}
}
