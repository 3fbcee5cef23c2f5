package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/roster"
)

// workPart is a work for meals or for children, of all its weekdays or of one: "cook",
// "walk_noon-2".
type workPart struct {
	slot string
	days []int // none: all
}

// partOf reads which part a button is about.
func partOf(text string) workPart {
	name, day, _ := strings.Cut(text, "-")
	at := workPart{slot: name}
	if d, err := strconv.Atoi(day); err == nil {
		at.days = []int{d}
	}
	return at
}

func (w workPart) single() bool { return len(w.days) > 0 }

// data is the part as a button carries it, with what else it says.
func (w workPart) data(more ...string) string {
	name := w.slot
	if w.single() {
		name += "-" + strconv.Itoa(w.days[0])
	}
	return strings.Join(append([]string{name}, more...), ".")
}

// minds reports whether it is for children.
func (w workPart) minds() bool { return slices.Contains(roster.Minding, w.slot) }

// stint are those patterns as they are planned.
func (w workPart) stint(some []roster.Manned) roster.Stint {
	return roster.SlotOf(w.slot, daysOf(some)...)
}

// in are the patterns of the part.
func (w workPart) in(all []roster.Manned) []roster.Manned {
	return slices.DeleteFunc(workOf(all, w.slot), func(m roster.Manned) bool { return w.single() && !slices.Contains(w.days, m.Weekday) })
}

// refusal is what is said above a screen of what was refused; an error that nobody is told
// of stays one.
func (v Visit) refusal(err error) (string, error) {
	if why, refused := v.Refused(err); refused {
		return why + "\n", nil
	}
	return "", err
}

// dayLong is a whole day: work for a meal ends on the day on which it begins.
const dayLong calendar.Clock = 24 * 60

// How far from what they are the hours of a work are offered, in minutes: when it begins,
// and then how long it lasts.
var (
	workShifts = []calendar.Clock{-90, -60, -30, -15, 15, 30, 60}
	workLasts  = []calendar.Clock{60, 90, 120, 150, 180, 210, 240, 300}
	shortLasts = map[bool][]calendar.Clock{true: {20, 30, 40, 50}} // of the way to a school
)

// workFrom asks when a work begins.
func (h *House) workFrom(ctx context.Context, v Visit, value string) (Reply, error) {
	at := partOf(value)
	some, err := h.readWork(ctx, v, at)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("kitchen.work.from_ask", "work", v.slot(at.slot))
	for _, by := range append([]calendar.Clock{0}, workShifts...) {
		from := some[0].From + by
		if from < 0 || from >= dayLong {
			continue
		}
		row(&s, v.Texts.T("week.clock", "clock", from), "kworkuntil", at.data(strconv.Itoa(int(from))))
	}
	slices.SortFunc(s.Rows, func(a, b []dialog.Button) int { return clockIn(a) - clockIn(b) })
	v.back(&s, "kworkset", at.data())
	return show(s), nil
}

// clockIn is the time that a button of a clock carries.
func clockIn(row []dialog.Button) int {
	n, _ := strconv.Atoi(row[0].Data[strings.LastIndex(row[0].Data, ".")+1:]) // the button's own
	return n
}

// workUntil asks when it ends: "cook.480".
func (h *House) workUntil(_ context.Context, v Visit, value string) (Reply, error) {
	name, rest, _ := strings.Cut(value, ".")
	at := partOf(name)
	from, err := strconv.Atoi(rest)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	s := v.say("kitchen.work.until_ask", "work", v.slot(at.slot), "from", calendar.Clock(from))
	for _, lasts := range append(shortLasts[at.minds()], workLasts...) {
		if until := calendar.Clock(from) + lasts; until < dayLong {
			row(&s, v.Texts.T("week.clock", "clock", until), "kworkhours", at.data(rest, strconv.Itoa(int(until))))
		}
	}
	v.back(&s, "kworkfrom", at.data())
	return show(s), nil
}

// setWorkHours gives a work other hours: "cook.480.690". What is refused is said above what
// there is.
func (h *House) setWorkHours(ctx context.Context, v Visit, value string) (Reply, error) {
	parts := append(strings.Split(value, "."), "", "")
	at := partOf(parts[0])
	from, err := strconv.Atoi(parts[1])
	until, noEnd := strconv.Atoi(parts[2])
	if err != nil || noEnd != nil {
		return v.toast("tap.old"), nil
	}
	some, err := h.readWork(ctx, v, at)
	if err != nil {
		return Reply{}, err
	}
	to := calendar.Span{From: calendar.Clock(from), Until: calendar.Clock(until)}
	why, err := v.refusal(h.Roster.SetHours(ctx, v.Actor, at.stint(some), to))
	if err != nil {
		return Reply{}, fmt.Errorf("hours of %s: %w", at.slot, err)
	}
	s, err := h.workScreen(ctx, v, at, "")
	s.Text = why + s.Text
	return show(s), err
}

// workDays asks which day of a work is to be apart from the others: those on which the
// kitchen cooks, also where the work has none.
func (h *House) workDays(ctx context.Context, v Visit, value string) (Reply, error) {
	all := workPart{slot: partOf(value).slot}
	some, err := h.readWork(ctx, v, all)
	if err != nil {
		return Reply{}, err
	}
	days, err := h.daysWith(ctx, v, all)
	if err != nil {
		return Reply{}, fmt.Errorf("days of %s: %w", all.slot, err)
	}
	s := v.say("kitchen.work.days_ask", "work", v.slot(all.slot))
	planned := daysOf(some)
	for _, day := range roster.Week {
		at := workPart{slot: all.slot, days: []int{day}}
		switch {
		case slices.Contains(planned, day):
			row(&s, v.weekday(day), "kwho", at.data())
		case slices.Contains(days, day):
			row(&s, fit(v.weekday(day), func(day string) string { return v.Texts.T("kitchen.work.on_day", "day", day) }), "kworkon", at.data())
		}
	}
	v.back(&s, "kworkset", all.slot)
	return show(s), nil
}

// daysWith are the weekdays on which there is such work.
func (h *House) daysWith(ctx context.Context, v Visit, at workPart) ([]int, error) {
	if at.minds() {
		return h.mindedDays(ctx, v)
	}
	k, err := h.Lunch.Kitchen(ctx, v.Community.ID)
	return k.Weekdays, err
}

// workOn plans a work on one more day, at the usual hours.
func (h *House) workOn(ctx context.Context, v Visit, value string) (Reply, error) {
	at := partOf(value)
	if err := h.Roster.AddStint(ctx, v.Actor, roster.SlotOf(at.slot, at.days...)); err != nil {
		return Reply{}, err
	}
	s, err := h.workScreen(ctx, v, at, "")
	return show(s), err
}

// workOff ends a work on one day.
func (h *House) workOff(ctx context.Context, v Visit, value string) (Reply, error) {
	at := partOf(value)
	if err := h.Roster.EndStint(ctx, v.Actor, roster.SlotOf(at.slot, at.days...)); err != nil {
		return Reply{}, err
	}
	return h.planWith(ctx, v, at)
}
