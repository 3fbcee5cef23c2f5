package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// restDays are for how many days a pause is offered; 0 is until they say so.
var restDays = []int{3, 7, 14, 28, 0}

// mostRest is the longest of them.
var mostRest = slices.Max(restDays)

// restAhead is how many days are offered on which a pause may begin.
const restAhead = 14

// pause is what a button of a pause says; days is -1 where that is still to be asked.
type pause struct {
	over, other bool // it is over; it is to begin on another day
	from        time.Time
	days        int
}

// pauseOf reads a button of a pause: "7" are days from tomorrow on, "20261127" is the
// day it begins on, "20261127.7" both; "over" ends it, and "other" asks for the day.
func pauseOf(value string, tomorrow time.Time) pause {
	p := pause{over: value == "over", other: value == "other", from: tomorrow, days: -1}
	head, rest, _ := strings.Cut(value, ".")
	if day, err := time.Parse("20060102", head); err == nil && !day.Before(tomorrow) {
		p.from, head = day, rest
	}
	if n, err := strconv.Atoi(head); err == nil && n >= 0 && n <= mostRest {
		p.days = n
	}
	return p
}

// until is when it ends, nil where they will say so.
func (p pause) until() *time.Time {
	if p.days == 0 {
		return nil
	}
	until := p.from.AddDate(0, 0, p.days)
	return &until
}

// rests lets somebody's lunch rest from a day on, for some days or until they say so.
func (h *House) rests(ctx context.Context, v Visit, value string) (Reply, error) {
	person, what, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	p := pauseOf(what, v.tomorrow())
	var err error
	switch {
	case p.over:
		_, err = h.Lunch.PauseLunch(ctx, v.Actor, person, nil, nil)
	case p.other:
		return h.restFrom(ctx, v, person)
	case p.days < 0:
		return h.restFor(ctx, v, person, p.from)
	default:
		_, err = h.Lunch.PauseLunch(ctx, v.Actor, person, &p.from, p.until())
	}
	if err != nil {
		return Reply{}, fmt.Errorf("rest of person %d: %w", person, err)
	}
	return h.usually(ctx, v, person)
}

// restFor asks for how long.
func (h *House) restFor(ctx context.Context, v Visit, person int64, from time.Time) (Reply, error) {
	s, err := h.asksOf(ctx, v, person, "lunch.rest_ask", "from", dayIn(from, v.Zone))
	if err != nil {
		return Reply{}, err
	}
	for _, n := range restDays {
		label := v.Texts.T("lunch.rest_open")
		if n > 0 {
			label = v.Texts.T("lunch.rest_days", "n", n)
		}
		row(&s, label, "eatrest", number(person), ofDay(from), strconv.Itoa(n))
	}
	if !from.Equal(v.tomorrow()) {
		v.back(&s, "eatrest", number(person), "other")
		return show(s), nil
	}
	row(&s, v.Texts.T("lunch.rest_other"), "eatrest", number(person), "other")
	v.back(&s, "eathow", number(person))
	return show(s), nil
}

// restFrom asks from which day on: those after tomorrow on which the kitchen cooks.
func (h *House) restFrom(ctx context.Context, v Visit, person int64) (Reply, error) {
	s, err := h.asksOf(ctx, v, person, "lunch.rest_from")
	if err != nil {
		return Reply{}, err
	}
	for n := 1; n <= restAhead; n++ {
		on := v.tomorrow().AddDate(0, 0, n)
		if v.cooksOn(ctx, h, on) {
			o := v.dayOption(on)
			row(&s, o.Label, "eatrest", number(person), o.Value)
		}
	}
	v.back(&s, "eatrest", number(person))
	return show(s), nil
}
