package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// awayDays are for how many days it is offered that a child does not come, from the first
// on; one is the day alone.
var awayDays = []int{1, 3, 7, 14}

// careAbsences are the reasons that are offered.
var careAbsences = []childcare.Absence{childcare.Ill, childcare.Away, childcare.Other}

// doesNotCome notes that a child does not come: one tap is enough, what is not said stands as
// the shortest and plainest, "<day>.<child>[.<why>[.<days>]]". Said again, it is
// changed.
func (h *House) doesNotCome(ctx context.Context, v Visit, value string) (Reply, error) {
	parts := append(strings.Split(value, "."), "", "", "")
	day, err := time.Parse("20060102", parts[0])
	child, _, ok := pair(parts[1])
	if err != nil || !ok {
		return v.toast("tap.old"), nil
	}
	why, days := childcare.Absence(parts[2]), 1
	if !slices.Contains(careAbsences, why) {
		why = childcare.Other
	}
	if n, err := strconv.Atoi(parts[3]); err == nil && slices.Contains(awayDays, n) {
		days = n
	}
	until := day.AddDate(0, 0, days-1)
	g, err := h.Childcare.Absent(ctx, v.Actor, child, day, until, why)
	if err != nil {
		return Reply{}, fmt.Errorf("child %d does not come: %w", child, err)
	}
	return show(h.absentScreen(ctx, v, g)), nil
}

// awayFrom asks from which day on a child does not come.
func (h *House) awayFrom(ctx context.Context, v Visit, child int64) (Reply, error) {
	mine, err := h.writesOf(ctx, v, child)
	if err != nil || !mine {
		return v.toast("tap.old"), err
	}
	s := v.say("care.home.away_from", "name", h.name(ctx, v, child))
	for n := range careDays {
		o := v.dayOption(v.thisDay().AddDate(0, 0, n))
		row(&s, o.Label, "ccnot", o.Value, number(child))
	}
	v.back(&s, "ccmore", number(child))
	return show(s), nil
}

// absentScreen says what is noted, with how it can be said more closely.
func (h *House) absentScreen(ctx context.Context, v Visit, g childcare.Gone) dialog.Screen {
	days := int(g.Until.Sub(g.From)/(24*time.Hour)) + 1
	args := []any{"name", h.name(ctx, v, g.Child), "day", dayIn(g.From, v.Zone), "until", dayIn(g.Until, v.Zone), "why", v.whyAway(g.Kind)}
	s := v.say("care.home.absent_day", args...)
	if days > 1 {
		s = v.say("care.home.absent_days", args...)
	}
	again := func(label string, why childcare.Absence, n int) {
		row(&s, label, "ccnot", ofDay(g.From), number(g.Child), string(why), strconv.Itoa(n))
	}
	for _, other := range careAbsences {
		if other != g.Kind && other != childcare.Other {
			again(v.Texts.T("care.home.is_absent."+string(other)), other, days)
		}
	}
	for _, n := range awayDays {
		if n != days && n > 1 {
			again(v.Texts.T("care.home.for_days", "n", n), g.Kind, n)
		}
	}
	row(&s, v.Texts.T("care.home.comes"), "cccomes", ofDay(g.From), number(g.Child))
	return s
}

// absenceOn finds what was said of a day on which a child does not come.
func (h *House) absenceOn(ctx context.Context, v Visit, child int64, day time.Time) (childcare.Gone, error) {
	all, err := h.Childcare.Absences(ctx, v.Actor, child)
	if err != nil {
		return childcare.Gone{}, fmt.Errorf("absences of child %d: %w", child, err)
	}
	for _, g := range all {
		if !day.Before(g.From) && !day.After(g.Until) {
			return g, nil
		}
	}
	return childcare.Gone{}, access.NotFound()
}

// comesAfterAll takes back that a child does not come.
func (h *House) comesAfterAll(ctx context.Context, v Visit, day time.Time, child int64) (Reply, error) {
	g, err := h.absenceOn(ctx, v, child, day)
	if _, none := v.Refused(err); none { // it was taken back already
		return h.careDay(ctx, v, day, child)
	}
	if err == nil {
		err = h.Childcare.Comes(ctx, v.Actor, g.ID)
	}
	if err != nil {
		return Reply{}, fmt.Errorf("child %d comes after all: %w", child, err)
	}
	return h.careDay(ctx, v, day, child)
}

// careStands shows on which weekdays a child comes without being asked, each a button
// that changes it: "<child>[.<part>[.<weekday>]]".
func (h *House) careStands(ctx context.Context, v Visit, value string) (Reply, error) {
	child, rest, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	text, weekday, _ := strings.Cut(rest, ".")
	part := childcare.Part(text)
	standing, err := h.Childcare.Standing(ctx, v.Actor, child)
	if err != nil {
		return Reply{}, fmt.Errorf("standing booking of child %d: %w", child, err)
	}
	if part != childcare.After && part != childcare.Noon {
		return show(h.standsScreen(ctx, v, child, standing)), nil
	}
	if day, err := strconv.Atoi(weekday); err == nil {
		to := childcare.Weekdays(orWithout([]int(standing[part]), day))
		if err := h.Childcare.SetStanding(ctx, v.Actor, child, part, to); err != nil {
			return Reply{}, fmt.Errorf("standing booking of child %d: %w", child, err)
		}
		standing[part] = to
	}
	s := v.say("care.home.stand_ask."+string(part), "name", h.name(ctx, v, child))
	for day := 1; day <= 5; day++ {
		label := v.weekday(day)
		if slices.Contains(standing[part], day) {
			label = v.Texts.T("kitchen.ticked", "tick", label)
		}
		row(&s, label, "ccstand", number(child), string(part), strconv.Itoa(day))
	}
	v.back(&s, "ccstand", number(child))
	return show(s), nil
}

// standsScreen is what a child has every week, and asks which of it is to change.
func (h *House) standsScreen(ctx context.Context, v Visit, child int64, standing map[childcare.Part]childcare.Weekdays) dialog.Screen {
	lines := []string{v.Texts.T("care.home.stands", "name", h.name(ctx, v, child))}
	var s dialog.Screen
	for _, part := range []childcare.Part{childcare.After, childcare.Noon} {
		days := v.Texts.T("care.home.never")
		if len(standing[part]) > 0 {
			days = v.weekdays(standing[part])
		}
		title := v.Texts.T("care.home.stand." + string(part))
		lines = append(lines, v.Texts.T("dialog.line", "title", title, "value", days))
		row(&s, title, "ccstand", number(child), string(part))
	}
	s.Text = strings.Join(lines, "\n")
	v.back(&s, "ccmore", number(child))
	return s
}

// whyAway is why a child does not come. No key may end in "other": that is a form of a
// plural.
func (v Visit) whyAway(a childcare.Absence) string {
	if a == childcare.Other {
		return v.Texts.T("care.home.why.else")
	}
	return v.Texts.T("care.home.why." + string(a))
}

// saysAway answers whether a child is away as somebody put it down.
func (h *House) saysAway(yes bool) func(context.Context, Visit, int64) (Reply, error) {
	return func(ctx context.Context, v Visit, ask int64) (Reply, error) {
		if err := h.Childcare.IsAway(ctx, v.Actor, ask, yes); err != nil {
			return Reply{}, err
		}
		if yes {
			return show(v.say("care.told.away_yes")), nil
		}
		return show(v.say("care.told.away_no")), nil
	}
}

// tellIsAway asks who decides whether a child is away as somebody put it down.
func (h *House) tellIsAway(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	s := v.say("care.told.is_away", "name", h.name(ctx, v, a.Child), "from", dayIn(dateOf(a.From), v.Zone), "until", dayIn(dateOf(a.Until), v.Zone))
	mine, err := h.decides(ctx, v, a.Child)
	if err != nil || !mine {
		return s, err
	}
	row(&s, v.Texts.T("care.told.away_yes_button"), "ccisaway", number(a.Ask))
	row(&s, v.Texts.T("care.told.away_no_button"), "ccnotaway", number(a.Ask))
	return s, nil
}

// tellIsAwayOver says in the place of that question how it stands.
func (h *House) tellIsAwayOver(_ context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	if a.N == 1 {
		return v.say("care.told.away_yes"), nil
	}
	return v.say("care.told.away_no"), nil
}

// tellNotAway tells who put a child down as away that its family says no.
func (h *House) tellNotAway(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	return v.say("care.told.not_away", "by", h.name(ctx, v, a.By), "name", h.name(ctx, v, a.Child)), nil
}
