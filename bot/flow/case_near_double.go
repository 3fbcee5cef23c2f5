package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// whichDouble asks of what a case is a double, below its card.
func (h *House) whichDouble(ctx context.Context, v Visit, id int64) (Reply, error) {
	s, err := h.doubleList(ctx, v, id, "")
	return Reply{Screen: s, Where: Apart, Beside: true}, err
}

// doubles turns the pages of that list, "<case>.<page>".
func (h *House) doubles(ctx context.Context, v Visit, value string) (Reply, error) {
	id, at, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	s, err := h.doubleList(ctx, v, id, at)
	return Reply{Screen: s, Beside: true}, err
}

func (h *House) doubleList(ctx context.Context, v Visit, id int64, at string) (dialog.Screen, error) {
	some, err := h.Cases.Alike(ctx, v.Actor, id)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("double of case %d: %w", id, err)
	}
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("double of case %d: %w", id, err)
	}
	key := "near.which"
	if len(some) == 0 {
		key = "near.none"
	}
	s := v.say(key, "no", c.Number, "kind", kindWords(v, c), "place", h.placeWords(ctx, v, c.Place))
	buttons := make([]dialog.Button, len(some))
	for i, o := range some {
		buttons[i] = dialog.Button{Label: h.nearLabel(ctx, v, o), Data: fmt.Sprintf("m.double.%d.%d", id, o.ID)}
	}
	v.list(&s, fmt.Sprintf("doubles.%d", id), at, buttons)
	s.Rows = append(s.Rows, caseRows(v, c, "dialog.back", "card")...)
	return s, nil
}

// nearLabel is a case on a button, with its door: "3 lamp 3-2".
func (h *House) nearLabel(ctx context.Context, v Visit, c cases.Case) string {
	var door []string
	if c.Place.Building != 0 {
		if b, err := h.Communities.Building(ctx, v.Community.ID, c.Place.Building); err == nil { // one that is gone leaves the rest
			door = append(door, b.Name)
		}
	}
	if c.Place.Entrance != 0 {
		door = append(door, strconv.Itoa(c.Place.Entrance))
	}
	return fit(strings.Join(door, "-"), func(door string) string {
		return strings.TrimSpace(v.Texts.T("near.label", "no", c.Number, "kind", kindWords(v, c), "door", door))
	})
}

// double says of what a case is a double, "<case>.<other>".
func (h *House) double(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	of, err := strconv.ParseInt(rest, 10, 64)
	if !ok || err != nil {
		return v.toast("tap.old"), nil
	}
	c, err := h.Cases.Merge(ctx, v.Actor, id, of)
	if err != nil {
		return Reply{}, fmt.Errorf("merge case %d: %w", id, err)
	}
	s := v.say("near.merged", "no", c.Number, "of", h.numberOf(ctx, v, of))
	s.Rows = caseRows(v, c, "near.split", "split", "talk.show", "card") // a slip is mended by one tap
	return Reply{Screen: s, Beside: true}, nil
}

func (h *House) split(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Unmerge(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("unmerge case %d: %w", id, err)
	}
	s := v.say("near.was_split", "no", c.Number, "name", h.name(ctx, v, c.Holder))
	s.Rows = caseRows(v, c, "talk.show", "card")
	return Reply{Screen: s, Beside: true}, nil
}

// numberOf is the number of a case, 0 where it cannot be read.
func (h *House) numberOf(ctx context.Context, v Visit, id int64) int64 {
	c, err := h.Cases.Read(ctx, v.Community.ID, id)
	if err != nil { // the rest of the sentence helps without it
		return 0
	}
	return c.Number
}

// whole is the case that another is a double of.
func (h *House) whole(ctx context.Context, v Visit, own cases.Case) (c cases.Case, ok bool) {
	if own.Status != cases.Duplicate {
		return cases.Case{}, false
	}
	c, err := h.Cases.Read(ctx, v.Community.ID, own.Of)
	return c, err == nil
}

// whoGoes is the name of who holds a case, or the one that it is a double of.
func (h *House) whoGoes(ctx context.Context, v Visit, c cases.Case) string {
	if of, ok := h.whole(ctx, v, c); ok {
		c = of
	}
	return h.name(ctx, v, c.Holder)
}

// doubleScreen shows whoever brought a double how the whole stands, under their own
// number, and asks them whether it held.
func (h *House) doubleScreen(ctx context.Context, v Visit, own cases.Case) dialog.Screen {
	c, ok := h.whole(ctx, v, own)
	switch {
	case !ok:
		return h.stands(ctx, v, own)
	case c.Status == cases.Held:
		return h.heldElsewhere(ctx, v, c, own)
	case c.Status == cases.Done && v.answers(own):
		s := v.say("near.check", "no", own.Number, "kind", kindWords(v, own), "of", c.Number, "name", h.name(ctx, v, c.Holder))
		after := h.mediaOf(ctx, v, c.ID, cases.After)
		s.Media = shown(append(firstPicture(h.mediaOf(ctx, v, own.ID, cases.Before)), after[max(0, len(after)-1):]...))
		s.Rows = checkRows(v, own)
		return s
	}
	return h.standsNear(ctx, v, c, own)
}

// tellDoubled tells whoever brought a report that it is a neighbour's too.
func (h *House) tellDoubled(ctx context.Context, v Visit, own cases.Case, _ told) dialog.Screen {
	c, ok := h.whole(ctx, v, own)
	if !ok || c.Status == cases.Done && v.answers(own) {
		return h.doubleScreen(ctx, v, own)
	}
	return v.say("near.doubled", "no", own.Number, "of", c.Number, "news", h.lastNews(ctx, v, c))
}

// sharedLines are what the card of a case says of neighbours who have it too.
func (h *House) sharedLines(ctx context.Context, v Visit, c cases.Case) []string {
	if c.Status == cases.Duplicate {
		return []string{v.Texts.T("near.same_as", "of", h.numberOf(ctx, v, c.Of))}
	}
	by, err := h.Cases.SharedBy(ctx, v.Community.ID, c.ID)
	if err != nil || by.People == 0 { // a card is better drawn without it than not at all
		return nil
	}
	lines := []string{v.Texts.T("near.also", "n", by.People)}
	if by.Words != "" {
		lines = append(lines, v.Texts.T("near.words", "words", short(by.Words)))
	}
	return lines
}
