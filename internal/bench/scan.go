package bench

import (
	"bytes"
	"strconv"
)

// The bodies that come are JSON made by a machine. A key in quotes stands
// nowhere but as a key, since quotes within texts are escaped; so what is
// needed is found without decoding the rest.

// rawOf is the value of the first such key (`"text":`) as it stands there; nil
// where there is none.
func rawOf(body []byte, key string) []byte {
	_, rest, found := bytes.Cut(body, []byte(key))
	if !found {
		return nil
	}
	rest = bytes.TrimLeft(rest, " \n\t")
	return rest[:length(rest)]
}

// length is how long the JSON value at the start of b is.
func length(b []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
			if !quoted && depth == 0 {
				return i + 1
			}
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth <= 0 {
				return i + 1 + min(depth, 0)
			}
		case c == ',' && depth == 0:
			return i
		}
	}
	return len(b)
}

// textOf is a string without its quotes, with its escapes as they are.
func textOf(body []byte, key string) string {
	raw := rawOf(body, key)
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	return string(raw[1 : len(raw)-1])
}

func numberOf(body []byte, key string) int64 {
	n, err := strconv.ParseInt(string(rawOf(body, key)), 10, 64)
	if err != nil {
		return 0 // missing, or none of our business
	}
	return n
}
