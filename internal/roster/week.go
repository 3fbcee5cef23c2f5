package roster

import (
	"cmp"
	"maps"
	"slices"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/refusal"
)

// The minutes of a day and of a week, which goes round.
const (
	dayMinutes  = 24 * 60
	weekMinutes = 7 * dayMinutes
)

// Week are all days, Monday first; WorkWeek and Weekend are its two parts.
var (
	Week     = []int{1, 2, 3, 4, 5, 6, 7}
	WorkWeek = []int{1, 2, 3, 4, 5}
	Weekend  = []int{6, 7}
)

// Stint is a slot of some weekdays of an area's week.
type Stint struct {
	Activity Activity // "": duty
	Area     int64    // 0: the whole community
	Slot     string   // of a work for a meal it is the work
	Days     []int    // 1 is Monday
}

// of what activity the shifts are.
func (st Stint) activity() Activity {
	if st.Activity == "" {
		return Duty
	}
	return st.Activity
}

// usual are the hours of a day of duty that nobody has said otherwise.
var usual = map[string]calendar.Span{
	Day:   {From: calendar.ClockAt(8, 0), Until: calendar.ClockAt(20, 0)},
	Night: {From: calendar.ClockAt(20, 0), Until: calendar.ClockAt(8, 0)},
}

// check refuses what is no slot of a week.
func (st Stint) check() error {
	known := false
	switch of := st.activity(); {
	case of == Duty:
		_, known = usual[st.Slot]
	case of.ForMeal():
		known = st.Slot == works[of].slot && st.Area == 0
	case of.Minds():
		known = minding[st.Slot].of == of && st.Area == 0
	}
	fits := func(d int) bool { return d >= 1 && d <= 7 }
	if !known || len(st.Days) == 0 || slices.ContainsFunc(st.Days, func(d int) bool { return !fits(d) }) {
		return refusal.New(refusal.Invalid, "roster.bad_shift")
	}
	return nil
}

// of reports whether a pattern is one of the stint's.
func (st Stint) of(p Pattern) bool {
	return p.Activity == st.activity() && p.Area == st.Area && p.Slot == st.Slot && slices.Contains(st.Days, p.Weekday)
}

// begins is the minute of the week in which the pattern's shift begins.
func (p Pattern) begins() int { return (p.Weekday-1)*dayMinutes + int(p.From) }

// lasts is how many minutes it lasts: a day where it ends when it began.
func (p Pattern) lasts() int {
	if d := int(p.Until - p.From); d > 0 {
		return d
	}
	return int(p.Until-p.From) + dayMinutes
}

// ends is the minute of the week in which it ends.
func (p Pattern) ends() int { return (p.begins() + p.lasts()) % weekMinutes }

// meets reports whether two patterns that always run have a minute in common.
func (p Pattern) meets(o Pattern) bool {
	after := (o.begins() - p.begins() + weekMinutes) % weekMinutes
	before := (p.begins() - o.begins() + weekMinutes) % weekMinutes
	return after < p.lasts() || before < o.lasts()
}

// Gap is a time of the week in which nobody is planned.
type Gap struct {
	Weekday int // on which it begins
	From    calendar.Clock
	Minutes int
}

// Ends is the weekday and the time at which it ends.
func (g Gap) Ends() (weekday int, at calendar.Clock) {
	m := ((g.Weekday-1)*dayMinutes + int(g.From) + g.Minutes) % weekMinutes
	return m/dayMinutes + 1, calendar.Clock(m % dayMinutes)
}

// Gaps are the times of a week that none of the patterns fills, in their order.
func Gaps(patterns []Pattern) []Gap {
	var filled [weekMinutes]bool
	for _, p := range patterns {
		for m := range p.lasts() {
			filled[(p.begins()+m)%weekMinutes] = true
		}
	}
	first := slices.Index(filled[:], true)
	if first < 0 {
		return []Gap{{Weekday: 1, Minutes: weekMinutes}}
	}
	var gaps []Gap
	for i, open := 0, false; i < weekMinutes; i++ { // from a filled minute on, so that no gap is cut at the week's end
		m := (first + i) % weekMinutes
		switch {
		case filled[m]:
			open = false
		case open:
			gaps[len(gaps)-1].Minutes++
		default:
			gaps, open = append(gaps, Gap{Weekday: m/dayMinutes + 1, From: calendar.Clock(m % dayMinutes), Minutes: 1}), true
		}
	}
	slices.SortStableFunc(gaps, func(a, b Gap) int { return cmp.Compare(a.Weekday, b.Weekday) })
	return gaps
}

// moveHours gives the patterns of a stint other hours. What began when one of
// them ended, or ended when one began, goes on touching it: nobody opens a gap
// by beginning half an hour later. It returns the patterns that changed, and
// refuses what would leave one of them no time, or more than a day.
func moveHours(all []Pattern, st Stint, to calendar.Span) ([]Pattern, error) {
	begin, end, moved := map[int]int{}, map[int]int{}, map[int64]Pattern{}
	for _, p := range all {
		if !st.of(p) {
			continue
		}
		n := p
		n.From, n.Until = to.From, to.Until
		end[p.begins()], begin[p.ends()] = n.begins(), n.ends()
		moved[p.ID] = n
	}
	for _, p := range all {
		if _, is := moved[p.ID]; is || p.Activity != st.activity() || p.Area != st.Area {
			continue
		}
		from, until := p.begins(), p.ends()
		if at, is := begin[from]; is {
			from = at
		}
		if at, is := end[until]; is {
			until = at
		}
		if from == p.begins() && until == p.ends() {
			continue
		}
		n := p
		n.From, n.Until = calendar.Clock(from%dayMinutes), calendar.Clock(until%dayMinutes)
		long := (until - from + weekMinutes) % weekMinutes
		if long == 0 || long > dayMinutes || n.begins() != from {
			return nil, refusal.New(refusal.Invalid, "roster.bad_hours")
		}
		moved[p.ID] = n
	}
	return slices.SortedFunc(maps.Values(moved), func(a, b Pattern) int { return cmp.Compare(a.ID, b.ID) }), nil
}
