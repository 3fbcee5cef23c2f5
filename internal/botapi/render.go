package botapi

import (
	"html"
	"slices"
	"strings"
	"unicode/utf16"
)

// shownTags are the tags that a page gets; other entities are plain words.
var shownTags = map[string]string{
	"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code", "pre": "pre",
	"blockquote": "blockquote", "expandable_blockquote": "blockquote", "spoiler": "span", "text_link": "a", "url": "a", "email": "a",
}

// html writes the text for a page: every word escaped, tags properly nested
// also where the entities overlap. Line breaks stay line breaks.
func (f formatted) html() string {
	units := utf16.Encode([]rune(f.text))
	var out strings.Builder
	var open []entity
	edges := []int{0, len(units)}
	for _, e := range f.entities {
		edges = append(edges, min(e.Offset, len(units)), min(e.end(), len(units)))
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	for i, edge := range edges {
		open = closeTags(&out, open, edge)
		for _, e := range f.entities {
			if e.Offset == edge && e.Length > 0 && shownTags[e.Type] != "" {
				out.WriteString(startTag(e, units))
				open = append(open, e)
			}
		}
		if i+1 < len(edges) {
			out.WriteString(html.EscapeString(string(utf16.Decode(units[edge:edges[i+1]]))))
		}
	}
	closeTags(&out, open, len(units)+1)
	return out.String()
}

// closeTags closes what ends here. What is still open above it is closed as
// well and opened again.
func closeTags(out *strings.Builder, open []entity, edge int) []entity {
	first := slices.IndexFunc(open, func(e entity) bool { return e.end() <= edge })
	if first < 0 {
		return open
	}
	for i := len(open) - 1; i >= first; i-- {
		out.WriteString("</" + shownTags[open[i].Type] + ">")
	}
	kept := slices.Clone(open[:first])
	for _, e := range open[first:] {
		if e.end() > edge {
			out.WriteString(startTag(e, nil))
			kept = append(kept, e)
		}
	}
	return kept
}

func startTag(e entity, units []uint16) string {
	switch e.Type {
	case "spoiler":
		return `<span class="spoiler">`
	case "text_link":
		return link(e.URL)
	case "url", "email":
		if units == nil {
			return "<a>"
		}
		target := string(utf16.Decode(units[e.Offset:min(e.end(), len(units))]))
		switch {
		case e.Type == "email":
			target = "mailto:" + target
		case !strings.Contains(target, "://"):
			target = "https://" + target
		}
		return link(target)
	}
	return "<" + shownTags[e.Type] + ">"
}

// link takes only what cannot run in a page.
func link(target string) string {
	lower := strings.ToLower(target)
	for _, scheme := range []string{"http://", "https://", "mailto:", "tg://", "ton://"} {
		if strings.HasPrefix(lower, scheme) {
			return `<a href="` + html.EscapeString(target) + `" rel="noopener noreferrer">`
		}
	}
	return "<a>"
}
