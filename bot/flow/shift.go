package flow

import (
	"time"

	"github.com/linli-bot/linli/internal/calendar"
)

// hours tells from when until when something is, with its day: "tomorrow
// (Tuesday) 24 November, 8 am to 8 pm".
func (v Visit) hours(from, until time.Time) string {
	from, until = from.In(v.Zone), until.In(v.Zone)
	key := "shift.hours"
	if until.YearDay() != from.YearDay() && clockOf(until) != 0 {
		key = "shift.hours_over"
	}
	return v.Texts.T(key, "day", day(from), "from", clockOf(from), "until", clockOf(until))
}

// clockOf is the time of the day of a moment, in its zone.
func clockOf(at time.Time) calendar.Clock { return calendar.ClockAt(at.Hour(), at.Minute()) }
