package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/roster"
)

// toldPlan is what the outbox keeps of news about the week plan.
type toldPlan struct {
	Patterns []int64 `json:"patterns"`
	Shifts   []int64 `json:"shifts"`
}

// mostTold is of how many single shifts a message says the hours.
const mostTold = 4

// renderPlan draws what people hear of the week plan.
func (h *House) renderPlan(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	var a toldPlan
	if err := json.Unmarshal(args, &a); err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	draw := map[string]func(context.Context, Visit, toldPlan) (dialog.Screen, error){
		"plan.yours": h.tellYours, "plan.not_yours": h.tellNotYoursAnyMore,
		"plan.cancelled": h.tellShifts("plan.cancelled"), "plan.moved": h.tellShifts("plan.moved"),
		"plan.lost": h.tellShifts("plan.lost"), "plan.given": h.tellShifts("plan.given"),
		"plan.extra": h.tellShifts("plan.extra"),
	}[topic]
	if draw == nil {
		return dialog.Screen{}, fmt.Errorf("render %s: unknown topic", topic)
	}
	s, err := draw(ctx, v, a)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	return s, nil
}

// tellYours tells somebody when they are on duty every week, and from when on.
func (h *House) tellYours(ctx context.Context, v Visit, a toldPlan) (dialog.Screen, error) {
	patterns, first, err := h.Roster.Planned(ctx, v.Community.ID, v.Person.ID, a.Patterns)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("plan.yours", "hours", h.patternLines(ctx, v, patterns), "first", day(first.In(v.Zone)))
	switch {
	case allAre(patterns, roster.Activity.Minds):
		extra, err := h.Roster.Extra(ctx, v.Community.ID, v.Person.ID, a.Patterns)
		if len(extra) > 0 {
			return v.say("plan.yours_minding_too", "hours", h.patternLines(ctx, v, patterns), "extra", h.shiftLines(ctx, v, extra)), err
		}
		return v.say("plan.yours_minding", "hours", h.patternLines(ctx, v, patterns)), err
	case allAre(patterns, roster.Activity.IsWork):
		return v.say("plan.yours_work", "hours", h.patternLines(ctx, v, patterns)), nil
	case first.IsZero():
		s = v.say("plan.yours_soon", "hours", h.patternLines(ctx, v, patterns))
	}
	return s, nil
}

func (h *House) tellNotYoursAnyMore(ctx context.Context, v Visit, a toldPlan) (dialog.Screen, error) {
	patterns, _, err := h.Roster.Planned(ctx, v.Community.ID, v.Person.ID, a.Patterns)
	return v.say("plan.not_yours", "hours", h.patternLines(ctx, v, patterns)), err
}

// allAre reports whether all of some patterns are of such an activity.
func allAre(patterns []roster.Pattern, such func(roster.Activity) bool) bool {
	return !slices.ContainsFunc(patterns, func(p roster.Pattern) bool { return !such(p.Activity) })
}

// patternLines are some patterns as lines, the days of the same hours together,
// with the area where there are several.
func (h *House) patternLines(ctx context.Context, v Visit, patterns []roster.Pattern) string {
	type place struct {
		area int64
		day  int
	}
	hours := map[place][]string{}
	var areas []int64
	for _, p := range patterns {
		at := place{p.Area, p.Weekday}
		span := v.span(p.From, p.Until)
		if p.Activity.IsWork() {
			span = v.workHours(p)
		}
		hours[at] = append(hours[at], span)
		if !slices.Contains(areas, p.Area) {
			areas = append(areas, p.Area)
		}
	}
	var lines []string
	for _, area := range areas {
		where := h.shiftArea(ctx, v, roster.Shift{Area: area})
		for _, line := range v.byDays(roster.Week, func(d int) string { return listed(v.Texts, hours[place{area, d}]) }) {
			lines = append(lines, line+where)
		}
	}
	return strings.Join(lines, "\n")
}

// tellShifts tells something of single shifts, with their hours.
func (h *House) tellShifts(key string) func(context.Context, Visit, toldPlan) (dialog.Screen, error) {
	return func(ctx context.Context, v Visit, a toldPlan) (dialog.Screen, error) {
		shifts, err := h.Roster.Shifts(ctx, v.Community.ID, a.Shifts)
		if err != nil {
			return dialog.Screen{}, err
		}
		return v.say(key, "hours", h.shiftLines(ctx, v, shifts)), nil
	}
}

// shiftLines are the first of some shifts as lines, and how many more there are.
func (h *House) shiftLines(ctx context.Context, v Visit, shifts []roster.Shift) string {
	var lines []string
	for _, sh := range shifts[:min(mostTold, len(shifts))] {
		lines = append(lines, h.shiftWords(ctx, v, sh))
	}
	if more := len(shifts) - len(lines); more > 0 {
		lines = append(lines, v.Texts.T("plan.more", "n", more))
	}
	return strings.Join(lines, "\n")
}
