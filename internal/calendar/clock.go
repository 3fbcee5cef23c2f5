package calendar

import (
	"fmt"
	"time"
)

// Clock is a time of the day on the wall, in minutes after midnight: 0 to 1439.
type Clock int

// ClockAt is the clock of an hour and a minute.
func ClockAt(hour, minute int) Clock { return Clock(hour*60 + minute) }

// String is the clock as it is read: 8:00 or 20:30.
func (c Clock) String() string { return fmt.Sprintf("%d:%02d", int(c)/60, int(c)%60) }

// OfDay is the hour and the minute, for telling.
func (c Clock) OfDay() (hour, minute int) { return int(c) / 60, int(c) % 60 }

// On is the moment of the clock on the day of at, in at's zone.
func (c Clock) On(at time.Time) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d, int(c)/60, int(c)%60, 0, 0, at.Location())
}

// of is the time of the day of a moment, in its zone.
func of(at time.Time) Clock { return ClockAt(at.Hour(), at.Minute()) }

// Span is hours of every day, from one clock until before another. Where From is
// the later it goes over midnight; where they are the same it is never.
type Span struct{ From, Until Clock }

// Holds reports whether a moment is in it, by the clock of its zone.
func (s Span) Holds(at time.Time) bool {
	c := of(at)
	if s.From <= s.Until {
		return s.From <= c && c < s.Until
	}
	return c >= s.From || c < s.Until
}

// Ends is the next end of the span after a moment, in its zone.
func (s Span) Ends(at time.Time) time.Time { return s.Until.Next(at) }

// Next is the first moment after at at which the wall shows the clock, in at's zone.
func (c Clock) Next(at time.Time) time.Time {
	for day := at; ; day = day.AddDate(0, 0, 1) {
		if on := c.On(day); on.After(at) {
			return on
		}
	}
}
