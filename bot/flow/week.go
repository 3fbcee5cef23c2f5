package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// blocks are the parts of a week that are planned in one go, in the order in
// which they are asked for.
var blocks = []struct{ slot, days string }{
	{roster.Day, "1-5"}, {roster.Night, "1-5"}, {roster.Day, "6-7"}, {roster.Night, "6-7"},
}

// weekPart is which part of a plan a button is about:
// "<area>.<days>.<slot>.<the rest>", from the left, as far as there is any.
type weekPart struct {
	roster.Stint
	days string // as the button has them
	rest []string
}

func readPart(value string) weekPart {
	parts := append(strings.Split(value, "."), "", "", "", "")
	w := weekPart{days: parts[1], rest: parts[3:]}
	w.Area, _ = strconv.ParseInt(parts[0], 10, 64) // what is no number is no area, or no day, of anybody's
	w.Slot = parts[2]
	first, last, _ := strings.Cut(w.days, "-")
	from, _ := strconv.Atoi(first)
	until, err := strconv.Atoi(last)
	if err != nil {
		until = from
	}
	for d := max(1, from); d <= min(7, until); d++ {
		w.Days = append(w.Days, d)
	}
	return w
}

// data is the part as a button carries it.
func (w weekPart) data(more ...string) string {
	return strings.Join(append([]string{w.area(), w.days, w.Slot}, more...), ".")
}

func (w weekPart) area() string { return strconv.FormatInt(w.Area, 10) }

// single reports whether it is about one day.
func (w weekPart) single() bool { return len(w.Days) == 1 }

// of is the same area's part with other days and another slot.
func (w weekPart) of(days, slot string) weekPart { return readPart(w.area() + "." + days + "." + slot) }

// weekPage is one screen of the week plan.
type weekPage func(ctx context.Context, v Visit, w weekPart) (dialog.Screen, error)

// weekPages are the screens of the week plan, "m.week.<page>.<part>".
func (h *House) weekPages() map[string]weekPage {
	return map[string]weekPage{
		"": h.weekAreas, "of": h.weekOf, "who": h.weekWho, "also": h.weekAlso, "days": h.weekDays, "day": h.weekDay,
		"hours": h.weekHours, "shifts": h.weekShifts, "from": h.weekFrom, "until": h.weekUntil, "places": h.weekPlaces, "end": h.weekEnd,
	}
}

// weekTap shows a page of the week plan to whoever may plan.
func (h *House) weekTap(ctx context.Context, v Visit, value string) (Reply, error) {
	name, part, _ := strings.Cut(value, ".")
	draw := h.weekPages()[name]
	if draw == nil || !roster.MayPlan(v.Actor) {
		return show(v.say("refused.access.not_found")), nil
	}
	s, err := draw(ctx, v, readPart(part))
	return show(s), err
}

// weekAreas asks for the area, where there is more than one.
func (h *House) weekAreas(ctx context.Context, v Visit, w weekPart) (dialog.Screen, error) {
	areas, err := h.Communities.Areas(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("areas: %w", err)
	}
	if len(areas) == 1 {
		return h.weekOf(ctx, v, readPart(strconv.FormatInt(areas[0].ID, 10)))
	}
	var buttons []dialog.Button
	for _, a := range areas {
		buttons = append(buttons, dialog.Button{Label: fit(v.areaWords(a), alone), Data: fmt.Sprintf("m.week.of.%d", a.ID)})
	}
	buttons = append(buttons, dialog.Button{Label: v.Texts.T("week.whole"), Data: "m.week.of.0"})
	s := v.say("week.which")
	v.list(&s, "week.", w.area(), buttons)
	v.back(&s, "duty")
	return s, nil
}

// week is the plan of an area as its screens need it.
type week struct {
	patterns []roster.Manned
	area     string // what it is called, "" where there is only one
}

func (h *House) readWeek(ctx context.Context, v Visit, area int64) (week, error) {
	patterns, err := h.Roster.WeekPlan(ctx, v.Actor, area)
	if err != nil {
		return week{}, fmt.Errorf("week plan: %w", err)
	}
	areas, err := h.Communities.Areas(ctx, v.Community.ID)
	if err != nil {
		return week{}, fmt.Errorf("areas: %w", err)
	}
	w := week{patterns: patterns}
	switch {
	case area == 0:
		w.area = v.Texts.T("week.whole")
	case len(areas) > 1:
		w.area = v.areaOf(areas, area)
	}
	return w, nil
}

// on is the shift of a slot and a weekday.
func (w week) on(slot string, day int) (m roster.Manned, ok bool) {
	i := slices.IndexFunc(w.patterns, func(m roster.Manned) bool { return m.Slot == slot && m.Weekday == day })
	if i < 0 {
		return m, false
	}
	return w.patterns[i], true
}

// in are the shifts of a part.
func (w week) in(of weekPart) (some []roster.Manned) {
	for _, d := range of.Days {
		if m, ok := w.on(of.Slot, d); ok {
			some = append(some, m)
		}
	}
	return some
}

// each says something of the shifts of a day, one after the other.
func (v Visit) each(w week, day int, said func(m roster.Manned) string) string {
	var words []string
	for _, slot := range roster.Slots {
		if m, ok := w.on(slot, day); ok {
			words = append(words, said(m))
		}
	}
	return strings.Join(words, " · ")
}

func (v Visit) whoOn(w week, day int) string {
	return v.each(w, day, func(m roster.Manned) string {
		return v.Texts.T("week.slot", "slot", v.slot(m.Slot), "names", v.manned(m))
	})
}

// manned names who stands in a shift, and says where nobody does.
func (v Visit) manned(m roster.Manned) string {
	if len(m.Persons) == 0 {
		return v.Texts.T("week.hole")
	}
	words := listed(v.Texts, called(m.Persons))
	if free := m.Places - len(m.Persons); free > 0 {
		words += v.Texts.T("week.free", "n", free)
	}
	return words
}

func called(some []people.Person) []string {
	names := make([]string, len(some))
	for i, p := range some {
		names[i] = p.Name
	}
	return names
}

func (v Visit) hoursOn(w week, day int) string {
	return v.each(w, day, func(m roster.Manned) string {
		return v.Texts.T("week.slot", "slot", v.slot(m.Slot), "names", v.span(m.From, m.Until))
	})
}

// hourLines are the hours of some days; where they are the same on every day,
// no day is named.
func (v Visit) hourLines(w week, days []int) []string {
	first := v.hoursOn(w, days[0])
	if !slices.ContainsFunc(days, func(d int) bool { return v.hoursOn(w, d) != first }) {
		return []string{v.Texts.T("week.hours_are", "hours", first)}
	}
	return v.byDays(days, func(d int) string { return v.hoursOn(w, d) })
}

// weekOf shows the week of an area as a short table, with what can be changed;
// where there is none, the way to make one.
func (h *House) weekOf(ctx context.Context, v Visit, at weekPart) (dialog.Screen, error) {
	w, err := h.readWeek(ctx, v, at.Area)
	if err != nil {
		return dialog.Screen{}, err
	}
	back := []string{"duty"}
	if w.area != "" {
		back = []string{"week"}
	}
	if len(w.patterns) == 0 {
		s := v.say("week.none")
		if w.area != "" {
			s.Text = w.area + "\n" + s.Text
		}
		row(&s, v.Texts.T("week.usual"), "plan", "usual", at.area())
		if w.area != "" { // by day each area its own, and one for all at night
			row(&s, v.Texts.T("week.days_alone"), "plan", "days", at.area())
			row(&s, v.Texts.T("week.nights_alone"), "plan", "nights", at.area())
		}
		v.back(&s, back...)
		return s, nil
	}
	lines := []string{v.Texts.T("week.title")}
	if w.area != "" {
		lines[0] = v.Texts.T("week.title_of", "area", w.area)
	}
	lines = append(lines, v.byDays(roster.Week, func(d int) string { return v.whoOn(w, d) })...)
	lines = append(lines, v.hourLines(w, roster.Week)...)
	gaps, err := h.gapLines(ctx, v, at.Area, w)
	if err != nil {
		return dialog.Screen{}, err
	}
	lines = append(lines, gaps...)
	if untold, err := h.Roster.Untold(ctx, v.Community.ID); err != nil {
		return dialog.Screen{}, fmt.Errorf("week plan: %w", err)
	} else if untold {
		lines = append(lines, v.Texts.T("week.untold"))
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	for _, b := range blocks {
		part := at.of(b.days, b.slot)
		if len(w.in(part)) > 0 {
			row(&s, v.Texts.T("week.block", "days", v.blockDays(part), "slot", v.slot(b.slot)), "week", "who", part.data())
		}
	}
	row(&s, v.Texts.T("week.single"), "week", "days", at.area())
	row(&s, v.Texts.T("week.hours"), "week", "hours", at.area())
	v.back(&s, back...)
	return s, nil
}

// blockDays are the days of a block, short enough for a button.
func (v Visit) blockDays(w weekPart) string {
	if w.days == "1-5" {
		return v.Texts.T("week.workdays")
	}
	return v.Texts.T("week.weekend")
}

// gapLines say when nobody is planned. Shifts of the whole community fill an
// area's gaps, and have none themselves: they are what is left over.
func (h *House) gapLines(ctx context.Context, v Visit, area int64, w week) ([]string, error) {
	if area == 0 {
		return nil, nil
	}
	whole, err := h.Roster.WeekPlan(ctx, v.Actor, 0)
	if err != nil {
		return nil, fmt.Errorf("week plan: %w", err)
	}
	var all []roster.Pattern
	for _, m := range slices.Concat(w.patterns, whole) {
		all = append(all, m.Pattern)
	}
	type hours struct {
		from    calendar.Clock
		minutes int
	}
	var order []hours
	days := map[hours][]int{}
	for _, g := range roster.Gaps(all) {
		same := hours{g.From, g.Minutes}
		if days[same] == nil {
			order = append(order, same)
		}
		days[same] = append(days[same], g.Weekday)
	}
	lines := make([]string, len(order))
	for i, o := range order {
		until := roster.Gap{Weekday: days[o][0], From: o.from, Minutes: o.minutes}
		day, clock := until.Ends()
		lines[i] = v.Texts.T("week.gap", "days", v.weekdays(days[o]), "hours", v.span(o.from, clock))
		if o.minutes >= 24*60 {
			lines[i] = v.Texts.T("week.gap_days", "days", v.weekdays(days[o]), "from", o.from, "day", v.weekday(day), "until", clock)
		}
	}
	return lines, nil
}
