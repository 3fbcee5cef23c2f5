package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// namedVerbs are the buttons of the kinds of problems for which a member is asked
// first.
func (h *House) namedVerbs() map[string]verb {
	return map[string]verb{"namedfor": h.namedFor, "namefor": h.nameFor}
}

// namedFor shows the kinds for which a member is asked first: "<person>.<page>".
func (h *House) namedFor(ctx context.Context, v Visit, value string) (Reply, error) {
	number, at, _ := strings.Cut(value, ".")
	person, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	if !v.Actor.May(access.Grant, access.SameCommunity) {
		return Reply{}, access.NotFound()
	}
	c, _, err := h.People.See(ctx, v.Actor, person)
	if err != nil {
		return Reply{}, fmt.Errorf("named for what: %w", err)
	}
	return show(v.namedScreen(c, at)), nil
}

// nameFor ticks a kind, or not: "<person>.<kind>.<1 or 0>". Said again, it stays so.
func (h *House) nameFor(ctx context.Context, v Visit, value string) (Reply, error) {
	parts := strings.Split(value, ".")
	if len(parts) != 3 {
		return v.toast("tap.old"), nil
	}
	person, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	if err := h.People.NameFor(ctx, v.Actor, person, parts[1], parts[2] == "1"); err != nil {
		return Reply{}, fmt.Errorf("name for a kind: %w", err)
	}
	c, _, err := h.People.See(ctx, v.Actor, person)
	if err != nil {
		return Reply{}, fmt.Errorf("named for what: %w", err)
	}
	i := slices.IndexFunc(v.nameable(c), func(k community.Kind) bool { return k.Code == parts[1] })
	return show(v.namedScreen(c, strconv.Itoa(max(0, i)/perPage))), nil
}

// nameable are the kinds for which somebody can be named: those that are reported
// here, and what they are named for already.
func (v Visit) nameable(c people.Card) (kinds []community.Kind) {
	for _, k := range v.Community.Kinds {
		if people.MayBeNamed(k) && (k.Offered || slices.Contains(c.Kinds, k.Code)) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

func (v Visit) namedScreen(c people.Card, at string) dialog.Screen {
	s := v.say("named.ask", "name", c.Name)
	var buttons []dialog.Button
	for _, k := range v.nameable(c) {
		label, to := v.kind(k.Code), "1"
		if slices.Contains(c.Kinds, k.Code) {
			label, to = "✓ "+label, "0"
		}
		buttons = append(buttons, dialog.Button{Label: label, Data: personData("namefor", c.ID) + "." + k.Code + "." + to})
	}
	v.list(&s, "namedfor."+number(c.ID), at, buttons)
	row(&s, v.Texts.T("dialog.done"), "holder", number(c.ID))
	return s
}

// namedRow tells on a member's page for which kinds they are asked first, and leads
// to them.
func (h *House) namedRow(ctx context.Context, v Visit, s *dialog.Screen, person int64) error {
	c, _, err := h.People.See(ctx, v.Actor, person)
	if err != nil {
		return fmt.Errorf("named for what: %w", err)
	}
	s.Text = strings.Join(append([]string{s.Text}, v.namedLine("named.line", c.Kinds)...), "\n")
	var first dialog.Screen
	row(&first, v.Texts.T("named.button"), "namedfor", number(person))
	s.Rows = append(first.Rows, s.Rows...)
	return nil
}

// namedTold is how many kinds a line tells.
const namedTold = 5

// namedLine says under a key for which kinds somebody is asked first; of none there
// is no line.
func (v Visit) namedLine(key string, codes []string) (lines []string) {
	var words []string
	for _, k := range v.Community.Kinds { // in the order in which they are offered
		if slices.Contains(codes, k.Code) {
			words = append(words, v.kind(k.Code))
		}
	}
	if len(words) == 0 {
		return nil
	}
	if len(words) > namedTold {
		words = append(words[:namedTold], "…")
	}
	return []string{v.Texts.T(key, "kinds", listed(v.Texts, words))}
}
