package flow

import (
	"context"
	"fmt"
	"strconv"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// child shows who decides for a child, to those who do.
func (h *House) child(ctx context.Context, v Visit, value string) (Reply, error) {
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	s, err := h.childScreen(ctx, v, id)
	return show(s), err
}

func (h *House) childScreen(ctx context.Context, v Visit, id int64) (dialog.Screen, error) {
	ties, err := h.People.TiesOf(ctx, v.Actor, id)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("child %d: %w", id, err)
	}
	var decide []string
	var mine people.Tie
	for _, t := range ties {
		if t.For != id || t.Kind != people.Guardian {
			continue
		}
		decide = append(decide, t.Name)
		if t.Person == v.Person.ID {
			mine = t
		}
	}
	if mine.ID == 0 {
		return dialog.Screen{Toast: v.Texts.T("tap.old")}, nil
	}
	s := v.say("family.child", "name", mine.ForName, "names", listed(v.Texts, decide))
	s.Rows = childRows(v, ties, mine, len(decide))
	to, err := h.listOf(ctx, v, id)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("child %d: %w", id, err)
	}
	if to != "" {
		s.Rows = append(s.Rows, menuRow(v.Texts.T("care.home.to_fetch"), to, id))
	}
	s.Rows = append(s.Rows, menuRow(v.Texts.T("family.add_guardian"), "guard", id), menuRow(v.Texts.T("dialog.back"), "family", 0))
	return s, nil
}

// listOf is the verb that shows who may fetch a child: the hall's list of it, or how it is
// signed up there; "" where nobody minds children.
func (h *House) listOf(ctx context.Context, v Visit, child int64) (string, error) {
	if _, err := h.Childcare.House(ctx, v.Community.ID); err != nil {
		if _, none := v.Refused(err); none {
			return "", nil
		}
		return "", err
	}
	own, err := h.Childcare.Children(ctx, v.Actor)
	for _, c := range own {
		switch {
		case c.ID != child:
		case c.ConsentAt == nil:
			return "cc", nil
		default:
			return "ccfetch", nil
		}
	}
	return "", err
}

// childRows end what this guardian may end: whom they or a later one let in, and their own
// part where they are not the last.
func childRows(v Visit, ties []people.Tie, mine people.Tie, guardians int) [][]dialog.Button {
	var rows [][]dialog.Button
	for _, t := range ties {
		if t.For == mine.For && t.ID != mine.ID && t.Kind == people.Guardian && t.EndedBy(mine) && len(rows) < tiesShown {
			rows = append(rows, menuRow(named(v.Texts, "family.end_they", t.Name), "famend", t.ID))
		}
	}
	if guardians > 1 {
		rows = append(rows, menuRow(named(v.Texts, "family.end_you", mine.ForName), "famend", mine.ID))
	}
	return rows
}

// addChild begins to enter a child.
func (h *House) addChild(_ context.Context, v Visit, _ string) (Reply, error) {
	return Reply{Dialog: "child", Where: Spent, Prefill: childDraft{By: v.who()}}, nil
}

// childDraft is a child that a guardian enters.
type childDraft struct {
	By   who    `json:"by"`
	Name string `json:"name,omitempty"`
	Year string `json:"year,omitempty"`
}

func childFlow(h *House) *dialog.Flow[childDraft] {
	return dialog.New("child",
		func(ctx context.Context, d *childDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			year, _ := strconv.Atoi(d.Year) // the step offers years only
			child, err := h.People.AddChild(ctx, v.Actor, d.Name, year)
			if text, ok := v.Refused(err); ok {
				return dialog.Screen{Text: text}, nil
			} else if err != nil {
				return dialog.Screen{}, fmt.Errorf("add a child: %w", err)
			}
			return h.childScreen(ctx, v, child.ID)
		},
		dialog.Text("name", func(d *childDraft) *string { return &d.Name }, 1, maxName),
		dialog.Pick("year", func(d *childDraft) *string { return &d.Year },
			func(_ context.Context, _ *childDraft, t dialog.Turn) ([]dialog.Option, error) {
				var years []dialog.Option
				for age := range people.GrownUp {
					year := t.Now.In(t.Zone).Year() - age
					years = append(years, dialog.Option{Value: strconv.Itoa(year), Label: t.Texts.T("child.born", "year", year, "age", age)})
				}
				return years, nil
			}),
	).NoSummary().Says("child.born", "dialog.and")
}
