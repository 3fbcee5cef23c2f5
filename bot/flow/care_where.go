package flow

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// whereDraft is where something is, in words: the hall, the gate of a school, or where a
// sitting meets.
type whereDraft struct {
	By    who    `json:"by"`
	Of    string `json:"of"`
	ID    int64  `json:"id,omitempty"`
	Where string `json:"where,omitempty"`
}

// startsWords asks where something is.
func (h *House) startsWords(of string, id int64) verb {
	return func(_ context.Context, v Visit, _ string) (Reply, error) {
		return Reply{Dialog: "care" + of, Where: Spent, Prefill: whereDraft{By: v.who(), Of: of, ID: id}}, nil
	}
}

// onIDWords asks where something is that has a number.
func onIDWords(h *House, of string) verb {
	return onID(func(ctx context.Context, v Visit, id int64) (Reply, error) { return h.startsWords(of, id)(ctx, v, "") })
}

// whereFlow asks where one of them is: each has its own question.
func whereFlow(h *House, of string) *dialog.Flow[whereDraft] {
	return dialog.New("care"+of,
		func(ctx context.Context, d *whereDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			s, err := h.writesWhere(ctx, v, *d)
			if text, no := v.Refused(err); no {
				return dialog.Screen{Text: text}, nil
			} else if err != nil {
				return dialog.Screen{}, fmt.Errorf("where the %s is: %w", of, err)
			}
			return s, nil
		},
		dialog.Text("where", func(d *whereDraft) *string { return &d.Where }, 1, 100),
	).NoSummary()
}

// writesWhere writes where it is, and shows it again.
func (h *House) writesWhere(ctx context.Context, v Visit, d whereDraft) (dialog.Screen, error) {
	switch d.Of {
	case "gate":
		sc, err := h.readSchool(ctx, v, d.ID)
		if err != nil {
			return dialog.Screen{}, err
		}
		sc.Gate = d.Where
		if err := h.Childcare.ChangeSchool(ctx, v.Actor, sc); err != nil {
			return dialog.Screen{}, err
		}
		return h.schoolScreen(ctx, v, d.ID)
	case "point":
		p, err := h.readPattern(ctx, v, d.ID)
		if err != nil {
			return dialog.Screen{}, err
		}
		p.Point = d.Where
		if err := h.Childcare.ChangePattern(ctx, v.Actor, p); err != nil {
			return dialog.Screen{}, err
		}
		return h.patternScreen(ctx, v, p)
	}
	of, err := h.Childcare.House(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, err
	}
	of.Place = d.Where
	if err := h.Childcare.ChangeHouse(ctx, v.Actor, of); err != nil {
		return dialog.Screen{}, err
	}
	return h.hallRulesScreen(ctx, v, of), nil
}

// readPattern reads what there is every week, for who runs the hall.
func (h *House) readPattern(ctx context.Context, v Visit, id int64) (childcare.Pattern, error) {
	if !v.runsCare() {
		return childcare.Pattern{}, access.NotFound()
	}
	all, err := h.Childcare.Patterns(ctx, v.Community.ID)
	if err != nil {
		return childcare.Pattern{}, err
	}
	at := slices.IndexFunc(all, func(p childcare.Pattern) bool { return p.ID == id })
	if at < 0 {
		return childcare.Pattern{}, access.NotFound()
	}
	return all[at], nil
}
