package botapi

import "slices"

const mediaFixed = "Message media can't be edited"

// editMessageMedia puts another file, or one in place of a text, into a
// message, with a caption of its own.
func (b *Bot) editMessageMedia(a *args) (reply, *apiError) {
	if _, err := parseMarkup(a.str("reply_markup")); err != nil {
		return reply{}, err
	}
	w, err := a.newMedia()
	if err != nil {
		return reply{}, err
	}
	return b.editOr(a, mediaFixed, func(m *message) *apiError { return b.replaceMedia(m, w) })
}

func (a *args) newMedia() (wanted, *apiError) {
	if err := a.need("media"); err != nil {
		return wanted{}, err
	}
	value, broken := decodeJSON(a.str("media"))
	if broken != nil {
		return wanted{}, bad("Can't parse input media JSON object")
	}
	w, err := a.inputMedia(value)
	if err != nil {
		return w, within("Can't parse InputMedia", err)
	}
	return w, nil
}

// need refuses where a parameter is missing that the method cannot do without.
func (a *args) need(names ...string) *apiError {
	for _, name := range names {
		if a.str(name) == "" {
			return bad("Parameter \"%s\" is required", name)
		}
	}
	return nil
}

func (b *Bot) replaceMedia(m *message, w wanted) *apiError {
	if m.media == nil && !m.hasText() || m.media != nil && !exchangeable(m.media.file.kind) {
		return bad(mediaFixed)
	}
	f, err := b.file(w)
	if err != nil {
		return err
	}
	caption, err := limitCaption(w.caption)
	if err != nil {
		return err
	}
	if m.album != "" && m.media.file.kind != f.kind {
		switch {
		case f.kind == "animation":
			return bad("Message content type can't be used in an album")
		case alone(f.kind) || alone(m.media.file.kind):
			return bad("Can't change media type in the album")
		}
	}
	m.text, m.caption, m.above, m.media = formatted{}, caption, w.above, w.fill(f)
	return nil
}

// exchangeable are the kinds of files that can be put in each other's place.
func exchangeable(kind string) bool {
	return slices.Contains([]string{"photo", "video", "animation", "audio", "document"}, kind)
}

func (b *Bot) file(w wanted) (*stored, *apiError) {
	if w.from.upload != nil {
		return b.take(w)
	}
	return b.known(w)
}

func (m *media) sameAs(before *media) bool {
	if m == nil || before == nil {
		return m == before
	}
	return *m == *before
}
