package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/childcare"
)

// hallDay is a day as whoever minds children on it reads it.
type hallDay struct {
	lists  []childcare.List
	held   []childcare.OnList  // in the hands of staff now, whatever the lists say
	takers map[string][]string // of each school, to whom there its reader gave children before
}

// hallDay reads today.
func (h *House) hallDay(ctx context.Context, v Visit) (hallDay, error) {
	lists, err := h.Childcare.Lists(ctx, v.Actor, v.thisDay())
	if err != nil {
		return hallDay{}, fmt.Errorf("children of today: %w", err)
	}
	held, err := h.Childcare.InHand(ctx, v.Actor, v.thisDay())
	if err != nil {
		return hallDay{}, fmt.Errorf("children of today: %w", err)
	}
	takers, err := h.Childcare.Takers(ctx, v.Actor)
	if err != nil {
		return hallDay{}, fmt.Errorf("children of today: %w", err)
	}
	return hallDay{lists, held, takers}, nil
}

// spot is where of a sitting all are counted for: at the school's gate, in the hall, as
// they set off, and at school again.
type spot string

// The places at which children are counted.
const (
	atGate   spot = "gate"
	atHall   spot = "hall"
	setsOff  spot = "off"
	atSchool spot = "school"
)

// roll is a sitting whose children are counted somewhere, with those who are left to be.
type roll struct {
	childcare.List
	at   spot
	left []childcare.OnList
}

// rolls are what there is to count, in the order of the day.
func (d hallDay) rolls() (all []roll) {
	for _, l := range d.lists {
		for _, at := range []spot{atGate, setsOff, atHall, atSchool} {
			r := roll{List: l, at: at}
			for _, c := range l.Children {
				if d.counts(l, at, c) {
					r.left = append(r.left, c)
				}
			}
			if len(r.left) > 0 {
				all = append(all, r)
			}
		}
	}
	return all
}

// around is how long before a list begins it matters, and for how long after it ends.
const around = time.Hour

// parted are the lists that matter now, or where there is none the next one, and all others
// of the day. Who is on the way matters at any time.
func (d hallDay) parted(now time.Time) (near, rest []roll) {
	all := d.rolls()
	for _, r := range all {
		on := !now.Before(r.Sitting.StartsAt.Add(-around)) && now.Before(r.Sitting.EndsAt.Add(around))
		if on || r.at == atSchool || r.at == atHall && r.Sitting.Pattern.What == childcare.Fetch {
			near = append(near, r)
			continue
		}
		rest = append(rest, r)
	}
	next := slices.IndexFunc(rest, func(r roll) bool { return now.Before(r.Sitting.StartsAt) })
	if len(near) == 0 && next >= 0 {
		return rest[next : next+1], slices.Concat(rest[:next], rest[next+1:])
	}
	return near, rest
}

// counts reports whether a child of a list is to be counted at a place.
func (d hallDay) counts(l childcare.List, at spot, c childcare.OnList) bool {
	if c.Absent != childcare.Present || c.Missing {
		return false
	}
	what := l.Sitting.Pattern.What
	switch at {
	case atGate:
		return what == childcare.Fetch && !c.Done && !c.NotYet
	case setsOff:
		return what == childcare.Back && !c.Done && c.Place == childcare.InHall
	case atSchool:
		return what == childcare.Back && c.Place == childcare.OnTheWay && d.walks(c) == l.Sitting.ID
	case atHall:
		if what == childcare.Fetch {
			return c.Place == childcare.OnTheWay && d.walks(c) == l.Sitting.ID
		}
		return c.First && !c.Done && (c.Place == childcare.Out || c.Place == childcare.AtSchool)
	}
	return false
}

// brings reports whether children of a list come to the hall without being fetched.
func (r roll) brings() bool { return r.at == atHall && r.Sitting.Pattern.What != childcare.Fetch }

// walks is the sitting for which a child is on its way: the last walk that had begun when
// it set out, or was about to.
func (d hallDay) walks(c childcare.OnList) (sitting int64) {
	const early = 45 * time.Minute
	for _, l := range d.lists {
		if l.Sitting.Pattern.What.Work() != childcare.Walk || !slices.ContainsFunc(l.Children, func(o childcare.OnList) bool { return o.Child == c.Child }) {
			continue
		}
		if sitting == 0 || !l.Sitting.StartsAt.After(c.Since.Add(early)) {
			sitting = l.Sitting.ID
		}
	}
	return sitting
}

// rollOf is what there is to count of a sitting at a place.
func (d hallDay) rollOf(sitting int64, at spot) (roll, bool) {
	all := d.rolls()
	i := slices.IndexFunc(all, func(r roll) bool { return r.Sitting.ID == sitting && r.at == at })
	if i < 0 {
		return roll{}, false
	}
	return all[i], true
}

// children are all of the day who come, and whom staff hold, each once, by name.
func (d hallDay) children() (all []childcare.OnList) {
	seen := map[int64]bool{}
	add := func(c childcare.OnList) {
		if c.Absent == childcare.Present && !seen[c.Child] {
			seen[c.Child] = true
			all = append(all, c)
		}
	}
	for _, l := range d.lists {
		for _, c := range l.Children {
			add(c)
		}
	}
	for _, c := range d.held {
		add(c)
	}
	slices.SortStableFunc(all, func(a, b childcare.OnList) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// absent are those of whom somebody said that they do not come, each with the part of the
// day that goes on at a moment, or comes next.
func (d hallDay) absent(now time.Time) (all []childcare.OnList) {
	for _, l := range d.lists {
		for _, c := range l.Children {
			at := slices.IndexFunc(all, func(o childcare.OnList) bool { return o.Child == c.Child })
			_, held := byName(d.held, c.Child)
			switch {
			case c.Absent == childcare.Present || c.Missing || held:
			case at < 0:
				all = append(all, c)
			case !l.Sitting.StartsAt.After(now.Add(time.Hour)):
				all[at] = c
			}
		}
	}
	return all
}

// heldBy are those for whom somebody who minds them answers now.
func (d hallDay) heldBy(person int64) (all []childcare.OnList) {
	for _, c := range d.held {
		if c.Holder == person {
			all = append(all, c)
		}
	}
	return all
}

// others are who else holds children.
func (d hallDay) others(me int64) (people []int64) {
	for _, c := range d.held {
		if c.Holder != me && c.Holder != 0 && !c.Busy && !slices.Contains(people, c.Holder) {
			people = append(people, c.Holder)
		}
	}
	return people
}

// missing are those who were not where they were to be met, each with its list.
func (d hallDay) missing() (all []childcare.OnList) {
	seen := map[int64]bool{}
	for _, l := range d.lists {
		for _, c := range l.Children {
			if c.Missing && !seen[c.Booking] {
				seen[c.Booking] = true
				all = append(all, c)
			}
		}
	}
	return all
}

// schoolOf is the school from which a booking fetches, "" where it is none.
func (d hallDay) schoolOf(booking int64) string {
	for _, l := range d.lists {
		if slices.ContainsFunc(l.Children, func(c childcare.OnList) bool { return c.Booking == booking }) && l.Sitting.SchoolName != "" {
			return l.Sitting.SchoolName
		}
	}
	return ""
}
