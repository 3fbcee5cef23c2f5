package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// breakVerbs are the buttons of days that differ from what the calendar says.
func (h *House) breakVerbs() map[string]verb {
	return map[string]verb{"clbreaks": h.breaks, "clbreakadd": h.startsBreak, "clbreak": h.onKitchenDay(h.dropsBreak)}
}

// breaks lists the days that differ, each taken back by one tap.
func (h *House) breaks(ctx context.Context, v Visit, _ string) (Reply, error) {
	s, err := h.breaksScreen(ctx, v)
	return show(s), err
}

func (h *House) breaksScreen(ctx context.Context, v Visit) (dialog.Screen, error) {
	if !v.runsCare() {
		return dialog.Screen{}, access.NotFound()
	}
	all, err := h.Childcare.Breaks(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, err
	}
	lines := []string{v.Texts.T("care.lead.breaks")}
	var s dialog.Screen
	for _, b := range all {
		span := v.Texts.T("holidays.day", "day", dayIn(b.From, v.Zone))
		if !b.Until.Equal(b.From) {
			span = v.Texts.T("holidays.span", "from", dayIn(b.From, v.Zone), "until", dayIn(b.Until, v.Zone))
		}
		what := v.Texts.T("carebreak.kind.opt." + string(b.Kind))
		if b.Like != 0 {
			what = v.Texts.T("care.lead.break_like", "weekday", v.weekday(b.Like))
		}
		if b.Name != "" {
			span = v.Texts.T("care.lead.break_named", "name", b.Name, "span", span)
		}
		lines = append(lines, v.Texts.T("dialog.line", "title", span, "value", what))
		at := in(b.From, v.Zone)
		row(&s, v.Texts.T("care.lead.drop_break", "weekday", v.shortDay(at), "d", at.Day()), "clbreak", ofDay(b.From))
	}
	s.Text = strings.Join(lines, "\n")
	row(&s, v.Texts.T("care.lead.add_break"), "clbreakadd")
	v.back(&s, "care")
	return s, nil
}

func (h *House) dropsBreak(ctx context.Context, v Visit, from time.Time) (Reply, error) {
	if err := h.Childcare.DropBreak(ctx, v.Actor, from); err != nil {
		return Reply{}, fmt.Errorf("take back the days from %s: %w", ofDay(from), err)
	}
	return h.breaks(ctx, v, "")
}

// breakDraft are days that differ.
type breakDraft struct {
	By    who    `json:"by"`
	Kind  string `json:"kind,omitempty"`
	Month string `json:"month,omitempty"`
	Day   string `json:"day,omitempty"`
	Days  string `json:"days,omitempty"`
	Like  string `json:"like,omitempty"`
	Name  string `json:"name,omitempty"`
}

// breakMonths is how many months ahead days can differ, and breakDays for how many.
const breakMonths = 12

var breakDays = []int{1, 2, 3, 4, 5, 7, 8, 10, 14, 21, 28, 35, 42, 49, 56}

func (h *House) startsBreak(_ context.Context, v Visit, _ string) (Reply, error) {
	return Reply{Dialog: "carebreak", Where: Spent, Prefill: breakDraft{By: v.who()}}, nil
}

// breakFlow asks how days differ, from which on, and how many they are.
func breakFlow(h *House) *dialog.Flow[breakDraft] {
	return dialog.New("carebreak", h.setsBreak,
		dialog.Choice("kind", func(d *breakDraft) *string { return &d.Kind }, string(childcare.Free), string(childcare.Shut), string(childcare.Lessons)),
		dialog.Pick("month", func(d *breakDraft) *string { return &d.Month }, monthOptions),
		dialog.Pick("day", func(d *breakDraft) *string { return &d.Day }, h.daysOfMonth),
		dialog.Pick("days", func(d *breakDraft) *string { return &d.Days },
			func(_ context.Context, _ *breakDraft, t dialog.Turn) (all []dialog.Option, _ error) {
				for _, n := range breakDays {
					all = append(all, dialog.Option{Value: strconv.Itoa(n), Label: t.Texts.T("carebreak.n_days", "n", n)})
				}
				return all, nil
			}),
		dialog.Pick("like", func(d *breakDraft) *string { return &d.Like },
			func(_ context.Context, _ *breakDraft, t dialog.Turn) (all []dialog.Option, _ error) {
				for day := 1; day <= 5; day++ {
					all = append(all, dialog.Option{Value: strconv.Itoa(day), Label: t.Texts.T("weekday.name." + strconv.Itoa(day))})
				}
				return all, nil
			}).When(func(d *breakDraft) bool { return d.Kind == string(childcare.Lessons) }),
		dialog.Text("name", func(d *breakDraft) *string { return &d.Name }, 1, 60).Optional(),
	).Says("carebreak.n_days", "carebreak.on")
}

func monthOptions(_ context.Context, _ *breakDraft, t dialog.Turn) (all []dialog.Option, _ error) {
	now := t.Now.In(t.Zone)
	for n := range breakMonths {
		at := time.Date(now.Year(), now.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		all = append(all, dialog.Option{Value: at.Format("200601"), Label: t.Texts.T("shifts.month." + strconv.Itoa(int(at.Month())))})
	}
	return all, nil
}

// daysOfMonth are the days of it that are not over.
func (h *House) daysOfMonth(_ context.Context, d *breakDraft, t dialog.Turn) (all []dialog.Option, _ error) {
	first, err := time.Parse("200601", d.Month)
	if err != nil {
		return nil, nil //nolint:nilerr // the month is asked first
	}
	now := t.Now.In(t.Zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	v := Visit{Texts: t.Texts, Zone: t.Zone}
	for at := first; at.Month() == first.Month(); at = at.AddDate(0, 0, 1) {
		if !at.Before(today) {
			local := in(at, t.Zone)
			all = append(all, dialog.Option{Value: ofDay(at), Label: t.Texts.T("carebreak.on", "weekday", v.shortDay(local), "d", at.Day())})
		}
	}
	return all, nil
}

// setsBreak writes the days, and shows all that differ.
func (h *House) setsBreak(ctx context.Context, d *breakDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	from, err := time.Parse("20060102", d.Day)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("the first of the days: %w", err)
	}
	n, _ := strconv.Atoi(d.Days) // the steps offer numbers only
	like, _ := strconv.Atoi(d.Like)
	err = h.Childcare.SetBreak(ctx, v.Actor, childcare.Break{
		From: from, Until: from.AddDate(0, 0, n-1), Kind: childcare.BreakKind(d.Kind), Like: like, Name: d.Name,
	})
	if text, no := v.Refused(err); no {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("days that differ: %w", err)
	}
	return h.breaksScreen(ctx, v)
}
