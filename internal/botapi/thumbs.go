package botapi

import (
	"bytes"
	"image"
	"image/jpeg"
)

// thumbnailSides are the longer sides of the sizes that come before a photo
// itself.
var thumbnailSides = []int{90, 320, 800}

// fit scales to a longer side; false where the picture is not larger.
func fit(width, height, side int) (w, h int, smaller bool) {
	longer := max(width, height)
	if longer <= side {
		return 0, 0, false
	}
	return max(1, width*side/longer), max(1, height*side/longer), true
}

// shrink makes a small JPEG by taking the nearest points: good enough to be
// told apart, and cheap. It is done when somebody first asks for it.
func shrink(data []byte, width, height int) []byte {
	from, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return data // its head was readable, its body is not: give what there is
	}
	area := from.Bounds()
	to := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			to.Set(x, y, from.At(area.Min.X+x*area.Dx()/width, area.Min.Y+y*area.Dy()/height))
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, to, nil); err != nil {
		return data
	}
	return out.Bytes()
}
