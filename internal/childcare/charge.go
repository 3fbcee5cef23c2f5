package childcare

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
)

// Books are the hall's accounts.
type Books interface {
	Post(ctx context.Context, tx *sqlx.Tx, actor people.Actor, e ledger.Entry) (int64, error)
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
