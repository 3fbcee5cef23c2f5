package childcare

import (
	"context"
	"slices"

	"github.com/linli-bot/linli/internal/people"
)

// Arrived notes that the children of a sitting are in the hall, with the actor, but for
// some: those who are on the way, and those whom nobody fetches. Of one of these that is
// not there it is known from then on, as at a gate. Who decides is told. Returned is how
// many.
func (s *Service) Arrived(ctx context.Context, actor people.Actor, sitting int64, except ...int64) (int, error) {
	return s.each(ctx, actor, sitting, []What{Fetch, Lunch, Nap, Mind, Tutor}, func(r roll, w *ward, b Booking) (bool, error) {
		brought, err := w.isBrought(ctx, b)
		if err != nil || !brought && w.place() != OnTheWay || brought && b.Outcome == Came { // it came, and left
			return false, err
		}
		away, err := w.past(ctx, b)
		if err == nil && !away {
			away, err = w.toSchool(ctx)
		}
		switch {
		case err != nil || away:
			return false, err
		case !slices.Contains(except, w.child.ID):
			return true, w.arrive(ctx, b)
		case brought && b.Outcome == NoOutcome:
			return false, w.notYet(ctx, b, r.sitting.StartsAt)
		}
		return false, nil
	})
}

// Came is Arrived for one, also one that came by itself, or is there although somebody said
// that it does not come.
func (s *Service) Came(ctx context.Context, actor people.Actor, booking int64) error {
	return s.one(ctx, actor, booking, func(w *ward, b Booking) error {
		if w.place() == InHall {
			return nil
		}
		if err := w.notPast(ctx, b); err != nil {
			return err
		}
		return w.arrive(ctx, b)
	})
}

// arrive has the child be in the hall, with the actor.
func (w *ward) arrive(ctx context.Context, b Booking) error {
	how := Brought
	if w.here() {
		how = ByStaff
	}
	if err := w.pass(ctx, Custody{Place: InHall, Holder: w.by.Person, How: how}); err != nil {
		return err
	}
	if err := w.logged(ctx, "arrived", detail{"booking": b.ID}); err != nil {
		return err
	}
	if err := w.came(ctx, b); err != nil {
		return err
	}
	return w.tellArrived(ctx)
}
