package botapi

// getChat tells about a chat.
func (b *Bot) getChat(a *args) (reply, *apiError) {
	c, err := b.findChatFor(a.str("chat_id"), forReading)
	if err != nil {
		return reply{}, err
	}
	full := fullChatShape{chatShape: c.shape(), MaxReactions: 11, Gifts: map[string]any{}}
	if g := c.group; g != nil && g.kind != "channel" {
		full.Permissions, full.SlowMode = g.everybody.permissions(), int(g.slow.Seconds())
	}
	if m := c.newestPin(); m != nil {
		shape := b.shape(c, m)
		full.Pinned = &shape
	}
	return reply{chat: c.id, result: full}, nil
}

// getChatMember tells what somebody is in a chat. In a supergroup a person
// known to the bot has left; others are not found.
func (b *Bot) getChatMember(a *args) (reply, *apiError) {
	id := max(toInteger(a.str("user_id")), 0)
	if id == 0 {
		return reply{}, bad("Invalid user_id specified")
	}
	want := forMembers
	if id == b.self.ID {
		want = forReading
	}
	c, err := b.findChatFor(a.str("chat_id"), want)
	if err != nil {
		return reply{}, err
	}
	answer := reply{chat: c.id}
	if c.group == nil {
		if who := b.person(id); who != nil && (id == c.id || id == b.self.ID) {
			answer.result = member{who: who, status: "member"}.shape("private")
			return answer, nil
		}
		return answer, bad("Member not found")
	}
	m, found := c.group.members[id]
	switch who := b.person(id); {
	case found:
	case who == nil && c.group.kind == "group":
		return answer, bad("Member not found")
	case who == nil:
		return answer, bad("PARTICIPANT_ID_INVALID")
	default:
		m = member{who: who, status: "left"}
	}
	answer.result = m.shape(c.group.kind)
	return answer, nil
}

// person is an account that the bot has met.
func (b *Bot) person(id int64) *Account {
	if id == b.self.ID {
		return &b.account
	}
	if c := b.chats[id]; c != nil && c.phone != nil {
		return &c.phone.account
	}
	return nil
}

// getChatMemberCount counts who is in a chat, the bot too.
func (b *Bot) getChatMemberCount(a *args) (reply, *apiError) {
	c, err := b.findChatFor(a.str("chat_id"), forMembers)
	if err != nil {
		return reply{}, err
	}
	count := 2
	if c.group != nil {
		count = len(c.group.present())
	}
	return reply{chat: c.id, result: count}, nil
}

// getChatAdministrators lists them; other bots only where it is wished.
func (b *Bot) getChatAdministrators(a *args) (reply, *apiError) {
	c, err := b.findChatFor(a.str("chat_id"), forMembers)
	if err != nil {
		return reply{}, err
	}
	if c.group == nil {
		return reply{chat: c.id}, bad("there are no administrators in the private chat")
	}
	list := []map[string]any{}
	for _, m := range c.group.present() {
		other := m.who.IsBot && m.who.ID != b.self.ID
		if m.administers() && (!other || a.bool("return_bots")) {
			list = append(list, m.shape(c.group.kind))
		}
	}
	return reply{chat: c.id, result: list}, nil
}

// leaveChat takes the bot out of a group or channel.
func (b *Bot) leaveChat(a *args) (reply, *apiError) {
	c, err := b.findChatFor(a.str("chat_id"), forReading)
	if err != nil {
		return reply{}, err
	}
	answer := reply{chat: c.id, result: true}
	if c.group == nil {
		return answer, bad("Chat member status can't be changed in private chats")
	}
	c.group.exit(&b.account, &b.account)
	return answer, nil
}
