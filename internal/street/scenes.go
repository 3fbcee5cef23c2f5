package street

import "math"

// everywhere are the corners of a whole scene.
var everywhere = [2]point{{0, 0}, {pictureWidth, pictureHeight}}

// stairwell is the entrance of an old house, with its lamp dead or lit.
func stairwell(c *canvas, lit bool) {
	pick := func(light, dark uint32) uint32 {
		if lit {
			return light
		}
		return dark
	}
	lo, hi := everywhere[0], everywhere[1]
	c.rect(lo, hi, 0, falling(pick(0xFBEBC8, 0x3A4258), pick(0xEBCB92, 0x272D3F), 0, 420))
	c.rect(point{0, 330}, hi, 0, plain(pick(0x8FB99A, 0x22333A)))
	c.rect(point{0, 324}, point{480, 332}, 0, plain(pick(0x5E8F6E, 0x18262C)))
	c.polygon(plain(pick(0xC9B28C, 0x1A1F2B)), point{0, 590}, point{480, 560}, point{480, 640}, point{0, 640})
	door(c, pick)
	stairs(c, pick)
	lamp(c, lit)
	if lit {
		c.rect(lo, hi, 0, glow(0xFFE9A8, point{232, 196}, 420, 0.55))
		return
	}
	c.rect(lo, hi, 0, sheer(0x0C1020, 0.28))
	// The beam of the phone that took the picture: enough to see the bulb by.
	c.rect(lo, hi, 0, glow(0xAFC3E8, point{232, 200}, 270, 0.5))
}

func door(c *canvas, pick func(light, dark uint32) uint32) {
	c.rect(point{26, 262}, point{158, 592}, 4, plain(pick(0x6B3F24, 0x14161E)))
	c.rect(point{36, 272}, point{148, 592}, 2, plain(pick(0x9A5F38, 0x2A2A33)))
	c.rect(point{50, 292}, point{134, 430}, 4, plain(pick(0x86502E, 0x22232B)))
	c.rect(point{50, 450}, point{134, 572}, 4, plain(pick(0x86502E, 0x22232B)))
	c.polygon(plain(pick(0xD8342C, 0x53262C)), point{92, 322}, point{128, 358}, point{92, 394}, point{56, 358})
	c.polygon(plain(pick(0xF3C64B, 0x6B5A35)), point{92, 344}, point{106, 358}, point{92, 372}, point{78, 358})
	c.oval(point{139, 440}, 5, 5, plain(pick(0xF0D58A, 0x4A4A52)))
}

func stairs(c *canvas, pick func(light, dark uint32) uint32) {
	const steps, deep, high = 7, 44.0, 34.0
	for i := range steps {
		x, y := 196+float64(i)*deep, 596-float64(i+1)*high
		c.rect(point{x, y}, point{480, 640}, 0, plain(pick(0xB89F79, 0x1F2533)))
		c.rect(point{x, y}, point{480, y + 8}, 0, plain(pick(0xE6D3AE, 0x333B4E)))
	}
	rail := plain(pick(0x7A3B22, 0x0F131C))
	for i := range steps {
		x, y := 216+float64(i)*deep, 596-float64(i+1)*high
		c.line(5, plain(pick(0x5C6B66, 0x0F131C)), point{x, y}, point{x, y - 104})
	}
	c.line(13, rail, point{196, 478}, point{490, 251})
}

func lamp(c *canvas, lit bool) {
	const x, y = 232.0, 196.0
	if lit {
		for i := range 12 {
			sin, cos := math.Sincos(float64(i) * math.Pi / 6)
			c.line(5, sheer(0xFFF3C0, 0.9), point{x + 66*cos, y + 66*sin}, point{x + 92*cos, y + 92*sin})
		}
		c.oval(point{x, y}, 140, 140, glow(0xFFFBE0, point{x, y}, 140, 1))
	}
	c.line(4, plain(0x2B2B30), point{x, -4}, point{x, y - 60})
	c.rect(point{x - 15, y - 76}, point{x + 15, y - 32}, 5, plain(0x4A4038))
	for i := range 3 {
		c.line(2, plain(0x8B8378), point{x - 14, y - 66 + 10*float64(i)}, point{x + 14, y - 63 + 10*float64(i)})
	}
	if lit {
		c.oval(point{x, y}, 44, 44, plain(0xFFD75A))
		c.oval(point{x, y}, 36, 36, plain(0xFFF2B8))
		c.oval(point{x - 8, y - 8}, 18, 18, plain(0xFFFFF4))
		return
	}
	c.oval(point{x, y}, 44, 44, plain(0x9AA3B5))
	c.oval(point{x, y}, 41, 41, falling(0x6A7285, 0x444B5C, y-41, y+41))
	c.line(5, sheer(0xE8EEFA, 0.6), point{x - 24, y - 16}, point{x - 29, y}, point{x - 25, y + 14})
	// The burnt filament, torn in two, and a crack in the glass.
	c.line(3, plain(0x1B1D26), point{x - 8, y - 34}, point{x - 12, y - 4}, point{x - 3, y + 6})
	c.line(3, plain(0x1B1D26), point{x + 8, y - 34}, point{x + 13, y - 8}, point{x + 9, y})
	c.line(2.5, plain(0xE3E9F5), point{x + 42, y + 4}, point{x + 22, y + 12}, point{x + 26, y + 22}, point{x + 6, y + 40})
}

// pothole is a hole in the road before the house.
func pothole(c *canvas) {
	lo, hi := everywhere[0], everywhere[1]
	c.rect(lo, hi, 0, falling(0xBFE0F2, 0xF2F6EE, 0, 230))
	for i, wall := range []uint32{0xE7C9A5, 0xD9B48F, 0xEAD6B8} {
		x, top := float64(i)*170-20, 60+float64(i%2)*40
		c.rect(point{x, top}, point{x + 150, 240}, 3, plain(wall))
		for row := range 3 {
			for col := range 3 {
				wx, wy := x+18+float64(col)*44, top+18+float64(row)*44
				c.rect(point{wx, wy}, point{wx + 26, wy + 26}, 2, plain(0x7FA6BC))
			}
		}
	}
	for i := range 7 {
		c.oval(point{float64(i)*80 + 10, 232}, 46, 30, plain(0x6FA06B))
	}
	c.rect(point{0, 240}, hi, 0, plain(0xCFC8BB))
	c.polygon(falling(0x8B8F96, 0x6C7078, 270, 640), point{120, 262}, point{360, 262}, point{620, 640}, point{-140, 640})
	c.polygon(plain(0xF4F1E6), point{236, 272}, point{244, 272}, point{248, 320}, point{232, 320})
	c.polygon(plain(0xF4F1E6), point{230, 346}, point{250, 346}, point{255, 400}, point{225, 400})
	hole(c)
	cone(c, point{388, 392})
}

func hole(c *canvas) {
	c.polygon(plain(0x585C63), blob(point{232, 506}, 150, 76, 0)...)
	c.polygon(plain(0x2C2A2B), blob(point{234, 510}, 128, 60, 0.4)...)
	c.polygon(plain(0x4B3D33), blob(point{238, 526}, 100, 38, 0.9)...)
	c.oval(point{250, 534}, 58, 17, plain(0x8FB2C4))
	c.oval(point{236, 530}, 24, 5, sheer(0xFFFFFF, 0.6))
	crack := plain(0x3E4147)
	c.line(4, crack, point{96, 492}, point{62, 470}, point{48, 476}, point{20, 456})
	c.line(4, crack, point{372, 530}, point{404, 552}, point{424, 548}, point{462, 580})
	c.line(3, crack, point{190, 440}, point{178, 420}, point{186, 404})
	for _, stone := range []point{{120, 566}, {152, 584}, {330, 588}, {362, 460}, {92, 540}} {
		c.oval(stone, 11, 8, plain(0x9A9DA3))
	}
}

// blob is an uneven oval; turn makes one differ from the other.
func blob(middle point, rx, ry, turn float64) []point {
	corners := make([]point, 28)
	for i := range corners {
		angle := float64(i) / float64(len(corners)) * 2 * math.Pi
		sin, cos := math.Sincos(angle)
		uneven := 1 + 0.07*math.Sin(3*angle+turn) + 0.05*math.Sin(7*angle+2*turn)
		corners[i] = point{middle.x + rx*uneven*cos, middle.y + ry*uneven*sin}
	}
	return corners
}

func cone(c *canvas, top point) {
	c.oval(point{top.x, top.y + 96}, 52, 12, sheer(0x000000, 0.25))
	c.rect(point{top.x - 44, top.y + 80}, point{top.x + 44, top.y + 94}, 4, plain(0xB83A1C))
	c.polygon(plain(0xE8552B), point{top.x - 9, top.y}, point{top.x + 9, top.y}, point{top.x + 32, top.y + 82}, point{top.x - 32, top.y + 82})
	c.polygon(plain(0xFFFFFF), point{top.x - 16, top.y + 26}, point{top.x + 16, top.y + 26}, point{top.x + 23, top.y + 50}, point{top.x - 23, top.y + 50})
}

// leak is a pipe that drips into a bucket.
func leak(c *canvas) {
	lo, hi := everywhere[0], everywhere[1]
	c.rect(lo, hi, 0, falling(0xEAF2F2, 0xD3E2E4, 0, 480))
	for i := range 9 {
		at := float64(i) * 60
		c.line(2, plain(0xBFD0D3), point{at, 0}, point{at, 480})
		c.line(2, plain(0xBFD0D3), point{0, at}, point{480, at})
	}
	c.rect(point{0, 480}, hi, 0, falling(0xB4A692, 0x9B8D79, 480, 640))
	pipe(c)
	for i, drop := range []point{{262, 246}, {256, 306}, {266, 362}, {259, 418}} {
		droplet(c, drop, 13-float64(i))
	}
	c.polygon(plain(0x8DBBD0), blob(point{262, 588}, 190, 36, 0.6)...)
	c.polygon(plain(0xB6D9E8), blob(point{240, 584}, 120, 18, 0.2)...)
	bucket(c)
}

func pipe(c *canvas) {
	steel := falling(0xDDE3E7, 0x6F7B84, 128, 196)
	c.rect(point{-10, 128}, point{490, 192}, 0, steel)
	c.rect(point{96, 112}, point{140, 208}, 6, falling(0xC9D0D5, 0x5E6971, 112, 208))
	c.rect(point{224, 108}, point{300, 212}, 8, falling(0xC98F5A, 0x6E4323, 108, 212))
	c.rect(point{238, 108}, point{244, 212}, 0, sheer(0x000000, 0.2))
	c.rect(point{280, 108}, point{286, 212}, 0, sheer(0x000000, 0.2))
	c.polygon(sheer(0x8A4B1E, 0.5), blob(point{262, 196}, 58, 26, 0.3)...)
	c.rect(point{424, -4}, point{464, 140}, 4, falling(0xC9D0D5, 0x7F8A92, 0, 140))
}

func droplet(c *canvas, at point, size float64) {
	c.polygon(plain(0x3D93C2), point{at.x, at.y - 2.2*size}, point{at.x + 0.8*size, at.y - 0.4*size}, point{at.x - 0.8*size, at.y - 0.4*size})
	c.oval(at, size, size, plain(0x3D93C2))
	c.oval(point{at.x - size*0.3, at.y}, size*0.28, size*0.4, sheer(0xFFFFFF, 0.7))
}

func bucket(c *canvas) {
	c.line(5, plain(0x8E2F2A), point{188, 478}, point{204, 436}, point{262, 420}, point{320, 436}, point{336, 478})
	c.polygon(falling(0xD9534B, 0xA93A33, 470, 600), point{180, 474}, point{344, 474}, point{320, 604}, point{204, 604})
	c.oval(point{262, 476}, 82, 17, plain(0x8E2F2A))
	c.oval(point{262, 480}, 72, 12, plain(0x6FB3D2))
	c.oval(point{244, 478}, 26, 3.5, sheer(0xFFFFFF, 0.6))
}
