package lunch

import (
	"slices"
	"time"
)

// State is where a service day stands. Codes are stored.
type State string

// The states of a day.
const (
	Planned   State = "planned"   // the lead alone knows of it
	Published State = "published" // it can be ordered
	Closed    State = "closed"    // the cut-off has passed: the kitchen has its sheet
	Over      State = "over"
	CalledOff State = "cancelled"
)

// Day is one service day.
type Day struct {
	Community   int64
	Day         time.Time // at midnight UTC
	State       State
	Price       int // of a portion
	AsksAt      time.Time
	CallsAt     time.Time
	ClosesAt    time.Time
	ServesAt    time.Time
	PublishedAt *time.Time
	ClosedAt    *time.Time
	OverAt      *time.Time
	CancelledAt *time.Time
	Why         string      // it was called off
	BringsAll   bool        // bad weather: who would come is brought theirs
	Sheet       int         // how often the kitchen got its sheet
	Guests      Codes[Mark] // who do not order, on the newest of them
	FirstGuests Codes[Mark] // and on the first
}

// Open reports whether orders can be made and changed at a moment.
func (d Day) Open(at time.Time) bool { return d.State == Published && at.Before(d.ClosesAt) }

// Ends is when the day has passed, in a zone.
func (d Day) Ends(zone *time.Location) time.Time { return in(d.Day.AddDate(0, 0, 1), zone) }

// Way is how an order of a mode reaches its diner on this day.
func (d Day) Way(m Mode) Mode {
	if d.BringsAll && m == Eat {
		return Bring
	}
	return m
}

// dayMoves are the moves of a day. The bot itself closes it and ends it.
var dayMoves = map[State][]State{
	Planned:   {Published, CalledOff},
	Published: {Closed, CalledOff},
	Closed:    {Over, CalledOff},
}

// canDay reports whether a day may go from one state to another.
func canDay(from, to State) bool { return slices.Contains(dayMoves[from], to) }
