package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// Rain says that the weather is bad on a day: who would come is brought theirs; and
// that they come after all. Whoever would come is told, and the kitchen where it has its
// sheet. It is lunch.over where the day has passed. Repeated, it changes nothing.
func (s *Service) Rain(ctx context.Context, actor people.Actor, day time.Time, on bool) error {
	return s.asLead(ctx, actor, day, "rain on", func(ctx context.Context, b *book) error {
		if err := b.lasts(); err != nil || b.day.BringsAll == on {
			return err
		}
		_, err := b.tx.ExecContext(ctx, `
			UPDATE lunch_days SET brings_all = $3 WHERE community_id = $1 AND day = $2`, b.day.Community, b.day.Day, on)
		if err != nil {
			return fmt.Errorf("bring all: %w", err)
		}
		if err := b.noted(ctx, "rain", detail{"on": on}); err != nil {
			return err
		}
		b.day.BringsAll = on
		if err := b.tellWho(ctx, topicRain, detail{"on": on}, func(o Order) bool { return o.Mode == Eat }); err != nil {
			return err
		}
		return b.corrected(ctx, detail{"rain": on})
	})
}

// lasts refuses where nothing of a day can be different any more.
func (b *book) lasts() error {
	switch b.day.State {
	case CalledOff:
		return conflict("lunch.called_off", "why", b.day.Why)
	case Over:
		return conflict("lunch.over")
	case Planned, Published, Closed:
	}
	return nil
}

// tellWho tells the present event to whom some orders concern that have a place or wait
// for one.
func (b *book) tellWho(ctx context.Context, topic string, more detail, concerns func(Order) bool) error {
	all, err := b.alive(ctx)
	if err != nil {
		return err
	}
	for _, o := range all {
		if !concerns(o.Order) {
			continue
		}
		if err := b.tellNear(ctx, o.Order, topic, more); err != nil {
			return err
		}
	}
	return nil
}

// tellNear tells the present event to whom an order concerns.
func (b *book) tellNear(ctx context.Context, o Order, topic string, more detail) error {
	to, err := b.near(ctx, o)
	if err != nil {
		return err
	}
	args := argsOf(o)
	for key, value := range more {
		args[key] = value
	}
	return b.tell(ctx, news{to: to, topic: topic, subject: subject(o), of: b.event, args: args, urgency: outbox.Task})
}

// Price says what a portion costs on a day, in the smallest unit of money. Whoever
// ordered it is told. It is lunch.closed after the cut-off. Repeated, it changes
// nothing.
func (s *Service) Price(ctx context.Context, actor people.Actor, day time.Time, n int) error {
	return s.asLead(ctx, actor, day, "price of", func(ctx context.Context, b *book) error {
		if err := b.takesOrders(); err != nil && b.day.State != Planned {
			return err
		}
		if n < 0 || n > maxPrice {
			return invalid("lunch.bad_count", "max", maxPrice)
		}
		if b.day.Price == n {
			return nil
		}
		_, err := b.tx.ExecContext(ctx, `
			UPDATE lunch_days SET price = $3 WHERE community_id = $1 AND day = $2`, b.day.Community, b.day.Day, n)
		if err != nil {
			return fmt.Errorf("write the price: %w", err)
		}
		if err := b.noted(ctx, "price", detail{"n": n, "was": b.day.Price}); err != nil {
			return err
		}
		b.day.Price = n
		return b.tellWho(ctx, topicPrice, nil, func(Order) bool { return true })
	})
}
