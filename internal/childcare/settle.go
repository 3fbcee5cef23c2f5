package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Unsaid is a booking that has ended and of which nobody said whether the child came: until
// somebody does, nobody pays for it.
type Unsaid struct {
	Booking, Child int64
	Name           string
	Part           Part
}

// UnsaidDay is a day with how many of its bookings are so.
type UnsaidDay struct {
	Day time.Time // at midnight UTC
	N   int
}

// unsaidSQL is whether a booking b is one at the moment $2. A child that is missing is looked
// for, and is none.
const unsaidSQL = `b.state = 'booked' AND b.outcome = '' AND b.part <> 'talk' AND (b.missing_at IS NULL OR b.found_at IS NOT NULL)
	AND NOT EXISTS (SELECT FROM care_legs l WHERE l.community_id = b.community_id AND l.booking_id = b.id AND l.ends_at > $2)`

// readUnsaid reads those of a day, by name.
func (s *Service) readUnsaid(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) ([]Unsaid, error) {
	all := []Unsaid{}
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT b.id AS booking, b.child_id AS child, p.name, b.part FROM care_bookings b
		JOIN persons p ON p.community_id = b.community_id AND p.id = b.child_id
		WHERE b.community_id = $1 AND b.day = $3 AND `+unsaidSQL+` ORDER BY p.name, b.id`, community, s.now(), day)
	if err != nil {
		return nil, fmt.Errorf("read of whom nobody said whether they came on %s: %w", day.Format(time.DateOnly), err)
	}
	return all, nil
}

// Unsaid reads those of a day, for who minded children on it and who runs the hall. It is
// NotFound for everybody else.
func (s *Service) Unsaid(ctx context.Context, actor people.Actor, day time.Time) ([]Unsaid, error) {
	if err := s.minds(ctx, s.db, actor, 0, day); err != nil {
		return nil, fmt.Errorf("read of whom nobody said whether they came on %s: %w", day.Format(time.DateOnly), err)
	}
	return s.readUnsaid(ctx, s.db, actor.Community, day)
}

// UnsaidDays reads on which days there are any, for who runs the hall, the oldest first. What
// is older than the files of children are kept is past settling.
func (s *Service) UnsaidDays(ctx context.Context, actor people.Actor) ([]UnsaidDay, error) {
	all := []UnsaidDay{}
	err := s.lead(ctx, s.db, actor)
	if err == nil {
		err = s.db.SelectContext(ctx, &all, `
			SELECT b.day, count(*) AS n FROM care_bookings b
			WHERE b.community_id = $1 AND b.day >= $3 AND `+unsaidSQL+` GROUP BY b.day ORDER BY b.day`,
			actor.Community, s.now(), s.now().AddDate(0, 0, -keptDays))
	}
	if err != nil {
		return nil, fmt.Errorf("read on which days something is not settled: %w", err)
	}
	for i, d := range all {
		all[i].Day = date(d.Day, time.UTC)
	}
	return all, nil
}

// Settle says of a booking that has ended, and of which nobody said anything, whether the
// child came; only then is it charged, or never. Who minded children that day does, and who
// runs the hall, but not for a child of their own. It is care.settled where the other was
// said already, and care.not_ended before. Repeated, it changes nothing.
func (s *Service) Settle(ctx context.Context, actor people.Actor, booking int64, came bool) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		b, err := s.settle(ctx, tx, actor, booking, came)
		if err != nil {
			return err
		}
		return s.afterSettling(ctx, tx, actor, b.Day)
	})
	if err != nil {
		return fmt.Errorf("settle booking %d: %w", booking, err)
	}
	return nil
}

func (s *Service) settle(ctx context.Context, tx *sqlx.Tx, actor people.Actor, booking int64, came bool) (Booking, error) {
	w, b, err := s.holdOf(ctx, tx, actor, booking)
	if err == nil && b.Part == Talk {
		err = access.NotFound()
	}
	if err == nil {
		err = s.settles(ctx, tx, actor, b)
	}
	if err != nil {
		return b, err
	}
	ended, err := w.ends(ctx, b, s.now())
	if err != nil {
		return b, err
	}
	to := Missed
	if came {
		to = Came
	}
	switch {
	case !ended:
		return b, conflict("care.not_ended")
	case b.Status != Booked:
		return b, conflict("care.not_booked")
	case b.Outcome == to:
		return b, nil
	case b.Outcome != NoOutcome:
		return b, conflict("care.settled", "name", w.child.Name)
	case b.MissingAt != nil && b.FoundAt == nil:
		return b, conflict("care.is_missing", "name", w.child.Name)
	}
	return b, w.settled(ctx, b, to)
}

// settles lets the actor settle a booking of a child that is not of their own family.
func (s *Service) settles(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, b Booking) error {
	if err := s.minds(ctx, q, actor, 0, b.Day); err != nil {
		return err
	}
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	if slices.Contains(now.For, b.Child) {
		return conflict("care.own_child")
	}
	return nil
}

// settled writes what became of a booking of which nobody had said it.
func (w *ward) settled(ctx context.Context, b Booking, to Outcome) error {
	done, err := w.tx.ExecContext(ctx, `
		UPDATE care_bookings SET outcome = $3 WHERE community_id = $1 AND id = $2 AND state = 'booked' AND outcome = ''`, b.Community, b.ID, to)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return w.logged(ctx, "settled", detail{"booking": b.ID, "outcome": to})
}

// afterSettling charges what was settled of a day that is over already; of any other the
// night does. Where nothing is left to say of the day, nobody is asked any more.
func (s *Service) afterSettling(ctx context.Context, tx *sqlx.Tx, actor people.Actor, day time.Time) error {
	b, err := s.hold(ctx, tx, actor.Community, day, actor.Person)
	if err != nil {
		return err
	}
	if b.day.State == Over {
		if _, err := b.charge(ctx); err != nil {
			return err
		}
	}
	left, err := s.readUnsaid(ctx, tx, actor.Community, day)
	if err != nil || len(left) > 0 {
		return err
	}
	return s.over(ctx, tx, actor.Community, news{subject: b.unsaidLane(), topic: topicUnsaid, args: detail{"day": b.name()}})
}

// SettleAll says of all bookings of a day of which nobody said anything that the children
// came, and returns how many; those of the actor's own children stay.
func (s *Service) SettleAll(ctx context.Context, actor people.Actor, day time.Time) (n int, err error) {
	all, err := s.Unsaid(ctx, actor, day)
	if err != nil {
		return 0, err
	}
	ids := make([]int64, len(all))
	for i, u := range all {
		ids[i] = u.Booking
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		n = 0
		if err := holdAll(ctx, tx, actor.Community, ids); err != nil {
			return err
		}
		for _, id := range ids {
			_, err := s.settle(ctx, tx, actor, id, true)
			if isConflict(err) { // theirs; or somebody was quicker
				continue
			}
			if err != nil {
				return err
			}
			n++
		}
		return s.afterSettling(ctx, tx, actor, day)
	})
	if err != nil {
		return 0, fmt.Errorf("settle %s: %w", day.Format(time.DateOnly), err)
	}
	return n, nil
}
