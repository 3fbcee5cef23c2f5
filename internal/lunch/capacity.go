package lunch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// maxCapacity is how many portions a kitchen may have for a way, as the table says.
const maxCapacity = 2000

// Capacity says how many portions there are for a way of eating on a day. More of
// them go to who waits. Fewer than are taken take nobody theirs: affected are the
// orders, the last first, that make it too many, and everybody who runs the kitchen is
// told of them. It is lunch.closed after the cut-off.
func (s *Service) Capacity(ctx context.Context, actor people.Actor, day time.Time, mode Mode, n int) (affected []Order, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		affected = nil
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		b, err := s.openOn(ctx, tx, actor.Community, day, actor.Person)
		if err != nil {
			return err
		}
		if err := b.takesOrders(); err != nil && b.day.State != Planned {
			return err
		}
		if n < 0 || n > maxCapacity {
			return invalid("lunch.bad_count", "max", maxCapacity)
		}
		if err := b.holdsSoMany(ctx, mode, n); err != nil {
			return err
		}
		affected, err = b.affected(ctx, mode)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("say how many there are of %s: %w", day.Format(time.DateOnly), err)
	}
	return affected, nil
}

// holdsSoMany changes the number, gives what is more to who waits, and tells the
// others who run the kitchen where it is too few.
func (b *book) holdsSoMany(ctx context.Context, mode Mode, n int) error {
	p := b.places[mode]
	if p == nil {
		return invalid("lunch.no_mode")
	}
	if p.Capacity == n {
		return nil
	}
	_, err := b.tx.ExecContext(ctx, `
		UPDATE lunch_places SET capacity = $4 WHERE community_id = $1 AND day = $2 AND mode = $3`, b.day.Community, b.day.Day, mode, n)
	if err != nil {
		return err
	}
	event, err := log(ctx, b.tx, happened{community: b.day.Community, day: b.day.Day, by: b.by, code: "capacity", at: b.now,
		detail: detail{"mode": mode, "n": n, "was": p.Capacity}})
	if err != nil {
		return err
	}
	p.Capacity = n
	if p.Taken <= n {
		return b.moveOn(ctx)
	}
	to, err := leads(ctx, b.tx, b.day.Community)
	if err != nil {
		return err
	}
	return b.tell(ctx, news{
		to: to, topic: topicAffected, subject: "lunch:" + b.day.Day.Format(time.DateOnly), of: event,
		args: detail{"day": b.day.Day.Format(time.DateOnly), "mode": mode, "over": p.Taken - n, "by": b.by},
	})
}

// affected are the orders, the last first, that make it more than there are.
func (b *book) affected(ctx context.Context, mode Mode) ([]Order, error) {
	p := b.places[mode]
	over := p.Taken - p.Capacity
	if over <= 0 {
		return nil, nil
	}
	var all []Order
	err := b.tx.SelectContext(ctx, &all, `
		SELECT `+orderColumns+` FROM lunch_orders
		WHERE community_id = $1 AND day = $2 AND mode = $3 AND state IN ('ordered', 'offered') ORDER BY since DESC, id DESC`,
		b.day.Community, b.day.Day, mode)
	if err != nil {
		return nil, err
	}
	for i, o := range all {
		if over <= 0 {
			return slices.Clip(all[:i]), nil
		}
		over -= o.Portions
	}
	return all, nil
}
