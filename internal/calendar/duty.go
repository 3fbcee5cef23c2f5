package calendar

import (
	"iter"
	"time"
)

// Duty is when an office works: some hours of every workday, in a zone. It opens
// when the wall first shows From, or has skipped it, and closes likewise: on the
// day when clocks are put back an hour that comes twice counts twice where the
// office is open around it.
type Duty struct {
	Hours Span // From is before Until
	Days  Days
	Zone  *time.Location
}

// Pause is a time that does not count. One without an end is not over yet.
type Pause struct{ From, Until time.Time }

// In reports whether the office works at a moment.
func (d Duty) In(at time.Time) bool {
	s, works := d.on(at.In(d.Zone))
	return works && !at.Before(s.from) && at.Before(s.until)
}

// Next is the moment from which on the office works, not before at: at itself
// where it does. It is false where no workday is in sight.
func (d Duty) Next(at time.Time) (time.Time, bool) {
	for s := range d.after(at) {
		return s.from, true
	}
	return time.Time{}, false
}

// Add is by when so much time of work has passed since start, the pauses aside.
// What ends with the office's day is due when it closes. It is false while a
// pause that has no end stands in the way, or where no workday is in sight.
func (d Duty) Add(start time.Time, work time.Duration, pauses ...Pause) (time.Time, bool) {
	return spend(start, work, d.after(start), pauses)
}

// Between is how much time of work lies between two moments, the pauses aside.
func (d Duty) Between(from, until time.Time, pauses ...Pause) (work time.Duration) {
	for s := range d.after(from) {
		if !s.from.Before(until) {
			break
		}
		s.until = earlier(s.until, until)
		for _, part := range s.less(pauses) {
			work += part.long()
		}
	}
	return work
}

// After is by when so much time has passed since start by the clock, nights and
// holidays counted, the pauses aside. It is false while a pause that has no end
// stands in the way.
func After(start time.Time, passes time.Duration, pauses ...Pause) (time.Time, bool) {
	always := func(yield func(stretch) bool) { yield(stretch{start, start.AddDate(200, 0, 0)}) }
	return spend(start, passes, always, pauses)
}

// spend goes along what counts until so much of it has passed.
func spend(start time.Time, left time.Duration, counts iter.Seq[stretch], pauses []Pause) (time.Time, bool) {
	if left <= 0 {
		return start, true
	}
	for s := range counts {
		for _, part := range s.less(pauses) {
			if part.long() >= left {
				return part.from.Add(left), true
			}
			left -= part.long()
		}
	}
	return time.Time{}, false
}

// inSight is how many days ahead a workday is looked for.
const inSight = 3660

// after are the hours of work that are not over at a moment, the first begun.
func (d Duty) after(at time.Time) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		y, m, day := at.In(d.Zone).Date()
		for i := range inSight {
			s, works := d.on(time.Date(y, m, day+i, 12, 0, 0, 0, d.Zone))
			if s.from = later(s.from, at); !works || !s.from.Before(s.until) {
				continue
			}
			if !yield(s) {
				return
			}
		}
	}
}

// on are the hours of work of a day, if it has any.
func (d Duty) on(day time.Time) (stretch, bool) {
	return stretch{first(d.Hours.From, day), first(d.Hours.Until, day)}, d.Days.Workday(day)
}

// first is the first moment of a day at which the wall shows the clock, in the
// day's zone; where clocks are put forward over it, the moment at which they are.
func first(c Clock, day time.Time) time.Time {
	y, m, d := day.Date()
	zone, wall := day.Location(), time.Date(y, m, d, int(c)/60, int(c)%60, 0, 0, time.UTC)
	before := wall.Add(-offset(wall.Add(-24*time.Hour), zone)) // by what was in force the day before
	after := wall.Add(-offset(wall.Add(24*time.Hour), zone))
	at := time.Time{}
	for _, candidate := range []time.Time{before, after} {
		shown := candidate.In(zone)
		if shown.Day() == d && of(shown) == c && (at.IsZero() || shown.Before(at)) {
			at = shown
		}
	}
	if at.IsZero() { // never shown: the change of the clocks went over it
		at, _ = before.In(zone).ZoneBounds()
	}
	return at
}

// offset is how far a zone is ahead of UTC.
func offset(at time.Time, zone *time.Location) time.Duration {
	_, seconds := at.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// stretch is time without a break.
type stretch struct{ from, until time.Time }

func (s stretch) long() time.Duration { return max(0, s.until.Sub(s.from)) }

// less is what is left of it without pauses.
func (s stretch) less(pauses []Pause) []stretch {
	left := []stretch{s}
	for _, p := range pauses {
		var some []stretch
		for _, l := range left {
			head, tail := stretch{l.from, earlier(l.until, p.From)}, stretch{later(l.from, p.Until), l.until}
			if head.long() > 0 {
				some = append(some, head)
			}
			if !p.Until.IsZero() && tail.long() > 0 {
				some = append(some, tail)
			}
		}
		left = some
	}
	return left
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
