package flow

import (
	"context"
	"strings"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// homeTopics are what those hear who decide for a child.
func (h *House) homeTopics() map[string]careTopic {
	return map[string]careTopic{
		"care.booked":       h.tellBooked,
		"care.offered":      h.tellBooking,
		"care.offered_over": h.tellBooking,
		"care.got":          h.tellGot,
		"care.lapsed":       h.tellOfChild("care.told.lapsed"),
		"care.waits":        h.tellBooking,
		"care.asked":        h.tellWhoComes,
		"care.asked_over":   h.tellWhoCame,
		"care.holiday":      h.tellHoliday,
		"care.off":          h.tellCareOff,
		"care.changed":      h.tellCareChanged,
		"care.ended":        h.tellOfChild("care.told.ended"),
		"care.another":      h.tellAnother,
		"care.erased":       h.tellOfChild("care.told.erased"),
		"care.closed":       h.tellCareClosed,
		"care.is_away":      h.tellIsAway,
		"care.is_away_over": h.tellIsAwayOver,
		"care.not_away":     h.tellNotAway,
	}
}

// tellOfChild says one line about a child on a day, and leads to its days.
func (h *House) tellOfChild(key string) careTopic {
	return func(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
		s := v.say(key, "name", h.name(ctx, v, a.Child), "day", dayIn(dateOf(a.Day), v.Zone), "phone", phoneWords(v))
		if a.Booking != 0 {
			row(&s, v.Texts.T("care.home.see_days"), "ccdays", number(a.Child))
		}
		return s, nil
	}
}

// tellBooking tells what stands of a booking now.
func (h *House) tellBooking(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	b, err := h.Childcare.Booking(ctx, v.Actor, a.Booking)
	if _, no := v.Refused(err); no { // it is nothing of theirs any more
		return dialog.Screen{Gone: true}, nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	return h.careReceipt(ctx, v, b)
}

// tellGot says that a place came free, and what is booked.
func (h *House) tellGot(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	s, err := h.tellBooking(ctx, v, a)
	if err == nil && s.Text != "" {
		s.Text = v.Texts.T("care.told.got") + s.Text
	}
	return s, err
}

// tellBooked tells who decides too what another booked or cancelled.
func (h *House) tellBooked(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	b, err := h.Childcare.Booking(ctx, v.Actor, a.Booking)
	if _, no := v.Refused(err); no {
		return dialog.Screen{Gone: true}, nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	key := "care.told.by." + string(b.Status)
	if b.Absent != childcare.Present {
		key = "care.told.by.absent"
	}
	s := v.say(key, "by", h.name(ctx, v, b.By), "name", h.name(ctx, v, b.Child), "day", dayIn(b.Day, v.Zone),
		"part", v.Texts.T("care.home.part_name."+string(b.Part)))
	row(&s, v.Texts.T("care.told.look"), "ccday", ofDay(b.Day), number(b.Child))
	s.Silent = true
	return s, nil
}

// tellCareChanged tells that what is booked is at another time or place, or costs something
// else.
func (h *House) tellCareChanged(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	o, err := h.Childcare.Offered(ctx, v.Actor, a.Booking)
	if _, no := v.Refused(err); no || err == nil && o.Booking == nil {
		return dialog.Screen{Gone: true}, nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("care.told.changed", "name", h.name(ctx, v, a.Child), "day", dayIn(o.Day, v.Zone), "from", v.clockOf(o.From), "until", v.clockOf(o.Until),
		"price", v.price(o.Price))
	s.Text += v.meetsWords(o)
	if o.Open {
		row(&s, v.Texts.T("care.home.drop"), "ccdrop", number(a.Booking))
	}
	return s, nil
}

// tellWhoComes asks in the evening whether those children come of whom nothing is said.
func (h *House) tellWhoComes(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	day := dateOf(a.Day)
	var names []string
	var s dialog.Screen
	for _, child := range a.Children {
		days, err := h.careDaysOf(ctx, v, child, day, 1)
		if _, no := v.Refused(err); no {
			continue
		}
		if err != nil {
			return dialog.Screen{}, err
		}
		if len(days) == 0 || days[0].said() {
			continue
		}
		name := h.name(ctx, v, child)
		if names = append(names, name); len(a.Children) == 1 {
			s, err := h.childDay(ctx, v, day, child)
			s.Text = v.Texts.T("care.told.comes", "name", name, "day", dayIn(day, v.Zone)) + "\n" + strings.Join(v.offersWords(days[0]), "\n")
			return s, err
		}
		row(&s, fit(name, alone), "ccday", ofDay(day), number(child))
	}
	if len(names) == 0 {
		return dialog.Screen{Gone: true}, nil
	}
	s.Text = v.Texts.T("care.told.who_comes", "day", dayIn(day, v.Zone), "names", listed(v.Texts, names))
	err := h.togetherRow(ctx, v, &s, day)
	return s, err
}

// tellWhoCame says in the place of that question what is said by now.
func (h *House) tellWhoCame(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	day := dateOf(a.Day)
	children, err := h.Childcare.Children(ctx, v.Actor)
	if err != nil {
		return dialog.Screen{}, err
	}
	lines := []string{v.Texts.T("care.told.said", "day", dayIn(day, v.Zone))}
	var last dialog.Screen
	for _, c := range children {
		if c.ConsentAt == nil {
			continue
		}
		days, err := h.careDaysOf(ctx, v, c.ID, day, 1)
		if err != nil || len(days) == 0 {
			return dialog.Screen{Gone: err == nil}, err
		}
		var is string
		if is, last, err = h.saidOf(ctx, v, c, days[0]); err != nil {
			return dialog.Screen{}, err
		}
		lines = append(lines, v.Texts.T("dialog.line", "title", c.Name, "value", is))
	}
	switch len(lines) {
	case 1:
		return dialog.Screen{Gone: true}, nil
	case 2: // of one child, all that can be done
		return last, nil
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	row(&s, v.Texts.T("care.home.to_children"), "cchome")
	return s, nil
}

// saidOf is what is said of a day of a child, in a word or two and as its screen.
func (h *House) saidOf(ctx context.Context, v Visit, c childcare.Child, d careDay) (is string, s dialog.Screen, err error) {
	if d.away() {
		g, err := h.absenceOn(ctx, v, c.ID, d.day)
		return v.whyAway(d.offers[0].Absent), h.absentScreen(ctx, v, g), err
	}
	for _, o := range d.offers {
		if o.Booking != nil {
			s, err = h.careReceipt(ctx, v, *o.Booking)
			return v.offerIs(o), s, err
		}
	}
	s, err = h.childDay(ctx, v, d.day, c.ID)
	return v.Texts.T("care.home.label.none"), s, err
}

// tellHoliday asks who comes in days without school.
func (h *House) tellHoliday(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	children, err := h.Childcare.Children(ctx, v.Actor)
	if err != nil {
		return dialog.Screen{}, err
	}
	from, until := dateOf(a.From), dateOf(a.Until)
	s := v.say("care.told.holiday", "from", dayIn(from, v.Zone), "until", dayIn(until, v.Zone))
	if from.Equal(until) {
		s = v.say("care.told.holiday_day", "day", dayIn(from, v.Zone))
	}
	for _, c := range children {
		if c.ConsentAt == nil {
			continue
		}
		row(&s, fit(c.Name, alone), "ccdays", number(c.ID), ofDay(from))
	}
	if len(s.Rows) == 0 || until.Before(v.thisDay()) {
		return dialog.Screen{Gone: true}, nil
	}
	return s, nil
}

// tellCareOff tells that there is nothing on a day, and why.
func (h *House) tellCareOff(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	d, err := h.Childcare.DayOn(ctx, v.Community.ID, dateOf(a.Day))
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("care.told.off", "day", dayIn(d.Day, v.Zone), "why", d.Why)
	if len(a.Children) == 1 {
		row(&s, v.Texts.T("care.home.see_days"), "ccdays", number(a.Children[0]))
	}
	return s, nil
}

// tellCareClosed tells that no children are minded any more, and why.
func (h *House) tellCareClosed(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	d, err := h.Childcare.DayOn(ctx, v.Community.ID, dateOf(a.Day))
	if _, none := v.Refused(err); none { // nothing was ahead
		return v.say("care.told.closed_down"), nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	return v.say("care.told.closed", "why", d.Why), nil
}

// tellAnother tells who decides too whom the other lets have a child on a day.
func (h *House) tellAnother(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	mine, err := h.decides(ctx, v, a.Child)
	if err != nil || !mine {
		return dialog.Screen{Gone: true}, err
	}
	c, over, err := h.Childcare.CollectorByID(ctx, v.Community.ID, a.Collector)
	if err != nil {
		return dialog.Screen{}, err
	}
	day := v.thisDay()
	if a.Day != "" {
		day = dateOf(a.Day)
	}
	key := "care.told.another"
	switch {
	case over && c.Barred:
		key = "care.told.never_over"
	case over:
		key = "care.told.another_over"
	case c.Barred:
		key = "care.told.never"
	case a.Day == "":
		key = "care.told.listed"
	}
	s := v.say(key, "by", h.name(ctx, v, a.By), "name", h.name(ctx, v, a.Child), "who", c.Name, "day", dayIn(day, v.Zone))
	if !over && (!c.Barred || v.runsCare()) { // whom another barred the lead alone lets have it
		row(&s, v.Texts.T("care.home.end_today"), "ccend", number(c.ID), number(a.Child))
	}
	return s, nil
}
