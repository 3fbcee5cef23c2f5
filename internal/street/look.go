package street

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// look is how one visitor has the street before them. It lives in the
// address, so opening or closing a phone changes nothing but that.
type look struct {
	Words words
	Open  []Persona
}

// look reads the visitor's view; ok is false where it names an unknown phone.
func (s *street) look(r *http.Request) (l look, ok bool) {
	query := r.URL.Query()
	lang := query.Get("lang")
	if _, known := table[lang]; !known {
		lang = preferred(r.Header.Get("Accept-Language"))
	}
	l.Words = table[lang]
	if !query.Has("open") {
		for _, p := range s.Personas {
			if p.Open && p.Lang == lang {
				l.Open = append(l.Open, p)
			}
		}
		return l, true
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

// Query is the view as the query of an address, with all its parts escaped.
func (l look) Query() template.URL {
	keys := make([]string, 0, len(l.Open))
	for _, p := range l.Open {
		keys = append(keys, p.Key)
	}
	return template.URL("lang=" + l.Words.Lang + "&open=" + url.QueryEscape(strings.Join(keys, ",")))
}

// with is the view with one more phone open, without is it with one less.
func (l look) with(p Persona) look {
	l.Open = append(slices.Clone(l.Open), p)
	return l
}

func (l look) without(key string) look {
	l.Open = slices.DeleteFunc(slices.Clone(l.Open), func(p Persona) bool { return p.Key == key })
	return l
}
