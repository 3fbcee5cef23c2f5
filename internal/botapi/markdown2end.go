package botapi

import (
	"strconv"
	"strings"
)

// ended2 are the entities whose end is a mark and nothing more: what they
// become, and how many bytes the mark has beyond the first.
var ended2 = map[string]struct {
	kind string
	more int
}{
	"Bold": {"bold", 0}, "Italic": {"italic", 0}, "Strikethrough": {"strikethrough", 0}, "Code": {"code", 0},
	"Underline": {"underline", 1}, "Spoiler": {"spoiler", 1}, "Pre": {"pre", 2}, "PreCode": {"pre", 2},
}

// end closes the innermost entity, and stops on the last byte of its end.
func (p *markdown2) end(c byte) error {
	m := p.top()
	if c == '\n' {
		return p.endQuote(m)
	}
	e := entity{Offset: m.offset, Language: m.language}
	switch m.kind {
	case "TextUrl":
		linked, ok, err := p.linked(m, e)
		if err != nil {
			return err
		}
		p.pop()
		if ok {
			p.add(linked)
		}
		return nil
	case "CustomEmoji":
		special, err := p.special(e)
		if err != nil {
			return err
		}
		e = special
	default:
		e.Type = ended2[m.kind].kind
		p.at += ended2[m.kind].more
	}
	p.pop()
	p.add(e)
	return nil
}

// endQuote ends a quote at a line break, which is part of it. A spoiler that
// has just begun makes it one that opens on demand.
func (p *markdown2) endQuote(m marked) error {
	e := entity{Type: "blockquote"}
	if m.kind != "BlockQuote" {
		last := len(p.out) - 1
		justBegun := m.markAt == p.at-2 || m.markAt == p.at-3 && last >= 0 && p.out[last] == '\r'
		if m.kind != "Spoiler" || !justBegun {
			return m.unended()
		}
		p.pop()
		if m = p.top(); m.kind != "BlockQuote" {
			return m.unended()
		}
		e.Type = "expandable_blockquote"
	}
	p.quoting, p.fresh = false, true
	p.write('\n')
	e.Offset = m.offset
	p.pop()
	p.add(e)
	return nil
}

// linked reads the address behind the text; without one the text is it.
func (p *markdown2) linked(m marked, e entity) (entity, bool, error) {
	target := string(p.out[m.textAt:])
	if p.peek(1) == '(' {
		var err error
		if target, err = p.address(); err != nil {
			return e, false, err
		}
	}
	e, ok := e.linkTo(target)
	return e, ok, nil
}

// address reads (…) behind this byte, and stops on the closing bracket.
func (p *markdown2) address() (string, error) {
	p.at += 2
	begin := p.at
	var target strings.Builder
	for p.at < len(p.in) && p.in[p.at] != ')' {
		if next := p.peek(1); p.in[p.at] == '\\' && next > 0 && next <= 126 {
			p.at++
		}
		target.WriteByte(p.in[p.at])
		p.at++
	}
	if p.at >= len(p.in) {
		return "", told("Can't find end of a URL at byte offset %d", begin)
	}
	return target.String(), nil
}

// special reads the address of a custom emoji or of a moment.
func (p *markdown2) special(e entity) (entity, error) {
	if p.peek(1) != '(' {
		return e, told("The entity must contain a tg://emoji or tg://time URL")
	}
	target, err := p.address()
	if err != nil {
		return e, err
	}
	host, query, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(target, "tg:"), "//"), "?")
	fields := map[string]string{}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		fields[name] = value
	}
	id, noID := strconv.ParseInt(fields["id"], 10, 64)
	unix, noTime := strconv.ParseInt(fields["unix"], 10, 32)
	switch ours := strings.HasPrefix(target, "tg:"); {
	case ours && host == "emoji" && noID == nil && id != 0:
		e.Type, e.CustomEmojiID = "custom_emoji", fields["id"]
	case ours && host == "time" && noTime == nil && unix > 0:
		e.Type, e.UnixTime, e.TimeFormat = "date_time", unix, fields["format"]
	default:
		return e, told("Invalid tg://emoji or tg://time URL specified")
	}
	return e, nil
}
