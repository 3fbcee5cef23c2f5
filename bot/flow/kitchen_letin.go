package flow

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// letInDraft is somebody who eats here for another reason than their age.
type letInDraft struct {
	By    who    `json:"by"`
	Name  string `json:"name,omitempty"`
	Who   string `json:"who,omitempty"`
	As    string `json:"as,omitempty"`
	Why   string `json:"why,omitempty"`
	Until string `json:"until,omitempty"`
}

// letInFor is for how many months somebody is let in; what is not here has no end.
var letInFor = map[string]int{"month": 1, "quarter": 3}

func (h *House) startsLetIn(_ context.Context, v Visit, _ string) (Reply, error) {
	return Reply{Dialog: "letin", Where: Spent, Prefill: letInDraft{By: v.who()}}, nil
}

// letInFlow lets somebody eat here as an exception, or as a guest who pays while seats are
// left: with the reason, and until when.
func letInFlow(h *House) *dialog.Flow[letInDraft] {
	return dialog.New("letin", h.letsIn,
		dialog.Text("name", func(d *letInDraft) *string { return &d.Name }, 1, maxName).
			Check(func(ctx context.Context, d *letInDraft, t dialog.Turn) error {
				found, err := h.neighboursLike(ctx, d, t)
				if err == nil && len(found) == 0 {
					return dialog.Reject("nobody")
				}
				return err
			}, "nobody"),
		dialog.Pick("who", func(d *letInDraft) *string { return &d.Who }, h.neighboursLike).Anew("name"),
		dialog.Choice("as", func(d *letInDraft) *string { return &d.As }, string(lunch.ByException), string(lunch.AsGuest)),
		dialog.Text("why", func(d *letInDraft) *string { return &d.Why }, 1, 200),
		dialog.Choice("until", func(d *letInDraft) *string { return &d.Until }, "month", "quarter", "open"),
	).NoSummary()
}

// neighboursLike are those whose name, flat or number is like what was written.
func (h *House) neighboursLike(ctx context.Context, d *letInDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	found, err := h.People.Search(ctx, v.Actor, d.Name)
	if err != nil {
		return nil, fmt.Errorf("who eats here: %w", err)
	}
	var options []dialog.Option
	for _, p := range found {
		options = append(options, dialog.Option{Value: number(p.ID), Label: named(t.Texts, "whose.found", p.Name, "flat", p.Flat)})
	}
	return options, nil
}

// letsIn lets them in, and says until when.
func (h *House) letsIn(ctx context.Context, d *letInDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	e := lunch.Entry{By: lunch.By(d.As), Reason: d.Why}
	e.Person, _ = strconv.ParseInt(d.Who, 10, 64) // the step offers ids only
	s := v.say("kitchen.let_in_open", "name", h.name(ctx, v, e.Person))
	if months, ends := letInFor[d.Until]; ends {
		now := v.Now.In(v.Zone)
		until := time.Date(now.Year(), now.Month()+time.Month(months), now.Day(), 0, 0, 0, 0, time.UTC)
		e.Until = &until
		s = v.say("kitchen.let_in_until", "name", h.name(ctx, v, e.Person), "until", dayIn(until, v.Zone))
	}
	_, err = h.Lunch.LetIn(ctx, v.Actor, e)
	if text, no := v.Refused(err); no {
		s = dialog.Screen{Text: text}
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("let somebody eat here: %w", err)
	}
	v.back(&s, "kitchen")
	return s, nil
}
