package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/linli-bot/linli/internal/lunch"
)

// standsOn shows on which weekdays somebody eats without being asked, each a button that
// changes it: "12.3".
func (h *House) standsOn(ctx context.Context, v Visit, value string) (Reply, error) {
	person, text, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	k, err := h.Lunch.Kitchen(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("standing order: %w", err)
	}
	d, err := h.Lunch.Diner(ctx, v.Actor, person)
	if err != nil {
		return Reply{}, err
	}
	if day, err := strconv.Atoi(text); err == nil {
		if d, err = h.Lunch.Standing(ctx, v.Actor, person, orWithout(d.Standing, day)); err != nil {
			return Reply{}, fmt.Errorf("standing order of person %d: %w", person, err)
		}
	}
	s := h.ofWhom(ctx, v, v.say("lunch.days_ask"), person)
	for _, day := range k.Weekdays {
		label := v.weekday(day)
		if slices.Contains(d.Standing, day) {
			label = v.Texts.T("kitchen.ticked", "tick", label)
		}
		row(&s, label, "eatdays", number(person), strconv.Itoa(day))
	}
	v.back(&s, "eathow", number(person))
	return show(s), nil
}

// orWithout are some weekdays with one more, or without it.
func orWithout(days lunch.Weekdays, day int) lunch.Weekdays {
	if slices.Contains(days, day) {
		return slices.DeleteFunc(slices.Clone(days), func(d int) bool { return d == day })
	}
	to := append(slices.Clone(days), day)
	slices.Sort(to)
	return to
}

// tellsFamily shows when somebody's family hears of their door, each a button that
// changes it: "12.never".
func (h *House) tellsFamily(ctx context.Context, v Visit, value string) (Reply, error) {
	person, text, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	d, err := h.Lunch.Diner(ctx, v.Actor, person)
	if err != nil {
		return Reply{}, err
	}
	if is := lunch.Tells(text); text != "" {
		if d, err = h.Lunch.Likes(ctx, v.Actor, person, lunch.Change{Tells: &is}); err != nil {
			return Reply{}, fmt.Errorf("what the family of person %d hears: %w", person, err)
		}
	}
	s := h.ofWhom(ctx, v, v.say("lunch.tells_ask"), person)
	for _, is := range []lunch.Tells{lunch.TellWorry, lunch.TellDoors, lunch.TellNever} {
		label := v.Texts.T("lunch.tell." + string(is))
		if d.Tells == is {
			label = v.Texts.T("kitchen.ticked", "tick", label)
		}
		row(&s, label, "eattell", number(person), string(is))
	}
	v.back(&s, "eathow", number(person))
	return show(s), nil
}
