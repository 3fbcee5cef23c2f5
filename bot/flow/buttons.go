package flow

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/linli-bot/linli/internal/dialog"
)

// row adds a button: a label, and the parts of its data.
func row(s *dialog.Screen, label string, data ...string) {
	s.Rows = append(s.Rows, []dialog.Button{{Label: label, Data: "m." + strings.Join(data, ".")}})
}

// back adds the way back to another screen.
func (v Visit) back(s *dialog.Screen, data ...string) {
	row(s, v.Texts.T("dialog.back"), data...)
}

// toList adds the way from what was opened to the list in which it stood.
func (v Visit) toList(s *dialog.Screen, data ...string) {
	row(s, v.Texts.T("dialog.to_list"), data...)
}

// perPage is how many buttons of a list one screen shows.
const perPage = 8

// list adds a page of buttons, and the ways to the next one and the one before:
// pages go as numbers at the end of the data.
func (v Visit) list(s *dialog.Screen, data, at string, buttons []dialog.Button) {
	from, until := pageOf(at, len(buttons))
	for _, b := range buttons[from:until] {
		s.Rows = append(s.Rows, []dialog.Button{b})
	}
	v.pages(s, data, from, until, len(buttons))
}

// pages adds the ways to the next page and the one before, of a list of which a screen
// shows some.
func (v Visit) pages(s *dialog.Screen, data string, from, until, total int) {
	if until < total {
		row(s, v.Texts.T("dialog.more"), data, strconv.Itoa(from/perPage+1))
	}
	if from > 0 {
		row(s, v.Texts.T("dialog.earlier"), data, strconv.Itoa(from/perPage-1))
	}
}

// pageOf is what of so many stands on a page: from one to before the other.
func pageOf(at string, total int) (from, until int) {
	n, _ := strconv.Atoi(at) // the first page has no number
	n = max(0, min(n, (total-1)/perPage))
	return min(n*perPage, total), min((n+1)*perPage, total)
}

// What a button holds so that it can be read on a phone.
const (
	mostHan     = 8
	mostLetters = 22
)

// fit shortens one part of a label to what a button holds: so many letters, or
// fewer where they are Chinese.
func fit(part string, label func(part string) string) string {
	part = strings.TrimSpace(part)
	whole := label(part)
	if !tooLong(whole) {
		return whole
	}
	for runes := []rune(part); len(runes) > 1; {
		runes = runes[:len(runes)-1]
		if whole = label(strings.TrimSpace(string(runes)) + "…"); !tooLong(whole) {
			break
		}
	}
	return whole
}

func tooLong(label string) bool {
	han := 0
	for _, r := range label {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	return han > mostHan || han == 0 && utf8.RuneCountInString(label) > mostLetters
}

// alone is a label that is nothing but its name.
func alone(name string) string { return name }

// named is a label with a name in it.
func named(t dialog.Texts, key, name string, more ...any) string {
	return fit(name, func(name string) string { return t.T(key, append([]any{"name", name}, more...)...) })
}

// listed puts words one after the other.
func listed(t dialog.Texts, words []string) string { return strings.Join(words, t.T("dialog.and")) }
