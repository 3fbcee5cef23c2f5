package lunch

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Accept takes a place that is held for somebody. It is lunch.hold_over where the
// time for it is, and lunch.not_offered where none is held. Repeated, it changes
// nothing.
func (s *Service) Accept(ctx context.Context, actor people.Actor, order int64) (Order, error) {
	o, err := s.onOrder(ctx, actor, order, func(b *book, was Order) (Order, error) {
		switch {
		case was.Status == Ordered:
			return was, nil
		case was.Status == Cancelled:
			return was, conflict("lunch.hold_over")
		case was.Status != Offered:
			return was, conflict("lunch.not_offered")
		case !was.HeldUntil.After(b.now) || !b.day.Open(b.now):
			return was, conflict("lunch.hold_over")
		}
		to := was
		to.By, to.How = b.by, FromList
		o, err := b.seat(ctx, was, to, "accepted")
		if err != nil {
			return was, err
		}
		return o, b.tellOthers(ctx, was, o)
	})
	if err != nil {
		return Order{}, fmt.Errorf("accept a place for order %d: %w", order, err)
	}
	return o, nil
}

// Decline leaves a place that is held for somebody to the next. Refused as Accept is;
// what has ended ends no second time.
func (s *Service) Decline(ctx context.Context, actor people.Actor, order int64) (Order, error) {
	o, err := s.onOrder(ctx, actor, order, func(b *book, was Order) (Order, error) {
		switch was.Status {
		case Cancelled:
			return was, nil
		case Offered:
		default:
			return was, conflict("lunch.not_offered")
		}
		to := was
		to.By = b.by
		o, err := b.endAs(ctx, was, to, "declined")
		if err != nil {
			return was, err
		}
		if err := b.tellOthers(ctx, was, o); err != nil {
			return was, err
		}
		return o, b.moveOn(ctx)
	})
	if err != nil {
		return Order{}, fmt.Errorf("decline a place for order %d: %w", order, err)
	}
	return o, nil
}

// onOrder does something to the order of somebody for whom the actor may order.
func (s *Service) onOrder(ctx context.Context, actor people.Actor, id int64, do func(b *book, was Order) (Order, error)) (Order, error) {
	var o Order
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		of, err := readOrderByID(ctx, tx, actor.Community, id)
		if err != nil {
			return err
		}
		if _, err := s.on(ctx, tx, actor, of.Person); err != nil {
			return err
		}
		b, err := s.openOn(ctx, tx, actor.Community, of.Day, actor.Person)
		if err != nil {
			return err
		}
		was, err := readOrderByID(ctx, tx, actor.Community, id)
		if err != nil {
			return err
		}
		o, err = do(b, was)
		return err
	})
	return o, err
}
