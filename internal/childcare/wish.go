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

// Wish is a part of a day that is wanted for a child.
type Wish struct {
	Child   int64
	Day     time.Time // at midnight UTC
	Part    Part
	Sitting int64 // of a talk
}

// Book books parts of days, of one child or of several, all or none: where a chain has no
// place, its booking waits. A place that is held is taken. It is care.no_file of a child
// without one, care.closed and care.called_off where the day takes nothing any more,
// care.absent where somebody said that it does not come, care.nothing where there is
// nothing of the kind for it, care.busy where it is somewhere else then, and care.full
// where whoever runs the hall books after the deadline, when nothing comes free any more.
// Repeated, it changes nothing.
func (s *Service) Book(ctx context.Context, actor people.Actor, wishes ...Wish) (all []Booking, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		all, err = s.bookIn(ctx, tx, actor, wishes, false)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("book for children: %w", err)
	}
	return all, nil
}

// BookTogether books for several children at once, and lets none of them wait: where not
// each has a place it books nothing, and is care.not_together. Otherwise it is as Book.
func (s *Service) BookTogether(ctx context.Context, actor people.Actor, wishes ...Wish) (all []Booking, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		all, err = s.bookIn(ctx, tx, actor, wishes, false)
		if err == nil && slices.ContainsFunc(all, func(b Booking) bool { return b.Status != Booked }) {
			return conflict("care.not_together")
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("book for children together: %w", err)
	}
	return all, nil
}

// wisher is a child for whom somebody books, held in the transaction.
type wisher struct {
	Child
	lead bool // who books runs the hall
	how  How
}

// wisherOf lets the actor book for a child, which is held before any day is.
func (s *Service) wisherOf(ctx context.Context, tx *sqlx.Tx, actor people.Actor, child int64) (w wisher, err error) {
	now, p, err := s.may(ctx, tx, actor, access.BookCare, child, time.Time{})
	if err != nil {
		return w, err
	}
	if w.Child, err = lockChild(ctx, tx, actor.Community, p.ID); err != nil && !isNotFound(err) {
		return w, err
	}
	if _, err = readFile(ctx, tx, actor.Community, p); err != nil {
		return w, err
	}
	w.lead = access.Allow(access.BookCare, now.Roles, access.SameCommunity) == nil
	rel, err := s.toward(ctx, tx, now, p.ID, time.Time{})
	if err == nil { // once more: the child is held by now
		err = access.Allow(access.BookCare, now.Roles, rel)
	}
	if err != nil {
		return w, err
	}
	w.how = AtDesk
	if rel == access.ActsFor {
		w.how = ByTap
		return w, people.ActedFor(ctx, tx, now, p.ID, s.now())
	}
	return w, nil
}

// bookIn books in a transaction; what cannot be is left out where it may be.
func (s *Service) bookIn(ctx context.Context, tx *sqlx.Tx, actor people.Actor, wishes []Wish, may bool) ([]Booking, error) {
	var children []int64
	days := map[time.Time][]int{}
	for i, w := range wishes {
		children = append(children, w.Child)
		days[w.Day] = append(days[w.Day], i)
	}
	slices.Sort(children)
	files := map[int64]wisher{}
	for _, id := range slices.Compact(children) {
		w, err := s.wisherOf(ctx, tx, actor, id)
		if err != nil {
			return nil, err
		}
		files[id] = w
	}
	all := make([]Booking, len(wishes))
	for _, day := range sortedDays(days) {
		b, err := s.hold(ctx, tx, actor.Community, day, actor.Person)
		if err != nil {
			return nil, err
		}
		for _, i := range days[day] {
			all[i], err = b.wish(ctx, files[wishes[i].Child], wishes[i])
			if err != nil && (!may || !isConflict(err)) {
				return nil, err
			}
		}
	}
	return slices.DeleteFunc(all, func(w Booking) bool { return w.ID == 0 }), nil
}

// sortedDays are the days of a map from the first to the last.
func sortedDays[T any](of map[time.Time]T) []time.Time {
	days := make([]time.Time, 0, len(of))
	for day := range of {
		days = append(days, day)
	}
	slices.SortFunc(days, time.Time.Compare)
	return days
}

// wish books one part of the day.
func (b *book) wish(ctx context.Context, c wisher, w Wish) (Booking, error) {
	was, err := b.wanted(ctx, c.ID, w)
	if err != nil {
		return was, err
	}
	if w.Part == Talk && c.how == AtDesk { // it is told to nobody else
		return Booking{}, access.NotFound()
	}
	if w.Part == Talk && was.Status != nothing && was.Status != Cancelled && was.By != b.by {
		return Booking{}, conflict("care.busy", "name", c.Name)
	}
	if was.Status == Booked || was.Status == Waiting {
		return was, nil
	}
	if err := b.takes(c.lead); err != nil {
		return Booking{}, err
	}
	l, err := b.free(ctx, c.Child, was)
	if err != nil {
		return Booking{}, err
	}
	to := was
	to.By, to.How, to.Since = b.by, c.how, b.now
	if l.left() == 0 && was.Status != Offered && !b.day.Takes(b.now) {
		return Booking{}, conflict("care.full")
	}
	var got Booking
	if was.Status == Offered {
		if l, err = b.legs(ctx, was.ID); err != nil {
			return Booking{}, err
		}
		got, err = b.seat(ctx, was, to, l, "accepted")
	} else {
		got, err = b.put(ctx, was, to, l, "said")
	}
	if err != nil {
		return Booking{}, err
	}
	if err := b.tellOthers(ctx, got); err != nil {
		return Booking{}, err
	}
	return got, b.answered(ctx, got.Child)
}

// wanted reads the booking of a wish, one of nothing where there never was one.
func (b *book) wanted(ctx context.Context, child int64, w Wish) (Booking, error) {
	was := Booking{Community: b.day.Community, Day: b.day.Day, Child: child, Part: w.Part}
	if !slices.Contains([]Part{Noon, After, Whole, Talk}, w.Part) {
		return was, invalid("care.no_part")
	}
	if w.Part == Talk {
		at := slices.IndexFunc(b.sittings, func(s *Sitting) bool { return s.ID == w.Sitting && s.Pattern.Part == Talk })
		if at < 0 {
			return was, access.NotFound()
		}
		was.Nth = int(b.sittings[at].Pattern.ID) // of one child and one counsellor's hour there is one
	}
	all, err := readBookings(ctx, b.tx, `b.day = $2 AND b.child_id = $3 AND b.part = $4 AND b.nth = $5`,
		b.day.Community, b.day.Day, child, w.Part, was.Nth)
	if err != nil || len(all) == 0 {
		return was, err
	}
	return all[0], nil
}

// free is the chain that a child can have for a booking, with a place or without.
func (b *book) free(ctx context.Context, c Child, was Booking) (links, error) {
	gone, err := readAbsences(ctx, b.tx, c.Community, c.ID, b.day.Day, b.day.Day)
	if err != nil {
		return nil, err
	}
	if len(gone) > 0 {
		return nil, conflict("care.absent", "name", c.Name)
	}
	var had []int64
	if was.Holds() {
		l, err := b.legs(ctx, was.ID)
		if err != nil {
			return nil, err
		}
		had = l.ids()
	}
	l := b.chainOf(c, was, had...)
	if l == nil {
		return nil, conflict("care.nothing", "name", c.Name)
	}
	other, err := b.elsewhere(ctx, was)
	if err != nil {
		return nil, err
	}
	if l.bars(other) {
		return nil, conflict("care.busy", "name", c.Name)
	}
	return l, nil
}

// LikeLastWeek books for the next seven days what a child had on the days a week before,
// as far as there is something of the kind.
func (s *Service) LikeLastWeek(ctx context.Context, actor people.Actor, child int64) (all []Booking, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		c, err := s.wisherOf(ctx, tx, actor, child)
		if err != nil {
			return err
		}
		today, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		had, err := readBookings(ctx, tx, `b.child_id = $2 AND b.part <> 'talk'
			AND (b.state = 'booked' OR b.absent <> '') AND b.day + 7 BETWEEN $3 AND $4 AND EXISTS (
				SELECT FROM care_days d WHERE d.community_id = b.community_id AND d.day = b.day + 7)`,
			actor.Community, c.ID, today.AddDate(0, 0, 1), today.AddDate(0, 0, 7))
		if err != nil {
			return err
		}
		wishes := make([]Wish, len(had))
		for i, w := range had {
			wishes[i] = Wish{Child: c.ID, Day: w.Day.AddDate(0, 0, 7), Part: w.Part}
		}
		all, err = s.bookIn(ctx, tx, actor, wishes, true)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("book for child %d like last week: %w", child, err)
	}
	return all, nil
}
