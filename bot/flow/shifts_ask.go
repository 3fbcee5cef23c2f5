package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/roster"
)

// acceptAsk takes the place that somebody was asked to take.
func (h *House) acceptAsk(ctx context.Context, v Visit, ask int64) (Reply, error) {
	return h.seated(ctx, v, func() (roster.Assignment, error) { return h.Roster.Accept(ctx, v.Actor, ask) })
}

// declineAsk notes that somebody cannot, and that they may think better of it.
func (h *House) declineAsk(ctx context.Context, v Visit, ask int64) (Reply, error) {
	sh, err := h.Roster.Decline(ctx, v.Actor, ask)
	if err != nil {
		return Reply{}, fmt.Errorf("decline: %w", err)
	}
	s := v.say("shifts.declined", "shift", v.when(sh))
	if sh.Free() > 0 && sh.EndsAt.After(v.Now) {
		row(&s, v.Texts.T("shifts.after_all"), "seat", number(sh.ID))
	}
	return show(s), nil
}

// assign lists to whom a place can be given: "<shift>[.<page>]".
func (h *House) assign(ctx context.Context, v Visit, value string) (Reply, error) {
	shift, page, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	fit, err := h.Roster.Fit(ctx, v.Actor, shift)
	if err != nil {
		return Reply{}, fmt.Errorf("who fits: %w", err)
	}
	sh, err := h.Roster.ShiftByID(ctx, v.Community.ID, shift)
	if err != nil {
		return Reply{}, fmt.Errorf("who fits: %w", err)
	}
	s := v.say("shifts.give_whom", "shift", h.shiftWords(ctx, v, sh))
	if len(fit) == 0 {
		s = v.say("shifts.give_nobody", "shift", h.shiftWords(ctx, v, sh))
	}
	var buttons []dialog.Button
	for _, p := range fit {
		data := fmt.Sprintf("m.assigned.%d.%d", shift, p.ID)
		buttons = append(buttons, dialog.Button{Label: named(v.Texts, "shifts.person", p.Name), Data: data})
	}
	v.list(&s, "assign."+number(shift), page, buttons)
	v.back(&s, "place", number(shift))
	return show(s), nil
}

// assigned gives a place to somebody: "<shift>.<person>".
func (h *House) assigned(ctx context.Context, v Visit, value string) (Reply, error) {
	shift, rest, ok := pair(value)
	person, _, also := pair(rest)
	if !ok || !also {
		return v.toast("tap.old"), nil
	}
	a, err := h.Roster.Assign(ctx, v.Actor, shift, person)
	if err != nil {
		return Reply{}, fmt.Errorf("give a shift: %w", err)
	}
	_, sh, err := h.Roster.Place(ctx, v.Community.ID, a.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("give a shift: %w", err)
	}
	p, _, err := h.People.Reader(ctx, v.Community.ID, person)
	if err != nil {
		return Reply{}, fmt.Errorf("give a shift: %w", err)
	}
	s := v.say("shifts.gave", "shift", h.shiftWords(ctx, v, sh), "name", p.Name)
	switch {
	case person == v.Person.ID:
		s = v.say("shifts.taken", "shift", h.shiftWords(ctx, v, sh))
	case !p.Reachable:
		s = v.say("shifts.gave_phone", "shift", h.shiftWords(ctx, v, sh), "name", p.Name, "phone", p.Phone)
	}
	row(&s, v.Texts.T("shifts.take_back"), "cannot", number(a.ID))
	return show(s), nil
}

// seenBy notes for whoever looks after a shift whether somebody came, and shows
// who else has not said so.
func (h *House) seenBy(came bool) func(ctx context.Context, v Visit, place int64) (Reply, error) {
	return func(ctx context.Context, v Visit, place int64) (Reply, error) {
		if !roster.MayPlan(v.Actor) && !v.runsKitchen() && !v.runsCare() { // of which shift, the roster says
			return Reply{}, access.NotFound()
		}
		do := h.Roster.NoShow
		if came {
			do = h.Roster.Arrive
		}
		a, err := do(ctx, v.Actor, place)
		if err != nil {
			return Reply{}, fmt.Errorf("whether they came: %w", err)
		}
		_, sh, err := h.Roster.Place(ctx, v.Community.ID, a.ID)
		if err != nil {
			return Reply{}, fmt.Errorf("whether they came: %w", err)
		}
		return h.sawThem(ctx, v, a, sh)
	}
}

func (h *House) sawThem(ctx context.Context, v Visit, a roster.Assignment, sh roster.Shift) (Reply, error) {
	name := h.name(ctx, v, a.Person)
	some, err := h.Roster.Unseen(ctx, sh)
	if err != nil {
		return Reply{}, fmt.Errorf("who was not seen: %w", err)
	}
	if a.EndedAt == nil {
		s := v.say("shifts.saw", "name", name)
		h.unseenRows(ctx, v, &s, some)
		return show(s), nil
	}
	goesOn, err := h.goesOn(ctx, v, sh)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("shifts.not_seen", "name", name)
	if sh.EndsAt.After(v.Now) {
		s.Text += goesOn
	}
	if sh.Free() > 0 && sh.EndsAt.After(v.Now) {
		row(&s, v.Texts.T("shifts.do_it"), "seat", number(sh.ID))
		h.giveRow(v, &s, sh)
	}
	h.unseenRows(ctx, v, &s, some)
	return show(s), nil
}

// goesOn tells who looks after a shift that lacks somebody how it goes on: who is
// asked, and who stands in where nobody is there.
func (h *House) goesOn(ctx context.Context, v Visit, sh roster.Shift) (string, error) {
	asked, err := h.Roster.Asking(ctx, sh)
	if err != nil {
		return "", fmt.Errorf("who is asked: %w", err)
	}
	text := "\n" + v.Texts.T("shifts.told_asking", "n", asked)
	if asked == 0 {
		text = "\n" + v.Texts.T("shifts.told_nobody")
	}
	if sh.Taken == 0 && sh.Runs(v.Now) {
		text += "\n" + v.Texts.T("shifts.you_stand_in")
	}
	return text, nil
}

// unseenRows are two answers for each of some people.
func (h *House) unseenRows(ctx context.Context, v Visit, s *dialog.Screen, some []roster.Assignment) {
	for _, a := range some {
		name := h.name(ctx, v, a.Person)
		row(s, named(v.Texts, "shifts.is_here", name), "ishere", number(a.ID))
		row(s, named(v.Texts, "shifts.missed", name), "missed", number(a.ID))
	}
}

// swapList lists for which places of others one's own could be swapped:
// "<place>[.<page>]".
func (h *House) swapList(ctx context.Context, v Visit, value string) (Reply, error) {
	place, page, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	trades, err := h.Roster.Trades(ctx, v.Actor, place)
	if err != nil {
		return Reply{}, fmt.Errorf("swap: %w", err)
	}
	_, sh, err := h.Roster.Place(ctx, v.Community.ID, place)
	if err != nil {
		return Reply{}, fmt.Errorf("swap: %w", err)
	}
	s := v.say("shifts.swap_whom", "shift", v.when(sh))
	if len(trades) == 0 {
		s = v.say("shifts.swap_none")
	}
	var buttons []dialog.Button
	for _, t := range trades {
		from := t.Shift.StartsAt.In(v.Zone)
		label := named(v.Texts, "shifts.label_of", h.name(ctx, v, t.Person), "weekday", v.shortDay(from), "d", from.Day(), "from", clockOf(from).String())
		buttons = append(buttons, dialog.Button{Label: label, Data: fmt.Sprintf("m.swapfor.%d.%d", place, t.ID)})
	}
	v.list(&s, "swap."+number(place), page, buttons)
	v.back(&s, "shift", number(place))
	return show(s), nil
}

// swapFor asks the other whether they would: "<mine>.<theirs>".
func (h *House) swapFor(ctx context.Context, v Visit, value string) (Reply, error) {
	mine, rest, ok := pair(value)
	theirs, _, also := pair(rest)
	if !ok || !also {
		return v.toast("tap.old"), nil
	}
	w, err := h.Roster.AskSwap(ctx, v.Actor, mine, theirs)
	if err != nil {
		return Reply{}, fmt.Errorf("ask to swap: %w", err)
	}
	a, err := h.swappable(ctx, v, w.Theirs)
	if err != nil {
		return Reply{}, fmt.Errorf("ask to swap: %w", err)
	}
	s := v.say("shifts.swap_asked", "name", h.name(ctx, v, a.Person), "shift", v.when(a.In))
	row(&s, v.Texts.T("shifts.to_mine"), "shifts")
	return show(s), nil
}

// answerSwap answers for who is asked.
func (h *House) answerSwap(yes bool) func(ctx context.Context, v Visit, swap int64) (Reply, error) {
	return func(ctx context.Context, v Visit, swap int64) (Reply, error) {
		w, err := h.Roster.AnswerSwap(ctx, v.Actor, swap, yes)
		if err != nil {
			return Reply{}, fmt.Errorf("answer a swap: %w", err)
		}
		a, sh, err := h.Roster.Place(ctx, v.Community.ID, w.Mine)
		if err != nil {
			return Reply{}, fmt.Errorf("answer a swap: %w", err)
		}
		name := h.name(ctx, v, a.Person)
		if !yes {
			return show(v.say("shifts.swap_refused", "name", name)), nil
		}
		s := v.say("shifts.swapped", "name", name, "shift", h.shiftWords(ctx, v, sh))
		row(&s, v.Texts.T("shifts.to_mine"), "shifts")
		return show(s), nil
	}
}
