package botapi

import (
	"strconv"
)

// sendMediaGroup sends photos and videos, or documents, or audio files as an
// album. It takes no reply_markup: one that is given is ignored, as every unknown parameter.
func (b *Bot) sendMediaGroup(a *args) (reply, *apiError) {
	d := draft{}
	if err := d.options(a); err != nil {
		return reply{}, err
	}
	if err := a.need("media"); err != nil {
		return reply{}, err
	}
	value, broken := decodeJSON(a.str("media"))
	if broken != nil {
		return reply{}, bad("Can't parse media JSON object")
	}
	list, ok := value.([]any)
	if !ok {
		return reply{}, bad("Expected an Array of InputMedia")
	}
	items := make([]wanted, len(list))
	for i, item := range list {
		var err error
		if items[i], err = a.inputMedia(item); err == nil && items[i].kind == "animation" {
			err = told("type \"animation\" can't be used in sendMediaGroup")
		}
		if err != nil {
			return reply{}, within("Can't parse InputMedia", err)
		}
	}
	c, err := b.target(a, d.replyTo)
	if err != nil {
		return reply{}, err
	}
	return b.sendAlbum(c, d, items)
}

func (a *args) inputMedia(raw any) (w wanted, err error) {
	fields, ok := raw.(map[string]any)
	if !ok {
		return w, told("expected an Object")
	}
	o := object(fields)
	caption, err := o.str("caption")
	if err != nil {
		return w, err
	}
	mode, err := o.str("parse_mode")
	if err != nil {
		return w, err
	}
	var refused *apiError
	if w.caption, refused = parseText(caption, mode, o["caption_entities"]); refused != nil {
		return w, told("%s", refused.reason())
	}
	if w.above, err = o.bool("show_caption_above_media"); err != nil {
		return w, err
	}
	if w.size.spoiler, err = o.bool("has_spoiler"); err != nil {
		return w, err
	}
	if w.kind, err = o.mustStr("type"); err != nil {
		return w, err
	}
	return w, a.inputMediaFile(o, &w)
}

func (a *args) inputMediaFile(o object, w *wanted) error {
	value, err := o.str("media")
	if err != nil {
		return err
	}
	if w.from, _ = a.sourceOf("", value); w.from.upload != nil && w.from.upload.name == "" {
		return told("media not found")
	}
	switch w.kind {
	case "photo":
		return nil
	case "document":
		_, err := o.bool("disable_content_type_detection")
		return err
	case "audio":
		return w.audio(o)
	case "video", "animation":
		for _, field := range []struct {
			name string
			to   *int
		}{{"width", &w.size.width}, {"height", &w.size.height}, {"duration", &w.size.seconds}} {
			n, err := o.int(field.name)
			if err != nil {
				return err
			}
			*field.to = int(min(max(n, 0), 24*60*60))
		}
		return nil
	}
	return told("type \"%s\" is unsupported", w.kind)
}

func (w *wanted) audio(o object) error {
	seconds, err := o.int("duration")
	if err != nil {
		return err
	}
	w.size.seconds = int(min(max(seconds, 0), 24*60*60))
	if w.size.title, err = o.str("title"); err != nil {
		return err
	}
	w.size.performer, err = o.str("performer")
	return err
}

// sendAlbum sends all or nothing.
func (b *Bot) sendAlbum(c *chat, d draft, items []wanted) (reply, *apiError) {
	answer := reply{chat: c.id}
	messages := make([]*message, len(items))
	for i, w := range items {
		messages[i] = &message{out: true, at: b.now(), silent: d.silent, protected: d.protected, replyTo: d.replyTo.id, above: w.above}
		c.place(messages[i], d.thread)
		var err *apiError
		if messages[i].caption, err = limitCaption(w.caption); err != nil {
			return answer, err
		}
	}
	switch {
	case len(items) > maxAlbum:
		return answer, bad("Too many messages to send as an album")
	case len(items) == 0:
		return answer, bad("There are no messages to send")
	}
	for _, w := range items {
		if w.above != items[0].above {
			return answer, bad("Parameter show_caption_above_media must be the same for all messages")
		}
	}
	for _, w := range items {
		if w.kind != items[0].kind && (alone(w.kind) || alone(items[0].kind)) {
			kind := w.kind
			if !alone(kind) {
				kind = items[0].kind
			}
			return answer, bad("%s can't be mixed with other media types", fileKinds[kind].title)
		}
	}
	if err := b.albumFiles(c, messages, items); err != nil {
		return answer, err
	}
	var shapes []messageShape
	album := b.nextAlbum(len(items))
	for _, m := range messages {
		m.album = album
		c.sent(m)
		answer.messages = append(answer.messages, m.id)
		shapes = append(shapes, b.shape(c, m))
	}
	answer.result = shapes
	c.action = ""
	b.changed()
	return answer, nil
}

// alone tells the kinds that make albums only with their like.
func alone(kind string) bool { return kind == "document" || kind == "audio" }

// albumFiles looks at all identifiers before it takes any upload: a wrong
// identifier is refused as such, a broken upload with its place.
func (b *Bot) albumFiles(c *chat, messages []*message, items []wanted) *apiError {
	for i, w := range items {
		if w.from.upload != nil {
			continue
		}
		f, err := b.known(w)
		if err != nil {
			return err
		}
		messages[i].media = w.fill(f)
	}
	for _, w := range items {
		if err := c.writable(contents[w.kind]); err != nil {
			return err
		}
	}
	if err := c.group.enterable(messages[0]); err != nil {
		return err
	}
	for i, w := range items {
		if messages[i].media != nil {
			continue
		}
		f, err := b.take(w)
		if err != nil {
			return bad("Failed to send message #%d with the error message \"%s\"", i+1, err.reason())
		}
		messages[i].media = w.fill(f)
	}
	return nil
}

// nextAlbum names an album; a single message is none.
func (b *Bot) nextAlbum(size int) string {
	if size < 2 {
		return ""
	}
	b.albums++
	return strconv.FormatInt(13_000_000_000_000_000+b.self.ID%1_000_000*1_000_000+b.albums, 10)
}
