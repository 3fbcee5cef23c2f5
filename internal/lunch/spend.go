package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
)

// Receipt is what was bought for a day.
type Receipt struct {
	Day    time.Time // at midnight UTC
	Sum    int64     // in the smallest unit of money
	What   string    // it is for: a code, or the community's own words, which everybody reads
	Why    string    // where there is no photo of it
	Photos []string  // Telegram's file ids
	Own    bool      // the actor paid it, and the kitchen owes it to them; otherwise it was paid from the box
	Key    string
}

// Spend writes down what was bought for a day; the same key again is the same receipt.
// Whoever runs the kitchen does. It is refused as ledger.Post is, and not found where
// there is no lunch on that day.
func (s *Service) Spend(ctx context.Context, actor people.Actor, r Receipt) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.bookkeeper(ctx, tx, actor, 0); err != nil {
			return err
		}
		if _, err := readDay(ctx, tx, actor.Community, r.Day); err != nil {
			return err
		}
		e := ledger.Entry{
			Book: ledger.Lunch, Code: ledger.Receipt, Key: "receipt:" + r.Key, Day: calendar.DateOf(r.Day), Amount: r.Sum,
			Name: r.What, Reason: r.Why, Photos: r.Photos,
		}
		if r.Own {
			e.Person = actor.Person
		}
		_, err := s.books.Post(ctx, tx, actor, e)
		return err
	})
	if err != nil {
		return fmt.Errorf("spend: %w", err)
	}
	return nil
}

// Support is money that somebody gives to the kitchen.
type Support struct {
	Sum    int64  // in the smallest unit of money
	Who    string // gives it; the open account does not say so
	Photos []string
	Key    string
}

// Supported writes down what somebody gave to the kitchen today; the same key again is
// the same gift. Whoever runs the kitchen does. It is refused as ledger.Post is.
func (s *Service) Supported(ctx context.Context, actor people.Actor, g Support) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.bookkeeper(ctx, tx, actor, 0); err != nil {
			return err
		}
		today, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		_, err = s.books.Post(ctx, tx, actor, ledger.Entry{
			Book: ledger.Lunch, Code: ledger.Subsidy, Key: "support:" + g.Key, Day: today, Amount: g.Sum, Name: g.Who, Photos: g.Photos,
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("support the kitchen: %w", err)
	}
	return nil
}

// Cost is what some days cost at cost price.
type Cost struct {
	Spent    int64 // by the receipts
	Portions int   // that were cooked, or are ordered
	Each     int64 // a portion, rounded up to the smallest unit; 0 where there is none
}

// Cost is what a day cost by its receipts, for everybody.
func (s *Service) Cost(ctx context.Context, community int64, day time.Time) (Cost, error) {
	c, err := s.cost(ctx, s.db, community, ledger.Day(day))
	if err != nil {
		return Cost{}, fmt.Errorf("what %s cost: %w", day.Format(time.DateOnly), err)
	}
	return c, nil
}

// cost is what some days cost; days to come count with what is ordered.
func (s *Service) cost(ctx context.Context, q sqlx.QueryerContext, community int64, span ledger.Span) (c Cost, err error) {
	if s.books == nil {
		return c, nil
	}
	if c.Spent, err = s.books.Spent(ctx, q, community, ledger.Lunch, span); err != nil {
		return c, err
	}
	err = sqlx.GetContext(ctx, q, &c.Portions, `
		SELECT coalesce(sum(o.portions), 0)
		FROM lunch_orders o JOIN lunch_days d ON d.community_id = o.community_id AND d.day = o.day
		WHERE o.community_id = $1 AND o.day >= $2 AND o.day < $3 AND o.state = 'ordered' AND d.state <> 'cancelled'`,
		community, span.From, span.Until)
	if err != nil || c.Portions == 0 {
		return c, err
	}
	c.Each, err = ledger.PerPortion(c.Spent, c.Portions, 1)
	return c, err
}
