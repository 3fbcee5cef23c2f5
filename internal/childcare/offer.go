package childcare

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Offer is a part of a day that a child can have.
type Offer struct {
	Day         time.Time
	Part        Part
	Sittings    []Sitting // its chain
	Left        int       // places of the sitting that has the fewest
	Price       int       // of all
	From, Until time.Time
	Open        bool     // it is booked and cancelled by one tap
	Booking     *Booking // the child's, where it has one that is not cancelled
	Position    int      // of one that waits: 1 is the next
	Absent      Absence  // somebody said that the child does not come
	Told        bool     // something is said of that day: booked, cancelled, absent
}

// Meets is where the child is met; "": at the hall.
func (o Offer) Meets() string {
	for _, s := range o.Sittings {
		if s.Meets != "" {
			return s.Meets
		}
	}
	return ""
}

// Fit is how many of some offers can be had at once: who is fetched from one school sits
// beside who is fetched from another.
func Fit(offers []Offer) (n int) {
	taken := map[int64]int{}
	for _, o := range offers {
		if slices.ContainsFunc(o.Sittings, func(s Sitting) bool { return s.Left() <= taken[s.ID] }) {
			continue
		}
		for _, s := range o.Sittings {
			taken[s.ID]++
		}
		n++
	}
	return n
}

// byTurn sorts bookings as they came to the list.
func byTurn(all []Booking) {
	slices.SortFunc(all, func(a, b Booking) int {
		return cmp.Or(a.WaitsSince.Compare(*b.WaitsSince), cmp.Compare(a.ID, b.ID))
	})
}

// Offers reads what there is for a child on n days from one on, by day and as it begins.
// Talks are an offer each, as far as the child can have them; of one that is not theirs
// people learn that it is taken. It is
// care.no_file of a child without one.
func (s *Service) Offers(ctx context.Context, actor people.Actor, child int64, from time.Time, n int) (all []Offer, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		all = []Offer{}
		_, p, err := s.may(ctx, tx, actor, access.BookCare, child, time.Time{})
		if err != nil {
			return err
		}
		c, err := readFile(ctx, tx, actor.Community, p)
		if err != nil {
			return err
		}
		r := &reader{tx: tx, s: s, actor: actor, child: c, from: from, until: from.AddDate(0, 0, n-1)}
		all, err = r.offers(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what there is for child %d: %w", child, err)
	}
	return all, nil
}

// Offered reads a booking with its chain, and its position where it waits.
func (s *Service) Offered(ctx context.Context, actor people.Actor, booking int64) (o Offer, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		w, err := s.seen(ctx, tx, actor, booking)
		if err != nil {
			return err
		}
		c, err := readChild(ctx, tx, w.Community, w.Child)
		if err != nil {
			return err
		}
		r := &reader{tx: tx, s: s, actor: actor, child: c, from: w.Day, until: w.Day}
		if err := r.read(ctx); err != nil {
			return err
		}
		if len(r.days) == 0 {
			return access.NotFound()
		}
		o = r.offer(r.days[0], w.Part, r.hasOf(w), &w)
		o.Position, err = position(ctx, tx, w)
		return err
	})
	if err != nil {
		return Offer{}, fmt.Errorf("read booking %d: %w", booking, err)
	}
	return o, nil
}

// Booking reads one, for who may book for its child, and who minds it that day.
func (s *Service) Booking(ctx context.Context, actor people.Actor, booking int64) (Booking, error) {
	w, err := s.seen(ctx, s.db, actor, booking)
	if err != nil {
		return Booking{}, fmt.Errorf("read booking %d: %w", booking, err)
	}
	return w, nil
}

// seen reads a booking for who may see it: of a talk who booked it, and the counsellor.
func (s *Service) seen(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, booking int64) (Booking, error) {
	w, err := readBooking(ctx, q, actor.Community, booking)
	if err != nil {
		return w, err
	}
	if w.Part == Talk {
		return w, s.hears(ctx, q, actor, w)
	}
	_, _, err = s.may(ctx, q, actor, access.SeeChild, w.Child, w.Day)
	return w, err
}

// hears lets those two see a talk.
func (s *Service) hears(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, w Booking) error {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	var mine bool
	err = sqlx.GetContext(ctx, q, &mine, `
		SELECT EXISTS (SELECT FROM care_patterns WHERE community_id = $1 AND id = $2 AND person_id = $3)`, w.Community, w.Nth, actor.Person)
	if err != nil {
		return err
	}
	if mine {
		return access.Allow(access.Counsel, now.Roles, access.Assigned)
	}
	rel, err := s.toward(ctx, q, now, w.Child, time.Time{})
	if err != nil {
		return err
	}
	if w.By != actor.Person || rel != access.ActsFor {
		return access.NotFound()
	}
	return access.Allow(access.BookCare, now.Roles, rel)
}

// position is how many are before a booking that waits for one of its sittings, and it.
func position(ctx context.Context, q sqlx.QueryerContext, w Booking) (n int, err error) {
	if w.Status != Waiting {
		return 0, nil
	}
	err = sqlx.GetContext(ctx, q, &n, `
		SELECT 1 + count(DISTINCT o.id) FROM care_bookings o
		JOIN care_legs l ON l.community_id = o.community_id AND l.booking_id = o.id
		JOIN care_legs m ON m.community_id = l.community_id AND m.sitting_id = l.sitting_id AND m.booking_id = $3
		WHERE o.community_id = $1 AND o.day = $2 AND o.state = 'waiting' AND (o.waits_since, o.id) < ($4, $3)`,
		w.Community, w.Day, w.ID, w.WaitsSince)
	if err != nil {
		return 0, fmt.Errorf("position of booking %d: %w", w.ID, err)
	}
	return n, nil
}

// reader reads what there is for a child on some days.
type reader struct {
	s           *Service
	tx          *sqlx.Tx
	actor       people.Actor
	child       Child
	from, until time.Time

	days     []Day
	sittings map[string][]Sitting
	bookings []Booking
	legs     map[int64][]int64 // of a booking
	absences []Gone
}

func (r *reader) read(ctx context.Context) error {
	err := r.tx.SelectContext(ctx, &r.days, `
		SELECT `+dayColumns+` FROM care_days
		WHERE community_id = $1 AND day BETWEEN $2 AND $3 AND state <> 'cancelled' ORDER BY day`, r.actor.Community, r.from, r.until)
	if err != nil {
		return fmt.Errorf("read days: %w", err)
	}
	all, err := readSittings(ctx, r.tx, `s.community_id = $1 AND s.day BETWEEN $2 AND $3 AND s.cancelled_at IS NULL`, r.actor.Community, r.from, r.until)
	if err != nil {
		return err
	}
	r.sittings = map[string][]Sitting{}
	for _, s := range all {
		name := s.Day.Format(time.DateOnly)
		r.sittings[name] = append(r.sittings[name], s)
	}
	r.bookings, err = readBookings(ctx, r.tx, `b.child_id = $2 AND b.day BETWEEN $3 AND $4`,
		r.actor.Community, r.child.ID, r.from, r.until)
	if err != nil {
		return err
	}
	if r.absences, err = readAbsences(ctx, r.tx, r.actor.Community, r.child.ID, r.from, r.until); err != nil {
		return err
	}
	return r.readLegs(ctx)
}

func (r *reader) readLegs(ctx context.Context) error {
	ids := make([]int64, len(r.bookings))
	for i, w := range r.bookings {
		ids[i] = w.ID
	}
	var all []struct{ Booking, Sitting int64 }
	err := r.tx.SelectContext(ctx, &all, `
		SELECT booking_id AS booking, sitting_id AS sitting FROM care_legs WHERE community_id = $1 AND booking_id = ANY ($2)`,
		r.actor.Community, pq.Array(ids))
	if err != nil {
		return fmt.Errorf("read legs: %w", err)
	}
	r.legs = map[int64][]int64{}
	for _, l := range all {
		r.legs[l.Booking] = append(r.legs[l.Booking], l.Sitting)
	}
	return nil
}

func (r *reader) offers(ctx context.Context) ([]Offer, error) {
	if err := r.read(ctx); err != nil {
		return nil, err
	}
	all := []Offer{}
	for _, d := range r.days {
		some := r.onDay(d)
		slices.SortStableFunc(some, func(a, b Offer) int { return a.From.Compare(b.From) })
		all = append(all, some...)
	}
	for i := range all {
		if w := all[i].Booking; w != nil {
			var err error
			if all[i].Position, err = position(ctx, r.tx, *w); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// onDay is what there is on one day.
func (r *reader) onDay(d Day) (all []Offer) {
	there := r.sittings[d.Day.Format(time.DateOnly)]
	for _, part := range []Part{Noon, After, Whole} {
		w := r.booking(d, part, 0)
		l := links(chain(r.child, part, there))
		if w != nil && w.Status != Cancelled {
			l = r.hasOf(*w)
		}
		if len(l) > 0 {
			all = append(all, r.offer(d, part, l, w))
		}
	}
	for _, s := range there {
		if s.Pattern.Part != Talk || !s.suits(r.child) {
			continue
		}
		w := r.booking(d, Talk, int(s.Pattern.ID))
		if w != nil && w.By != r.actor.Person {
			w = nil
		}
		if (w == nil || w.Status == Cancelled) && (links{s}).bars(r.elsewhere(d, s)) {
			continue
		}
		all = append(all, r.offer(d, Talk, links{s}, w))
	}
	return all
}

// elsewhere are the sittings that the child has of a day, but for one.
func (r *reader) elsewhere(d Day, but Sitting) (l links) {
	for _, w := range r.bookings {
		if w.Day.Equal(d.Day) && w.Holds() {
			l = append(l, slices.DeleteFunc(r.hasOf(w), func(s Sitting) bool { return s.ID == but.ID })...)
		}
	}
	return l
}

// hasOf is the chain that a booking has.
func (r *reader) hasOf(w Booking) (l links) {
	for _, s := range r.sittings[w.Day.Format(time.DateOnly)] {
		if slices.Contains(r.legs[w.ID], s.ID) {
			l = append(l, s)
		}
	}
	return l
}

func (r *reader) booking(d Day, part Part, nth int) *Booking {
	for i, w := range r.bookings {
		if w.Day.Equal(d.Day) && w.Part == part && w.Nth == nth {
			return &r.bookings[i]
		}
	}
	return nil
}

func (r *reader) offer(d Day, part Part, l links, w *Booking) Offer {
	o := Offer{Day: d.Day, Part: part, Sittings: l, Open: d.Takes(r.s.now())}
	if len(l) > 0 {
		o.Left, o.Price, o.From, o.Until = l.left(), l.price(), l.from(), l.until()
	}
	if w != nil && w.Status != Cancelled {
		o.Booking = w
	}
	for _, w := range r.bookings {
		o.Told = o.Told || w.Day.Equal(d.Day) && w.Part != Talk
	}
	for _, a := range r.absences {
		if a.holds(d.Day) {
			o.Absent, o.Told = a.Kind, true
		}
	}
	return o
}
