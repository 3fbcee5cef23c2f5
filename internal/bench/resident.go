package bench

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"
)

// The words that residents know, in English.
var (
	sayReport = "Report a problem"
	backward  = []string{"Back", "Cancel"}
	receipt   = "Sent, number "
)

// updatesPerReport is what one report conversation takes: /start, Report,
// kind, place, words, Skip, Send.
const updatesPerReport = 7

// resident brings one report after the other. The next thing is done only when
// the last one was answered, and by what the answer shows: the first button,
// unless it leads back; words, where there is no other; the menu's key, where
// there are no buttons.
type resident struct {
	town  *telegram
	id    int64
	name  string
	think time.Duration
	live  context.Context // while people think, and no longer

	mu      sync.Mutex
	asked   time.Time // when it was done what is not answered; zero: nothing
	tapped  bool      // that was a tap
	acted   []string  // what was seen in this conversation: an old screen that comes again is no answer
	number  string    // of the newest receipt
	reports int       // begun
	settled bool      // the first contact is over
	stuck   int       // times that nothing came for patience
}

// begin starts the first conversation; people who think begin at any moment of
// the time that one takes, so that not all are at the same question at once.
func (r *resident) begin() {
	if r.think == 0 {
		r.act(r.start())
		return
	}
	go func() {
		wait := rand.N(updatesPerReport * r.think)
		if r.town.clk.Until(r.live, r.town.clk.Now().Add(wait)) == nil {
			r.act(r.start())
		}
	}()
}

// draw is an action: it appends what stands behind the id of its update.
type draw func(to []byte) []byte

// act sends an update.
func (r *resident) act(d draw) {
	r.mu.Lock()
	r.asked = r.town.clk.Now()
	r.mu.Unlock()
	r.town.came(d)
}

// shown reads a screen and returns what it makes the resident do; nil: nothing.
func (r *resident) shown(s screen) func() {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := textOf(s.markup, `"callback_data":`)
	key := first
	if key == "" {
		key = string(s.text)
	}
	number := numberAfter(s.text, receipt)
	if r.asked.IsZero() || slices.Contains(r.acted, key) || number != "" && number == r.number {
		return nil
	}
	r.town.tally.answered(r.town.clk.Now().Sub(r.asked), r.tapped)
	r.asked = time.Time{}
	r.acted = append(r.acted, key)
	next := r.next(s, first, number)
	if next == nil || r.town.resting.Load() {
		return nil
	}
	if r.think == 0 {
		return func() { r.act(next) }
	}
	return func() {
		go func() {
			if r.town.clk.Until(r.live, r.town.clk.Now().Add(r.think)) == nil {
				r.act(next)
			}
		}()
	}
}

func (r *resident) next(s screen, first, number string) draw {
	r.tapped = false
	switch {
	case number != "":
		r.number = number
		r.town.tally.completed(number)
		return r.start()
	case first == "" && !r.settled:
		r.settled = true
		return nil
	case first == "":
		return r.say(sayReport)
	case slices.Contains(backward, textOf(s.markup, `"text":`)):
		return r.say(r.words())
	default:
		r.tapped = true
		return r.tap(s, first)
	}
}

// start begins the next conversation.
func (r *resident) start() draw {
	r.acted = r.acted[:0]
	r.reports++
	return r.say("/start")
}

// words are told once, so that a case that is there twice is seen.
func (r *resident) words() string {
	return r.name + "C" + strconv.Itoa(r.reports) + " it is dark and the lamp is broken"
}

func (r *resident) say(text string) draw {
	return func(to []byte) []byte {
		to = append(to, `,"message":{"message_id":`...)
		to = strconv.AppendInt(to, r.town.messages.Add(1), 10)
		to = append(to, `,"from":`...)
		to = append(r.account(to), `,"language_code":"en"},"chat":`...)
		to = append(r.account(to), `,"type":"private"},"date":1795000000,"text":"`...)
		return append(append(to, text...), `"}}`...)
	}
}

func (r *resident) tap(s screen, data string) draw {
	return func(to []byte) []byte {
		to = append(to, `,"callback_query":{"id":"`...)
		to = strconv.AppendInt(to, r.town.messages.Add(1), 10)
		to = append(to, `","from":`...)
		to = append(r.account(to), `,"language_code":"en"},"message":`...)
		to = append(r.town.draw(to, r.id, s), `,"chat_instance":"1","data":"`...)
		return append(append(to, data...), `"}}`...)
	}
}

func (r *resident) account(to []byte) []byte {
	to = append(to, `{"id":`...)
	to = strconv.AppendInt(to, r.id, 10)
	to = append(to, `,"is_bot":false,"first_name":"`...)
	return append(append(to, r.name...), '"')
}
