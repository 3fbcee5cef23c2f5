package flow

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/today"
)

// overviewVerbs are the buttons of the overview. Each carries the month that it is
// about.
func (h *House) overviewVerbs() map[string]verb {
	return map[string]verb{
		"overview": h.overviewTap,
		"ovkinds":  h.overviewKinds,
		"ovareas":  h.overviewAreas,
		"ovends":   h.overviewEnds,
		"ovchart":  h.overviewChart,
		"ovwhat":   h.overviewWhat,
	}
}

// overview answers /overview.
func (h *House) overview(ctx context.Context, v Visit) (Reply, error) {
	if !v.overviews() {
		return show(h.withMenu(v, "command.unknown")), nil
	}
	s, err := h.overviewScreen(ctx, v, v.monthIn(""))
	return show(s), err
}

// overviewTap shows a month again in the place of what was tapped.
func (h *House) overviewTap(ctx context.Context, v Visit, value string) (Reply, error) {
	s, err := h.overviewScreen(ctx, v, v.monthIn(value))
	return Reply{Screen: s, Beside: true}, err
}

// overviews reports whether somebody may see the figures.
func (v Visit) overviews() bool { return v.Actor.May(access.SeeDay, access.SameCommunity) }

// monthIn reads the month that a button carries; the present one where it carries none.
func (v Visit) monthIn(value string) time.Time {
	month, err := time.ParseInLocation(monthForm, value, v.Zone)
	if now := monthOf(v.Now.In(v.Zone)); err != nil || month.After(now) {
		return now
	}
	return month
}

func spanOf(month time.Time) cases.Span {
	return cases.Span{From: month, Until: month.AddDate(0, 1, 0)}
}

// livesIn reads the cases brought in a month.
func (h *House) livesIn(ctx context.Context, v Visit, month time.Time) ([]cases.Life, error) {
	all, err := h.Cases.Lives(ctx, v.Actor, spanOf(month))
	if err != nil {
		return nil, fmt.Errorf("overview: %w", err)
	}
	return all, nil
}

// overviewScreen tells how it stands now, where the month is the present one, and
// the figures of the month.
func (h *House) overviewScreen(ctx context.Context, v Visit, month time.Time) (dialog.Screen, error) {
	all, err := h.livesIn(ctx, v, month)
	if err != nil {
		return dialog.Screen{}, err
	}
	present := month.Equal(monthOf(v.Now.In(v.Zone)))
	lines := []string{v.Texts.T("overview.past", "month", v.month(month))}
	if present {
		lines[0] = v.Texts.T("overview.head")
		standing, err := h.standing(ctx, v)
		if err != nil {
			return dialog.Screen{}, err
		}
		lines = append(append(lines, standing...), v.Texts.T("overview.month", "month", v.month(month)))
	}
	lines = append(lines, v.figures(all)...)
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	code := month.Format(monthForm)
	if present {
		row(&s, v.Texts.T("overview.lists"), "morning", morningPage)
	}
	row(&s, v.Texts.T("overview.kinds"), "ovkinds", code)
	row(&s, v.Texts.T("overview.areas"), "ovareas", code)
	row(&s, v.Texts.T("overview.ends"), "ovends", code)
	row(&s, v.Texts.T("overview.chart"), "ovchart", code)
	row(&s, v.Texts.T("overview.what"), "ovwhat", code)
	before := month.AddDate(0, -1, 0)
	row(&s, v.Texts.T("shifts.month_before", "month", v.month(before)), "overview", before.Format(monthForm))
	if !present {
		v.back(&s, "overview")
	}
	return s, nil
}

// standing tells how it stands at this moment, a line a figure; that nobody is
// without an owner is told as well.
func (h *House) standing(ctx context.Context, v Visit) ([]string, error) {
	counts, err := h.Cases.CountMatters(ctx, v.Actor, today.Since(v.Now.In(v.Zone)))
	if err != nil {
		return nil, fmt.Errorf("overview: %w", err)
	}
	late := figure{name: string(cases.Late), n: counts[cases.Late]}
	if late.n > 0 {
		if late.whose, err = (caseMatters{h}).holders(ctx, v, cases.Late); err != nil {
			return nil, err
		}
	}
	return []string{
		v.Texts.T("overview.fresh", "n", counts[cases.Fresh]),
		h.countLine(ctx, v, late),
		v.Texts.T("overview.ownerless", "n", counts[cases.Ownerless]),
		v.Texts.T("overview.waiting", "n", counts[cases.Unsaid]+counts[cases.Asked]),
		v.Texts.T("overview.visits", "n", counts[cases.VisitsDue]),
	}, nil
}

// figures tells the figures of a month, a line each.
func (v Visit) figures(all []cases.Life) []string {
	if len(all) == 0 {
		return []string{v.Texts.T("overview.none")}
	}
	lines := []string{
		v.Texts.T("overview.brought", "n", len(all)),
		v.rate("overview.response", cases.Response(all, v.Now)),
		v.rate("overview.resolution", cases.Resolution(all)),
		v.rate("overview.satisfaction", cases.Satisfaction(all)),
	}
	reached, of := cases.UntilReached(all)
	lines = append(lines, v.half("overview.reached", "overview.reached_one", reached, of)...)
	settled, of := cases.UntilSettled(all)
	return append(lines, v.half("overview.settled", "overview.settled_one", settled, of)...)
}

// half tells how long half of so many took, and of a single one how long that took.
func (v Visit) half(key, one string, long time.Duration, of int) []string {
	switch of {
	case 0:
		return nil
	case 1:
		key = one
	}
	return []string{v.Texts.T(key, "long", v.long(long))}
}

// rate tells how many of how many, and the percentage where there are any.
func (v Visit) rate(key string, r cases.Rate) string {
	percent, ok := r.Percent()
	if !ok {
		return v.Texts.T(key, "rate", v.Texts.T("overview.not_yet"))
	}
	return v.Texts.T(key, "rate", v.Texts.T("overview.rate", "percent", percent, "of", r.Of, "all", r.All))
}

// long tells how long something took, as exactly as somebody wants to know: below a
// couple of hours to the minute, below two days to the hour.
func (v Visit) long(d time.Duration) string {
	const day = 24 * time.Hour
	switch d = max(d, time.Minute); {
	case d.Round(time.Minute) < 2*time.Hour:
		return v.Texts.T("overview.minutes", "n", int(d.Round(time.Minute)/time.Minute))
	case d.Round(time.Hour) < 2*day:
		return v.Texts.T("overview.hours", "n", int(d.Round(time.Hour)/time.Hour))
	}
	return v.Texts.T("overview.days", "n", int(d.Round(day)/day))
}
