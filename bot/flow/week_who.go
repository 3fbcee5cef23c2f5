package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// weekWho asks who is on in a part of the week. A name takes the place of who
// stands there; one of several is taken off by their own.
func (h *House) weekWho(ctx context.Context, v Visit, at weekPart) (dialog.Screen, error) {
	w, shifts, err := h.weekShiftsOf(ctx, v, at)
	if err != nil || len(shifts) == 0 {
		return h.weekOr(ctx, v, at, err)
	}
	everybody, err := h.Roster.Eligible(ctx, v.Actor, at.Area)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("who may be on duty: %w", err)
	}
	s := v.say("week.who", "slot", v.slot(at.Slot), "days", v.weekdays(at.Days), "hours", v.partHours(shifts))
	somebody := slices.ContainsFunc(shifts, func(m roster.Manned) bool { return len(m.Persons) > 0 })
	if somebody {
		now := v.byDays(at.Days, func(d int) string {
			if m, ok := w.on(at.Slot, d); ok {
				return v.manned(m)
			}
			return ""
		})
		s.Text += "\n" + strings.Join(now, "\n")
	}
	var buttons []dialog.Button
	for _, p := range everybody {
		buttons = append(buttons, v.standButton(at, shifts, p))
	}
	v.list(&s, "week.who."+at.data(), at.rest[0], buttons)
	if somebody {
		row(&s, v.Texts.T("week.also"), "week", "also", at.data())
		row(&s, v.Texts.T("week.nobody"), "plan", "set", at.data("0"))
	}
	v.backToWeek(&s, at)
	return s, nil
}

// weekShiftsOf reads a week and the shifts of a part of it.
func (h *House) weekShiftsOf(ctx context.Context, v Visit, at weekPart) (w week, shifts []roster.Manned, err error) {
	w, err = h.readWeek(ctx, v, at.Area)
	return w, w.in(at), err
}

// weekOr shows the whole week where a part of it is not there any more.
func (h *House) weekOr(ctx context.Context, v Visit, at weekPart, err error) (dialog.Screen, error) {
	if err != nil {
		return dialog.Screen{}, err
	}
	return h.weekOf(ctx, v, at)
}

// partHours are the hours of the first of some shifts.
func (v Visit) partHours(shifts []roster.Manned) string {
	return v.span(shifts[0].From, shifts[0].Until)
}

// standButton puts somebody on, or takes them off where they are one of several.
func (v Visit) standButton(at weekPart, shifts []roster.Manned, p people.Person) dialog.Button {
	id := strconv.FormatInt(p.ID, 10)
	everywhere, single := true, true
	for _, m := range shifts {
		everywhere = everywhere && standsIn(m, p.ID)
		single = single && len(m.Persons) < 2
	}
	if !everywhere {
		return dialog.Button{Label: fit(p.Name, alone), Data: "m.plan.set." + at.data(id)}
	}
	b := dialog.Button{Label: named(v.Texts, "week.on", p.Name), Data: "m.plan.set." + at.data(id)}
	if !single {
		b.Data = "m.plan.off." + at.data(id)
	}
	return b
}

func standsIn(m roster.Manned, person int64) bool {
	return slices.ContainsFunc(m.Persons, func(p people.Person) bool { return p.ID == person })
}

// weekAlso asks who is on beside those who are.
func (h *House) weekAlso(ctx context.Context, v Visit, at weekPart) (dialog.Screen, error) {
	_, shifts, err := h.weekShiftsOf(ctx, v, at)
	if err != nil || len(shifts) == 0 {
		return h.weekOr(ctx, v, at, err)
	}
	everybody, err := h.Roster.Eligible(ctx, v.Actor, at.Area)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("who may be on duty: %w", err)
	}
	s := v.say("week.also_ask", "slot", v.slot(at.Slot), "days", v.weekdays(at.Days))
	var buttons []dialog.Button
	for _, p := range everybody {
		if !slices.ContainsFunc(shifts, func(m roster.Manned) bool { return !standsIn(m, p.ID) }) {
			continue
		}
		buttons = append(buttons, dialog.Button{Label: fit(p.Name, alone), Data: "m.plan.also." + at.data(strconv.FormatInt(p.ID, 10))})
	}
	v.list(&s, "week.also."+at.data(), at.rest[0], buttons)
	v.back(&s, "week", "who", at.data())
	return s, nil
}

// weekDays asks for the day that is not like the others.
func (h *House) weekDays(_ context.Context, v Visit, at weekPart) (dialog.Screen, error) {
	s := v.say("week.day_ask")
	for _, d := range roster.Week {
		row(&s, v.weekday(d), "week", "day", at.area(), strconv.Itoa(d))
	}
	v.back(&s, "week", "of", at.area())
	return s, nil
}

// weekDay shows one day, with each of its shifts, and lets the others be like it.
func (h *House) weekDay(ctx context.Context, v Visit, at weekPart) (dialog.Screen, error) {
	w, err := h.readWeek(ctx, v, at.Area)
	if err != nil || !at.single() {
		return h.weekOr(ctx, v, at, err)
	}
	day := at.Days[0]
	s := v.say("weekday.line", "days", v.weekday(day), "words", v.whoOn(w, day))
	for _, slot := range roster.Slots {
		if _, ok := w.on(slot, day); ok {
			row(&s, v.Texts.T("week.slot_who", "slot", v.slot(slot)), "week", "who", at.of(at.days, slot).data())
		}
	}
	label := "week.same_workdays"
	if slices.Contains(roster.Weekend, day) {
		label = "week.same_weekend"
	}
	row(&s, v.Texts.T(label), "plan", "same", at.area(), at.days)
	v.back(&s, "week", "of", at.area())
	return s, nil
}

// backToWeek leads from a part back to its day, or to the week.
func (v Visit) backToWeek(s *dialog.Screen, at weekPart) {
	if at.single() {
		v.back(s, "week", "day", at.area(), at.days)
		return
	}
	v.back(s, "week", "of", at.area())
}
