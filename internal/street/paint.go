package street

import (
	"image"
	"image/color"
	"math"
)

// point is a place on a canvas, in its units.
type point struct{ x, y float64 }

// shape is the signed distance of a place from an outline: negative inside.
// Distances give every shape a soft, even edge without any supersampling.
type shape func(p point) float64

// ink is the colour of a shape at a place.
type ink func(p point) color.NRGBA

// canvas is a picture that is being painted. Scenes are drawn in units of
// 480 × 640; zoom and origin choose what part of the scene the picture shows.
type canvas struct {
	img    *image.RGBA
	zoom   float64
	origin point
}

const pictureWidth, pictureHeight = 480, 640

func newCanvas() *canvas {
	return &canvas{img: image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight)), zoom: 1}
}

// closeUp makes the picture show the scene from origin on, enlarged.
func (c *canvas) closeUp(origin point, zoom float64) *canvas {
	c.origin, c.zoom = origin, zoom
	return c
}

// fill paints the shape, which must lie within the box from lo to hi.
func (c *canvas) fill(lo, hi point, s shape, paint ink) {
	left, top := c.pixel(lo, -2)
	right, bottom := c.pixel(hi, 2)
	area := image.Rect(left, top, right, bottom).Intersect(c.img.Bounds())
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			p := point{c.origin.x + (float64(x)+0.5)/c.zoom, c.origin.y + (float64(y)+0.5)/c.zoom}
			if cover := clamp(0.5 - s(p)*c.zoom); cover > 0 {
				c.blend(x, y, paint(p), cover)
			}
		}
	}
}

func (c *canvas) pixel(p point, margin int) (x, y int) {
	return int((p.x-c.origin.x)*c.zoom) + margin, int((p.y-c.origin.y)*c.zoom) + margin
}

func (c *canvas) blend(x, y int, top color.NRGBA, cover float64) {
	a := cover * float64(top.A) / 255
	under := c.img.RGBAAt(x, y)
	mix := func(below, above uint8) uint8 { return uint8(float64(below)*(1-a) + float64(above)*a + 0.5) }
	c.img.SetRGBA(x, y, color.RGBA{R: mix(under.R, top.R), G: mix(under.G, top.G), B: mix(under.B, top.B), A: 255})
}

// rect fills an upright rectangle with rounded corners.
func (c *canvas) rect(lo, hi point, round float64, paint ink) {
	middle := point{(lo.x + hi.x) / 2, (lo.y + hi.y) / 2}
	halfW, halfH := (hi.x-lo.x)/2-round, (hi.y-lo.y)/2-round
	c.fill(lo, hi, func(p point) float64 {
		dx, dy := math.Abs(p.x-middle.x)-halfW, math.Abs(p.y-middle.y)-halfH
		return math.Hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - round
	}, paint)
}

// oval fills an ellipse; its edge is exact for circles and close enough else.
func (c *canvas) oval(middle point, rx, ry float64, paint ink) {
	c.fill(point{middle.x - rx, middle.y - ry}, point{middle.x + rx, middle.y + ry}, func(p point) float64 {
		return (math.Hypot((p.x-middle.x)/rx, (p.y-middle.y)/ry) - 1) * min(rx, ry)
	}, paint)
}

// line draws a stroke with round ends through all points.
func (c *canvas) line(width float64, paint ink, through ...point) {
	for i := 1; i < len(through); i++ {
		a, b := through[i-1], through[i]
		lo := point{min(a.x, b.x) - width, min(a.y, b.y) - width}
		hi := point{max(a.x, b.x) + width, max(a.y, b.y) + width}
		c.fill(lo, hi, func(p point) float64 { return toSegment(p, a, b) - width/2 }, paint)
	}
}

// polygon fills the area within the corners.
func (c *canvas) polygon(paint ink, corners ...point) {
	lo, hi := corners[0], corners[0]
	for _, p := range corners {
		lo, hi = point{min(lo.x, p.x), min(lo.y, p.y)}, point{max(hi.x, p.x), max(hi.y, p.y)}
	}
	c.fill(lo, hi, func(p point) float64 { return toPolygon(p, corners) }, paint)
}

// toSegment is the distance of p from the line between a and b.
func toSegment(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	along := clamp(((p.x-a.x)*dx + (p.y-a.y)*dy) / max(dx*dx+dy*dy, 1e-9))
	return math.Hypot(p.x-a.x-along*dx, p.y-a.y-along*dy)
}

func toPolygon(p point, corners []point) float64 {
	distance, inside := math.MaxFloat64, false
	for i, a := range corners {
		b := corners[(i+1)%len(corners)]
		distance = min(distance, toSegment(p, a, b))
		if (a.y > p.y) != (b.y > p.y) && p.x < (b.x-a.x)*(p.y-a.y)/(b.y-a.y)+a.x {
			inside = !inside
		}
	}
	if inside {
		return -distance
	}
	return distance
}

// plain is one colour, written 0xRRGGBB.
func plain(rgb uint32) ink { return sheer(rgb, 1) }

// sheer is one colour through which what lies below is seen.
func sheer(rgb uint32, opacity float64) ink {
	shade := color.NRGBA{R: uint8(rgb >> 16), G: uint8(rgb >> 8), B: uint8(rgb), A: uint8(255 * opacity)}
	return func(point) color.NRGBA { return shade }
}

// falling goes from one colour at height top to another at height bottom.
func falling(from, to uint32, top, bottom float64) ink {
	a, b := plain(from)(point{}), plain(to)(point{})
	return func(p point) color.NRGBA {
		t := clamp((p.y - top) / (bottom - top))
		mix := func(x, y uint8) uint8 { return uint8(float64(x)*(1-t) + float64(y)*t) }
		return color.NRGBA{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 255}
	}
}

// glow fades from the middle outwards, like light or like shade.
func glow(rgb uint32, middle point, radius, strength float64) ink {
	shade := plain(rgb)(point{})
	return func(p point) color.NRGBA {
		near := clamp(1 - math.Hypot(p.x-middle.x, p.y-middle.y)/radius)
		shade.A = uint8(255 * strength * near * near)
		return shade
	}
}

func clamp(x float64) float64 { return min(max(x, 0), 1) }
