package street

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/linli-bot/linli/internal/botapi"
)

// slip is what becomes of a press by a finger that shakes.
type slip int

const (
	steady slip = iota
	twice       // it lands two times
	beside      // it lands on a neighbour
)

// fingers counts the presses on each phone, so that a seed and the number of
// a press always give the same slip.
type fingers struct {
	mu      sync.Mutex
	presses map[string]uint64
}

// press gives the slip of the next press on a phone, and which of the
// neighbours it lands on.
func (f *fingers) press(seed uint64, phone string) (slip, int) {
	if seed == 0 {
		return steady, 0
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.presses == nil {
		f.presses = map[string]uint64{}
	}
	f.presses[phone]++
	dice := rand.New(rand.NewPCG(seed, f.presses[phone]))
	return []slip{steady, twice, beside, steady}[dice.IntN(4)], 1 - 2*dice.IntN(2)
}

// land tells where a press on one of a row of labels lands, and how often. One
// without neighbours is pressed twice instead.
func (s slip) land(labels []string, at, side int) (landed, times int) {
	switch {
	case s == steady:
		return at, 1
	case s == twice || len(labels) < 2:
		return at, 2
	case at+side < 0 || at+side >= len(labels):
		return at - side, 1
	}
	return at + side, 1
}

// press is where a finger came down: which label, how often, and what to say
// where it was not as wanted.
type press struct {
	at, times int
	label     string
	slipped   string
}

func (s *street) press(h hand, labels []string, at int) press {
	slip, side := s.fingers.press(h.look.Shaky, h.persona.Key)
	landed, times := slip.land(labels, at, side)
	p := press{at: landed, times: times, label: labels[landed]}
	switch {
	case landed != at:
		p.slipped = fmt.Sprintf(h.look.Words.SlipBeside, p.label)
	case times > 1:
		p.slipped = h.look.Words.SlipTwice
	}
	return p
}

// script is the press as a script says it.
func (p press) script() string {
	if p.times > 1 {
		return "{twice [" + p.label + "]}"
	}
	return "[" + p.label + "]"
}

// buttonsOf are the labels of a message that can be tapped, and their data.
func buttonsOf(chat botapi.View, id int64) (labels, data []string) {
	for _, m := range chat.Messages {
		for _, row := range m.Buttons {
			for _, b := range row {
				if m.ID == id && b.Data != "" {
					labels, data = append(labels, b.Text), append(data, b.Data)
				}
			}
		}
	}
	return labels, data
}

// newestWith reports whether a message is the newest that shows a button.
func newestWith(chat botapi.View, label string, id int64) bool {
	for _, m := range slices.Backward(chat.Messages) {
		if labels, _ := buttonsOf(chat, m.ID); slices.Contains(labels, label) {
			return m.ID == id
		}
	}
	return false
}
