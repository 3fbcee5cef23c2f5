package botapi

import (
	"strings"
	"unicode/utf8"
)

// draft is a message that a bot wants to send, with its parameters read; the
// chat and the inner server have not been asked yet.
type draft struct {
	wanted *wanted                  // a file, or
	fill   func(*message) *apiError // anything else, and
	kind   string                   // what it is: a key of contents
	bare   bool                     // buttons that are given do not count
	markup markup
	replyTo
	silent, protected bool
	thread            int64
}

type replyTo struct {
	id       int64
	optional bool // send it also where the message is gone
}

// sendMessage sends a text.
func (b *Bot) sendMessage(a *args) (reply, *apiError) {
	text, err := a.text()
	if err != nil {
		return reply{}, err
	}
	return b.send(a, draft{kind: "text", fill: func(m *message) (err *apiError) {
		m.text, err = limitText(text)
		return err
	}})
}

// text reads the text of sendMessage and editMessageText.
func (a *args) text() (formatted, *apiError) {
	if err := a.linkPreview(); err != nil {
		return formatted{}, err
	}
	if a.str("text") == "" {
		return formatted{}, bad("Message text is empty")
	}
	return a.parsed("text", "entities")
}

func (a *args) parsed(name, entities string) (formatted, *apiError) {
	list, _ := decodeJSON(a.str(entities)) // broken ones count as none
	return parseText(a.str(name), a.str("parse_mode"), list)
}

// sendPhoto, sendVideo and sendVoice send one file with a caption.
func (b *Bot) sendPhoto(a *args) (reply, *apiError) { return b.sendFile(a, "photo") }
func (b *Bot) sendVideo(a *args) (reply, *apiError) { return b.sendFile(a, "video") }
func (b *Bot) sendVoice(a *args) (reply, *apiError) { return b.sendFile(a, "voice") }

func (b *Bot) sendFile(a *args, kind string) (reply, *apiError) {
	from, ok := a.sourceOf(kind, a.str(kind))
	if !ok {
		return reply{}, bad("There is no %s in the request", strings.ReplaceAll(kind, "_", " "))
	}
	caption, width := formatted{}, "width"
	if fileKinds[kind].plain {
		width = "length"
	} else {
		var err *apiError
		if caption, err = a.parsed("caption", "caption_entities"); err != nil {
			return reply{}, err
		}
	}
	return b.send(a, draft{wanted: &wanted{
		kind: kind, from: from, caption: caption, above: a.bool("show_caption_above_media"),
		size: media{
			width:   int(a.int(width, 0, 0, 10_000)),
			height:  int(a.int("height", 0, 0, 10_000)),
			seconds: int(a.int("duration", 0, 0, 24*60*60)),
			spoiler: a.bool("has_spoiler"),
			title:   a.str("title"), performer: a.str("performer"),
		},
	}})
}

// send goes through the checks in the order of the real server, which
// decides what a call with several faults is told.
func (b *Bot) send(a *args, d draft) (reply, *apiError) {
	if err := d.options(a); err != nil {
		return reply{}, err
	}
	var err *apiError
	if d.markup, err = parseMarkup(a.str("reply_markup")); err != nil {
		return reply{}, err
	}
	if d.bare {
		d.markup = markup{}
	}
	c, err := b.target(a, d.replyTo)
	if err != nil {
		return reply{}, err
	}
	m, err := b.compose(c, d)
	if err != nil {
		return reply{chat: c.id}, err
	}
	c.sent(m)
	c.applyMarkup(m)
	b.watchClock(m.ballot)
	c.action = ""
	b.changed()
	return reply{result: b.shape(c, m), chat: c.id, messages: []int64{m.id}}, nil
}

func (d *draft) options(a *args) *apiError {
	d.silent, d.protected = a.bool("disable_notification"), a.bool("protect_content")
	d.thread = a.messageID("message_thread_id")
	text := a.str("reply_parameters")
	if _, given := a.values["reply_parameters"]; !given {
		d.replyTo = replyTo{a.messageID("reply_to_message_id"), a.bool("allow_sending_without_reply")}
		return nil
	}
	if text == "" {
		return nil
	}
	value, err := decodeJSON(text)
	if err != nil {
		return bad("Can't parse reply parameters JSON object")
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return bad("Object expected as reply parameters")
	}
	if len(fields) == 0 {
		return nil
	}
	o := object(fields)
	if d.replyTo.id, err = o.mustInt("message_id"); err != nil {
		return bad("%s", err.Error())
	}
	if d.optional, err = o.bool("allow_sending_without_reply"); err != nil {
		return bad("%s", err.Error())
	}
	return nil
}

// target finds the chat to write to, and what is replied to.
func (b *Bot) target(a *args, to replyTo) (*chat, *apiError) {
	c, err := b.findChat(a.str("chat_id"))
	if err != nil {
		return nil, err
	}
	if err := c.checkThread(a.messageID("message_thread_id")); err != nil {
		return nil, err
	}
	if to.id > 0 && c.byID[to.id] == nil && !to.optional {
		return nil, bad("message to be replied not found")
	}
	return c, nil
}

// compose makes the message, or tells why the inner server would not.
func (b *Bot) compose(c *chat, d draft) (*message, *apiError) {
	if err := d.markup.fits(c); err != nil {
		return nil, err
	}
	if err := d.markup.check(); err != nil {
		return nil, err
	}
	m := &message{
		out: true, at: b.now(), silent: d.silent, protected: d.protected, markup: d.markup,
		frozen: d.markup.kind != noMarkup && d.markup.kind != inlineMarkup,
	}
	if c.byID[d.replyTo.id] != nil {
		m.replyTo = d.replyTo.id
	}
	c.place(m, d.thread)
	if d.wanted != nil {
		return m, b.attach(c, m, *d.wanted)
	}
	if err := d.fill(m); err != nil {
		return nil, err
	}
	if err := c.writable(contents[d.kind]); err != nil {
		return nil, err
	}
	return m, c.group.enterable(m)
}

// attach puts a file and its caption into a message.
func (b *Bot) attach(c *chat, m *message, w wanted) *apiError {
	var f *stored
	var err *apiError
	if w.from.upload == nil {
		if f, err = b.known(w); err != nil {
			return err
		}
	}
	if m.caption, err = limitCaption(w.caption); err != nil {
		return err
	}
	if err := c.writable(contents[w.kind]); err != nil {
		return err
	}
	if err := c.group.enterable(m); err != nil {
		return err
	}
	if f == nil {
		if f, err = b.take(w); err != nil {
			return err
		}
	}
	m.media, m.above = w.fill(f), w.above
	return nil
}

func limitText(f formatted) (formatted, *apiError) {
	f, err := finishText(f, false)
	if err == nil && utf8.RuneCountInString(f.text) > maxText {
		err = bad("Message is too long")
	}
	return f, err
}

func limitCaption(f formatted) (formatted, *apiError) {
	f, err := finishText(f, true)
	if err == nil && utf8.RuneCountInString(f.text) > maxCaption {
		err = bad("Message caption is too long")
	}
	return f, err
}

// sent puts a message of the bot into the chat.
func (c *chat) sent(m *message) {
	c.add(m)
	if g := c.group; g != nil {
		g.lastOut, g.lastBot = m.at, g.bot.self.ID
	}
}

// applyMarkup changes the keyboard under the chat.
func (c *chat) applyMarkup(m *message) {
	if c.group != nil {
		c.keyboardFor = c.aimedAt(m)
	}
	switch m.markup.kind {
	case keyboardMarkup:
		c.keyboard = &ReplyKeyboard{Rows: m.markup.keys, Persistent: m.markup.persistent, Placeholder: m.markup.placeholder}
		c.keyboardOf, c.oneTime = m.id, m.markup.oneTime
	case removeMarkup:
		c.keyboard = nil
	}
}
