package main

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"

	"github.com/linli-bot/linli/internal/botapi"
)

// staff read longer messages: a case's whole story.
var staff = map[string]bool{"member": true, "member2": true, "secretary": true, "kitchen": true}

// lintMessage holds a message to the rules of what residents are shown: short,
// one button a row, few and short labels, and a first line that makes sense
// alone.
func lintMessage(t *testing.T, lang, who string, m botapi.Message) {
	t.Helper()
	assert.NotContains(t, m.Text, "⟦", "words are missing")
	assert.NotContains(t, m.Text, "<no value>")
	for _, row := range m.Buttons {
		if staff[who] && isPad(row) {
			continue
		}
		assert.Len(t, row, 1, "one button a row: %v", row)
		for _, b := range row {
			assert.LessOrEqual(t, size(b.Text), labelMost(b.Text), "label %q is too long", b.Text)
			assert.LessOrEqual(t, len(b.Data), 64, "data %q", b.Data)
			assert.True(t, strings.ContainsFunc(b.Text, unicode.IsLetter), "label %q has no word", b.Text)
		}
	}
	if staff[who] || m.Text == "" {
		return
	}
	assert.LessOrEqual(t, len(m.Buttons), 12, "too many buttons under %q", m.Text)
	if lang == "zh" && strings.ContainsFunc(m.Text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		assert.LessOrEqual(t, size(m.Text), 60, "too long: %q", m.Text)
	} else {
		assert.LessOrEqual(t, len(strings.Fields(m.Text)), 40, "too long: %q", m.Text)
	}
	assert.LessOrEqual(t, strings.Count(m.Text, "?")+strings.Count(m.Text, "？"), 1, "one question: %q", m.Text)
	first, _, _ := strings.Cut(m.Text, "\n")
	assert.NotEmpty(t, strings.TrimSpace(first))
}

// isPad reports whether a row is one of digits, on which staff type a code with a thumb.
func isPad(row []botapi.Button) bool {
	return !slices.ContainsFunc(row, func(b botapi.Button) bool {
		return len(b.Text) != 1 || !unicode.IsDigit(rune(b.Text[0])) || len(b.Data) > 64
	})
}

// size counts Chinese characters where there are any, else letters.
func size(text string) int {
	han := 0
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	if han > 0 {
		return han
	}
	return len([]rune(text))
}

func labelMost(label string) int {
	if strings.ContainsFunc(label, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return 8
	}
	return 22
}
