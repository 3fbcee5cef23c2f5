package childcare

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Sheet is a day on paper, for where there is no network.
type Sheet struct {
	Day        Day
	Lists      []List
	Collectors map[int64][]Collector // of each child, who may have it that day
}

// Sheet reads it, for who minds children on the day; the looks are written down.
func (s *Service) Sheet(ctx context.Context, actor people.Actor, day time.Time) (Sheet, error) {
	var sheet Sheet
	err := s.inTx(ctx, func(tx *sqlx.Tx) (err error) {
		if err := s.minds(ctx, tx, actor, 0, day); err != nil {
			return err
		}
		sheet = Sheet{Collectors: map[int64][]Collector{}}
		if sheet.Day, err = readDay(ctx, tx, actor.Community, day); err != nil {
			return err
		}
		if sheet.Lists, err = s.lists(ctx, tx, actor, day); err != nil {
			return err
		}
		for _, l := range sheet.Lists {
			for _, c := range l.Children {
				if _, there := sheet.Collectors[c.Child]; there || c.Absent != Present {
					continue
				}
				if sheet.Collectors[c.Child], _, err = readDoor(ctx, tx, actor, c.Child, day); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return Sheet{}, fmt.Errorf("read the sheet of %s: %w", day.Format(time.DateOnly), err)
	}
	return sheet, nil
}

// Did is what happened on paper.
type Did string

// What happens.
const (
	DidMeet   Did = "met"
	DidCome   Did = "came"
	DidLead   Did = "leads"
	DidReturn Did = "back"
	DidLeave  Did = "left"
	DidMiss   Did = "missed" // it was not there
)

// Typed is one line of the paper.
type Typed struct {
	At      time.Time
	Did     Did
	Booking int64
	To      string  // of DidReturn: who at school took it; "": nobody is named
	Leaving Leaving // of DidLeave: the child is that of the booking
}

// TypedIn writes down what happened without a network: all of it, in the order of its
// times, or nothing. Of leaving holds what holds at the door, but that no code can be
// compared afterwards. Refused is care.typed_wrong ("line", from 1 as they were given;
// "why", a key); where one who is barred has a child the alarm is raised all the same.
// Lines that are written down already change nothing.
func (s *Service) TypedIn(ctx context.Context, actor people.Actor, day time.Time, lines []Typed) (int, error) {
	order := make([]int, len(lines))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return lines[a].At.Compare(lines[b].At) })
	n, barred := 0, Leaving{}
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		n = 0
		if err := s.works(ctx, tx, actor, day); err != nil {
			return err
		}
		bookings := make([]int64, len(lines))
		for i, l := range lines {
			bookings[i] = l.Booking
		}
		if err := holdAll(ctx, tx, actor.Community, bookings); err != nil {
			return err
		}
		for _, i := range order {
			did, stands, err := s.typed(ctx, tx, actor, day, lines[i])
			if stands.Collector != 0 {
				barred = stands
			}
			if r, ok := refusal.As(err); ok {
				return fmt.Errorf("%w: %w", conflict("care.typed_wrong", "line", i+1, "why", r.Key), err)
			}
			if err != nil {
				return err
			}
			if did {
				n++
			}
		}
		if n > 0 {
			_, err := log(ctx, tx, happened{community: actor.Community, day: day, by: actor.Person, code: "typed", detail: detail{"n": n}, at: s.now()})
			if err != nil {
				return err
			}
		}
		return s.afterSettling(ctx, tx, actor, day)
	})
	if err != nil {
		err = fmt.Errorf("type in %s: %w", day.Format(time.DateOnly), err)
	}
	if barred.Collector != 0 {
		err = errors.Join(err, s.Barred(ctx, actor, barred.Child, barred.Collector))
	}
	return n, err
}

// holdAll holds the children of some bookings, in the order in which children are held.
func holdAll(ctx context.Context, tx *sqlx.Tx, community int64, bookings []int64) error {
	_, err := tx.ExecContext(ctx, `
		SELECT FROM care_children c
		WHERE c.community_id = $1 AND c.child_id IN (SELECT b.child_id FROM care_bookings b WHERE b.community_id = $1 AND b.id = ANY ($2))
		ORDER BY c.child_id FOR NO KEY UPDATE OF c`, community, pq.Array(bookings))
	return err
}

// typed writes one line down; false where it is written already. Barred is who stands on
// paper and must not.
func (s *Service) typed(ctx context.Context, tx *sqlx.Tx, actor people.Actor, day time.Time, l Typed) (did bool, barred Leaving, err error) {
	c, err := s.year(ctx, tx, actor.Community)
	if err != nil {
		return false, barred, err
	}
	at := l.At.Truncate(time.Microsecond)
	if !date(at, c.zone).Equal(day) || at.After(s.now()) {
		return false, barred, invalid("care.bad_time")
	}
	b, err := readBooking(ctx, tx, actor.Community, l.Booking)
	if err == nil && b.Part == Talk {
		err = access.NotFound()
	}
	if err != nil {
		return false, barred, err
	}
	w, err := s.ward(ctx, tx, actor, b.Child, day, at)
	if err != nil {
		return false, barred, err
	}
	w.mute = true
	if b, err = w.expects(ctx, b.ID); err != nil {
		return false, barred, err
	}
	if there, err := w.writtenDown(ctx, l.Did); err != nil || there {
		return false, barred, err
	}
	if l.Did == DidLeave {
		return w.typedLeave(ctx, l.Leaving)
	}
	return true, barred, w.typedMove(ctx, l, b)
}

// writtenDown reports whether this happened to the child at this moment already.
func (w *ward) writtenDown(ctx context.Context, did Did) (is bool, err error) {
	code := map[Did]string{DidMeet: "met", DidCome: "arrived", DidLead: "leads", DidReturn: "back", DidLeave: "left", DidMiss: "settled"}[did]
	err = w.tx.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM care_events WHERE community_id = $1 AND child_id = $2 AND day = $3 AND code = $4 AND at = $5)`,
		w.by.Community, w.child.ID, w.day, code, w.now)
	return is, err
}

func (w *ward) typedMove(ctx context.Context, l Typed, b Booking) error {
	switch l.Did {
	case DidMeet:
		_, err := w.meet(ctx, b)
		return err
	case DidCome:
		if w.place() == InHall {
			return nil
		}
		return w.arrive(ctx, b)
	case DidLead:
		if w.place() != InHall {
			return conflict("care.not_here")
		}
		return w.lead(ctx)
	case DidReturn:
		school, err := schoolOf(ctx, w.tx, b)
		if err != nil {
			return err
		}
		if !w.here() || school == "" {
			return conflict("care.not_here")
		}
		return w.back(ctx, pg.Cut(pg.Text(l.To), maxName), school)
	case DidMiss:
		return w.settled(ctx, b, Missed)
	}
	return invalid("care.no_line")
}

// typedLeave gives the child to somebody afterwards.
func (w *ward) typedLeave(ctx context.Context, l Leaving) (did bool, barred Leaving, err error) {
	l.Child = w.child.ID
	if l.Code != "" {
		return false, barred, conflict("care.no_code")
	}
	t, err := w.taker(ctx, l)
	if err != nil {
		return false, barred, err
	}
	k, err := w.claim(ctx, t, l)
	if err != nil {
		return false, barred, err
	}
	how, key := k.verdict()
	if how == "" {
		if t.barred {
			barred = Leaving{Child: w.child.ID, Collector: t.collector}
		}
		return false, barred, conflict(key)
	}
	return true, barred, w.leaves(ctx, t, how, pg.Cut(pg.Text(l.Hand), maxReason))
}
