package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// mediates reports whether two sides can be heard in a case as it stands.
func mediates(c cases.Case) bool {
	return slices.Contains([]cases.Status{cases.Taken, cases.Waiting, cases.Proposed, cases.Done}, c.Status)
}

// sides shows whoever hears both how far they are, and what is next.
func (h *House) sides(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.FindMediated(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("both sides of case %d: %w", id, err)
	}
	s, err := h.sidesScreen(ctx, v, c)
	return Reply{Screen: s, Beside: true}, err
}

func (h *House) sidesScreen(ctx context.Context, v Visit, c cases.Case) (dialog.Screen, error) {
	heard, err := h.Cases.AllHeard(ctx, v.Actor, c.ID)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("both sides of case %d: %w", c.ID, err)
	}
	a, err := h.Cases.Agreement(ctx, v.Community.ID, c.ID)
	if err != nil {
		return dialog.Screen{}, err
	}
	other, err := h.otherWords(ctx, v, c)
	if err != nil {
		return dialog.Screen{}, err
	}
	lines := []string{v.Texts.T("sealed.sides_are", "no", c.Number, "one", h.name(ctx, v, c.For), "other", other)}
	met := slices.DeleteFunc(slices.Clone(heard), func(m cases.Heard) bool { return m.Met == "" })
	if len(met) > 0 {
		last := met[len(met)-1]
		lines = append(lines, v.Texts.T("sealed.met", "n", len(met), "when", last.At))
		if last.Words != "" {
			lines = append(lines, v.Texts.T("card.words", "words", last.Words))
		}
	}
	lines = append(lines, h.agreementLines(ctx, v, c, a)...)
	s := dialog.Screen{Card: c.ID, Text: strings.Join(lines, "\n"), Rows: h.sidesRows(ctx, v, c, a)}
	return s, nil
}

// otherWords is who the other side is, or until when they can come by a link.
func (h *House) otherWords(ctx context.Context, v Visit, c cases.Case) (string, error) {
	if c.Other != 0 {
		return h.name(ctx, v, c.Other), nil
	}
	until, err := h.Cases.SideLinkUntil(ctx, v.Actor, c.ID)
	switch {
	case err != nil:
		return "", fmt.Errorf("both sides of case %d: %w", c.ID, err)
	case until.IsZero():
		return v.Texts.T("sealed.not_invited"), nil
	}
	return v.Texts.T("sealed.link_until", "day", day(until.In(v.Zone))), nil
}

// agreementLines are the words of an agreement, and what each side says of it.
func (h *House) agreementLines(ctx context.Context, v Visit, c cases.Case, a cases.Agreement) []string {
	if c.Status == cases.Proposed && c.Why == cases.NoAgreement {
		return []string{v.Texts.T("sealed.waits_for_word", "name", h.name(ctx, v, c.For))}
	}
	if a.ID == 0 {
		return nil
	}
	lines := []string{v.Texts.T("sealed.agreement_is", "words", a.Words, "day", v.onDay(a.KeptOn))}
	for _, side := range []cases.Side{cases.OneSide, cases.TheOther} {
		key, word := "sealed.sign_says.", a.Said(side)
		if c.Status == cases.Done {
			key, word = "sealed.kept_says.", a.Kept(side)
		}
		lines = append(lines, v.Texts.T(key+wordCode(word), "name", h.sideName(ctx, v, c, side)))
	}
	return lines
}

// onDay is a day of the calendar, wherever it was kept.
func (v Visit) onDay(on time.Time) day {
	y, m, d := on.Date()
	return day(time.Date(y, m, d, 0, 0, 0, 0, v.Zone))
}

// wordCode tells yes, no and not said yet apart.
func wordCode(word *bool) string {
	switch {
	case word == nil:
		return "open"
	case *word:
		return "yes"
	default:
		return "no"
	}
}

func (h *House) sideName(ctx context.Context, v Visit, c cases.Case, side cases.Side) string {
	if side == cases.TheOther {
		return h.name(ctx, v, c.Other)
	}
	return h.name(ctx, v, c.For)
}

// settled reports whether both sides agree, and it waits for the day.
func settled(c cases.Case, a cases.Agreement) bool { return a.Signed() && c.Status == cases.Waiting }

// sidesRows are what whoever hears both sides can do next.
func (h *House) sidesRows(ctx context.Context, v Visit, c cases.Case, a cases.Agreement) [][]dialog.Button {
	var s dialog.Screen
	talks := c.Status == cases.Taken || c.Status == cases.Waiting
	if talks {
		row(&s, named(v.Texts, "sealed.tell", h.name(ctx, v, c.For)), "sidetell", number(c.ID), "1")
		if c.Other == 0 {
			s.Rows = append(s.Rows, caseRows(v, c, "sealed.invite", "other")...)
		} else {
			row(&s, named(v.Texts, "sealed.tell", h.name(ctx, v, c.Other)), "sidetell", number(c.ID), "2")
		}
		s.Rows = append(s.Rows, caseRows(v, c, "sealed.note_talk", "talked")...)
		if c.Other != 0 && !settled(c, a) {
			s.Rows = append(s.Rows, caseRows(v, c, "sealed.write_down", "settle")...)
		}
	}
	if c.Status == cases.Taken && a.ID == 0 { // a talk with the one can be enough
		s.Rows = append(s.Rows, caseRows(v, c, "card.done", "done")...)
	}
	h.atTheDoor(ctx, v, c, a, &s)
	if talks && !settled(c, a) {
		row(&s, v.Texts.T("sealed.no_agreement"), "way", number(c.ID), "ask")
	}
	s.Rows = append(s.Rows, caseRows(v, c, "dialog.back", "card")...)
	s.Rows[len(s.Rows)-1][0].Data = CaseData("show", c.ID)
	return s.Rows
}

// atTheDoor adds what can be written down of a side that does not answer itself.
func (h *House) atTheDoor(ctx context.Context, v Visit, c cases.Case, a cases.Agreement, s *dialog.Screen) {
	verb, key := "", ""
	word := a.Said
	switch {
	case c.Status == cases.Proposed && c.Why == cases.NoAgreement:
		row(s, named(v.Texts, "sealed.word_yes", h.name(ctx, v, c.For)), "part", number(c.ID), "for", "yes")
		row(s, named(v.Texts, "sealed.word_no", h.name(ctx, v, c.For)), "part", number(c.ID), "for", "no")
		return
	case c.Status == cases.Done && a.ID == 0:
		s.Rows = append(s.Rows, h.wordRows(ctx, v, c)...)
		return
	case c.Status == cases.Done:
		verb, key, word = "kept", "sealed.word_kept", a.Kept
	case a.ID != 0 && !a.Signed():
		verb, key = "sign", "sealed.word_yes"
	default:
		return
	}
	for _, side := range []cases.Side{cases.OneSide, cases.TheOther} {
		if word(side) == nil {
			row(s, named(v.Texts, key, h.sideName(ctx, v, c, side)), verb, number(c.ID), "for", number(int64(side)), "yes")
			if verb == "kept" {
				row(s, named(v.Texts, "sealed.word_not_kept", h.sideName(ctx, v, c, side)), verb, number(c.ID), "for", number(int64(side)), "no")
			}
		}
	}
	if verb == "kept" && word(cases.OneSide) == nil {
		s.Rows = append(s.Rows, h.unmetRows(ctx, v, c)...)
	}
}

// sideScreen is a private case as one of its two sides sees it: nothing of the
// other's words, and what they are asked now.
func (h *House) sideScreen(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	side := c.SideOf(v.Person.ID)
	a, err := h.Cases.Agreement(ctx, v.Community.ID, c.ID)
	if err != nil { // it is better drawn without than not at all
		a = cases.Agreement{}
	}
	name := h.name(ctx, v, c.Holder)
	switch {
	case side == cases.OneSide && c.AsksWhose():
		key := "sealed.parting"
		if c.Status == cases.Unconfirmed {
			key = "sealed.parting_late"
		}
		s := v.say(key, "no", c.Number, "name", name, "way", v.Texts.T("sealed.way."+c.PassedTo))
		row(&s, v.Texts.T("sealed.part_yes"), "part", number(c.ID), "yes")
		row(&s, v.Texts.T("sealed.part_no"), "part", number(c.ID), "no")
		return s
	case c.Status == cases.Done && a.ID != 0 && a.Kept(side) == nil:
		s := v.say("sealed.kept_ask", "no", c.Number, "words", a.Words)
		row(&s, v.Texts.T("sealed.kept_yes"), "kept", number(c.ID), "yes")
		row(&s, v.Texts.T("sealed.kept_no"), "kept", number(c.ID), "no")
		return s
	case a.ID != 0 && !a.Signed() && a.Said(side) == nil && (c.Status == cases.Taken || c.Status == cases.Waiting):
		s := v.say("sealed.agreement", "no", c.Number, "name", name, "words", a.Words, "day", v.onDay(a.KeptOn))
		row(&s, v.Texts.T("sealed.sign_yes"), "sign", number(c.ID), number(a.ID), "yes")
		row(&s, v.Texts.T("sealed.sign_no"), "sign", number(c.ID), number(a.ID), "no")
		return s
	}
	if side == cases.OneSide && c.Status == cases.Unconfirmed {
		return h.lateScreen(v, c)
	}
	if side == cases.OneSide && c.Status == cases.Done && a.ID == 0 {
		return h.checkScreen(ctx, v, c)
	}
	return h.sideStands(v, c, a, name)
}

// sideStands says how it stands to a side that is asked nothing.
func (h *House) sideStands(v Visit, c cases.Case, a cases.Agreement, name string) dialog.Screen {
	key := "sealed.side.heard"
	switch {
	case c.Status == cases.Open:
		key = "sealed.side.open"
	case c.Status == cases.Assigned:
		key = "sealed.side.assigned"
	case c.Status == cases.Referred:
		key = "sealed.side.parted"
	case c.Status == cases.Held:
		key = "sealed.side.held"
	case c.Status == cases.Done:
		key = "sealed.side.done"
	case c.AsksWhose() && c.Status == cases.Unconfirmed:
		key = "sealed.side.rests"
	case c.Status == cases.Unconfirmed:
		key = "sealed.side.unconfirmed"
	case settled(c, a):
		key = "sealed.side.signed"
	case a.ID != 0 && !a.Signed() && c.Status != cases.Proposed:
		key = "sealed.side.said"
	case c.Other == v.Person.ID:
		key = "sealed.side.invited"
	}
	args := []any{"no", c.Number, "name", name, "phone", phoneWords(v), "words", a.Words, "day", v.onDay(a.KeptOn)}
	if c.Status == cases.Referred {
		args = append(args, "way", h.wayWords(v, c))
	}
	s := v.say(key, args...)
	if slices.Contains([]cases.Status{cases.Assigned, cases.Taken, cases.Waiting, cases.Proposed, cases.Done}, c.Status) {
		s.Rows = caseRows(v, c, "sealed.speak", "myside")
	}
	if c.For == v.Person.ID && c.CanTakeBack(v.Now) {
		row := dialog.Button{Label: v.Texts.T("sealed.take_back", "no", c.Number), Data: CaseData("back", c.ID)} // not what they just said
		s.Rows = append(s.Rows, []dialog.Button{row})
	}
	return s
}

// wayWords is where two sides can turn who did not agree.
func (h *House) wayWords(v Visit, c cases.Case) string {
	if slices.Contains(cases.Ways, c.PassedTo) {
		return v.Texts.T("sealed.way." + c.PassedTo)
	}
	return c.PassedTo
}

// partedLine says on the card of who heard both sides that the talks came to nothing.
func (h *House) partedLine(ctx context.Context, v Visit, c cases.Case) string {
	switch c.Status {
	case cases.Proposed:
		return v.Texts.T("sealed.waits_for_word", "name", h.name(ctx, v, c.For))
	case cases.Unconfirmed:
		return v.Texts.T("sealed.unsaid_line", "name", h.name(ctx, v, c.For))
	}
	return v.Texts.T("sealed.parted_way", "way", h.wayWords(v, c))
}

// What both sides and who hears them are told.

// tellSide shows a side what it is asked now; whoever hears both reads how far they are.
func (h *House) tellSide(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	if c.Holder == v.Person.ID {
		return h.tellMediator("sealed.both_signed")(ctx, v, c, told{})
	}
	return h.sideScreen(ctx, v, c)
}

// tellMediator says a line to who hears both sides, with the way to what is next.
func (h *House) tellMediator(key string) caseTopic {
	return func(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
		s := v.say(key, "no", c.Number, "name", h.name(ctx, v, c.For))
		s.Rows = caseRows(v, c, "sealed.sides", "sides")
		return s
	}
}

// tellWord says what one side said.
func (h *House) tellWord(key string) caseTopic {
	return func(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
		s := v.say(key+a.Outcome, "no", c.Number, "name", h.sideName(ctx, v, c, cases.Side(a.Item)))
		s.Rows = caseRows(v, c, "sealed.sides", "sides")
		return s
	}
}

func (h *House) tellParted(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	if c.Holder == v.Person.ID {
		return v.say("sealed.parted", "no", c.Number, "name", h.name(ctx, v, c.For))
	}
	return h.sideScreen(ctx, v, c)
}

// tellLookIn asks whoever heard both sides to visit them once more.
func (h *House) tellLookIn(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	s := v.say("sealed.look_in", "no", c.Number, "one", h.name(ctx, v, c.For), "other", h.name(ctx, v, c.Other))
	s.Rows = lookInRows(v, c)
	return s
}

// tellSideTold gives one side what who hears both says to them alone.
func (h *House) tellSideTold(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	s := h.heardScreen(ctx, v, c, a, c.Holder)
	s.Rows = caseRows(v, c, "sealed.answer", "myside")
	return s
}

// tellSideSaid gives who hears both what one side says.
func (h *House) tellSideSaid(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	item, err := h.Cases.Heard(ctx, c.Community, c.ID, a.Item)
	if err != nil {
		return dialog.Screen{Gone: true} // erased since
	}
	s := h.heardScreen(ctx, v, c, a, item.Person)
	row(&s, v.Texts.T("sealed.answer"), "sidetell", number(c.ID), number(int64(item.Side)))
	s.Rows = append(s.Rows, caseRows(v, c, "sealed.sides", "sides")...)
	return s
}

// heardScreen is what somebody says, or says now in the place of earlier words.
func (h *House) heardScreen(ctx context.Context, v Visit, c cases.Case, a told, speaker int64) dialog.Screen {
	item, err := h.Cases.Heard(ctx, c.Community, c.ID, a.Item)
	if err != nil {
		return dialog.Screen{Gone: true} // erased since
	}
	key := "sealed.says"
	if a.Code != "" {
		key = "sealed.says_now"
	}
	s := v.say(key, "no", c.Number, "name", h.name(ctx, v, speaker))
	s.Media = shown(item.Media)
	if item.Words != "" {
		s.Text += "\n" + v.Texts.T("card.words", "words", item.Words)
	}
	return s
}
