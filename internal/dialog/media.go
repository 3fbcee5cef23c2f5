package dialog

import (
	"cmp"
	"slices"
	"strings"
)

// maxAlbum is how many items an album of Telegram's has.
const maxAlbum = 10

// Photos collects up to max photos and videos, in as many messages as one
// likes; Done appears with the first. It rejects with full (max).
func Photos[D any](name string, field func(*D) *[]Media, max int) Step[D] {
	add := func(d *D, m Media) error {
		if m.Kind != Photo && m.Kind != Video {
			return errWrongKind
		}
		return appendMedia(field(d), m, max)
	}
	return Step[D]{
		name:  name,
		codes: []string{"full"},
		take: func(d *D, ev Event) (bool, error) {
			if ev.Media == nil {
				return false, errWrongKind
			}
			err := add(d, *ev.Media)
			return len(*field(d)) < max, err
		},
		add:  add,
		has:  func(d *D) bool { return len(*field(d)) > 0 },
		wipe: func(d *D) { *field(d) = nil },
		show: func(d *D, t Turn) string { return strings.Join(tally(*field(d), t), ", ") },
		got:  func(d *D) int { return len(*field(d)) },
	}
}

// Tell asks for words in any form: min to max characters typed, or a voice
// message, a photo or a video, whose caption becomes the words. It rejects
// with short (min), long (max, n) and full (max).
func Tell[D any](name string, field func(*D) *Words, min, max int) Step[D] {
	add := func(d *D, m Media) error {
		w := field(d)
		text := w.Text
		if caption := strings.TrimSpace(m.Caption); caption != "" {
			joined, err := words(strings.TrimSpace(text+"\n"+caption), 1, max)
			if err != nil {
				return err
			}
			text = joined
		}
		if err := appendMedia(&w.Media, m, maxAlbum); err != nil {
			return err
		}
		w.Text = text
		return nil
	}
	return Step[D]{
		name:  name,
		codes: []string{"short", "long", "full"},
		take: func(d *D, ev Event) (bool, error) {
			if ev.Media != nil {
				*field(d) = Words{}
				return false, add(d, *ev.Media)
			}
			text, err := words(ev.Text, min, max)
			if err == nil {
				*field(d) = Words{Text: text}
			}
			return false, err
		},
		add:  add,
		has:  func(d *D) bool { return field(d).Text != "" || len(field(d).Media) > 0 },
		wipe: func(d *D) { *field(d) = Words{} },
		show: func(d *D, t Turn) string {
			parts := tally(field(d).Media, t)
			if text := field(d).Text; text != "" {
				parts = slices.Insert(parts, 0, short(text))
			}
			return strings.Join(parts, ", ")
		},
	}
}

func appendMedia(to *[]Media, m Media, max int) error {
	if len(*to) >= max {
		return Reject("full", "max", max)
	}
	*to = append(slices.Clone(*to), m)
	return nil
}

// Letter asks for words that are sent on as they are: min to max characters typed, or
// written under a picture, a video or a file, which then goes with them. It rejects
// with short (min) and long (max, n).
func Letter[D any](name string, text func(*D) *string, with func(*D) *Media, min, max int) Step[D] {
	s := Text(name, text, min, max)
	s.take = func(d *D, ev Event) (bool, error) {
		m, enclosed := ev.enclosed()
		written := ev.Text
		if enclosed {
			written = cmp.Or(m.Caption, " ") // nothing under it is too short, and not of the wrong kind
		}
		said, err := words(written, min, max)
		if err != nil {
			return false, err
		}
		*text(d) = said
		if enclosed {
			*with(d) = m
		}
		return false, nil
	}
	return s
}

// Enclose asks for one picture, video or file that goes with something.
func Enclose[D any](name string, field func(*D) *Media) Step[D] {
	return Step[D]{
		name: name,
		take: func(d *D, ev Event) (bool, error) {
			m, ok := ev.enclosed()
			if !ok {
				return false, errWrongKind
			}
			*field(d) = m
			return false, nil
		},
		has:   func(d *D) bool { return field(d).FileID != "" },
		wipe:  func(d *D) { *field(d) = Media{} },
		show:  func(d *D, t Turn) string { return strings.Join(tally([]Media{*field(d)}, t), "") },
		kinds: []string{Photo, Video, Paper},
	}
}

// enclosed is the picture, the video or the file that came.
func (e Event) enclosed() (Media, bool) {
	switch {
	case e.Document != nil && e.Document.FileID != "":
		return Media{Kind: Paper, FileID: e.Document.FileID, UniqueID: e.Document.UniqueID, Caption: e.Document.Caption}, true
	case e.Media != nil && e.Media.Kind != Voice:
		return *e.Media, true
	}
	return Media{}, false
}

// tally counts media by kind: "2 photos", "1 voice message".
func tally(media []Media, t Turn) []string {
	var parts []string
	for _, kind := range []string{Photo, Video, Voice, Paper} {
		n := 0
		for _, m := range media {
			if m.Kind == kind {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, t.Texts.T("dialog."+kind, "n", n))
		}
	}
	return parts
}
