package faults

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// How long people wait for an answer before they try again.
const patience = 2500 * time.Millisecond

// report is one conversation: from "/report" or a photo to its receipt. Every
// text typed in it carries its token.
type report struct {
	token  string
	photo  bool   // it begins with a photo
	texts  []said // what was typed in it
	number int64  // of the receipt; 0: none was shown
	alone  bool   // nothing before it was in doubt: no conversation can be open
	doubt  bool   // nothing came at some point: something was tried again
	back   bool   // it was to be taken back
}

// said is a text that was typed in answer to a question.
type said struct{ text, question string }

// resident reports troubles.
type resident struct {
	*person
	reports []*report
	open    *report        // the one in hand
	photos  bool           // now and then begins with a photo
	seen    map[int64]bool // numbers of receipts
	gone    map[int64]bool // numbers that were said to be taken back
	idle    bool           // the last one is over
	lost    bool           // nothing came: what is on the screen is looked at anew
	again   func() bool
}

// live goes on reporting until enough says so.
func (r *resident) live(ctx context.Context, enough func() bool) {
	switch {
	case r.done.Load() == 0:
		r.start("")
	case r.open == nil:
		r.begin()
	}
	for ctx.Err() == nil && !enough() {
		screens := r.screens(ctx, patience)
		if ctx.Err() != nil || enough() {
			r.putBack(screens)
			return
		}
		r.think(ctx)
		if len(screens) == 0 {
			r.tryAgain()
			continue
		}
		if r.answer(screens); r.idle && !enough() {
			r.begin()
		}
	}
}

// putBack leaves unread what there is no time for.
func (r *resident) putBack(screens []screen) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, s := range screens {
		r.unread = slices.Insert(r.unread, i, s.message)
	}
}

// tryAgain is what people do when nothing comes: tap once more, or /start.
func (r *resident) tryAgain() {
	if r.open != nil {
		r.open.doubt = true
	}
	again := r.again
	r.again, r.lost = nil, true
	if again != nil && r.rng.IntN(2) == 0 && again() {
		return
	}
	r.start("")
}

// answer says yes to every "is it fixed?", and answers the newest question.
func (r *resident) answer(screens []screen) {
	for _, s := range screens {
		if s.kind == isGone {
			r.gone[s.number] = true
		}
		if s.kind == isCheck && !r.acted[s.verbs["c.fixed"]] {
			r.acted[s.verbs["c.fixed"]] = true
			r.tap(s.message, s.verbs["c.fixed"])
		}
	}
	for _, s := range slices.Backward(screens) {
		if s.kind != isOther && s.kind != isCheck && s.kind != isGone {
			r.take(s)
			return
		}
	}
}

// take does what a screen asks for.
func (r *resident) take(s screen) {
	switch s.kind {
	case "receipt":
		r.receipt(s)
	case isMenu:
		r.idle = r.open == nil || r.lost
	case isWhich:
		r.press(s, s.verbs["d.keep"])
		r.lost = true // the question that comes again is answered again
	case isDraft:
		r.press(s, s.verbs["c.send"])
	case isNear:
		r.press(s, s.verbs["c.own"])
	case isSummary:
		r.press(s, s.verbs["send"])
	case "welcome.name.ask", "report.kind.ask":
		r.press(s, s.values[r.rng.IntN(len(s.values))])
	case "report.sure.ask": // a conversation was forgotten, and what was typed into it begins another
		if r.open != nil {
			r.open.doubt = true
		}
		r.press(s, s.values[0])
	case "which.matter.ask": // the same, beside another that is open
		if r.open != nil {
			r.open.doubt = true
		}
		r.press(s, s.verbs["=new"])
	case "report.place.ask":
		r.press(s, s.values[len(s.values)-1-r.rng.IntN(2)]) // elsewhere, or outdoors
	case "report.photo.ask":
		r.press(s, cmp.Or(s.verbs["skip"], s.verbs["done"])) // a photo to begin with came into a conversation that went on
	case "report.where.ask", "report.what.ask":
		r.tell(s)
	}
}

// first notes that a question is answered; false where it was before, and an
// answer is under way.
func (r *resident) first(key string) bool {
	if r.acted[key] && !r.lost {
		return false
	}
	r.acted[key], r.lost = true, false
	return true
}

func (r *resident) press(s screen, data string) {
	key := s.session
	if key == "" {
		key = data
	}
	if r.first(key) && r.tap(s.message, data) {
		r.again = func() bool { return r.tap(s.message, data) }
	}
}

// tell types an answer. Where the same question was answered before and came
// again, it is in doubt what the first answer was taken for.
func (r *resident) tell(s screen) {
	before := r.acted[s.session]
	if !r.first(s.session) {
		return
	}
	if r.open == nil { // a conversation from before goes on
		r.note(false)
	}
	if before {
		r.open.doubt = true
	}
	text := fmt.Sprintf("%s %d", r.open.token, len(r.open.texts)+1)
	r.open.texts = append(r.open.texts, said{text, s.kind})
	r.again = nil
	r.say(text)
}

// note begins a page of the book.
func (r *resident) note(photo bool) {
	r.idle = false
	r.open = &report{
		token: fmt.Sprintf("%sC%03d", r.name, len(r.reports)+1), photo: photo,
		alone: !slices.ContainsFunc(r.reports, func(before *report) bool { return before.doubt }),
	}
	r.reports = append(r.reports, r.open)
}

// begin begins a report.
func (r *resident) begin() {
	r.again, r.lost = nil, false
	r.note(r.photos && r.rng.IntN(4) == 0)
	r.bring()
}

// bring begins the report in hand.
func (r *resident) bring() {
	if !r.open.photo {
		r.say("/report")
		return
	}
	r.open.texts = []said{{r.open.token + " 1", "photo"}}
	r.photo(r.open.token + " 1")
}

// receipt notes the number, and takes some reports back. One that was shown
// before comes from a turn that was played again.
func (r *resident) receipt(s screen) {
	if r.seen[s.number] {
		r.idle = r.open == nil || r.lost
		return
	}
	r.seen[s.number] = true
	r.again, r.lost = nil, false
	if r.open == nil {
		r.note(false)
		r.open.doubt = true
	}
	done := r.open
	done.number, r.open = s.number, nil
	if done.photo && r.rng.IntN(2) == 0 && r.tap(s.message, s.verbs["c.back"]) {
		done.back = true
	}
	r.idle = true
}

// left reports whether words are of a report before, which was given up when nothing
// came: its receipt came after all, while the next one was in hand.
func (r *resident) left(next *report, words string) bool {
	return slices.ContainsFunc(r.reports[:slices.Index(r.reports, next)], func(before *report) bool {
		return before.doubt && before.number == 0 && strings.Contains(words, before.token+" ")
	})
}

// acknowledged counts the receipts.
func (r *resident) acknowledged() (n int) {
	for _, done := range r.reports {
		if done.number != 0 {
			n++
		}
	}
	return n
}

// mostLately is how much of a phone is shown where somebody is stuck.
const mostLately = 12

// lately is what the phone shows at its end.
func (r *resident) lately() (texts []string) {
	all := r.phone.Chat().Messages
	for _, m := range all[max(0, len(all)-mostLately):] {
		texts = append(texts, m.Text)
	}
	return texts
}
