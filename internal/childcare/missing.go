package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

const (
	missingAfter = 10 * time.Minute // after its time where it was to be met
	ringsAgain   = 5 * time.Minute  // while nobody has said where it is
	caseAfter    = 10 * time.Minute // of ringing: twenty minutes after its time
	ringsUntil   = 6 * time.Hour    // by then the case has everybody's hands
)

// NotHere notes that a child is not where it was to be met. From ten minutes after its time
// on it is missing: who decides and who runs the hall are rung, and again every five
// minutes until it is found; ten minutes later it is an urgent case. One that was in the
// hands of staff is missing at once. Repeated, it changes nothing. It is care.known_later
// of one that came and has left since.
func (s *Service) NotHere(ctx context.Context, actor people.Actor, booking int64) (Booking, error) {
	var is Booking
	err := s.one(ctx, actor, booking, func(w *ward, b Booking) (err error) {
		if err := w.notPast(ctx, b); err != nil {
			return err
		}
		switch {
		case w.lost():
		case b.Status != Booked:
			err = conflict("care.not_booked")
		case b.Outcome == Came && !w.here(): // it was met, and has left since
			err = conflict("care.known_later")
		case w.here():
			err = w.miss(ctx, b)
		default:
			var first Sitting
			if first, err = firstOf(ctx, w.tx, b.Community, b.ID); err == nil {
				err = w.notYet(ctx, b, first.StartsAt)
			}
		}
		if err != nil {
			return err
		}
		is, err = readBooking(ctx, w.tx, b.Community, b.ID)
		return err
	})
	return is, err
}

// notYet notes that a child is not there, where it was to be met at a time.
func (w *ward) notYet(ctx context.Context, b Booking, starts time.Time) error {
	if w.here() || w.lost() {
		return nil
	}
	if !w.now.Before(starts.Add(missingAfter)) {
		return w.miss(ctx, b)
	}
	return w.logged(ctx, "not_yet", detail{"booking": b.ID})
}

// miss says that the child is missing, and rings. Who says so answers for it until it is
// found; where the clock does, it is who said before that it is not there.
func (w *ward) miss(ctx context.Context, b Booking) error {
	holder, err := w.misses(ctx, b)
	if err != nil || holder == 0 {
		return err
	}
	if err := w.pass(ctx, Custody{Place: Lost, Holder: holder, How: ByStaff}); err != nil {
		return err
	}
	_, err = w.tx.ExecContext(ctx, `
		UPDATE care_bookings SET missing_at = $3, found_at = NULL, found_by = NULL WHERE community_id = $1 AND id = $2`, b.Community, b.ID, w.now)
	if err != nil {
		return err
	}
	if err := w.logged(ctx, "missing", detail{"booking": b.ID}); err != nil {
		return err
	}
	return w.rings(ctx, b, w.now, 0)
}

// lostLane is the subject of what is told of a missing child.
func (w *ward) lostLane() string { return w.lane() + ":lost" }

// rings tells everybody who must hear of it that the child is missing, and again later.
func (w *ward) rings(ctx context.Context, b Booking, since time.Time, round int) error {
	to, err := w.rung(ctx, since)
	if err != nil {
		return err
	}
	brought, err := w.broughtNot(ctx, b)
	if err != nil {
		return err
	}
	args := detail{"booking": b.ID, "round": round, "brought": brought}
	if err := w.tell(ctx, news{to: to, topic: topicMissing, subject: w.lostLane(), of: w.event, args: args, rings: true}); err != nil {
		return err
	}
	return outbox.Enqueue(ctx, w.tx, w.by.Community, outbox.Row{
		Key:   fmt.Sprintf("care:missing:%d:%d:%d", b.ID, since.UnixMicro(), round+1),
		Topic: jobMissing, Args: dayArgs{Booking: b.ID, Round: round + 1}, Urgency: outbox.Urgent, Due: w.now.Add(ringsAgain),
	})
}

// missingAgain rings once more for a child that nobody has found.
func (s *Service) missingAgain(ctx context.Context, community, booking int64, round int) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		b, err := readBooking(ctx, tx, community, booking)
		if err != nil {
			return err
		}
		w, err := s.ward(ctx, tx, people.Actor{Community: community}, b.Child, b.Day, s.now())
		if err != nil {
			return err
		}
		if b, err = readBooking(ctx, tx, community, booking); err != nil || w.is.Place != Lost || b.MissingAt == nil || b.FoundAt != nil {
			return err
		}
		lasts := w.now.Sub(*b.MissingAt)
		if lasts >= ringsUntil {
			return nil
		}
		if err := w.logged(ctx, "rings", detail{"booking": b.ID, "round": round}); err != nil {
			return err
		}
		if lasts >= caseAfter {
			if err := w.urgent(ctx, b); err != nil {
				return err
			}
		}
		return w.rings(ctx, b, *b.MissingAt, round)
	})
}

// urgent opens the case of a missing child, once.
func (w *ward) urgent(ctx context.Context, b Booking) error {
	if w.s.desk == nil {
		return nil
	}
	by := w.by
	if by.Person == 0 {
		by.Person = w.is.Holder
	}
	school, err := schoolOf(ctx, w.tx, b)
	if err != nil {
		return err
	}
	a := Alarm{Child: w.child.ID, Where: school, Key: fmt.Sprintf("care:missing:%d:%d", b.ID, b.MissingAt.UnixMicro())}
	_, _, err = w.s.desk.Worry(ctx, w.tx, by, a)
	return err
}

// DoesNotKnow notes that one who decides for a missing child does not know either where it
// is: it is an urgent case at once, and they are rung no more. Repeated, it changes nothing.
func (s *Service) DoesNotKnow(ctx context.Context, actor people.Actor, booking int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		w, b, err := s.holdOf(ctx, tx, actor, booking)
		if err == nil {
			err = s.decides(ctx, tx, actor, b.Child)
		}
		if err != nil || w.is.Place != Lost {
			return err
		}
		var said bool
		err = tx.GetContext(ctx, &said, `
			SELECT EXISTS (SELECT FROM care_events
				WHERE community_id = $1 AND child_id = $2 AND code = 'unknown' AND actor_id = $3 AND at >= $4)`,
			actor.Community, b.Child, actor.Person, b.MissingAt)
		if err != nil || said {
			return err
		}
		if err := w.logged(ctx, "unknown", detail{"booking": b.ID}); err != nil {
			return err
		}
		if err := w.urgent(ctx, b); err != nil {
			return err
		}
		to, err := leads(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		args := detail{"booking": b.ID, "by": actor.Person}
		return w.tell(ctx, news{to: without(append(to, w.is.Holder), 0), topic: topicUnknown, subject: w.lostLane(), of: w.event, args: args, rings: true})
	})
	if err != nil {
		return fmt.Errorf("nobody knows where the child of booking %d is: %w", booking, err)
	}
	return nil
}

// holdOf holds the child of a booking, of whom it is not known yet whether the actor may
// say anything.
func (s *Service) holdOf(ctx context.Context, tx *sqlx.Tx, actor people.Actor, booking int64) (*ward, Booking, error) {
	b, err := readBooking(ctx, tx, actor.Community, booking)
	if err != nil {
		return nil, b, err
	}
	w, err := s.ward(ctx, tx, actor, b.Child, b.Day, s.now())
	if err != nil {
		return nil, b, err
	}
	b, err = readBooking(ctx, tx, actor.Community, booking)
	return w, b, err
}

// Found notes where a missing child is: of who decides, that it is with them; of who minds
// it, that it is with the actor, or, where they name somebody, that these keep it at
// school, where it can still be met. Whoever was rung is told. Repeated, it changes
// nothing.
func (s *Service) Found(ctx context.Context, actor people.Actor, booking int64, keptBy string) (Booking, error) {
	var is Booking
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		w, b, err := s.holdOf(ctx, tx, actor, booking)
		if err != nil {
			return err
		}
		err = s.decides(ctx, tx, actor, b.Child)
		switch {
		case err == nil:
			err = w.withFamily(ctx)
		case isNotFound(err):
			if err = s.works(ctx, tx, actor, b.Day); err == nil {
				err = w.foundByStaff(ctx, b, pg.Cut(pg.Text(keptBy), maxName))
			}
		}
		if err != nil {
			return err
		}
		is, err = readBooking(ctx, tx, b.Community, b.ID)
		return err
	})
	if err != nil {
		return Booking{}, fmt.Errorf("the child of booking %d is found: %w", booking, err)
	}
	return is, nil
}

// withFamily notes that who decides has the missing child.
func (w *ward) withFamily(ctx context.Context) error {
	if w.is.Place != Lost {
		return nil
	}
	if err := w.pass(ctx, Custody{Place: Out, Holder: w.by.Person, How: Begin}); err != nil {
		return err
	}
	if err := w.logged(ctx, "with_family", nil); err != nil {
		return err
	}
	_, err := w.tx.ExecContext(ctx, `
		UPDATE care_bookings SET outcome = 'missed'
		WHERE community_id = $1 AND child_id = $2 AND day = $3 AND state = 'booked' AND outcome = '' AND missing_at IS NOT NULL AND found_at IS NULL`,
		w.by.Community, w.child.ID, w.day)
	if err != nil {
		return err
	}
	return w.unmiss(ctx)
}

// foundByStaff notes that who minds the child has it, or knows who at school keeps it.
func (w *ward) foundByStaff(ctx context.Context, b Booking, keptBy string) error {
	if w.is.Place != Lost {
		return nil
	}
	school, err := schoolOf(ctx, w.tx, b)
	if err != nil {
		return err
	}
	switch {
	case keptBy != "" && school == "": // nobody fetches it there
		return conflict("care.not_fetched")
	case keptBy != "":
		err = w.pass(ctx, Custody{Place: AtSchool, HolderName: keptBy, How: ByStaff})
	case school != "":
		err = w.pass(ctx, Custody{Place: OnTheWay, Holder: w.by.Person, How: ByStaff})
	default:
		return w.arrive(ctx, b)
	}
	if err != nil {
		return err
	}
	if err := w.logged(ctx, "found", detail{"booking": b.ID}); err != nil {
		return err
	}
	if keptBy != "" {
		return w.unmiss(ctx)
	}
	return w.came(ctx, b)
}

// missedNot notes that a child for which it is rung is with who decides and says that it
// does not come.
func (s *Service) missedNot(ctx context.Context, tx *sqlx.Tx, actor people.Actor, child int64, day time.Time) error {
	is, err := readNow(ctx, tx, actor.Community, child)
	if isNotFound(err) || err == nil && is.Place != Lost {
		return nil
	}
	if err == nil {
		err = s.decides(ctx, tx, actor, child)
	}
	if isNotFound(err) { // whoever runs the hall says so: they are found by who has them
		return nil
	}
	if err != nil {
		return err
	}
	w, err := s.ward(ctx, tx, actor, child, day, s.now())
	if err != nil || w.is.Place != Lost {
		return err
	}
	return w.withFamily(ctx)
}

// unmiss notes that the child is missing no more, and tells whoever was rung.
func (w *ward) unmiss(ctx context.Context) error {
	var some []int64
	err := w.tx.SelectContext(ctx, &some, `
		UPDATE care_bookings SET found_at = $4, found_by = nullif($5::bigint, 0)
		WHERE community_id = $1 AND child_id = $2 AND day = $3 AND missing_at IS NOT NULL AND found_at IS NULL RETURNING id`,
		w.by.Community, w.child.ID, w.day, w.now, w.by.Person)
	if err != nil || len(some) == 0 {
		return err
	}
	args := detail{"custody": w.is.ID, "booking": some[0]}
	if err := w.over(ctx, news{subject: w.lostLane(), topic: topicMissing, args: args}); err != nil {
		return err
	}
	to, err := w.all(ctx)
	if err != nil {
		return err
	}
	return w.tell(ctx, news{to: without(to, w.by.Person), topic: topicFound, subject: w.lostLane(), of: w.event, args: args, rings: true})
}
