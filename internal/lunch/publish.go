package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Publish lets a day be ordered: standing orders have their places first. Where the
// time to ask has come, all are asked at once. It is lunch.no_menu where there is
// nothing to eat yet, lunch.closed after the cut-off, and lunch.called_off. Repeated,
// it changes nothing.
func (s *Service) Publish(ctx context.Context, actor people.Actor, day time.Time) error {
	return s.asLead(ctx, actor, day, "publish", func(ctx context.Context, b *book) error {
		switch {
		case b.day.State == CalledOff:
			return conflict("lunch.called_off", "why", b.day.Why)
		case b.day.State != Planned:
			return nil
		case !b.now.Before(b.day.ClosesAt):
			return conflict("lunch.closed")
		}
		menu, err := b.dishes(ctx)
		if err != nil {
			return err
		}
		if len(menu) == 0 {
			return invalid("lunch.no_menu")
		}
		if err := b.publish(ctx); err != nil || b.now.Before(b.day.AsksAt) {
			return err
		}
		return b.ask(ctx)
	})
}

// asLead does something to a day, which is held alone, for whoever runs the kitchen.
func (s *Service) asLead(ctx context.Context, actor people.Actor, day time.Time, what string, do func(context.Context, *book) error) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		b, err := s.hold(ctx, tx, actor.Community, day, actor.Person)
		if err != nil {
			return err
		}
		return do(ctx, b)
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", what, day.Format(time.DateOnly), err)
	}
	return nil
}

// move makes a day, which is held alone, what it is to be: column is the time at which
// it became so, a constant of this package.
func (b *book) move(ctx context.Context, to State, column string, more detail) error {
	was := b.day.State
	if !canDay(was, to) {
		return fmt.Errorf("%s: from %s to %s is no move", b.day.Day.Format(time.DateOnly), was, to)
	}
	err := b.tx.GetContext(ctx, &b.day, `
		UPDATE lunch_days SET state = $4, `+column+` = $5 WHERE community_id = $1 AND day = $2 AND state = $3
		RETURNING `+dayColumns, b.day.Community, b.day.Day, was, to, b.now)
	if err != nil {
		return fmt.Errorf("make %s %s: %w", b.day.Day.Format(time.DateOnly), to, err)
	}
	return b.noted(ctx, string(to), more)
}

// noted writes an event about the day itself.
func (b *book) noted(ctx context.Context, code string, more detail) (err error) {
	b.event, err = log(ctx, b.tx, happened{
		community: b.day.Community, day: b.day.Day, by: b.by, code: code, detail: more, at: b.now,
	})
	return err
}

// publish publishes a planned day, and orders it for whom a standing order holds.
func (b *book) publish(ctx context.Context) error {
	if err := b.move(ctx, Published, "published_at", nil); err != nil {
		return err
	}
	return b.stands(ctx)
}
