package flow

import (
	"context"
	"slices"
	"strings"

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
