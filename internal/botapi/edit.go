package botapi

import (
	"bytes"
	"time"
)

const notModified = "message is not modified: specified new message content and reply markup are exactly the same " +
	"as a current content and reply markup of the message"

// deleteWithin is how long a message can be deleted for both sides.
const deleteWithin = 48 * time.Hour

// editMessageText changes a text; without reply_markup the buttons go.
func (b *Bot) editMessageText(a *args) (reply, *apiError) {
	text, err := a.text()
	if err != nil {
		return reply{}, err
	}
	return b.edit(a, func(m *message) *apiError {
		if !m.hasText() {
			return bad("There is no text in the message to edit")
		}
		m.text, err = limitText(text)
		return err
	})
}

// editMessageCaption changes the caption of a photo, video or voice.
func (b *Bot) editMessageCaption(a *args) (reply, *apiError) {
	if _, err := parseMarkup(a.str("reply_markup")); err != nil {
		return reply{}, err
	}
	caption, err := a.parsed("caption", "caption_entities")
	if err != nil {
		return reply{}, err
	}
	return b.edit(a, func(m *message) *apiError {
		if m.media == nil || fileKinds[m.media.file.kind].plain {
			return bad("There is no caption in the message to edit")
		}
		if m.caption, err = limitCaption(caption); err != nil {
			return err
		}
		m.above = a.bool("show_caption_above_media")
		return nil
	})
}

// editMessageReplyMarkup changes the buttons only.
func (b *Bot) editMessageReplyMarkup(a *args) (reply, *apiError) {
	return b.edit(a, func(*message) *apiError { return nil })
}

func (b *Bot) edit(a *args, change func(*message) *apiError) (reply, *apiError) {
	return b.editOr(a, "Message can't be edited", change)
}

// editOr finds the message, changes a copy and puts it in place only where
// something has changed. What cannot be edited is refused in the method's words.
func (b *Bot) editOr(a *args, fixed string, change func(*message) *apiError) (reply, *apiError) {
	keys, err := parseMarkup(a.str("reply_markup"))
	if err != nil {
		return reply{}, err
	}
	id := a.messageID("message_id")
	if a.str("chat_id") == "" && id == 0 {
		if a.str("inline_message_id") == "" {
			return reply{}, bad("Message identifier is not specified")
		}
		return reply{}, bad("MESSAGE_ID_INVALID") // there are no inline messages here
	}
	c, err := b.findChatFor(a.str("chat_id"), forEditing)
	if err != nil {
		return reply{}, err
	}
	answer := reply{chat: c.id}
	m := c.byID[id]
	switch {
	case m == nil:
		return answer, bad("message to edit not found")
	case !m.out || m.frozen || m.forwarded != "":
		return answer, bad("%s", fixed)
	}
	answer.messages = []int64{id}
	after := *m
	if err := edited(&after, keys, change); err != nil {
		return answer, err
	}
	if c.blocked {
		return answer, c.writable("")
	}
	if after.sameAs(m) {
		return answer, bad(notModified)
	}
	after.edited, after.shown = b.now(), nil
	*m = after
	b.changed()
	answer.result = b.shape(c, m)
	return answer, nil
}

func (m *message) sameAs(before *message) bool {
	return m.text.equal(before.text) && m.caption.equal(before.caption) && m.above == before.above &&
		m.media.sameAs(before.media) && bytes.Equal(m.markup.wire(), before.markup.wire())
}

func edited(m *message, keys markup, change func(*message) *apiError) *apiError {
	if keys.kind != noMarkup && keys.kind != inlineMarkup {
		return bad("Inline keyboard expected")
	}
	if err := change(m); err != nil {
		return err
	}
	m.markup = keys
	return m.markup.check()
}

// deleteMessage deletes one message, of either side.
func (b *Bot) deleteMessage(a *args) (reply, *apiError) {
	id := a.messageID("message_id")
	switch {
	case a.str("chat_id") == "":
		return reply{}, bad("Chat identifier is not specified")
	case id == 0:
		return reply{}, bad("Message identifier is not specified")
	}
	c, err := b.findChat(a.str("chat_id"))
	if err != nil {
		return reply{}, err
	}
	if c.byID[id] == nil {
		return reply{chat: c.id}, bad("message to delete not found")
	}
	return b.deleteAll(c, []int64{id})
}

// deleteMessages deletes up to a hundred; those that are not there are skipped.
func (b *Bot) deleteMessages(a *args) (reply, *apiError) {
	ids, err := a.messageIDs("message_ids")
	if err != nil {
		return reply{}, err
	}
	c, err := b.findChat(a.str("chat_id"))
	if err != nil {
		return reply{}, err
	}
	return b.deleteAll(c, ids)
}

func (b *Bot) deleteAll(c *chat, ids []int64) (reply, *apiError) {
	answer := reply{chat: c.id, messages: ids, result: true}
	for _, id := range ids {
		m := c.byID[id]
		if m == nil {
			continue
		}
		if err := c.deletable(b, m); err != nil {
			return answer, err
		}
	}
	for _, id := range ids {
		if m := c.byID[id]; m != nil {
			c.remove(m)
		}
	}
	b.changed()
	return answer, nil
}

func (a *args) messageIDs(name string) ([]int64, *apiError) {
	if a.str(name) == "" {
		return nil, bad("Message identifiers are not specified")
	}
	value, broken := decodeJSON(a.str(name))
	if broken != nil {
		return nil, bad("Can't parse %s JSON object", name)
	}
	list, ok := value.([]any)
	switch {
	case !ok:
		return nil, bad("Expected an Array of message identifiers")
	case len(list) > 100:
		return nil, bad("Too many message identifiers specified")
	case len(list) == 0:
		return nil, bad("Message identifiers are not specified")
	}
	ids := make([]int64, 0, len(list))
	for _, item := range list {
		id, err := object{"id": item}.int("id")
		if err != nil {
			return nil, bad("Message identifier must be a Number")
		}
		if id <= 0 {
			return nil, bad("Invalid message identifier specified")
		}
		ids = append(ids, id)
	}
	return ids, nil
}
