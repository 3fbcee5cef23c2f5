package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// nextDiner shows who is to be phoned next.
func (h *House) nextDiner(ctx context.Context, v Visit, day time.Time) (Reply, error) {
	list, err := h.Lunch.CallList(ctx, v.Actor, day)
	if err != nil {
		return Reply{}, err
	}
	if len(list) == 0 {
		s := v.say("kitchen.calls_done")
		if v.runsKitchen() {
			v.back(&s, "kday", ofDay(day))
		}
		return show(s), nil
	}
	d, menu, err := h.Lunch.DayOn(ctx, v.Community.ID, day)
	if err != nil {
		return Reply{}, err
	}
	s := v.callScreen(d, menu, list)
	if v.runsKitchen() {
		v.back(&s, "kday", ofDay(day))
	}
	return show(s), nil
}

// callScreen is who is to be phoned next, what there is, and what they may say: of a day
// that is called off they are only told.
func (v Visit) callScreen(d lunch.Day, menu lunch.Menu, list []lunch.ToCall) dialog.Screen {
	c, key := list[0], "kitchen.call"
	phone := c.Phone
	if phone == "" {
		phone = v.Texts.T("kitchen.no_phone")
	}
	off := d.State == lunch.CalledOff
	switch {
	case off:
		key = "kitchen.call_off_say"
	case c.TriedAt != nil:
		key = "kitchen.call_again"
	}
	s := v.say(key, "name", c.Name, "phone", phone, "n", c.Portions, "left", len(list), "day", dayIn(d.Day, v.Zone), "menu", v.menuWords(menu))
	say := func(word string, is lunch.Called) {
		row(&s, v.Texts.T("kitchen.said."+word, "n", c.Portions), "kcalled", ofDay(d.Day), number(c.Person), string(is))
	}
	if off {
		say("told", lunch.SaysNo)
	} else {
		say("yes", lunch.SaysYes)
		say("none", lunch.SaysNo)
	}
	say("no_reply", lunch.NoReply)
	if c.Voice != 0 && v.runsKitchen() {
		row(&s, v.Texts.T("kitchen.listen"), "kwishes")
	}
	return s
}

// called notes what somebody said, and shows the next: "20261124.12.one". Where no place
// is free it says so first: whoever waits for one is still on the telephone.
func (h *House) called(ctx context.Context, v Visit, value string) (Reply, error) {
	m, ok := mealOf(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	o, err := h.Lunch.Called(ctx, v.Actor, m.day, m.person, lunch.Called(m.what))
	if err != nil {
		return Reply{}, err
	}
	r, err := h.nextDiner(ctx, v, m.day)
	if err == nil && o.Status == lunch.Waiting && lunch.Called(m.what) == lunch.SaysYes {
		r.Screen.Text = v.Texts.T("kitchen.call_waits", "name", h.name(ctx, v, m.person)) + "\n" + r.Screen.Text
	}
	return r, err
}

// nextWish shows what is asked first, of what nobody answered.
func (h *House) nextWish(ctx context.Context, v Visit, _ string) (Reply, error) {
	all, err := h.Lunch.Wishes(ctx, v.Actor)
	if err != nil {
		return Reply{}, err
	}
	if len(all) == 0 {
		s := v.say("kitchen.wishes_none")
		v.back(&s, "kitchen")
		return show(s), nil
	}
	return show(h.wishScreen(ctx, v, all[0])), nil
}

// wishScreen is what is asked, and for a voice what was said.
func (h *House) wishScreen(ctx context.Context, v Visit, r lunch.Request) dialog.Screen {
	day, name := dayIn(r.Day, v.Zone), h.name(ctx, v, r.Person)
	var s dialog.Screen
	answer := func(key string, n int) {
		row(&s, v.Texts.T(key, "n", n), "kwish", number(r.ID), strconv.Itoa(n))
	}
	if r.Voice != "" {
		s = v.say("kitchen.voice", "day", day, "name", name)
		for _, file := range r.Voices() {
			s.Media = append(s.Media, dialog.Media{Kind: dialog.Voice, FileID: file})
		}
		answer("kitchen.just_one", 1)
		answer("kitchen.just_two", 2)
		answer("kitchen.none_wanted", 0)
		return s
	}
	if r.Portions == 0 {
		s = v.say("kitchen.wish_none", "day", day, "name", name)
	} else {
		s = v.say("kitchen.wish", "day", day, "name", name, "n", r.Portions)
	}
	answer("kitchen.yes", r.Portions)
	answer("kitchen.no", lunch.No)
	return s
}

// answersWish answers what is asked: "12.2".
func (h *House) answersWish(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	n, err := strconv.Atoi(rest)
	if !ok || err != nil {
		return v.toast("tap.old"), nil
	}
	r, err := h.Lunch.Answer(ctx, v.Actor, id, n)
	if err != nil {
		return Reply{}, err
	}
	return show(h.wishAnswered(ctx, v, r)), nil
}

// wishAnswered is what became of it.
func (h *House) wishAnswered(ctx context.Context, v Visit, r lunch.Request) dialog.Screen {
	key := "kitchen.refused"
	switch {
	case r.Granted && r.Portions > 0:
		key = "kitchen.granted"
	case r.Granted:
		key = "kitchen.taken_off"
	}
	return v.say(key, "name", h.name(ctx, v, r.Person), "by", h.name(ctx, v, r.DecidedBy), "n", r.Portions)
}

// kitchenSheet shows what is cooked on a day.
func (h *House) kitchenSheet(ctx context.Context, v Visit, day time.Time) (Reply, error) {
	s, err := h.sheetScreen(ctx, v, day)
	if err != nil {
		return Reply{}, err
	}
	if v.runsKitchen() {
		v.back(&s, "kday", ofDay(day))
	}
	return show(s), nil
}

// sheetScreen is the sheet as a message: counts by dish, by way and by diet, what the
// cook should know, the doors by entrance, and what is different from the first sheet.
func (h *House) sheetScreen(ctx context.Context, v Visit, day time.Time) (dialog.Screen, error) {
	sheet, err := h.Lunch.Sheet(ctx, v.Actor, day)
	if err != nil {
		return dialog.Screen{}, err
	}
	lines := []string{v.Texts.T("kitchen.sheet_head", "day", dayIn(sheet.Day.Day, v.Zone), "portions", sheet.Portions())}
	for _, d := range sheet.Dishes {
		lines = append(lines, v.Texts.T("kitchen.sheet_dish", "name", d.Dish.Name, "portions", d.Portions))
	}
	for _, way := range lunch.Modes {
		if n := portionsBy(sheet, way); n > 0 {
			lines = append(lines, v.Texts.T("kitchen.sheet_dish", "name", v.Texts.T("kitchen.by."+string(way)), "portions", n))
		}
	}
	if n := sheet.AtTable(); n > 0 {
		lines = append(lines, v.Texts.T("kitchen.sheet_dish", "name", v.Texts.T("kitchen.guests"), "portions", n))
	}
	for _, d := range sheet.Diets {
		lines = append(lines, v.Texts.T("kitchen.sheet_diet", "diet", v.Texts.T("kitchen.diet."+string(d.Diet)), "portions", d.Portions))
	}
	for _, l := range sheet.Words {
		if words := v.labelWords(l); words != "" {
			lines = append(lines, v.Texts.T("kitchen.sheet_word", "name", v.whoseMeal(l), "words", words))
		}
	}
	for _, e := range sheet.Run {
		lines = append(lines, v.Texts.T("kitchen.sheet_stairs", "building", buildingWords(v.Texts, e.House), "entrance", e.Entrance, "portions", e.Portions, "flats", flats(e)))
	}
	for _, c := range sheet.Late {
		lines = append(lines, v.Texts.T("kitchen.sheet_late", "name", sheetName(sheet, c.Order), "was", c.Was, "is", c.Is))
	}
	lines = append(lines, v.guestsChanged(sheet)...)
	if sheet.Wishes > 0 {
		lines = append(lines, v.Texts.T("kitchen.sheet_wishes", "n", sheet.Wishes))
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	if sheet.Portions() > 0 {
		v.offerPapers(&s, sheet)
	}
	return s, nil
}

// labelWords is what the cook should know of a meal.
func (v Visit) labelWords(l lunch.Label) string {
	var words []string
	for _, x := range []string{l.Word, l.Dislikes} {
		if x != "" {
			words = append(words, x)
		}
	}
	for _, c := range l.Clashes {
		words = append(words, v.Texts.T("kitchen.sheet_clash", "dish", c.Dish.Name, "diet", v.Texts.T("kitchen.diet."+string(c.Diet))))
	}
	return listed(v.Texts, words)
}

// whoseMeal names whose meal it is, where the reader may know; of guests nobody does.
func (v Visit) whoseMeal(l lunch.Label) string {
	if l.Order == 0 {
		return v.Texts.T("kitchen.guest")
	}
	return l.Name
}

// guestsChanged says how many guests there were on the first sheet and are now, and of
// whom the cook must know something else.
func (v Visit) guestsChanged(sheet lunch.Sheet) (lines []string) {
	if was, is := len(sheet.Day.FirstGuests), len(sheet.Day.Guests); was != is {
		lines = append(lines, v.Texts.T("kitchen.sheet_late", "name", v.Texts.T("kitchen.guests"), "was", was, "is", is))
	}
	for _, d := range sheet.Others {
		var words []string
		for _, diet := range d.Diet {
			words = append(words, v.Texts.T("kitchen.diet."+string(diet)))
		}
		switch {
		case d.Word != "":
			words = append(words, d.Word)
		case d.Worded:
			words = append(words, v.Texts.T("kitchen.guests_worded"))
		}
		key, n := "kitchen.guests_more", d.More
		if n < 0 {
			key, n = "kitchen.guests_fewer", -n
		}
		lines = append(lines, v.Texts.T(key, "n", n, "words", listed(v.Texts, words)))
	}
	return lines
}

// flats are the doors of an entrance, with how many where there is more than one.
func flats(e lunch.Entrance) string {
	var all []string
	for _, l := range e.Labels {
		flat := l.Door.Flat
		if l.Portions > 1 {
			flat = fmt.Sprintf("%s×%d", flat, l.Portions)
		}
		all = append(all, flat)
	}
	return strings.Join(all, " ")
}

// sheetName names whose order was corrected: of one that is not cooked any more the
// number of the order says it.
func sheetName(s lunch.Sheet, order int64) string {
	for _, l := range s.Labels {
		if l.Order == order && l.Name != "" {
			return l.Name
		}
	}
	return "#" + number(order)
}
