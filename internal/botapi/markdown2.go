package botapi

import "strings"

// reserved2 must be escaped wherever they stand for nothing.
const reserved2 = "_*[]()~`>#+-=|{}.!\n"

// marked is an entity of MarkdownV2 whose end has not been seen yet.
type marked struct {
	kind     string // as error texts call it
	language string
	offset   int // UTF-16 units of text before it
	markAt   int // bytes of the input before it
	textAt   int // bytes of text before it
}

// markdown2 reads parse_mode MarkdownV2 byte by byte with the rules and the
// error texts of the real parser (tdlib/td MessageEntity.cpp,
// parse_markdown_v2). A quote begins with a > at the start of a line, goes on
// through lines that begin so, and opens on demand where it ends with ||.
type markdown2 struct {
	in       string
	at       int
	out      []byte
	offset   int
	open     []marked
	entities []entity
	quoting  bool
	fresh    bool // a line begins here, so a quote may
}

func parseMarkdown2(in string) (string, []entity, error) {
	p := &markdown2{in: in, fresh: true}
	for p.at < len(in) {
		if err := p.next(); err != nil {
			return "", nil, err
		}
		p.at++
	}
	if err := p.finish(); err != nil {
		return "", nil, err
	}
	sortEntities(p.entities)
	return string(p.out), p.entities, nil
}

// next takes what begins here and stops on its last byte.
func (p *markdown2) next() error {
	c := p.peek(0)
	switch escaped := p.peek(1); {
	case c == '\\' && escaped > 0 && escaped <= 126:
		p.at++
		p.write(escaped)
		if escaped != '\r' {
			p.fresh = escaped == '\n'
		}
		return nil
	case !p.reserved(c):
		if unitsBegun(c) > 0 && c != '\r' {
			p.fresh = false
		}
		p.write(c)
		return nil
	case p.ends(c):
		return p.end(c)
	}
	return p.begin(c)
}

// peek gives 0 behind the end, as the original's strings do.
func (p *markdown2) peek(n int) byte {
	if p.at+n >= len(p.in) {
		return 0
	}
	return p.in[p.at+n]
}

func (p *markdown2) write(c byte) {
	p.out = append(p.out, c)
	p.offset += unitsBegun(c)
}

func (p *markdown2) top() marked {
	if len(p.open) == 0 {
		return marked{}
	}
	return p.open[len(p.open)-1]
}

func (p *markdown2) pop() { p.open = p.open[:len(p.open)-1] }

func (p *markdown2) reserved(c byte) bool {
	switch p.top().kind {
	case "Code", "Pre", "PreCode":
		return c == '`'
	}
	return strings.IndexByte(reserved2, c) >= 0
}

func (p *markdown2) ends(c byte) bool {
	if p.quoting && c == '\n' && p.peek(1) != '>' {
		return true
	}
	switch p.top().kind {
	case "Bold":
		return c == '*'
	case "Italic":
		return c == '_' && p.peek(1) != '_'
	case "Underline":
		return c == '_' && p.peek(1) == '_'
	case "Strikethrough":
		return c == '~'
	case "Spoiler":
		return c == '|' && p.peek(1) == '|'
	case "Code":
		return c == '`'
	case "Pre", "PreCode":
		return c == '`' && p.peek(1) == '`' && p.peek(2) == '`'
	case "TextUrl", "CustomEmoji":
		return c == ']'
	}
	return false
}

// begin opens the entity that the mark stands for, or refuses the mark.
func (p *markdown2) begin(c byte) error {
	at, double := p.at, p.peek(1) == c
	m := marked{kind: map[byte]string{'_': "Italic", '*': "Bold", '~': "Strikethrough", '[': "TextUrl", '`': "Code"}[c]}
	switch {
	case c == '\n':
		p.write(c)
		p.fresh = true
		return nil
	case c == '>' && p.fresh && p.quoting:
		return nil
	case c == '>' && p.fresh:
		m.kind, p.quoting = "BlockQuote", true
	case c == '_' && double:
		m.kind = "Underline"
		p.at++
	case c == '|' && double:
		m.kind = "Spoiler"
		p.at++
	case c == '!' && p.peek(1) == '[':
		m.kind = "CustomEmoji"
		p.at++
	case c == '`' && double && p.peek(2) == '`':
		m.kind = "Pre"
		if m.language, p.at = openPre(p.in, p.at+3); m.language != "" {
			m.kind = "PreCode"
		}
		p.at--
	}
	if m.kind == "" {
		return told("Character '%c' is reserved and must be escaped with the preceding '\\'", c)
	}
	m.offset, m.markAt, m.textAt = p.offset, at, len(p.out)
	p.open = append(p.open, m)
	return nil
}

func (m marked) unended() error {
	return told("Can't find end of %s entity at byte offset %d", m.kind, m.markAt)
}

// finish ends a quote with the text; anything else must have been ended.
func (p *markdown2) finish() error {
	if p.quoting {
		kind := "blockquote"
		if m := p.top(); m.kind == "Spoiler" && m.markAt == len(p.in)-2 {
			kind = "expandable_blockquote"
			p.pop()
		}
		if m := p.top(); m.kind == "BlockQuote" {
			p.add(entity{Type: kind, Offset: m.offset})
			p.pop()
		}
	}
	if len(p.open) > 0 {
		return p.top().unended()
	}
	return nil
}

func (p *markdown2) add(e entity) {
	if e.Length = p.offset - e.Offset; e.Length > 0 {
		p.entities = append(p.entities, e)
	}
}
