package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// maxWhy is how long a reason may be.
const maxWhy = 200

// reason is why something is, as people read it: lunch.no_reason and lunch.too_long
// where it cannot be.
func reason(why string) (string, error) {
	why = pg.Text(why)
	switch {
	case why == "":
		return "", invalid("lunch.no_reason")
	case len([]rune(why)) > maxWhy:
		return "", invalid("lunch.too_long", "max", maxWhy)
	}
	return why, nil
}

// CallOff calls a day off, for a reason that all read who eat then: whoever has
// ordered it, and silently the others. Whom Telegram does not reach is on the call
// round of that day. It is lunch.over where the day has passed. Repeated, it changes
// nothing.
func (s *Service) CallOff(ctx context.Context, actor people.Actor, day time.Time, why string) error {
	why, err := reason(why)
	if err != nil {
		return err
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		k, err := lockKitchen(ctx, tx, actor.Community)
		if err != nil && !isNotFound(err) {
			return err
		}
		cooks := err == nil // who ceased to may call off what is left
		b, err := s.hold(ctx, tx, actor.Community, day, actor.Person)
		if err != nil {
			return err
		}
		off, err := b.callsOff(ctx, why)
		if err != nil || !off || !cooks {
			return err
		}
		return s.plan(ctx, tx, k, k) // the day after it may close earlier
	})
	if err != nil {
		return fmt.Errorf("call off %s: %w", day.Format(time.DateOnly), err)
	}
	return nil
}

// callsOff calls off a day that is not called off yet.
func (b *book) callsOff(ctx context.Context, why string) (off bool, err error) {
	switch {
	case b.day.State == CalledOff && b.day.Why != "":
		return false, nil
	case b.day.State == CalledOff:
		return false, b.saysWhy(ctx, why)
	case b.day.State == Over:
		return false, conflict("lunch.over")
	}
	return true, b.callOff(ctx, why)
}

// saysWhy gives a reason for a day on which nobody cooks anyway.
func (b *book) saysWhy(ctx context.Context, why string) error {
	_, err := b.tx.ExecContext(ctx, `
		UPDATE lunch_days SET why = $3 WHERE community_id = $1 AND day = $2`, b.day.Community, b.day.Day, why)
	if err != nil {
		return fmt.Errorf("say why there is no lunch on %s: %w", b.name(), err)
	}
	return nil
}

// callOff ends a day that has not passed, and its orders, and tells all.
func (b *book) callOff(ctx context.Context, why string) error {
	orders, eaters, err := b.endDay(ctx, why)
	if err != nil {
		return err
	}
	return b.tellCalledOff(ctx, orders, eaters)
}

// endDay ends a day and its orders; returned are those, and who would eat on it.
func (b *book) endDay(ctx context.Context, why string) (orders []eating, eaters []Diner, err error) {
	if orders, err = b.alive(ctx); err != nil {
		return nil, nil, err
	}
	if eaters, err = b.eaters(ctx, ``); err != nil {
		return nil, nil, err
	}
	was := b.day.State
	for _, o := range orders {
		if _, err := b.end(ctx, o.Order, "called_off"); err != nil {
			return nil, nil, err
		}
	}
	if err := b.move(ctx, CalledOff, "cancelled_at", detail{"orders": len(orders), "was": was}); err != nil {
		return nil, nil, err
	}
	if err := b.s.mealOff(ctx, b.tx, b.day, b.by); err != nil {
		return nil, nil, err
	}
	if b.day.Why = why; why != "" {
		err = b.saysWhy(ctx, why)
	}
	return orders, eaters, err
}

// closes ends a day with its kitchen, of which all are told at once: returned is who is
// to hear. Whom Telegram does not reach and who ordered it the lead is told to phone.
func (b *book) closes(ctx context.Context, why string) (to []int64, err error) {
	orders, eaters, err := b.endDay(ctx, why)
	if err != nil {
		return nil, err
	}
	lost := 0
	for _, o := range orders {
		near, err := b.near(ctx, o.Order)
		if err != nil {
			return nil, err
		}
		if len(near) == 0 {
			lost++
		}
		to = append(to, near...)
	}
	for _, d := range eaters {
		to = append(to, d.Person)
	}
	if lost == 0 {
		return to, nil
	}
	return to, b.tellLeads(ctx, topicOffToCall, detail{"phone": lost, "orders": len(orders)})
}

// tellCalledOff tells whoever ordered the day, or counts on a standing order, and
// silently all others who eat then; and the lead, how many are to be phoned.
func (b *book) tellCalledOff(ctx context.Context, orders []eating, all []Diner) error {
	var count, eat, lost []int64
	for _, o := range orders {
		to, err := b.near(ctx, o.Order)
		if err != nil {
			return err
		}
		if len(to) == 0 {
			lost = append(lost, o.Person)
		}
		count = append(count, to...)
	}
	for _, d := range all {
		if d.Stands(b.day.Day) {
			count = append(count, d.Person)
		} else {
			eat = append(eat, d.Person)
		}
	}
	for _, some := range []struct {
		urgency outbox.Urgency
		to      []int64
	}{{outbox.Task, count}, {outbox.Notice, eat}} { // the same key: each is told once, by the first
		if err := b.tellEach(ctx, topicCalledOff, some.urgency, some.to); err != nil {
			return err
		}
	}
	return b.tellLeads(ctx, topicOffToCall, detail{"phone": len(lost), "orders": len(orders)})
}

// eating is an order with the diet of who eats.
type eating struct {
	Order
	Diet Codes[Diet]
}

// alive are the orders of a day that are not cancelled, as they came.
func (b *book) alive(ctx context.Context) (all []eating, err error) {
	err = b.tx.SelectContext(ctx, &all, `
		SELECT `+orderColumns+`, (SELECT diet FROM diners d WHERE d.community_id = o.community_id AND d.person_id = o.person_id) AS diet
		FROM lunch_orders o WHERE community_id = $1 AND day = $2 AND state <> 'cancelled' ORDER BY id`, b.day.Community, b.day.Day)
	if err != nil {
		return nil, fmt.Errorf("read the orders of %s: %w", b.name(), err)
	}
	return all, nil
}
