package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/refusal"
)

// leaveVerbs are the buttons by which a child leaves: "m.hgive.<child>.<who>", where who is
// "g12" who decides, or "c34" of the list.
func (h *House) leaveVerbs() map[string]verb {
	return map[string]verb{
		"hdoor": h.atWork(onID(h.atLeaving)), "hgive": h.atWork(h.gives), "hpad": h.atWork(h.padTap),
		"hhow": h.howChecked, "hhand": h.atWork(h.checkedByHand), "hyes": h.atWork(h.givesAsked),
		"hstill": h.atWork(onID(h.stillHere)),
	}
}

// showsLeaving shows whom staff hold, to say who leaves.
func (h *House) showsLeaving(ctx context.Context, v Visit, at string) (Reply, error) {
	s, err := h.leavingScreen(ctx, v, at, "")
	return Reply{Screen: s, Beside: true}, err
}

func (h *House) leavingScreen(ctx context.Context, v Visit, at, said string) (dialog.Screen, error) {
	d, err := h.hallDay(ctx, v)
	if _, no := v.Refused(err); no && said != "" { // who counsels reads no list, and their child has left
		s := dialog.Screen{Text: said}
		v.back(&s, "hall")
		return s, nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("care.hall.leaving", "n", len(d.held))
	if len(d.held) == 0 {
		s = v.say("care.hall.all_left")
	}
	if said != "" {
		s.Text = said + "\n" + s.Text
	}
	var buttons []dialog.Button
	for _, c := range d.held {
		label := fit(v.called(d, c), alone)
		if c.Busy {
			label = named(v.Texts, "care.hall.busy", v.called(d, c))
		}
		buttons = append(buttons, dialog.Button{Label: label, Data: "m.hdoor." + number(c.Child)})
	}
	v.list(&s, "hleave", at, buttons)
	v.back(&s, "hall")
	return s, nil
}

// atLeaving asks who takes a child: who may have it today, those whom the reader knows
// marked, and somebody else. Who is barred looks like the others.
func (h *House) atLeaving(ctx context.Context, v Visit, child int64) (Reply, error) {
	d, err := h.Childcare.Door(ctx, v.Actor, child)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Screen: v.doorScreen(d), Beside: true}, nil
}

func (v Visit) doorScreen(d childcare.Door) dialog.Screen {
	s := v.say("care.hall.door", "name", d.Name)
	if d.Place != childcare.InHall && d.Place != childcare.OnTheWay {
		s = v.say("care.hall.door_not", "name", d.Name)
		row(&s, v.Texts.T("care.hall.about"), "hchild", number(d.Child))
		v.back(&s, "hleave")
		return s
	}
	v.askedRow(&s, d)
	for _, c := range atDoorNow(d) {
		label := fit(c.Name, alone)
		if c.Known {
			label = named(v.Texts, "care.hall.known", c.Name)
		}
		row(&s, label, "hgive", number(d.Child), whoOf(c))
	}
	row(&s, v.Texts.T("care.hall.else"), "hask", number(d.Child))
	row(&s, v.Texts.T("care.hall.about"), "hchild", number(d.Child))
	if v.runsCare() {
		row(&s, v.Texts.T("care.hall.override"), "hover", number(d.Child))
	}
	v.back(&s, "hleave")
	return s
}

// atDoorNow are those who may stand at the door, in one order: who decides, then by name.
func atDoorNow(d childcare.Door) []childcare.Collector {
	all := slices.Concat(d.Collectors, d.Barred)
	slices.SortStableFunc(all, func(a, b childcare.Collector) int {
		switch {
		case a.Guardian != b.Guardian && a.Guardian:
			return -1
		case a.Guardian != b.Guardian:
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
}

// whoOf is somebody at the door in a button's data.
func whoOf(c childcare.Collector) string {
	if c.Guardian {
		return "g" + number(c.Person)
	}
	return "c" + number(c.ID)
}

// leaving reads "<child>.<who>.<rest>".
func leaving(value string) (l childcare.Leaving, rest string, ok bool) {
	child, more, ok := pair(value)
	code, rest, _ := strings.Cut(more, ".")
	if !ok || code == "" {
		return l, "", false
	}
	id, err := strconv.ParseInt(code[1:], 10, 64)
	l.Child = child
	if code[0] == 'g' {
		l.Guardian = id
	} else {
		l.Collector = id
	}
	return l, rest, err == nil
}

// whoLeaves is who takes a child in a button's data.
func whoLeaves(l childcare.Leaving) string {
	if l.Guardian != 0 {
		return "g" + number(l.Guardian)
	}
	return "c" + number(l.Collector)
}

// gives lets a child go with somebody by one tap on the name; whom the carer does not
// know shows the code. Whoever is barred is kept waiting in the words in which others are,
// and what is done about it stands on other screens.
func (h *House) gives(ctx context.Context, v Visit, value string) (Reply, error) {
	l, _, ok := leaving(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	d, err := h.Childcare.Door(ctx, v.Actor, l.Child)
	if err != nil {
		return Reply{}, err
	}
	if l.Collector != 0 && slices.ContainsFunc(d.Barred, func(c childcare.Collector) bool { return c.ID == l.Collector }) {
		if err := h.Childcare.Barred(ctx, v.Actor, l.Child, l.Collector); err != nil {
			return Reply{}, err
		}
		return Reply{Screen: v.waitScreen(d), Beside: true}, nil
	}
	return h.leaves(ctx, v, d, l)
}

// leaves gives the child, or shows what is missing for it.
func (h *House) leaves(ctx context.Context, v Visit, d childcare.Door, l childcare.Leaving) (Reply, error) {
	c, err := h.Childcare.Leave(ctx, v.Actor, l)
	r, refused := refusal.As(err)
	switch {
	case refused && (r.Key == "care.needs_proof" || r.Key == "care.wrong_code" || r.Key == "care.no_code"):
		if d, err = h.Childcare.Door(ctx, v.Actor, l.Child); err != nil {
			return Reply{}, err
		}
		s := v.padScreen(d, l, "")
		if r.Key == "care.wrong_code" {
			s.Text = v.Texts.T("care.hall.wrong") + "\n" + s.Text
		}
		return Reply{Screen: s, Beside: true}, nil
	case refused && r.Key == "care.must_ask":
		name := nameAt(d, l)
		if l.Ask != 0 { // a yes that is good no more
			ask, err := h.Childcare.AskByID(ctx, v.Community.ID, l.Ask)
			if err != nil {
				return Reply{}, err
			}
			name = ask.Name
		}
		return h.asksHome(ctx, v, l.Child, name)
	case err != nil:
		return Reply{}, err
	}
	s, err := h.leftScreen(ctx, v, c, d.Name)
	return Reply{Screen: s, Beside: true}, err
}

// leftScreen says that a child left, with the way to take that back.
func (h *House) leftScreen(ctx context.Context, v Visit, c childcare.Custody, name string) (dialog.Screen, error) {
	s, err := h.leavingScreen(ctx, v, "", v.leftWords(c, name, h.heldNameOf(ctx, v, c)))
	s.Rows = slices.Insert(s.Rows, 0, []dialog.Button{{Label: v.Texts.T("care.hall.no_still"), Data: "m.hstill." + number(c.ID)}})
	return s, err
}

// stillHere takes back that a child left: it was a wrong tap.
func (h *House) stillHere(ctx context.Context, v Visit, custody int64) (Reply, error) {
	c, err := h.Childcare.CustodyByID(ctx, v.Community.ID, custody)
	if err != nil {
		return Reply{}, err
	}
	if err := h.Childcare.StillHere(ctx, v.Actor, custody); err != nil {
		return Reply{}, err
	}
	s, err := h.leavingScreen(ctx, v, "", v.Texts.T("care.hall.still_here", "name", h.name(ctx, v, c.Child)))
	return Reply{Screen: s, Beside: true}, err
}

// heldNameOf is who answers for a child since a hand-over, with who took it there.
func (h *House) heldNameOf(ctx context.Context, v Visit, c childcare.Custody) string {
	if c.Holder == 0 {
		return v.takenBy(c.TakenBy, v.kinName(c.HolderName))
	}
	return h.name(ctx, v, c.Holder)
}

// leftWords say that a child left, with whom, and when.
func (v Visit) leftWords(c childcare.Custody, name, who string) string {
	return v.Texts.T("care.hall.left", "name", name, "who", who, "at", clockOf(c.Since.In(v.Zone)))
}

// nameAt is what somebody at the door is called.
func nameAt(d childcare.Door, l childcare.Leaving) string {
	for _, c := range atDoorNow(d) {
		if whoOf(c) == whoLeaves(l) {
			return c.Name
		}
	}
	return ""
}

// padScreen asks for the four digits of whom the carer does not know, with the other ways.
func (v Visit) padScreen(d childcare.Door, l childcare.Leaving, digits string) dialog.Screen {
	who := nameAt(d, l)
	s := v.say("care.hall.pad_none", "who", who, "name", d.Name)
	if d.Code == childcare.CodeFresh {
		s = v.say("care.hall.pad", "who", who, "name", d.Name, "digits", digits+strings.Repeat("_", 4-len(digits)), "n", d.Tries)
		for _, line := range []string{"123", "456", "789", "0"} {
			var keys []dialog.Button
			for _, digit := range line {
				keys = append(keys, dialog.Button{Label: string(digit), Data: "m.hpad." + number(l.Child) + "." + whoLeaves(l) + "." + digits + string(digit)})
			}
			s.Rows = append(s.Rows, keys)
		}
		if digits != "" {
			row(&s, v.Texts.T("care.hall.pad_again"), "hpad", number(l.Child), whoLeaves(l))
		}
	}
	row(&s, v.Texts.T("care.hall.by_hand"), "hhow", number(l.Child), whoLeaves(l))
	row(&s, v.Texts.T("care.hall.ask_home"), "haskwho", number(l.Child), whoLeaves(l))
	v.back(&s, "hdoor", number(l.Child))
	return s
}

// padTap takes a digit: "7.c12.48"; the fourth says the code.
func (h *House) padTap(ctx context.Context, v Visit, value string) (Reply, error) {
	l, digits, ok := leaving(value)
	if _, err := strconv.Atoi(digits); !ok || len(digits) > 4 || digits != "" && err != nil {
		return v.toast("tap.old"), nil
	}
	d, err := h.Childcare.Door(ctx, v.Actor, l.Child)
	if err != nil {
		return Reply{}, err
	}
	if len(digits) < 4 {
		return Reply{Screen: v.padScreen(d, l, digits), Beside: true}, nil
	}
	l.Code = digits
	return h.leaves(ctx, v, d, l)
}

// handReasons are how somebody whom the carer does not know is checked by hand, in the
// order in which they are offered. Codes are stored.
var handReasons = []string{"id_card", "phoned", "colleague"}

// howChecked asks how somebody was checked, which is kept.
func (h *House) howChecked(ctx context.Context, v Visit, value string) (Reply, error) {
	l, _, ok := leaving(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	d, err := h.Childcare.Door(ctx, v.Actor, l.Child)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("care.hall.how", "who", nameAt(d, l))
	for _, c := range d.Collectors {
		if c.Phone != "" && (c.Guardian || c.Name == nameAt(d, l)) {
			s.Text += "\n" + v.Texts.T("care.hall.number", "name", c.Name, "phone", c.Phone)
		}
	}
	for _, code := range handReasons {
		row(&s, v.Texts.T("care.hall.hand."+code), "hhand", number(l.Child), whoLeaves(l), code)
	}
	v.back(&s, "hgive", number(l.Child), whoLeaves(l))
	return Reply{Screen: s, Beside: true}, nil
}

func (h *House) checkedByHand(ctx context.Context, v Visit, value string) (Reply, error) {
	l, how, ok := leaving(value)
	if !ok || !slices.Contains(handReasons, how) {
		return v.toast("tap.old"), nil
	}
	d, err := h.Childcare.Door(ctx, v.Actor, l.Child)
	if err != nil {
		return Reply{}, err
	}
	l.Hand = how
	return h.leaves(ctx, v, d, l)
}

// givesAsked gives a child to somebody for whom one who decides said yes: "7.12".
func (h *House) givesAsked(ctx context.Context, v Visit, value string) (Reply, error) {
	child, rest, ok := pair(value)
	ask, _, also := pair(rest)
	if !ok || !also {
		return v.toast("tap.old"), nil
	}
	d, err := h.Childcare.Door(ctx, v.Actor, child)
	if err != nil {
		return Reply{}, err
	}
	r, err := h.leaves(ctx, v, d, childcare.Leaving{Child: child, Ask: ask})
	if err != nil {
		return Reply{}, fmt.Errorf("give child %d: %w", child, err)
	}
	return r, nil
}
