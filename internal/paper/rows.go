package paper

import (
	"strings"

	"github.com/linli-bot/linli/internal/font"
)

// The sizes of type, in points: to be read at arm's length, by somebody who cooks.
const (
	titleSize = 26.0
	headSize  = 20.0
	lineSize  = 18.0
)

// spacing is how much higher a row is than its type.
const spacing = 1.5

// row is what stands beside one another.
type row struct {
	text, right string
	size        float64
	head        bool // on a grey ground
}

func (r row) height() float64 { return r.size * spacing }

// measures tells how wide a text is in a size, in points.
type measures func(text string, size float64) float64

// rows are the rows of a paper, each no wider than width.
func (p Paper) rows(width float64, wide measures) (all []row, err error) {
	add := func(l Line, size float64, head bool) error {
		text, err := font.Spell(l.Text)
		if err != nil {
			return err
		}
		right, err := font.Spell(l.Right)
		if err != nil {
			return err
		}
		room := width
		if right != "" {
			room -= wide(right, size) + size
		}
		for i, part := range broken(text, room, func(s string) float64 { return wide(s, size) }) {
			r := row{text: part, size: size, head: head}
			if i == 0 {
				r.right = right
			}
			all = append(all, r)
		}
		return nil
	}
	if err := add(Line{Text: p.Title}, titleSize, false); err != nil {
		return nil, err
	}
	for _, part := range p.Parts {
		if part.Head != "" {
			if err := add(Line{Text: part.Head}, headSize, true); err != nil {
				return nil, err
			}
		}
		for _, l := range part.Lines {
			if err := add(l, lineSize, false); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// broken breaks a text into lines no wider than room: at a space where there is one,
// and between any two characters where there is none. There is at least one line.
func broken(text string, room float64, wide func(string) float64) (lines []string) {
	text = strings.Join(strings.Fields(text), " ")
	for {
		fits := fitting(text, room, wide)
		if fits == len(text) {
			return append(lines, text)
		}
		if at := strings.LastIndexByte(text[:fits], ' '); at > 0 && text[fits] != ' ' {
			fits = at
		}
		lines = append(lines, text[:fits])
		text = strings.TrimPrefix(text[fits:], " ")
	}
}

// fitting is how many bytes of a text, whole characters and at least one, are no
// wider than room.
func fitting(text string, room float64, wide func(string) float64) int {
	for i, r := range text {
		if end := i + len(string(r)); i > 0 && wide(text[:end]) > room {
			return i
		}
	}
	return len(text)
}
