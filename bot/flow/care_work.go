package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// mindingVerbs are the buttons of the plan of who fetches and minds children: "m.cwork".
// What a tap on one of its works shows is as for the kitchen's.
func (h *House) mindingVerbs() map[string]verb {
	return map[string]verb{"cwork": h.mindingPlan, "cusual": h.usualMinding}
}

// plan is the verb of the plan to which a work belongs.
func (w workPart) plan() string {
	if w.minds() {
		return "cwork"
	}
	return "kwork"
}

// planWith shows the plan to which a work belongs.
func (h *House) planWith(ctx context.Context, v Visit, at workPart) (Reply, error) {
	if at.minds() {
		return h.mindingPlan(ctx, v, "")
	}
	return h.workPlan(ctx, v, "")
}

// canDo are who may do a work, by name.
func (h *House) canDo(ctx context.Context, v Visit, at workPart) ([]people.Person, error) {
	if at.minds() {
		return h.Roster.CanMind(ctx, v.Actor)
	}
	return h.Roster.CanWork(ctx, v.Actor, roster.Activity(at.slot))
}

// mindingPlan shows who fetches and minds children each week, and where somebody is
// missing in the days to come.
func (h *House) mindingPlan(ctx context.Context, v Visit, _ string) (Reply, error) {
	all, err := h.Roster.MindingPlan(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("who minds children: %w", err)
	}
	if len(all) == 0 {
		s := v.say("care.work.none")
		row(&s, v.Texts.T("kitchen.work.usual"), "cusual")
		v.back(&s, "care")
		return show(s), nil
	}
	lines := []string{v.Texts.T("care.work.head")}
	var s dialog.Screen
	for _, slot := range roster.Minding {
		if some := workOf(all, slot); len(some) > 0 {
			lines = append(lines, v.workLines(some)...)
			row(&s, fit(v.slot(slot), alone), "kwho", slot)
		}
	}
	holes, err := h.Roster.Holes(ctx, v.Community.ID, v.Now, v.Now.Add(holesFor))
	if err != nil {
		return Reply{}, fmt.Errorf("who minds children: %w", err)
	}
	holes = slices.DeleteFunc(holes, func(sh roster.Shift) bool { return !sh.Activity.Minds() })
	for _, sh := range holes[:min(mostHoles, len(holes))] {
		lines = append(lines, v.Texts.T("kitchen.work.hole", "shift", v.when(sh), "n", sh.Free()))
		row(&s, fit(v.slot(sh.Slot), func(work string) string {
			return v.Texts.T("kitchen.work.fill", "weekday", v.shortDay(sh.StartsAt.In(v.Zone)), "work", work)
		}), "gap", number(sh.ID))
	}
	if slices.ContainsFunc(roster.Minding, func(slot string) bool { return len(workOf(all, slot)) == 0 }) {
		row(&s, v.Texts.T("kitchen.work.usual"), "cusual")
	}
	s.Text = strings.Join(lines, "\n")
	v.back(&s, "care")
	return show(s), nil
}

// mindedDays are the weekdays on which somebody must mind children: while there are no
// services yet, workdays.
func (h *House) mindedDays(ctx context.Context, v Visit) ([]int, error) {
	patterns, err := h.Childcare.Patterns(ctx, v.Community.ID)
	if err != nil {
		return nil, err
	}
	days := childcare.MindedOn(patterns)
	if len(days) == 0 {
		return roster.WorkWeek, nil
	}
	return days, nil
}

// usualMinding makes the plan as it usually is, for the days on which children come.
func (h *House) usualMinding(ctx context.Context, v Visit, _ string) (Reply, error) {
	days, err := h.mindedDays(ctx, v)
	if err != nil {
		return Reply{}, fmt.Errorf("days of minding children: %w", err)
	}
	if err := h.Roster.UsualMinding(ctx, v.Actor, days...); err != nil {
		return Reply{}, fmt.Errorf("usual hours of minding children: %w", err)
	}
	return h.mindingPlan(ctx, v, "")
}
