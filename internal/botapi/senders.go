package botapi

// Who a message is from. A Phone is a person's hand in one chat; the methods
// here give the same hand held otherwise, for what it sends next.

// By is a member's phone, opened at the group. What somebody sends who is
// not in it, or may not, goes nowhere.
func (g *Group) By(p *Phone) *Phone {
	return &Phone{bot: g.bot, account: p.account, chat: g.chat}
}

// Say writes a text into the group.
func (g *Group) Say(p *Phone, text string) Message { return g.By(p).Say(text) }

// SayAnonymously writes a text as the group itself, as an anonymous
// administrator does.
func (g *Group) SayAnonymously(p *Phone, text string) Message { return g.By(p).Anonymously().Say(text) }

// SayAs writes a text into the group as a channel of the person's.
func (g *Group) SayAs(p *Phone, channel *Group, text string) Message {
	return g.By(p).As(channel).Say(text)
}

// Post writes into a channel: bots get a channel_post, which is from nobody.
func (g *Group) Post(text string) Message { return (&Phone{bot: g.bot, chat: g.chat}).As(g).Say(text) }

// EditPost changes a post: bots get an edited_channel_post.
func (g *Group) EditPost(id int64, text string) (Message, error) {
	return (&Phone{bot: g.bot, chat: g.chat}).Edit(id, text)
}

// PostTo writes into a channel whose posts Telegram passes on to the group
// that belongs to it.
func (g *Group) PostTo(linked *Group, text string) (post, passedOn Message) {
	post = g.Post(text)
	p := (&Phone{bot: g.bot, account: telegramService, chat: linked.chat}).ForwardFrom(Origin{Chat: g, MessageID: post.ID})
	p.as, p.automatic = g, true
	return post, p.Say(text)
}

// Anonymously sends as the group: from GroupAnonymousBot, with the group as
// sender_chat. Taps come from the person all the same.
func (p *Phone) Anonymously() *Phone { return p.As(p.chat.group) }

// As sends as a channel: from Channel_Bot, with the channel as sender_chat.
func (p *Phone) As(g *Group) *Phone {
	held := *p
	held.as = g
	return &held
}

// Replying sends answers to a message.
func (p *Phone) Replying(messageID int64) *Phone {
	held := *p
	held.replyTo = messageID
	return &held
}

// InTopic sends into a topic of a forum; 0 is the General one.
func (p *Phone) InTopic(thread int64) *Phone {
	held := *p
	held.thread = thread
	return &held
}

// Forward passes on what somebody wrote of whom only the name is shown.
func (p *Phone) Forward(from string) *Phone { return p.ForwardFrom(Origin{Name: from}) }

// ForwardFrom passes on what comes from there.
func (p *Phone) ForwardFrom(o Origin) *Phone {
	held := *p
	held.origin = &o
	return &held
}

// Origin is where a forwarded message comes from: exactly one of the first
// three.
type Origin struct {
	Person    *Phone
	Name      string // of somebody who hides their account
	Chat      *Group // a group or channel in whose name it was written
	MessageID int64  // of the post, where it was one of a channel
	Signature string
}

func (o *Origin) shape(at int64) *originShape {
	s := &originShape{Date: at, Signature: o.Signature}
	switch {
	case o.Person != nil:
		u := o.Person.account.user()
		s.Type, s.User = "user", &u
	case o.Chat != nil && o.MessageID != 0:
		c := o.Chat.shape()
		s.Type, s.Chat, s.MessageID = "channel", &c, o.MessageID
	case o.Chat != nil:
		c := o.Chat.shape()
		s.Type, s.SenderChat = "chat", &c
	default:
		s.Type, s.SenderUserName = "hidden_user", o.Name
	}
	return s
}

func (o *Origin) name() string {
	switch {
	case o.Person != nil:
		return o.Person.account.name()
	case o.Chat != nil:
		return o.Chat.title
	}
	return o.Name
}

// older fills in the fields that came before forward_origin and are still
// sent (telegram-bot-api Client.cpp:4137).
func (o *originShape) older(s *messageShape) {
	s.ForwardOrigin, s.ForwardDate, s.ForwardSignature = o, o.Date, o.Signature
	s.ForwardFrom, s.ForwardSenderName, s.ForwardFromMessageID = o.User, o.SenderUserName, o.MessageID
	if s.ForwardFromChat = o.Chat; o.Chat == nil {
		s.ForwardFromChat = o.SenderChat
	}
}

// sender is whom a message is from; nobody in a channel.
func (b *Bot) sender(c *chat, m *message) *user {
	who := b.self
	switch {
	case c.group != nil && c.group.kind == "channel":
		return nil
	case m.automatic:
		who = telegramService.user()
	case m.as == c.group && m.as != nil:
		who = anonymousAdmin.user()
	case m.as != nil:
		who = channelSender.user()
	case m.from != nil:
		who = m.from.user()
	}
	return &who
}

// senderChat is the group or channel in whose name a message is.
func (c *chat) senderChat(m *message) *chatShape {
	g := m.as
	if c.group != nil && c.group.kind == "channel" {
		g = c.group
	}
	if g == nil {
		return nil
	}
	s := g.shape()
	return &s
}

// maySend tells whether a group takes a person's message of this kind.
func (p *Phone) maySend(m *message) bool {
	g := p.chat.group
	switch {
	case g == nil:
		return !p.chat.deactivated
	case g.deleted || g.movedTo != nil || g.bot.gone(p.account.ID):
		return false
	case p.as == g && g.kind == "channel" || m.automatic:
		return true
	}
	who := g.member(&p.account)
	if !who.present() || p.as == g && !who.administers() {
		return false
	}
	if t := g.topics[p.thread]; p.thread != 0 && g.forum && t == nil || g.closed(p.thread) && !who.may("can_manage_topics", nil) {
		return false
	}
	if g.kind == "channel" {
		return who.may("can_post_messages", nil)
	}
	return who.may(contentRights[contents[m.kind()]], g.everybody)
}

// gone tells that a person has deleted their account.
func (b *Bot) gone(person int64) bool {
	c := b.chats[person]
	return c != nil && c.deactivated
}
