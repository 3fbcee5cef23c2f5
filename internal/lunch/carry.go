package lunch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/people"
)

// outcomes are what may become of a meal, by the way on which it reaches who eats.
var outcomes = map[Mode][]Outcome{
	Bring: {Delivered, WithNeighbour, NotMet},
	Eat:   {Came, Missed},
	Take:  {Came, Missed},
}

// door is a meal in the hands of one transaction: its day cannot be called off meanwhile.
type door struct {
	*book
	o Order
}

// atDoor lets the actor say something of a meal: who carries on its day, and whoever runs
// the kitchen. It is lunch.not_yet before the cut-off, lunch.over when the day has passed,
// and lunch.nothing where the meal was cancelled.
func (s *Service) atDoor(ctx context.Context, tx *sqlx.Tx, actor people.Actor, order int64) (d door, err error) {
	o, err := readOrderByID(ctx, tx, actor.Community, order)
	if err != nil {
		return d, err
	}
	if _, err := s.works(ctx, tx, actor, o.Day, Carry); err != nil {
		return d, err
	}
	if d, err = s.meal(ctx, tx, o); err != nil {
		return d, err
	}
	d.by = actor.Person
	switch {
	case d.day.State == Published || d.day.State == Planned:
		return d, conflict("lunch.not_yet")
	case d.day.State == Over:
		return d, conflict("lunch.over")
	case d.day.State == CalledOff || d.o.Status != Ordered:
		return d, conflict("lunch.nothing")
	}
	return d, nil
}

// meal holds a meal: its day as it is, and then the order.
func (s *Service) meal(ctx context.Context, tx *sqlx.Tx, o Order) (door, error) {
	day, err := lockDay(ctx, tx, o.Community, o.Day, false)
	if err != nil {
		return door{}, err
	}
	err = tx.GetContext(ctx, &o, `
		SELECT `+orderColumns+` FROM lunch_orders WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE`, o.Community, o.ID)
	return door{&book{s: s, tx: tx, day: day, now: s.now()}, o}, found(err, "order", o.ID)
}

// onDoor runs a verb on a meal.
func (s *Service) onDoor(ctx context.Context, actor people.Actor, order int64, do func(d *door) error) (Order, error) {
	var o Order
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		d, err := s.atDoor(ctx, tx, actor, order)
		if err != nil {
			return err
		}
		err = do(&d)
		o = d.o
		return err
	})
	if err != nil {
		return Order{}, fmt.Errorf("meal %d: %w", order, err)
	}
	return o, nil
}

// Deliver says what became of a meal: the last word counts. NotMet is that they are
// reached or known to be well, and have no lunch. It is lunch.no_outcome where that cannot
// become of it, and lunch.not_cooked long before the meal: it was meant of another day.
// Repeated, it changes nothing.
func (s *Service) Deliver(ctx context.Context, actor people.Actor, order int64, is Outcome) (Order, error) {
	return s.onDoor(ctx, actor, order, func(d *door) error {
		if !slices.Contains(outcomes[d.day.Way(d.o.Mode)], is) {
			return invalid("lunch.no_outcome")
		}
		if is.Ate() && !d.cooked() {
			return conflict("lunch.not_cooked")
		}
		return d.ends(ctx, is)
	})
}

// readyBefore is how long before it is served no meal can have reached anybody.
const readyBefore = 2 * time.Hour

// cooked reports whether a meal may have reached somebody by now. A word that was tapped
// where there was no network, or an old key, may come on the morning after.
func (d *door) cooked() bool { return !d.now.Before(d.day.ServesAt.Add(-readyBefore)) }

// ends writes the outcome of a meal, once.
func (d *door) ends(ctx context.Context, is Outcome) error {
	if d.o.Outcome == is {
		return nil
	}
	return d.set(ctx, string(is), func(o *Order) { o.Outcome = is })
}

// set changes a meal, with its event.
func (d *door) set(ctx context.Context, code string, change func(o *Order)) error {
	change(&d.o)
	if d.by != 0 {
		d.o.OutcomeAt, d.o.OutcomeBy = &d.now, d.by
	}
	_, err := d.tx.ExecContext(ctx, `
		UPDATE lunch_orders SET outcome = $3, tries = $4, outcome_at = $5, outcome_by = nullif($6::bigint, 0), worried_at = $7,
			case_id = nullif($8::bigint, 0)
		WHERE community_id = $1 AND id = $2`,
		d.o.Community, d.o.ID, d.o.Outcome, d.o.Tries, d.o.OutcomeAt, d.o.OutcomeBy, d.o.WorriedAt, d.o.Case)
	if err != nil {
		return fmt.Errorf("change meal %d: %w", d.o.ID, err)
	}
	d.event, err = log(ctx, d.tx, happened{
		community: d.o.Community, day: d.o.Day, person: d.o.Person, by: d.by, code: code,
		detail: detail{"order": d.o.ID, "tries": d.o.Tries, "case": d.o.Case}, at: d.now,
	})
	return err
}

// AllDelivered says of every meal of an entrance that it reached its door, but for some
// orders, and for the doors of which somebody has said something already: how many those
// were. It is refused as Deliver is. Repeated, it changes nothing.
func (s *Service) AllDelivered(ctx context.Context, actor people.Actor, at Stop, day time.Time, except []int64) (n int, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		n = 0
		if _, err := s.works(ctx, tx, actor, day, Carry); err != nil {
			return err
		}
		var ids []int64
		err := tx.SelectContext(ctx, &ids, `
			SELECT o.id FROM lunch_orders o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
			WHERE o.community_id = $1 AND o.day = $2 AND o.state = 'ordered' AND o.outcome = '' AND o.tries = 0 AND o.worried_at IS NULL
				AND coalesce(p.building_id, 0) = $3 AND coalesce(p.entrance, 0) = $4 AND o.id <> ALL ($5) ORDER BY o.id`,
			actor.Community, day, at.Building, at.Entrance, pq.Array(append([]int64{}, except...)))
		if err != nil {
			return fmt.Errorf("read the meals of an entrance: %w", err)
		}
		for _, id := range ids {
			d, err := s.atDoor(ctx, tx, actor, id)
			if err != nil {
				return err
			}
			if d.day.Way(d.o.Mode) != Bring || d.o.Outcome != NoOutcome {
				continue
			}
			if !d.cooked() {
				return conflict("lunch.not_cooked")
			}
			if err := d.ends(ctx, Delivered); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("all meals of an entrance: %w", err)
	}
	return n, nil
}
