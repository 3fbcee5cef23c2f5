package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// tiesShown is how many ties one screen ends.
const tiesShown = 6

// family says who acts for the person and for whom they act, each to be ended
// with one tap. What they are asked still comes first.
func (h *House) family(ctx context.Context, v Visit) (Reply, error) {
	asked, err := h.People.Asked(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("family: %w", err)
	}
	if len(asked) > 0 {
		return show(h.familyQuestion(ctx, v, asked[0])), nil
	}
	ties, err := h.People.TiesOf(ctx, v.Actor, v.Person.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("family: %w", err)
	}
	s := dialog.Screen{Text: h.familyWords(v, ties), Rows: endRows(v, ties)}
	for _, t := range ties {
		if t.Kind == people.Guardian && t.Person == v.Person.ID {
			s.Rows = append(s.Rows, menuRow(named(v.Texts, "family.child_button", t.ForName), "child", t.For))
		}
	}
	s.Rows = append(s.Rows, menuRow(v.Texts.T("family.offer"), "fam", v.Person.ID), menuRow(v.Texts.T("family.add_child"), "addchild", 0))
	return show(s), nil
}

// menuRow is a row with one button about a person, a link or a tie; 0 is about
// nobody in particular.
func menuRow(label, verb string, id int64) []dialog.Button {
	data := "m." + verb
	if id != 0 {
		data += "." + strconv.FormatInt(id, 10)
	}
	return []dialog.Button{{Label: label, Data: data}}
}

// familyWords tells in a line each who acts, and for whom.
func (h *House) familyWords(v Visit, ties []people.Tie) string {
	lines := []struct {
		key   string
		names []string
	}{{key: "family.they"}, {key: "family.you"}, {key: "family.children"}}
	for _, t := range ties {
		switch {
		case t.For == v.Person.ID:
			lines[0].names = append(lines[0].names, t.Name)
		case t.Kind == people.Family:
			lines[1].names = append(lines[1].names, t.ForName)
		case t.Kind == people.Guardian:
			lines[2].names = append(lines[2].names, t.ForName)
		}
	}
	text := ""
	for _, l := range lines {
		if len(l.names) > 0 {
			text += v.Texts.T(l.key, "names", listed(v.Texts, l.names)) + "\n"
		}
	}
	if text == "" {
		return v.Texts.T("family.none")
	}
	return text[:len(text)-1]
}

// endRows are the buttons that end ties: who acts for me, and for whom I act. Guardians
// are on the child's own screen.
func endRows(v Visit, ties []people.Tie) [][]dialog.Button {
	var rows [][]dialog.Button
	for _, t := range ties {
		switch {
		case len(rows) == tiesShown:
			return rows
		case t.For == v.Person.ID:
			rows = append(rows, menuRow(named(v.Texts, "family.end_they", t.Name), "famend", t.ID))
		case t.Kind == people.Family:
			rows = append(rows, menuRow(named(v.Texts, "family.end_you", t.ForName), "famend", t.ID))
		}
	}
	return rows
}

// offerFamily shows a link by which somebody comes to act for a person: for
// oneself, at somebody's door, or for a child.
func (h *House) offerFamily(kind people.TieKind) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		person := v.Person.ID
		if value != "" {
			var err error
			if person, err = strconv.ParseInt(value, 10, 64); err != nil {
				return v.toast("tap.old"), nil
			}
		}
		token, err := h.People.OfferFamily(ctx, v.Actor, person, kind)
		if err != nil {
			return Reply{}, fmt.Errorf("offer: %w", err)
		}
		key := "family.link." + string(kind)
		if kind == people.Family && person != v.Person.ID {
			key = "family.link.door"
		}
		s, err := h.linkScreen(ctx, v, "fam_"+token, key, "name", h.name(ctx, v, person))
		return Reply{Screen: s, Where: Apart}, err
	}
}

// openFamily is somebody opening such a link. Who is new says first what to
// call them; meanwhile the other is asked.
func (h *House) openFamily(ctx context.Context, v Visit, token string) (Reply, error) {
	l, err := h.People.OpenFamily(ctx, v.Community.ID, v.Person.ID, token)
	if text, ok := v.Refused(err); ok {
		return show(dialog.Screen{Text: text, Menu: v.Person.Known()}), nil
	} else if err != nil {
		return Reply{}, fmt.Errorf("open: %w", err)
	}
	if !v.Person.Known() {
		return h.welcome(ctx, v, "fam."+strconv.FormatInt(l.ID, 10), "")
	}
	return show(h.familyOpened(ctx, v, l)), nil
}

func (h *House) familyOpened(ctx context.Context, v Visit, l people.Link) dialog.Screen {
	if l.Decided {
		return h.withMenu(v, "family.decided")
	}
	return h.withMenu(v, "family.opened", "name", h.name(ctx, v, l.Asks))
}

// afterFamilyLink goes on with the link after the introduction of who opened it.
func (h *House) afterFamilyLink(ctx context.Context, v Visit, link string) (Reply, bool, error) {
	id, err := strconv.ParseInt(link, 10, 64)
	if err != nil {
		return Reply{}, false, nil //nolint:nilerr // a draft that cannot be read asks for nothing more
	}
	l, err := h.People.FamilyLink(ctx, v.Community.ID, id)
	if err != nil || l.UsedBy != v.Person.ID {
		return Reply{}, false, err
	}
	return show(h.familyOpened(ctx, v, l)), true, nil
}

// familyQuestion asks whether who opened the link may act.
func (h *House) familyQuestion(ctx context.Context, v Visit, l people.Link) dialog.Screen {
	if l.Decided {
		return v.say("family.decided")
	}
	key := "family.ask." + string(l.Tie)
	if l.Tie == people.Family && l.Asks != l.Person {
		key = "family.ask.door"
	}
	s := v.say(key, "name", h.name(ctx, v, l.UsedBy), "who", h.name(ctx, v, l.Person))
	s.Rows = [][]dialog.Button{menuRow(v.Texts.T("family.yes"), "famyes", l.ID), menuRow(v.Texts.T("family.no"), "famno", l.ID)}
	s.Rows[0][0].Style = dialog.Primary
	return s
}

// familyButton is the answer to a question about family that typed words equal.
func (h *House) familyButton(ctx context.Context, v Visit, text string, yes bool) ([]string, error) {
	asked, err := h.People.Asked(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("asked: %w", err)
	}
	var found []string
	for _, l := range asked {
		rows := h.familyQuestion(ctx, v, l).Rows
		for i, row := range rows {
			if Same(text, row[0].Label) || yes && i == 0 {
				found = append(found, row[0].Data)
			}
		}
	}
	return found, nil
}

// agreeFamily is the answer to that question.
func (h *House) agreeFamily(yes bool) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		id, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return v.toast("tap.old"), nil
		}
		l, err := h.People.AgreeFamily(ctx, v.Actor, id, yes)
		if err != nil {
			return Reply{}, fmt.Errorf("agree: %w", err)
		}
		if !yes {
			return show(v.say("family.refused_done", "name", h.name(ctx, v, l.UsedBy))), nil
		}
		return h.agreed(ctx, v, l)
	}
}

// agreed says what somebody may do from now on, and how to end it: with one tap.
func (h *House) agreed(ctx context.Context, v Visit, l people.Link) (Reply, error) {
	key := "family.agreed_done." + string(l.Tie)
	if l.Tie == people.Family && l.Person != v.Person.ID {
		key = "family.agreed_done.door"
	}
	s := v.say(key, "name", h.name(ctx, v, l.UsedBy), "who", h.name(ctx, v, l.Person))
	ties, err := h.People.TiesOf(ctx, v.Actor, l.Person)
	if err != nil {
		return Reply{}, fmt.Errorf("agreed: %w", err)
	}
	for _, t := range ties {
		if t.For == v.Person.ID && t.Person == l.UsedBy {
			s.Rows = append(s.Rows, menuRow(named(v.Texts, "family.end_they", t.Name), "famend", t.ID))
		}
	}
	return show(s), nil
}

// endFamily ends a tie with one tap.
func (h *House) endFamily(ctx context.Context, v Visit, value string) (Reply, error) {
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	t, err := h.People.EndTie(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("end: %w", err)
	}
	return Reply{Screen: h.tieOver(v, t), Fresh: true}, nil
}

// tieOver says that a tie has ended, to either side or to who ended it for them.
func (h *House) tieOver(v Visit, t people.Tie) dialog.Screen {
	switch v.Person.ID {
	case t.For:
		return v.say("family.over_they", "name", t.Name)
	case t.Person:
		return v.say("family.over_you", "who", t.ForName)
	default:
		return v.say("family.over", "name", t.Name, "who", t.ForName)
	}
}

// renderFamily draws what people hear of who acts for whom.
func (h *House) renderFamily(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	var of struct{ ID, By int64 }
	if err := json.Unmarshal(args, &of); err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	switch topic {
	case "family.ask", "family.refused":
		l, err := h.People.FamilyLink(ctx, v.Community.ID, of.ID)
		switch {
		case err != nil:
			return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
		case topic == "family.ask":
			return h.familyQuestion(ctx, v, l), nil
		}
		return v.say("family.refused_told", "name", h.name(ctx, v, l.Asks), "who", h.name(ctx, v, l.Person)), nil
	case "family.agreed", "family.ended":
		t, err := h.People.Tie(ctx, v.Community.ID, of.ID)
		switch {
		case err != nil:
			return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
		case topic == "family.ended" || t.EndedAt != nil:
			return h.tieOver(v, t), nil
		}
		return h.tieBegun(ctx, v, t, of.By), nil
	default:
		return dialog.Screen{}, fmt.Errorf("render %s: unknown topic", topic)
	}
}

// tieBegun says to who acts that they may; and to whom they act for, and who decides
// for the same child, where somebody else agreed, who that was.
func (h *House) tieBegun(ctx context.Context, v Visit, t people.Tie, by int64) dialog.Screen {
	if t.For == v.Person.ID {
		s := v.say("family.begun_they", "name", t.Name, "by", h.name(ctx, v, by))
		s.Rows = append(s.Rows, menuRow(named(v.Texts, "family.end_they", t.Name), "famend", t.ID))
		return s
	}
	if t.Person != v.Person.ID { // they decide for the child too
		s := v.say("family.begun_too", "name", t.Name, "who", t.ForName, "by", h.name(ctx, v, by))
		if t.ByGuardian {
			s.Rows = append(s.Rows, menuRow(named(v.Texts, "family.end_they", t.Name), "famend", t.ID))
		}
		return s
	}
	return v.say("family.begun."+string(t.Kind), "who", t.ForName)
}

// familyVerbs are the buttons of who acts for whom.
func (h *House) familyVerbs() map[string]verb {
	return map[string]verb{
		"family":   h.apart("family"),
		"fam":      h.offerFamily(people.Family),
		"guard":    h.offerFamily(people.Guardian),
		"famyes":   h.agreeFamily(true),
		"famno":    h.agreeFamily(false),
		"famend":   h.endFamily,
		"child":    h.child,
		"addchild": h.addChild,
		"for":      h.reportFor,
		"desk":     h.desk,
	}
}
