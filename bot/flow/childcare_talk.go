package flow

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// talkCareVerbs are the buttons of an hour with a counsellor: nobody else sees it.
func (h *House) talkCareVerbs() map[string]verb {
	return map[string]verb{"cctalk": onID(h.talks), "ccspeak": h.booksTalk, "ccspoken": onID(h.dropsTalk)}
}

// talkDays is how many days ahead hours are offered.
const talkDays = 14

// talks shows the hours that are free, and one's own.
func (h *House) talks(ctx context.Context, v Visit, child int64) (Reply, error) {
	offers, err := h.Childcare.Offers(ctx, v.Actor, child, v.thisDay(), talkDays)
	if err != nil {
		return Reply{}, fmt.Errorf("talks of child %d: %w", child, err)
	}
	name := h.name(ctx, v, child)
	var own, free dialog.Screen
	for _, o := range offers {
		if o.Part != childcare.Talk || len(o.Sittings) == 0 {
			continue
		}
		at := in(o.Day, v.Zone)
		label := v.Texts.T("care.home.talk_label", "weekday", v.shortDay(at), "d", at.Day(), "clock", v.clockOf(o.From))
		switch {
		case o.Booking != nil:
			row(&own, named(v.Texts, "care.home.talk_drop", label), "ccspoken", number(o.Booking.ID))
		case o.Left > 0 && o.Open && len(free.Rows) < perPage:
			row(&free, label, "ccspeak", ofDay(o.Day), number(child), number(o.Sittings[0].ID))
		}
	}
	s := v.say("care.home.talk_ask", "name", name)
	if len(free.Rows) == 0 {
		s = v.say("care.home.talk_none", "name", name)
	}
	s.Rows = append(own.Rows, free.Rows...)
	v.back(&s, "ccmore", number(child))
	return show(s), nil
}

// booksTalk books an hour: "<day>.<child>.<sitting>".
func (h *House) booksTalk(ctx context.Context, v Visit, value string) (Reply, error) {
	parts := append(strings.Split(value, "."), "", "", "")
	day, err := time.Parse("20060102", parts[0])
	child, _, isChild := pair(parts[1])
	sitting, _, isSitting := pair(parts[2])
	if err != nil || !isChild || !isSitting {
		return v.toast("tap.old"), nil
	}
	w := childcare.Wish{Day: day, Child: child, Part: childcare.Talk, Sitting: sitting}
	booked, err := h.Childcare.Book(ctx, v.Actor, w)
	if err != nil {
		return Reply{}, fmt.Errorf("talk of child %d: %w", w.Child, err)
	}
	o, err := h.Childcare.Offered(ctx, v.Actor, booked[0].ID)
	if err != nil {
		return Reply{}, fmt.Errorf("talk of child %d: %w", w.Child, err)
	}
	s := v.say("care.home.talk_booked", "name", h.name(ctx, v, w.Child), "at", o.From, "who", h.name(ctx, v, o.Sittings[0].Pattern.Person))
	row(&s, v.Texts.T("care.home.drop"), "ccspoken", number(booked[0].ID))
	return show(s), nil
}

// dropsTalk cancels an hour.
func (h *House) dropsTalk(ctx context.Context, v Visit, id int64) (Reply, error) {
	b, err := h.Childcare.Cancel(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("cancel talk %d: %w", id, err)
	}
	return h.talks(ctx, v, b.Child)
}
