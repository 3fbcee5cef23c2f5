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
	Draft     Status = "draft"
	Dropped   Status = "dropped"
	Open      Status = "open"
	Assigned  Status = "assigned"
	Taken     Status = "taken"
	Done      Status = "done"
	TakenBack Status = "taken_back"
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
	Before Stage = "before"   // by the resident, with the report
	Under  Stage = "progress" // by the member, on the way
	After  Stage = "after"    // by the member, with "done"
	Rest   Stage = "left"     // by the resident: what is left
)

// Media is a photo, video or voice message at Telegram.
type Media struct {
	Kind     string // photo, video, voice
	FileID   string `db:"file_id"`
	UniqueID string `db:"unique_id"`
	Stage    Stage  // set where media are read
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
	TakenAt       *time.Time
	DoneAt        *time.Time
	ClosedAt      *time.Time

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
}

// Kinds knows a community's kinds of problems, and so by when people hear. It
// is asked before a verb's transaction begins, and answers from memory.
type Kinds interface {
	Kinds(ctx context.Context, community int64) (community.Kinds, error)
}

// New returns the service; due is called when something it enqueued is
// committed.
func New(db *sqlx.DB, clk *clock.Clock, kinds Kinds, due func()) *Service {
	return &Service{db: db, clk: clk, kinds: kinds, due: due}
}
