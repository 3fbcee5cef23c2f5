package botapi

import (
	"slices"
	"strings"
	"time"
)

// View is what a person sees of the chat at one moment. It is a copy; what
// it shares with other copies is not to be changed.
type View struct {
	ID       int64
	Kind     string    // private, group, supergroup, channel
	Title    string    // of a group
	Account  Account   // whose screen it is; nobody's in Group.View
	Members  []Account // of a group, the bot among them
	Topics   []Topic   // of a forum, but the General one
	Messages []Message // without deleted ones, oldest first
	Keyboard *ReplyKeyboard
	Commands []Command // of this chat, in the person's language
	Menu     MenuButton
	Bot      Profile // in the person's language
	Action   string  // "typing", while it is shown
	Blocked  bool    // the person has blocked the bot
	Started  bool    // the person has sent something
	Gone     bool    // the person has deleted the account
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
	From      string   // whose name stands above it
	FromID    int64    // whose phone sent it, 0 of the bot; known only here, not to bots
	Topic     int64    // the thread it is in
	Service   string   // what happened, where nobody wrote: joined, left, pinned, upgraded, topic created…
	About     []string // names that belong to Service
	At        time.Time
	Edited    bool
	Text      string  // text or caption, plain
	HTML      string  // the same, safe to show: escaped, with the tags of its formatting
	Media     []Media // none or one; an album is several messages
	AlbumID   string
	Buttons   [][]Button
	Forwarded string // from whom
	Location  *Point
	Live      bool // the location moves
	Dice      int  // what the dice shows
	Contact   *Contact
	Poll      *Poll
	Reactions []Reaction
	Pinned    bool
	ReplyTo   int64
	Silent    bool
}

// Contact is a shared contact; UserID is 0 unless it is on Telegram.
type Contact struct {
	Phone, FirstName, LastName string
	UserID                     int64
}

// Media is a file in a message; see Bot.File for its data.
type Media struct {
	Kind                   string // photo, video, voice, document, audio, animation, video_note, sticker
	Name                   string // of a document, an audio or a video that has one
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
	Contact, Location bool   // sends one's number or place instead of its text
	asks              string // what else it asks for, in the words of a refusal
}

// Chat shows what is on the screen now.
func (p *Phone) Chat() View {
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	return p.bot.view(p.chat, p.account)
}

// view is what one person sees of a chat.
func (b *Bot) view(c *chat, a Account) View {
	b.closeDue()
	v := View{
		ID: c.id, Kind: "private", Account: a, Commands: b.menu(c, a), Blocked: c.blocked, Started: c.started, Gone: c.deactivated,
		Menu: b.menuButton(c.id), Bot: b.profileIn(a.LanguageCode),
		Messages: make([]Message, len(c.messages)),
	}
	if g := c.group; g != nil {
		v.Kind, v.Title, v.Topics = g.kind, g.title, g.shownTopics()
		for _, m := range g.present() {
			v.Members = append(v.Members, *m.who)
		}
	}
	for i, m := range c.messages {
		v.Messages[i] = b.show(c, m)
	}
	if c.keyboard != nil && c.keyboardIsFor(a) {
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
func (b *Bot) show(c *chat, m *message) Message {
	if m.shown != nil {
		return m.shown.with(m)
	}
	words := m.words()
	s := Message{
		ID: m.id, FromBot: m.out, At: m.at, Edited: !m.edited.IsZero(), Text: words.text, HTML: words.html(),
		AlbumID: m.album, Forwarded: m.forwarded, ReplyTo: m.replyTo, Silent: m.silent,
		From: b.signed(c, m), Topic: m.thread, Service: m.serviceShown.kind, About: m.serviceShown.about,
	}
	if m.from != nil {
		s.FromID = m.from.ID
	}
	if l := m.location; l != nil {
		s.Location, s.Live = &Point{Latitude: l.Latitude, Longitude: l.Longitude}, l.LivePeriod > 0
	}
	if m.dice != nil {
		s.Dice = m.dice.Value
	}
	if f := m.media; f != nil {
		s.Media = []Media{{
			Kind: f.file.kind, Name: f.file.name, FileID: f.file.id, UniqueID: f.file.unique,
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
	return s.with(m)
}

// words are the text or the caption.
func (m *message) words() formatted {
	if m.media != nil {
		return m.caption
	}
	return m.text
}

// with adds what changes without an edit.
func (s Message) with(m *message) Message {
	if m.ballot != nil {
		s.Poll = m.ballot.show()
	}
	s.Reactions, s.Pinned = m.reactions, m.pinned
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

// shownService is a service message as it is shown; the words are the
// page's.
type shownService struct {
	kind  string
	about []string
}

// signed is the name above a message.
func (b *Bot) signed(c *chat, m *message) string {
	switch {
	case m.as != nil:
		return m.as.title
	case c.group != nil && c.group.kind == "channel":
		return c.group.title
	case m.from != nil:
		return m.from.name()
	}
	return b.self.FirstName
}

func (c *chat) keyboardIsFor(a Account) bool {
	return c.keyboardFor == nil || slices.Contains(c.keyboardFor, a.ID)
}

// aimedAt are the persons a selective keyboard in a group is for: whom the
// message answers or names.
func (c *chat) aimedAt(m *message) []int64 {
	if !m.markup.selective {
		return nil
	}
	aim := []int64{}
	if replied := c.byID[m.replyTo]; replied != nil && replied.from != nil {
		aim = append(aim, replied.from.ID)
	}
	for _, e := range m.text.entities {
		if e.User != nil {
			aim = append(aim, e.User.ID)
		}
	}
	for _, member := range c.group.present() {
		if name := member.who.Username; name != "" && strings.Contains(m.text.text, "@"+name) {
			aim = append(aim, member.who.ID)
		}
	}
	return aim
}
