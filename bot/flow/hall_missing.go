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
	}
}

// missingRows open those who were not found yet.
func (v Visit) missingRows(s *dialog.Screen, d hallDay) {
	for _, c := range d.missing() {
		row(s, named(v.Texts, "care.hall.look_for", c.Name), "hmiss", number(c.Booking))
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
