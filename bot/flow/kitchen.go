package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// kitchenVerbs are the buttons of who runs the kitchen.
func (h *House) kitchenVerbs() map[string]verb {
	return map[string]verb{
		"kitchen": h.kitchen, "kopen": h.opensKitchen, "kday": h.onKitchenDay(h.kitchenDay),
		"kpub": h.onKitchenDay(h.publishes), "krain": h.rains, "koff": h.onKitchenDay(h.startsOff),
		"ksheet": h.onKitchenDay(h.kitchenSheet), "kpaste": h.startsPaste, "kcopy": h.copiesWeek,
		"kcall": h.onKitchenDay(h.nextDiner), "kcalled": h.called, "kwishes": h.nextWish, "kwish": h.answersWish,
		"kdish": onID(h.opensDish), "ktick": h.ticks, "kpaper": h.bringsPaper, "kcap": h.capacity,
	}
}

// onKitchenDay answers a button of a day.
func (h *House) onKitchenDay(do func(context.Context, Visit, time.Time) (Reply, error)) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		day, err := time.Parse("20060102", value)
		if err != nil {
			return v.toast("tap.old"), nil
		}
		return do(ctx, v, day)
	}
}

// ofDay is a day in a button's data.
func ofDay(day time.Time) string { return day.Format("20060102") }

// tomorrow is the day after this one where the reader lives, at midnight UTC.
func (v Visit) tomorrow() time.Time {
	now := v.Now.In(v.Zone)
	return time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, time.UTC)
}

// kitchen shows the days ahead, or opens a kitchen where there is none.
func (h *House) kitchen(ctx context.Context, v Visit, _ string) (Reply, error) {
	if _, err := h.Lunch.Kitchen(ctx, v.Community.ID); err != nil {
		if _, none := v.Refused(err); !none {
			return Reply{}, fmt.Errorf("kitchen: %w", err)
		}
		if !v.Actor.May(access.Settings, access.SameCommunity) {
			return show(h.withMenu(v, "lunch.no_kitchen")), nil
		}
		s := v.say("kitchen.none")
		row(&s, v.Texts.T("kitchen.open"), "kopen")
		return show(s), nil
	}
	if !v.runsKitchen() {
		return h.workerKitchen(ctx, v)
	}
	days, err := h.Lunch.Ahead(ctx, v.Actor, lunchDays)
	if err != nil {
		return Reply{}, fmt.Errorf("kitchen: %w", err)
	}
	s := v.say("kitchen.days")
	for _, a := range days {
		row(&s, v.aheadLabel(a), "kday", ofDay(a.Day.Day))
	}
	row(&s, v.Texts.T("kitchen.paste"), "kpaste")
	row(&s, v.Texts.T("kitchen.copy"), "kcopy")
	row(&s, v.Texts.T("kitchen.work.open"), "kwork")
	wishes, err := h.Lunch.Wishes(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("kitchen: %w", err)
	}
	if len(wishes) > 0 {
		row(&s, v.Texts.T("kitchen.wishes", "n", len(wishes)), "kwishes")
	}
	row(&s, v.Texts.T("kitchen.money"), "kmoney")
	row(&s, v.Texts.T("kitchen.rules.open"), "krules")
	return show(s), nil
}

// aheadLabel is a day on a button: which, and how many.
func (v Visit) aheadLabel(a lunch.Ahead) string {
	what := v.Texts.T("lunch.has", "n", a.Portions)
	switch {
	case a.Day.State == lunch.CalledOff:
		what = v.Texts.T("kitchen.off_label")
	case len(a.Menu) == 0:
		what = v.Texts.T("kitchen.no_menu_label")
	case a.Day.State == lunch.Planned:
		what = v.Texts.T("kitchen.menu_label")
	}
	at := in(a.Day.Day, v.Zone)
	return v.Texts.T("lunch.label", "weekday", v.shortDay(at), "d", at.Day(), "what", what)
}

// opensKitchen opens a kitchen as it usually is.
func (h *House) opensKitchen(ctx context.Context, v Visit, _ string) (Reply, error) {
	if err := h.Lunch.OpenKitchen(ctx, v.Actor, lunch.UsualKitchen()); err != nil {
		return Reply{}, fmt.Errorf("open the kitchen: %w", err)
	}
	return h.kitchen(ctx, v, "")
}

// kitchenDay shows a day with what can be done.
func (h *House) kitchenDay(ctx context.Context, v Visit, day time.Time) (Reply, error) {
	all, err := h.Lunch.Ahead(ctx, v.Actor, 31)
	if err != nil {
		return Reply{}, fmt.Errorf("kitchen: %w", err)
	}
	at := slices.IndexFunc(all, func(a lunch.Ahead) bool { return a.Day.Day.Format(time.DateOnly) == day.Format(time.DateOnly) })
	if at < 0 {
		return Reply{}, access.NotFound()
	}
	s := v.aheadScreen(all[at])
	if err := h.costOfDay(ctx, v, &s, all[at].Day); err != nil {
		return Reply{}, err
	}
	return show(s), nil
}

func (v Visit) aheadScreen(a lunch.Ahead) dialog.Screen {
	day := ofDay(a.Day.Day)
	menu := v.menuWords(a.Menu)
	if len(a.Menu) == 0 {
		menu = v.Texts.T("kitchen.no_menu")
	}
	s := v.say("kitchen.day", "day", dayIn(a.Day.Day, v.Zone), "state", v.Texts.T("kitchen.state."+string(a.Day.State)), "menu", menu, "portions", a.Portions,
		"eat", a.Places[lunch.Eat].Taken, "take", a.Places[lunch.Take].Taken, "bring", a.Places[lunch.Bring].Taken, "waiting", a.Waiting)
	if a.Day.BringsAll && a.Day.State != lunch.CalledOff {
		s.Text += "\n" + v.Texts.T("kitchen.rains")
	}
	switch a.Day.State {
	case lunch.Planned:
		if len(a.Menu) > 0 {
			row(&s, v.Texts.T("kitchen.publish"), "kpub", day)
		}
	case lunch.Published:
		row(&s, v.Texts.T("kitchen.call_round"), "kcall", day)
	case lunch.Closed:
		row(&s, v.Texts.T("kitchen.run.open"), "krun", day)
	case lunch.Over, lunch.CalledOff:
	}
	if a.Day.State == lunch.Published || a.Day.State == lunch.Closed {
		row(&s, v.Texts.T("kitchen.sheet"), "ksheet", day)
		if a.Day.BringsAll {
			row(&s, v.Texts.T("kitchen.no_rain"), "krain", day, "0")
		} else {
			row(&s, v.Texts.T("kitchen.rain"), "krain", day, "1")
		}
	}
	if a.Day.State == lunch.Planned || a.Day.State == lunch.Published {
		row(&s, v.Texts.T("kitchen.to_places"), "kcap", day)
	}
	if a.Day.State != lunch.CalledOff {
		row(&s, v.Texts.T("kitchen.call_off"), "koff", day)
	}
	v.back(&s, "kitchen")
	return s
}

func (h *House) publishes(ctx context.Context, v Visit, day time.Time) (Reply, error) {
	if err := h.Lunch.Publish(ctx, v.Actor, day); err != nil {
		return Reply{}, err
	}
	return h.kitchenDay(ctx, v, day)
}

// rains says that a day is one of bad weather, or none: "20261124.1".
func (h *House) rains(ctx context.Context, v Visit, value string) (Reply, error) {
	text, on, _ := strings.Cut(value, ".")
	day, err := time.Parse("20060102", text)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	if err := h.Lunch.Rain(ctx, v.Actor, day, on == "1"); err != nil {
		return Reply{}, err
	}
	return h.kitchenDay(ctx, v, day)
}

// copiesWeek copies the menus of this week into the next.
func (h *House) copiesWeek(ctx context.Context, v Visit, _ string) (Reply, error) {
	now := v.Now.In(v.Zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	days, err := h.Lunch.CopyWeek(ctx, v.Actor, today, today.AddDate(0, 0, 7))
	if err != nil {
		return Reply{}, err
	}
	s := v.say("kitchen.copied", "n", len(days))
	v.back(&s, "kitchen")
	return show(s), nil
}

// opensDish shows what is in a dish below what it was tapped on: that offers others too.
func (h *House) opensDish(ctx context.Context, v Visit, id int64) (Reply, error) {
	r, err := h.dishTicks(ctx, v, id)
	r.Where, r.Beside = Apart, true
	return r, err
}

// dishTicks shows what is in a dish, each a button that changes it.
func (h *House) dishTicks(ctx context.Context, v Visit, id int64) (Reply, error) {
	d, err := h.dish(ctx, v, id)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("kitchen.dish", "name", d.Name)
	for _, t := range lunch.Ticks {
		key := "kitchen.tick." + string(t)
		label := v.Texts.T(key)
		if slices.Contains(d.Ticks, t) {
			label = v.Texts.T("kitchen.ticked", "tick", label)
		}
		row(&s, label, "ktick", number(id), string(t))
	}
	v.back(&s, "kitchen")
	return show(s), nil
}

func (h *House) dish(ctx context.Context, v Visit, id int64) (lunch.Dish, error) {
	all, err := h.Lunch.Dishes(ctx, v.Actor)
	if err != nil {
		return lunch.Dish{}, err
	}
	at := slices.IndexFunc(all, func(d lunch.Dish) bool { return d.ID == id })
	if at < 0 {
		return lunch.Dish{}, access.NotFound()
	}
	return all[at], nil
}

// ticks changes one tick of a dish: "12.pork".
func (h *House) ticks(ctx context.Context, v Visit, value string) (Reply, error) {
	id, tick, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	d, err := h.dish(ctx, v, id)
	if err != nil {
		return Reply{}, err
	}
	to := append(slices.Clone([]lunch.Tick(d.Ticks)), lunch.Tick(tick))
	if slices.Contains(d.Ticks, lunch.Tick(tick)) {
		to = slices.DeleteFunc(to, func(t lunch.Tick) bool { return t == lunch.Tick(tick) })
	}
	if _, err := h.Lunch.Tick(ctx, v.Actor, id, to); err != nil {
		return Reply{}, err
	}
	return h.dishTicks(ctx, v, id)
}
