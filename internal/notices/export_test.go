package notices

import (
	"time"

	"github.com/linli-bot/linli/internal/calendar"
)

// Whole is a draft as it is confirmed at a time in a community that sleeps between two
// minutes of the day.
func Whole(d Draft, now time.Time, from, until int) (Draft, error) {
	return d.whole(now, quiet{calendar.Clock(from), calendar.Clock(until)})
}

// Later is when a notice comes again.
func Later(repeats string, at time.Time) time.Time { return later(repeats, at) }

// Rest is how long a notice rests between two sweeps.
func Rest(idle time.Duration, left int) time.Duration { return rest(idle, left) }
