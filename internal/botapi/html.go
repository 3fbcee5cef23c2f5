package botapi

import (
	"strings"
	"unicode/utf8"
)

// entity is a piece of formatting; offset and length are in UTF-16 units.
type entity struct {
	Offset        int    `json:"offset"`
	Length        int    `json:"length"`
	Type          string `json:"type"`
	URL           string `json:"url,omitempty"`
	Language      string `json:"language,omitempty"`
	CustomEmojiID string `json:"custom_emoji_id,omitempty"`
	UnixTime      int64  `json:"unix_time,omitempty"`
	TimeFormat    string `json:"date_time_format,omitempty"`
	User          *user  `json:"user,omitempty"`
}

func (e entity) end() int { return e.Offset + e.Length }

// tagKinds are the tags the parser takes, with the entity that each makes;
// an empty kind depends on the attributes.
var tagKinds = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
	"tg-spoiler": "spoiler", "span": "spoiler", "blockquote": "blockquote",
	"a": "", "pre": "", "code": "", "tg-emoji": "", "tg-time": "",
}

// openTag is a start tag whose end has not been seen yet.
type openTag struct {
	name, argument string
	unix           int64
	offset         int // UTF-16 units of text before it
	textAt         int // bytes of text before it
}

// htmlParser reads parse_mode HTML byte by byte with the rules, the
// tolerance and the error texts of the real parser (tdlib/td
// MessageEntity.cpp, parse_html). It is no general HTML parser: that one
// forgives what Telegram refuses.
type htmlParser struct {
	in       string
	at       int
	out      []byte
	offset   int
	open     []openTag
	entities []entity
}

// parseHTML returns the plain text and its entities in order.
func parseHTML(in string) (string, []entity, error) {
	p := &htmlParser{in: in}
	for p.at < len(in) {
		if err := p.next(); err != nil {
			return "", nil, err
		}
	}
	if len(p.open) > 0 {
		return "", nil, told("Can't find end tag corresponding to start tag \"%s\"", p.open[len(p.open)-1].name)
	}
	if !utf8.Valid(p.out) {
		return "", nil, told("Text contains invalid Unicode characters after decoding HTML entities, " +
			"check for unmatched surrogate code units")
	}
	for i := range p.entities {
		if p.entities[i].Type == "code" {
			p.entities[i].Language = "" // only a pre has one
		}
	}
	sortEntities(p.entities)
	return string(p.out), p.entities, nil
}

func (p *htmlParser) next() error {
	switch c := p.peek(); {
	case c == '<' && p.peekAt(1) == '/':
		return p.endTag()
	case c == '<':
		return p.startTag()
	case c == '&':
		if code, length := decodeReference(p.in[p.at:]); code != 0 {
			p.at += length
			p.out = appendRune(p.out, code)
			p.offset += utf16Units(code)
			return nil
		}
	}
	r, size := utf8.DecodeRuneInString(p.in[p.at:])
	p.out = append(p.out, p.in[p.at:p.at+size]...)
	p.at += size
	p.offset += utf16Units(r)
	return nil
}

// peek gives 0 behind the end, as the original's strings do.
func (p *htmlParser) peek() byte { return p.peekAt(0) }

func (p *htmlParser) peekAt(n int) byte {
	if p.at+n >= len(p.in) {
		return 0
	}
	return p.in[p.at+n]
}

func (p *htmlParser) skipSpace() {
	for p.at < len(p.in) && isSpace(p.in[p.at]) {
		p.at++
	}
}

// until moves on to the first byte that stop wants, or to the end.
func (p *htmlParser) until(stop func(byte) bool) string {
	begin := p.at
	for p.at < len(p.in) && !stop(p.in[p.at]) {
		p.at++
	}
	return p.in[begin:p.at]
}

func (p *htmlParser) startTag() error {
	begin := p.at
	p.at++
	name := strings.ToLower(p.until(func(c byte) bool { return isSpace(c) || c == '>' }))
	if p.at == len(p.in) {
		return told("Unclosed start tag at byte offset %d", begin)
	}
	if _, known := tagKinds[name]; !known {
		return told("Unsupported start tag \"%s\" at byte offset %d", name, begin)
	}
	tag := openTag{name: name, offset: p.offset, textAt: len(p.out)}
	for p.peek() != '>' {
		p.skipSpace()
		if p.peek() == '>' {
			break
		}
		if err := p.attribute(&tag, begin); err != nil {
			return err
		}
	}
	p.at++
	if name == "span" && tag.argument != "spoiler" {
		return told("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
	}
	p.open = append(p.open, tag)
	return nil
}

func (p *htmlParser) attribute(tag *openTag, begin int) error {
	name := p.until(func(c byte) bool { return isSpace(c) || strings.IndexByte("=>/\"'", c) >= 0 })
	if name == "" {
		return told("Empty attribute name in the tag \"%s\" at byte offset %d", tag.name, begin)
	}
	p.skipSpace()
	if p.peek() != '=' {
		if p.at == len(p.in) {
			return told("Unclosed start tag \"%s\" at byte offset %d", tag.name, begin)
		}
		if tag.name == "blockquote" && name == "expandable" {
			tag.argument = "1"
		}
		return nil
	}
	p.at++
	p.skipSpace()
	if p.at == len(p.in) {
		return told("Unclosed start tag \"%s\" at byte offset %d", tag.name, begin)
	}
	value, err := p.attributeValue()
	if err != nil {
		return err
	}
	if p.at == len(p.in) {
		return told("Unclosed start tag at byte offset %d", begin)
	}
	tag.set(name, value)
	return nil
}

// attributeValue reads a name token, or a quoted string with its references.
func (p *htmlParser) attributeValue() (string, error) {
	quote := p.peek()
	if quote != '"' && quote != '\'' {
		begin := p.at
		value := strings.ToLower(p.until(func(c byte) bool { return !isAlnum(c) && c != '.' && c != '-' }))
		if !isSpace(p.peek()) && p.peek() != '>' {
			return "", told("Unexpected end of name token at byte offset %d", begin)
		}
		return value, nil
	}
	p.at++
	var value []byte
	for p.at < len(p.in) && p.in[p.at] != quote {
		if p.in[p.at] == '&' {
			if code, length := decodeReference(p.in[p.at:]); code != 0 {
				value = appendRune(value, code)
				p.at += length
				continue
			}
		}
		value = append(value, p.in[p.at])
		p.at++
	}
	if p.at < len(p.in) {
		p.at++
	}
	return string(value), nil
}

func (t *openTag) set(name, value string) {
	switch t.name + " " + name {
	case "a href", "tg-emoji emoji-id", "tg-time format":
		t.argument = value
	case "code class":
		if language, ok := strings.CutPrefix(value, "language-"); ok {
			t.argument = language
		}
	case "span class":
		if class, ok := strings.CutPrefix(value, "tg-"); ok {
			t.argument = class
		}
	case "blockquote expandable":
		t.argument = "1"
	case "tg-time unix":
		t.unix = toInteger(value)
	}
}

func (p *htmlParser) endTag() error {
	begin := p.at
	p.at++
	if len(p.open) == 0 {
		return told("Unexpected end tag at byte offset %d", begin)
	}
	name := strings.ToLower(strings.TrimPrefix(p.until(func(c byte) bool { return isSpace(c) || c == '>' }), "/"))
	p.skipSpace()
	if p.peek() != '>' {
		return told("Unclosed end tag at byte offset %d", begin)
	}
	tag := p.open[len(p.open)-1]
	if name != "" && name != tag.name {
		return told("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, tag.name, name)
	}
	p.at++
	p.open = p.open[:len(p.open)-1]
	if p.offset == tag.offset {
		return nil
	}
	return p.close(tag)
}
