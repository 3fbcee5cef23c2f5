package botapi

import "strings"

// access is what a method wants of a chat; it decides what a chat that is
// gone answers (telegram-bot-api Client.cpp:8125, check_chat_access).
type access int

const (
	forReading access = iota
	forMembers        // of the list of members
	forEditing
	forWriting
)

// findChat reads chat_id for a method that writes.
func (b *Bot) findChat(id string) (*chat, *apiError) { return b.findChatFor(id, forWriting) }

// findChatFor reads chat_id. Persons are not found by their @name, only
// public groups and channels are.
func (b *Bot) findChatFor(id string, want access) (*chat, *apiError) {
	if id == "" {
		return nil, bad("chat_id is empty")
	}
	c := b.chats[toInteger(id)]
	if name, ok := strings.CutPrefix(id, "@"); ok {
		c = b.public(name)
	}
	if c == nil || c.group != nil && !c.group.known {
		return nil, bad("chat not found")
	}
	return c, c.accessible(want)
}

func (b *Bot) public(name string) *chat {
	for _, c := range b.chats {
		if g := c.group; g != nil && strings.EqualFold(g.username, name) && name != "" {
			g.known = true
			return c
		}
	}
	return nil
}

func (c *chat) accessible(want access) *apiError {
	switch {
	case c.phone != nil && c.deactivated && want >= forEditing:
		return fail(403, "user is deactivated")
	case c.phone != nil:
		return nil
	case c.group.kind == "group":
		return c.group.basicAccess(want)
	}
	g, status := c.group, c.group.self().status
	switch {
	case status == "kicked":
		return fail(403, "bot was kicked from the "+g.kind+" chat")
	case status == "left" && (g.username == "" || want >= forEditing):
		return fail(403, "bot is not a member of the "+g.kind+" chat")
	}
	return nil
}

func (g *Group) basicAccess(want access) *apiError {
	if want == forMembers {
		want = forWriting // the list goes with the group
	}
	switch {
	case g.movedTo != nil && want == forWriting:
		e := bad("group chat was upgraded to a supergroup chat")
		e.Parameters = &parameters{MigrateTo: g.movedTo.chat.id}
		return e
	case g.deleted && want == forWriting:
		return fail(403, "the group chat was deleted")
	case g.movedTo != nil || g.deleted || want < forEditing || g.self().present():
		return nil
	case g.removed:
		return fail(403, "bot was kicked from the group chat")
	}
	return fail(403, "bot is not a member of the group chat")
}

// writable refuses where the bot may not send a kind of message: "text
// messages", "photos" and so on (see contents); "" is any.
func (c *chat) writable(what string) *apiError {
	switch {
	case c.group != nil:
		return c.group.writable(what)
	case c.account().IsBot:
		return fail(403, "the bot can't send messages to the bot")
	case c.blocked:
		return fail(403, "bot was blocked by the user")
	case !c.started:
		return fail(403, "bot can't initiate conversation with a user")
	}
	return nil
}

func (g *Group) writable(what string) *apiError {
	self := g.self()
	if g.kind == "channel" {
		if !self.may("can_post_messages", nil) {
			return bad("Need administrator rights in the channel chat")
		}
		return nil
	}
	if right := contentRights[what]; right != "" && !self.may(right, g.everybody) {
		return bad("Not enough rights to send %s to the chat", what)
	}
	if left := g.slow - g.bot.now().Sub(g.lastOut); what != "" && left > 0 && !g.lastOut.IsZero() && !self.administers() {
		return tooMany(left)
	}
	return nil
}

// mayBot tells whether the bot has a right in the group, as an administrator
// or because everybody has it.
func (g *Group) mayBot(right string) bool { return g.self().may(right, g.everybody) }

// deletable refuses what the bot may not delete: others' messages without
// the right to, its own after two days, in supergroups anything it may
// manage at any time.
func (c *chat) deletable(b *Bot, m *message) *apiError {
	old := b.now().Sub(m.at) > deleteWithin
	switch g := c.group; {
	case g == nil || g.kind == "group":
		if old || g != nil && !m.out && !g.mayBot("can_delete_messages") {
			return bad("Message can't be deleted for everyone")
		}
	case g.mayBot("can_delete_messages"):
	case old || !m.out:
		return bad("Message can't be deleted")
	}
	return nil
}
