package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"

	"github.com/golang/freetype"
	"github.com/golang/freetype/truetype"
	"golang.org/x/image/math/fixed"

	"github.com/linli-bot/linli/internal/font"
)

// How a picture is drawn: as wide as a phone shows sharply, two pixels a point. Telegram
// takes pictures of which width and height are 10,000 together.
const (
	scale     = 2
	wideness  = 500.0 // in points
	edge      = 20.0
	maxHeight = 4000.0
)

// Picture is the paper as a PNG, 1000 pixels wide. What is longer than a picture may be
// ends with "…".
func (p Paper) Picture() ([]byte, error) {
	f, err := font.Read()
	if err != nil {
		return nil, fmt.Errorf("draw a picture: %w", err)
	}
	rows, err := p.rows(wideness-2*edge, drawn(f))
	if err != nil {
		return nil, fmt.Errorf("draw a picture: %w", err)
	}
	rows, high := cut(rows)
	canvas := image.NewRGBA(image.Rect(0, 0, wideness*scale, int(high*scale)))
	draw.Draw(canvas, canvas.Bounds(), image.White, image.Point{}, draw.Src)
	y := edge
	for _, r := range rows {
		if err := paint(canvas, f, r, y); err != nil {
			return nil, fmt.Errorf("draw a picture: %w", err)
		}
		y += r.height()
	}
	var b bytes.Buffer
	if err := png.Encode(&b, canvas); err != nil {
		return nil, fmt.Errorf("draw a picture: %w", err)
	}
	return b.Bytes(), nil
}

// cut is as many rows as one picture may have, and how high that is.
func cut(rows []row) (some []row, high float64) {
	high = 2 * edge
	for i, r := range rows {
		if high += r.height(); high > maxHeight-2*lineSize*spacing && i+1 < len(rows) {
			return append(rows[:i+1:i+1], row{text: "…", size: lineSize}), high + lineSize*spacing
		}
	}
	return rows, high
}

// drawn measures as a picture does.
func drawn(f *truetype.Font) measures {
	return func(text string, size float64) float64 {
		var sum fixed.Int26_6
		for _, r := range text {
			sum += f.HMetric(fixed.Int26_6(size*64), f.Index(r)).AdvanceWidth
		}
		return float64(sum) / 64
	}
}

// paint draws a row at a height.
func paint(canvas draw.Image, f *truetype.Font, r row, y float64) error {
	if r.head {
		box := image.Rect(0, int(y*scale), wideness*scale, int((y+r.height()-4)*scale))
		draw.Draw(canvas, box, image.NewUniform(color.Gray{Y: 224}), image.Point{}, draw.Src)
	}
	c := freetype.NewContext()
	c.SetDPI(72)
	c.SetFont(f)
	c.SetFontSize(r.size * scale)
	c.SetClip(canvas.Bounds())
	c.SetDst(canvas)
	c.SetSrc(image.Black)
	base := (y + r.size*1.1) * scale
	right := (wideness - edge - drawn(f)(r.right, r.size)) * scale
	if _, err := c.DrawString(r.text, freetype.Pt(int(edge*scale), int(base))); err != nil {
		return err
	}
	_, err := c.DrawString(r.right, freetype.Pt(int(right), int(base)))
	return err
}
