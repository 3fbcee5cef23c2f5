package flow

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// lunchDay shows a day with all that can be changed of it.
func (h *House) lunchDay(ctx context.Context, v Visit, m meal) (Reply, error) {
	o, err := h.offerOf(ctx, v, m)
	if err != nil {
		return Reply{}, err
	}
	d, err := h.Lunch.Diner(ctx, v.Actor, m.person)
	if err != nil {
		return Reply{}, fmt.Errorf("lunch of person %d: %w", m.person, err)
	}
	s := h.mealScreen(ctx, v, o, d)
	row(&s, v.Texts.T("dialog.back"), "lunch", number(m.person))
	return show(s), nil
}

// mealScreen is a day without the way back.
func (h *House) mealScreen(ctx context.Context, v Visit, o lunch.Offer, d lunch.Diner) dialog.Screen {
	day, at := o.Day.Day, dayIn(o.Day.Day, v.Zone)
	var s dialog.Screen
	switch {
	case o.Day.State == lunch.Planned:
		s = v.say("lunch.no_menu_yet", "day", at, "from", o.Day.AsksAt)
	case o.Order.Status == lunch.Ordered:
		s = v.say("lunch.you_have", "day", at, "menu", v.dishWords(o.Menu.Of(o.Order.Choice)), "n", o.Order.Portions, "way", v.Texts.T("lunch.way."+string(o.Order.Mode)))
	default:
		s = v.say("lunch.there_is", "day", at, "menu", v.menuWords(o.Menu), "price", v.price(o.Day.Price))
	}
	ordered := o.Order.Status == lunch.Ordered
	if o.Day.Open(v.Now) {
		if !ordered {
			v.eat(&s, v.usual(d), day, d.Person, "usual")
		}
		v.choices(&s, o, d.Person)
		for _, mode := range lunch.Modes {
			if usual := ordered && mode == o.Order.Mode || !ordered && mode == d.Mode; !usual {
				v.eat(&s, v.Texts.T("lunch.as."+string(mode)), day, d.Person, string(mode))
			}
		}
		if ordered {
			n := 3 - min(o.Order.Portions, 2) // one makes two, more make one
			v.eat(&s, v.Texts.T(map[int]string{1: "lunch.make_one", 2: "lunch.make_two"}[n]), day, d.Person, strconv.Itoa(n))
		}
	}
	if o.Order.Status != lunch.Cancelled {
		v.eat(&s, v.Texts.T("lunch.not_that_day"), day, d.Person, "not")
	}
	return h.ofWhom(ctx, v, s, d.Person)
}

// usual is the button of who wants what they usually have.
func (v Visit) usual(d lunch.Diner) string { return v.Texts.T("lunch.usual", "n", d.Portions) }

// choices adds the dishes of which one is chosen.
func (v Visit) choices(s *dialog.Screen, o lunch.Offer, person int64) {
	for _, x := range o.Menu {
		if x.Choice > 0 && (o.Order.Status != lunch.Ordered || o.Order.Choice != x.Choice) {
			v.eat(s, fit(x.Name, alone), o.Day.Day, person, string(rune('a'+x.Choice-1)))
		}
	}
}

// asksKitchen asks the lead after the cut-off.
func (h *House) asksKitchen(ctx context.Context, v Visit, value string) (Reply, error) {
	m, ok := mealOf(value)
	n, err := strconv.Atoi(m.what)
	if !ok || err != nil {
		return v.toast("tap.old"), nil
	}
	if _, err := h.Lunch.Wish(ctx, v.Actor, m.day, m.person, n); err != nil {
		return Reply{}, fmt.Errorf("ask the kitchen: %w", err)
	}
	return show(v.say("lunch.asked_kitchen")), nil
}

// everyDay makes somebody's lunch a standing order of the kitchen's days.
func (h *House) everyDay(ctx context.Context, v Visit, value string) (Reply, error) {
	person, _, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	k, err := h.Lunch.Kitchen(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("every day: %w", err)
	}
	if _, err := h.Lunch.Standing(ctx, v.Actor, person, k.Weekdays); err != nil {
		return Reply{}, fmt.Errorf("every day: %w", err)
	}
	return show(h.ofWhom(ctx, v, v.say("lunch.stands"), person)), nil
}

// takesPlace and leavesPlace answer an offer of the waiting list.
func (h *House) takesPlace(ctx context.Context, v Visit, order int64) (Reply, error) {
	o, err := h.Lunch.Accept(ctx, v.Actor, order)
	if err != nil {
		return Reply{}, fmt.Errorf("take a place: %w", err)
	}
	return h.ate(ctx, v, meal{day: o.Day, person: o.Person}, nil)
}

func (h *House) leavesPlace(ctx context.Context, v Visit, order int64) (Reply, error) {
	o, err := h.Lunch.Decline(ctx, v.Actor, order)
	if err != nil {
		return Reply{}, fmt.Errorf("leave a place: %w", err)
	}
	return show(v.say("lunch.not_then", "day", dayIn(o.Day, v.Zone))), nil
}

// notYetDiner offers to eat here to whom nobody let in.
func (h *House) notYetDiner(ctx context.Context, v Visit, person int64) (Reply, error) {
	s := v.say("lunch.not_diner")
	row(&s, v.Texts.T("lunch.eat_here"), "eatin", number(person))
	row(&s, v.Texts.T("account.open"), "openbook")
	if err := h.lunchOfOthers(ctx, v, &s); err != nil {
		return Reply{}, err
	}
	return show(s), nil
}

// eatsHere lets somebody eat here who is old enough by the register. Where nobody knows
// it, the year of birth is asked first.
func (h *House) eatsHere(ctx context.Context, v Visit, value string) (Reply, error) {
	person, _, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	_, err := h.Lunch.LetIn(ctx, v.Actor, lunch.Entry{Person: person})
	if refused(err, "born_unknown") {
		return Reply{Dialog: "eater", Where: Spent, Prefill: eaterDraft{By: v.who(), Person: person}}, nil
	}
	if err != nil {
		return Reply{}, fmt.Errorf("eat here: %w", err)
	}
	return h.lunchFor(ctx, v, number(person))
}

// vouches answers whether somebody is as old as they say.
func (h *House) vouches(yes bool) func(context.Context, Visit, int64) (Reply, error) {
	return func(ctx context.Context, v Visit, person int64) (Reply, error) {
		if err := h.Lunch.Vouch(ctx, v.Actor, person, yes); err != nil {
			return Reply{}, fmt.Errorf("vouch: %w", err)
		}
		key := "lunch.vouched_no"
		if yes {
			key = "lunch.vouched"
		}
		return show(v.say(key, "name", h.name(ctx, v, person))), nil
	}
}

// runsKitchen reports whether somebody does.
func (v Visit) runsKitchen() bool { return v.Actor.May(access.RunKitchen, access.SameCommunity) }

// dateOf reads a day of the outbox.
func dateOf(text string) time.Time {
	day, _ := time.Parse(time.DateOnly, text) // ours: what is no day is none
	return day
}
