package botapi

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Bot is one bot of the server with everything that is known of it. One lock
// guards all of it: a test server needs order more than parallel work.
type Bot struct {
	server *Server
	self   user

	mu       sync.Mutex
	chats    map[int64]*chat
	queue    queue
	files    files
	taps     map[string]*Tap
	lastTap  int64
	albums   int64
	commands map[string]map[string][]Command // by scope, by language
	calls    []Call
	polls    int64
	watchers map[chan struct{}]struct{}
}

func newBot(s *Server, self user) *Bot {
	return &Bot{
		server: s, self: self,
		chats:    map[int64]*chat{},
		queue:    newQueue(),
		files:    newFiles(self.ID),
		taps:     map[string]*Tap{},
		commands: map[string]map[string][]Command{},
		watchers: map[chan struct{}]struct{}{},
	}
}

// Username is the bot's name in links, without the @.
func (b *Bot) Username() string { return b.self.Username }

// Name is what people see above the chat.
func (b *Bot) Name() string { return b.self.FirstName }

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
	id         int64
	phone      *Phone // of a private chat; nil for any other
	messages   []*message
	byID       map[int64]*message
	lastID     int64
	started    bool
	blocked    bool
	keyboard   *ReplyKeyboard
	keyboardOf int64 // the message that brought the keyboard
	oneTime    bool
	action     string
	actionTill time.Time
}

// message is a message as the chat holds it.
type message struct {
	id         int64
	out        bool     // from the bot
	from       *Account // the person who sent it; nil in the bot's own
	at, edited time.Time
	text       formatted // of a text message
	caption    formatted
	media      *media
	album      string
	markup     markup
	frozen     bool // came with a reply keyboard or its like: can never be edited
	forwarded  string
	replyTo    int64
	location   *Point
	contact    *contactShape
	silent     bool
	protected  bool
	above      bool // caption above the media
	shown      *Message
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
	return user{ID: a.ID, FirstName: a.FirstName, LastName: a.LastName, Username: a.Username, LanguageCode: a.LanguageCode}
}

func (c *chat) shape() chatShape {
	a := c.account()
	return chatShape{ID: a.ID, FirstName: a.FirstName, LastName: a.LastName, Username: a.Username, Type: "private"}
}

func (c *chat) add(m *message) {
	c.lastID++
	m.id = c.lastID
	c.messages = append(c.messages, m)
	c.byID[m.id] = m
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

// shape is the message as the Bot API tells it.
func (b *Bot) shape(c *chat, m *message) messageShape {
	s := messageShape{
		MessageID: m.id, From: b.sender(m), Chat: c.shape(), Date: m.at.Unix(),
		MediaGroupID: m.album, ProtectedContent: m.protected,
		Text: m.text.text, Entities: m.text.entities,
		Caption: m.caption.text, CaptionEntities: m.caption.entities, CaptionAbove: m.above,
		Contact: m.contact, Location: m.location, ReplyMarkup: m.markup.wire(),
	}
	if !m.edited.IsZero() {
		s.EditDate = m.edited.Unix()
	}
	if m.forwarded != "" {
		s.ForwardOrigin = &originShape{Type: "hidden_user", SenderUserName: m.forwarded, Date: m.at.Unix()}
	}
	if replied := c.byID[m.replyTo]; replied != nil {
		alone := *replied
		alone.replyTo = 0
		inner := b.shape(c, &alone)
		s.ReplyToMessage = &inner
	}
	if m.media != nil {
		m.media.into(&s)
	}
	return s
}

// sender is whom a message is from; nobody in a channel.
func (b *Bot) sender(m *message) *user {
	who := b.self
	if m.from != nil {
		who = m.from.user()
	}
	return &who
}

// getMe tells who the bot is.
func (b *Bot) getMe(*args) (reply, *apiError) {
	return reply{result: struct {
		user
		JoinGroups bool `json:"can_join_groups"`
		ReadAll    bool `json:"can_read_all_group_messages"`
		Inline     bool `json:"supports_inline_queries"`
	}{user: b.self, JoinGroups: true}}, nil
}

// getChat tells about a chat.
func (b *Bot) getChat(a *args) (reply, *apiError) {
	c, err := b.findChat(a.str("chat_id"))
	if err != nil {
		return reply{}, err
	}
	return reply{chat: c.id, result: struct {
		chatShape
		AccentColor  int            `json:"accent_color_id"`
		MaxReactions int            `json:"max_reaction_count"`
		Gifts        map[string]any `json:"accepted_gift_types"`
	}{chatShape: c.shape(), MaxReactions: 11, Gifts: map[string]any{}}}, nil
}

// findChat reads chat_id. Persons are not found by their @name, only chats
// are, and there are no others here.
func (b *Bot) findChat(id string) (*chat, *apiError) {
	if id == "" {
		return nil, bad("chat_id is empty")
	}
	if c := b.chats[toInteger(id)]; c != nil {
		return c, nil
	}
	return nil, bad("chat not found")
}

// writable refuses where the bot may not send a kind of message: "text
// messages", "photos" and so on (see content); "" is any.
func (c *chat) writable(string) *apiError {
	switch {
	case c.blocked:
		return fail(403, "bot was blocked by the user")
	case !c.started:
		return fail(403, "bot can't initiate conversation with a user")
	}
	return nil
}
