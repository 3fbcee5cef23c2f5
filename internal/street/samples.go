package street

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image/jpeg"
	"math"
	"net/http"
	"sync"

	"github.com/linli-bot/linli/internal/botapi"
)

// sample is something that can be sent without having it.
type sample struct {
	name  string
	files []botapi.File // none for a place
}

// sampleOrder is how the samples stand in the attach menu.
var sampleOrder = []string{"lamp", "lit", "hole", "leak", "album", "forward", "voice", "place"}

const voiceSeconds = 6

// drawnSamples are the samples, made when they are first asked for.
var drawnSamples = sync.OnceValue(drawSamples)

// drawSamples paints the pictures and makes the voice.
func drawSamples() map[string]sample {
	lamp := picture("lamp.jpg", func(c *canvas) { stairwell(c, false) })
	lit := picture("lit.jpg", func(c *canvas) { stairwell(c, true) })
	hole := picture("hole.jpg", pothole)
	pipe := picture("leak.jpg", leak)
	drop := picture("leak-near.jpg", func(c *canvas) { leak(c.closeUp(point{150, 70}, 2)) })
	made := map[string]sample{}
	for _, one := range []sample{
		{"lamp", []botapi.File{lamp}},
		{"lit", []botapi.File{lit}},
		{"hole", []botapi.File{hole}},
		{"leak", []botapi.File{pipe}},
		{"album", []botapi.File{pipe, drop}},
		{"forward", []botapi.File{hole}},
		{"voice", []botapi.File{{Name: "voice.ogg", MIME: "audio/ogg", Data: hum()}}},
		{"place", nil},
	} {
		made[one.name] = one
	}
	return made
}

func picture(name string, paint func(c *canvas)) botapi.File {
	c := newCanvas()
	paint(c)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, c.img, &jpeg.Options{Quality: 86}); err != nil {
		panic(fmt.Sprintf("encode %s: %v", name, err)) // at start, into memory: cannot be
	}
	return botapi.File{Name: name, MIME: "image/jpeg", Data: out.Bytes()}
}

// hum is a quiet tone as a WAV file. It stands for somebody's voice: what it
// holds does not matter, since nobody here listens to it.
func hum() []byte {
	const rate, length = 4000, 4000
	data := []byte("RIFF____WAVEfmt ")
	binary.LittleEndian.PutUint32(data[4:], 36+length)
	for _, word := range []any{uint32(16), uint16(1), uint16(1), uint32(rate), uint32(rate), uint16(1), uint16(8)} {
		data, _ = binary.Append(data, binary.LittleEndian, word) // fixed sizes only: cannot fail
	}
	data = binary.LittleEndian.AppendUint32(append(data, "data"...), length)
	for i := range length {
		data = append(data, byte(128+20*math.Sin(float64(i)*2*math.Pi*220/rate)))
	}
	return data
}

// samplePicture is what the attach menu shows: of an album the second one,
// since the first is there by itself.
func (s *street) samplePicture(w http.ResponseWriter, r *http.Request) {
	one, known := s.samples[r.PathValue("name")]
	if !known || len(one.files) == 0 || one.files[0].MIME != "image/jpeg" {
		http.NotFound(w, r)
		return
	}
	s.send(w, "image/jpeg", one.files[len(one.files)-1].Data)
}
