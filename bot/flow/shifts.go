package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/roster"
)

// shiftRows adds the ways to one's own shifts, to the free places, and for who
// plans to the week and to everybody's hours.
func (h *House) shiftRows(v Visit, s *dialog.Screen) {
	if v.Actor.Staff() {
		row(s, v.Texts.T("shifts.to_mine"), "shifts")
		row(s, v.Texts.T("shifts.to_free"), "places")
	}
	if roster.MayPlan(v.Actor) {
		row(s, v.Texts.T("duty.week"), "week")
		row(s, v.Texts.T("shifts.to_hours"), "hours")
	}
}

// joins reports whether there are shifts in which somebody may take a place.
func (v Visit) joins() bool { return v.Actor.Staff() || v.Actor.Has(access.Volunteer, access.Kitchen) }

// shiftVerbs are the buttons of those on shifts, and of who looks after them.
func (h *House) shiftVerbs() map[string]verb {
	return map[string]verb{
		"shifts": h.shifts, "places": h.freePlaces,
		"shift": onID(h.ownShift), "place": onID(h.freePlace), "gap": onID(h.gap), "seat": onID(h.seat), "come": onID(h.willCome), "cannot": onID(h.cannotCome),
		"here": onID(h.isHere), "askyes": onID(h.acceptAsk), "askno": onID(h.declineAsk),
		"assign": h.assign, "assigned": h.assigned, "ishere": onID(h.seenBy(true)), "missed": onID(h.seenBy(false)),
		"swap": h.swapList, "swapfor": h.swapFor, "swapyes": onID(h.answerSwap(true)), "swapno": onID(h.answerSwap(false)),
		"hours": h.hoursOf, "worked": h.worked, "thank": h.thank,
		"own": onID(h.ownComing), "owncome": h.comesOwn, "owneach": onID(h.comesEach),
	}
}

// onID answers a button that carries one number.
func onID(do func(ctx context.Context, v Visit, id int64) (Reply, error)) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		id, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return v.toast("tap.old"), nil
		}
		return do(ctx, v, id)
	}
}

// number is a part of a button's data.
func number(id int64) string { return strconv.FormatInt(id, 10) }

// pair reads the number with which a value begins, and the rest of it.
func pair(value string) (id int64, rest string, ok bool) {
	head, rest, _ := strings.Cut(value, ".")
	id, err := strconv.ParseInt(head, 10, 64)
	return id, rest, err == nil
}

// when is from when until when a shift is, with its day; of a work for a meal, which, and
// when those on it come.
func (v Visit) when(sh roster.Shift) string {
	hours := v.hours(sh.StartsAt, sh.EndsAt)
	switch {
	case !sh.Activity.IsWork():
		return hours
	case sh.ArriveAt.Equal(sh.StartsAt):
		return v.Texts.T("shift.work", "work", v.slot(sh.Slot), "hours", hours)
	}
	return v.Texts.T("shift.work_come", "work", v.slot(sh.Slot), "hours", hours, "come", clockOf(sh.ArriveAt.In(v.Zone)))
}

// shiftLabel is a shift on a button: "Tue 24, 8:00–20:00".
func (v Visit) shiftLabel(sh roster.Shift) string {
	from, until := sh.StartsAt.In(v.Zone), sh.EndsAt.In(v.Zone)
	return v.Texts.T("shifts.label", "weekday", v.shortDay(from), "d", from.Day(), "from", clockOf(from).String(), "until", clockOf(until).String())
}

// shortDay is what the day of the week is called where there is little room.
func (v Visit) shortDay(at time.Time) string {
	return v.Texts.T("weekday.short." + strconv.Itoa((int(at.Weekday())+6)%7+1))
}

// shiftArea names where a shift is, "" where there is only one area.
func (h *House) shiftArea(ctx context.Context, v Visit, sh roster.Shift) string {
	areas, err := h.Communities.Areas(ctx, v.Community.ID)
	if err != nil || len(areas) < 2 { // a shift is better told without it than not at all
		return ""
	}
	for _, a := range areas {
		if a.ID == sh.Area && a.Name != "" {
			return v.Texts.T("shifts.area", "name", a.Name)
		}
	}
	return ""
}

// shiftWords is a shift as it is told: when and where.
func (h *House) shiftWords(ctx context.Context, v Visit, sh roster.Shift) string {
	return v.when(sh) + h.shiftArea(ctx, v, sh)
}

// company names who else is on a shift, "" for nobody.
func (h *House) company(ctx context.Context, v Visit, sh roster.Shift) (string, error) {
	all, err := h.Roster.On(ctx, sh)
	if err != nil {
		return "", err
	}
	var names []string
	for _, a := range all {
		if a.Person != v.Person.ID {
			names = append(names, h.name(ctx, v, a.Person))
		}
	}
	if len(names) == 0 {
		return "", nil
	}
	return "\n" + v.Texts.T("shifts.with", "names", listed(v.Texts, names)), nil
}

// shifts lists one's own shifts to come, and what one did this month.
func (h *House) shifts(ctx context.Context, v Visit, at string) (Reply, error) {
	mine, err := h.Roster.Mine(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("my shifts: %w", err)
	}
	text := v.Texts.T("shifts.mine")
	if len(mine) == 0 {
		text = v.Texts.T("shifts.mine_none")
	}
	done, err := h.ownHours(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	s := dialog.Screen{Text: strings.Join(append([]string{text}, done...), "\n")}
	var buttons []dialog.Button
	for _, p := range mine {
		buttons = append(buttons, dialog.Button{Label: v.shiftLabel(p.In), Data: "m.shift." + number(p.ID)})
	}
	v.list(&s, "shifts", at, buttons)
	if len(mine) > 0 {
		row(&s, v.Texts.T("shifts.to_file"), "ics")
	}
	if v.joins() {
		row(&s, v.Texts.T("shifts.to_free"), "places")
		if v.Actor.Staff() {
			v.back(&s, "duty")
		}
	}
	return show(s), nil
}

// ownHours tells what somebody did in this month and the one before, and who
// thanked them.
func (h *House) ownHours(ctx context.Context, v Visit) (lines []string, err error) {
	now := v.Now.In(v.Zone)
	for _, month := range []time.Time{monthOf(now), monthOf(now).AddDate(0, -1, 0)} {
		m, err := h.Roster.OwnHours(ctx, v.Actor, month)
		if err != nil {
			return nil, fmt.Errorf("own hours: %w", err)
		}
		if m.Shifts == 0 {
			continue
		}
		line := v.Texts.T("shifts.did", "month", v.month(month), "hours", hoursWords(m.Time))
		if m.ThankedBy != 0 {
			line += v.Texts.T("shifts.did_thanked", "name", h.name(ctx, v, m.ThankedBy))
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// ownShift shows a place of one's own, with what can be done.
func (h *House) ownShift(ctx context.Context, v Visit, place int64) (Reply, error) {
	a, sh, err := h.Roster.Place(ctx, v.Community.ID, place)
	if err != nil || a.Person != v.Person.ID {
		return Reply{}, fmt.Errorf("own shift: %w", access.NotFound())
	}
	s, err := h.placeScreen(ctx, v, a, sh)
	return show(s), err
}

func (h *House) placeScreen(ctx context.Context, v Visit, a roster.Assignment, sh roster.Shift) (dialog.Screen, error) {
	if a.EndedAt != nil || !sh.EndsAt.After(v.Now) {
		return v.say("shifts.not_yours", "shift", h.shiftWords(ctx, v, sh)), nil
	}
	with, err := h.company(ctx, v, sh)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("who is with them: %w", err)
	}
	s := dialog.Screen{Text: v.Texts.T("shifts.yours", "shift", h.shiftWords(ctx, v, sh)) + with}
	switch until := sh.StartsAt.Sub(v.Now); {
	case a.ArrivedAt == nil && until <= time.Hour:
		row(&s, v.Texts.T("shifts.here"), "here", number(a.ID))
	case a.ConfirmedAt == nil && until <= 24*time.Hour:
		row(&s, v.Texts.T("shifts.come"), "come", number(a.ID))
	}
	if sh.Activity.ForMeal() && a.ArrivedAt == nil {
		row(&s, v.Texts.T("shifts.own_time"), "own", number(a.ID))
	}
	row(&s, v.Texts.T("shifts.cannot"), "cannot", number(a.ID))
	if sh.StartsAt.After(v.Now) {
		row(&s, v.Texts.T("shifts.swap"), "swap", number(a.ID))
	}
	v.back(&s, "shifts")
	return s, nil
}

// freePlaces lists the shifts in which one may take a place.
func (h *House) freePlaces(ctx context.Context, v Visit, at string) (Reply, error) {
	if !v.joins() {
		return Reply{}, access.NotFound()
	}
	free, err := h.Roster.Free(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("free places: %w", err)
	}
	s := v.say("shifts.free")
	if len(free) == 0 {
		s = v.say("shifts.free_none")
	}
	var buttons []dialog.Button
	for _, sh := range free {
		buttons = append(buttons, dialog.Button{Label: v.shiftLabel(sh), Data: "m.place." + number(sh.ID)})
	}
	v.list(&s, "places", at, buttons)
	v.back(&s, "shifts")
	return show(s), nil
}

// freePlace shows a shift that lacks somebody, to who may take it or give it.
func (h *House) freePlace(ctx context.Context, v Visit, shift int64) (Reply, error) {
	sh, err := h.Roster.Look(ctx, v.Actor, shift)
	if err != nil {
		return Reply{}, fmt.Errorf("free place: %w", err)
	}
	with, err := h.company(ctx, v, sh)
	if err != nil {
		return Reply{}, fmt.Errorf("who is on a shift: %w", err)
	}
	s := dialog.Screen{Text: v.Texts.T("shifts.place", "shift", h.shiftWords(ctx, v, sh), "n", sh.Free()) + with}
	if sh.Free() > 0 {
		row(&s, v.Texts.T("shifts.take"), "seat", number(sh.ID))
		h.giveRow(v, &s, sh)
	}
	v.back(&s, "places")
	return show(s), nil
}

// gap shows a shift of a list beside it: who looks after several goes on there.
func (h *House) gap(ctx context.Context, v Visit, shift int64) (Reply, error) {
	r, err := h.freePlace(ctx, v, shift)
	r.Where = Apart
	return r, err
}

// giveRow lets who plans give a place to somebody.
func (h *House) giveRow(v Visit, s *dialog.Screen, sh roster.Shift) {
	if roster.MayGive(v.Actor, sh) && sh.Free() > 0 {
		row(s, v.Texts.T("shifts.give"), "assign", number(sh.ID))
	}
}

// seat gives a place to who taps.
func (h *House) seat(ctx context.Context, v Visit, shift int64) (Reply, error) {
	return h.seated(ctx, v, func() (roster.Assignment, error) { return h.Roster.Sign(ctx, v.Actor, shift) })
}

// seated says that somebody has a place now, or why not and where there are others.
func (h *House) seated(ctx context.Context, v Visit, take func() (roster.Assignment, error)) (Reply, error) {
	a, err := take()
	if text, ok := v.Refused(err); ok {
		s := dialog.Screen{Text: text}
		if v.joins() {
			row(&s, v.Texts.T("shifts.to_free"), "places")
		}
		return show(s), nil
	} else if err != nil {
		return Reply{}, fmt.Errorf("take a place: %w", err)
	}
	_, sh, err := h.Roster.Place(ctx, v.Community.ID, a.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("read a place: %w", err)
	}
	key := "shifts.taken"
	if sh.Runs(v.Now) {
		key = "shifts.taken_now"
	}
	s := v.say(key, "shift", h.shiftWords(ctx, v, sh))
	row(&s, v.Texts.T("shifts.cannot"), "cannot", number(a.ID))
	row(&s, v.Texts.T("shifts.to_mine"), "shifts")
	return show(s), nil
}

// willCome notes that somebody comes.
func (h *House) willCome(ctx context.Context, v Visit, place int64) (Reply, error) {
	a, err := h.Roster.Confirm(ctx, v.Actor, place)
	if err != nil {
		return Reply{}, fmt.Errorf("confirm: %w", err)
	}
	_, sh, err := h.Roster.Place(ctx, v.Community.ID, a.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("confirm: %w", err)
	}
	if a.EndedAt != nil {
		return show(v.say("shifts.not_yours", "shift", h.shiftWords(ctx, v, sh))), nil
	}
	s := v.say("shifts.confirmed", "shift", h.shiftWords(ctx, v, sh))
	row(&s, v.Texts.T("shifts.cannot"), "cannot", number(a.ID))
	return show(s), nil
}

// cannotCome gives a place back; until somebody has it, one tap takes it again.
func (h *House) cannotCome(ctx context.Context, v Visit, place int64) (Reply, error) {
	a, err := h.Roster.Cannot(ctx, v.Actor, place)
	if err != nil {
		return Reply{}, fmt.Errorf("cannot come: %w", err)
	}
	_, sh, err := h.Roster.Place(ctx, v.Community.ID, a.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("cannot come: %w", err)
	}
	return h.withoutMe(ctx, v, sh)
}

// withoutMe says how it goes on with a shift without who gave their place back.
func (h *House) withoutMe(ctx context.Context, v Visit, sh roster.Shift) (Reply, error) {
	asked, err := h.Roster.Asking(ctx, sh)
	if err != nil {
		return Reply{}, fmt.Errorf("who is asked: %w", err)
	}
	s := v.say("shifts.left", "shift", v.when(sh), "n", asked)
	if asked == 0 {
		s = v.say("shifts.left_told", "shift", v.when(sh))
	}
	if sh.Free() > 0 {
		row(&s, v.Texts.T("shifts.after_all"), "seat", number(sh.ID))
		h.giveRow(v, &s, sh)
	}
	return show(s), nil
}

// isHere notes that somebody is there.
func (h *House) isHere(ctx context.Context, v Visit, place int64) (Reply, error) {
	a, err := h.Roster.Arrive(ctx, v.Actor, place)
	if err != nil {
		return Reply{}, fmt.Errorf("arrive: %w", err)
	}
	_, sh, err := h.Roster.Place(ctx, v.Community.ID, a.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("arrive: %w", err)
	}
	if a.EndedAt != nil {
		s := v.say("shifts.not_yours", "shift", h.shiftWords(ctx, v, sh))
		if sh.Free() > 0 && v.joins() {
			row(&s, v.Texts.T("shifts.take"), "seat", number(sh.ID))
		}
		return show(s), nil
	}
	return show(v.say("shifts.arrived", "until", clockOf(sh.EndsAt.In(v.Zone)))), nil
}
