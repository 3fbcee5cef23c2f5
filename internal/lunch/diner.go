package lunch

import "time"

// Mode is how somebody eats. Codes are stored.
type Mode string

// The modes, in the order in which they are offered.
const (
	Bring Mode = "bring" // it is carried to their door
	Eat   Mode = "eat"   // they come
	Take  Mode = "take"  // somebody fetches it
)

// Modes are all modes.
var Modes = []Mode{Bring, Eat, Take}

// By is why somebody may eat here. Codes are stored.
type By string

// The reasons.
const (
	ByAge       By = "age"
	ByException By = "exception"
	AsGuest     By = "guest" // pays, and eats when places are left
)

// Tells is when somebody's family hears of their door. Codes are stored.
type Tells string

// The rules.
const (
	TellDoors Tells = "doors" // also when nobody opened
	TellWorry Tells = "worry" // when somebody is worried about them
	TellNever Tells = "never"
)

// Diner is somebody who eats here, and how they usually do.
type Diner struct {
	Community, Person int64
	By                By
	Reason            string // of an exception
	LetInBy           int64  // 0: the register says that they are old enough
	Since             time.Time
	Until             *time.Time // the last day of an exception, at midnight UTC
	Diet              Codes[Diet]
	Dislikes          string // at most 100 characters
	Mode              Mode
	Portions          int
	Standing          Weekdays   // on which they eat without being asked; none: they are asked
	PausedFrom        *time.Time // days at midnight UTC
	PausedUntil       *time.Time // the first on which they eat again; nil: nobody knows
	Tells             Tells
	EndedAt           *time.Time
	Pays              *int   // the most that they pay of a portion, in the smallest unit of money; nil: what it costs
	PaysWhy           string // for which reason

	Looking bool // they eat here once somebody has looked at the year of birth that they named: only LetIn says so
}

// Eats reports whether somebody eats here on a day: it is not over, and no pause
// holds it.
func (d Diner) Eats(day time.Time) bool {
	switch {
	case d.EndedAt != nil, d.Until != nil && day.After(*d.Until):
		return false
	case d.PausedFrom == nil || day.Before(*d.PausedFrom):
		return true
	}
	return d.PausedUntil != nil && !day.Before(*d.PausedUntil)
}

// Stands reports whether a standing order holds for a day.
func (d Diner) Stands(day time.Time) bool { return d.Eats(day) && d.Standing.Has(day) }

// OldEnough reports whether somebody born in a year eats here without a reason: they
// reach the age in the year of the day. The year 0 is not known, and not enough.
func (k Kitchen) OldEnough(born int, day time.Time) bool {
	return born > 0 && day.Year()-born >= k.Age
}
