package flow

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// toldLunch is what the outbox keeps of a message about lunch: ids and codes.
type toldLunch struct {
	Order  int64      `json:"order"`
	Day    string     `json:"day"`
	Person int64      `json:"person"`
	By     int64      `json:"by"`
	Wish   int64      `json:"wish"`
	Entry  int64      `json:"entry"`
	N      int        `json:"n"`
	Over   int        `json:"over"`
	Phone  int        `json:"phone"`
	Mode   lunch.Mode `json:"mode"`
	On     bool       `json:"on"`
}

// A lunchTopic draws a message about lunch.
type lunchTopic = func(context.Context, Visit, toldLunch) (dialog.Screen, error)

// renderLunch draws the messages about lunch, as things stand when they are read.
func (h *House) renderLunch(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	var a toldLunch
	if err := json.Unmarshal(args, &a); err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	draw := eachOnce(h.eaterTopics(), h.kitchenTopics(), h.moneyTopics())[topic]
	if draw == nil {
		return dialog.Screen{}, fmt.Errorf("render %s: unknown topic", topic)
	}
	s, err := draw(ctx, v, a)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	return s, nil
}

// eaterTopics are what those hear who eat, and who order for them.
func (h *House) eaterTopics() map[string]lunchTopic {
	return map[string]lunchTopic{
		"lunch.asked":        h.tellAsked,
		"lunch.asked_over":   h.tellMeal,
		"lunch.reminded":     h.tellReminded,
		"lunch.for_you":      h.tellForMe,
		"lunch.changed":      h.tellChanged,
		"lunch.offered":      h.tellOffered,
		"lunch.offered_over": h.tellMeal,
		"lunch.got":          h.tellMeal,
		"lunch.lapsed":       h.tellOnDay("lunch.told_lapsed"),
		"lunch.waits":        h.tellOnDay("lunch.told_waits"),
		"lunch.clash":        h.tellClash,
		"lunch.off":          h.tellLunches("lunch.told_off"),
		"lunch.again_on":     h.tellLunches("lunch.told_again"),
		"lunch.let_in":       h.tellLetIn,
		"lunch.no_let_in":    h.tellOnDay("lunch.told_no_let_in"),
		"lunch.called_off":   h.tellNoLunch,
		"lunch.closed_down":  h.tellClosedDown,
		"lunch.rain":         h.tellRain,
		"lunch.price":        h.tellPrice,
		"lunch.menu":         h.tellNewMenu,
		"lunch.wished":       h.tellWished,
		"lunch.with":         h.tellWith,
	}
}

// offerTold reads the day of a message as who it is about may eat on it; ok is false
// where it can be neither ordered nor changed any more.
func (h *House) offerTold(ctx context.Context, v Visit, a toldLunch) (o lunch.Offer, ok bool, err error) {
	o, err = h.offerOf(ctx, v, meal{day: dateOf(a.Day), person: a.Person})
	if _, no := v.Refused(err); no {
		return o, false, nil
	}
	return o, err == nil, err
}

// tellAsked asks for the day with one question.
func (h *House) tellAsked(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	o, ok, err := h.offerTold(ctx, v, a)
	if err != nil || !ok || !o.Day.Open(v.Now) {
		return dialog.Screen{Gone: true}, err
	}
	if o.Order.Status != "" {
		return h.mealReceipt(ctx, v, o, a.Person), nil
	}
	d, err := h.Lunch.Diner(ctx, v.Actor, a.Person)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("lunch.ask", "day", dayIn(o.Day.Day, v.Zone), "menu", v.menuWords(o.Menu), "price", v.price(o.Day.Price))
	v.eat(&s, v.usual(d), o.Day.Day, d.Person, "usual")
	if o.Menu.Chosen() {
		v.eat(&s, v.Texts.T("lunch.otherwise"), o.Day.Day, d.Person)
	} else if d.Mode != lunch.Eat {
		v.eat(&s, v.Texts.T("lunch.as.eat"), o.Day.Day, d.Person, "eat")
	}
	v.eat(&s, v.Texts.T("lunch.not_that_day"), o.Day.Day, d.Person, "not")
	return s, nil
}

// tellMeal tells what somebody has of a day now.
func (h *House) tellMeal(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	if a.Day == "" { // a hold that is over names its order alone
		o, err := h.Lunch.OrderByID(ctx, v.Community.ID, a.Order)
		if err != nil {
			return dialog.Screen{}, err
		}
		a.Day, a.Person = o.Day.Format("2006-01-02"), o.Person
	}
	o, ok, err := h.offerTold(ctx, v, a)
	if err != nil || !ok {
		return dialog.Screen{Gone: true}, err
	}
	return h.mealReceipt(ctx, v, o, a.Person), nil
}

// tellReminded reminds somebody silently of what the standing order has ordered.
func (h *House) tellReminded(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	o, ok, err := h.offerTold(ctx, v, a)
	if err != nil || !ok || o.Order.Status != lunch.Ordered {
		return dialog.Screen{Gone: true}, err
	}
	s := v.say("lunch.told_reminded", "day", dayIn(o.Day.Day, v.Zone), "menu", v.dishWords(o.Menu.Of(o.Order.Choice)), "n", o.Order.Portions)
	v.eat(&s, v.Texts.T("lunch.not_that_day"), o.Day.Day, a.Person, "not")
	s.Silent = true
	return s, nil
}

// tellForMe tells somebody what another ordered for them, or that they wait for a place.
func (h *House) tellForMe(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	o, err := h.Lunch.OrderByID(ctx, v.Community.ID, a.Order)
	if err != nil {
		return dialog.Screen{}, err
	}
	day, name := dayIn(o.Day, v.Zone), h.name(ctx, v, a.By)
	if o.Status == lunch.Cancelled {
		return v.say("lunch.told_none_for_you", "day", day, "name", name), nil
	}
	s := v.say("lunch.told_for_you", "day", day, "name", name, "n", o.Portions)
	if o.Status != lunch.Ordered {
		s = v.say("lunch.told_waits_for_you", "day", day, "name", name)
	}
	v.eat(&s, v.Texts.T("lunch.drop"), o.Day, o.Person, "not")
	s.Silent = true
	return s, nil
}

// tellChanged tells who ordered for another that it is different now.
func (h *House) tellChanged(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	o, err := h.Lunch.OrderByID(ctx, v.Community.ID, a.Order)
	if err != nil {
		return dialog.Screen{}, err
	}
	key := "lunch.told_changed"
	if o.Status == lunch.Cancelled {
		key = "lunch.told_dropped_for"
	}
	switch {
	case a.By == o.Person && o.Status == lunch.Cancelled:
		key = "lunch.told_dropped_self"
	case a.By == o.Person:
		key = "lunch.told_changed_self"
	}
	return v.say(key, "day", dayIn(o.Day, v.Zone), "name", h.name(ctx, v, o.Person), "by", h.name(ctx, v, a.By), "n", o.Portions), nil
}

// tellOffered offers a place that came free.
func (h *House) tellOffered(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	o, err := h.Lunch.OrderByID(ctx, v.Community.ID, a.Order)
	if err != nil {
		return dialog.Screen{}, err
	}
	if o.Status != lunch.Offered {
		return h.tellMeal(ctx, v, a)
	}
	s := v.say("lunch.told_offered", "day", dayIn(o.Day, v.Zone), "until", *o.HeldUntil)
	row(&s, v.Texts.T("lunch.yes_please"), "eatyes", number(o.ID))
	row(&s, v.Texts.T("lunch.no_need"), "eatno", number(o.ID))
	return h.ofWhom(ctx, v, s, o.Person), nil
}

// tellOnDay says one line about a day.
func (h *House) tellOnDay(key string) lunchTopic {
	return func(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
		return h.ofWhom(ctx, v, v.say(key, "day", dayIn(dateOf(a.Day), v.Zone), "phone", phoneWords(v)), a.Person), nil
	}
}

// tellClash tells that nothing there is goes with what somebody may eat.
func (h *House) tellClash(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	_, m, err := h.Lunch.DayOn(ctx, v.Community.ID, dateOf(a.Day))
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("lunch.told_clash", "day", dayIn(dateOf(a.Day), v.Zone), "menu", v.menuWords(m))
	v.eat(&s, v.Texts.T("lunch.not_that_day"), dateOf(a.Day), a.Person, "not")
	return h.ofWhom(ctx, v, s, a.Person), nil
}

// tellLunches says how many lunches something is about.
func (h *House) tellLunches(key string) lunchTopic {
	return func(_ context.Context, v Visit, a toldLunch) (dialog.Screen, error) { return v.say(key, "n", a.N), nil }
}

// tellLetIn greets somebody who eats here from now on.
func (h *House) tellLetIn(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	person := v.Person.ID
	if a.Person != 0 {
		person = a.Person
	}
	s := v.say("lunch.told_let_in")
	row(&s, v.Texts.T("lunch.to_days"), "lunch", number(person))
	return h.ofWhom(ctx, v, s, person), nil
}

// tellNoLunch tells why there is no lunch on a day.
func (h *House) tellNoLunch(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	d, _, err := h.Lunch.DayOn(ctx, v.Community.ID, dateOf(a.Day))
	if err != nil {
		return dialog.Screen{}, err
	}
	if d.Why == "" {
		return v.say("lunch.told_no_lunch", "day", dayIn(d.Day, v.Zone)), nil
	}
	return v.say("lunch.told_called_off", "day", dayIn(d.Day, v.Zone), "why", d.Why), nil
}

// tellRain tells who would come that theirs is brought, or that they come after all.
func (h *House) tellRain(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	key := "lunch.told_no_rain"
	if a.On {
		key = "lunch.told_rain"
	}
	return h.ofWhom(ctx, v, v.say(key, "day", dayIn(dateOf(a.Day), v.Zone)), a.Person), nil
}

// tellPrice tells what a day costs now.
func (h *House) tellPrice(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	d, _, err := h.Lunch.DayOn(ctx, v.Community.ID, dateOf(a.Day))
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("lunch.told_price", "day", dayIn(d.Day, v.Zone), "price", v.price(d.Price))
	v.eat(&s, v.Texts.T("lunch.drop"), d.Day, a.Person, "not")
	return h.ofWhom(ctx, v, s, a.Person), nil
}

// tellNewMenu tells what there is instead.
func (h *House) tellNewMenu(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	o, err := h.Lunch.OrderByID(ctx, v.Community.ID, a.Order)
	if err != nil {
		return dialog.Screen{}, err
	}
	d, m, err := h.Lunch.DayOn(ctx, v.Community.ID, o.Day)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("lunch.told_menu", "day", dayIn(d.Day, v.Zone), "menu", v.dishWords(m.Of(o.Choice)))
	if d.Open(v.Now) {
		if m.Chosen() {
			v.eat(&s, v.Texts.T("lunch.otherwise"), o.Day, o.Person)
		}
		v.eat(&s, v.Texts.T("lunch.not_that_day"), o.Day, o.Person, "not")
	}
	return h.ofWhom(ctx, v, s, o.Person), nil
}

// tellWished tells what the kitchen says to what was asked of it.
func (h *House) tellWished(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	r, err := h.Lunch.RequestByID(ctx, v.Community.ID, a.Wish)
	if err != nil {
		return dialog.Screen{}, err
	}
	key := "lunch.told_refused"
	switch {
	case r.Granted && r.Portions > 0:
		key = "lunch.told_granted"
	case r.Granted:
		key = "lunch.told_taken_off"
	}
	return h.ofWhom(ctx, v, v.say(key, "day", dayIn(r.Day, v.Zone), "n", r.Portions), r.Person), nil
}
