package flow

import (
	"context"
	"fmt"
	"strconv"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// morningVerbs are the buttons of the page of the morning, and of what can be done
// about a case that somebody else holds.
func (h *House) morningVerbs() map[string]verb {
	return map[string]verb{
		"morning": h.morning,
		"matter":  h.matter,
		"remind":  h.remind,
		"give":    h.giveTo,
		"giveto":  h.give,
	}
}

// Values behind a case: shown anew below, or in the place of what was tapped.
const (
	anew    = "new"
	inPlace = "back"
)

// matter shows a case to who may remind of it or give it to somebody: "<case>.<list>.<page>"
// with the way back to the list of the morning in which it stands.
func (h *House) matter(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	c, err := h.Cases.FindManaged(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("show case %d: %w", id, err)
	}
	r := Reply{Screen: h.managedCard(ctx, v, c), Where: Apart, Beside: true}
	switch rest {
	case "", anew:
	case inPlace:
		r.Where = InPlace
	default:
		v.toList(&r.Screen, "morning", rest)
	}
	return r, nil
}

// managedCard is a case with who holds it, and what can be done about that. What is their
// own they give away behind More.
func (h *House) managedCard(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	if c.Holder == v.Person.ID && (c.Status == cases.Assigned || c.Status == cases.Taken || c.Status == cases.Waiting) {
		return h.memberCard(ctx, v, c)
	}
	if cases.MayDecide(c, v.Actor) {
		return h.lookCard(ctx, v, c)
	}
	s := dialog.Screen{Card: c.ID, Text: h.story(ctx, v, c), Media: h.cardMedia(ctx, v, c.ID)}
	switch c.Status {
	case cases.Open:
		s.Text += "\n" + v.Texts.T("manage.nobody")
	case cases.Assigned:
		s.Text += "\n" + v.Texts.T("manage.asked", "name", h.name(ctx, v, c.Holder))
	}
	s.Rows = manageRows(v, c)
	return s
}

// manageRows are what somebody in charge can do about a case that is not theirs: go
// themselves where nobody does, remind whoever has it, or give it to another. They are
// the same however often the card is turned over.
func manageRows(v Visit, c cases.Case) [][]dialog.Button {
	var rows [][]dialog.Button
	untaken := c.Status == cases.Open || c.Status == cases.Assigned
	goes := untaken && c.Private == ""
	if !untaken && c.Status != cases.Taken && c.Status != cases.Waiting {
		return nil
	}
	if goes {
		rows = caseRows(v, c, "card.take", "take", "card.call", "call")
	}
	if v.mayGive() {
		if c.Status != cases.Open {
			rows = append(rows, []dialog.Button{{Label: v.Texts.T("manage.remind"), Data: fmt.Sprintf("m.remind.%d", c.ID)}})
		}
		rows = append(rows, []dialog.Button{giveButton(v, c)})
	}
	if v.Actor.May(access.Amend, access.SameCommunity) && c.Private == "" {
		rows = append(rows, caseRows(v, c, "card.more", "more")...)
	}
	if goes && unnamed(c) {
		rows = append(rows, caseRows(v, c, "clocks.what", "what")...)
	}
	return rows
}

// mayGive reports whether somebody may give cases to others.
func (v Visit) mayGive() bool { return v.Actor.May(access.Give, access.SameCommunity) }

func giveButton(v Visit, c cases.Case) dialog.Button {
	return dialog.Button{Label: v.Texts.T("manage.give"), Data: fmt.Sprintf("m.give.%d", c.ID)}
}

// remind asks whoever holds the case how it goes; the card stays.
func (h *House) remind(ctx context.Context, v Visit, value string) (Reply, error) {
	id, _, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	c, err := h.Cases.Remind(ctx, v.Actor, id)
	why, refused := v.Refused(err)
	if err != nil && !refused {
		return Reply{}, fmt.Errorf("remind of case %d: %w", id, err)
	}
	if !refused { // the card stays as it is
		return Reply{Screen: dialog.Screen{Toast: v.Texts.T("manage.reminded", "name", h.name(ctx, v, c.Holder))}, Beside: true}, nil
	}
	if c, err = h.Cases.FindManaged(ctx, v.Actor, id); err != nil {
		return Reply{}, fmt.Errorf("remind of case %d: %w", id, err)
	}
	s := h.managedCard(ctx, v, c)
	s.Toast = why
	return Reply{Screen: s, Beside: true}, nil
}

// giveAway asks to whom somebody in charge gives a case of their own.
func (h *House) giveAway(ctx context.Context, v Visit, id int64) (Reply, error) {
	return h.giveTo(ctx, v, number(id))
}

// giveTo asks to whom a case is to be given: who is on duty first, with how many
// each holds. "<case>.<page>", or "<case>.new" below what was tapped.
func (h *House) giveTo(ctx context.Context, v Visit, value string) (Reply, error) {
	id, at, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	c, err := h.Cases.FindManaged(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("give case %d: %w", id, err)
	}
	some, err := h.Cases.Candidates(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("give case %d: %w", id, err)
	}
	s := v.say("manage.to_whom", "case", h.caseLine(ctx, v, c))
	if len(some) == 0 {
		s = v.say("manage.no_one", "case", h.caseLine(ctx, v, c))
	}
	buttons := make([]dialog.Button, len(some))
	for i, p := range some {
		key := "manage.candidate"
		if p.OnDuty {
			key = "manage.on_duty"
		}
		buttons[i] = dialog.Button{Label: named(v.Texts, key, p.Name, "n", p.Holds), Data: fmt.Sprintf("m.giveto.%d.%d", id, p.Person)}
	}
	v.list(&s, fmt.Sprintf("give.%d", id), at, buttons)
	v.back(&s, "matter", strconv.FormatInt(id, 10), inPlace)
	r := Reply{Screen: s, Beside: true}
	if at == anew {
		r.Where = Apart
	}
	return r, nil
}

// give gives a case to somebody, "<case>.<person>".
func (h *House) give(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	to, err := strconv.ParseInt(rest, 10, 64)
	if !ok || err != nil {
		return v.toast("tap.old"), nil
	}
	c, err := h.Cases.Give(ctx, v.Actor, id, to)
	if err != nil {
		return Reply{}, fmt.Errorf("give case %d: %w", id, err)
	}
	s := v.say("manage.given", "no", c.Number, "name", h.name(ctx, v, c.Holder))
	if to == v.Person.ID {
		s = v.say("manage.given_you", "no", c.Number) // the card comes by itself
	}
	if c.Holder == to {
		s.Rows = [][]dialog.Button{{giveButton(v, c)}} // a slip is mended by giving it on
	}
	return Reply{Screen: s, Beside: true}, nil
}
