package lunch

import (
	"slices"
	"time"
)

// Status is where an order stands. Codes are stored.
type Status string

// The states of an order.
const (
	Ordered   Status = "ordered"
	Waiting   Status = "waiting" // no place is free
	Offered   Status = "offered" // one is held until somebody says yes
	Cancelled Status = "cancelled"
)

// How is the way on which an order came. Codes are stored.
type How string

// The ways.
const (
	ByTap      How = "tap"
	ByStanding How = "standing"
	ByPhone    How = "phone"
	AtDesk     How = "desk"
	TooLate    How = "late" // after the cut-off, when the lead said yes
	FromList   How = "list" // a place came free
)

// Outcome is what became of a meal. Codes are stored.
type Outcome string

// The outcomes.
const (
	NoOutcome     Outcome = ""
	Delivered     Outcome = "delivered"
	WithNeighbour Outcome = "neighbour"
	NotMet        Outcome = "not_met"
	Came          Outcome = "came" // they ate here, or fetched it
	Missed        Outcome = "missed"
)

// Order is what somebody has of a day: at most one, whatever became of it.
type Order struct {
	Community, ID int64
	Day           time.Time // at midnight UTC
	Person        int64     // who eats
	By            int64     // who said so; 0: the standing order
	How           How
	Status        Status
	Mode          Mode
	Choice        int // of the menu; 0: there is none
	Portions      int
	Word          string // for the kitchen, at most 200 characters
	Since         time.Time
	WaitsSince    *time.Time // its turn on the waiting list
	TakesItself   bool       // a place that comes free is taken without asking
	HeldUntil     *time.Time // offered until then
	Outcome       Outcome
	Tries         int // how often nobody opened
	OutcomeAt     *time.Time
	OutcomeBy     int64 // who said so, or stood there last
	WorriedAt     *time.Time
	Case          int64 // the urgent case that came of their door; 0: none
}

// Holds reports whether the order takes places of its day.
func (o Order) Holds() bool { return o.Status == Ordered || o.Status == Offered }

// nothing is the state of a diner without an order for a day.
const nothing Status = ""

// orderMoves are all moves of an order: where from, where to. Who makes them, the
// verbs say.
var orderMoves = map[Status][]Status{
	nothing:   {Ordered, Waiting, Cancelled}, // cancelled at once: "not tomorrow"
	Ordered:   {Ordered, Waiting, Cancelled}, // changed; to a way that is full
	Waiting:   {Waiting, Offered, Ordered, Cancelled},
	Offered:   {Ordered, Waiting, Cancelled},
	Cancelled: {Ordered, Waiting},
}

// can reports whether an order may go from one state to another.
func can(from, to Status) bool { return slices.Contains(orderMoves[from], to) }
