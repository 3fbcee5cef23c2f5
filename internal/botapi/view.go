package botapi

import (
	"slices"
	"time"
)

// View is what a person sees of the chat at one moment. It is a copy; what
// it shares with other copies is not to be changed.
type View struct {
	Account  Account
	Messages []Message // without deleted ones, oldest first
	Keyboard *ReplyKeyboard
	Commands []Command // of this chat, in the person's language
	Action   string    // "typing", while it is shown
	Blocked  bool      // the person has blocked the bot
	Started  bool      // the person has sent something
}

// Last is the newest message, or an empty one.
func (v View) Last() Message {
	if len(v.Messages) == 0 {
		return Message{}
	}
	return v.Messages[len(v.Messages)-1]
}

// Message is one message as it is shown.
type Message struct {
	ID        int64
	FromBot   bool
	At        time.Time
	Edited    bool
	Text      string  // text or caption, plain
	HTML      string  // the same, safe to show: escaped, with the tags of its formatting
	Media     []Media // none or one; an album is several messages
	AlbumID   string
	Buttons   [][]Button
	Forwarded string // from whom
	Location  *Point
	Contact   *Contact
	ReplyTo   int64
	Silent    bool
}

// Contact is a shared contact; UserID is 0 unless it is on Telegram.
type Contact struct {
	Phone, FirstName, LastName string
	UserID                     int64
}

// Media is a picture, a video or a voice message; see Bot.File for its data.
type Media struct {
	Kind                   string // photo, video, voice
	FileID, UniqueID       string
	Width, Height, Seconds int
	Size                   int64
}

// Button is an inline button.
type Button struct {
	Text, Data, URL string
	Style           string // primary, success, danger or nothing
	Copy            string // what a copy button copies
}

// ReplyKeyboard is the keyboard under the chat.
type ReplyKeyboard struct {
	Rows        [][]Key
	Persistent  bool
	Placeholder string
}

// Key is a key of the keyboard under the chat.
type Key struct {
	Text              string
	Contact, Location bool // sends one's number or place instead of its text
}

// Chat shows what is on the screen now.
func (p *Phone) Chat() View {
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	return p.bot.view(p.chat)
}

func (b *Bot) view(c *chat) View {
	v := View{
		Account: c.account(), Commands: b.menu(c.account()), Blocked: c.blocked, Started: c.started,
		Messages: make([]Message, len(c.messages)),
	}
	for i, m := range c.messages {
		v.Messages[i] = c.show(m)
	}
	if c.keyboard != nil {
		keyboard := *c.keyboard
		keyboard.Rows = slices.Clone(keyboard.Rows)
		v.Keyboard = &keyboard
	}
	if b.now().Before(c.actionTill) {
		v.Action = c.action
	}
	return v
}

// show draws a message once; an edit forgets the drawing.
func (c *chat) show(m *message) Message {
	if m.shown != nil {
		return *m.shown
	}
	words := m.text
	if m.media != nil {
		words = m.caption
	}
	s := Message{
		ID: m.id, FromBot: m.out, At: m.at, Edited: !m.edited.IsZero(), Text: words.text, HTML: words.html(),
		AlbumID: m.album, Forwarded: m.forwarded, Location: m.location, ReplyTo: m.replyTo, Silent: m.silent,
	}
	if f := m.media; f != nil {
		s.Media = []Media{{
			Kind: f.file.kind, FileID: f.file.id, UniqueID: f.file.unique,
			Width: f.width, Height: f.height, Seconds: f.seconds, Size: int64(len(f.file.data)),
		}}
	}
	if k := m.contact; k != nil {
		s.Contact = &Contact{Phone: k.PhoneNumber, FirstName: k.FirstName, LastName: k.LastName, UserID: k.UserID}
	}
	for _, row := range m.markup.inline {
		var buttons []Button
		for _, button := range row {
			buttons = append(buttons, button.show())
		}
		s.Buttons = append(s.Buttons, buttons)
	}
	m.shown = &s
	return s
}

func (b inlineButton) show() Button {
	out := Button{Text: b.text, Data: b.data, URL: b.url}
	if style, ok := b.fields["style"].(string); ok {
		out.Style = style
	}
	if inner, ok := b.fields["copy_text"].(map[string]any); ok {
		out.Copy, _ = inner["text"].(string) // readOther has looked
	}
	return out
}
