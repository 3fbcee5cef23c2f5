package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/roster"
)

// comings are how many minutes before a work begins, and below zero after it, somebody is
// offered to come at a time of their own.
var comings = []int{30, 20, 10, 0, -15, -30, -60}

// asAll is in a button that somebody comes when all do.
const asAll = "all"

// readComing reads what a button says of when somebody comes; nil is when all do.
func readComing(text string) (early *int, ok bool) {
	if text == asAll {
		return nil, true
	}
	n, err := strconv.Atoi(text)
	return &n, err == nil
}

// comingRows offer the times to come to something that begins, ends and has all come at a
// time of the day.
func (v Visit) comingRows(s *dialog.Screen, from, until, all calendar.Clock, data ...string) {
	row(s, v.Texts.T("kitchen.work.as_all", "come", all.String()), append(slices.Clone(data), asAll)...)
	for _, early := range comings {
		if at := from - calendar.Clock(early); at != all && at < until {
			row(s, v.Texts.T("week.clock", "clock", at), append(slices.Clone(data), strconv.Itoa(early))...)
		}
	}
}

// ownTime is when somebody comes to a work who has a time of their own.
func ownTime(m roster.Manned, person int64) (calendar.Clock, bool) {
	early, own := m.Own[person]
	return m.From - calendar.Clock(early), own
}

// whoComesWhen lists who does a work with when they come, for who runs the kitchen.
func (h *House) whoComesWhen(ctx context.Context, v Visit, value string) (Reply, error) {
	name, page, _ := strings.Cut(value, ".")
	at := partOf(name)
	some, err := h.readWork(ctx, v, at)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("kitchen.work.comes_ask")
	var buttons []dialog.Button
	var seen []int64
	for _, m := range some {
		for _, p := range m.Persons {
			if slices.Contains(seen, p.ID) {
				continue
			}
			seen = append(seen, p.ID)
			label := fit(p.Name, alone)
			if come, own := ownTime(m, p.ID); own {
				label = named(v.Texts, "kitchen.work.comes_at", p.Name, "come", come.String())
			}
			buttons = append(buttons, dialog.Button{Label: label, Data: "m.kworkwhen." + at.data(number(p.ID))})
		}
	}
	if len(buttons) == 0 {
		s = v.say("kitchen.work.nobody")
	}
	v.list(&s, "kworkcome."+at.data(), page, buttons)
	v.back(&s, "kworkset", at.data())
	return show(s), nil
}

// whenOneComes asks when somebody comes to a work: "cook.12".
func (h *House) whenOneComes(ctx context.Context, v Visit, value string) (Reply, error) {
	name, rest, _ := strings.Cut(value, ".")
	at := partOf(name)
	who, _, ok := pair(rest)
	if !ok {
		return v.toast("tap.old"), nil
	}
	some, err := h.readWork(ctx, v, at)
	if err != nil {
		return Reply{}, err
	}
	m := some[0].Pattern
	s := v.say("kitchen.work.when_ask", "name", h.name(ctx, v, who))
	v.comingRows(&s, m.From, m.Until, m.From-calendar.Clock(m.Early), "kworkat", at.data(number(who)))
	v.back(&s, "kworkcome", at.data())
	return show(s), nil
}

// oneComesAt says when somebody comes to a work each week: "cook.12.30".
func (h *House) oneComesAt(ctx context.Context, v Visit, value string) (Reply, error) {
	parts := append(strings.Split(value, "."), "", "")
	at := partOf(parts[0])
	who, _, ok := pair(parts[1])
	early, known := readComing(parts[2])
	if !ok || !known {
		return v.toast("tap.old"), nil
	}
	some, err := h.readWork(ctx, v, at)
	if err != nil {
		return Reply{}, err
	}
	why, err := v.refusal(h.Roster.ComeEachWeek(ctx, v.Actor, at.stint(some), who, early))
	if err != nil {
		return Reply{}, fmt.Errorf("when somebody comes: %w", err)
	}
	s, err := h.workScreen(ctx, v, at, "")
	s.Text = why + s.Text
	return show(s), err
}

// ownComing asks somebody when they come to a place of theirs.
func (h *House) ownComing(ctx context.Context, v Visit, place int64) (Reply, error) {
	a, sh, err := h.ownWork(ctx, v, place)
	if err != nil {
		return Reply{}, err
	}
	all, err := h.Roster.ShiftByID(ctx, v.Community.ID, sh.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("own time: %w", err)
	}
	in := func(at time.Time) calendar.Clock { return clockOf(at.In(v.Zone)) }
	s := v.say("shifts.come_ask", "shift", v.when(sh))
	v.comingRows(&s, in(sh.StartsAt), in(sh.EndsAt), in(all.ArriveAt), "owncome", number(a.ID))
	v.back(&s, "shift", number(a.ID))
	return show(s), nil
}

// comesOwn says when somebody comes to a place of theirs: "17.30".
func (h *House) comesOwn(ctx context.Context, v Visit, value string) (Reply, error) {
	place, rest, ok := pair(value)
	early, known := readComing(rest)
	if !ok || !known {
		return v.toast("tap.old"), nil
	}
	a, err := h.Roster.ComeAt(ctx, v.Actor, place, early)
	if err != nil {
		return Reply{}, fmt.Errorf("own time: %w", err)
	}
	_, sh, err := h.Roster.Place(ctx, v.Community.ID, a.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("own time: %w", err)
	}
	s, err := h.placeScreen(ctx, v, a, sh)
	if err != nil {
		return Reply{}, err
	}
	each, err := h.Roster.StandsIn(ctx, a)
	if each && err == nil {
		s.Rows = slices.Insert(s.Rows, 0, []dialog.Button{{Label: v.Texts.T("shifts.come_each"), Data: "m.owneach." + number(a.ID)}})
	}
	return show(s), err
}

// comesEach has somebody come each week as they come to a place of theirs.
func (h *House) comesEach(ctx context.Context, v Visit, place int64) (Reply, error) {
	a, sh, err := h.ownWork(ctx, v, place)
	if err != nil {
		return Reply{}, err
	}
	why, err := v.refusal(h.Roster.ComeEachWeek(ctx, v.Actor, roster.StintOf(sh.Activity, roster.Week...), v.Person.ID, a.Early))
	if err != nil {
		return Reply{}, fmt.Errorf("own time: %w", err)
	}
	if why == "" {
		why = v.Texts.T("shifts.come_each_done") + "\n"
	}
	s, err := h.placeScreen(ctx, v, a, sh)
	s.Text = why + s.Text
	return show(s), err
}

// ownWork reads a place of the reader's own in a work for a meal.
func (h *House) ownWork(ctx context.Context, v Visit, place int64) (roster.Assignment, roster.Shift, error) {
	a, sh, err := h.Roster.Place(ctx, v.Community.ID, place)
	if err != nil || a.Person != v.Person.ID || a.EndedAt != nil || !sh.Activity.ForMeal() {
		return a, sh, fmt.Errorf("own time: %w", access.NotFound())
	}
	return a, sh, nil
}
