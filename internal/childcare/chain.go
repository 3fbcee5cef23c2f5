package childcare

import (
	"cmp"
	"slices"
	"time"
)

// suits reports whether a sitting is for a child.
func (s Sitting) suits(c Child) bool {
	p := s.Pattern
	if s.CancelledAt != nil || c.Grade < p.GradeFrom || c.Grade > p.GradeUntil {
		return false
	}
	if age := s.Day.Year() - c.BirthYear; c.BirthYear != 0 && (age < p.AgeFrom || age > p.AgeUntil) {
		return false
	}
	switch p.What {
	case Fetch, Back:
		return c.School != 0 && c.School == p.School
	case Nap:
		return c.Naps
	case Tutor:
		return c.Subject != NoSubject && (c.Subject == p.Subject || c.Subject == All || p.Subject == All)
	}
	return true
}

// meets reports whether two sittings are at one time.
func (s Sitting) meets(t Sitting) bool {
	return s.StartsAt.Before(t.EndsAt) && t.StartsAt.Before(s.EndsAt)
}

// bars reports whether who has the one cannot have the other beside it: it is at the same
// time. Out of the hall a child is called to talk, and comes back before that is over.
func (s Sitting) bars(t Sitting) bool {
	if s.Pattern.What == Counselled {
		s, t = t, s
	}
	within := !t.StartsAt.Before(s.StartsAt) && !t.EndsAt.After(s.EndsAt)
	called := t.Pattern.What == Counselled && (s.Pattern.What == Mind || s.Pattern.What == Tutor) && within
	return s.meets(t) && !called
}

// chain is what a child has of a part of a day: of the sittings that are for it those that
// follow one another. Of two at one time it has the one that is more for it than for
// others: a nap or tutoring rather than being minded; then one that it has already, one
// with a place, and the one of fewer grades. It is nil where these make no part of a day:
// a noon begins and ends at school, and somebody must mind a child that stays.
func chain(c Child, part Part, all []Sitting, had ...int64) []Sitting {
	var some []Sitting
	for _, s := range all {
		if s.Pattern.Part == part && s.suits(c) {
			some = append(some, s)
		}
	}
	slices.SortStableFunc(some, func(a, b Sitting) int {
		return cmp.Or(
			later(a.Pattern.What == Mind, b.Pattern.What == Mind),
			later(!slices.Contains(had, a.ID), !slices.Contains(had, b.ID)),
			later(a.Left() == 0, b.Left() == 0),
			cmp.Compare(a.Pattern.GradeUntil-a.Pattern.GradeFrom, b.Pattern.GradeUntil-b.Pattern.GradeFrom),
			cmp.Compare(a.ID, b.ID))
	})
	var has []Sitting
	for _, s := range some {
		if !slices.ContainsFunc(has, s.meets) {
			has = append(has, s)
		}
	}
	slices.SortFunc(has, func(a, b Sitting) int { return a.StartsAt.Compare(b.StartsAt) })
	if !whole(part, has) {
		return nil
	}
	return has
}

// later sorts what is so behind what is not.
func later(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// whole reports whether sittings make a part of a day.
func whole(part Part, some []Sitting) bool {
	has := func(what ...What) bool {
		return slices.ContainsFunc(some, func(s Sitting) bool { return slices.Contains(what, s.Pattern.What) })
	}
	switch part {
	case Noon:
		return has(Fetch) && has(Back) && has(Lunch, Nap, Mind)
	case After:
		return has(Mind, Tutor)
	case Whole:
		return has(Mind)
	}
	return false
}

// links is a chain as a whole.
type links []Sitting

func (l links) from() time.Time  { return l[0].StartsAt }
func (l links) until() time.Time { return l[len(l)-1].EndsAt }

// left is how many places the fullest has.
func (l links) left() int {
	n := l[0].Left()
	for _, s := range l {
		n = min(n, s.Left())
	}
	return n
}

func (l links) price() (sum int) {
	for _, s := range l {
		sum += s.Price
	}
	return sum
}

func (l links) ids() []int64 {
	ids := make([]int64, len(l))
	for i, s := range l {
		ids[i] = s.ID
	}
	return ids
}

// bars reports whether who has a chain cannot have the other.
func (l links) bars(other []Sitting) bool {
	return slices.ContainsFunc(l, func(s Sitting) bool { return slices.ContainsFunc(other, s.bars) })
}
