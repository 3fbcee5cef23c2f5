package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/roster"
)

// planChange changes the week plan; number is the first that the button carries
// after its part.
type planChange struct {
	do    func(ctx context.Context, v Visit, w weekPart, number int64) error
	shows weekPage // what it changed
}

// planChanges are the buttons that change the week plan, "m.plan.<change>.<part>".
func (h *House) planChanges() map[string]planChange {
	stint := func(do func(ctx context.Context, v Visit, w weekPart) error) func(context.Context, Visit, weekPart, int64) error {
		return func(ctx context.Context, v Visit, w weekPart, _ int64) error { return do(ctx, v, w) }
	}
	return map[string]planChange{
		"usual":  {stint(func(ctx context.Context, v Visit, w weekPart) error { return h.Roster.UsualPlan(ctx, v.Actor, w.Area) }), h.weekNext},
		"days":   {stint(h.slotAlone(roster.Day)), h.weekNext},
		"nights": {stint(h.slotAlone(roster.Night)), h.weekNext},
		"set": {func(ctx context.Context, v Visit, w weekPart, person int64) error {
			return h.Roster.Stand(ctx, v.Actor, w.Stint, person)
		}, h.weekNext},
		"also": {func(ctx context.Context, v Visit, w weekPart, person int64) error {
			return h.Roster.StandToo(ctx, v.Actor, w.Stint, person)
		}, h.weekWho},
		"off": {func(ctx context.Context, v Visit, w weekPart, person int64) error {
			return h.Roster.StandDown(ctx, v.Actor, w.Stint, person)
		}, h.weekWho},
		"same": {stint(h.sameDay), h.weekOf},
		"hours": {func(ctx context.Context, v Visit, w weekPart, from int64) error {
			until, _ := strconv.Atoi(w.rest[1]) // the button's own
			return h.Roster.SetHours(ctx, v.Actor, w.Stint, calendar.Span{From: calendar.Clock(from), Until: calendar.Clock(until)})
		}, h.weekOf},
		"places": {func(ctx context.Context, v Visit, w weekPart, n int64) error {
			return h.Roster.SetPlaces(ctx, v.Actor, w.Stint, int(n))
		}, h.weekOf},
		"with":    {stint(func(ctx context.Context, v Visit, w weekPart) error { return h.Roster.AddStint(ctx, v.Actor, w.Stint) }), h.weekShifts},
		"without": {stint(func(ctx context.Context, v Visit, w weekPart) error { return h.Roster.EndStint(ctx, v.Actor, w.Stint) }), h.weekShifts},
		"end":     {stint(func(ctx context.Context, v Visit, w weekPart) error { return h.Roster.EndPlan(ctx, v.Actor, w.Area) }), h.weekOf},
	}
}

// planTap changes the week plan, and shows how it stands. What is refused is
// said above the same question.
func (h *House) planTap(ctx context.Context, v Visit, value string) (Reply, error) {
	name, part, _ := strings.Cut(value, ".")
	change, ok := h.planChanges()[name]
	if !ok || !roster.MayPlan(v.Actor) {
		return show(v.say("refused.access.not_found")), nil
	}
	w := readPart(part)
	number, _ := strconv.ParseInt(w.rest[0], 10, 64) // no number is nobody
	err := change.do(ctx, v, w, number)
	why, refused := v.Refused(err)
	if err != nil && !refused {
		return Reply{}, fmt.Errorf("change the week plan: %w", err)
	}
	show, note := change.shows, h.noted(ctx, v, name, w, number)
	if refused {
		note = why
		if w.Slot != "" {
			show = h.weekWho
		}
	}
	w.rest = []string{"", ""}
	s, err := show(ctx, v, w)
	if text, ok := v.Refused(err); ok {
		return Reply{Screen: dialog.Screen{Text: text}}, nil
	}
	if note != "" {
		s.Text = note + "\n" + s.Text
	}
	return Reply{Screen: s}, err
}

// noted says who was put on where, above what is asked next.
func (h *House) noted(ctx context.Context, v Visit, change string, w weekPart, person int64) string {
	if change != "set" && change != "also" || person == 0 {
		return ""
	}
	return v.Texts.T("week.noted", "name", h.name(ctx, v, person), "days", v.weekdays(w.Days), "slot", v.slot(w.Slot))
}

// slotAlone makes a week that has days alone, or nights.
func (h *House) slotAlone(slot string) func(ctx context.Context, v Visit, w weekPart) error {
	return func(ctx context.Context, v Visit, w weekPart) error {
		return h.Roster.AddStint(ctx, v.Actor, roster.Stint{Area: w.Area, Slot: slot, Days: roster.Week})
	}
}

// sameDay lets the other days of the same half of the week be like one.
func (h *House) sameDay(ctx context.Context, v Visit, w weekPart) error {
	if !w.single() {
		return nil
	}
	to := roster.WorkWeek
	if w.Days[0] > len(roster.WorkWeek) {
		to = roster.Weekend
	}
	return h.Roster.CopyDay(ctx, v.Actor, w.Area, w.Days[0], to)
}

// weekNext asks for the next part of the week in which nobody is at all, so that
// a whole week takes one tap a part; then it shows the week, or the day.
func (h *House) weekNext(ctx context.Context, v Visit, at weekPart) (dialog.Screen, error) {
	if at.single() {
		return h.weekDay(ctx, v, at)
	}
	w, err := h.readWeek(ctx, v, at.Area)
	if err != nil {
		return dialog.Screen{}, err
	}
	for _, b := range blocks {
		part, empty := at.of(b.days, b.slot), true
		shifts := w.in(part)
		for _, m := range shifts {
			empty = empty && len(m.Persons) == 0
		}
		if len(shifts) > 0 && empty && part.data() != at.data() { // whom nobody was put on a moment ago is meant so
			return h.weekWho(ctx, v, part)
		}
	}
	return h.weekOf(ctx, v, at)
}

// planVerbs are the buttons of who is on duty when.
func (h *House) planVerbs() map[string]verb {
	return map[string]verb{"duty": h.dutyTap, "week": h.weekTap, "plan": h.planTap, "ics": h.calendarFile}
}
