package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Settle says of a meal whose day is over, and of which nobody said anything, whether it
// was eaten; then it is charged. Whoever runs the kitchen does, but not for themselves or
// their family. It is a conflict where somebody said so already (lunch.settled), and
// where the day goes on (lunch.not_over).
func (s *Service) Settle(ctx context.Context, actor people.Actor, order int64, ate bool) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error { return s.settle(ctx, tx, actor, order, ate) })
	if err != nil {
		return fmt.Errorf("settle meal %d: %w", order, err)
	}
	return nil
}

func (s *Service) settle(ctx context.Context, tx *sqlx.Tx, actor people.Actor, order int64, ate bool) error {
	o, err := readOrderByID(ctx, tx, actor.Community, order)
	if err != nil {
		return err
	}
	if err := s.bookkeeper(ctx, tx, actor, o.Person); err != nil {
		return err
	}
	d, err := s.meal(ctx, tx, o)
	if err != nil {
		return err
	}
	d.by = actor.Person
	switch {
	case d.day.State != Over:
		return conflict("lunch.not_over")
	case d.o.Status != Ordered || d.o.Outcome != NoOutcome && d.o.Outcome.Ate() != ate:
		return conflict("lunch.settled")
	case d.o.Outcome != NoOutcome:
		return nil
	}
	if err := d.ends(ctx, settled(d.day.Way(d.o.Mode), ate)); err != nil || !ate {
		return err
	}
	diner, err := readDiner(ctx, tx, d.o.Community, d.o.Person)
	if err != nil {
		return err
	}
	return d.post(ctx, actor, bill{
		Order: d.o.ID, Person: d.o.Person, Portions: d.o.Portions, Outcome: d.o.Outcome, Pays: diner.Pays, PaysWhy: diner.PaysWhy,
	})
}

// settled is what became of a meal, by its way.
func settled(way Mode, ate bool) Outcome {
	switch {
	case way == Bring && ate:
		return Delivered
	case way == Bring:
		return NotMet
	case ate:
		return Came
	}
	return Missed
}

// SettleAll says of all meals of a day of which nobody said anything that they were
// eaten, and returns how many; those of the actor's own and their family's stay.
func (s *Service) SettleAll(ctx context.Context, actor people.Actor, day time.Time) (n int, err error) {
	all, err := s.Unsettled(ctx, actor, day)
	if err != nil {
		return 0, err
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		n = 0
		for _, m := range all {
			err := s.settle(ctx, tx, actor, m.Order, true)
			switch {
			case isNotFound(err), isConflict(err): // theirs; or somebody was quicker
				continue
			case err != nil:
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("settle %s: %w", day.Format(time.DateOnly), err)
	}
	return n, nil
}
