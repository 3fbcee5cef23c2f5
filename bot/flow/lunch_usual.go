package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// usualVerbs are the buttons of how somebody usually eats, "m.eathow.<person>",
// "m.eatdiet.<person>.<diet>", "m.eatrest.<person>.<days>".
func (h *House) usualVerbs() map[string]verb {
	return map[string]verb{
		"eathow": onID(h.usually), "eatdiet": h.changesDiet, "eatrest": h.rests, "eatnomore": onID(h.noStanding),
		"eatdays": h.standsOn, "eattell": h.tellsFamily, "eatway": h.usualWay, "eatnot": onID(h.startsDislikes),
	}
}

// usually shows how somebody eats when they say nothing else.
func (h *House) usually(ctx context.Context, v Visit, person int64) (Reply, error) {
	d, err := h.Lunch.Diner(ctx, v.Actor, person)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{v.Texts.T("lunch.usually", "n", d.Portions, "way", v.Texts.T("lunch.way."+string(d.Mode)))}
	if len(d.Standing) > 0 {
		lines = append(lines, v.Texts.T("lunch.stands_on", "days", v.weekdays(d.Standing)))
	}
	if len(d.Diet) > 0 {
		lines = append(lines, listed(v.Texts, v.diets(lunch.Label{Diet: d.Diet})))
	}
	if d.Dislikes != "" {
		lines = append(lines, v.Texts.T("lunch.dislikes_are", "what", d.Dislikes))
	}
	switch {
	case d.PausedFrom == nil:
	case d.PausedUntil == nil:
		lines = append(lines, v.Texts.T("lunch.rests", "from", dayIn(*d.PausedFrom, v.Zone)))
	default:
		lines = append(lines, v.Texts.T("lunch.rests_until", "from", dayIn(*d.PausedFrom, v.Zone), "until", dayIn(*d.PausedUntil, v.Zone)))
	}
	s := h.ofWhom(ctx, v, dialog.Screen{Text: strings.Join(lines, "\n")}, person)
	row(&s, v.Texts.T("lunch.usual_way"), "eatway", number(person))
	row(&s, v.Texts.T("lunch.diet"), "eatdiet", number(person))
	row(&s, v.Texts.T("lunch.dislikes"), "eatnot", number(person))
	row(&s, v.Texts.T("lunch.which_days"), "eatdays", number(person))
	row(&s, v.Texts.T("lunch.tells"), "eattell", number(person))
	if d.PausedFrom == nil {
		row(&s, v.Texts.T("lunch.rest"), "eatrest", number(person))
	} else {
		row(&s, v.Texts.T("lunch.rest_over"), "eatrest", number(person), "over")
	}
	if len(d.Standing) > 0 {
		row(&s, v.Texts.T("lunch.no_standing"), "eatnomore", number(person))
	} else {
		row(&s, v.Texts.T("lunch.every_day"), "eatmore", number(person))
	}
	v.back(&s, "lunch", number(person))
	return show(s), nil
}

// noStanding ends a standing order; what is ordered stays.
func (h *House) noStanding(ctx context.Context, v Visit, person int64) (Reply, error) {
	if _, err := h.Lunch.Standing(ctx, v.Actor, person, nil); err != nil {
		return Reply{}, fmt.Errorf("no standing order: %w", err)
	}
	return h.usually(ctx, v, person)
}

// changesDiet shows what somebody may not eat, each a button that changes it: "12.soft".
func (h *House) changesDiet(ctx context.Context, v Visit, value string) (Reply, error) {
	person, diet, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	d, err := h.Lunch.Diner(ctx, v.Actor, person)
	if err != nil {
		return Reply{}, err
	}
	if is := lunch.Diet(diet); diet != "" {
		to := append(slices.Clone([]lunch.Diet(d.Diet)), is)
		if slices.Contains(d.Diet, is) {
			to = slices.DeleteFunc(to, func(x lunch.Diet) bool { return x == is })
		}
		if d, err = h.Lunch.Likes(ctx, v.Actor, person, lunch.Change{Diet: &to}); err != nil {
			return Reply{}, fmt.Errorf("diet of person %d: %w", person, err)
		}
	}
	s := h.ofWhom(ctx, v, v.say("lunch.diet_ask"), person)
	for _, x := range lunch.Diets {
		label := v.Texts.T("kitchen.diet." + string(x))
		if slices.Contains(d.Diet, x) {
			label = v.Texts.T("kitchen.ticked", "tick", label)
		}
		row(&s, label, "eatdiet", number(person), string(x))
	}
	v.back(&s, "eathow", number(person))
	return show(s), nil
}
