package flow

import (
	"context"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/refusal"
)

// showsRoll shows who is to be counted somewhere: "12.gate". It comes as a message of its
// own, with keys that can be tapped where there is no network.
func (h *House) showsRoll(ctx context.Context, v Visit, value string) (Reply, error) {
	sitting, at, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	d, err := h.hallDay(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	r, is := d.rollOf(sitting, spot(at))
	if !is {
		return h.hall(ctx, v, "")
	}
	return Reply{Screen: h.rollScreen(ctx, v, d, r), Where: Apart, Beside: true}, nil
}

// rollScreen is a list, a child a line, with its keys.
func (h *House) rollScreen(ctx context.Context, v Visit, d hallDay, r roll) dialog.Screen {
	lines := []string{v.rollHead(r)}
	if r.Sitting.Meets != "" && (r.at == atGate || r.at == setsOff) {
		lines = append(lines, v.Texts.T("care.hall.point", "point", r.Sitting.Meets))
	}
	for _, c := range r.Children {
		if line := h.onRoll(ctx, v, d, r, c); line != "" {
			lines = append(lines, line)
		}
	}
	return dialog.Screen{Text: strings.Join(lines, "\n"), Keyboard: v.rollKeys(d, r)}
}

// rollHead says what there is to count, and of how many.
func (v Visit) rollHead(r roll) string {
	key := string(r.at)
	if r.brings() {
		key = "brought"
	}
	return v.Texts.T("care.hall.at."+key, "at", clockOf(r.Sitting.StartsAt.In(v.Zone)), "school", r.Sitting.SchoolName, "n", len(r.left))
}

// onRoll is a child on a list, with what there is to mind: "" for one with whom this list
// has nothing to do.
func (h *House) onRoll(ctx context.Context, v Visit, d hallDay, r roll, c childcare.OnList) string {
	var words []string
	name := v.called(d, c)
	if class := v.classWords(c.Grade, c.Class); class != "" && r.at == atGate && name == c.Name {
		words = append(words, class)
	}
	_, left := byName(r.left, c.Child)
	switch {
	case c.Absent != childcare.Present:
		words = append(words, v.absentWords(c.Absent))
	case c.Missing:
		words = append(words, v.Texts.T("care.hall.missing"))
	case c.NotYet && (r.at == atGate || r.brings()):
		words = append(words, v.Texts.T("care.hall.not_yet"))
	case left && c.Know != "" && r.at != atSchool:
		words = append(words, c.Know)
	case c.Busy:
		words = append(words, v.Texts.T("care.hall.is_busy"))
	case !left && c.Place == childcare.OnTheWay, !left && c.Place == childcare.InHall:
		words = append(words, v.Texts.T("care.hall.with", "name", h.heldName(ctx, v, c)))
	case !left && r.at != atGate:
		return ""
	}
	return v.childLine(name, words)
}

// childLine is a child with what is to be said of it.
func (v Visit) childLine(name string, words []string) string {
	if len(words) == 0 {
		return name
	}
	return v.Texts.T("care.hall.line", "name", name, "words", listed(v.Texts, words))
}

// counted does what "all here" says of a list, but for some children: of none is nothing
// said. At school it names who there took them, where somebody is named.
func (h *House) counted(ctx context.Context, v Visit, r roll, to string, except ...int64) (Reply, error) {
	var n int
	var err error
	switch r.at {
	case atGate:
		n, err = h.Childcare.Fetched(ctx, v.Actor, r.Sitting.ID, r.notYet()...)
	case atHall:
		n, err = h.Childcare.Arrived(ctx, v.Actor, r.Sitting.ID, append(except, r.butNotYet()...)...)
	case setsOff:
		n, err = h.Childcare.Leads(ctx, v.Actor, r.Sitting.ID, except...)
	case atSchool:
		n, err = h.Childcare.Back(ctx, v.Actor, r.Sitting.ID, to, except...)
	}
	if err != nil {
		return Reply{}, err
	}
	if n == 0 {
		return h.nothingNew(ctx, v, r)
	}
	key := string(r.at)
	if to != "" {
		key = "taken"
	}
	return h.afterCount(ctx, v, r, v.Texts.T("care.hall.counted."+key, "n", n, "school", r.Sitting.SchoolName, "name", to))
}

// nothingNew answers an old key: nothing was changed by it, and it is said where those are
// of whom it spoke.
func (h *House) nothingNew(ctx context.Context, v Visit, r roll) (Reply, error) {
	d, err := h.hallDay(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{v.Texts.T("care.hall.nothing_new")}
	for _, l := range d.lists {
		if l.Sitting.ID != r.Sitting.ID {
			continue
		}
		for _, c := range l.Children {
			lines = append(lines, v.childLine(v.called(d, c), []string{h.whereIs(ctx, v, c)}))
		}
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	if next, ok := d.next(r); ok {
		s.Keyboard = v.rollKeys(d, next)
	}
	return Reply{Screen: s, Beside: true}, nil
}

// whereIs says in a word or two where a child of a list is.
func (h *House) whereIs(ctx context.Context, v Visit, c childcare.OnList) string {
	switch {
	case c.Absent != childcare.Present:
		return v.absentWords(c.Absent)
	case c.Missing:
		return v.Texts.T("care.hall.missing")
	case c.Busy:
		return v.Texts.T("care.hall.is_busy")
	case c.Place == childcare.OnTheWay || c.Place == childcare.InHall:
		return v.Texts.T("care.hall.with", "name", h.heldName(ctx, v, c))
	case !c.Done:
		return v.Texts.T("care.hall.not_yet")
	case c.Place == childcare.AtSchool:
		return v.Texts.T("care.hall.schooled")
	}
	return v.Texts.T("care.hall.gone")
}

// notYet are those of whom it was said at the gate that they are not there.
func (r roll) notYet() (children []int64) {
	for _, c := range r.Children {
		if c.NotYet {
			children = append(children, c.Child)
		}
	}
	return children
}

// butNotYet are those to whom "all here" in the hall does not extend: of whom it was said that
// they are not there, as long as there are others.
func (r roll) butNotYet() []int64 {
	but := r.notYet()
	if !slices.ContainsFunc(r.left, func(c childcare.OnList) bool { return !c.NotYet }) {
		return nil
	}
	return but
}

// afterCount says what was noted, with the keys for what comes next.
func (h *House) afterCount(ctx context.Context, v Visit, r roll, said string) (Reply, error) {
	d, err := h.hallDay(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	s := dialog.Screen{Text: said}
	if next, ok := d.next(r); ok {
		s.Text += "\n" + v.rollHead(next)
		s.Keyboard = v.rollKeys(d, next)
		return Reply{Screen: s, Beside: true}, nil
	}
	s.Menu = true
	return Reply{Screen: s, Beside: true}, nil
}

// next is what is counted after a list: what is left of it, then where the same children
// are counted again.
func (d hallDay) next(r roll) (roll, bool) {
	order := []spot{r.at}
	switch r.at {
	case atGate:
		order = append(order, atHall)
	case setsOff:
		order = append(order, atSchool)
	case atHall, atSchool:
	}
	for _, at := range order {
		if next, ok := d.rollOf(r.Sitting.ID, at); ok {
			return next, true
		}
	}
	return roll{}, false
}

// isPast answers what is said of one child, where it is known later that it came and left.
func (h *House) isPast(ctx context.Context, v Visit, r roll, err error) (Reply, error) {
	if late, no := refusal.As(err); no && late.Key == "care.known_later" {
		return h.nothingNew(ctx, v, r)
	}
	return Reply{}, err
}

// notAtGate notes that one child is not there.
func (h *House) notAtGate(ctx context.Context, v Visit, r roll, c childcare.OnList) (Reply, error) {
	if r.at == atGate && c.Done { // it was met: it is not lost because a list was old
		return h.nothingNew(ctx, v, r)
	}
	if _, err := h.Childcare.NotHere(ctx, v.Actor, c.Booking); err != nil {
		return h.isPast(ctx, v, r, err)
	}
	return h.afterCount(ctx, v, r, v.Texts.T("care.hall.not_here", "name", c.Name))
}

// childIsHere notes that one child is there, also one that came late.
func (h *House) childIsHere(ctx context.Context, v Visit, r roll, c childcare.OnList) (Reply, error) {
	var err error
	switch {
	case c.Done && r.at == atGate, c.Done && c.Place == childcare.InHall:
		return h.nothingNew(ctx, v, r)
	case c.Missing && r.at == atGate:
		_, err = h.Childcare.Found(ctx, v.Actor, c.Booking, "")
	case r.at == atGate:
		err = h.Childcare.Met(ctx, v.Actor, c.Booking)
	default:
		err = h.Childcare.Came(ctx, v.Actor, c.Booking)
	}
	if err != nil {
		return h.isPast(ctx, v, r, err)
	}
	return h.afterCount(ctx, v, r, v.Texts.T("care.hall.is_here", "name", c.Name))
}
