package calendar

import "time"

// Kind is what a day is by decree, where that differs from its weekday.
type Kind string

// The kinds.
const (
	Off  Kind = "off"  // a holiday
	Work Kind = "work" // worked, to make up for one
)

// Date names a day without a zone: 2026-10-01.
type Date string

// DateOf is the day of a moment, in its zone.
func DateOf(at time.Time) Date { return Date(at.Format(time.DateOnly)) }

// Days are the days that differ from their weekday. The zero value has none.
type Days map[Date]Kind

// Workday reports whether the day of a moment is worked, in its zone.
func (d Days) Workday(at time.Time) bool {
	switch d[DateOf(at)] {
	case Off:
		return false
	case Work:
		return true
	}
	return at.Weekday() != time.Saturday && at.Weekday() != time.Sunday
}
