package lunch

import (
	"time"

	"github.com/linli-bot/linli/internal/calendar"
)

// Kitchen is how a community cooks.
type Kitchen struct {
	Community int64
	Since     time.Time
	ClosedAt  *time.Time // it cooks no more
	Weekdays  Weekdays   // of its service days
	Age       int        // from which on somebody eats without a reason
	AsksAt    int        // minutes of the day before: diners are asked,
	CallsAt   int        // phoned,
	ClosesAt  int        // and orders close
	ServesAt  int        // minutes of the day: meals are ready
	Price     int        // of a portion, in the smallest unit of money, where a day has none of its own
	Most      int        // portions of one diner
	Eat       int        // portions for those who come, on a day like any other,
	Take      int        // who fetch theirs,
	Bring     int        // and whom it is brought
}

// Capacity is how many portions there are for a way of eating on a usual day.
func (k Kitchen) Capacity(m Mode) int {
	return map[Mode]int{Eat: k.Eat, Take: k.Take, Bring: k.Bring}[m]
}

// Moments are when what concerns a service day happens.
type Moments struct {
	Asks, Calls, Closes time.Time // on the service day before
	Serves              time.Time
}

// Serves reports whether a day is one of the kitchen's: a weekday of its, and no
// holiday. A holiday's make-up day is none unless its weekday is.
func (k Kitchen) Serves(day time.Time, days calendar.Days) bool {
	return k.Weekdays.Has(day) && days[calendar.DateOf(day)] != calendar.Off
}

// farthest is how many days back the service day before is looked for.
const farthest = 31

// Before is the service day before a day, and false where there is none in sight.
func (k Kitchen) Before(day time.Time, days calendar.Days) (time.Time, bool) {
	for n := 1; n <= farthest; n++ {
		if d := day.AddDate(0, 0, -n); k.Serves(d, days) {
			return d, true
		}
	}
	return time.Time{}, false
}

// After is the next service day after a day, and false where there is none in sight.
func (k Kitchen) After(day time.Time, days calendar.Days) (time.Time, bool) {
	for n := 1; n <= farthest; n++ {
		if d := day.AddDate(0, 0, n); k.Serves(d, days) {
			return d, true
		}
	}
	return time.Time{}, false
}

// Moments are those of a service day in the zone of day; where no service day comes
// before it, they are on the day before by the calendar.
func (k Kitchen) Moments(day time.Time, days calendar.Days) Moments {
	before, ok := k.Before(day, days)
	if !ok {
		before = day.AddDate(0, 0, -1)
	}
	return Moments{
		Asks: calendar.Clock(k.AsksAt).On(before), Calls: calendar.Clock(k.CallsAt).On(before),
		Closes: calendar.Clock(k.ClosesAt).On(before), Serves: calendar.Clock(k.ServesAt).On(day),
	}
}
