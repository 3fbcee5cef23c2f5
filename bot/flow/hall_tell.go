package flow

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// hallTopics are what is told of a child's day: to who decides for it, who minds it, and
// who leads.
func (h *House) hallTopics() map[string]careTopic {
	return map[string]careTopic{
		"care.arrived":    h.tellArrived,
		"care.left":       h.tellLeftHall,
		"care.after_all":  h.tellAfterAll,
		"care.still_here": h.tellNotLeft, "care.left_over": h.tellNotLeft, "care.override_over": h.tellNotLeft,
		"care.no_word":  h.tellNoWord,
		"care.unheard":  h.tellNotMet,
		"care.missing":  h.tellMissing,
		"care.found":    h.tellFound,
		"care.unknown":  h.tellUnknown,
		"care.looks":    h.tellLooks,
		"care.may":      h.tellMay,
		"care.said":     h.tellSaidHome,
		"care.override": h.tellOverride,
		"care.barred":   h.tellBarred,
		"care.late":     h.tellLateChild,
		"care.still":    h.tellStillHere,
		"care.coming":   h.tellComes,
		"care.holds":    h.tellHolds,
		"care.fell":     h.tellFell,
		"care.homework": h.tellHomework,
		"care.worry":    h.tellWorry,
		"care.short":    h.tellShort,
		"care.unsaid":   h.tellNotSaid,
		"care.paper":    h.tellOnPaper,
		"care.taps":     h.tellTaps,
		"care.untyped":  h.tellUntyped,
		// these take the place of what asked, once it is answered
		"care.unheard_over": h.tellMet,
		"care.missing_over": h.tellFound,
		"care.may_over":     h.tellMay,
		"care.late_over":    h.tellLateOver,
		"care.unsaid_over":  h.tellNotSaid,
		"care.paper_over":   h.tellOnPaper,
	}
}

// decides reports whether the reader decides for a child: what is told differs for who
// leads.
func (h *House) decides(ctx context.Context, v Visit, child int64) (bool, error) {
	all, err := h.Childcare.Children(ctx, v.Actor)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(all, func(c childcare.Child) bool { return c.ID == child }), nil
}

// tellArrived tells that a child is in the hall.
func (h *House) tellArrived(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	s := v.say("care.hall.told_arrived", "name", h.name(ctx, v, a.Child))
	if a.Custody != 0 {
		c, err := h.Childcare.CustodyByID(ctx, v.Community.ID, a.Custody)
		if err != nil {
			return dialog.Screen{}, err
		}
		s = v.say("care.hall.told_arrived_at", "name", h.name(ctx, v, a.Child), "at", clockOf(c.Since.In(v.Zone)))
	}
	return s, nil
}

// tellAfterAll tells that a child is there of which somebody said that it does not come.
func (h *House) tellAfterAll(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	c, err := h.Childcare.CustodyByID(ctx, v.Community.ID, a.Custody)
	if err != nil {
		return dialog.Screen{}, err
	}
	return v.say("care.hall.told_after_all", "name", h.name(ctx, v, a.Child), "who", h.heldNameOf(ctx, v, c), "at", clockOf(c.Since.In(v.Zone))), nil
}

// tellMet says in the place of what was told that a child was met.
func (h *House) tellMet(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	c, err := h.Childcare.CustodyByID(ctx, v.Community.ID, a.Custody)
	if err != nil {
		return dialog.Screen{}, err
	}
	return v.say("care.hall.told_met", "name", h.name(ctx, v, a.Child), "who", h.heldNameOf(ctx, v, c), "at", clockOf(c.Since.In(v.Zone))), nil
}

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

// tellNoWord tells that nobody said who is at a gate, or was brought to the hall.
func (h *House) tellNoWord(_ context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	s, at := v.say("care.hall.told_no_word"), atGate
	if a.Brought {
		s, at = v.say("care.hall.told_no_word_hall"), atHall
	}
	row(&s, v.Texts.T("care.hall.open"), "hroll", number(a.Sitting), string(at))
	return s, nil
}

// tellNotMet tells who decides that nobody has said whether a child was met.
func (h *House) tellNotMet(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	s := v.say("care.hall.told_unheard", "name", h.name(ctx, v, a.Child), "phone", phoneWords(v))
	row(&s, v.Texts.T("care.hall.not_coming"), "ccnot", ofDay(dateOf(a.Day)), number(a.Child))
	return s, nil
}

// tellMissing rings who decides, and who leads, until it is known where a child is.
func (h *House) tellMissing(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	b, err := h.Childcare.Booking(ctx, v.Actor, a.Booking)
	if _, no := v.Refused(err); no { // it is theirs no more
		return dialog.Screen{Gone: true}, nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	name := h.name(ctx, v, a.Child)
	if b.FoundAt != nil || b.Absent != childcare.Present {
		return v.say("care.hall.found", "name", name), nil
	}
	mine, err := h.decides(ctx, v, a.Child)
	if err != nil {
		return dialog.Screen{}, err
	}
	if mine {
		s := v.say("care.hall.told_missing", "name", name)
		if a.Brought {
			s = v.say("care.hall.told_not_brought", "name", name)
		}
		row(&s, v.Texts.T("care.hall.is_with_me"), "hmine", number(a.Booking))
		row(&s, v.Texts.T("care.hall.do_not_know"), "hlost", number(a.Booking))
		return s, nil
	}
	s := v.say("care.hall.told_missing_lead", "name", name)
	if a.Brought {
		s = v.say("care.hall.told_not_brought_lead", "name", name)
	}
	s.Text += h.numbersOf(ctx, v, a.Child)
	v.foundRows(&s, b)
	row(&s, v.Texts.T("care.hall.i_look"), "hlooks", number(a.Booking))
	return s, nil
}

// numbersOf are the numbers of who decides for a child, a line each; what cannot be read
// is left out.
func (h *House) numbersOf(ctx context.Context, v Visit, child int64) string {
	all, err := h.Childcare.Collectors(ctx, v.Actor, child, v.thisDay())
	if err != nil { // it is better told without them than not at all
		return ""
	}
	var lines strings.Builder
	for _, c := range all {
		if !c.Guardian {
			continue
		}
		p, _, err := h.People.Reader(ctx, v.Community.ID, c.Person)
		if err == nil && p.Phone != "" {
			lines.WriteString("\n" + p.Name + " " + p.Phone)
		}
	}
	return lines.String()
}

// tellFound tells where a child is.
func (h *House) tellFound(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	name := h.name(ctx, v, a.Child)
	if a.Custody == 0 {
		return v.say("care.hall.found", "name", name), nil
	}
	c, err := h.Childcare.CustodyByID(ctx, v.Community.ID, a.Custody)
	if err != nil {
		return dialog.Screen{}, err
	}
	who := h.heldNameOf(ctx, v, c)
	if c.Place == childcare.AtSchool {
		return v.say("care.hall.found_school", "name", name, "who", who), nil
	}
	return v.say("care.hall.found_with", "name", name, "who", who), nil
}

func (h *House) tellUnknown(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	return v.say("care.hall.told_unknown", "name", h.name(ctx, v, a.Child), "who", h.name(ctx, v, a.By)), nil
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

func (h *House) tellHolds(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	s := v.say("care.hall.told_holds", "who", h.name(ctx, v, a.Person), "n", a.N)
	row(&s, v.Texts.T("care.hall.open"), "hall")
	return s, nil
}

// tellFell tells whoever runs the hall of the children that are in their hands now.
func (h *House) tellFell(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	s := v.say("care.hall.told_fell", "who", h.name(ctx, v, a.Person), "n", a.N)
	row(&s, v.Texts.T("care.hall.open"), "hall")
	return s, nil
}

// tellHomework tells at home how far the homework came, in the carer's voice where she
// spoke.
func (h *House) tellHomework(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	all, err := h.Childcare.Notes(ctx, v.Actor, a.Booking)
	if err != nil {
		return dialog.Screen{}, err
	}
	name := h.name(ctx, v, a.Child)
	n, said := noteOf(all, childcare.Homework)
	if !said {
		return dialog.Screen{Gone: true}, nil
	}
	if n.Voice != "" {
		s := v.say("care.hall.told_voice", "name", name)
		s.Media = []dialog.Media{{Kind: dialog.Voice, FileID: n.Voice}}
		return s, nil
	}
	return v.say("care.hall.told_homework", "name", name, "words", v.noteWords(n.Codes)), nil
}

// tellWorry tells the one person who is to hear it, and nobody else.
func (h *House) tellWorry(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	return v.say("care.hall.told_worry", "name", h.name(ctx, v, a.Child), "who", h.name(ctx, v, a.By)), nil
}

// tellShort tells the lead the day before that a sitting is short of hands.
func (h *House) tellShort(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	day := dateOf(a.Day)
	ahead, err := h.Childcare.Ahead(ctx, v.Actor, 3)
	if _, no := v.Refused(err); no {
		return dialog.Screen{Gone: true}, nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	for _, d := range ahead {
		for _, st := range d.Sittings {
			if d.Day.Day.Format(time.DateOnly) != day.Format(time.DateOnly) || a.Sitting != 0 && st.ID != a.Sitting || a.Sitting == 0 && !st.Short() {
				continue
			}
			return v.say("care.hall.told_short", "day", dayIn(day, v.Zone), "at", clockOf(st.StartsAt.In(v.Zone)), "has", st.Hands, "needs", st.Needs), nil
		}
	}
	return v.say("care.hall.told_short_day", "day", dayIn(day, v.Zone)), nil
}
