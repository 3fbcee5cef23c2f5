package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Called is what came of calling somebody. Codes are stored.
type Called string

// The outcomes.
const (
	SaysYes Called = "one"      // as usual: so many as they usually have
	SaysNo  Called = "none"     // not that day; of a day that was called off: they know
	NoReply Called = "no_reply" // nobody answered: they are called again at the end
)

// Called notes what came of calling somebody about a day, and orders it for them or
// notes that they do not want it, as they said. Where no place is free they wait for
// one, and have it when it comes free. It is refused as Order is; of a day that was
// called off it notes alone that they know. It is for whoever runs the kitchen, and who
// helps on that day. Repeated, it changes nothing.
func (s *Service) Called(ctx context.Context, actor people.Actor, day time.Time, person int64, outcome Called) (Order, error) {
	var o Order
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := s.works(ctx, tx, actor, day, Help); err != nil {
			return err
		}
		if outcome != SaysYes && outcome != SaysNo && outcome != NoReply {
			return invalid("lunch.no_outcome")
		}
		g, err := s.onAs(ctx, tx, actor, person, true)
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
		o, err = b.called(ctx, g, o, outcome)
		return err
	})
	if err != nil {
		return Order{}, fmt.Errorf("call person %d: %w", person, err)
	}
	return o, nil
}

// called notes a call, and does what they said.
func (b *book) called(ctx context.Context, g guest, o Order, outcome Called) (Order, error) {
	if b.day.State != CalledOff {
		if err := b.takes(g); err != nil {
			return o, err
		}
	}
	if err := b.noteCall(ctx, g.person.ID, outcome); err != nil || b.day.State == CalledOff {
		return o, err
	}
	switch {
	case outcome == SaysYes:
		return b.wish(ctx, g, o, Wish{Portions: g.diner.Portions, List: TakeForMe, How: ByPhone})
	case outcome == SaysNo && o.Status != Cancelled:
		return b.notThenBy(ctx, g, o, ByPhone)
	}
	return o, nil
}

// noteCall writes the last call of somebody about a day.
func (b *book) noteCall(ctx context.Context, person int64, outcome Called) error {
	_, err := b.tx.ExecContext(ctx, `
		INSERT INTO lunch_calls (community_id, day, person_id, by_id, outcome, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (community_id, day, person_id) DO UPDATE SET by_id = excluded.by_id, outcome = excluded.outcome, at = excluded.at`,
		b.day.Community, b.day.Day, person, b.by, outcome, b.now)
	if err != nil {
		return fmt.Errorf("note a call of person %d: %w", person, err)
	}
	_, err = log(ctx, b.tx, happened{
		community: b.day.Community, day: b.day.Day, person: person, by: b.by, code: "called", detail: detail{"outcome": outcome}, at: b.now,
	})
	return err
}
