package calm

import (
	"time"

	"github.com/linli-bot/linli/internal/outbox"
)

// Manner is how a message stands to who reads it.
type Manner int

// The manners. What nothing is known of is news.
const (
	News   Manner = iota // they did not ask for it
	Own                  // it is about their own matter or task
	Prompt               // it answers what they just did, or wait for with the phone in hand
	Word                 // the community tells it to many, and it matters: nobody has too much of that
	Alarm                // the same at once: it goes through quiet hours, aloud
)

// Verdict is what becomes of a message at a moment.
type Verdict int

// The verdicts.
const (
	Ring Verdict = iota // it goes now, aloud as far as the day allows
	Hush                // it goes now, silently
	Keep                // it waits for the morning
)

// Decide says what becomes of a message that is not urgent: by its manner, and
// whether its reader is in their quiet hours, and on a shift.
func Decide(m Manner, quiet, working bool) Verdict {
	switch {
	case !quiet, m == Alarm:
		return Ring
	case working || m == Prompt:
		return Hush
	}
	return Keep
}

// How much a day may bring: sounds to somebody with a role, danger apart, and
// news to a resident.
const (
	MostSounding = 6
	MostUnasked  = 3
)

// Reader is who reads a message, and how it would come.
type Reader struct {
	Serves bool      // they hold a role
	Silent bool      // it makes no sound anyhow
	Now    time.Time // in the community's zone
}

// Allow is what a message to somebody counts as, and how much of that they may
// have; the zero allowance is of a message that is not counted.
func Allow(m Manner, r Reader) outbox.Allowance {
	switch {
	case m == Alarm:
		return outbox.Allowance{}
	case r.Serves && !r.Silent:
		return outbox.Allowance{Day: r.Now, Sounding: MostSounding}
	case !r.Serves && m == News:
		return outbox.Allowance{Day: r.Now, Unasked: MostUnasked}
	}
	return outbox.Allowance{}
}
