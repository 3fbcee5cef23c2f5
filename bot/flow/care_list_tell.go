package flow

import (
	"context"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// listTopics are what those hear who have the list of a day already, of its lunch, and of what is paid.
func (h *House) listTopics() map[string]careTopic {
	return map[string]careTopic{
		"care.list": h.tellList, "care.no_lunch": h.tellNoMeals, "care.no_lunch_over": h.tellMealsAgain,
		"care.paid": h.tellCarePaid, "care.mended": h.tellCareMended,
	}
}

// tellNoMeals tells who leads that the kitchen cooks nothing for the children of a day.
func (h *House) tellNoMeals(_ context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	return v.say("care.lead.no_lunch", "day", dayIn(dateOf(a.Day), v.Zone), "n", a.N), nil
}

// tellMealsAgain says in its place that it does after all.
func (h *House) tellMealsAgain(_ context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	return v.say("care.lead.lunch_again", "day", dayIn(dateOf(a.Day), v.Zone)), nil
}

// tellList says who comes to a day, or does not, since its list was closed, as things stand.
func (h *House) tellList(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	b, err := h.Childcare.Booking(ctx, v.Actor, a.Booking)
	if _, no := v.Refused(err); no { // of a talk, or whoever is in charge where nobody leads the hall
		return v.say("care.work.list_changed", "day", dayIn(dateOf(a.Day), v.Zone)), nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	key := "care.work.list_less"
	if b.Status == childcare.Booked {
		key = "care.work.list_more"
	}
	s := v.say(key, "name", h.name(ctx, v, b.Child), "day", dayIn(b.Day, v.Zone), "part", v.Texts.T("care.home.part_name."+string(b.Part)))
	row(&s, v.Texts.T("care.hall.open"), "hall")
	return s, nil
}
