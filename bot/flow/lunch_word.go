package flow

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// lunchWords are what people type of lunch, each with what it wants of the next day that
// can be ordered; "" shows the days.
var lunchWords = map[string]string{
	"say_one": "1", "one_more": "1", "say_two": "2", "two_more": "2", "want": "1", "want_more": "1", "usual": "usual", "not": "not", "not_more": "not", "lunch": "",
}

// lunchTyped answers words about lunch of somebody who eats here; ok is false where
// they are about something else.
func (h *House) lunchTyped(ctx context.Context, v Visit, text string) (r Reply, ok bool, err error) {
	for code, what := range lunchWords {
		if !h.oneOf(v, text, "lunchword", []string{code}) {
			continue
		}
		if what == "" {
			r, err = h.lunches(ctx, v)
			return r, err == nil, err
		}
		day, ok, err := h.meantDay(ctx, v)
		if err != nil || !ok {
			return Reply{}, false, err
		}
		r, err = h.eats(ctx, v, ofDay(day)+"."+number(v.Person.ID)+"."+what)
		if text, no := v.Refused(err); no {
			return show(dialog.Screen{Text: text}), true, nil
		}
		return r, true, err
	}
	return Reply{}, false, nil
}

// nextLunch is the next day that somebody can order or change; ok is false where they
// do not eat here, or there is none.
func (h *House) nextLunch(ctx context.Context, v Visit) (next lunch.Offer, ok bool, err error) {
	all, err := h.Lunch.Coming(ctx, v.Actor, v.Person.ID, lunchDays)
	if _, no := v.Refused(err); no {
		return next, false, nil
	}
	if err != nil {
		return next, false, fmt.Errorf("the next lunch: %w", err)
	}
	for _, o := range all {
		if o.Day.Open(v.Now) {
			return o, true, nil
		}
	}
	return next, false, nil
}

// meantDay is the day of which somebody types: the next that can be ordered, or else
// the one for which the kitchen cooks already.
func (h *House) meantDay(ctx context.Context, v Visit) (day time.Time, ok bool, err error) {
	next, ok, err := h.nextLunch(ctx, v)
	if err != nil || ok {
		return next.Day.Day, ok, err
	}
	if _, err := h.Lunch.Diner(ctx, v.Actor, v.Person.ID); err != nil {
		if _, no := v.Refused(err); no {
			return day, false, nil
		}
		return day, false, fmt.Errorf("the day that is meant: %w", err)
	}
	now := v.Now.In(v.Zone)
	for n := range lunchDays {
		at := time.Date(now.Year(), now.Month(), now.Day()+n, 0, 0, 0, 0, time.UTC)
		d, _, err := h.Lunch.DayOn(ctx, v.Community.ID, at)
		if _, no := v.Refused(err); no {
			continue
		}
		if err != nil {
			return day, false, fmt.Errorf("the day that is meant: %w", err)
		}
		if d.State == lunch.Closed && d.ServesAt.After(v.Now) {
			return at, true, nil
		}
	}
	return day, false, nil
}

// lunchSpoken gives a voice to the kitchen, where the question of the menu waits for an
// answer: a person listens to it.
func (h *House) lunchSpoken(ctx context.Context, v Visit, ev dialog.Event) (Reply, bool, error) {
	if ev.Media.Kind != dialog.Voice || !v.Person.Known() {
		return Reply{}, false, nil
	}
	next, ok, err := h.nextLunch(ctx, v)
	if err != nil || !ok || next.Order.Status != "" || v.Now.Before(next.Day.AsksAt) {
		return Reply{}, false, err
	}
	told, err := h.Lunch.Voice(ctx, v.Actor, ev.Media.FileID)
	if err != nil || !told {
		return Reply{}, false, err
	}
	return show(v.say("lunch.voice_told")), true, nil
}
