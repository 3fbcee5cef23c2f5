package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/roster"
)

// toldShift is what the outbox keeps of a message about a shift: ids and codes.
type toldShift struct {
	Shift   int64      `json:"shift"`
	Place   int64      `json:"place"`
	Ask     int64      `json:"ask"`
	Swap    int64      `json:"swap"`
	Person  int64      `json:"person"`
	By      int64      `json:"by"`
	Why     roster.Why `json:"why"`
	Month   string     `json:"month"`
	Minutes int        `json:"minutes"`
	N       int        `json:"n"`
}

// renderShift draws the messages about shifts, as things stand when they are read.
func (h *House) renderShift(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	var a toldShift
	if err := json.Unmarshal(args, &a); err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	draw := map[string]func(context.Context, Visit, toldShift) (dialog.Screen, error){
		"shift.remind": h.tellRemind,
		"shift.begun":  h.tellBegun,
		"shift.asked_over": func(context.Context, Visit, toldShift) (dialog.Screen, error) {
			return dialog.Screen{Bare: true}, nil
		},
		"shift.ask":       h.tellAsk,
		"shift.ask_gone":  h.tellAskGone,
		"shift.hole":      h.tellHole,
		"shift.stand_in":  h.tellStandIn,
		"shift.hole_gone": h.tellHoleGone,
		"shift.filled":    h.tellFilled,
		"shift.yours":     h.tellGiven,
		"shift.removed":   h.tellPlace("shifts.told_removed"),
		"shift.missed":    h.tellMissed,
		"shift.unseen":    h.tellUnseen,
		"shift.swap":      h.tellSwap,
		"shift.swap_gone": func(_ context.Context, v Visit, _ toldShift) (dialog.Screen, error) {
			return v.say("shifts.told_swap_gone"), nil
		},
		"shift.swap_no": h.tellSwapNo,
		"shift.swapped": h.tellSwapped,
		"shift.off":     h.tellMany("shifts.told_off"),
		"shift.again":   h.tellMany("shifts.told_again"),
		"shift.absent":  h.tellAbsent,
		"shift.thanks":  h.tellThanks,
	}[topic]
	if draw == nil {
		return dialog.Screen{}, fmt.Errorf("render %s: unknown topic", topic)
	}
	s, err := draw(ctx, v, a)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	return s, nil
}

// tellPlace says one line about a place.
func (h *House) tellPlace(key string) func(context.Context, Visit, toldShift) (dialog.Screen, error) {
	return func(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
		_, sh, err := h.Roster.Place(ctx, v.Community.ID, a.Place)
		if err != nil {
			return dialog.Screen{}, err
		}
		return v.say(key, "shift", h.shiftWords(ctx, v, sh), "name", h.name(ctx, v, a.By)), nil
	}
}

// soon is how near a shift is that begins soon.
const soon = 3 * time.Hour

// tellRemind asks whether somebody comes, without a sound where they have the same
// shift every day. Who said a day before that they come is asked whether it holds.
func (h *House) tellRemind(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	p, sh, err := h.Roster.Place(ctx, v.Community.ID, a.Place)
	if err != nil {
		return dialog.Screen{}, err
	}
	if p.EndedAt != nil || !sh.StartsAt.After(v.Now) { // too late to ask
		return h.placeScreen(ctx, v, p, sh)
	}
	key := "shifts.told_remind"
	switch near := sh.StartsAt.Sub(v.Now) <= soon; {
	case near && p.ConfirmedAt != nil:
		key = "shifts.told_soon_still"
	case near:
		key = "shifts.told_soon"
	}
	s := v.say(key, "shift", h.shiftWords(ctx, v, sh), "from", clockOf(sh.ArriveAt.In(v.Zone)))
	row(&s, v.Texts.T("shifts.come"), "come", number(p.ID))
	if sh.Activity.ForMeal() {
		row(&s, v.Texts.T("shifts.own_time"), "own", number(p.ID))
	}
	row(&s, v.Texts.T("shifts.cannot"), "cannot", number(p.ID))
	s.Silent, err = h.Roster.Daily(ctx, p)
	return s, err
}

// tellBegun asks somebody whose shift has begun whether they are there, unless they
// have said so, or it is theirs no more.
func (h *House) tellBegun(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	p, sh, err := h.Roster.Place(ctx, v.Community.ID, a.Place)
	if err != nil {
		return dialog.Screen{}, err
	}
	if p.EndedAt != nil || p.ArrivedAt != nil || !sh.Runs(v.Now) {
		return dialog.Screen{Gone: true}, nil
	}
	s := v.say("shifts.told_begun", "shift", h.shiftWords(ctx, v, sh))
	row(&s, v.Texts.T("shifts.here"), "here", number(p.ID))
	row(&s, v.Texts.T("shifts.cannot"), "cannot", number(p.ID)) // the reminders ask no more
	return s, nil
}

// tellAsk asks somebody who is free to take a place.
func (h *House) tellAsk(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	k, err := h.Roster.AskByID(ctx, v.Community.ID, a.Ask)
	if err != nil {
		return dialog.Screen{}, err
	}
	sh, err := h.Roster.ShiftByID(ctx, v.Community.ID, a.Shift)
	if err != nil {
		return dialog.Screen{}, err
	}
	if k.SettledAt != nil || sh.HoleSince == nil {
		return h.tellAskGone(ctx, v, a)
	}
	s := v.say("shifts.told_ask", "shift", h.shiftWords(ctx, v, sh))
	row(&s, v.Texts.T("shifts.take"), "askyes", number(k.ID))
	row(&s, v.Texts.T("shifts.decline"), "askno", number(k.ID))
	return s, nil
}

// tellAskGone takes the place of a question that asks no more.
func (h *House) tellAskGone(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	sh, err := h.Roster.ShiftByID(ctx, v.Community.ID, a.Shift)
	if err != nil {
		return dialog.Screen{}, err
	}
	all, err := h.Roster.On(ctx, sh)
	if err != nil {
		return dialog.Screen{}, err
	}
	switch {
	case slices.ContainsFunc(all, func(p roster.Assignment) bool { return p.Person == v.Person.ID }):
		return v.say("shifts.told_ask_yours", "shift", v.when(sh)), nil
	case sh.Free() == 0:
		return v.say("shifts.told_ask_taken", "shift", v.when(sh)), nil
	}
	return v.say("shifts.told_ask_over", "shift", v.when(sh)), nil
}

// tellHole alarms whoever looks after a shift that lacks somebody.
func (h *House) tellHole(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	return h.holeScreen(ctx, v, a, "shifts.told_hole")
}

// tellStandIn rings whoever is in charge where nobody is there.
func (h *House) tellStandIn(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	return h.holeScreen(ctx, v, a, "shifts.told_stand_in")
}

func (h *House) holeScreen(ctx context.Context, v Visit, a toldShift, key string) (dialog.Screen, error) {
	sh, err := h.Roster.ShiftByID(ctx, v.Community.ID, a.Shift)
	if err != nil {
		return dialog.Screen{}, err
	}
	if sh.HoleSince == nil {
		return h.tellHoleGone(ctx, v, a)
	}
	goesOn, err := h.goesOn(ctx, v, sh)
	if err != nil {
		return dialog.Screen{}, err
	}
	if a.Person != 0 && a.Why != "" && key == "shifts.told_hole" {
		key = "shifts.told_hole_by"
	}
	s := dialog.Screen{Text: v.Texts.T(key, "shift", h.shiftWords(ctx, v, sh), "name", h.name(ctx, v, a.Person)) + goesOn}
	row(&s, v.Texts.T("shifts.give"), "assign", number(sh.ID))
	row(&s, v.Texts.T("shifts.do_it"), "seat", number(sh.ID))
	return s, nil
}

// tellHoleGone takes the place of an alarm.
func (h *House) tellHoleGone(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	sh, err := h.Roster.ShiftByID(ctx, v.Community.ID, a.Shift)
	if err != nil {
		return dialog.Screen{}, err
	}
	names, err := h.namesOn(ctx, v, sh)
	if err != nil {
		return dialog.Screen{}, err
	}
	if sh.Free() > 0 || names == "" {
		return v.say("shifts.told_hole_over", "shift", v.when(sh)), nil
	}
	return v.say("shifts.told_hole_gone", "shift", v.when(sh), "names", names), nil
}

// namesOn names who is on a shift, "" for nobody.
func (h *House) namesOn(ctx context.Context, v Visit, sh roster.Shift) (string, error) {
	all, err := h.Roster.On(ctx, sh)
	if err != nil {
		return "", err
	}
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = h.name(ctx, v, p.Person)
	}
	return listed(v.Texts, names), nil
}

// tellFilled tells the lead that a hole is closed.
func (h *House) tellFilled(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	sh, err := h.Roster.ShiftByID(ctx, v.Community.ID, a.Shift)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("shifts.told_filled", "shift", h.shiftWords(ctx, v, sh), "name", h.name(ctx, v, a.Person))
	s.Silent = true // the alarm was to be heard, its end need not be
	return s, nil
}

// tellYours tells somebody that they were given a place.
func (h *House) tellGiven(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	p, sh, err := h.Roster.Place(ctx, v.Community.ID, a.Place)
	if err != nil {
		return dialog.Screen{}, err
	}
	if p.EndedAt != nil {
		return h.placeScreen(ctx, v, p, sh)
	}
	s := v.say("shifts.told_yours", "shift", h.shiftWords(ctx, v, sh), "name", h.name(ctx, v, a.By))
	row(&s, v.Texts.T("shifts.come"), "come", number(p.ID))
	row(&s, v.Texts.T("shifts.cannot"), "cannot", number(p.ID))
	return s, nil
}

// tellMissed tells somebody kindly that others are asked in their place.
func (h *House) tellMissed(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	_, sh, err := h.Roster.Place(ctx, v.Community.ID, a.Place)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("shifts.told_missed", "from", clockOf(sh.StartsAt.In(v.Zone)))
	if sh.Free() > 0 {
		row(&s, v.Texts.T("shifts.here_after_all"), "seat", number(sh.ID))
	}
	return s, nil
}

// tellUnseen tells the lead who has not said that they are there.
func (h *House) tellUnseen(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	sh, err := h.Roster.ShiftByID(ctx, v.Community.ID, a.Shift)
	if err != nil {
		return dialog.Screen{}, err
	}
	some, err := h.Roster.Unseen(ctx, sh)
	if err != nil {
		return dialog.Screen{}, err
	}
	if len(some) == 0 {
		return v.say("shifts.told_all_here", "shift", v.when(sh)), nil
	}
	names := make([]string, len(some))
	for i, p := range some {
		names[i] = h.name(ctx, v, p.Person)
	}
	s := v.say("shifts.told_unseen", "shift", h.shiftWords(ctx, v, sh), "names", listed(v.Texts, names))
	h.unseenRows(ctx, v, &s, some)
	return s, nil
}

// swapOf reads the two places of a swap.
func (h *House) swapOf(ctx context.Context, v Visit, id int64) (w roster.Swap, mine, theirs roster.Held, err error) {
	if w, err = h.Roster.SwapByID(ctx, v.Community.ID, id); err != nil {
		return w, mine, theirs, err
	}
	if mine, err = h.swappable(ctx, v, w.Mine); err != nil {
		return w, mine, theirs, err
	}
	theirs, err = h.swappable(ctx, v, w.Theirs)
	return w, mine, theirs, err
}

// swappable is a place as whoever gets it comes to it: with all who are on the shift.
func (h *House) swappable(ctx context.Context, v Visit, place int64) (p roster.Held, err error) {
	if p.Assignment, _, err = h.Roster.Place(ctx, v.Community.ID, place); err == nil {
		p.In, err = h.Roster.ShiftByID(ctx, v.Community.ID, p.Shift)
	}
	return p, err
}

// tellSwap asks somebody whether they would swap.
func (h *House) tellSwap(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	w, mine, theirs, err := h.swapOf(ctx, v, a.Swap)
	if err != nil {
		return dialog.Screen{}, err
	}
	if w.DecidedAt != nil {
		return v.say("shifts.told_swap_gone"), nil
	}
	s := v.say("shifts.told_swap", "name", h.name(ctx, v, mine.Person), "yours", v.when(theirs.In), "theirs", h.shiftWords(ctx, v, mine.In))
	row(&s, v.Texts.T("shifts.swap_yes"), "swapyes", number(w.ID))
	row(&s, v.Texts.T("shifts.swap_no"), "swapno", number(w.ID))
	return s, nil
}

func (h *House) tellSwapNo(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	_, mine, theirs, err := h.swapOf(ctx, v, a.Swap)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("shifts.told_swap_no", "name", h.name(ctx, v, theirs.Person), "shift", v.when(mine.In))
	if mine.EndedAt == nil && mine.EndsAt.After(v.Now) {
		row(&s, v.Texts.T("shifts.to_this"), "shift", number(mine.ID))
	}
	return s, nil
}

func (h *House) tellSwapped(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	_, _, theirs, err := h.swapOf(ctx, v, a.Swap)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("shifts.swapped", "name", h.name(ctx, v, theirs.Person), "shift", h.shiftWords(ctx, v, theirs.In))
	row(&s, v.Texts.T("shifts.to_mine"), "shifts")
	return s, nil
}

// tellMany says what became of somebody's own shifts.
func (h *House) tellMany(key string) func(context.Context, Visit, toldShift) (dialog.Screen, error) {
	return func(_ context.Context, v Visit, a toldShift) (dialog.Screen, error) {
		s := v.say(key, "n", a.N)
		row(&s, v.Texts.T("shifts.to_mine"), "shifts")
		return s, nil
	}
}

// tellAbsent tells the lead whose shifts others are asked for.
func (h *House) tellAbsent(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	s := v.say("shifts.told_absent", "name", h.name(ctx, v, a.Person), "n", a.N)
	row(&s, v.Texts.T("shifts.to_free"), "places")
	return s, nil
}

func (h *House) tellThanks(ctx context.Context, v Visit, a toldShift) (dialog.Screen, error) {
	month, err := time.ParseInLocation(monthForm, a.Month, v.Zone)
	if err != nil {
		return dialog.Screen{}, err
	}
	return v.say("shifts.told_thanks", "name", h.name(ctx, v, a.By), "month", v.month(month),
		"hours", hoursWords(time.Duration(a.Minutes)*time.Minute)), nil
}
