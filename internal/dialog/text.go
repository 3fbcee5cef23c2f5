package dialog

import (
	"strings"
	"unicode/utf8"
)

// maxShown is how many characters of an answer the summary repeats.
const maxShown = 40

// Text asks for min to max characters. It rejects with short (min) and long
// (max, n).
func Text[D any](name string, field func(*D) *string, min, max int) Step[D] {
	return Step[D]{
		name:  name,
		codes: []string{"short", "long"},
		take: func(d *D, ev Event) (bool, error) {
			text, err := words(ev.Text, min, max)
			if err == nil {
				*field(d) = text
			}
			return false, err
		},
		pick: func(d *D, v string) { *field(d) = v },
		has:  func(d *D) bool { return *field(d) != "" },
		wipe: func(d *D) { *field(d) = "" },
		show: func(d *D, _ Turn) string { return short(*field(d)) },
	}
}

// words returns typed text in bounds, or why not.
func words(text string, min, max int) (string, error) {
	if text == "" {
		return "", errWrongKind
	}
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case n < min, n == 0:
		return "", Reject("short", "min", min)
	case n > max:
		return "", Reject("long", "max", max, "n", n)
	}
	return text, nil
}

// short is the beginning of a text on one line.
func short(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= maxShown {
		return string(runes)
	}
	return string(runes[:maxShown-1]) + "…"
}
