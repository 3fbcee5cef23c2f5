package paper

import (
	"fmt"

	"github.com/linli-bot/linli/internal/font"
)

// How labels lie on a page: as the sheets of 105 by 57 mm that shops sell, ten on one.
const (
	across   = 2
	down     = 5
	bigSize  = 24.0
	noteSize = 14.0
	inset    = 14.0 // of what stands on a label, from its edge
)

// Labels are labels as pages of A4, ten on each, with lines to cut along. What finds
// no room on one is not lost unseen: its last line ends with "…".
func Labels(p Paper, all []Label) ([]byte, error) {
	f := file(p)
	f.SetDrawColor(160, 160, 160)
	for i, l := range all {
		at := i % (across * down)
		if at == 0 {
			f.AddPage()
		}
		if err := f.label(l, float64(at%across), float64(at/across)); err != nil {
			return nil, fmt.Errorf("draw a label: %w", err)
		}
	}
	if len(all) == 0 {
		f.AddPage()
	}
	return f.bytes()
}

// label draws one in a column and a row of the page.
func (f pages) label(l Label, column, line float64) error {
	const width, height = pageWidth / across, pageHeight / down
	x, y := column*width, line*height
	f.Rect(x, y, width, height, "D")
	rows, err := l.rows(width-2*inset, in(f))
	if err != nil {
		return err
	}
	bottom := y + height - inset
	y += inset
	for i, r := range rows {
		if i+1 < len(rows) && y+r.height()+rows[i+1].height() > bottom {
			r.text += "…"
			rows = rows[:i+1]
		}
		f.SetFontSize(r.size)
		f.Text(x+inset, y+r.size, r.text)
		if i+1 >= len(rows) {
			break
		}
		y += r.height()
	}
	return nil
}

// rows are those of a label, as if it were high enough for all.
func (l Label) rows(width float64, wide measures) (all []row, err error) {
	add := func(text string, size float64) error {
		text, err := font.Spell(text)
		if err != nil {
			return err
		}
		for _, part := range broken(text, width, func(s string) float64 { return wide(s, size) }) {
			all = append(all, row{text: part, size: size})
		}
		return nil
	}
	if err := add(l.Big, bigSize); err != nil {
		return nil, err
	}
	for _, text := range l.Lines {
		if err := add(text, noteSize); err != nil {
			return nil, err
		}
	}
	return all, nil
}
