package botapi

import (
	"regexp"
	"slices"
	"strings"
)

var (
	splittable = []string{"bold", "italic", "underline", "strikethrough", "spoiler"}
	// given are the types that a bot may pass in `entities`; those that the
	// server finds by itself are skipped there.
	given = append([]string{"blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"}, splittable...)
	found = []string{"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
)

// readEntities reads the parameter `entities`; anything but a list is none.
func readEntities(raw any) ([]entity, error) {
	list, _ := raw.([]any)
	var out []entity
	for _, item := range list {
		fields, ok := item.(map[string]any)
		if !ok {
			return nil, told("expected an Object")
		}
		e, err := readEntity(fields)
		if err != nil {
			return nil, err
		}
		if slices.Contains(given, e.Type) && e.Length > 0 && e.Offset >= 0 {
			out = append(out, e)
		}
	}
	sortEntities(out)
	return out, nil
}

func readEntity(o object) (e entity, err error) {
	offset, err := o.mustInt("offset")
	if err != nil {
		return e, err
	}
	length, err := o.mustInt("length")
	if err != nil {
		return e, err
	}
	e.Offset, e.Length = int(offset), int(length)
	if e.Type, err = o.mustStr("type"); err != nil {
		return e, err
	}
	if !slices.Contains(given, e.Type) && !slices.Contains(found, e.Type) {
		return e, told("Unsupported type specified")
	}
	if e.Language, err = o.str("language"); err != nil {
		return e, err
	}
	if e.CustomEmojiID, err = o.str("custom_emoji_id"); err != nil {
		return e, err
	}
	link, err := o.str("url")
	if err != nil || e.Type != "text_link" {
		return e, err
	}
	if e.URL, err = checkLink(link); err != nil {
		e.Length = 0 // dropped without a word, as in HTML
	}
	return e, nil
}

// tidyEntities takes formatting out of code, and joins neighbours of one kind.
func tidyEntities(list []entity) []entity {
	var out []entity
	for _, e := range list {
		if !slices.Contains(splittable, e.Type) {
			out = append(out, e)
			continue
		}
		for _, piece := range withoutCode(e, list) {
			if last := lastOf(out, e.Type); last != nil && last.end() >= piece.Offset {
				last.Length = max(last.end(), piece.end()) - last.Offset
				continue
			}
			out = append(out, piece)
		}
	}
	sortEntities(out)
	return out
}

func lastOf(list []entity, kind string) *entity {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Type == kind {
			return &list[i]
		}
	}
	return nil
}

func withoutCode(e entity, list []entity) []entity {
	pieces := []entity{e}
	for _, code := range list {
		if code.Type != "code" && code.Type != "pre" {
			continue
		}
		var next []entity
		for _, piece := range pieces {
			before, after := piece, piece
			before.Length = min(piece.end(), code.Offset) - piece.Offset
			after.Offset = max(piece.Offset, code.end())
			after.Length = piece.end() - after.Offset
			if before.Length > 0 {
				next = append(next, before)
			}
			if after.Length > 0 {
				next = append(next, after)
			}
		}
		pieces = next
	}
	return pieces
}

// finders are what the server finds in a text by itself. They are simpler
// than the real ones: bank cards, phone numbers and rare links are not found.
var finders = []struct {
	kind string
	re   *regexp.Regexp
}{
	{"url", regexp.MustCompile(`(?i)\b(?:https?://|t\.me/)[^\s<>"]+[^\s<>".,;:!?)\]]`)},
	{"email", regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)},
	{"bot_command", regexp.MustCompile(`/[A-Za-z0-9_]{1,64}(?:@[A-Za-z][A-Za-z0-9_]{2,31})?`)},
	{"mention", regexp.MustCompile(`@[A-Za-z][A-Za-z0-9_]{2,31}`)},
	{"hashtag", regexp.MustCompile(`#[\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*`)},
}

func findEntities(f formatted) []entity {
	var out []entity
	for _, finder := range finders {
		for _, span := range finder.re.FindAllStringIndex(f.text, -1) {
			if !standsAlone(f.text, span) {
				continue
			}
			begin := utf16Len(f.text[:span[0]])
			e := entity{Offset: begin, Length: utf16Len(f.text[span[0]:span[1]]), Type: finder.kind}
			if !overlaps(e, f.entities) && !overlaps(e, out) {
				out = append(out, e)
			}
		}
	}
	return out
}

// standsAlone refuses what is a part of a longer word or path: a/b, x@y.
func standsAlone(text string, span []int) bool {
	if span[0] > 0 {
		if c := text[span[0]-1]; isAlnum(c) || strings.IndexByte("_/<>@#&", c) >= 0 {
			return false
		}
	}
	if span[1] < len(text) {
		if c := text[span[1]]; text[span[0]] == '/' && (isAlnum(c) || strings.IndexByte("_/@<>", c) >= 0) {
			return false
		}
	}
	return true
}

func overlaps(e entity, list []entity) bool {
	return slices.ContainsFunc(list, func(other entity) bool {
		return !slices.Contains(splittable, other.Type) && !strings.HasSuffix(other.Type, "blockquote") &&
			e.Offset < other.end() && other.Offset < e.end()
	})
}
