package flow

import (
	"context"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/roster"
)

// The hours at which shifts are likely to begin and to end, in minutes of the day.
var (
	dayBegins   = []calendar.Clock{6 * 60, 7 * 60, 7*60 + 30, 8 * 60, 8*60 + 30, 9 * 60, 10 * 60}
	dayEnds     = []calendar.Clock{16 * 60, 17 * 60, 18 * 60, 19 * 60, 20 * 60, 21 * 60, 22 * 60}
	nightBegins = dayEnds
	nightEnds   = dayBegins
)

// offeredPlaces is up to how many people on one shift are offered.
const offeredPlaces = 4

// weekHours asks for the part of the week whose hours are to be others.
func (h *House) weekHours(ctx context.Context, v Visit, at weekPart) (dialog.Screen, error) {
	w, err := h.readWeek(ctx, v, at.Area)
	if err != nil || len(w.patterns) == 0 {
		return h.weekOr(ctx, v, at, err)
	}
	s := dialog.Screen{Text: strings.Join(v.hourLines(w, roster.Week), "\n") + "\n" + v.Texts.T("week.hours_ask")}
	for _, days := range []string{"1-5", "6-7"} {
		row(&s, v.blockDays(weekPart{days: days}), "week", "shifts", at.area(), days)
	}
	row(&s, v.Texts.T("week.end"), "week", "end", at.area())
	v.back(&s, "week", "of", at.area())
	return s, nil
}

// weekShifts shows which shifts there are in a part of the week, and what can
// be changed of them.
func (h *House) weekShifts(ctx context.Context, v Visit, at weekPart) (dialog.Screen, error) {
	w, err := h.readWeek(ctx, v, at.Area)
	if err != nil || len(at.Days) == 0 {
		return h.weekOr(ctx, v, at, err)
	}
	s := dialog.Screen{Text: strings.Join(v.byDays(at.Days, func(d int) string { return v.hoursOn(w, d) }), "\n")}
	if s.Text == "" {
		s = v.say("week.no_shifts", "days", v.weekdays(at.Days))
	}
	for _, slot := range roster.Slots {
		part, is := at.of(at.days, slot), v.slot(slot)
		if len(w.in(part)) == 0 {
			row(&s, v.Texts.T("week.with", "slot", is), "plan", "with", part.data())
			continue
		}
		row(&s, v.Texts.T("week.other_hours", "slot", is), "week", "from", part.data())
		row(&s, v.Texts.T("week.how_many", "slot", is), "week", "places", part.data())
		row(&s, v.Texts.T("week.without", "slot", is), "plan", "without", part.data())
	}
	v.back(&s, "week", "hours", at.area())
	return s, nil
}

// weekFrom asks when the shifts of a part begin.
func (h *House) weekFrom(_ context.Context, v Visit, at weekPart) (dialog.Screen, error) {
	s := v.say("week.from_ask", "slot", v.slot(at.Slot), "days", v.weekdays(at.Days))
	begins := dayBegins
	if at.Slot == roster.Night {
		begins = nightBegins
	}
	for _, c := range begins {
		row(&s, v.Texts.T("week.clock", "clock", c), "week", "until", at.data(strconv.Itoa(int(c))))
	}
	v.back(&s, "week", "shifts", at.area(), at.days)
	return s, nil
}

// weekUntil asks when they end. What touches them goes along, and the screen
// says so.
func (h *House) weekUntil(_ context.Context, v Visit, at weekPart) (dialog.Screen, error) {
	from, _ := strconv.Atoi(at.rest[0]) // the button's own
	s := v.say("week.until_ask", "slot", v.slot(at.Slot), "from", calendar.Clock(from))
	ends := dayEnds
	if at.Slot == roster.Night {
		ends = nightEnds
	}
	for _, c := range ends {
		row(&s, v.Texts.T("week.clock", "clock", c), "plan", "hours", at.data(at.rest[0], strconv.Itoa(int(c))))
	}
	v.back(&s, "week", "from", at.data())
	return s, nil
}

// weekPlaces asks how many are on at once.
func (h *House) weekPlaces(_ context.Context, v Visit, at weekPart) (dialog.Screen, error) {
	s := v.say("week.places_ask", "slot", v.slot(at.Slot), "days", v.weekdays(at.Days))
	for n := 1; n <= offeredPlaces; n++ {
		row(&s, v.Texts.T("week.n_places", "n", n), "plan", "places", at.data(strconv.Itoa(n)))
	}
	v.back(&s, "week", "shifts", at.area(), at.days)
	return s, nil
}

// weekEnd asks once whether the whole plan is to end.
func (h *House) weekEnd(_ context.Context, v Visit, at weekPart) (dialog.Screen, error) {
	s := v.say("week.end_ask")
	s.Rows = [][]dialog.Button{{{Label: v.Texts.T("week.end_yes"), Data: "m.plan.end." + at.area(), Style: dialog.Danger}}}
	v.back(&s, "week", "hours", at.area())
	return s, nil
}
