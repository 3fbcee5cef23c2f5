package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// patternDraft is something new that there is every week. What is not asked begins as it
// usually is, and is changed on its page.
type patternDraft struct {
	By      who    `json:"by"`
	Part    string `json:"part,omitempty"`
	What    string `json:"what,omitempty"`
	School  string `json:"school,omitempty"`
	Subject string `json:"subject,omitempty"`
	Name    string `json:"name,omitempty"`
	Who     string `json:"who,omitempty"`
	From    string `json:"from,omitempty"`
}

// thereIs is what a part of a day can have, each with how long it usually lasts.
var thereIs = map[childcare.Part][]struct {
	what  childcare.What
	from  calendar.Clock
	lasts calendar.Clock
}{
	childcare.Noon: {
		{childcare.Fetch, calendar.ClockAt(11, 40), 20}, {childcare.Lunch, calendar.ClockAt(12, 0), 40},
		{childcare.Nap, calendar.ClockAt(12, 40), 60}, {childcare.Back, calendar.ClockAt(13, 40), 20},
	},
	childcare.After: {
		{childcare.Fetch, calendar.ClockAt(16, 0), 20}, {childcare.Mind, calendar.ClockAt(16, 20), 100}, {childcare.Tutor, calendar.ClockAt(16, 20), 100},
	},
	childcare.Whole: {
		{childcare.Mind, calendar.ClockAt(8, 0), 240}, {childcare.Lunch, calendar.ClockAt(12, 0), 40},
		{childcare.Nap, calendar.ClockAt(12, 40), 80}, {childcare.Tutor, calendar.ClockAt(14, 0), 240},
	},
	childcare.Talk: {{childcare.Counselled, calendar.ClockAt(17, 0), 40}},
}

func (h *House) startsPattern(_ context.Context, v Visit, _ string) (Reply, error) {
	return Reply{Dialog: "carepattern", Where: Spent, Prefill: patternDraft{By: v.who()}}, nil
}

// patternFlow asks what there is, of which part of a day, and when it begins.
func patternFlow(h *House) *dialog.Flow[patternDraft] {
	is := func(what ...childcare.What) func(*patternDraft) bool {
		return func(d *patternDraft) bool { return slices.Contains(what, childcare.What(d.What)) }
	}
	counsellors := func(ctx context.Context, d *patternDraft, t dialog.Turn) ([]dialog.Option, error) {
		return h.neighboursLike(ctx, &letInDraft{By: d.By, Name: d.Name}, t)
	}
	return dialog.New("carepattern", h.addsPattern,
		dialog.Choice("part", func(d *patternDraft) *string { return &d.Part },
			string(childcare.After), string(childcare.Noon), string(childcare.Whole), string(childcare.Talk)),
		dialog.Pick("what", func(d *patternDraft) *string { return &d.What }, whatOptions),
		dialog.Pick("school", func(d *patternDraft) *string { return &d.School },
			func(ctx context.Context, d *patternDraft, t dialog.Turn) ([]dialog.Option, error) {
				all, err := h.schoolOptions(ctx, &fileDraft{By: d.By}, t)
				return slices.DeleteFunc(all, func(o dialog.Option) bool { return o.Value == "0" }), err
			}).When(is(childcare.Fetch, childcare.Back)),
		dialog.Choice("subject", func(d *patternDraft) *string { return &d.Subject }, string(childcare.All), string(childcare.Chinese),
			string(childcare.Maths), string(childcare.English)).When(is(childcare.Tutor)),
		dialog.Text("name", func(d *patternDraft) *string { return &d.Name }, 1, maxName).When(is(childcare.Counselled)).Check(someFound(counsellors), "nobody"),
		dialog.Pick("who", func(d *patternDraft) *string { return &d.Who }, counsellors).When(is(childcare.Counselled)).Anew("name"),
		dialog.Pick("from", func(d *patternDraft) *string { return &d.From }, beginsOptions),
	).NoSummary().Says("dialog.none", "dialog.and")
}

func whatOptions(_ context.Context, d *patternDraft, t dialog.Turn) (all []dialog.Option, _ error) {
	for _, is := range thereIs[childcare.Part(d.Part)] {
		all = append(all, dialog.Option{Value: string(is.what), Label: t.Texts.T("care.what_name." + string(is.what))})
	}
	return all, nil
}

// beginsOptions are hours around those at which it usually begins.
func beginsOptions(_ context.Context, d *patternDraft, t dialog.Turn) (all []dialog.Option, _ error) {
	for _, is := range thereIs[childcare.Part(d.Part)] {
		if string(is.what) != d.What {
			continue
		}
		for _, by := range append([]calendar.Clock{0}, sittingShifts...) {
			at := is.from + by
			all = append(all, dialog.Option{Value: strconv.Itoa(int(at)), Label: t.Texts.T("week.clock", "clock", at)})
		}
	}
	slices.SortFunc(all, func(a, b dialog.Option) int { return clockValue(a) - clockValue(b) })
	return all, nil
}

func clockValue(o dialog.Option) int {
	n, _ := strconv.Atoi(o.Value) // our own
	return n
}

// addsPattern adds it as it usually is, and shows its page.
func (h *House) addsPattern(ctx context.Context, d *patternDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	p := childcare.Pattern{
		Part: childcare.Part(d.Part), What: childcare.What(d.What), Weekdays: childcare.Weekdays{1, 2, 3, 4, 5}, Free: d.Part == string(childcare.Whole),
		Places: 20, Ratio: 10, AgeUntil: 18, GradeUntil: grades, Subject: childcare.Subject(d.Subject),
	}
	p.School, _, _ = pair(d.School) // the steps offer ids and clocks only
	p.Person, _, _ = pair(d.Who)
	from, _ := strconv.Atoi(d.From)
	p.From = calendar.Clock(from)
	for _, is := range thereIs[p.Part] {
		if is.what == p.What {
			p.Until = p.From + is.lasts
		}
	}
	if p.Part == childcare.Talk {
		p.Places, p.Ratio = 1, 1
	}
	p, err = h.Childcare.AddPattern(ctx, v.Actor, p)
	if text, no := v.Refused(err); no {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("add a pattern: %w", err)
	}
	return h.patternScreen(ctx, v, p)
}
