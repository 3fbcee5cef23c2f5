package paper_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

var (
	streams = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)
	shown   = regexp.MustCompile(`(?s)\(((?:[^\\)]|\\.)*)\) ?Tj`)
	escaped = regexp.MustCompile(`(?s)\\(.)`)
)

// words are what somebody reads on the pages of a PDF, of which every character has its
// drawing in the font that the file brings.
func words(t *testing.T, data []byte) (pages []string) {
	t.Helper()
	var drawings []byte // two bytes for each character: which drawing it has, 0 for none
	for _, m := range streams.FindAllSubmatch(data, -1) {
		z, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue // it is not packed, and says nothing
		}
		is, err := io.ReadAll(z)
		require.NoError(t, err)
		switch {
		case len(is) == 1<<17:
			drawings = is
		case bytes.HasPrefix(is, []byte("0 J\n")): // a page, and no font
			pages = append(pages, said(is))
		}
	}
	for _, page := range pages {
		for _, r := range strings.ReplaceAll(page, "\n", "") {
			require.NotZero(t, binary.BigEndian.Uint16(drawings[2*r:]), "%c is an empty box", r)
		}
	}
	return pages
}

// said is what a page shows, one text a line.
func said(page []byte) string {
	var lines []string
	for _, m := range shown.FindAllSubmatch(page, -1) {
		raw := escaped.ReplaceAllFunc(m[1], func(b []byte) []byte {
			if b[1] == 'r' {
				return []byte{'\r'}
			}
			return b[1:]
		})
		units := make([]uint16, len(raw)/2)
		for i := range units {
			units[i] = binary.BigEndian.Uint16(raw[2*i:])
		}
		lines = append(lines, string(utf16.Decode(units)))
	}
	return strings.Join(lines, "\n")
}
