package dialog

// Texts looks up messages in the reader's language. Args are pairs of a name
// and a value.
type Texts interface {
	T(key string, args ...any) string
}

// Screen is one message in the reader's language: plain text, escaped where it
// is drawn. A Screen without Text draws nothing and only answers the tap.
type Screen struct {
	Text     string     `json:"t,omitempty"`
	Rows     [][]Button `json:"r,omitempty"` // buttons under the message; never together with Keyboard
	Media    []Media    `json:"m,omitempty"`
	QR       string     `json:"q,omitempty"` // a link that is drawn above the text, for another phone to scan
	File     string     `json:"f,omitempty"` // names a file of the caller's making that goes with the text
	Keyboard [][]Key    `json:"k,omitempty"` // reply keyboard; a typed or tapped key comes back as text
	Menu     bool       `json:"n,omitempty"` // show the person's main menu with it
	Lunch    bool       `json:"l,omitempty"` // that menu has the key for lunch
	Care     bool       `json:"h,omitempty"` // that menu has the key for childcare
	Toast    string     `json:"o,omitempty"` // the short answer to a tap
	Silent   bool       `json:"s,omitempty"` // deliver without a sound
	Topic    int64      `json:"c,omitempty"` // of a group that has topics: where it stands; 0: the general one
	Gone     bool       `json:"g,omitempty"` // the message that this edits is to be deleted
	Bare     bool       `json:"b,omitempty"` // the message that this edits keeps its words and loses its buttons
	Pin      bool       `json:"p,omitempty"` // pin the new message, without a sound
	Unpin    bool       `json:"u,omitempty"` // take the pin off the message that this edits
	Above    []Screen   `json:"-"`           // messages of their own that come before it, once
	Card     int64      `json:"a,omitempty"` // the case that it shows to those who see to it; 0: none
}

// Styles of a button, never the only signal.
const (
	Primary = "primary"
	Danger  = "danger"
)

// Button is one inline button. Data has at most 64 bytes; a button with a URL
// opens that and has none.
type Button struct {
	Label string `json:"l"`
	Data  string `json:"d"`
	URL   string `json:"u,omitempty"`
	Style string `json:"s,omitempty"`
}

// Key is one key of a reply keyboard: the only way to ask for a contact or a location.
type Key struct {
	Text     string `json:"t"`
	Contact  bool   `json:"c,omitempty"`
	Location bool   `json:"l,omitempty"`
}
