package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// patternVerbs are the buttons of what there is every week:
// "m.clpat.<pattern>[.<rule>[.<value>]]".
func (h *House) patternVerbs() map[string]verb {
	return map[string]verb{
		"clweek": h.patterns, "clpat": h.pattern, "clpatend": onID(h.endsPattern), "clpatadd": h.startsPattern, "clpoint": onIDWords(h, "point"),
		"clprice": onID(h.startsPrice),
	}
}

// patterns lists what there is every week, as it begins: first of days with school.
func (h *House) patterns(ctx context.Context, v Visit, at string) (Reply, error) {
	if !v.runsCare() {
		return Reply{}, access.NotFound()
	}
	all, err := h.Childcare.Patterns(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, err
	}
	schools, err := h.schoolNames(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	slices.SortStableFunc(all, func(a, b childcare.Pattern) int { return strings.Compare(runsOn(a), runsOn(b)) })
	s := v.say("care.lead.week")
	if len(all) == 0 {
		s = v.say("care.lead.week_none")
	}
	var buttons []dialog.Button
	for _, p := range all {
		buttons = append(buttons, dialog.Button{Label: v.whatLabel(p.From, p, schools), Data: "m.clpat." + number(p.ID)})
	}
	v.list(&s, "clweek", at, buttons)
	row(&s, v.Texts.T("care.lead.add_pattern"), "clpatadd")
	v.back(&s, "care")
	return show(s), nil
}

// runsOn sorts what runs on days with school before what runs on others.
func runsOn(p childcare.Pattern) string {
	if p.Free {
		return "b"
	}
	return "a"
}

// whatWords is what there is, with the school or the subject of it.
func (v Visit) whatWords(p childcare.Pattern, schools map[int64]string) string {
	subject := ""
	if p.Subject != childcare.NoSubject {
		subject = v.Texts.T("childfile.subject.opt." + string(p.Subject))
	}
	return v.Texts.T("care.what."+string(p.What), "school", schools[p.School], "subject", subject)
}

// whatLabel is what there is on a button: when it begins, and what.
func (v Visit) whatLabel(at calendar.Clock, p childcare.Pattern, schools map[int64]string) string {
	return fit(v.whatWords(p, schools), func(what string) string { return v.Texts.T("care.lead.label", "at", at, "what", what) })
}

// patternRule is something that can be said of what there is every week.
type patternRule struct {
	name   string
	offers func(v Visit, p childcare.Pattern) []dialog.Option
	set    func(p *childcare.Pattern, n int)
	stays  bool // several can be chosen, one after the other
}

// patternRules are all, in the order in which they are shown.
var patternRules = []patternRule{
	{name: "from", offers: offersFrom, set: func(p *childcare.Pattern, n int) {
		p.From, p.Until = calendar.Clock(n), p.Until+calendar.Clock(n)-p.From
	}},
	{name: "until", offers: offersUntil, set: func(p *childcare.Pattern, n int) { p.Until = calendar.Clock(n) }},
	{name: "days", offers: offersWeekdays, set: func(p *childcare.Pattern, n int) {
		p.Weekdays = childcare.Weekdays(orWithout([]int(p.Weekdays), n))
	}, stays: true},
	{name: "places", offers: offersNumber("care.lead.places_n", 5, 8, 10, 12, 15, 20, 25, 30, 40, 50), set: func(p *childcare.Pattern, n int) { p.Places = n }},
	{name: "ratio", offers: offersNumber("care.lead.ratio_n", 4, 5, 6, 8, 10, 12, 15), set: func(p *childcare.Pattern, n int) { p.Ratio = n }},
	{name: "price", offers: offersFee, set: func(p *childcare.Pattern, n int) { p.Price = n }},
	{name: "grade_from", offers: offersNumber("care.lead.grade_from_n", 0, 1, 2, 3, 4, 5, 6), set: func(p *childcare.Pattern, n int) { p.GradeFrom = n }},
	{name: "grade_until", offers: offersNumber("care.lead.grade_until_n", 0, 1, 2, 3, 4, 5, 6, 9, 12), set: func(p *childcare.Pattern, n int) { p.GradeUntil = n }},
	{name: "age_from", offers: offersNumber("care.lead.age_from_n", 0, 3, 4, 5, 6, 7, 8), set: func(p *childcare.Pattern, n int) { p.AgeFrom = n }},
	{name: "age_until", offers: offersNumber("care.lead.age_until_n", 6, 8, 10, 12, 14, 16, 18), set: func(p *childcare.Pattern, n int) { p.AgeUntil = n }},
}

// How far from what they are the hours of a sitting are offered, in minutes, and how long
// one lasts.
var (
	sittingShifts = []calendar.Clock{-60, -30, -20, -10, 10, 20, 30, 60}
	sittingLasts  = []calendar.Clock{10, 20, 30, 40, 60, 80, 100, 120, 150, 240, 480}
	offeredFees   = []int{0, 200, 300, 500, 600, 800, 1000, 1200, 1500, 2000}
)

func offersFrom(v Visit, p childcare.Pattern) (all []dialog.Option) {
	for _, by := range sittingShifts {
		if at := p.From + by; at >= 0 && p.Until+by < dayLong {
			all = append(all, dialog.Option{Value: strconv.Itoa(int(at)), Label: v.Texts.T("week.clock", "clock", at)})
		}
	}
	return all
}

func offersUntil(v Visit, p childcare.Pattern) (all []dialog.Option) {
	for _, lasts := range sittingLasts {
		if at := p.From + lasts; at < dayLong {
			all = append(all, dialog.Option{Value: strconv.Itoa(int(at)), Label: v.Texts.T("week.clock", "clock", at)})
		}
	}
	return all
}

func offersWeekdays(v Visit, p childcare.Pattern) (all []dialog.Option) {
	for day := 1; day <= 7; day++ {
		label := v.weekday(day)
		if p.Weekdays.Has(day) {
			label = v.Texts.T("kitchen.ticked", "tick", label)
		}
		all = append(all, dialog.Option{Value: strconv.Itoa(day), Label: label})
	}
	return all
}

func offersFee(v Visit, _ childcare.Pattern) (all []dialog.Option) {
	for _, n := range offeredFees {
		all = append(all, dialog.Option{Value: strconv.Itoa(n), Label: v.price(n)})
	}
	return all
}

// offersNumber offers some numbers under one label.
func offersNumber(key string, numbers ...int) func(Visit, childcare.Pattern) []dialog.Option {
	return func(v Visit, _ childcare.Pattern) (all []dialog.Option) {
		for _, n := range numbers {
			all = append(all, dialog.Option{Value: strconv.Itoa(n), Label: v.Texts.T(key, "n", n)})
		}
		return all
	}
}

// pattern shows what there is every week, asks for one of its rules, or changes it.
func (h *House) pattern(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	p, err := h.readPattern(ctx, v, id)
	if err != nil {
		return Reply{}, err
	}
	name, text, _ := strings.Cut(rest, ".")
	at := slices.IndexFunc(patternRules, func(r patternRule) bool { return r.name == name })
	if at < 0 {
		s, err := h.patternScreen(ctx, v, p)
		return show(s), err
	}
	of, why := patternRules[at], ""
	if n, err := strconv.Atoi(text); err == nil {
		to := p
		of.set(&to, n)
		if why, err = v.refusal(h.Childcare.ChangePattern(ctx, v.Actor, to)); err != nil {
			return Reply{}, fmt.Errorf("pattern %d: %w", id, err)
		}
		if why == "" {
			p = to
		}
		if why == "" && !of.stays {
			s, err := h.patternScreen(ctx, v, p)
			return show(s), err
		}
	}
	s := v.say("care.lead.pattern_ask." + name)
	s.Text = why + s.Text
	for _, o := range of.offers(v, p) {
		row(&s, o.Label, "clpat", number(id), name, o.Value)
	}
	if name == "price" {
		row(&s, v.Texts.T("care.lead.price_other"), "clprice", number(id))
	}
	v.back(&s, "clpat", number(id))
	return show(s), nil
}

// patternScreen is what there is every week, each of its rules a button.
func (h *House) patternScreen(ctx context.Context, v Visit, p childcare.Pattern) (dialog.Screen, error) {
	schools, err := h.schoolNames(ctx, v)
	if err != nil {
		return dialog.Screen{}, err
	}
	runs := "school"
	if p.Free {
		runs = "free"
	}
	point := p.Point
	if point == "" {
		point = v.Texts.T("dialog.none")
	}
	s := v.say("care.lead.pattern", "what", v.whatWords(p, schools), "days", v.weekdays(p.Weekdays), "runs", v.Texts.T("care.lead.runs."+runs),
		"hours", v.span(p.From, p.Until), "places", p.Places, "ratio", p.Ratio, "price", v.price(p.Price), "point", point,
		"gradefrom", p.GradeFrom, "gradeuntil", p.GradeUntil, "agefrom", p.AgeFrom, "ageuntil", p.AgeUntil)
	all, err := h.Childcare.Patterns(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, err
	}
	for _, o := range all {
		if clashes(p, o) {
			s.Text += "\n" + v.Texts.T("care.lead.clash", "what", v.whatWords(o, schools), "hours", v.span(o.From, o.Until))
		}
	}
	for _, r := range patternRules {
		row(&s, v.Texts.T("care.lead.pattern_to."+r.name), "clpat", number(p.ID), r.name)
	}
	row(&s, v.Texts.T("care.lead.pattern_to.point"), "clpoint", number(p.ID))
	row(&s, v.Texts.T("care.lead.end_pattern"), "clpatend", number(p.ID))
	v.back(&s, "clweek")
	return s, nil
}

// clashes reports whether a way to or from school meets something else of the same part of
// a day: who has the one has not the other, and then there is no such part for them.
func clashes(a, b childcare.Pattern) bool {
	walks := func(p childcare.Pattern) bool { return p.What == childcare.Fetch || p.What == childcare.Back }
	sameDay := slices.ContainsFunc([]int(a.Weekdays), b.Weekdays.Has)
	return a.ID != b.ID && a.Part == b.Part && a.Free == b.Free && sameDay && walks(a) != walks(b) && a.From < b.Until && b.From < a.Until
}

func (h *House) endsPattern(ctx context.Context, v Visit, id int64) (Reply, error) {
	if err := h.Childcare.EndPattern(ctx, v.Actor, id); err != nil {
		return Reply{}, fmt.Errorf("end pattern %d: %w", id, err)
	}
	return h.patterns(ctx, v, "")
}
