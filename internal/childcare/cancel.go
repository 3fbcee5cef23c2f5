package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Cancel ends a booking until the deadline; then whoever runs the hall does, and who
// decides says that the child is absent. It is care.closed after it, and care.is_here of
// a child that came. Repeated, it changes nothing.
func (s *Service) Cancel(ctx context.Context, actor people.Actor, booking int64) (Booking, error) {
	w, err := s.onBooking(ctx, actor, booking, func(b *book, was Booking, lead bool) (Booking, error) {
		if was.Status == Cancelled {
			return was, nil
		}
		if err := b.takes(lead); err != nil {
			return was, err
		}
		if was.Outcome == Came {
			return was, conflict("care.is_here")
		}
		to := was
		to.By, to.Absent = b.by, Present
		w, err := b.end(ctx, was, to, "said")
		if err != nil {
			return was, err
		}
		if err := b.tellOthers(ctx, w); err != nil {
			return was, err
		}
		if err := b.answered(ctx, w.Child); err != nil {
			return was, err
		}
		return w, b.moveOn(ctx)
	})
	if err != nil {
		return Booking{}, fmt.Errorf("cancel booking %d: %w", booking, err)
	}
	return w, nil
}

// onBooking does something to a booking of a child for whom the actor may book: of a talk
// only who booked it may.
func (s *Service) onBooking(ctx context.Context, actor people.Actor, id int64, do func(b *book, was Booking, lead bool) (Booking, error)) (Booking, error) {
	var w Booking
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		of, err := readBooking(ctx, tx, actor.Community, id)
		if err != nil {
			return err
		}
		if _, err := lockChild(ctx, tx, actor.Community, of.Child); err != nil {
			return err
		}
		now, _, err := s.may(ctx, tx, actor, access.BookCare, of.Child, time.Time{})
		if err != nil {
			return err
		}
		if of.Part == Talk && of.By != actor.Person {
			return access.NotFound()
		}
		b, err := s.hold(ctx, tx, actor.Community, of.Day, actor.Person)
		if err != nil {
			return err
		}
		was, err := readBooking(ctx, tx, actor.Community, id)
		if err != nil {
			return err
		}
		w, err = do(b, was, access.Allow(access.BookCare, now.Roles, access.SameCommunity) == nil)
		return err
	})
	return w, err
}
