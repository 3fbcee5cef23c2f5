package flow

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// noteVerbs are the buttons by which one line of a child's day is written: how far the
// homework came, "m.hline.<booking>.<ticks>", and who slept.
func (h *House) noteVerbs() map[string]verb {
	return map[string]verb{
		"hwork": h.showsHomework, "hline": h.ticksLine, "hsend": h.atWork(h.sendsLine), "hvoice": onID(h.startsVoice),
		"hnap": h.showsNap, "hslept": h.atWork(onID(h.allSlept)), "hrest": h.atWork(h.rested),
		"hworry": onID(h.startsWorry),
	}
}

// doing are the lists of a kind that go on, or have.
func (d hallDay) doing(whats ...childcare.What) (all []childcare.List) {
	for _, l := range d.lists {
		if slices.Contains(whats, l.Sitting.Pattern.What) {
			all = append(all, l)
		}
	}
	return all
}

// here are the children of some lists who are in the hall, each once.
func here(lists []childcare.List) (all []childcare.OnList) {
	for _, l := range lists {
		for _, c := range l.Children {
			if _, twice := byName(all, c.Child); c.Place == childcare.InHall && !c.Busy && !twice {
				all = append(all, c)
			}
		}
	}
	return all
}

// during are those of some lists that go on at a moment, are about to, or have just ended;
// or all the others.
func during(lists []childcare.List, now time.Time, on bool) []childcare.List {
	const about = around / 2
	return slices.DeleteFunc(slices.Clone(lists), func(l childcare.List) bool {
		return on != (!now.Before(l.Sitting.StartsAt.Add(-about)) && now.Before(l.Sitting.EndsAt.Add(about)))
	})
}

// noteRows open what is written of what goes on, or of what else there is that day.
func (v Visit) noteRows(s *dialog.Screen, d hallDay, on bool) {
	for _, l := range during(d.doing(childcare.Nap), v.Now, on) {
		if n := len(here([]childcare.List{l})); n > 0 {
			row(s, v.Texts.T("care.hall.naps", "n", n), "hnap", number(l.Sitting.ID))
		}
	}
	works := d.doing(childcare.Mind, childcare.Tutor)
	if !on && len(during(works, v.Now, true)) > 0 { // it stands with what goes on
		return
	}
	if n := len(here(during(works, v.Now, on))); n > 0 {
		row(s, v.Texts.T("care.hall.works", "n", n), "hwork")
	}
}

// atWorkNow are the children who do their homework now, or where there are none, who did or
// will.
func (d hallDay) atWorkNow(now time.Time) []childcare.OnList {
	works := d.doing(childcare.Mind, childcare.Tutor)
	if on := during(works, now, true); len(on) > 0 {
		works = on
	}
	return here(works)
}

// noteOf is what was said of a child's homework, or of its nap.
func noteOf(notes []childcare.Note, on childcare.NoteOn) (childcare.Note, bool) {
	at := slices.IndexFunc(notes, func(n childcare.Note) bool { return n.On == on })
	if at < 0 {
		return childcare.Note{}, false
	}
	return notes[at], true
}

// showsHomework shows who is at their homework, those marked of whom a line has gone home.
func (h *House) showsHomework(ctx context.Context, v Visit, at string) (Reply, error) {
	d, err := h.hallDay(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	all := d.atWorkNow(v.Now)
	s := v.say("care.hall.homework", "n", len(all))
	var buttons []dialog.Button
	for _, c := range all {
		label := fit(v.called(d, c), alone)
		if _, said := noteOf(c.Notes, childcare.Homework); said {
			label = named(v.Texts, "care.hall.known", v.called(d, c))
		}
		buttons = append(buttons, dialog.Button{Label: label, Data: "m.hline." + number(c.Booking) + ".0"})
	}
	v.list(&s, "hwork", at, buttons)
	v.back(&s, "hall")
	return Reply{Screen: s, Beside: true}, nil
}

// ticked are the codes of a line, of which the ticks are the bits.
func ticked(ticks int) (codes childcare.Codes[childcare.NoteCode]) {
	for i, code := range childcare.HomeworkCodes {
		if ticks&(1<<i) != 0 {
			codes = append(codes, code)
		}
	}
	return codes
}

// lineOf reads "<booking>.<ticks>".
func lineOf(value string) (booking int64, ticks int, ok bool) {
	booking, rest, ok := pair(value)
	ticks, err := strconv.Atoi(rest)
	return booking, ticks, ok && err == nil && ticks >= 0 && ticks < 1<<len(childcare.HomeworkCodes)
}

// ticksLine puts one line home together by taps.
func (h *House) ticksLine(ctx context.Context, v Visit, value string) (Reply, error) {
	booking, ticks, ok := lineOf(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	b, err := h.Childcare.Booking(ctx, v.Actor, booking)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("care.hall.line_ask", "name", h.name(ctx, v, b.Child))
	if ticks != 0 {
		s = v.say("care.hall.line_is", "name", h.name(ctx, v, b.Child), "words", v.noteWords(ticked(ticks)))
		row(&s, v.Texts.T("care.hall.line_send"), "hsend", number(booking), strconv.Itoa(ticks))
	}
	for i, code := range childcare.HomeworkCodes {
		label := v.Texts.T("care.hall.note." + string(code))
		if ticks&(1<<i) != 0 {
			label = named(v.Texts, "care.hall.known", label)
		}
		row(&s, label, "hline", number(booking), strconv.Itoa(ticks^(1<<i)))
	}
	row(&s, v.Texts.T("care.hall.line_voice"), "hvoice", number(booking))
	v.back(&s, "hwork")
	return Reply{Screen: s, Beside: true}, nil
}

// noteWords is what some codes say, one after the other.
func (v Visit) noteWords(codes childcare.Codes[childcare.NoteCode]) string {
	var words []string
	for _, code := range codes {
		words = append(words, v.Texts.T("care.hall.note."+string(code)))
	}
	return listed(v.Texts, words)
}

// sendsLine sends it home.
func (h *House) sendsLine(ctx context.Context, v Visit, value string) (Reply, error) {
	booking, ticks, ok := lineOf(value)
	if !ok || ticks == 0 {
		return v.toast("tap.old"), nil
	}
	err := h.Childcare.Note(ctx, v.Actor, childcare.Note{Booking: booking, On: childcare.Homework, Codes: ticked(ticks)})
	if err != nil {
		return Reply{}, err
	}
	r, err := h.showsHomework(ctx, v, "")
	r.Screen.Text = v.Texts.T("care.hall.line_sent") + "\n" + r.Screen.Text
	return r, err
}

// lineDraft is a line home that is spoken.
type lineDraft struct {
	By      who          `json:"by"`
	Booking int64        `json:"b"`
	Kid     string       `json:"kid"`
	What    dialog.Words `json:"what,omitzero"`
}

func (h *House) startsVoice(ctx context.Context, v Visit, booking int64) (Reply, error) {
	b, err := h.Childcare.Booking(ctx, v.Actor, booking)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Dialog: "homeline", Where: Spent, Prefill: lineDraft{By: v.who(), Booking: booking, Kid: h.name(ctx, v, b.Child)}}, nil
}

// voiceFlow takes a line home as it is spoken.
func voiceFlow(h *House) *dialog.Flow[lineDraft] {
	return dialog.New("homeline",
		func(ctx context.Context, d *lineDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			note := childcare.Note{Booking: d.Booking, On: childcare.Homework, Voice: d.What.Media[0].FileID}
			err = h.Childcare.Note(ctx, v.Actor, note)
			if text, no := v.Refused(err); no {
				return dialog.Screen{Text: text}, nil
			}
			s := v.say("care.hall.line_sent")
			v.back(&s, "hwork")
			return s, err
		},
		dialog.Tell("what", func(d *lineDraft) *dialog.Words { return &d.What }, 1, 300).
			Fill(func(_ context.Context, d *lineDraft, _ dialog.Turn) ([]any, error) { return []any{"child", d.Kid}, nil }).
			Check(func(_ context.Context, d *lineDraft, _ dialog.Turn) error {
				if len(d.What.Media) != 1 || d.What.Media[0].Kind != dialog.Voice {
					return dialog.Reject("voice")
				}
				return nil
			}, "voice"),
	).NoSummary()
}

// showsNap shows who lies down, and who of them rests without sleeping.
func (h *House) showsNap(ctx context.Context, v Visit, value string) (Reply, error) {
	sitting, at, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	d, err := h.hallDay(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	i := slices.IndexFunc(d.lists, func(l childcare.List) bool { return l.Sitting.ID == sitting })
	if i < 0 {
		return h.hall(ctx, v, "")
	}
	all := here(d.lists[i : i+1])
	s := v.say("care.hall.nap", "n", len(all))
	row(&s, v.Texts.T("care.hall.nap_all"), "hslept", number(sitting))
	var buttons []dialog.Button
	for _, c := range all {
		key := "care.hall.nap_rests"
		if n, said := noteOf(c.Notes, childcare.Slept); said && slices.Contains(n.Codes, "rested") {
			key = "care.hall.nap_rested"
		} else if said {
			key = "care.hall.known"
		}
		buttons = append(buttons, dialog.Button{Label: named(v.Texts, key, v.called(d, c)), Data: "m.hrest." + number(c.Booking) + "." + number(sitting)})
	}
	v.list(&s, "hnap."+number(sitting), at, buttons)
	v.back(&s, "hall")
	return Reply{Screen: s, Beside: true}, nil
}

// rested notes that one child does not sleep: "<booking>.<sitting>".
func (h *House) rested(ctx context.Context, v Visit, value string) (Reply, error) {
	booking, sitting, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	note := childcare.Note{Booking: booking, On: childcare.Slept, Codes: childcare.Codes[childcare.NoteCode]{"rested"}}
	if err := h.Childcare.Note(ctx, v.Actor, note); err != nil {
		return Reply{}, err
	}
	return h.showsNap(ctx, v, sitting)
}

// allSlept notes that all slept but for those of whom it was said that they rest.
func (h *House) allSlept(ctx context.Context, v Visit, sitting int64) (Reply, error) {
	d, err := h.hallDay(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	var not []int64
	for _, l := range d.doing(childcare.Nap) {
		for _, c := range l.Children {
			if n, said := noteOf(c.Notes, childcare.Slept); said && slices.Contains(n.Codes, "rested") {
				not = append(not, c.Child)
			}
		}
	}
	n, err := h.Childcare.Napped(ctx, v.Actor, sitting, not...)
	if err != nil {
		return Reply{}, err
	}
	s, err := h.hallScreen(ctx, v)
	s.Text = v.Texts.T("care.hall.slept", "n", n) + "\n" + s.Text
	return Reply{Screen: s, Beside: true}, err
}
