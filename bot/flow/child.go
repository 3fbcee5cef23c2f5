package flow

import (
	"context"
	"fmt"
	"strconv"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// child shows who decides for a child and who may fetch it, to those who decide.
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
	var decide, fetch []string
	var mine people.Tie
	for _, t := range ties {
		switch {
		case t.For != id:
		case t.Kind == people.Guardian:
			decide = append(decide, t.Name)
			if t.Person == v.Person.ID {
				mine = t
			}
		case t.Kind == people.Collector:
			fetch = append(fetch, t.Name)
		}
	}
	if mine.ID == 0 {
		return dialog.Screen{Toast: v.Texts.T("tap.old")}, nil
	}
	s := v.say("family.child", "name", mine.ForName, "names", listed(v.Texts, decide))
	if len(fetch) > 0 {
		s.Text += "\n" + v.Texts.T("family.fetchers", "names", listed(v.Texts, fetch))
	}
	s.Rows = append(childRows(v, ties, mine, len(decide)), menuRow(v.Texts.T("family.add_fetch"), "coll", id),
		menuRow(v.Texts.T("family.add_guardian"), "guard", id), menuRow(v.Texts.T("dialog.back"), "family", 0))
	return s, nil
}

// childRows end what this guardian may end: who fetches, whom they or a later one let
// in, and their own part where they are not the last.
func childRows(v Visit, ties []people.Tie, mine people.Tie, guardians int) [][]dialog.Button {
	var rows [][]dialog.Button
	for _, t := range ties {
		if t.For == mine.For && t.ID != mine.ID && t.EndedBy(mine) && len(rows) < tiesShown {
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
