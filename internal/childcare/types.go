package childcare

import (
	"time"

	"github.com/linli-bot/linli/internal/calendar"
)

// Part is a part of a child's day that is booked as a whole. Codes are stored.
type Part string

// The parts.
const (
	Noon  Part = "noon"
	After Part = "after" // school
	Whole Part = "day"   // without school
	Talk  Part = "talk"
)

// What is what there is at a sitting. Codes are stored.
type What string

// What there is.
const (
	Fetch      What = "fetch" // from school
	Lunch      What = "lunch"
	Nap        What = "nap"
	Back       What = "back" // to school
	Mind       What = "mind"
	Tutor      What = "tutor"
	Counselled What = "talk"
)

// House is how a community minds children.
type House struct {
	Community        int64
	Since            time.Time
	ClosedAt         *time.Time // none are minded any more
	AsksAt, ClosesAt int        // minutes of the evening before
	Place            string     // where the hall is
	Confidant        int64      // who hears of a worry; 0: who is in charge
}

// School is one from which children are fetched.
type School struct {
	Community, ID int64
	Name          string
	Gate          string // where they are met
	EndedAt       *time.Time
}

// Break are days that differ from what the calendar says of them.
type Break struct {
	Community   int64
	From, Until time.Time // the last; both at midnight UTC
	Kind        BreakKind
	Like        int // of a day with school: as which weekday it runs, 1 is Monday; 0: as it usually does
	Name        string
	AskedUntil  *time.Time // of the days until then families were asked who comes
}

// BreakKind is how days differ. Codes are stored.
type BreakKind string

// The kinds.
const (
	Free    BreakKind = "free"   // no school
	Lessons BreakKind = "school" // school all the same
	Shut    BreakKind = "shut"   // nobody minds children
)

// Subject is what a child is helped with. Codes are stored.
type Subject string

// The subjects.
const (
	NoSubject Subject = ""
	Chinese   Subject = "chinese"
	Maths     Subject = "maths"
	English   Subject = "english"
	All       Subject = "all"
)

// Pattern is what there is every week.
type Pattern struct {
	Community, ID         int64
	Part                  Part
	What                  What
	Weekdays              Weekdays
	Free                  bool // it runs where there is no school, otherwise where there is
	From, Until           calendar.Clock
	Places                int
	Ratio                 int // children for one who minds them
	Price                 int
	School                int64  // of fetch and back
	Point                 string // where to meet; "": at the school's gate, or the hall
	AgeFrom, AgeUntil     int
	GradeFrom, GradeUntil int
	Subject               Subject // of tutor
	Person                int64   // of talk: the counsellor
	Since                 time.Time
	EndedAt               *time.Time
}

// State is where a day stands. Codes are stored.
type State string

// The states of a day.
const (
	Open      State = "open"
	Closed    State = "closed" // the lead alone changes something
	Over      State = "over"
	CalledOff State = "cancelled"
)

// Day is one on which children are minded.
type Day struct {
	Community        int64
	Day              time.Time // at midnight UTC
	Weekday          int       // as which it runs
	School           bool      // there is school
	State            State
	AsksAt, ClosesAt time.Time
	ClosedAt         *time.Time
	OverAt           *time.Time
	CancelledAt      *time.Time
	Why              string
}

// Sitting is what there is on a day.
type Sitting struct {
	Community, ID    int64
	Day              time.Time
	Pattern          Pattern
	StartsAt, EndsAt time.Time
	Places, Taken    int
	Price            int
	Lacks            int // hands, when who runs the hall was told last
	CancelledAt      *time.Time
	SchoolName       string // of fetch and back
	Meets            string // where: at the point of the pattern, or the school's gate; "": at the hall
}

// Left is how many places are free.
func (s Sitting) Left() int { return max(0, s.Places-s.Taken) }

// Child is the file of one.
type Child struct {
	Community, ID int64
	Name          string // of the register, as the birth year
	BirthYear     int
	School        int64 // 0: none yet
	SchoolName    string
	Grade         int // 0: not at school yet
	Class         string
	Diet          Codes[Diet]
	Allergy, Know string
	Naps          bool
	Subject       Subject
	Since         time.Time
	ConsentAt     *time.Time
	ConsentBy     int64
	ErasedAt      *time.Time
}

// Collector is somebody who may have a child, or never may.
type Collector struct {
	Community, ID, Child int64
	Person               int64 // 0: not on the register
	Name, Phone          string
	Guardian             bool // decides for the child: no row of the list
	Barred               bool
	Why                  string
	From, Until          *time.Time // days, at midnight UTC
	Known                bool       // to the carer who reads it: they were seen before
}

// Status is where a booking stands. Codes are stored.
type Status string

// The states of a booking.
const (
	Booked    Status = "booked"
	Waiting   Status = "waiting"
	Offered   Status = "offered"
	Cancelled Status = "cancelled"
)

// How is the way on which a booking came. Codes are stored.
type How string

// The ways.
const (
	ByTap      How = "tap"
	ByStanding How = "standing"
	FromList   How = "list"
	AtDesk     How = "desk"
)

// Absence is why a child does not come. Codes are stored.
type Absence string

// The reasons.
const (
	Present Absence = ""
	Ill     Absence = "ill"
	Away    Absence = "away"
	Other   Absence = "other"
)

// Outcome is what became of a booking. Codes are stored.
type Outcome string

// The outcomes.
const (
	NoOutcome Outcome = ""
	Came      Outcome = "came"
	Missed    Outcome = "missed"
)

// Booking is a part of a child's day.
type Booking struct {
	Community, ID int64
	Day           time.Time
	Child         int64
	Part          Part
	Nth           int   // of talks there may be several
	By            int64 // 0: the standing booking
	How           How
	Status        Status
	Since         time.Time
	WaitsSince    *time.Time
	TakesItself   bool
	HeldUntil     *time.Time
	Absent        Absence
	Outcome       Outcome
	MissingAt     *time.Time
	FoundAt       *time.Time
	FoundBy       int64
}

// Holds reports whether the booking takes its places.
func (b Booking) Holds() bool { return b.Status == Booked || b.Status == Offered }

// Place is where a child is. Codes are stored.
type Place string

// The places.
const (
	Out      Place = "out" // with its family, or who took it
	AtSchool Place = "school"
	OnTheWay Place = "way"
	InHall   Place = "hall"
	Lost     Place = "missing"
)

// Reason is why a child passed from one to the other. Codes are stored.
type Reason string

// The reasons. The five between Known and Override are those for which one leaves.
const (
	Begin    Reason = "begin"
	ByStaff  Reason = "staff"
	Brought  Reason = "brought"
	Known    Reason = "known"
	ByCode   Reason = "code"
	ByHand   Reason = "hand"
	WasAsked Reason = "asked"
	Override Reason = "override"
)

// Custody is where a child is from one hand-over to the next, and who answers for it.
type Custody struct {
	Community, ID, Child int64
	Day                  time.Time
	Place                Place
	Holder               int64 // 0: not on the register
	HolderName           string
	Giver                int64
	GiverName            string
	Since                time.Time
	Until                *time.Time
	How                  Reason
	Collector, Ask       int64
	Reason               string
	TakenBy              string // of AtSchool: who there took it, "" where nobody is named
	By                   int64
}
