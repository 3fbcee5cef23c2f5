package childcare

import (
	"context"
	"slices"

	"github.com/linli-bot/linli/internal/people"
)

// Arrived notes that the children of a sitting are in the hall, with the actor, but for
// some: those who are on the way to it, and of a day without school those whom their
// families bring. Who decides is told. Returned is how many.
func (s *Service) Arrived(ctx context.Context, actor people.Actor, sitting int64, except ...int64) (int, error) {
	return s.each(ctx, actor, sitting, []What{Fetch, Lunch, Nap, Mind, Tutor}, func(_ roll, w *ward, b Booking) (bool, error) {
		waits := w.place() == OnTheWay || b.Part == Whole && w.place() == Out
		if !waits || slices.Contains(except, w.child.ID) {
			return false, nil
		}
		away, err := w.past(ctx, b)
		if err == nil && !away {
			away, err = w.toSchool(ctx)
		}
		if err != nil || away {
			return false, err
		}
		return true, w.arrive(ctx, b)
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
