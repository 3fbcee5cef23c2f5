package calm

import (
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
)

// Hours are somebody's quiet hours, by the clocks of their community.
type Hours calendar.Span

// Of are the quiet hours of a person: their own, or their community's.
func Of(p people.Person, c community.Community) Hours {
	if p.QuietFrom != nil && p.QuietUntil != nil {
		return Hours{calendar.Clock(*p.QuietFrom), calendar.Clock(*p.QuietUntil)}
	}
	return Hours{calendar.Clock(c.QuietFrom), calendar.Clock(c.QuietUntil)}
}

// usual is the morning of who is never quiet, and still can have too much of a
// day.
var usual = calendar.ClockAt(7, 30)

// Quiet reports whether a moment is in them, by the clock of its zone.
func (h Hours) Quiet(at time.Time) bool { return calendar.Span(h).Holds(at) }

// Morning is the next time after a moment at which they end, in its zone.
func (h Hours) Morning(at time.Time) time.Time {
	if h.From == h.Until {
		return usual.Next(at)
	}
	return calendar.Span(h).Ends(at)
}
