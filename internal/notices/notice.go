package notices

import (
	"time"

	"github.com/linli-bot/linli/internal/access"
)

// State is where a notice stands. Codes are stored.
type State string

// The states, see the drawing of the package.
const (
	Set       State = "set"
	Going     State = "going"
	Paused    State = "paused"
	Out       State = "out"
	Stopped   State = "stopped"
	Withdrawn State = "withdrawn"
)

// Weight is how much a notice matters. An urgent one goes at once, ahead of everything
// and through quiet hours; of an important one the doors that it did not reach are
// knocked at.
type Weight string

// The weights.
const (
	Ordinary  Weight = "ordinary"
	Important Weight = "important"
	Urgent    Weight = "urgent"
)

// Answer is what is wanted of whoever reads a notice.
type Answer string

// The answers. Seen is "I've seen it" and "I need help".
const (
	NoAnswer Answer = "none"
	Seen     Answer = "seen"
	Question Answer = "question"
	Event    Answer = "event"
)

// Voice is who has one voice in a question.
type Voice string

// The voices.
const (
	NoVoice     Voice = ""
	OfPerson    Voice = "person"
	OfHousehold Voice = "household"
)

// Words are what is said, by language.
type Words map[string]string

// Media is a picture or a file that goes with a notice.
type Media struct {
	Kind     string `json:"kind"` // as the dialog has it: photo, file
	FileID   string `json:"file_id"`
	UniqueID string `json:"unique_id"`
}

// Home is a building, or one entrance of it; entrance 0 is all of them.
type Home struct {
	Building int64 `json:"building"`
	Entrance int   `json:"entrance,omitempty"`
}

// Audience is for whom a notice is. What is set narrows it: somebody must fit each of
// the kinds, and one value of each. The zero one is everybody and no group.
type Audience struct {
	People   bool          `json:"people"`             // to persons at all; false: to groups alone
	Groups   bool          `json:"groups"`             // to the groups that take notices, of those buildings
	Only     []int64       `json:"only,omitempty"`     // of these groups; none: all of them
	Homes    []Home        `json:"homes,omitempty"`    // who lives there
	Roles    []access.Role `json:"roles,omitempty"`    // who holds one of them
	Tags     []string      `json:"tags,omitempty"`     // of whom one of them is known, see people.Tags
	From     int           `json:"from,omitempty"`     // at least so old this year
	Until    int           `json:"until,omitempty"`    // at most so old this year; 0: no end
	Tomorrow bool          `json:"tomorrow,omitempty"` // who has something booked for the day after it is sent
}

// Draft is what somebody is about to confirm.
type Draft struct {
	Key      string // of the dialog
	Weight   Weight
	Language string // in which Texts was written first
	Texts    Words
	Media    []Media
	For      Audience
	Answer   Answer
	Options  []Words // of a question, two to five
	Voice    Voice   // of a question
	Named    bool    // of a question: the secretary reads who said what, and everybody is told so before
	Pin      bool
	At       time.Time // zero: now
	Until    time.Time // zero: a week after At, a question's closing time, an event's end
	DoorsAt  time.Time // zero: at 17:00 of the day on which it is sent, or an hour after it; of ordinary ones never
	Repeats  string    // "", weekly, monthly
	Of       int64     // what it copies, or tells the result of; 0: nothing
	Template string    // kept under this name; "": not kept
	Happens  *Happens  // of an event
}

// Happens is when and where an event takes place.
type Happens struct {
	Starts, Ends time.Time
	Place        string
	Places       int // 0: as many as come
}

// Notice is one that was confirmed.
type Notice struct {
	Draft
	Community   int64
	ID          int64
	State       State
	Author      int64
	Version     int // how often it was corrected
	CorrectedAt *time.Time
	SetAt       time.Time
	StartedAt   *time.Time
	EndedAt     *time.Time
	DoorsDoneAt *time.Time
	PublishedAt *time.Time
}

// Stands reports whether a notice is still brought to who does not have it.
func (n Notice) Stands(at time.Time) bool {
	return (n.State == Going || n.State == Paused || n.State == Out) && n.Until.After(at)
}

// Size is how many a notice would reach now, and how long it takes to tell them.
type Size struct {
	People   int // with Telegram
	Offline  int // without: for the door list
	Groups   int
	Takes    time.Duration  // as fast as the bot may, see Takes
	Language map[string]int // how many of those people read which language
}

// Progress is how far a notice has come.
type Progress struct {
	People, Sent, Seen, Waiting int
	Uncertain, Withdrawn        int
	Failed                      map[string]int // by reason
	Groups, GroupsSent          int
	Left                        time.Duration // until it is out, as far as is known
}
