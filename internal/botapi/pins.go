package botapi

import (
	"fmt"
	"slices"
)

// pinChatMessage pins a message. The service message about it comes back to
// the bot, as one of few of its own.
func (b *Bot) pinChatMessage(a *args) (reply, *apiError) {
	c, m, err := b.messageOf(a, "message to pin", forWriting)
	if err != nil {
		return reply{}, err
	}
	answer := reply{chat: c.id, messages: []int64{m.id}, result: true}
	if err := c.pinnable(m); err != nil {
		return answer, err
	}
	if m.pinned {
		return answer, bad("CHAT_NOT_MODIFIED")
	}
	b.pin(c, m, &message{out: true, silent: a.bool("disable_notification")})
	return answer, nil
}

// pin pins a message and puts the notice of it into the chat.
func (b *Bot) pin(c *chat, m, notice *message) {
	m.pinned = true
	pinned := *m
	pinned.alone = true
	shape := b.shape(c, &pinned)
	notice.at, notice.service = b.now(), &serviceShape{Pinned: &shape}
	notice.serviceShown = shownService{"pinned", []string{m.words().text}}
	c.add(notice)
	b.tell(c, notice, false)
	b.changed()
}

// Pin pins a message; an error where the app would not let one.
func (p *Phone) Pin(messageID int64) error {
	b, c := p.bot, p.chat
	b.mu.Lock()
	defer b.mu.Unlock()
	m := c.byID[messageID]
	switch g := c.group; {
	case m == nil || m.service != nil || m.pinned:
		return fmt.Errorf("chat %d shows no message %d that could be pinned", c.id, messageID)
	case g != nil && !g.member(&p.account).may("can_pin_messages", g.everybody):
		return fmt.Errorf("%d may not pin in chat %d", p.account.ID, c.id)
	}
	b.pin(c, m, &message{from: &p.account, as: p.as})
	return nil
}

// pinnable refuses where the bot may not pin; in basic groups it must be an
// administrator even where everybody may.
func (c *chat) pinnable(m *message) *apiError {
	if err := c.pinning(); err != nil {
		return err
	}
	if m.service != nil {
		return bad("Service messages can't be pinned")
	}
	return nil
}

func (c *chat) pinning() *apiError {
	g := c.group
	if g == nil {
		return c.writable("")
	}
	may := g.mayBot("can_pin_messages")
	switch g.kind {
	case "group":
		may = may && g.self().administers()
	case "channel":
		may = g.mayBot("can_edit_messages")
	}
	if !may {
		return bad("Not enough rights to manage pinned messages in the chat")
	}
	return nil
}

// unpinChatMessage takes the pin off one message, or off the newest pinned
// one where none is named.
func (b *Bot) unpinChatMessage(a *args) (reply, *apiError) {
	c, err := b.findChat(a.str("chat_id"))
	if err != nil {
		return reply{}, err
	}
	answer := reply{chat: c.id, result: true}
	m := c.newestPin()
	if id := a.messageID("message_id"); id != 0 {
		m = c.byID[id]
	}
	if m == nil {
		return answer, bad("message to unpin not found")
	}
	answer.messages = []int64{m.id}
	if err := c.pinning(); err != nil {
		return answer, err
	}
	m.pinned = false
	b.changed()
	return answer, nil
}

// newestPin is nil where nothing is pinned.
func (c *chat) newestPin() *message {
	for _, m := range slices.Backward(c.messages) {
		if m.pinned {
			return m
		}
	}
	return nil
}

// unpinAllChatMessages takes every pin off.
func (b *Bot) unpinAllChatMessages(a *args) (reply, *apiError) {
	c, err := b.findChat(a.str("chat_id"))
	if err != nil {
		return reply{}, err
	}
	answer := reply{chat: c.id, result: true}
	if err := c.pinning(); err != nil {
		return answer, err
	}
	for _, m := range c.messages {
		m.pinned = false
	}
	b.changed()
	return answer, nil
}
