package flow

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// usualWay shows how somebody's lunch usually reaches them, each way a button that makes
// it so: "12.eat".
func (h *House) usualWay(ctx context.Context, v Visit, value string) (Reply, error) {
	person, text, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	if way := lunch.Mode(text); slices.Contains(lunch.Modes, way) {
		if _, err := h.Lunch.Likes(ctx, v.Actor, person, lunch.Change{Mode: &way}); err != nil {
			return Reply{}, fmt.Errorf("usual way of person %d: %w", person, err)
		}
		return h.usually(ctx, v, person)
	}
	s, err := h.asksOf(ctx, v, person, "lunch.way_ask")
	if err != nil {
		return Reply{}, err
	}
	for _, way := range lunch.Modes {
		row(&s, v.Texts.T("lunch.way."+string(way)), "eatway", number(person), string(way))
	}
	v.back(&s, "eathow", number(person))
	return show(s), nil
}

// dislikesDraft is what somebody does not like to eat.
type dislikesDraft struct {
	By     who    `json:"by"`
	Person int64  `json:"p"`
	What   string `json:"what,omitempty"`
}

func (h *House) startsDislikes(_ context.Context, v Visit, person int64) (Reply, error) {
	return Reply{Dialog: "dislikes", Where: Spent, Prefill: dislikesDraft{By: v.who(), Person: person}}, nil
}

// dislikesFlow asks for it in a few words, which the kitchen reads; skipped, there is
// nothing.
func dislikesFlow(h *House) *dialog.Flow[dislikesDraft] {
	return dialog.New("dislikes",
		func(ctx context.Context, d *dislikesDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			_, err = h.Lunch.Likes(ctx, v.Actor, d.Person, lunch.Change{Dislikes: &d.What})
			if text, no := v.Refused(err); no {
				return dialog.Screen{Text: text}, nil
			} else if err != nil {
				return dialog.Screen{}, fmt.Errorf("what person %d does not like: %w", d.Person, err)
			}
			r, err := h.usually(ctx, v, d.Person)
			return r.Screen, err
		},
		dialog.Text("what", func(d *dislikesDraft) *string { return &d.What }, 1, 100).Optional(),
	).NoSummary()
}
