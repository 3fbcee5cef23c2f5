package paper

import (
	"bytes"
	"fmt"

	"codeberg.org/go-pdf/fpdf"

	"github.com/linli-bot/linli/internal/font"
)

// A4 in points, and the margin around what stands on it.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	margin     = 42.0
)

// family is what the font is called in a file.
const family = "hei"

// PDF is the paper as pages of A4.
func (p Paper) PDF() ([]byte, error) { return Pages(p) }

// Pages are some papers, at least one, in one file, each of which begins a page.
func Pages(all ...Paper) ([]byte, error) {
	f := file(all[0])
	for _, p := range all {
		if err := f.paper(p); err != nil {
			return nil, fmt.Errorf("draw a paper: %w", err)
		}
	}
	return f.bytes()
}

func (f pages) paper(p Paper) error {
	rows, err := p.rows(pageWidth-2*margin, in(f))
	if err != nil {
		return err
	}
	y := pageHeight // nothing fits there: the first row begins a page
	for i, r := range rows {
		need := r.height()
		if r.head && i+1 < len(rows) { // a heading is never the last of a page
			need += rows[i+1].height()
		}
		if y+need > pageHeight-margin {
			f.AddPage()
			y = margin
		}
		y = f.draw(r, y)
	}
	return nil
}

// pages is a file that is being drawn.
type pages struct{ *fpdf.Fpdf }

func file(p Paper) pages {
	f := pages{fpdf.New("P", "pt", "A4", "")}
	f.AddUTF8FontFromBytes(family, "", bytes.Clone(font.Data()))
	f.SetFont(family, "", lineSize)
	f.SetAutoPageBreak(false, 0)
	f.SetCreationDate(p.At)
	f.SetModificationDate(p.At)
	f.SetCatalogSort(true) // the same paper is the same file
	f.SetTitle(p.Title, true)
	f.SetFillColor(224, 224, 224)
	return f
}

// in measures as a file does.
func in(f pages) measures {
	return func(text string, size float64) float64 {
		f.SetFontSize(size)
		return f.GetStringWidth(text)
	}
}

// draw draws a row and returns where the next begins.
func (f pages) draw(r row, y float64) float64 {
	f.SetFontSize(r.size)
	if r.head {
		f.Rect(margin-6, y, pageWidth-2*margin+12, r.height()-4, "F")
	}
	base := y + r.size*1.1
	f.Text(margin, base, r.text)
	if r.right != "" {
		f.Text(pageWidth-margin-f.GetStringWidth(r.right), base, r.right)
	}
	return y + r.height()
}

func (f pages) bytes() ([]byte, error) {
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		return nil, fmt.Errorf("draw a paper: %w", err)
	}
	return b.Bytes(), nil
}
