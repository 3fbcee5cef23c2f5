package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// NotThen notes that somebody does not eat on a day, whatever they have, also before
// the day can be ordered: no standing order comes after it. It is lunch.closed after
// the cut-off. Repeated, it changes nothing.
func (s *Service) NotThen(ctx context.Context, actor people.Actor, day time.Time, person int64) (Order, error) {
	var o Order
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		g, err := s.on(ctx, tx, actor, person)
		if err != nil {
			return err
		}
		b, err := s.openOn(ctx, tx, actor.Community, day, actor.Person)
		if err != nil {
			return err
		}
		if o, err = readOrder(ctx, tx, actor.Community, day, g.person.ID); err != nil {
			return err
		}
		if o.Status == Cancelled {
			return b.forGood(ctx, o)
		}
		if err := b.takesOrders(); err != nil && b.day.State != Planned || !b.now.Before(b.day.ClosesAt) {
			return orClosed(err)
		}
		o, err = b.notThen(ctx, g, o)
		return err
	})
	if err != nil {
		return Order{}, fmt.Errorf("no lunch for person %d: %w", person, err)
	}
	return o, nil
}

// orClosed is why a day takes no orders; a day that is planned still and past its
// cut-off takes none either.
func orClosed(err error) error {
	if err == nil {
		return conflict("lunch.closed")
	}
	return err
}

func (b *book) notThen(ctx context.Context, g guest, was Order) (Order, error) {
	return b.notThenBy(ctx, g, was, ByTap)
}

// notThenBy is notThen on some way.
func (b *book) notThenBy(ctx context.Context, g guest, was Order, how How) (Order, error) {
	to := was
	if was.Status == nothing {
		to.Mode, to.Portions, to.Since = g.diner.Mode, g.diner.Portions, b.now
	}
	to.By, to.How = b.by, how
	o, err := b.endAs(ctx, was, to, "said")
	if err != nil {
		return was, err
	}
	if err := b.tellOthers(ctx, was, o); err != nil {
		return was, err
	}
	return o, b.moveOn(ctx)
}

// forGood notes that an order which rests does not come again by itself.
func (b *book) forGood(ctx context.Context, o Order) error {
	rests, err := b.rested(ctx, o)
	if err != nil || !rests {
		return err
	}
	return b.note(ctx, o, "said")
}
