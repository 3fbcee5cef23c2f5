package street

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// look is how one visitor has the street before them. It lives in the
// address: it survives a reload, can be passed on, and needs no cookie.
type look struct {
	Words   words
	Open    []Persona
	Inspect []string // keys of the phones beside which stands what happens behind them
	Tools   bool     // the drawer is open
	Size    int      // of the phones' text, in percent
	Grey    bool     // without colour
	Shaky   uint64   // the seed of a finger that shakes; 0 is a steady one
}

// sizes of text, in percent, as phones offer them.
var sizes = []int{100, 150, 200, 300}

// look reads the visitor's view; ok is false where it names an unknown phone.
func (s *street) look(r *http.Request) (l look, ok bool) {
	query := r.URL.Query()
	lang := query.Get("lang")
	if _, known := table[lang]; !known {
		lang = preferred(r.Header.Get("Accept-Language"))
	}
	l = look{Words: table[lang], Size: sizes[0], Tools: query.Has("tools"), Grey: query.Has("grey")}
	if size, err := strconv.Atoi(query.Get("size")); err == nil && slices.Contains(sizes, size) {
		l.Size = size
	}
	l.Shaky, _ = strconv.ParseUint(query.Get("shaky"), 10, 64) // what is no number is a steady finger
	if !query.Has("open") {
		for _, p := range s.Personas {
			if p.Open && p.Lang == lang {
				l.Open = append(l.Open, p)
			}
		}
	}
	for key := range strings.SplitSeq(query.Get("open"), ",") {
		p, known := s.persona(key, lang)
		if !known && key != "" {
			return look{}, false
		}
		if known && !l.shows(key) {
			l.Open = append(l.Open, p)
		}
	}
	for key := range strings.SplitSeq(query.Get("inspect"), ",") {
		if l.shows(key) && !l.inspects(key) {
			l.Inspect = append(l.Inspect, key)
		}
	}
	return l, true
}

// preferred is the first language of the browser's list that the page speaks.
func preferred(accept string) string {
	for tag := range strings.SplitSeq(accept, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(tag), ";")
		name, _, _ = strings.Cut(strings.ToLower(name), "-")
		if slices.Contains(languages, name) {
			return name
		}
	}
	return languages[0]
}

func (l look) shows(key string) bool {
	return slices.ContainsFunc(l.Open, func(p Persona) bool { return p.Key == key })
}

// Class is how the page as a whole is drawn.
func (l look) Class() string {
	var classes []string
	if l.Size != sizes[0] {
		classes = append(classes, "size-"+strconv.Itoa(l.Size))
	}
	if l.Grey {
		classes = append(classes, "grey")
	}
	return strings.Join(classes, " ")
}

func (l look) inspects(key string) bool { return slices.Contains(l.Inspect, key) }

// Query is the view as the query of an address, with all its parts escaped.
func (l look) Query() template.URL {
	keys := make([]string, 0, len(l.Open))
	for _, p := range l.Open {
		keys = append(keys, p.Key)
	}
	return l.query("lang="+l.Words.Lang, "open="+url.QueryEscape(strings.Join(keys, ",")))
}

// Other is the same view in the other language, whose phones are others.
func (l look) Other() template.URL {
	l.Inspect = nil
	return l.query("lang=" + l.Words.SwitchTo)
}

func (l look) query(parts ...string) template.URL {
	if len(l.Inspect) > 0 {
		parts = append(parts, "inspect="+url.QueryEscape(strings.Join(l.Inspect, ",")))
	}
	if l.Tools {
		parts = append(parts, "tools=1")
	}
	if l.Size != sizes[0] {
		parts = append(parts, "size="+strconv.Itoa(l.Size))
	}
	if l.Grey {
		parts = append(parts, "grey=1")
	}
	if l.Shaky != 0 {
		parts = append(parts, "shaky="+strconv.FormatUint(l.Shaky, 10))
	}
	return template.URL(strings.Join(parts, "&"))
}

// with is the view with one more phone open, without is it with one less.
func (l look) with(p Persona) look {
	l.Open = append(slices.Clone(l.Open), p)
	return l
}

func (l look) without(key string) look {
	l.Open = slices.DeleteFunc(slices.Clone(l.Open), func(p Persona) bool { return p.Key == key })
	l.Inspect = slices.DeleteFunc(slices.Clone(l.Inspect), func(k string) bool { return k == key })
	return l
}

// inspecting is the view with the inspector of one phone switched over.
func (l look) inspecting(key string) look {
	if l.inspects(key) {
		l.Inspect = slices.DeleteFunc(slices.Clone(l.Inspect), func(k string) bool { return k == key })
		return l
	}
	l.Inspect = append(slices.Clone(l.Inspect), key)
	return l
}
