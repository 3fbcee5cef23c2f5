package flow

import (
	"context"

	"github.com/linli-bot/linli/internal/dialog"
)

// kitchenTopics are what those hear who run the kitchen, and who could know somebody.
func (h *House) kitchenTopics() map[string]lunchTopic {
	return map[string]lunchTopic{
		"lunch.no_menu":     h.tellNoMenu,
		"lunch.call":        h.tellCalls,
		"lunch.sheet":       h.tellSheet,
		"lunch.corrected":   h.tellSheet,
		"lunch.picture":     h.tellPaper(asPicture),
		"lunch.paper":       h.tellPaper(asPaper),
		"lunch.labels":      h.tellPaper(asLabels),
		"lunch.off_to_call": h.tellOffToCall,
		"lunch.dropped":     h.tellDropped,
		"lunch.affected":    h.tellAffected,
		"lunch.wish":        h.tellRequest,
		"lunch.wish_over":   h.tellRequest,
		"lunch.voice":       h.tellRequest,
		"lunch.voice_over":  h.tellRequest,
		"lunch.again_now":   h.tellAgain,
		"lunch.worried":     h.tellDoor("kitchen.told_worried"),
		"lunch.worry":       h.tellDoor("kitchen.told_worry"),
		"lunch.no_door":     h.tellDoor("kitchen.told_no_door"),
		"lunch.doors_open":  h.tellDoors,
		"lunch.run":         h.tellRun,
		"lunch.look":        h.tellLook,
		"lunch.look_over":   h.tellLook,
	}
}

func (h *House) tellNoMenu(_ context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	s := v.say("kitchen.told_no_menu", "day", dayIn(dateOf(a.Day), v.Zone))
	row(&s, v.Texts.T("kitchen.paste"), "kpaste")
	row(&s, v.Texts.T("kitchen.call_off"), "koff", ofDay(dateOf(a.Day)))
	return s, nil
}

func (h *House) tellCalls(_ context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	s := v.say("kitchen.told_calls", "day", dayIn(dateOf(a.Day), v.Zone), "n", a.N)
	row(&s, v.Texts.T("kitchen.call_round"), "kcall", ofDay(dateOf(a.Day)))
	return s, nil
}

// tellSheet is the sheet itself, as things stand.
func (h *House) tellSheet(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	return h.sheetScreen(ctx, v, dateOf(a.Day))
}

func (h *House) tellOffToCall(_ context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	if a.Phone == 0 {
		return v.say("kitchen.told_off", "day", dayIn(dateOf(a.Day), v.Zone)), nil
	}
	s := v.say("kitchen.told_off_call", "day", dayIn(dateOf(a.Day), v.Zone), "n", a.Phone)
	row(&s, v.Texts.T("kitchen.call_round"), "kcall", ofDay(dateOf(a.Day)))
	return s, nil
}

func (h *House) tellDropped(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	o, err := h.Lunch.OrderByID(ctx, v.Community.ID, a.Order)
	if err != nil {
		return dialog.Screen{}, err
	}
	return v.say("kitchen.told_dropped", "day", dayIn(o.Day, v.Zone), "name", h.name(ctx, v, o.Person), "n", o.Portions), nil
}

func (h *House) tellAffected(_ context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	return v.say("kitchen.told_affected", "day", dayIn(dateOf(a.Day), v.Zone), "n", a.Over, "way", v.Texts.T("kitchen.by."+string(a.Mode))), nil
}

// tellRequest asks what is asked, or says what became of it.
func (h *House) tellRequest(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	r, err := h.Lunch.RequestByID(ctx, v.Community.ID, a.Wish)
	if err != nil {
		return dialog.Screen{}, err
	}
	if r.DecidedAt != nil {
		return h.wishAnswered(ctx, v, r), nil
	}
	return h.wishScreen(ctx, v, r), nil
}

// tellLook asks whether somebody is as old as they say.
func (h *House) tellLook(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	l, err := h.Lunch.ReadLook(ctx, v.Actor, a.Person)
	if err != nil {
		return dialog.Screen{}, err
	}
	name := h.name(ctx, v, l.Person)
	if l.DecidedAt != nil {
		return v.say("kitchen.told_looked", "name", name, "by", h.name(ctx, v, l.DecidedBy)), nil
	}
	s := v.say("kitchen.told_look", "name", name, "year", l.Born)
	row(&s, v.Texts.T("kitchen.is_so"), "lookyes", number(l.Person))
	row(&s, v.Texts.T("kitchen.is_not_so"), "lookno", number(l.Person))
	return s, nil
}
