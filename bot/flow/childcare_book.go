package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// wishOf reads a button of what is booked: "<day>.<child>.<part>".
func wishOf(value string) (w childcare.Wish, ok bool) {
	parts := append(strings.Split(value, "."), "", "")
	day, err := time.Parse("20060102", parts[0])
	child, _, isID := pair(parts[1])
	w = childcare.Wish{Day: day, Child: child, Part: childcare.Part(parts[2])}
	return w, err == nil && isID && partOrder(w.Part) >= 0
}

// booksCare books a part of a day, and asks who picks the child up.
func (h *House) booksCare(ctx context.Context, v Visit, value string) (Reply, error) {
	w, ok := wishOf(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	booked, err := h.Childcare.Book(ctx, v.Actor, w)
	if err != nil {
		return Reply{}, fmt.Errorf("book for child %d: %w", w.Child, err)
	}
	s, err := h.careReceipt(ctx, v, booked[0])
	return show(s), err
}

// careReceipt reads back what is booked for whom, when, for how much, until when it can
// be changed, and asks who picks the child up; or says what became of it instead.
func (h *House) careReceipt(ctx context.Context, v Visit, b childcare.Booking) (dialog.Screen, error) {
	c, err := h.careChild(ctx, v, b.Child)
	if err != nil {
		return dialog.Screen{}, err
	}
	if b.Status == childcare.Cancelled {
		s := v.say("care.home.dropped", "name", c.Name, "day", dayIn(b.Day, v.Zone), "part", v.Texts.T("care.home.part_name."+string(b.Part)))
		row(&s, v.Texts.T("care.home.book_again"), "ccbook", ofDay(b.Day), number(b.Child), string(b.Part))
		row(&s, v.Texts.T("care.home.other_day"), "ccdays", number(b.Child))
		return s, nil
	}
	o, err := h.Childcare.Offered(ctx, v.Actor, b.ID)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("booking %d: %w", b.ID, err)
	}
	of, err := h.Childcare.House(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("booking %d: %w", b.ID, err)
	}
	until := in(b.Day.AddDate(0, 0, -1), v.Zone).Add(time.Duration(of.ClosesAt) * time.Minute)
	args := []any{"until", until, "name", c.Name, "day", dayIn(b.Day, v.Zone), "part", v.partWords(o), "price", v.price(o.Price), "n", o.Position}
	switch b.Status {
	case childcare.Waiting:
		s := v.say("care.home.waiting", args...)
		if b.TakesItself {
			s = v.say("care.home.waiting_itself", args...)
		} else {
			row(&s, v.Texts.T("lunch.take_for_me"), "ccself", number(b.ID), "1")
		}
		if b.TakesItself {
			row(&s, v.Texts.T("lunch.ask_me_first"), "ccself", number(b.ID), "0")
		}
		row(&s, v.Texts.T("care.home.off_list"), "ccdrop", number(b.ID))
		return s, nil
	case childcare.Offered:
		args[1] = *b.HeldUntil
		s := v.say("care.home.offered", args...)
		row(&s, v.Texts.T("lunch.yes_please"), "ccyes", number(b.ID))
		row(&s, v.Texts.T("lunch.no_need"), "ccno", number(b.ID))
		return s, nil
	case childcare.Booked, childcare.Cancelled:
	}
	if b.Part == childcare.Noon { // it is given back at school
		s := v.say("care.home.booked_noon", args...)
		row(&s, v.Texts.T("care.home.drop"), "ccdrop", number(b.ID))
		return s, nil
	}
	s := v.say("care.home.booked", args...)
	if err := h.collectorRows(ctx, v, &s, b.Child, b.Day); err != nil {
		return dialog.Screen{}, err
	}
	row(&s, v.Texts.T("care.home.drop"), "ccdrop", number(b.ID))
	return s, nil
}

// takesItself changes whether a place that comes free is taken without asking: "12.1".
func (h *House) takesItself(ctx context.Context, v Visit, value string) (Reply, error) {
	id, yes, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	b, err := h.Childcare.TakeItself(ctx, v.Actor, id, yes == "1")
	if err != nil {
		return Reply{}, fmt.Errorf("waiting list: %w", err)
	}
	s, err := h.careReceipt(ctx, v, b)
	return show(s), err
}

// answersCare answers the offer of a place that came free.
func (h *House) answersCare(yes bool) func(context.Context, Visit, int64) (Reply, error) {
	return func(ctx context.Context, v Visit, id int64) (Reply, error) {
		b, err := h.Childcare.Answer(ctx, v.Actor, id, yes)
		if err != nil {
			return Reply{}, fmt.Errorf("offered place: %w", err)
		}
		s, err := h.careReceipt(ctx, v, b)
		return show(s), err
	}
}

// dropsCare cancels a booking, or leaves the waiting list.
func (h *House) dropsCare(ctx context.Context, v Visit, id int64) (Reply, error) {
	b, err := h.Childcare.Cancel(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("cancel booking %d: %w", id, err)
	}
	s, err := h.careReceipt(ctx, v, b)
	return show(s), err
}

// booksWeek books a part of each day left of the week of a day: "<day>.<child>.<part>".
func (h *House) booksWeek(ctx context.Context, v Visit, value string) (Reply, error) {
	w, ok := wishOf(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	monday := w.Day.AddDate(0, 0, -(int(w.Day.Weekday())+6)%7)
	from := w.Day
	days, err := h.careDaysOf(ctx, v, w.Child, from, int(monday.AddDate(0, 0, 7).Sub(from)/(24*time.Hour)))
	if err != nil {
		return Reply{}, err
	}
	var wishes []childcare.Wish
	for _, d := range days {
		for _, o := range d.offers {
			if o.Part == w.Part && o.Booking == nil && !d.away() {
				wishes = append(wishes, childcare.Wish{Day: d.day, Child: w.Child, Part: w.Part})
			}
		}
	}
	if len(wishes) == 0 {
		return h.careDays(ctx, v, number(w.Child))
	}
	booked, err := h.Childcare.Book(ctx, v.Actor, wishes...)
	if err != nil {
		return Reply{}, fmt.Errorf("book the week of child %d: %w", w.Child, err)
	}
	return show(h.manyReceipt(ctx, v, booked)), nil
}

// likeLastWeek books what a child had the week before.
func (h *House) likeLastWeek(ctx context.Context, v Visit, child int64) (Reply, error) {
	booked, err := h.Childcare.LikeLastWeek(ctx, v.Actor, child)
	if err != nil {
		return Reply{}, fmt.Errorf("like last week of child %d: %w", child, err)
	}
	if len(booked) == 0 {
		s := v.say("care.home.none_last")
		v.back(&s, "ccdays", number(child))
		return show(s), nil
	}
	return show(h.manyReceipt(ctx, v, booked)), nil
}

// manyReceipt says what was booked of several, and what waits.
func (h *House) manyReceipt(ctx context.Context, v Visit, all []childcare.Booking) dialog.Screen {
	of := map[childcare.Status][]string{}
	children := map[int64]bool{}
	for _, b := range all {
		children[b.Child] = true
	}
	for _, b := range all {
		at := in(b.Day, v.Zone)
		word := v.Texts.T("care.home.short_day", "weekday", v.shortDay(at), "d", at.Day())
		if len(children) > 1 {
			word = h.name(ctx, v, b.Child)
		}
		if !slices.Contains(of[b.Status], word) {
			of[b.Status] = append(of[b.Status], word)
		}
	}
	first := all[0]
	var lines []string
	name := h.name(ctx, v, first.Child)
	if len(children) > 1 {
		name = v.Texts.T("care.home.on_day", "day", dayIn(first.Day, v.Zone))
	}
	if words := of[childcare.Booked]; len(words) > 0 {
		lines = append(lines, v.Texts.T("care.home.many_booked", "name", name, "what", listed(v.Texts, words)))
	}
	if words := append(of[childcare.Waiting], of[childcare.Offered]...); len(words) > 0 {
		lines = append(lines, v.Texts.T("care.home.many_waiting", "what", listed(v.Texts, words)))
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	if len(children) > 1 {
		row(&s, v.Texts.T("care.home.to_children"), "cchome")
		return s
	}
	row(&s, v.Texts.T("care.home.see_days"), "ccdays", number(first.Child))
	row(&s, v.Texts.T("care.home.every_week"), "ccstand", number(first.Child))
	return s
}
