package botapi

import "strings"

// markdown reads parse_mode Markdown, the old one, with the rules and the
// error text of the real parser (tdlib/td MessageEntity.cpp, parse_markdown):
// nothing nests, and inside an entity nothing can be escaped.
type markdown struct {
	in       string
	at       int
	out      strings.Builder
	offset   int // UTF-16 units written
	entities []entity
}

func parseMarkdown(in string) (string, []entity, error) {
	p := &markdown{in: in}
	for p.at < len(in) {
		switch c := in[p.at]; {
		case c == '\\' && p.at+1 < len(in) && strings.IndexByte("_*`[", in[p.at+1]) >= 0:
			p.at++
			p.copy()
		case strings.IndexByte("_*`[", c) < 0:
			p.copy()
		default:
			if err := p.entity(); err != nil {
				return "", nil, err
			}
		}
	}
	return p.out.String(), p.entities, nil
}

// copy takes one byte over. Only the first byte of a letter counts, twice
// where it needs a surrogate pair.
func (p *markdown) copy() {
	c := p.in[p.at]
	p.out.WriteByte(c)
	p.offset += unitsBegun(c)
	p.at++
}

func unitsBegun(c byte) int {
	switch {
	case c&0xc0 == 0x80:
		return 0
	case c >= 0xf0:
		return 2
	}
	return 1
}

func (p *markdown) entity() error {
	begin, mark := p.at, p.in[p.at]
	p.at++
	end, language := string(mark), ""
	switch {
	case mark == '[':
		end = "]"
	case strings.HasPrefix(p.in[begin:], "```"):
		end = "```"
		language, p.at = openPre(p.in, p.at+2)
	}
	offset, textAt := p.offset, p.at
	for p.at < len(p.in) && !strings.HasPrefix(p.in[p.at:], end) {
		p.copy()
	}
	if p.at >= len(p.in) {
		return told("Can't find end of the entity starting at byte offset %d", begin)
	}
	text := p.in[textAt:p.at]
	p.at += len(end)
	e := entity{Offset: offset, Length: p.offset - offset, Language: language}
	switch {
	case mark == '[':
		p.link(e, text)
		return nil
	case end == "```":
		e.Type = "pre"
	case mark == '`':
		e.Type = "code"
	case mark == '*':
		e.Type = "bold"
	default:
		e.Type = "italic"
	}
	p.add(e)
	return nil
}

func (p *markdown) add(e entity) {
	if e.Length > 0 {
		p.entities = append(p.entities, e)
	}
}

// link takes the address behind the text, or the text itself for one. An
// address that never ends runs to the end of the text, without a complaint.
func (p *markdown) link(e entity, text string) {
	target := text
	if e.Length > 0 && p.at < len(p.in) && p.in[p.at] == '(' {
		var rest string
		target, rest, _ = strings.Cut(p.in[p.at+1:], ")")
		p.at = len(p.in) - len(rest)
	}
	if linked, ok := e.linkTo(target); ok {
		p.add(linked)
	}
}

// linkTo makes it a link or a mention; what is neither is dropped without a
// word, as the server does.
func (e entity) linkTo(target string) (entity, bool) {
	if id, ok := userLink(target); ok {
		e.Type, e.User = "text_mention", &user{ID: id}
		return e, true
	}
	checked, err := checkLink(target)
	e.Type, e.URL = "text_link", checked
	return e, err == nil
}

// openPre reads what may stand behind the three marks of a block of code: a
// language, which must be followed by a blank, and one line break.
func openPre(in string, at int) (language string, begin int) {
	end := at
	for end < len(in) && !isSpace(in[end]) && in[end] != '`' {
		end++
	}
	if end > at && end < len(in) && in[end] != '`' {
		language, at = in[at:end], end
	}
	if at < len(in) && (in[at] == '\n' || in[at] == '\r') {
		if at+1 < len(in) && (in[at+1] == '\n' || in[at+1] == '\r') && in[at+1] != in[at] {
			at++
		}
		at++
	}
	return language, at
}
