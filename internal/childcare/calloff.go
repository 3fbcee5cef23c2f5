package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// CallOff calls a day off, for a reason that the families of all who are booked read. It
// is care.over where the day has passed. Repeated, it changes nothing.
func (s *Service) CallOff(ctx context.Context, actor people.Actor, day time.Time, why string) error {
	why, err := reason(why)
	if err != nil {
		return err
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		b, err := s.hold(ctx, tx, actor.Community, day, actor.Person)
		switch {
		case err != nil:
			return err
		case b.day.State == CalledOff:
			return nil
		case b.day.State == Over:
			return conflict("care.over")
		}
		if err := b.callOff(ctx, why); err != nil {
			return err
		}
		return s.staffs(ctx, tx, actor.Community, actor.Person)
	})
	if err != nil {
		return fmt.Errorf("call off %s: %w", day.Format(time.DateOnly), err)
	}
	return nil
}

// callOff ends all that is booked of the day, and tells each who hears of it once. What a
// child came to already it had.
func (b *book) callOff(ctx context.Context, why string) error {
	all, err := readBookings(ctx, b.tx, `b.day = $2 AND b.state <> 'cancelled' AND b.outcome <> 'came'`,
		b.day.Community, b.day.Day)
	if err != nil {
		return err
	}
	children := map[int64][]int64{} // of whom each hears
	for _, was := range all {
		to, err := b.hearers(ctx, was)
		if err != nil {
			return err
		}
		if _, err := b.end(ctx, was, was, "called_off"); err != nil {
			return err
		}
		for _, id := range to {
			children[id] = appendNew(children[id], was.Child)
		}
	}
	b.day.State, b.day.CancelledAt, b.day.Why = CalledOff, &b.now, why
	_, err = b.tx.ExecContext(ctx, `
		UPDATE care_days SET state = $3, cancelled_at = $4, why = $5 WHERE community_id = $1 AND day = $2`,
		b.day.Community, b.day.Day, b.day.State, b.now, why)
	if err != nil {
		return fmt.Errorf("call off %s: %w", b.name(), err)
	}
	if err := b.noted(ctx, "called_off", detail{"bookings": len(all)}); err != nil {
		return err
	}
	if err := b.eats(ctx); err != nil {
		return err
	}
	there, err := b.there(ctx)
	if err != nil {
		return err
	}
	for _, id := range there {
		if id != b.by {
			children[id] = append([]int64{}, children[id]...)
		}
	}
	for id, of := range children {
		err := b.tell(ctx, news{
			to: []int64{id}, topic: topicOff, subject: "care:day:" + b.name(), of: b.event, urgency: outbox.Task,
			args: detail{"day": b.name(), "children": of},
		})
		if err != nil {
			return err
		}
	}
	return b.unask(ctx)
}

// appendNew adds what is not among some yet.
func appendNew(some []int64, one int64) []int64 {
	for _, x := range some {
		if x == one {
			return some
		}
	}
	return append(some, one)
}

// noted writes what happened to the day.
func (b *book) noted(ctx context.Context, code string, more detail) (err error) {
	b.event, err = log(ctx, b.tx, happened{community: b.day.Community, day: b.day.Day, by: b.by, code: code, detail: more, at: b.now})
	return err
}

// did reports whether something of that code happened to the day.
func (b *book) did(ctx context.Context, code string) (yes bool, err error) {
	err = b.tx.GetContext(ctx, &yes, `
		SELECT EXISTS (SELECT FROM care_events WHERE community_id = $1 AND day = $2 AND code = $3)`, b.day.Community, b.day.Day, code)
	if err != nil {
		return false, fmt.Errorf("read what happened to %s: %w", b.name(), err)
	}
	return yes, nil
}
