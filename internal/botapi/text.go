package botapi

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Lengths of texts: the limits are in code points, the raw one in bytes.
const (
	maxText    = 4096
	maxCaption = 1024
	maxRawText = 1 << 15
)

// formatted is a text with its entities.
type formatted struct {
	text     string
	entities []entity
}

func (f formatted) equal(other formatted) bool {
	return f.text == other.text && slices.EqualFunc(f.entities, other.entities, sameEntity)
}

func sameEntity(a, b entity) bool {
	if a.User != nil && b.User != nil && a.User.ID != b.User.ID {
		return false
	}
	a.User, b.User = nil, nil
	return a == b
}

// parseText reads a text in its parse mode. It checks what the server's
// front checks; see finishText for the rest, which comes later.
func parseText(text, mode string, rawEntities any) (formatted, *apiError) {
	if len(text) > maxRawText {
		return formatted{}, bad("Text is too long")
	}
	mode = strings.ToLower(mode)
	if text == "" || mode == "" || mode == "none" {
		list, err := readEntities(rawEntities)
		if err != nil {
			return formatted{}, within("Can't parse MessageEntity", err)
		}
		return formatted{text, list}, nil
	}
	parse := parsers[mode]
	if parse == nil {
		return formatted{}, bad("Unsupported parse_mode")
	}
	if !utf8.ValidString(text) {
		return formatted{}, bad("Text must be encoded in UTF-8")
	}
	plain, entities, err := parse(text)
	if err != nil {
		return formatted{}, within("Can't parse entities", err)
	}
	return formatted{plain, entities}, nil
}

// parsers by parse_mode in small letters.
var parsers = map[string]func(string) (string, []entity, error){
	"html": parseHTML, "markdown": parseMarkdown, "markdownv2": parseMarkdown2,
}

// finishText cleans and trims a text and finds the links, commands and
// mentions in it, as the inner server does after the parameters are read.
func finishText(f formatted, allowEmpty bool) (formatted, *apiError) {
	if !utf8.ValidString(f.text) {
		return formatted{}, bad("Strings must be encoded in UTF-8")
	}
	f = f.clean().trim()
	if f.text == "" {
		if allowEmpty {
			return formatted{}, nil
		}
		return formatted{}, bad("Text must be non-empty")
	}
	f.entities = tidyEntities(f.entities)
	f.entities = append(f.entities, findEntities(f)...)
	sortEntities(f.entities)
	return f, nil
}

// clean turns control characters into spaces and drops what Telegram drops;
// the entities move along.
func (f formatted) clean() formatted {
	var out strings.Builder
	offset, moved := 0, make([]int, 0, len(f.text)+1) // moved: new offset of each old one
	for _, r := range f.text {
		keep := true
		switch {
		case r == '\r', r >= 0x2028 && r <= 0x202e, r == 0x333, r == 0x33f, r == 0x30a:
			keep = false
		case r < ' ' && r != '\n':
			r = ' '
		}
		for range utf16Units(r) {
			moved = append(moved, offset)
		}
		if keep {
			out.WriteRune(r)
			offset += utf16Units(r)
		}
	}
	moved = append(moved, offset)
	entities := make([]entity, 0, len(f.entities))
	for _, e := range f.entities {
		begin, end := at(moved, e.Offset), at(moved, e.end())
		e.Offset, e.Length = begin, end-begin
		entities = append(entities, e)
	}
	return formatted{out.String(), entities}
}

func at(list []int, i int) int { return list[min(max(i, 0), len(list)-1)] }

// trim takes blanks off both ends; at the beginning only those before the
// first entity, which is what the server does.
func (f formatted) trim() formatted {
	text := strings.TrimRight(f.text, " \n\u00a0\u2800\u3000\u200b")
	if text == "" {
		return formatted{}
	}
	end, front := utf16Len(text), len(text)
	var entities []entity
	for _, e := range f.entities {
		if e.Length = min(e.end(), end) - e.Offset; e.Length > 0 {
			entities = append(entities, e)
			front = min(front, e.Offset)
		}
	}
	cut := min(len(text)-len(strings.TrimLeft(text, " \n")), front)
	for i := range entities {
		entities[i].Offset -= cut
	}
	if strings.Trim(text, " \n") == "" {
		return formatted{}
	}
	return formatted{text[cut:], entities}
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16Units(r)
	}
	return n
}
