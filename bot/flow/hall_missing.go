package flow

import (
	"cmp"
	"context"
	"strconv"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// missingVerbs are the buttons about a child that is not where it was to be met, and about
// one that was not picked up: of who decides, and of who minds it.
func (h *House) missingVerbs() map[string]verb {
	return map[string]verb{
		"hmine": onID(h.foundBy("")), "hlost": onID(h.doesNotKnow), "hmiss": onID(h.showsMissing),
		"hfound": h.atWork(onID(h.foundBy(""))), "hkept": h.atWork(onID(h.keptAtSchool)), "hcoming": h.isComing,
		"hlooks": onID(h.looksFor),
	}
}

// missingRows open those who were not found yet.
func (v Visit) missingRows(s *dialog.Screen, d hallDay) {
	for _, c := range d.missing() {
		row(s, named(v.Texts, "care.hall.look_for", v.called(d, c)), "hmiss", number(c.Booking))
	}
}

// showsMissing shows whoever minds a missing child what they may say.
func (h *House) showsMissing(ctx context.Context, v Visit, booking int64) (Reply, error) {
	b, err := h.Childcare.Booking(ctx, v.Actor, booking)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("care.hall.look", "name", h.name(ctx, v, b.Child))
	v.foundRows(&s, b)
	v.back(&s, "hall")
	return Reply{Screen: s, Beside: true}, nil
}

// foundRows say where a missing child is; on a day without school nobody keeps it there.
func (v Visit) foundRows(s *dialog.Screen, b childcare.Booking) {
	row(s, v.Texts.T("care.hall.with_me"), "hfound", number(b.ID))
	if b.Part != childcare.Whole {
		row(s, v.Texts.T("care.hall.at_school"), "hkept", number(b.ID))
	}
}

// foundBy notes where a missing child is: with whoever says so, or kept at school.
func (h *House) foundBy(kept string) func(context.Context, Visit, int64) (Reply, error) {
	return func(ctx context.Context, v Visit, booking int64) (Reply, error) {
		b, err := h.Childcare.Found(ctx, v.Actor, booking, kept)
		if err != nil {
			return Reply{}, err
		}
		s := v.say("care.hall.found", "name", h.name(ctx, v, b.Child))
		return Reply{Screen: s, Beside: true}, nil
	}
}

// keptAtSchool notes that a child never came out, and is with its school.
func (h *House) keptAtSchool(ctx context.Context, v Visit, booking int64) (Reply, error) {
	d, err := h.hallDay(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	return h.foundBy(cmp.Or(d.schoolOf(booking), v.Texts.T("care.hall.the_school")))(ctx, v, booking)
}

// doesNotKnow says that one who decides does not know either where a child is.
func (h *House) doesNotKnow(ctx context.Context, v Visit, booking int64) (Reply, error) {
	if err := h.Childcare.DoesNotKnow(ctx, v.Actor, booking); err != nil {
		return Reply{}, err
	}
	s := v.say("care.hall.we_look", "phone", phoneWords(v))
	row(&s, v.Texts.T("care.hall.is_with_me"), "hmine", number(booking))
	return show(s), nil
}

// looksFor says that one who runs the hall looks for a missing child, and is not rung for a
// while.
func (h *House) looksFor(ctx context.Context, v Visit, booking int64) (Reply, error) {
	if err := h.Childcare.LooksFor(ctx, v.Actor, booking); err != nil {
		return Reply{}, err
	}
	b, err := h.Childcare.Booking(ctx, v.Actor, booking)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("care.hall.you_look", "name", h.name(ctx, v, b.Child), "n", int(childcare.LookTime.Minutes()))
	v.foundRows(&s, b)
	return Reply{Screen: s, Beside: true}, nil
}

// tellLooks tells who looks for a child that is missing.
func (h *House) tellLooks(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	return v.say("care.hall.told_looks", "who", h.name(ctx, v, a.By), "name", h.name(ctx, v, a.Child)), nil
}

// isComing says in how many minutes somebody is there: "7.20".
func (h *House) isComing(ctx context.Context, v Visit, value string) (Reply, error) {
	child, rest, ok := pair(value)
	minutes, err := strconv.Atoi(rest)
	if !ok || err != nil {
		return v.toast("tap.old"), nil
	}
	if err := h.Childcare.Coming(ctx, v.Actor, child, minutes); err != nil {
		return Reply{}, err
	}
	return show(v.say("care.hall.you_come", "name", h.name(ctx, v, child), "n", minutes)), nil
}

// showsAbsent shows who does not come as somebody said, to say who is here after all.
func (h *House) showsAbsent(ctx context.Context, v Visit, at string) (Reply, error) {
	d, err := h.hallDay(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("care.hall.after_who")
	var buttons []dialog.Button
	for _, c := range d.absent(v.Now) {
		buttons = append(buttons, dialog.Button{Label: fit(c.Name, alone), Data: "m.hthere." + number(c.Booking)})
	}
	v.list(&s, "hafter", at, buttons)
	v.back(&s, "hall")
	return Reply{Screen: s, Beside: true}, nil
}

// cameAfterAll notes that one is in the hall who would not come.
func (h *House) cameAfterAll(ctx context.Context, v Visit, booking int64) (Reply, error) {
	b, err := h.Childcare.Booking(ctx, v.Actor, booking)
	if err != nil {
		return Reply{}, err
	}
	if err := h.Childcare.Came(ctx, v.Actor, booking); err != nil {
		return Reply{}, err
	}
	s, err := h.hallScreen(ctx, v)
	s.Text = v.Texts.T("care.hall.is_here_all", "name", h.name(ctx, v, b.Child)) + "\n" + s.Text
	return Reply{Screen: s, Beside: true}, err
}
