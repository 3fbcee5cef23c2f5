package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// pasteDraft is the menus of a week as one text.
type pasteDraft struct {
	By   who    `json:"by"`
	Text string `json:"text,omitempty"`
}

// maxPaste is how long a pasted text may be.
const maxPaste = 2000

func (h *House) startsPaste(_ context.Context, v Visit, _ string) (Reply, error) {
	return Reply{Dialog: "paste", Where: Spent, Prefill: pasteDraft{By: v.who()}}, nil
}

func pasteFlow(h *House) *dialog.Flow[pasteDraft] {
	return dialog.New("paste", h.pastes,
		dialog.Text("text", func(d *pasteDraft) *string { return &d.Text }, 2, maxPaste),
	).NoSummary()
}

// pastes writes the menus that a text says, and reads back what was understood and what
// was not.
func (h *House) pastes(ctx context.Context, d *pasteDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	written, faults := lunch.ReadMenus(d.Text, v.tomorrow())
	var lines []string
	var fresh []lunch.Dish
	for _, w := range written {
		line, err := h.pastesDay(ctx, v, w, &fresh)
		if err != nil {
			return dialog.Screen{}, err
		}
		lines = append(lines, line)
	}
	for _, f := range faults {
		text, _ := v.Refused(f.Why) // every fault is one
		lines = append(lines, v.Texts.T("kitchen.paste_fault", "line", f.Line, "why", text))
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	for _, w := range written {
		if len(w.Lines) == 0 {
			at := in(w.Day, v.Zone)
			row(&s, v.Texts.T("kitchen.paste_off", "weekday", v.shortDay(at), "d", at.Day()), "koff", ofDay(w.Day))
		}
	}
	for _, dish := range fresh {
		row(&s, named(v.Texts, "kitchen.tick_it", dish.Name), "kdish", number(dish.ID))
	}
	row(&s, v.Texts.T("kitchen.to_days"), "kitchen")
	return s, nil
}

// pastesDay writes what a text says of one day, and says how it went; fresh are the
// dishes that nobody has ticked yet.
func (h *House) pastesDay(ctx context.Context, v Visit, w lunch.Written, fresh *[]lunch.Dish) (string, error) {
	day := dayIn(w.Day, v.Zone)
	if len(w.Lines) == 0 {
		return v.Texts.T("kitchen.paste_none", "day", day), nil
	}
	made, err := h.Lunch.WriteMenu(ctx, v.Actor, w.Day, w.Lines)
	if text, ok := v.Refused(err); ok {
		return v.Texts.T("kitchen.paste_refused", "day", day, "why", text), nil
	}
	if err != nil {
		return "", fmt.Errorf("write the menu: %w", err)
	}
	for _, dish := range made.Fresh {
		if !slices.ContainsFunc(*fresh, func(d lunch.Dish) bool { return d.ID == dish.ID }) {
			*fresh = append(*fresh, dish)
		}
	}
	line := v.Texts.T("kitchen.paste_day", "day", day, "menu", v.menuWords(made.Menu))
	if n := len(made.Against); n > 0 {
		line += v.Texts.T("kitchen.paste_against", "n", n)
	}
	return line, nil
}

// offDraft is why a day is called off.
type offDraft struct {
	By  who    `json:"by"`
	Day string `json:"day"`
	Why string `json:"why,omitempty"`
}

func (h *House) startsOff(_ context.Context, v Visit, day time.Time) (Reply, error) {
	return Reply{Dialog: "nolunch", Where: Spent, Prefill: offDraft{By: v.who(), Day: day.Format(time.DateOnly)}}, nil
}

func offFlow(h *House) *dialog.Flow[offDraft] {
	return dialog.New("nolunch",
		func(ctx context.Context, d *offDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			err = h.Lunch.CallOff(ctx, v.Actor, dateOf(d.Day), d.Why)
			if text, ok := v.Refused(err); ok {
				return dialog.Screen{Text: text}, nil
			} else if err != nil {
				return dialog.Screen{}, err
			}
			return h.calledOff(ctx, v, dateOf(d.Day))
		},
		dialog.Text("why", func(d *offDraft) *string { return &d.Why }, 1, 200),
	).NoSummary()
}

// calledOff says that all know, or who is still to be phoned.
func (h *House) calledOff(ctx context.Context, v Visit, off time.Time) (dialog.Screen, error) {
	list, err := h.Lunch.CallList(ctx, v.Actor, off)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("kitchen.called_off", "day", dayIn(off, v.Zone))
	if len(list) > 0 {
		s = v.say("kitchen.told_off_call", "day", dayIn(off, v.Zone), "n", len(list))
		row(&s, v.Texts.T("kitchen.call_round"), "kcall", ofDay(off))
	}
	row(&s, v.Texts.T("kitchen.to_days"), "kitchen")
	return s, nil
}
