package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/roster"
)

// workVerbs are the buttons of the work plan: "m.kwork", "m.kwho.<part>.<page>",
// "m.kstand.<part>.<person>", where a part is a work, of all its days or of one.
func (h *House) workVerbs() map[string]verb {
	return map[string]verb{
		"kwork": h.workPlan, "kusual": h.usualWork, "kwho": h.whoWorks, "kstand": h.standsInWork, "kworkset": h.workSet,
		"kmany": h.howMany, "kplaces": h.setMany, "kworkfrom": h.workFrom, "kworkuntil": h.workUntil, "kworkhours": h.setWorkHours,
		"kworkdays": h.workDays, "kworkon": h.workOn, "kworkoff": h.workOff,
		"kworkcome": h.whoComesWhen, "kworkwhen": h.whenOneComes, "kworkat": h.oneComesAt,
	}
}

const (
	mostHands = 8              // so many on a work are offered
	holesFor  = 30 * time.Hour // for so long ahead holes are shown,
	mostHoles = 4              // and so many
)

// workOf are the patterns of a work, by weekday.
func workOf(all []roster.Manned, slot string) (some []roster.Manned) {
	for _, m := range all {
		if m.Slot == slot {
			some = append(some, m)
		}
	}
	return some
}

// daysOf are the weekdays of some patterns.
func daysOf(some []roster.Manned) []int {
	days := make([]int, len(some))
	for i, m := range some {
		days[i] = m.Weekday
	}
	return days
}

// workPlan shows who cooks, helps, carries and washes up, and where somebody is missing
// in the days to come.
func (h *House) workPlan(ctx context.Context, v Visit, _ string) (Reply, error) {
	all, err := h.Roster.WorkPlan(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("work plan: %w", err)
	}
	if len(all) == 0 {
		s := v.say("kitchen.work.none")
		row(&s, v.Texts.T("kitchen.work.usual"), "kusual")
		v.back(&s, "kitchen")
		return show(s), nil
	}
	lines := []string{v.Texts.T("kitchen.work.head")}
	var s dialog.Screen
	missing := false
	for _, of := range roster.Works {
		if some := workOf(all, string(of)); len(some) == 0 {
			missing = true
		} else {
			lines = append(lines, v.workLines(some)...)
			row(&s, fit(v.slot(string(of)), func(work string) string { return v.Texts.T("kitchen.work.who", "work", work) }), "kwho", string(of))
		}
	}
	holes, err := h.Roster.Holes(ctx, v.Community.ID, v.Now, v.Now.Add(holesFor))
	if err != nil {
		return Reply{}, fmt.Errorf("work plan: %w", err)
	}
	holes = slices.DeleteFunc(holes, func(sh roster.Shift) bool { return !sh.Activity.ForMeal() })
	for i, sh := range holes {
		if i < mostHoles {
			lines = append(lines, v.Texts.T("kitchen.work.hole", "shift", v.when(sh), "n", sh.Free()))
			fill := func(work string) string {
				return v.Texts.T("kitchen.work.fill", "weekday", v.shortDay(sh.StartsAt.In(v.Zone)), "work", work)
			}
			row(&s, fit(v.slot(sh.Slot), fill), "gap", number(sh.ID))
		}
	}
	if missing {
		row(&s, v.Texts.T("kitchen.work.usual"), "kusual")
	}
	s.Text = strings.Join(lines, "\n")
	v.back(&s, "kitchen")
	return show(s), nil
}

// workHours are from when until when a work is, and when those on it come.
func (v Visit) workHours(m roster.Pattern) string {
	hours := v.span(m.From, m.Until)
	if m.Early == 0 {
		return v.Texts.T("shift.work", "work", v.slot(m.Slot), "hours", hours)
	}
	return v.Texts.T("shift.work_come", "work", v.slot(m.Slot), "hours", hours, "come", m.From-calendar.Clock(m.Early))
}

// workLines are when a work is and who does it, the days together on which it is the
// same: a day apart has its hours of its own.
func (v Visit) workLines(some []roster.Manned) (lines []string) {
	var order []string
	same := map[string][]roster.Manned{}
	for _, m := range some {
		hours := v.workHours(m.Pattern)
		if same[hours] == nil {
			order = append(order, hours)
		}
		same[hours] = append(same[hours], m)
	}
	for _, hours := range order {
		at := same[hours]
		lines = append(append(lines, hours), v.byDays(daysOf(at), func(day int) string {
			return v.workers(at[slices.IndexFunc(at, func(m roster.Manned) bool { return m.Weekday == day })])
		})...)
	}
	return lines
}

// workers name who does a work on a day, each who comes at a time of their own with it.
func (v Visit) workers(m roster.Manned) string {
	m.Persons = slices.Clone(m.Persons)
	for i, p := range m.Persons {
		if at, own := ownTime(m, p.ID); own {
			m.Persons[i].Name = v.Texts.T("kitchen.work.own", "name", p.Name, "come", at)
		}
	}
	return v.manned(m)
}

// usualWork makes the plan as it usually is, for the days on which the kitchen cooks.
func (h *House) usualWork(ctx context.Context, v Visit, _ string) (Reply, error) {
	k, err := h.Lunch.Kitchen(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("usual work: %w", err)
	}
	if err := h.Roster.UsualWork(ctx, v.Actor, k.Weekdays...); err != nil {
		return Reply{}, fmt.Errorf("usual work: %w", err)
	}
	return h.workPlan(ctx, v, "")
}

// whoWorks asks who does a work: whoever stands in it has a tick, and a tap changes it.
func (h *House) whoWorks(ctx context.Context, v Visit, value string) (Reply, error) {
	name, page, _ := strings.Cut(value, ".")
	s, err := h.workScreen(ctx, v, partOf(name), page)
	return show(s), err
}

func (h *House) workScreen(ctx context.Context, v Visit, at workPart, page string) (dialog.Screen, error) {
	some, err := h.readWork(ctx, v, at)
	if err != nil {
		return dialog.Screen{}, err
	}
	can, err := h.canDo(ctx, v, at)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("who does %s: %w", at.slot, err)
	}
	s := dialog.Screen{Text: strings.Join(append(v.workLines(some), v.Texts.T("kitchen.work.who_ask")), "\n")}
	var buttons []dialog.Button
	for _, p := range can {
		label := fit(p.Name, alone)
		if slices.ContainsFunc(some, func(m roster.Manned) bool { return standsIn(m, p.ID) }) {
			label = named(v.Texts, "week.on", p.Name)
		}
		buttons = append(buttons, dialog.Button{Label: label, Data: "m.kstand." + at.data(number(p.ID))})
	}
	v.list(&s, "kwho."+at.data(), page, buttons)
	row(&s, v.Texts.T("kitchen.work.change"), "kworkset", at.data())
	if at.single() {
		v.back(&s, "kworkdays", at.slot)
	} else {
		v.back(&s, at.plan())
	}
	return s, nil
}

// workSet offers what else can be changed of a work: its hours, when somebody comes, how
// many it takes, and one of its days.
func (h *House) workSet(ctx context.Context, v Visit, value string) (Reply, error) {
	at := partOf(value)
	some, err := h.readWork(ctx, v, at)
	if err != nil {
		return Reply{}, err
	}
	s := dialog.Screen{Text: strings.Join(v.workLines(some), "\n")}
	row(&s, v.Texts.T("kitchen.work.hours"), "kworkfrom", at.data())
	if !at.minds() { // a school's gate waits for nobody
		row(&s, v.Texts.T("kitchen.work.comes"), "kworkcome", at.data())
	}
	row(&s, v.Texts.T("kitchen.work.how_many"), "kmany", at.data())
	if at.single() {
		row(&s, fit(v.weekday(at.days[0]), func(day string) string { return v.Texts.T("kitchen.work.off", "day", day) }), "kworkoff", at.data())
	} else {
		row(&s, v.Texts.T("kitchen.work.one_day"), "kworkdays", at.slot)
	}
	v.back(&s, "kwho", at.data())
	return show(s), nil
}

// readWork reads a work; NotFound where it is not planned.
func (h *House) readWork(ctx context.Context, v Visit, at workPart) ([]roster.Manned, error) {
	read := h.Roster.WorkPlan
	if at.minds() {
		read = h.Roster.MindingPlan
	}
	all, err := read(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("who does %s: %w", at.slot, err)
	}
	some := at.in(all)
	if len(some) == 0 {
		return nil, access.NotFound()
	}
	return some, nil
}

// standsInWork puts somebody on a work of all days, or of one, or takes them off it:
// "cook.12", "cook-2.12". What is refused is said above the same question.
func (h *House) standsInWork(ctx context.Context, v Visit, value string) (Reply, error) {
	name, rest, _ := strings.Cut(value, ".")
	at := partOf(name)
	who, _, ok := pair(rest)
	if !ok {
		return v.toast("tap.old"), nil
	}
	some, err := h.readWork(ctx, v, at)
	if err != nil {
		return Reply{}, err
	}
	change := h.Roster.StandToo
	if slices.ContainsFunc(some, func(m roster.Manned) bool { return standsIn(m, who) }) {
		change = h.Roster.StandDown
	}
	why, err := v.refusal(change(ctx, v.Actor, at.stint(some), who))
	if err != nil {
		return Reply{}, fmt.Errorf("who does %s: %w", at.slot, err)
	}
	s, err := h.workScreen(ctx, v, at, "")
	s.Text = why + s.Text
	return show(s), err
}

// howMany asks how many a work needs.
func (h *House) howMany(_ context.Context, v Visit, value string) (Reply, error) {
	at := partOf(value)
	s := v.say("kitchen.work.many_ask", "work", v.slot(at.slot))
	for n := 1; n <= mostHands; n++ {
		row(&s, v.Texts.T("week.n_places", "n", n), "kplaces", at.data(strconv.Itoa(n)))
	}
	v.back(&s, "kworkset", at.data())
	return show(s), nil
}

// setMany says how many a work needs: "cook.4".
func (h *House) setMany(ctx context.Context, v Visit, value string) (Reply, error) {
	name, rest, _ := strings.Cut(value, ".")
	at := partOf(name)
	n, err := strconv.Atoi(rest)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	some, err := h.readWork(ctx, v, at)
	if err != nil {
		return Reply{}, err
	}
	if err := h.Roster.SetPlaces(ctx, v.Actor, at.stint(some), n); err != nil {
		return Reply{}, err
	}
	s, err := h.workScreen(ctx, v, at, "")
	return show(s), err
}
