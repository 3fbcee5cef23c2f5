package flow

import (
	"context"
	"fmt"
	"strconv"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// eaterDraft is the year of birth of somebody who wants to eat here, of whom the
// register knows none.
type eaterDraft struct {
	By     who    `json:"by"`
	Person int64  `json:"p"`
	Decade string `json:"decade,omitempty"`
	Year   string `json:"year,omitempty"`
}

// eaterFlow asks for the year, and then somebody looks at it.
func eaterFlow(h *House) *dialog.Flow[eaterDraft] {
	steps := bornSteps(func(d *eaterDraft) *string { return &d.Decade }, func(d *eaterDraft) *string { return &d.Year })
	return dialog.New("eater", h.saysYear, steps...).NoSummary()
}

// saysYear asks a member whether it is so, where their own word is not enough.
func (h *House) saysYear(ctx context.Context, d *eaterDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	year, _ := strconv.Atoi(d.Year) // the steps offer numbers only
	eater, err := h.Lunch.LetIn(ctx, v.Actor, lunch.Entry{Person: d.Person, Born: year})
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("eat here: %w", err)
	}
	if eater.Looking {
		return v.say("lunch.looking"), nil
	}
	r, err := h.lunchFor(ctx, v, number(d.Person))
	return r.Screen, err
}
