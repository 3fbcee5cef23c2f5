package botapi

// forwardMessage passes a message on with its origin.
func (b *Bot) forwardMessage(a *args) (reply, *apiError) {
	from, m, err := b.original(a, "message to forward")
	if err != nil {
		return reply{}, err
	}
	return b.send(a, draft{kind: m.kind(), bare: true, fill: func(out *message) *apiError {
		if !m.passable(false) {
			return bad("The message can't be forwarded")
		}
		b.forward(from, m, out)
		return nil
	}})
}

// copyMessage sends the same again as the bot's own, with buttons and, where
// one is given, a caption of its own.
func (b *Bot) copyMessage(a *args) (reply, *apiError) {
	if err := a.need("from_chat_id"); err != nil {
		return reply{}, err
	}
	caption, err := a.parsed("caption", "caption_entities")
	if err != nil {
		return reply{}, err
	}
	_, m, err := b.original(a, "message to copy")
	if err != nil {
		return reply{}, err
	}
	answer, err := b.send(a, draft{kind: m.kind(), fill: func(out *message) (err *apiError) {
		if !m.passable(true) {
			return bad("The message can't be copied")
		}
		out.take(m)
		if a.has("caption") && m.media != nil && !fileKinds[m.media.file.kind].plain {
			out.caption, err = limitCaption(caption)
			out.above = a.bool("show_caption_above_media")
		}
		return err
	}})
	if err == nil {
		answer.result = messageIDShape{answer.messages[0]}
	}
	return answer, err
}

type messageIDShape struct {
	MessageID int64 `json:"message_id"`
}

// original finds what is to be passed on; its chat need only be readable.
func (b *Bot) original(a *args, what string) (*chat, *message, *apiError) {
	if err := a.need("from_chat_id"); err != nil {
		return nil, nil, err
	}
	c, err := b.findChatFor(a.str("from_chat_id"), forReading)
	if err != nil {
		return nil, nil, err
	}
	m := c.byID[a.messageID("message_id")]
	if m == nil {
		return nil, nil, bad("%s not found", what)
	}
	return c, m, nil
}

// passable: bots may copy what is protected, but not forward it. What nobody
// wrote is neither.
func (m *message) passable(copied bool) bool {
	return m.service == nil && (copied || !m.protected)
}

// take puts what another message says into this one. A poll stays the same
// poll with all its votes.
func (m *message) take(from *message) {
	m.text, m.caption, m.above, m.media = from.text, from.caption, from.above, from.media
	m.location, m.contact, m.dice, m.ballot = from.location, from.contact, from.dice, from.ballot
}

func (b *Bot) forward(c *chat, m, out *message) {
	out.take(m)
	out.replyTo = 0
	out.forwarded, out.origin = m.forwarded, m.origin
	if m.origin == nil {
		out.forwarded, out.origin = b.signed(c, m), b.originOf(c, m)
	}
}

// originOf tells whose words they were.
func (b *Bot) originOf(c *chat, m *message) *originShape {
	s := &originShape{Date: m.at.Unix()}
	switch chat := c.senderChat(m); {
	case c.group != nil && c.group.kind == "channel":
		s.Type, s.Chat, s.MessageID = "channel", chat, m.id
	case chat != nil:
		s.Type, s.SenderChat = "chat", chat
	default:
		s.Type, s.User = "user", b.sender(c, m)
	}
	return s
}

// forwardMessages and copyMessages pass on up to a hundred messages; those
// that are not there or cannot be passed on are skipped, and albums stay
// together.
func (b *Bot) forwardMessages(a *args) (reply, *apiError) { return b.passOn(a, false) }
func (b *Bot) copyMessages(a *args) (reply, *apiError)    { return b.passOn(a, true) }

func (b *Bot) passOn(a *args, copied bool) (reply, *apiError) {
	if err := a.need("from_chat_id"); err != nil {
		return reply{}, err
	}
	ids, err := a.messageIDs("message_ids")
	if err != nil {
		return reply{}, err
	}
	to, err := b.target(a, replyTo{})
	if err != nil {
		return reply{}, err
	}
	answer := reply{chat: to.id}
	from, err := b.findChatFor(a.str("from_chat_id"), forReading)
	if err != nil {
		return answer, err
	}
	originals, err := from.inOrder(ids)
	if err != nil {
		return answer, err
	}
	outs, err := b.passages(a, to, originals, copied)
	if err != nil {
		return answer, err
	}
	sent := make([]messageIDShape, len(outs))
	for i, p := range outs {
		out := p.out
		if !copied {
			b.forward(from, p.of, out)
		}
		to.sent(out)
		answer.messages = append(answer.messages, out.id)
		sent[i] = messageIDShape{out.id}
	}
	answer.result = sent
	b.changed()
	return answer, nil
}

// inOrder finds the messages that are there.
func (c *chat) inOrder(ids []int64) ([]*message, *apiError) {
	var found []*message
	last := int64(0)
	for _, id := range ids {
		m := c.byID[id]
		if m == nil {
			continue
		}
		if id <= last {
			return nil, bad("Message identifiers must be in a strictly increasing order")
		}
		last = id
		found = append(found, m)
	}
	if len(found) == 0 {
		return nil, bad("There are no messages to forward")
	}
	return found, nil
}

// passage is a message on its way to another chat.
type passage struct{ of, out *message }

// passages makes the new messages, as far as the chat takes them.
func (b *Bot) passages(a *args, to *chat, originals []*message, copied bool) ([]passage, *apiError) {
	if err := to.writable(""); err != nil {
		return nil, err
	}
	albums := map[string]string{}
	var outs []passage
	for _, m := range originals {
		if !m.passable(copied) || to.writable(contents[m.kind()]) != nil {
			continue
		}
		out := &message{out: true, at: b.now(), silent: a.bool("disable_notification"), protected: a.bool("protect_content")}
		out.take(m)
		if copied && a.bool("remove_caption") {
			out.caption = formatted{}
		}
		if m.album != "" {
			if albums[m.album] == "" {
				albums[m.album] = b.nextAlbum(2)
			}
			out.album = albums[m.album]
		}
		to.place(out, a.messageID("message_thread_id"))
		if err := to.group.enterable(out); err != nil {
			return nil, err
		}
		outs = append(outs, passage{m, out})
	}
	if len(outs) == 0 {
		return nil, bad("Messages can't be forwarded")
	}
	return outs, nil
}
