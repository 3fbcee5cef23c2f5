package childcare

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
)

// Books are the hall's accounts.
type Books interface {
	Post(ctx context.Context, tx *sqlx.Tx, actor people.Actor, e ledger.Entry) (int64, error)
	Correct(ctx context.Context, tx *sqlx.Tx, actor people.Actor, m ledger.Mistake) (int64, error)
	Pages
}

// Pages read what is written about one person, or as one entry.
type Pages interface {
	Read(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, entry int64) (ledger.Posted, error)
	Moved(ctx context.Context, q sqlx.QueryerContext, community int64, book ledger.Book, span ledger.Span) ([]int64, error)
	Balance(ctx context.Context, q sqlx.QueryerContext, community int64, book ledger.Book, person int64) (int64, error)
	Statement(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, p ledger.Page) (ledger.Statement, error)
}

// Keeps has what is paid written down; without it nothing is charged. It is set while
// linli is wired.
func (s *Service) Keeps(in Books) { s.books = in }

// careRef is before the booking in what the books say of it.
const careRef = "booking:"

// charge writes down what each booking of the day costs to which a child came, once, by
// the key of the booking, on the account of the child; it returns how many did. A talk
// costs nothing, and no account tells of it.
func (b *book) charge(ctx context.Context) (n int, err error) {
	if b.s.books == nil {
		return 0, nil
	}
	var all []struct {
		ID, Child int64
		Price     int64
	}
	err = b.tx.SelectContext(ctx, &all, `
		SELECT b.id, b.child_id AS child, sum(s.price) AS price FROM care_bookings b
		JOIN care_legs l ON l.community_id = b.community_id AND l.booking_id = b.id
		JOIN care_sittings s ON s.community_id = l.community_id AND s.id = l.sitting_id
		WHERE b.community_id = $1 AND b.day = $2 AND b.state = 'booked' AND b.outcome = 'came' AND b.part <> 'talk'
		GROUP BY b.id, b.child_id HAVING sum(s.price) > 0 ORDER BY b.id`, b.day.Community, b.day.Day)
	if err != nil {
		return 0, fmt.Errorf("read what %s costs: %w", b.name(), err)
	}
	for _, w := range all {
		id := strconv.FormatInt(w.ID, 10)
		_, err := b.s.books.Post(ctx, b.tx, people.Actor{Community: b.day.Community}, ledger.Entry{
			Book: ledger.Childcare, Code: ledger.Charge, Key: "care:" + id, Day: calendar.DateOf(b.day.Day), Amount: w.Price,
			Person: w.Child, Ref: careRef + id,
		})
		if err != nil {
			return 0, fmt.Errorf("charge booking %d: %w", w.ID, err)
		}
	}
	return len(all), nil
}

// lateDays is for how long a day is looked at once more that is over: what was written on
// paper is typed in later.
const lateDays = 7

// chargeLate writes down what was said of days only after they were over.
func (s *Service) chargeLate(ctx context.Context, community int64) error {
	today, err := s.today(ctx, s.db, community)
	if err != nil {
		return err
	}
	var days []time.Time
	err = s.db.SelectContext(ctx, &days, `
		SELECT day FROM care_days WHERE community_id = $1 AND state = 'over' AND day >= $2 ORDER BY day`, community, today.AddDate(0, 0, -lateDays))
	if err != nil {
		return fmt.Errorf("read the days that are over: %w", err)
	}
	for _, day := range days {
		err := s.inTx(ctx, func(tx *sqlx.Tx) error {
			b, err := s.hold(ctx, tx, community, date(day, time.UTC), 0)
			if err == nil {
				_, err = b.charge(ctx)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("charge %s once more: %w", day.Format(time.DateOnly), err)
		}
	}
	return nil
}
