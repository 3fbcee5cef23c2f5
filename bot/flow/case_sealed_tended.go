package flow

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// What whoever hears private cases finds again, though nothing is to be done of it at
// present: what waits for the word of a side, and where they look in once more.

// tendedErrands are those on the page of the day: they wait, until it is time to look
// in.
type tendedErrands struct{ h *House }

func (d tendedErrands) errands(ctx context.Context, v Visit) ([]errand, error) {
	some, err := d.h.Cases.Tending(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("private cases: %w", err)
	}
	at, err := d.h.doors(ctx, v, some)
	if err != nil {
		return nil, err
	}
	all := make([]errand, len(some))
	for i, c := range some {
		at[i].Due, at[i].Waits = time.Time{}, true
		if c.Status == cases.Held {
			at[i].Due, at[i].Waits = c.LookInAt(), v.Now.Before(c.LookInAt())
		}
		all[i] = errand{at: at[i], line: d.h.caseLine(ctx, v, c) + d.h.tendedWords(ctx, v, c), button: numbered(v, c, CaseData("show", c.ID))}
	}
	return all, nil
}

// tendedWords say for what a private case waits.
func (h *House) tendedWords(ctx context.Context, v Visit, c cases.Case) string {
	switch {
	case c.Status == cases.Held && v.Now.Before(c.LookInAt()):
		return v.Texts.T("sealed.day_look", "day", day(c.LookInAt().In(v.Zone)))
	case c.Status == cases.Held:
		return v.Texts.T("sealed.day_look_now")
	case c.Status == cases.Done && c.Mediated() && c.Other != 0:
		return v.Texts.T("sealed.day_both")
	}
	return v.Texts.T("sealed.day_word", "name", h.name(ctx, v, c.For))
}

// inHand are the cases that somebody holds: what is to be done, then what waits for a
// word in private.
func (h *House) inHand(ctx context.Context, v Visit) ([]cases.Case, error) {
	if !v.Actor.Holds() {
		return nil, nil
	}
	held, err := h.Cases.Holding(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("holding: %w", err)
	}
	tended, err := h.Cases.Tending(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("holding: %w", err)
	}
	return append(held, tended...), nil
}

// tendedRows are what can be done from the card of a private case that waits: the word
// of a complaint can be written down, and what was kept is looked in on when it is
// time.
func (h *House) tendedRows(ctx context.Context, v Visit, c cases.Case) [][]dialog.Button {
	switch {
	case c.Private == "" || c.Holder != v.Person.ID:
		return nil
	case c.Status == cases.Proposed && c.Why == cases.NotSo:
		return append(h.seesRows(ctx, v, c), caseRows(v, c, "card.call", "call", "more.undo", "undo")...)
	case c.Status == cases.Done && !c.Mediated():
		return append(h.wordRows(ctx, v, c), caseRows(v, c, "card.call", "call")...)
	case c.Status != cases.Held || c.ClosedAt == nil || v.Now.Before(c.LookInAt()):
		return nil
	}
	some, err := h.Cases.Tending(ctx, v.Actor)
	if err != nil || !slices.ContainsFunc(some, func(o cases.Case) bool { return o.ID == c.ID }) {
		return nil // a card is better drawn without it than not at all
	}
	return lookInRows(v, c)
}

// lookInRows say what was found when both were visited once more.
func lookInRows(v Visit, c cases.Case) [][]dialog.Button {
	var s dialog.Screen
	row(&s, v.Texts.T("sealed.look_good"), "lookin", number(c.ID), "yes")
	row(&s, v.Texts.T("sealed.look_again"), "lookin", number(c.ID), "no")
	return s.Rows
}

// wordRows let whoever hears it write down what whose trouble it is says of what was
// done; whom messages reach is given some days to say it.
func (h *House) wordRows(ctx context.Context, v Visit, c cases.Case) [][]dialog.Button {
	if c.DoneAt != nil && v.Now.Before(c.DoneAt.Add(cases.AskTwice)) && h.isReached(ctx, v, c.For) {
		return nil
	}
	var s dialog.Screen
	name := h.name(ctx, v, c.For)
	row(&s, named(v.Texts, "sealed.word_held", name), "saidfor", number(c.ID), "held")
	row(&s, named(v.Texts, "sealed.word_not", name), "saidfor", number(c.ID), "not")
	return append(s.Rows, h.unmetRows(ctx, v, c)...)
}

// unmetRows let whoever went to ask write down that they met nobody, once a day.
func (h *House) unmetRows(ctx context.Context, v Visit, c cases.Case) [][]dialog.Button {
	last, err := h.Cases.UnmetBefore(ctx, c)
	if err != nil || !last.IsZero() && v.Now.Sub(last) < cases.UnmetApart {
		return nil // a card is better drawn without it than not at all
	}
	return caseRows(v, c, "sealed.unmet", "unmet")
}

// unmet writes down that nobody was met; of twice it stays not confirmed.
func (h *House) unmet(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Unmet(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("meet nobody about case %d: %w", id, err)
	}
	s := h.memberCard(ctx, v, c)
	s.Toast = v.Texts.T("sealed.noted")
	return show(s), nil
}

// saidFor is "<case>.held|not": what whose trouble it is said at the door, or on the
// phone.
func (h *House) saidFor(ctx context.Context, v Visit, value string) (Reply, error) {
	id, word, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	outcome := cases.NotFixed
	if word == "held" {
		outcome = cases.Held
	}
	c, err := h.Cases.SaidFor(ctx, v.Actor, id, outcome)
	if err != nil {
		return Reply{}, fmt.Errorf("write down what was said of case %d: %w", id, err)
	}
	s := h.memberCard(ctx, v, c)
	s.Toast = v.Texts.T("sealed.noted")
	return show(s), nil
}

// isReached reports whether messages reach somebody.
func (h *House) isReached(ctx context.Context, v Visit, person int64) bool {
	p, _, err := h.People.Reader(ctx, v.Community.ID, person)
	return err != nil || p.Reachable // they are told, as far as anybody knows
}
