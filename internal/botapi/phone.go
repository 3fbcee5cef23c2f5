package botapi

import (
	"fmt"
	"slices"
	"strings"
)

// Account is a person on Telegram.
type Account struct {
	ID                  int64
	FirstName, LastName string
	Username            string
	IsBot               bool // another bot
	LanguageCode        string
	PhoneNumber         string // what a "share my number" key sends
	Place               Point  // what a "share my location" key sends
}

// Point is a place on earth.
type Point struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// Phone is the private chat of one person with the bot, as the person has it
// in hand; Group.By opens it at a group. Nobody can be written to who has not
// sent something first.
type Phone struct {
	bot     *Bot
	account Account
	chat    *chat

	as        *Group // for what is sent next; see senders.go
	replyTo   int64
	thread    int64
	origin    *Origin
	automatic bool
}

// Phone gives the phone of a person; the same id gives the same phone, with
// the account as it was first given.
func (b *Bot) Phone(a Account) *Phone {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.phone(a)
}

func (b *Bot) phone(a Account) *Phone {
	if c := b.chats[a.ID]; c != nil {
		return c.phone
	}
	if a.PhoneNumber == "" {
		a.PhoneNumber = fmt.Sprintf("+888%08d", a.ID%100_000_000)
	}
	p := &Phone{bot: b, account: a, chat: &chat{id: a.ID, byID: map[int64]*message{}}}
	p.chat.phone = p
	b.chats[a.ID] = p.chat
	b.changed()
	return p
}

// Account tells whose phone it is.
func (p *Phone) Account() Account { return p.account }

// Start presses Start, with the payload of the link that was opened.
func (p *Phone) Start(payload string) Message {
	return p.Say(strings.TrimSpace("/start " + payload))
}

// Met is Start of an earlier day, which the bot knows of: nothing is sent, and the bot
// may write to them from now on.
func (p *Phone) Met() {
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	p.chat.started = true
	p.bot.changed()
}

// Say sends a text. A long one goes out in pieces, as apps send it; the last
// piece is given back. A blank one goes nowhere.
func (p *Phone) Say(text string) Message {
	var last Message
	runes := []rune(text)
	for len(runes) > 0 {
		n := min(len(runes), maxText)
		if piece, err := finishText(formatted{text: string(runes[:n])}, true); err == nil && piece.text != "" {
			last = p.send(&message{text: piece})
		}
		runes = runes[n:]
	}
	return last
}

// Photo sends a picture.
func (p *Phone) Photo(f File, caption string) Message {
	return p.send(p.file("photo", f, caption, 0))
}

// Video sends a video.
func (p *Phone) Video(f File, caption string) Message {
	return p.send(p.file("video", f, caption, 0))
}

// Voice sends a voice message.
func (p *Phone) Voice(f File, seconds int) Message {
	return p.send(p.file("voice", f, "", seconds))
}

// Album sends pictures and videos together; the first carries the caption.
// The bot gets one update for each.
func (p *Phone) Album(caption string, list ...File) []Message {
	ms := make([]*message, len(list))
	for i, f := range list {
		kind := "photo"
		if strings.HasPrefix(f.MIME, "video/") || strings.HasSuffix(f.Name, ".mp4") {
			kind = "video"
		}
		ms[i] = p.file(kind, f, caption, 0)
		caption = ""
	}
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	album := p.bot.nextAlbum(len(ms))
	shown := make([]Message, len(ms))
	for i, m := range ms {
		m.album = album
		shown[i] = p.deliver(m)
	}
	return shown
}

// AlbumLater sends one more picture of the album sent last, as a slow network
// brings it seconds after the others. Without an album it is a picture alone.
func (p *Phone) AlbumLater(f File) Message {
	m := p.file("photo", f, "", 0)
	for _, earlier := range slices.Backward(p.Chat().Messages) {
		if earlier.AlbumID != "" && !earlier.FromBot {
			m.album = earlier.AlbumID
			break
		}
	}
	return p.send(m)
}

// Location sends a place.
func (p *Phone) Location(lat, lon float64) Message {
	return p.send(&message{location: &locationShape{Point: Point{Latitude: lat, Longitude: lon}}})
}

// Contact sends the person's own contact, which carries the user id.
func (p *Phone) Contact(phone string) Message {
	a := p.account
	return p.send(&message{contact: &contactShape{PhoneNumber: phone, FirstName: a.FirstName, LastName: a.LastName, UserID: a.ID}})
}

// OtherContact sends somebody else's contact out of the address book.
func (p *Phone) OtherContact(name, phone string) Message {
	return p.send(&message{contact: &contactShape{PhoneNumber: phone, FirstName: name}})
}

// ForwardPhoto passes on a picture that somebody else once sent.
func (p *Phone) ForwardPhoto(f File, from string) Message {
	return p.Forward(from).Photo(f, "")
}

// ForwardText passes on what somebody else once wrote.
func (p *Phone) ForwardText(text, from string) Message {
	return p.Forward(from).Say(text)
}

// Press presses a key of the keyboard under the chat: its label is sent, or
// what the key asks for. An error where no such key is shown.
func (p *Phone) Press(label string) (Message, error) {
	p.bot.mu.Lock()
	key, err := p.key(label)
	asked := p.chat.keyboardOf
	if err == nil && p.chat.oneTime {
		p.chat.keyboard = nil
	}
	p.bot.mu.Unlock()
	switch {
	case err != nil:
		return Message{}, err
	case key.Contact:
		return p.Contact(p.account.PhoneNumber), nil
	case key.Location:
		return p.Location(p.account.Place.Latitude, p.account.Place.Longitude), nil
	}
	if p.chat.group != nil { // apps answer the message there, so that privacy mode lets it through
		p = p.Replying(asked)
	}
	return p.Say(label), nil
}

func (p *Phone) key(label string) (Key, error) {
	if p.chat.keyboard == nil || !p.chat.keyboardIsFor(p.account) {
		return Key{}, fmt.Errorf("chat %d shows no keyboard, so no key %q", p.account.ID, label)
	}
	var there []string
	for _, row := range p.chat.keyboard.Rows {
		for _, key := range row {
			if key.Text == label {
				return key, nil
			}
			there = append(there, key.Text)
		}
	}
	return Key{}, fmt.Errorf("chat %d shows no key %q, it shows: %s", p.account.ID, label, strings.Join(there, ", "))
}

func (p *Phone) file(kind string, f File, caption string, seconds int) *message {
	text, err := finishText(formatted{text: caption}, true)
	if err != nil {
		text = formatted{} // not UTF-8: no app would send it
	}
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	s := p.bot.files.add(kind, f, seconds)
	return &message{caption: text, media: &media{file: s, width: s.width, height: s.height, seconds: seconds}}
}

func (p *Phone) send(m *message) Message {
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	return p.deliver(m)
}

// deliver puts a person's message into the chat and queues its update. Who
// writes to a bot has started it, and has unblocked it. What a group does not
// take goes nowhere.
func (p *Phone) deliver(m *message) Message {
	b, c := p.bot, p.chat
	m.as, m.thread, m.replyTo, m.automatic = p.as, p.thread, p.replyTo, p.automatic
	if !p.maySend(m) {
		return Message{}
	}
	if c.phone != nil {
		p.switchBlocked(false)
		c.started = true
	}
	m.at, m.from = b.now(), &p.account
	if p.origin != nil {
		m.forwarded, m.origin = p.origin.name(), p.origin.shape(m.at.Unix())
	}
	c.place(m, p.thread)
	c.add(m)
	b.tell(c, m, false)
	if c.group != nil && p.account.IsBot {
		c.group.lastBot = p.account.ID
	}
	b.changed()
	return b.show(c, m)
}
