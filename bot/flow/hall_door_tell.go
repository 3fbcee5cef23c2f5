package flow

import (
	"context"
	"slices"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// tellLeftHall tells with whom a child left, and why they might have it where that is no
// matter of course.
func (h *House) tellLeftHall(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	c, err := h.Childcare.CustodyByID(ctx, v.Community.ID, a.Custody)
	if err != nil {
		return dialog.Screen{}, err
	}
	args := []any{"name", h.name(ctx, v, a.Child), "who", h.heldNameOf(ctx, v, c), "at", clockOf(c.Since.In(v.Zone))}
	switch {
	case c.Place == childcare.AtSchool:
		return v.say("care.hall.told_back", args...), nil
	case c.How == childcare.ByHand:
		return v.say("care.hall.told_by_hand", append(args, "how", v.handWords(c.Reason))...), nil
	}
	return v.say("care.hall.told_left", args...), nil
}

// tellNotLeft tells that a child did not leave.
func (h *House) tellNotLeft(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	return v.say("care.hall.told_still_here", "name", h.name(ctx, v, a.Child)), nil
}

// handWords is how somebody was checked.
func (v Visit) handWords(reason string) string {
	if reason == onPaper || slices.Contains(handReasons, reason) {
		return v.Texts.T("care.hall.hand." + reason)
	}
	return reason
}

// tellMay asks whether somebody may have a child; one that is answered says how.
func (h *House) tellMay(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	ask, err := h.Childcare.AskByID(ctx, v.Community.ID, a.Ask)
	if err != nil {
		return dialog.Screen{}, err
	}
	if ask.AnsweredAt != nil {
		return h.mayAnswered(ctx, v, ask), nil
	}
	key := "care.hall.told_may"
	if slices.Contains(kins, ask.Name) {
		key = "care.hall.told_may_kin"
	}
	s := v.say(key, "who", v.whoAsked(ask), "name", h.name(ctx, v, ask.Child))
	row(&s, v.Texts.T("care.hall.may_yes_button"), "hmay", number(a.Ask))
	row(&s, v.Texts.T("care.hall.may_no_button"), "hmaynot", number(a.Ask))
	return s, nil
}

// tellSaidHome tells who asked what was answered: the card that waited becomes the one by
// which the child is given.
func (h *House) tellSaidHome(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	ask, err := h.Childcare.AskByID(ctx, v.Community.ID, a.Ask)
	if err != nil {
		return dialog.Screen{}, err
	}
	name, who := h.name(ctx, v, ask.Child), v.whoAsked(ask)
	switch {
	case ask.UsedAt != nil:
		return v.say("care.hall.said_gone", "who", who, "name", name), nil
	case ask.Yes:
		s := v.say("care.hall.said_yes_by", "who", who, "name", name, "by", h.name(ctx, v, ask.AnsweredBy))
		row(&s, named(v.Texts, "care.hall.give", who), "hyes", number(ask.Child), number(ask.ID))
		return s, nil
	case ask.AnsweredBy == 0:
		return v.say("care.hall.said_late", "who", who, "name", name), nil
	}
	s := v.say("care.hall.said_no", "who", who, "name", name)
	row(&s, v.Texts.T("care.hall.to_door"), "hdoor", number(ask.Child))
	return s, nil
}

func (h *House) tellOverride(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	c, err := h.Childcare.CustodyByID(ctx, v.Community.ID, a.Custody)
	if err != nil {
		return dialog.Screen{}, err
	}
	return v.say("care.hall.told_override", "name", h.name(ctx, v, a.Child), "who", h.heldNameOf(ctx, v, c), "by", h.name(ctx, v, c.By), "why", v.handWords(c.Reason)), nil
}

// tellBarred rings who decides and who leads: one who may never have the child stands
// there, and does not know that this was said.
func (h *House) tellBarred(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	all, err := h.Childcare.Collectors(ctx, v.Actor, a.Child, dateOf(a.Day))
	if _, no := v.Refused(err); err != nil && !no { // in the lead's place stands who is in charge, and reads no file
		return dialog.Screen{}, err
	}
	who := v.Texts.T("care.hall.somebody")
	for _, c := range all {
		if c.ID == a.Collector {
			who = c.Name
		}
	}
	args := []any{"who", who, "name", h.name(ctx, v, a.Child), "by", h.name(ctx, v, a.By)}
	mine, err := h.decides(ctx, v, a.Child)
	if err != nil {
		return dialog.Screen{}, err
	}
	if mine {
		return v.say("care.hall.told_barred", args...), nil
	}
	return v.say("care.hall.told_barred_lead", args...), nil
}

// tellLateChild asks who decides when they come for a child that is still there.
func (h *House) tellLateChild(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	s := v.say("care.hall.told_late", "name", h.name(ctx, v, a.Child))
	v.lateRows(&s, a.Child)
	row(&s, v.Texts.T("care.hall.another_comes"), "ccelse", ofDay(dateOf(a.Day)), number(a.Child))
	return s, nil
}

// tellLateOver says in the place of that question who comes, or that the child left.
func (h *House) tellLateOver(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	if a.Custody != 0 {
		return h.tellLeftHall(ctx, v, a)
	}
	return h.tellComes(ctx, v, a)
}

func (h *House) tellStillHere(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	s := v.say("care.hall.told_still", "name", h.name(ctx, v, a.Child))
	s.Text += h.numbersOf(ctx, v, a.Child)
	row(&s, v.Texts.T("care.hall.to_door"), "hdoor", number(a.Child))
	return s, nil
}

func (h *House) tellComes(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	return v.say("care.hall.told_comes", "name", h.name(ctx, v, a.Child), "who", h.name(ctx, v, a.By), "n", a.Minutes), nil
}
