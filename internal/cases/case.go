package cases

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
)

// Status is where a case stands. Codes are stored.
type Status string

// The states; doc.go draws how they follow one another. Held is below.
const (
	Draft       Status = "draft"
	Dropped     Status = "dropped"
	Open        Status = "open"
	Assigned    Status = "assigned"
	Taken       Status = "taken"
	Waiting     Status = "waiting"     // for the resident, for parts, until a date
	Proposed    Status = "proposed"    // an end that a second pair of eyes has to see
	Done        Status = "done"        // reported done
	Seen        Status = "seen"        // a second person saw on the spot that it held
	Unconfirmed Status = "unconfirmed" // nobody was met twice: it may have held
	Referred    Status = "referred"    // passed to another body
	Cannot      Status = "cannot"      // be done
	Wish        Status = "wish"
	Duplicate   Status = "duplicate" // of another
	Spam        Status = "spam"
	TakenBack   Status = "taken_back"
)

// Statuses are all states.
var Statuses = []Status{
	Draft, Dropped, Open, Assigned, Taken, Waiting, Proposed, Done,
	Held, Seen, Unconfirmed, Referred, Cannot, Wish, Duplicate, Spam, TakenBack,
}

// Endings are the ends that need a second pair of eyes, each with a reason that
// the resident reads.
var Endings = []Status{Referred, Cannot, Wish, Spam}

// WaitFor is what a case waits for. The clocks stand while it is the resident.
type WaitFor string

// What a case can wait for.
const (
	ForResident WaitFor = "resident"
	ForParts    WaitFor = "parts"
	ForDate     WaitFor = "date"
)

// Privacy is why only whom it concerns sees a case; "" is none.
type Privacy string

// What is private.
const (
	Quarrel   Privacy = "quarrel" // between neighbours
	Family    Privacy = "family"
	Complaint Privacy = "complaint" // about staff
)

// Held is the state of a case that held, and the outcome that says so.
const Held = "held"

// Outcome is what the resident says of a case that is reported done.
type Outcome string

// The other outcomes.
const (
	Half     Outcome = "half"
	NotFixed Outcome = "not_fixed"
)

// Limits of what people hand in.
const (
	MaxWords   = 1000             // characters
	MaxMedia   = 10               // per stage of a case
	Quiet      = 2 * time.Minute  // after the last photo a report sends itself
	Unanswered = 10 * time.Minute // after the last photo an unsent one goes before a person
	Ringing    = 60 * time.Second // of silence, then an unsure danger rings
	Regret     = 30 * time.Minute // in which a report can be taken back
	MaxSelf    = 3                // reports that send themselves, a person a day
)

// Reasons are the codes that may stand where a done case has no photo.
var Reasons = []string{"inside_home", "nothing_to_see", "by_talking", "no_camera"}

// Stage is when a picture or a voice message was added.
type Stage string

// The stages.
const (
	Before   Stage = "before"   // by the resident, with the report
	Under    Stage = "progress" // by the member, on the way
	After    Stage = "after"    // by the member, with "done"
	Rest     Stage = "left"     // by the resident: what is left
	Word     Stage = "word"     // by the resident: what they say of it when it held
	Answered Stage = "answer"   // by the resident: what they were asked
	Against  Stage = "against"  // by the resident: why they disagree
	Refused  Stage = "refused"  // by the second pair of eyes, for the holder alone
)

// Media is a photo, video or voice message at Telegram.
type Media struct {
	Kind     string // photo, video, voice
	FileID   string `db:"file_id"`
	UniqueID string `db:"unique_id"`
	Stage    Stage  // set where media are read
	Person   int64  `json:"-"` // who sent it; set where media are read
}

// Channel is how somebody told their trouble to who wrote it down for them.
type Channel string

// The channels beside one's own Telegram.
const (
	ByPhone Channel = "phone"
	AtDoor  Channel = "door"
	OnPaper Channel = "paper"
)

// Channels are all channels.
var Channels = []Channel{ByPhone, AtDoor, OnPaper}

// Case is one trouble that somebody brought.
type Case struct {
	Community, ID int64
	Number        int64 // 0 in a draft
	Status        Status
	Kind          string // "": nobody named it yet
	Place         community.Place
	Area          int64  // 0: everybody's
	Words         string // at most MaxWords characters
	Album         string
	Reporter, For int64
	Channel       Channel // how whom it is for told it to the reporter; "": it is the reporter's own
	Holder        int64   // 0: nobody
	Urgent        bool
	Danger        string // fire, gas, water, power, person…; "": none
	SelfSent      bool   // nobody tapped Send
	Reason        string // why there is no photo of what was done
	DraftedAt     time.Time
	QuietUntil    *time.Time // of a draft: until then a later photo joins
	OpenedAt      *time.Time
	DueAt         *time.Time
	DoneBy        *time.Time // by when it is to be reported done
	ComingAt      *time.Time // when whoever took it said that they come
	TakenAt       *time.Time
	DoneAt        *time.Time
	ClosedAt      *time.Time
	WaitFor       WaitFor
	WaitUntil     *time.Time
	Ending        Status // proposed or decided: one of Endings; "": none
	Why           string // a code of the ending, or of having to wait
	WhyWords      string // what was written beside it, in public
	PassedTo      string // a code, or what the other body is called
	AskOn         *time.Time
	ProposedBy    int64
	DecidedBy     int64
	DisputedAt    *time.Time
	Of            int64 // of which it is a duplicate
	KeyMatter     bool  // it is visited again though it held
	Private       Privacy
	About         int64      // whom a complaint is about
	Child         int64      // whom a worry is about that somebody minds: nobody who decides for it hears it
	Other         int64      // the other side of a quarrel
	Step          int        // of the ladder
	AskedAt       *time.Time // since when the present rung of the ladder runs
	UrgentAt      *time.Time // when it was marked urgent, where it was not from the first
	SeenTo        *time.Time // up to when its clocks were seen to
	Pauses        Pauses     // in which its clocks stood

	SelfSends bool // a draft that sends itself after the quiet time
}

// NewDraft is a photo, video, album item or voice message that begins a report.
type NewDraft struct {
	Key    string // unique in the community: a repeat gives the same case
	Media  []Media
	Words  string
	Album  string          // a later item of the same album joins instead
	Danger string          // what may be burning: rings after Ringing unless AlarmNo
	Own    bool            // not forwarded
	Place  community.Place // zero: guessed from the person's home
}

// Report is a whole report.
type Report struct {
	Key     string // the dialog's session: a repeat gives the same case
	Kind    string
	Place   community.Place // zero: the reporter's own entrance
	Words   string
	Media   []Media
	For     int64   // 0: the reporter
	Channel Channel // where somebody on duty writes it down
	About   int64   // whom a complaint is about; 0: nobody is named
	Danger  string
	Urgent  bool
}

// Note is what is added later to a case.
type Note struct {
	Key    string // unique in the case: a repeat adds nothing
	Media  []Media
	Words  string
	Reason string // of ReportDone without media: one of Reasons
}

// Event is one step of a case. It never holds people's words.
type Event struct {
	Code   Move
	Actor  int64 // 0: the bot itself
	From   Status
	To     Status
	Detail json.RawMessage
	At     time.Time
}

// Service is the verbs.
type Service struct {
	db    *sqlx.DB
	clk   *clock.Clock
	kinds Kinds
	due   func() // something may be due in the outbox
	board Board  // nil: nobody looks
	days  Days   // nil: every day is as its weekday
	chats Chats  // nil: there are no groups

	floods, pranks []Limit // nil: there are none
	strangers      bool    // nobody is asked whether a neighbour's case is theirs
}

// Board shows people what they hold, and hears in the same transaction whenever
// something of that changes.
type Board interface {
	Changed(ctx context.Context, tx *sqlx.Tx, community int64, persons ...int64) error
}

// Shows says where people see what they hold. It is called while linli is wired.
func (s *Service) Shows(b Board) { s.board = b }

// Kinds knows a community's kinds of problems and its office hours, and so by when
// people hear. It is asked before a verb's transaction begins, and answers from
// memory.
type Kinds interface {
	ByID(ctx context.Context, community int64) (community.Community, error)
}

// New returns the service; due is called when something it enqueued is
// committed.
func New(db *sqlx.DB, clk *clock.Clock, kinds Kinds, due func()) *Service {
	return &Service{db: db, clk: clk, kinds: kinds, due: due, floods: Floods, pranks: Pranks}
}
