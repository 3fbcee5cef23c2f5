package botapi

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Bot is one bot of the server with everything that is known of it. One lock
// guards all of it: a test server needs order more than parallel work.
type Bot struct {
	server  *Server
	self    user
	account Account // the same, as groups know it

	mu       sync.Mutex
	chats    map[int64]*chat
	queue    queue
	files    files
	taps     map[string]*Tap
	lastTap  int64
	albums   int64
	ballots  int64
	since    time.Time                       // it runs on this server
	outTill  time.Time                       // it has logged out
	timed    []*ballot                       // that close by the clock
	commands map[string]map[string][]Command // by scope, by language
	profile  map[string]*profileText
	menus    map[int64]MenuButton // by person; 0 is everybody's
	calls    []Call
	polls    int64
	queued   []Update
	watchers map[chan struct{}]struct{}
	privacy  bool

	hook      *hook     // nil: the bot polls
	hookAgain time.Time // when setWebhook may be called again, in real time
	sent      traffic

	callsGone      int64 // forgotten ones
	tapsAfterSweep int
}

func newBot(s *Server, self user) *Bot {
	return &Bot{
		server: s, self: self, privacy: true,
		account:  Account{ID: self.ID, IsBot: true, FirstName: self.FirstName, Username: self.Username},
		chats:    map[int64]*chat{},
		queue:    newQueue(),
		files:    newFiles(self.ID),
		taps:     map[string]*Tap{},
		commands: map[string]map[string][]Command{},
		since:    s.clock.Now(),
		profile:  newProfile(self.FirstName),
		menus:    map[int64]MenuButton{},
		watchers: map[chan struct{}]struct{}{},
		sent:     traffic{},
	}
}

// Username is the bot's name in links, without the @.
func (b *Bot) Username() string { return b.self.Username }

// Name is what people see above the chat.
func (b *Bot) Name() string { return b.Profile("").Name }

// Phones are all phones of the bot, by their people's ids.
func (b *Bot) Phones() []*Phone {
	b.mu.Lock()
	defer b.mu.Unlock()
	var phones []*Phone
	for _, id := range slices.Sorted(maps.Keys(b.chats)) {
		if p := b.chats[id].phone; p != nil {
			phones = append(phones, p)
		}
	}
	return phones
}

func (b *Bot) now() time.Time { return b.server.clock.Now() }

// chat is one chat with the bot in it: a person's private one, or a group.
type chat struct {
	id          int64
	phone       *Phone // of a private chat; nil for any other
	group       *Group // of any other
	messages    []*message
	byID        map[int64]*message
	lastID      int64
	started     bool
	blocked     bool
	deactivated bool
	keyboard    *ReplyKeyboard
	keyboardFor []int64 // whom it is shown to; everybody where it is nil
	keyboardOf  int64   // the message that brought the keyboard
	oneTime     bool
	action      string
	actionTill  time.Time
}

// message is a message as the chat holds it.
type message struct {
	id           int64
	out          bool     // from the bot
	from         *Account // the person who sent it; nil in the bot's own
	as           *Group   // the group or channel in whose name
	automatic    bool     // passed on by Telegram from the channel of the group
	thread       int64
	service      *serviceShape
	serviceShown shownService
	at, edited   time.Time
	text         formatted // of a text message
	caption      formatted
	media        *media
	album        string
	markup       markup
	frozen       bool   // came with a reply keyboard or its like: can never be edited
	forwarded    string // from whom, as it is shown
	origin       *originShape
	replyTo      int64
	location     *locationShape
	dice         *diceShape
	contact      *contactShape
	ballot       *ballot
	reactions    []Reaction
	pinned       bool
	silent       bool
	protected    bool
	above        bool // caption above the media
	alone        bool // told within another one, without what it answers
	shown        *Message
}

func (m *message) hasText() bool { return m.text.text != "" }

// account is the person of a private chat; nobody elsewhere.
func (c *chat) account() Account {
	if c.phone == nil {
		return Account{}
	}
	return c.phone.account
}

func (a Account) user() user {
	return user{ID: a.ID, IsBot: a.IsBot, FirstName: a.FirstName, LastName: a.LastName, Username: a.Username, LanguageCode: a.LanguageCode}
}

func (a Account) name() string { return strings.TrimSpace(a.FirstName + " " + a.LastName) }

func (c *chat) shape() chatShape {
	if c.group != nil {
		return c.group.shape()
	}
	a := c.account()
	return chatShape{ID: a.ID, FirstName: a.FirstName, LastName: a.LastName, Username: a.Username, Type: "private"}
}

func (c *chat) add(m *message) {
	c.lastID++
	m.id = c.lastID
	c.messages = append(c.messages, m)
	c.byID[m.id] = m
	c.trim()
}

func (c *chat) remove(m *message) {
	delete(c.byID, m.id)
	for i := len(c.messages) - 1; i >= 0; i-- {
		if c.messages[i] == m {
			c.messages = append(c.messages[:i:i], c.messages[i+1:]...)
			break
		}
	}
	if c.keyboardOf == m.id {
		c.keyboard = nil
	}
}

// kind is the key of contents for a message.
func (m *message) kind() string {
	switch {
	case m.media != nil:
		return m.media.file.kind
	case m.location != nil:
		return "location"
	case m.contact != nil:
		return "contact"
	case m.dice != nil:
		return "dice"
	case m.ballot != nil:
		return "poll"
	}
	return "text"
}

// shape is the message as the Bot API tells it.
func (b *Bot) shape(c *chat, m *message) messageShape {
	s := messageShape{
		MessageID: m.id, From: b.sender(c, m), SenderChat: c.senderChat(m), Chat: c.shape(), Date: m.at.Unix(),
		Thread: m.thread, TopicMessage: m.thread != 0 && c.group != nil && c.group.forum, AutomaticForward: m.automatic,
		MediaGroupID: m.album, ProtectedContent: m.protected,
		Text: m.text.text, Entities: m.text.entities,
		Caption: m.caption.text, CaptionEntities: m.caption.entities, CaptionAbove: m.above,
		Contact: m.contact, Location: m.location, Dice: m.dice, ReplyMarkup: m.markup.wire(), serviceShape: m.service,
	}
	if !m.edited.IsZero() {
		s.EditDate = m.edited.Unix()
	}
	if m.origin != nil {
		m.origin.older(&s)
	}
	if replied := c.answered(m); replied != nil && !m.alone {
		single := *replied
		single.alone = true
		inner := b.shape(c, &single)
		s.ReplyToMessage = &inner
	}
	if m.media != nil {
		m.media.into(&s)
	}
	if m.ballot != nil {
		s.Poll = m.ballot.shape()
	}
	return s
}

// getMe tells who the bot is.
func (b *Bot) getMe(*args) (reply, *apiError) {
	return reply{result: struct {
		user
		JoinGroups bool `json:"can_join_groups"`
		ReadAll    bool `json:"can_read_all_group_messages"`
		Inline     bool `json:"supports_inline_queries"`
	}{user: b.self, JoinGroups: true, ReadAll: !b.privacy}}, nil
}
