package today

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Errand is one thing to do, as far as its place in the order goes.
type Errand struct {
	Urgent   bool
	Waits    bool      // for somebody or something: nothing can be done now
	Due      time.Time // by when; zero: no time is set
	Building int       // its place among the community's buildings, from 1; 0: none
	Entrance int       // 0: none
	Flat     string
}

// pressing is how an errand stands to the day: the lower the sooner.
func (e Errand) pressing(now time.Time) int {
	y, m, d := now.Date()
	tomorrow := time.Date(y, m, d+1, 0, 0, 0, 0, now.Location())
	switch {
	case e.Urgent:
		return 0
	case e.Waits && !e.Late(now):
		return 4
	case e.Due.IsZero() || !e.Due.Before(tomorrow):
		return 3
	case e.Due.Before(now):
		return 1
	}
	return 2
}

// Late reports whether its time is over.
func (e Errand) Late(now time.Time) bool { return !e.Due.IsZero() && e.Due.Before(now) }

// Today reports whether its time ends today, in the zone of now.
func (e Errand) Today(now time.Time) bool { return Errand{Due: e.Due}.pressing(now) == 2 }

// Order puts errands into the order in which somebody does them: what is urgent,
// what is late, what is due today (in the zone of now), the rest, and what waits. Within each
// they go from door to door, so that one walk through the house does them:
// building, entrance, flat; what has no door comes last, and what is at the same
// door stays as it was. It returns their indexes.
func Order(all []Errand, now time.Time) []int {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := all[i], all[j]
		return cmp.Or(cmp.Compare(a.pressing(now), b.pressing(now)), byDoor(a, b))
	})
	return order
}

func byDoor(a, b Errand) int {
	return cmp.Or(unknownLast(a.Building, b.Building), unknownLast(a.Entrance, b.Entrance), byFlat(a.Flat, b.Flat))
}

// unknownLast compares places in an order, where 0 is none.
func unknownLast(a, b int) int {
	return cmp.Or(cmp.Compare(b2i(a == 0), b2i(b == 0)), cmp.Compare(a, b))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// byFlat compares flats as one passes them: 102 before 1001, and what names none
// first, as it is on the way in.
func byFlat(a, b string) int {
	return cmp.Or(cmp.Compare(len(digits(a)), len(digits(b))), strings.Compare(digits(a), digits(b)), strings.Compare(a, b))
}

func digits(flat string) string {
	return strings.TrimLeft(strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, flat), "0")
}
