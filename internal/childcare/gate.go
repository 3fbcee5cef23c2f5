package childcare

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// early is how long before a sitting something can be said of it.
const early = time.Hour

// Fetched notes that the children of a sitting at a school's gate are there, and go with
// the actor, but for some children. Of those it is known from then on that they are not
// there: from ten minutes after the time on they are missing. One that is missing already
// has to be named (Met). Returned is how many go with the actor now.
func (s *Service) Fetched(ctx context.Context, actor people.Actor, sitting int64, except ...int64) (int, error) {
	return s.each(ctx, actor, sitting, []What{Fetch}, func(r roll, w *ward, b Booking) (bool, error) {
		if w.lost() || b.Outcome == Came { // it was met, wherever it is now
			return false, nil
		}
		if past, err := w.past(ctx, b); err != nil || past {
			return false, err
		}
		if slices.Contains(except, w.child.ID) {
			return false, w.notYet(ctx, b, r.sitting.StartsAt)
		}
		return w.meet(ctx, b)
	})
}

// Met is Fetched for one that came late, or is there although somebody said that it does
// not come.
func (s *Service) Met(ctx context.Context, actor people.Actor, booking int64) error {
	return s.one(ctx, actor, booking, func(w *ward, b Booking) error {
		err := w.notPast(ctx, b)
		if err == nil {
			_, err = w.meet(ctx, b)
		}
		return err
	})
}

// Leads notes that the children of a sitting go back to school with the actor, but for
// some, and for those who have come again since. Returned is how many.
func (s *Service) Leads(ctx context.Context, actor people.Actor, sitting int64, except ...int64) (int, error) {
	return s.each(ctx, actor, sitting, []What{Back}, func(_ roll, w *ward, b Booking) (bool, error) {
		if w.place() != InHall || slices.Contains(except, w.child.ID) {
			return false, nil
		}
		if past, err := w.past(ctx, b); err != nil || past {
			return false, err
		}
		return true, w.lead(ctx)
	})
}

func (w *ward) lead(ctx context.Context) error {
	if err := w.pass(ctx, Custody{Place: OnTheWay, Holder: w.by.Person, How: ByStaff}); err != nil {
		return err
	}
	return w.logged(ctx, "leads", nil)
}

// Back notes that the children of a sitting are at their school again, but for some, and
// for those who have come again since. The school answers for them; to is who there took
// them, "" where the actor names nobody. Returned is how many.
func (s *Service) Back(ctx context.Context, actor people.Actor, sitting int64, to string, except ...int64) (int, error) {
	return s.each(ctx, actor, sitting, []What{Back}, func(r roll, w *ward, b Booking) (bool, error) {
		if !w.here() || slices.Contains(except, w.child.ID) {
			return false, nil
		}
		if past, err := w.past(ctx, b); err != nil || past {
			return false, err
		}
		return true, w.back(ctx, pg.Cut(pg.Text(to), maxName), r.school)
	})
}

// back gives the child to its school, and to whom there.
func (w *ward) back(ctx context.Context, to, school string) error {
	if err := w.takes(ctx); err != nil {
		return err
	}
	if err := w.pass(ctx, Custody{Place: AtSchool, HolderName: school, TakenBy: to, How: ByStaff}); err != nil {
		return err
	}
	if err := w.logged(ctx, "back", nil); err != nil {
		return err
	}
	return w.tellLeft(ctx, false)
}

// mostTakers is of how many at a school a carer finds the names again.
const mostTakers = 12

// Takers are whom the actor gave children to at each school, by its name: whom last first.
func (s *Service) Takers(ctx context.Context, actor people.Actor) (map[string][]string, error) {
	var all []struct{ School, Name string }
	err := s.db.SelectContext(ctx, &all, `
		SELECT holder_name AS school, taken_by AS name FROM care_custody
		WHERE community_id = $1 AND giver_id = $2 AND taken_by NOT IN ('', '-')
		GROUP BY 1, 2 ORDER BY max(id) DESC`, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("read whom person %d gave children to at school: %w", actor.Person, err)
	}
	at := map[string][]string{}
	for _, t := range all {
		if len(at[t.School]) < mostTakers {
			at[t.School] = append(at[t.School], t.Name)
		}
	}
	return at, nil
}

// meet has the child go with the actor, out of the hands of its school. It is false where
// it is in hands of staff.
func (w *ward) meet(ctx context.Context, b Booking) (bool, error) {
	if w.here() {
		return false, nil
	}
	school, err := schoolOf(ctx, w.tx, b)
	if err != nil {
		return false, err
	}
	if school == "" {
		return false, conflict("care.not_fetched")
	}
	if w.place() == Out {
		if err := w.pass(ctx, Custody{Place: AtSchool, HolderName: school, How: ByStaff}); err != nil {
			return false, err
		}
	}
	if err := w.pass(ctx, Custody{Place: OnTheWay, Holder: w.by.Person, How: ByStaff}); err != nil {
		return false, err
	}
	if err := w.logged(ctx, "met", detail{"booking": b.ID}); err != nil {
		return false, err
	}
	return true, w.came(ctx, b)
}

// schoolOf is the school from which a booking fetches, or to which it brings back; "" where
// it does neither.
func schoolOf(ctx context.Context, q sqlx.QueryerContext, b Booking) (name string, err error) {
	err = sqlx.GetContext(ctx, q, &name, `
		SELECT coalesce(max(c.name), '') FROM care_legs l
		JOIN care_sittings s ON s.community_id = l.community_id AND s.id = l.sitting_id
		JOIN care_patterns p ON p.community_id = s.community_id AND p.id = s.pattern_id
		JOIN care_schools c ON c.community_id = p.community_id AND c.id = p.school_id
		WHERE l.community_id = $1 AND l.booking_id = $2`, b.Community, b.ID)
	return name, err
}

// roll is a sitting whose children are gone through.
type roll struct {
	sitting Sitting
	school  string
	own     bool // who goes through it has no place any more: of those alone that they hold
}

// each goes through the children of a sitting of today who have a place, in the order in
// which children are held, for who minds children today. It is care.not_today on another
// day, and care.too_early more than an hour before.
func (s *Service) each(ctx context.Context, actor people.Actor, sitting int64, what []What, do func(roll, *ward, Booking) (bool, error)) (int, error) {
	n := 0
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		n = 0
		r, err := s.callRoll(ctx, tx, actor, sitting, what)
		if err != nil {
			return err
		}
		some, err := comesTo(ctx, tx, actor.Community, sitting)
		if err != nil {
			return err
		}
		for _, b := range some {
			w, err := s.ward(ctx, tx, actor, b.Child, b.Day, s.now())
			if err != nil {
				return err
			}
			if b, err = readBooking(ctx, tx, actor.Community, b.ID); err != nil || b.Status != Booked || r.own && w.is.Holder != actor.Person {
				continue
			}
			did, err := do(r, w, b)
			if err != nil {
				return err
			}
			if did {
				n++
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("go through sitting %d: %w", sitting, err)
	}
	return n, nil
}

// callRoll reads a sitting for who may go through it now.
func (s *Service) callRoll(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, sitting int64, what []What) (r roll, err error) {
	if r.sitting, err = readSitting(ctx, q, actor.Community, sitting); err != nil {
		return r, err
	}
	if err := s.works(ctx, q, actor, r.sitting.Day); err != nil {
		if r.own = isNotFound(err); r.own {
			err = s.minds(ctx, q, actor, 0, r.sitting.Day)
		}
		if err != nil {
			return r, err
		}
	}
	if !slices.Contains(what, r.sitting.Pattern.What) {
		return r, access.NotFound()
	}
	today, err := s.today(ctx, q, actor.Community)
	switch {
	case err != nil:
		return r, err
	case !r.sitting.Day.Equal(today):
		return r, conflict("care.not_today")
	case s.now().Before(r.sitting.StartsAt.Add(-early)):
		return r, conflict("care.too_early")
	}
	if r.sitting.Pattern.School != 0 {
		r.school, err = schoolName(ctx, q, actor.Community, r.sitting.Pattern.School)
	}
	return r, err
}

func schoolName(ctx context.Context, q sqlx.QueryerContext, community, id int64) (name string, err error) {
	err = sqlx.GetContext(ctx, q, &name, `SELECT name FROM care_schools WHERE community_id = $1 AND id = $2`, community, id)
	return name, found(err, "school", id)
}

func readSitting(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Sitting, error) {
	var one Sitting
	err := sqlx.GetContext(ctx, q, &one, `
		SELECT `+sittingColumns+` FROM `+sittingTables+` WHERE s.community_id = $1 AND s.id = $2`, community, id)
	return one, found(err, "sitting", id)
}

// comesTo are the bookings of a sitting that have a place, by child; more are conditions on a
// booking b and its leg l, which are constants of this package.
func comesTo(ctx context.Context, q sqlx.QueryerContext, community, sitting int64, more ...string) ([]Booking, error) {
	all := []Booking{}
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+bookingColumns+` FROM care_bookings b
		JOIN care_legs l ON l.community_id = b.community_id AND l.booking_id = b.id
		WHERE `+strings.Join(append(more, `b.community_id = $1 AND l.sitting_id = $2 AND l.holds AND b.state = 'booked'`), " AND ")+`
		ORDER BY b.child_id, b.id`, community, sitting)
	if err != nil {
		return nil, fmt.Errorf("read who comes to sitting %d: %w", sitting, err)
	}
	return all, nil
}

// one does something with the child of a booking of today, for who minds children today.
// Of a talk nobody but who counsels knows.
func (s *Service) one(ctx context.Context, actor people.Actor, booking int64, do func(*ward, Booking) error) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		b, err := readBooking(ctx, tx, actor.Community, booking)
		if err != nil {
			return err
		}
		if b.Part == Talk {
			return access.NotFound()
		}
		today, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		w, err := s.ward(ctx, tx, actor, b.Child, today, s.now())
		if err == nil {
			err = s.minds(ctx, tx, actor, b.Child, b.Day)
		}
		if err != nil {
			return err
		}
		if b, err = w.expects(ctx, booking); err != nil {
			return err
		}
		return do(w, b)
	})
	if err != nil {
		return fmt.Errorf("booking %d: %w", booking, err)
	}
	return nil
}

// expects reads a booking of the day once the child is held: it comes, or somebody said
// that it does not.
func (w *ward) expects(ctx context.Context, booking int64) (Booking, error) {
	b, err := readBooking(ctx, w.tx, w.by.Community, booking)
	switch {
	case err != nil:
		return b, err
	case !b.Day.Equal(w.day):
		return b, conflict("care.not_today")
	case b.Status != Booked && b.Absent == Present:
		return b, conflict("care.not_booked")
	}
	return b, nil
}
