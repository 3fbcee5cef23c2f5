// Package session keeps the dialog sessions in Redis.
//
// One key a chat holds everything that may be lost without harm: the half-
// finished dialog, what is on the person's screen, and the inbox row last
// applied, so that a turn played twice changes nothing. Of several that save at
// the same time the first wins and the others hear of it.
package session

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
)

// format is raised when older states can no longer be read.
const format = 1

// State is what is remembered of one chat.
type State struct {
	Applied int64           `json:"n"`           // inbox row last applied
	Open    *dialog.Session `json:"o,omitempty"` // the dialog that goes on
	Aside   *dialog.Session `json:"a,omitempty"` // the one put aside for it
	Last    string          `json:"l,omitempty"` // the id of the dialog that ended last
	Shown   Shown           `json:"s,omitzero"`

	// Said is what the last turn said beside the present screen: a replay says
	// it again, as nobody knows whether it arrived.
	Said []dialog.Screen `json:"b,omitempty"`
	// Tapped is what the message whose button was tapped last shows from then on, where
	// the present screen is another message; nil: none.
	Tapped *dialog.Screen `json:"p,omitempty"`
	// OpenedAt is the revision at which Open began: at the same one, nothing
	// was answered in it yet.
	OpenedAt int `json:"r,omitempty"`

	// Heard are the messages that came last: were one changed, it would be known
	// under which key what it said was kept.
	Heard []Heard `json:"h,omitempty"`

	// Version counts the saves. It is the caller's ticket: Save compares it.
	Version int64 `json:"-"`
	// Expires is when the dialogs are given up, by the clock. Save sets it.
	Expires time.Time `json:"-"`
	// Origin tells what Load found. Save ignores it.
	Origin Origin `json:"-"`
}

// mostHeard is how many messages are remembered.
const mostHeard = 12

// Heard is a message of a person's, and the key of what it said: of its turn, or
// of the dialog that it answered or began.
type Heard struct {
	Message int64  `json:"m"`
	Key     string `json:"k"`
}

// Hears remembers a message.
func (s *State) Hears(message int64, key string) {
	s.Heard = append(s.Heard[max(0, len(s.Heard)-mostHeard+1):len(s.Heard):len(s.Heard)], Heard{message, key})
}

// LastTurn is when somebody did anything last, by the clock.
func (s *State) LastTurn() time.Time { return s.Expires.Add(-patience) }

// HeardAs is the key of what a message said, "" where it is not remembered.
func (s *State) HeardAs(message int64) string {
	for _, h := range slices.Backward(s.Heard) {
		if h.Message == message {
			return h.Key
		}
	}
	return ""
}

// Shown is what is on the person's screen now.
type Shown struct {
	Screen  dialog.Screen `json:"s,omitzero"`
	Message int           `json:"m,omitempty"` // its message id; 0: not known
	Album   string        `json:"a,omitempty"` // the album whose first picture it answered
	Spent   int           `json:"t,omitempty"` // the message whose tap it answers and that loses its buttons; 0: none
}

// Origin is where a loaded state comes from.
type Origin string

// The origins of a state.
const (
	Kept       Origin = ""           // as it was saved
	Nothing    Origin = "nothing"    // there was none: empty
	Unreadable Origin = "unreadable" // of an old format or damaged: empty, and Save replaces it
	Expired    Origin = "expired"    // too old: the dialogs are dropped, the rest is kept
)

// body is a state as it is stored, beside its version and its expiry.
type body struct {
	Format int `json:"f"`
	State
}

func encode(st State) (string, error) {
	raw, err := json.Marshal(body{format, st})
	return string(raw), err
}

// versioned is what the script takes for a version; all else counts as 0 on
// both sides, or a damaged key could never be replaced.
var versioned = regexp.MustCompile(`^[1-9][0-9]{0,17} `)

// decode reads "version expiry body", as the script in store.go writes it.
func decode(value string, now time.Time) State {
	head, rest, _ := strings.Cut(value, " ")
	stamp, raw, _ := strings.Cut(rest, " ")
	if !versioned.MatchString(value) {
		return State{Origin: Unreadable}
	}
	version, err := strconv.ParseInt(head, 10, 64)
	if err != nil {
		return State{Origin: Unreadable}
	}
	b, err := parse(raw)
	millis, errStamp := strconv.ParseInt(stamp, 10, 64)
	if err != nil || errStamp != nil {
		return State{Version: version, Origin: Unreadable}
	}
	st := b.State
	st.Version, st.Expires = version, time.UnixMilli(millis).UTC()
	if !now.Before(st.Expires) {
		st.Open, st.Aside, st.Origin = nil, nil, Expired
	}
	return st
}

func parse(raw string) (body, error) {
	var b body
	if err := json.Unmarshal([]byte(raw), &b); err != nil {
		return body{}, err
	}
	if b.Format != format {
		return body{}, fmt.Errorf("format %d, want %d", b.Format, format)
	}
	return b, nil
}
