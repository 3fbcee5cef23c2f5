package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/lunch"
)

// rulesVerbs are the buttons of how a kitchen cooks: "m.krules[.<rule>[.<value>]]".
func (h *House) rulesVerbs() map[string]verb {
	return map[string]verb{"krules": h.kitchenRules, "kclose": h.startsClosing, "kletin": h.startsLetIn}
}

// What is offered: from which age on somebody eats here, what a portion costs, and when
// the day before people are asked and phoned and orders close, and when lunch is ready.
var (
	offeredAges   = []int{60, 65, 70, 75, 80}
	offeredPrices = []int{0, 300, 500, 600, 800, 1000, 1200}
	offeredAsks   = []calendar.Clock{8 * 60, 9 * 60, 10 * 60, 11 * 60, 12 * 60}
	offeredCalls  = []calendar.Clock{13 * 60, 14 * 60, 15 * 60, 16 * 60, 17 * 60}
	offeredCloses = []calendar.Clock{14 * 60, 15*60 + 30, 16 * 60, 17 * 60, 18 * 60}
	offeredServes = []calendar.Clock{11 * 60, 11*60 + 30, 12 * 60, 12*60 + 30}
)

// priceStep is to what a price at cost is rounded up: half a yuan.
const priceStep = 50

// rule is something that can be said of a kitchen.
type rule struct {
	name   string
	offers func(ctx context.Context, h *House, v Visit, k lunch.Kitchen) ([]dialog.Option, error)
	set    func(k *lunch.Kitchen, n int)
	stays  bool // several can be chosen, one after the other
}

// kitchenRule are all, in the order in which they are shown.
var kitchenRule = []rule{
	{name: "age", offers: offersAge, set: func(k *lunch.Kitchen, n int) { k.Age = n }},
	{name: "price", offers: offersPrice, set: func(k *lunch.Kitchen, n int) { k.Price = n }},
	{name: "days", offers: offersDays, set: func(k *lunch.Kitchen, n int) { k.Weekdays = orWithout(k.Weekdays, n) }, stays: true},
	{name: "asks", offers: offersClock(offeredAsks), set: func(k *lunch.Kitchen, n int) { k.AsksAt = n }},
	{name: "calls", offers: offersClock(offeredCalls), set: func(k *lunch.Kitchen, n int) { k.CallsAt = n }},
	{name: "closes", offers: offersClock(offeredCloses), set: func(k *lunch.Kitchen, n int) { k.ClosesAt = n }},
	{name: "serves", offers: offersClock(offeredServes), set: func(k *lunch.Kitchen, n int) { k.ServesAt = n }},
}

func offersAge(_ context.Context, _ *House, v Visit, _ lunch.Kitchen) (all []dialog.Option, _ error) {
	for _, n := range offeredAges {
		all = append(all, dialog.Option{Value: strconv.Itoa(n), Label: v.Texts.T("kitchen.rules.age_n", "n", n)})
	}
	return all, nil
}

// offersPrice offers what a portion cost last month first, where that is known.
func offersPrice(ctx context.Context, h *House, v Visit, _ lunch.Kitchen) (all []dialog.Option, err error) {
	o, err := h.Lunch.Open(ctx, v.Community.ID, ledgerMonth(monthOf(v.Now.In(v.Zone)).AddDate(0, -1, 0)))
	if err != nil {
		return nil, fmt.Errorf("what a portion cost: %w", err)
	}
	if o.Spent > 0 && o.Portions > 0 {
		each, err := ledger.PerPortion(o.Spent, o.Portions, priceStep)
		if err != nil {
			return nil, err
		}
		all = append(all, dialog.Option{Value: number(each), Label: v.Texts.T("kitchen.rules.at_cost", "sum", v.sum(each))})
	}
	for _, n := range offeredPrices {
		all = append(all, dialog.Option{Value: strconv.Itoa(n), Label: v.price(n)})
	}
	return all, nil
}

func offersDays(_ context.Context, _ *House, v Visit, k lunch.Kitchen) (all []dialog.Option, _ error) {
	for day := 1; day <= 7; day++ {
		label := v.weekday(day)
		if slices.Contains(k.Weekdays, day) {
			label = v.Texts.T("kitchen.ticked", "tick", label)
		}
		all = append(all, dialog.Option{Value: strconv.Itoa(day), Label: label})
	}
	return all, nil
}

// offersClock offers hours; one that does not go with the others is refused with its reason.
func offersClock(hours []calendar.Clock) func(context.Context, *House, Visit, lunch.Kitchen) ([]dialog.Option, error) {
	return func(_ context.Context, _ *House, v Visit, _ lunch.Kitchen) (all []dialog.Option, _ error) {
		for _, c := range hours {
			all = append(all, dialog.Option{Value: strconv.Itoa(int(c)), Label: v.Texts.T("week.clock", "clock", c)})
		}
		return all, nil
	}
}

// kitchenRules shows how the kitchen cooks, asks for one of its rules, or changes it. What
// is published already stays.
func (h *House) kitchenRules(ctx context.Context, v Visit, value string) (Reply, error) {
	if !v.runsKitchen() {
		return Reply{}, access.NotFound()
	}
	k, err := h.Lunch.Kitchen(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, err
	}
	name, text, _ := strings.Cut(value, ".")
	at := slices.IndexFunc(kitchenRule, func(r rule) bool { return r.name == name })
	if at < 0 {
		return show(h.rulesScreen(v, k)), nil
	}
	of, why := kitchenRule[at], ""
	if n, err := strconv.Atoi(text); err == nil {
		to := k
		of.set(&to, n)
		if why, err = v.refusal(h.Lunch.ChangeKitchen(ctx, v.Actor, to)); err != nil {
			return Reply{}, fmt.Errorf("rules of the kitchen: %w", err)
		}
		if why == "" {
			k = to
		}
		if why == "" && !of.stays {
			return show(h.rulesScreen(v, k)), nil
		}
	}
	s, err := h.ruleScreen(ctx, v, k, of)
	s.Text = why + s.Text
	return show(s), err
}

// rulesScreen is how the kitchen cooks.
func (h *House) rulesScreen(v Visit, k lunch.Kitchen) dialog.Screen {
	s := v.say("kitchen.rules.are", "age", k.Age, "price", v.price(k.Price), "days", v.weekdays(k.Weekdays),
		"asks", calendar.Clock(k.AsksAt), "calls", calendar.Clock(k.CallsAt), "until", calendar.Clock(k.ClosesAt), "serves", calendar.Clock(k.ServesAt))
	for _, r := range kitchenRule {
		row(&s, v.Texts.T("kitchen.rules.to."+r.name), "krules", r.name)
	}
	row(&s, v.Texts.T("kitchen.rules.let_in"), "kletin")
	if v.Actor.May(access.Settings, access.SameCommunity) {
		row(&s, v.Texts.T("kitchen.rules.close"), "kclose")
	}
	v.back(&s, "kitchen")
	return s
}

// ruleScreen asks for one of the rules.
func (h *House) ruleScreen(ctx context.Context, v Visit, k lunch.Kitchen, of rule) (dialog.Screen, error) {
	all, err := of.offers(ctx, h, v, k)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("kitchen.rules.ask." + of.name)
	for _, o := range all {
		row(&s, o.Label, "krules", of.name, o.Value)
	}
	v.back(&s, "krules")
	return s, nil
}

// closeDraft is why a kitchen closes.
type closeDraft struct {
	By  who    `json:"by"`
	Why string `json:"why,omitempty"`
}

func (h *House) startsClosing(_ context.Context, v Visit, _ string) (Reply, error) {
	return Reply{Dialog: "endkitchen", Where: Spent, Prefill: closeDraft{By: v.who()}}, nil
}

// closeFlow closes the kitchen, once everybody can read why.
func closeFlow(h *House) *dialog.Flow[closeDraft] {
	return dialog.New("endkitchen",
		func(ctx context.Context, d *closeDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			err = h.Lunch.CloseKitchen(ctx, v.Actor, d.Why)
			if text, ok := v.Refused(err); ok {
				return dialog.Screen{Text: text}, nil
			} else if err != nil {
				return dialog.Screen{}, fmt.Errorf("close the kitchen: %w", err)
			}
			return h.withMenu(v, "kitchen.rules.closed"), nil
		},
		dialog.Text("why", func(d *closeDraft) *string { return &d.Why }, 1, 200),
	)
}

// tellClosedDown tells whoever eats that the kitchen cooks no more, and why.
func (h *House) tellClosedDown(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	d, _, err := h.Lunch.DayOn(ctx, v.Community.ID, dateOf(a.Day))
	if err != nil {
		return dialog.Screen{}, err
	}
	return v.say("lunch.closed_down", "why", d.Why), nil
}
