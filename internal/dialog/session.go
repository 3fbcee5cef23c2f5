package dialog

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"
)

// What a session may be unfit for. The caller begins afresh on both.
var (
	// ErrBroken says that a session is corrupt, or of no use to today's flow.
	ErrBroken = errors.New("session cannot be continued")
	// ErrOver says that a session was sent or cancelled before.
	ErrOver = errors.New("session is over")
)

// maxID keeps button data within 64 bytes beside a revision of 4 and a value of 40.
const maxID = 16

// Session is everything a conversation needs to survive a restart.
type Session struct {
	ID        string          `json:"i"`            // 1 to 16 letters, digits, - or _; the idempotency key given to send
	Flow      string          `json:"f"`            // name in the registry
	Rev       int             `json:"r"`            // +1 whenever the question changes; a button carries the one it was drawn at
	At        string          `json:"a,omitempty"`  // the step being asked; "" is the summary, lookAt the last look
	Done      []string        `json:"d,omitempty"`  // answered steps, the latest last
	Fixed     []string        `json:"x,omitempty"`  // hidden steps that the start filled in: never asked
	Page      int             `json:"p,omitempty"`  // page of a long list of options
	Under     string          `json:"u,omitempty"`  // the option whose list is shown; "": the step's own
	Album     string          `json:"al,omitempty"` // the album that was answered with last,
	AlbumStep string          `json:"as,omitempty"` // and where its later items belong
	Draft     json.RawMessage `json:"w"`
	Over      bool            `json:"o,omitempty"` // sent or cancelled: forget the session
}

// tag begins the data of every button drawn at this revision.
func (s Session) tag() string { return s.ID + "." + strconv.FormatInt(int64(s.Rev), 36) + ":" }

func (s Session) answered(step string) bool { return slices.Contains(s.Done, step) }

func (s *Session) unanswer(step string) {
	s.Done = slices.DeleteFunc(slices.Clone(s.Done), func(n string) bool { return n == step })
}

func (s *Session) moveTo(step string) {
	s.At = step
	s.open("")
}

// open shows the first page of a list: of what stands under an option, or the step's
// own.
func (s *Session) open(under string) {
	s.Under, s.Page = under, 0
	s.Rev++
}

func goodID(id string) bool {
	for _, r := range id {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_':
		default:
			return false
		}
	}
	return id != "" && len(id) <= maxID
}

// Event is one thing that a person did. Exactly one of Text, Tap, Media,
// Location, Contact, Document and Other is set.
type Event struct {
	Now       time.Time
	Zone      *time.Location
	Text      string   // a typed message, never a command
	Tap       string   // a button's Data
	Media     *Media   // a photo, video or voice message
	Location  *Point   // a place on the map
	Contact   *Contact // a telephone number from the address book
	Document  *Document
	Other     bool   // a kind that nobody asks for: a sticker, a poll…
	Album     string // the album that the media belong to
	Forwarded bool   // not the person's own words: never taken as a tap
	Guest     any    // see Turn
}

func (e Event) album() string {
	switch {
	case e.Media == nil:
		return ""
	case e.Media.Album != "":
		return e.Media.Album
	}
	return e.Album
}

// Kinds of media.
const (
	Photo = "photo"
	Video = "video"
	Voice = "voice"
	Paper = "file" // as it is: a PDF, a spreadsheet
)

// Media is one photo, video, voice message or file as Telegram keeps it.
type Media struct {
	Kind     string `json:"k"`
	FileID   string `json:"f"`
	UniqueID string `json:"u,omitempty"`
	Caption  string `json:"c,omitempty"`
	Album    string `json:"a,omitempty"`
}

// Document is a file that somebody sent, such as a spreadsheet.
type Document struct {
	FileID   string `json:"f"`
	UniqueID string `json:"u,omitempty"`
	Name     string `json:"n,omitempty"` // as its sender's machine calls it
	Size     int64  `json:"s,omitempty"` // in bytes
	Caption  string `json:"c,omitempty"`
}

// Words is what somebody told in any form: typed, spoken or shown.
type Words struct {
	Text  string  `json:"t,omitempty"`
	Media []Media `json:"m,omitempty"`
}

// Point is a place on the map in degrees. The zero Point is no place.
type Point struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

// Contact is a telephone number; Own tells that it is the sender's.
type Contact struct {
	Phone string
	Own   bool
}

// Turn is what a flow's functions get beside ctx and the draft.
type Turn struct {
	Key   string // the session's id: unique per conversation, so a repeated send can be told
	Now   time.Time
	Zone  *time.Location
	Texts Texts
	Guest any // whoever is here, as the flow's functions know them; the engine does not look at it
}
