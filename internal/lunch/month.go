package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/outbox"
)

// statementsAt is when statements are told, on the first day of the next month.
var statementsAt = calendar.ClockAt(9, 0)

// endOfMonth enqueues the statements of the month that goes on. The month is in the key:
// whichever night enqueues them, they come once.
func (p planning) endOfMonth(ctx context.Context) error {
	if p.s.books == nil {
		return nil
	}
	now := p.now.In(p.y.zone)
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, p.y.zone)
	name := first.Format(time.DateOnly)
	return outbox.Enqueue(ctx, p.tx, p.k.Community, outbox.Row{
		Key: "lunch:month:" + name, Topic: "lunch.month", Args: jobArgs{Day: name}, Urgency: outbox.Task,
		Due: statementsAt.On(first.AddDate(0, 1, 0)),
	})
}

// monthEnds tells everybody whose account changed in a month what it is, or their family
// where Telegram does not reach them. What is told has the month in its key.
func (s *Service) monthEnds(ctx context.Context, community int64, name string) error {
	first, err := time.Parse(time.DateOnly, name)
	if err != nil {
		return fmt.Errorf("month of a job: %w", err)
	}
	if s.books == nil {
		return nil
	}
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		all, err := s.books.Moved(ctx, tx, community, ledger.Lunch, ledger.Month(first.Year(), first.Month()))
		if err != nil {
			return err
		}
		for _, person := range all {
			to, err := s.orFamily(ctx, tx, community, person)
			if err != nil {
				return err
			}
			err = s.tell(ctx, tx, community, news{
				to: to, topic: topicStatement, subject: moneyOf(person), of: int64(first.Year()*100 + int(first.Month())),
				args: detail{"person": person, "day": name}, urgency: outbox.Notice,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
