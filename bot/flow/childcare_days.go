package flow

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// careDay is what there is for a child on a day.
type careDay struct {
	day    time.Time // at midnight UTC
	offers []childcare.Offer
}

// said reports whether its family has said something of the day.
func (d careDay) said() bool {
	return slices.ContainsFunc(d.offers, func(o childcare.Offer) bool { return o.Told })
}

// open reports whether it can be booked and cancelled by one tap.
func (d careDay) open() bool {
	return slices.ContainsFunc(d.offers, func(o childcare.Offer) bool { return o.Open })
}

// away reports whether the child does not come.
func (d careDay) away() bool {
	return slices.ContainsFunc(d.offers, func(o childcare.Offer) bool { return o.Absent != childcare.Present })
}

// careDaysOf reads the days to come of a child; what is confidential stands elsewhere.
func (h *House) careDaysOf(ctx context.Context, v Visit, child int64, from time.Time, n int) (days []careDay, err error) {
	offers, err := h.Childcare.Offers(ctx, v.Actor, child, from, n)
	if err != nil {
		return nil, fmt.Errorf("days of child %d: %w", child, err)
	}
	for _, o := range offers {
		if o.Part == childcare.Talk {
			continue
		}
		if len(days) == 0 || !days[len(days)-1].day.Equal(o.Day) {
			days = append(days, careDay{day: o.Day})
		}
		last := &days[len(days)-1]
		last.offers = append(last.offers, o)
	}
	for _, d := range days {
		slices.SortStableFunc(d.offers, func(a, b childcare.Offer) int { return partOrder(a.Part) - partOrder(b.Part) })
	}
	return days, nil
}

// partOrder puts first what is booked most.
func partOrder(p childcare.Part) int {
	return slices.Index([]childcare.Part{childcare.After, childcare.Whole, childcare.Noon}, p)
}

// nextCareDay is the first day that can be booked and of which nothing is said; where all
// is said, the first.
func (h *House) nextCareDay(ctx context.Context, v Visit, child int64) (careDay, error) {
	days, err := h.careDaysOf(ctx, v, child, v.tomorrow(), careDays)
	if err != nil || len(days) == 0 {
		return careDay{}, err
	}
	if at := slices.IndexFunc(days, func(d careDay) bool { return d.open() && !d.said() }); at >= 0 {
		return days[at], nil
	}
	return days[0], nil
}

// careDays shows the days to come of a child, each with how it stands: "<child>[.<from>]".
func (h *House) careDays(ctx context.Context, v Visit, value string) (Reply, error) {
	child, at, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	from := v.thisDay()
	if day, err := time.Parse("20060102", at); err == nil && day.After(from) {
		from = day
	}
	c, err := h.careChild(ctx, v, child)
	if err != nil {
		return Reply{}, err
	}
	days, err := h.careDaysOf(ctx, v, child, from, careDays)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("care.home.days", "name", c.Name)
	for _, d := range days {
		row(&s, v.careDayLabel(d), "ccday", ofDay(d.day), number(child))
	}
	if len(days) > 0 && from.After(v.thisDay()) {
		v.weekRows(&s, c, days[0])
	}
	row(&s, v.Texts.T("care.home.later"), "ccdays", number(child), ofDay(from.AddDate(0, 0, careDays)))
	row(&s, v.Texts.T("care.home.like_last"), "cclike", number(child))
	v.back(&s, "cc", number(child))
	return show(s), nil
}

// careDay shows a day of a child with all that can be changed of it.
func (h *House) careDay(ctx context.Context, v Visit, day time.Time, child int64) (Reply, error) {
	s, err := h.childDay(ctx, v, day, child)
	if err != nil {
		return Reply{}, err
	}
	v.back(&s, "ccdays", number(child))
	return show(s), nil
}

// childDay is that day without the way back.
func (h *House) childDay(ctx context.Context, v Visit, day time.Time, child int64) (dialog.Screen, error) {
	c, err := h.careChild(ctx, v, child)
	if err != nil {
		return dialog.Screen{}, err
	}
	days, err := h.careDaysOf(ctx, v, child, day, 1)
	if err != nil {
		return dialog.Screen{}, err
	}
	if len(days) == 0 {
		return v.say("care.home.nothing_then", "name", c.Name, "day", dayIn(day, v.Zone)), nil
	}
	s := v.careScreen(c, days[0])
	if !days[0].away() {
		row(&s, v.Texts.T("care.home.does_not"), "ccnot", ofDay(day), number(child))
	}
	return s, nil
}
