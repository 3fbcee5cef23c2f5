package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// Kitchen cooks for the children: it reads how many eat (Meals), and hears where that
// changes after it may have counted them.
type Kitchen interface {
	GuestsChanged(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time) error
	// CooksNot is whether there is a kitchen, and it cooks nothing on a day.
	CooksNot(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) (bool, error)
}

// Eats says who cooks for the children. It is set while linli is wired.
func (s *Service) Eats(of Kitchen) { s.kitchen = of }

// eats lets the kitchen count once more who eats on the day.
func (b *book) eats(ctx context.Context) error {
	if b.s.kitchen == nil {
		return nil
	}
	return b.s.kitchen.GuestsChanged(ctx, b.tx, b.day.Community, b.day.Day)
}

// eatsOtherwise does so where a booking with lunch has a place now, or has none any more,
// once bookings have closed: until then the kitchen waits for the deadline.
func (b *book) eatsOtherwise(ctx context.Context, was, to Booking, l links) error {
	lunch := slices.ContainsFunc(l, func(s Sitting) bool { return s.Pattern.What == Lunch })
	if b.day.State != Closed || !lunch || (was.Status == Booked) == (to.Status == Booked) {
		return nil
	}
	return b.eats(ctx)
}

// eatsElse does so for every day to come on which a child has lunch, where what the cook
// must know of it is different now.
func (s *Service) eatsElse(ctx context.Context, tx *sqlx.Tx, was, is Child) error {
	if s.kitchen == nil || was.Allergy == is.Allergy && slices.Equal(was.Diet, is.Diet) {
		return nil
	}
	today, err := s.today(ctx, tx, is.Community)
	if err != nil {
		return err
	}
	var days []time.Time
	err = tx.SelectContext(ctx, &days, `
		SELECT DISTINCT b.day FROM care_bookings b
		JOIN care_days d ON d.community_id = b.community_id AND d.day = b.day AND d.state = 'closed'
		JOIN care_legs l ON l.community_id = b.community_id AND l.booking_id = b.id
		JOIN care_sittings s ON s.community_id = l.community_id AND s.id = l.sitting_id AND s.what = 'lunch'
		WHERE b.community_id = $1 AND b.child_id = $2 AND b.day >= $3 AND b.state = 'booked' ORDER BY b.day`, is.Community, is.ID, today)
	if err != nil {
		return fmt.Errorf("read when child %d has lunch: %w", is.ID, err)
	}
	for _, day := range days {
		if err := s.kitchen.GuestsChanged(ctx, tx, is.Community, date(day, time.UTC)); err != nil {
			return err
		}
	}
	return nil
}
