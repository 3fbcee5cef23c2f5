package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/refusal"
)

// lunchDays is how many days ahead somebody sees.
const lunchDays = 6

// lunchVerbs are the buttons of who eats, "m.eat.<day>.<person>.<what>[.<list>]".
func (h *House) lunchVerbs() map[string]verb {
	return map[string]verb{
		"lunch": h.lunchFor, "eat": h.eats, "eatask": h.asksKitchen, "eatmore": h.everyDay,
		"eatyes": onID(h.takesPlace), "eatno": onID(h.leavesPlace), "eatin": h.eatsHere,
		"lookyes": onID(h.vouches(true)), "lookno": onID(h.vouches(false)),
	}
}

// meal is what a button of a day says: whose lunch, and what.
type meal struct {
	day    time.Time // at midnight UTC
	person int64
	what   string // "" shows the day
	list   string // where no place is free
}

// mealOf reads the value of a button.
func mealOf(value string) (m meal, ok bool) {
	parts := append(strings.Split(value, "."), "", "", "")
	day, err := time.Parse("20060102", parts[0])
	person, notID := strconv.ParseInt(parts[1], 10, 64)
	return meal{day, person, parts[2], parts[3]}, err == nil && notID == nil
}

// eat adds a button about somebody's lunch on a day.
func (v Visit) eat(s *dialog.Screen, label string, day time.Time, person int64, what ...string) {
	row(s, label, append([]string{"eat", day.Format("20060102"), number(person)}, what...)...)
}

// lunches answers /lunch: one's own days to come, and whose else one sees to.
func (h *House) lunches(ctx context.Context, v Visit) (Reply, error) { return h.lunchFor(ctx, v, "") }

// lunchFor shows the days to come of somebody; "" is oneself.
func (h *House) lunchFor(ctx context.Context, v Visit, value string) (Reply, error) {
	person := v.Person.ID
	if id, err := strconv.ParseInt(value, 10, 64); err == nil {
		person = id
	}
	if _, err := h.Lunch.Kitchen(ctx, v.Community.ID); err != nil {
		if _, none := v.Refused(err); none {
			return show(h.withMenu(v, "lunch.no_kitchen")), nil
		}
		return Reply{}, fmt.Errorf("lunch: %w", err)
	}
	offers, err := h.Lunch.Coming(ctx, v.Actor, person, lunchDays)
	if refused(err, "no_diner") {
		return h.notYetDiner(ctx, v, person)
	}
	if err != nil {
		return Reply{}, fmt.Errorf("lunch of person %d: %w", person, err)
	}
	s := v.say("lunch.coming")
	if person != v.Person.ID {
		s = v.say("lunch.coming_of", "name", h.name(ctx, v, person))
	}
	if len(offers) == 0 {
		s = v.say("lunch.coming_none")
	}
	for _, o := range offers {
		v.eat(&s, v.offerLabel(o), o.Day.Day, person)
	}
	row(&s, v.Texts.T("lunch.how"), "eathow", number(person))
	if err := h.toAccount(ctx, v, &s, person); err != nil {
		return Reply{}, err
	}
	if person == v.Person.ID {
		if err := h.lunchOfOthers(ctx, v, &s); err != nil {
			return Reply{}, err
		}
	}
	return show(s), nil
}

// refused reports whether an error is the kitchen's refusal with a key.
func refused(err error, key string) bool {
	var r *refusal.Refusal
	return errors.As(err, &r) && r.Key == "lunch."+key
}

// lunchOfOthers adds those for whom somebody may order and who eat here.
func (h *House) lunchOfOthers(ctx context.Context, v Visit, s *dialog.Screen) error {
	for _, id := range v.Actor.For {
		_, err := h.Lunch.Diner(ctx, v.Actor, id)
		if _, no := v.Refused(err); no {
			continue
		}
		if err != nil {
			return fmt.Errorf("lunch of person %d: %w", id, err)
		}
		row(s, named(v.Texts, "lunch.for", h.name(ctx, v, id)), "lunch", number(id))
	}
	return nil
}

// offerLabel is a day on a button: which, and what they have.
func (v Visit) offerLabel(o lunch.Offer) string {
	at := in(o.Day.Day, v.Zone)
	label := func(what string) string {
		return v.Texts.T("lunch.label", "weekday", v.shortDay(at), "d", at.Day(), "what", what)
	}
	switch o.Order.Status {
	case lunch.Ordered:
		return label(v.Texts.T("lunch.has", "n", o.Order.Portions))
	case lunch.Waiting, lunch.Offered:
		return label(v.Texts.T("lunch.has_waiting"))
	case lunch.Cancelled:
		return label(v.Texts.T("lunch.has_none"))
	}
	if o.Day.State == lunch.Planned {
		return label(v.Texts.T("lunch.has_later"))
	}
	return label(v.Texts.T("lunch.has_nothing"))
}

// in is a day, at midnight UTC, in a zone.
func in(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
}

// eats takes in what somebody wants on a day, or shows it.
func (h *House) eats(ctx context.Context, v Visit, value string) (Reply, error) {
	m, ok := mealOf(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	if m.what == "" {
		return h.lunchDay(ctx, v, m)
	}
	if m.what == "not" {
		_, err := h.Lunch.NotThen(ctx, v.Actor, m.day, m.person)
		return h.ate(ctx, v, m, err)
	}
	w := lunch.Wish{Day: m.day, Person: m.person, List: m.list}
	switch n, err := strconv.Atoi(m.what); {
	case err == nil:
		w.Portions = n
	case m.what == "a":
		w.Choice = 1
	case m.what == "b":
		w.Choice = 2
	case slices.Contains(lunch.Modes, lunch.Mode(m.what)):
		w.Mode = lunch.Mode(m.what)
	}
	_, err := h.Lunch.Order(ctx, v.Actor, w)
	return h.ate(ctx, v, m, err)
}

// ate shows what somebody has of a day after they said something of it; where it is
// full, or too late, what can be done instead.
func (h *House) ate(ctx context.Context, v Visit, m meal, err error) (Reply, error) {
	switch {
	case refused(err, "full"):
		s := v.say("lunch.full", "day", dayIn(m.day, v.Zone))
		v.eat(&s, v.Texts.T("lunch.take_for_me"), m.day, m.person, m.what, lunch.TakeForMe)
		v.eat(&s, v.Texts.T("lunch.ask_me_first"), m.day, m.person, m.what, lunch.AskMeFirst)
		v.eat(&s, v.Texts.T("dialog.back"), m.day, m.person)
		return show(s), nil
	case refused(err, "closed"):
		return show(v.tooLateToEat(m)), nil
	case err != nil:
		return Reply{}, fmt.Errorf("lunch of person %d: %w", m.person, err)
	}
	o, err := h.offerOf(ctx, v, m)
	if err != nil {
		return Reply{}, err
	}
	return show(h.mealReceipt(ctx, v, o, m.person)), nil
}

// tooLateToEat offers to ask the kitchen.
func (v Visit) tooLateToEat(m meal) dialog.Screen {
	n := 1
	if asked, err := strconv.Atoi(m.what); err == nil {
		n = asked
	}
	if m.what == "not" {
		n = 0
	}
	s := v.say("lunch.cooking", "n", n)
	if n == 0 {
		s = v.say("lunch.cooking_none")
	}
	row(&s, v.Texts.T("lunch.please_ask"), "eatask", m.day.Format("20060102"), number(m.person), strconv.Itoa(n))
	row(&s, v.Texts.T("lunch.no_need"), "lunch", number(m.person))
	return s
}

// offerOf reads a day as somebody may eat on it.
func (h *House) offerOf(ctx context.Context, v Visit, m meal) (lunch.Offer, error) {
	all, err := h.Lunch.Coming(ctx, v.Actor, m.person, 20)
	if err != nil {
		return lunch.Offer{}, fmt.Errorf("lunch of person %d: %w", m.person, err)
	}
	for _, o := range all {
		if o.Day.Day.Format(time.DateOnly) == m.day.Format(time.DateOnly) {
			return o, nil
		}
	}
	return lunch.Offer{}, access.NotFound()
}

// mealReceipt reads back what, for whom, when, for how much, and until when it can be
// changed.
func (h *House) mealReceipt(ctx context.Context, v Visit, o lunch.Offer, person int64) dialog.Screen {
	day, order := dayIn(o.Day.Day, v.Zone), o.Order
	var s dialog.Screen
	switch order.Status {
	case lunch.Ordered:
		s = v.say("lunch.booked", "day", day, "n", order.Portions, "way", v.Texts.T("lunch.way."+string(o.Day.Way(order.Mode))),
			"price", v.price(o.Day.Price*order.Portions), "menu", v.dishWords(o.Menu.Of(order.Choice)), "until", o.Day.ClosesAt)
		if order.Portions == 1 {
			v.eat(&s, v.Texts.T("lunch.make_two"), o.Day.Day, person, "2")
		} else {
			v.eat(&s, v.Texts.T("lunch.make_one"), o.Day.Day, person, "1")
		}
		v.eat(&s, v.Texts.T("lunch.drop"), o.Day.Day, person, "not")
		row(&s, v.Texts.T("lunch.every_day"), "eatmore", number(person))
	case lunch.Waiting:
		s = v.say("lunch.waiting", "day", day, "n", o.Position)
		v.eat(&s, v.Texts.T("lunch.drop"), o.Day.Day, person, "not")
	default:
		s = v.say("lunch.not_then", "day", day)
		v.eat(&s, v.Texts.T("lunch.after_all"), o.Day.Day, person, "usual")
	}
	return h.ofWhom(ctx, v, s, person)
}

// ofWhom says for whom something is, where it is not for who reads it.
func (h *House) ofWhom(ctx context.Context, v Visit, s dialog.Screen, person int64) dialog.Screen {
	if person != v.Person.ID && s.Text != "" {
		s.Text = v.Texts.T("lunch.of", "name", h.name(ctx, v, person)) + s.Text
	}
	return s
}

// asksOf asks something about how somebody eats. It says whose it is, so that only who
// may see that is asked.
func (h *House) asksOf(ctx context.Context, v Visit, person int64, key string, args ...any) (dialog.Screen, error) {
	if _, err := h.Lunch.Diner(ctx, v.Actor, person); err != nil {
		return dialog.Screen{}, fmt.Errorf("how person %d eats: %w", person, err)
	}
	return h.ofWhom(ctx, v, v.say(key, args...), person), nil
}

// price is a sum of money as it is told.
func (v Visit) price(sum int) string { return v.Texts.T("lunch.money", "sum", digitsOf(sum)) }

// digitsOf is a sum as somebody would type it.
func digitsOf(sum int) string {
	if sum%100 == 0 {
		return strconv.Itoa(sum / 100)
	}
	return fmt.Sprintf("%d.%02d", sum/100, sum%100)
}

// menuWords is what there is on a day.
func (v Visit) menuWords(m lunch.Menu) string {
	var words, choice []string
	for _, s := range m {
		if s.Choice > 0 {
			choice = append(choice, s.Name)
		} else {
			words = append(words, s.Name)
		}
	}
	if len(choice) > 0 {
		words = append([]string{strings.Join(choice, v.Texts.T("lunch.or"))}, words...)
	}
	return listed(v.Texts, words)
}

// dishWords are some dishes, one after the other.
func (v Visit) dishWords(dishes []lunch.Dish) string {
	words := make([]string, len(dishes))
	for i, d := range dishes {
		words[i] = d.Name
	}
	return listed(v.Texts, words)
}
