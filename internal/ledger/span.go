package ledger

import (
	"time"

	"github.com/linli-bot/linli/internal/calendar"
)

// Span is some days, from one until before another.
type Span struct{ From, Until calendar.Date }

// Month is the days of a month.
func Month(year int, m time.Month) Span {
	first := time.Date(year, m, 1, 0, 0, 0, 0, time.UTC)
	return Span{calendar.DateOf(first), calendar.DateOf(first.AddDate(0, 1, 0))}
}

// Day is the one day of a moment, in its zone.
func Day(at time.Time) Span {
	return Span{calendar.DateOf(at), calendar.DateOf(time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, time.UTC))}
}

// Ever is all days.
func Ever() Span { return Span{"-infinity", "infinity"} }
