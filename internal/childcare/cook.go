package childcare

import (
	"context"
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
