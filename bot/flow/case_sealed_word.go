package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/cases"
)

// sign is "<case>.<agreement>.yes|no" by a side, "<case>.for.<side>.yes" at the door.
func (h *House) sign(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	if side, yes, ok := atDoor(rest); ok {
		c, err := h.Cases.SignFor(ctx, v.Actor, id, side, yes)
		return h.sidesAfter(ctx, v, c, err)
	}
	item, word, ok := pair(rest)
	if !ok {
		return v.toast("tap.old"), nil
	}
	c, err := h.Cases.Sign(ctx, v.Actor, id, item, word == "yes")
	if err != nil {
		return Reply{}, fmt.Errorf("sign case %d: %w", id, err)
	}
	if word == "yes" || v.mute(c) {
		return show(h.sideScreen(ctx, v, c)), nil
	}
	return Reply{Dialog: "hearing", Where: Spent, Prefill: hearingDraft{By: v.who(), Case: id, Does: saysOwn}}, nil
}

// kept is "<case>.yes|no" by a side, "<case>.for.<side>.yes" at the door.
func (h *House) kept(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	if side, yes, ok := atDoor(rest); ok {
		c, err := h.Cases.KeptFor(ctx, v.Actor, id, side, yes)
		return h.sidesAfter(ctx, v, c, err)
	}
	c, err := h.Cases.Kept(ctx, v.Actor, id, rest == "yes")
	if err != nil {
		return Reply{}, fmt.Errorf("kept in case %d: %w", id, err)
	}
	if rest == "yes" {
		return show(v.say("sealed.kept_thanks", "no", c.Number, "name", h.name(ctx, v, c.Holder))), nil
	}
	if v.mute(c) {
		return show(h.sideScreen(ctx, v, c)), nil
	}
	return Reply{Dialog: "hearing", Where: Spent, Prefill: hearingDraft{By: v.who(), Case: id, Does: saysOwn}}, nil
}

// atDoor reads "for.<side>.yes|no".
func atDoor(rest string) (side cases.Side, yes, ok bool) {
	parts := strings.Split(rest, ".")
	if len(parts) != 3 || parts[0] != "for" {
		return 0, false, false
	}
	n, err := strconv.Atoi(parts[1])
	return cases.Side(n), parts[2] == "yes", err == nil && (n == 1 || n == 2)
}

// sidesAfter shows who hears both how it stands after what they wrote down.
func (h *House) sidesAfter(ctx context.Context, v Visit, c cases.Case, err error) (Reply, error) {
	if err != nil {
		return Reply{}, fmt.Errorf("write down the word of a side: %w", err)
	}
	switch {
	case !c.Concerns(v.Actor): // another hears it anew
		return show(v.say("told.not_yours_but", "no", c.Number, "name", h.name(ctx, v, c.Holder))), nil
	case !c.Mediated() || !mediates(c):
		return show(h.memberCard(ctx, v, c)), nil
	}
	s, err := h.sidesScreen(ctx, v, c)
	s.Toast = v.Texts.T("sealed.noted")
	return show(s), err
}

// partWays is "<case>.ask", or "<case>.<way>".
func (h *House) partWays(ctx context.Context, v Visit, value string) (Reply, error) {
	id, way, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	c, err := h.Cases.FindMediated(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("end the talks of case %d: %w", id, err)
	}
	if !slices.Contains(cases.Ways, way) {
		s := v.say("sealed.which_way", "no", c.Number)
		for _, code := range cases.Ways {
			row(&s, v.Texts.T("sealed.way_label."+code), "way", number(id), code)
		}
		s.Rows = append(s.Rows, caseRows(v, c, "dialog.back", "sides")...)
		return Reply{Screen: s, Beside: true}, nil
	}
	if c, err = h.Cases.PartWays(ctx, v.Actor, id, way); err != nil {
		return Reply{}, fmt.Errorf("end the talks of case %d: %w", id, err)
	}
	s := v.say("sealed.asked_to_part", "name", h.name(ctx, v, c.For))
	s.Rows = caseRows(v, c, "sealed.sides", "sides")
	return show(s), nil
}

// part is "<case>.yes|no" by whose trouble it is, "<case>.for.yes|no" at the door.
func (h *House) part(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	if word, ok := strings.CutPrefix(rest, "for."); ok {
		c, err := h.Cases.PartFor(ctx, v.Actor, id, word == "yes")
		return h.sidesAfter(ctx, v, c, err)
	}
	c, err := h.Cases.Part(ctx, v.Actor, id, rest == "yes")
	if err != nil {
		return Reply{}, fmt.Errorf("part in case %d: %w", id, err)
	}
	if c.Private == cases.Complaint && c.Status == cases.Assigned {
		return show(h.tellHearsNow(ctx, v, c, told{})), nil
	}
	return show(h.caseScreen(ctx, v, c)), nil
}

// lookIn is "<case>.yes|no": what was found when both were visited once more.
func (h *House) lookIn(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	c, err := h.Cases.LookIn(ctx, v.Actor, id, rest == "yes")
	if err != nil {
		return Reply{}, fmt.Errorf("look in on case %d: %w", id, err)
	}
	if c.Status == cases.Held {
		return show(v.say("sealed.looked_in", "no", c.Number)), nil
	}
	return show(h.memberCard(ctx, v, c)), nil
}
