package botapi

import "strings"

// SetPrivacy switches the bot's privacy mode, which is on at first. As with
// the real setting, a group feels it when the bot is added again.
func (b *Bot) SetPrivacy(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.privacy = on
}

// tell queues the update of a person's message, where the bot gets one.
func (b *Bot) tell(c *chat, m *message, edited bool) {
	if !b.hears(c, m) {
		return
	}
	kind := "message"
	if c.group != nil && c.group.kind == "channel" {
		kind = "channel_post"
	}
	if edited {
		kind = "edited_" + kind
	}
	b.push(kind, b.shape(c, m), messageLifetime)
}

// hears: everything in private; in groups, what the bot's privacy mode leaves
// to it, and never another bot.
func (b *Bot) hears(c *chat, m *message) bool {
	g := c.group
	if g == nil {
		return true
	}
	self := g.self()
	switch {
	case !self.present() || m.out && m.service == nil:
		return false
	case m.service != nil || self.administers() || g.kind == "channel":
		return true
	case m.from != nil && m.from.IsBot && m.as == nil:
		return false
	case !g.private:
		return true
	}
	replied := c.byID[m.replyTo]
	return replied != nil && replied.out || g.commanded(m)
}

// commanded tells whether a message is a command for the bot: with its name,
// or with none where the bot wrote last, or no bot has yet.
func (g *Group) commanded(m *message) bool {
	command, ok := strings.CutPrefix(m.text.text, "/")
	if !ok {
		return false
	}
	if fields := strings.Fields(command); len(fields) > 0 {
		command = fields[0]
	}
	if _, name, named := strings.Cut(command, "@"); named {
		return strings.EqualFold(name, g.bot.self.Username)
	}
	return g.lastBot == 0 || g.lastBot == g.bot.self.ID
}
