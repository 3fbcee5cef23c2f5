package pg

import "strings"

// Text is people's text as Postgres takes it: without NUL, which it refuses,
// without broken UTF-8, and without the space around it.
func Text(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", ""))
}

// Cut shortens a text to n characters.
func Cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
