package flow

import (
	"context"
	"fmt"
	"strconv"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// worryDraft is what somebody is worried about.
type worryDraft struct {
	By    who          `json:"by"`
	Child int64        `json:"child"`
	Kid   string       `json:"kid"`
	About string       `json:"about,omitempty"`
	Words dialog.Words `json:"words,omitzero"`
}

func (h *House) startsWorry(ctx context.Context, v Visit, child int64) (Reply, error) {
	c, err := h.Childcare.Child(ctx, v.Actor, child)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Dialog: "worry", Where: Spent, Prefill: worryDraft{By: v.who(), Child: child, Kid: c.Name}}, nil
}

// aboutNobody is that no one person is meant.
const aboutNobody = "nobody"

// worryFlow asks whom a worry about a child is about, so that it never comes before them,
// and what was seen; nobody has to write.
func worryFlow(h *House) *dialog.Flow[worryDraft] {
	kid := func(_ context.Context, d *worryDraft, _ dialog.Turn) ([]any, error) {
		return []any{"child", d.Kid}, nil
	}
	return dialog.New("worry", h.confides,
		dialog.Pick("about", func(d *worryDraft) *string { return &d.About }, h.aboutWhom).Fill(kid),
		dialog.Text("words", func(d *worryDraft) *string { return &d.Words.Text }, 1, 500).Fill(kid).Optional(),
	).NoSummary()
}

// aboutWhom are those of whom a worry may be: who decides for the child, who may have it,
// and who minds children.
func (h *House) aboutWhom(ctx context.Context, d *worryDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	door, err := h.Childcare.Door(ctx, v.Actor, d.Child)
	if err != nil {
		return nil, fmt.Errorf("about whom: %w", err)
	}
	all := []dialog.Option{{Value: aboutNobody, Label: t.Texts.T("care.hall.about_nobody")}}
	for _, c := range atDoorNow(door) {
		if c.Person != 0 {
			all = append(all, dialog.Option{Value: number(c.Person), Label: fit(c.Name, alone)})
		}
	}
	day, err := h.hallDay(ctx, v)
	if err != nil {
		return all, nil //nolint:nilerr // who minds children is only offered beside the others
	}
	seen := map[string]bool{number(v.Person.ID): true}
	for _, o := range all {
		seen[o.Value] = true
	}
	for _, c := range day.children() {
		if id := number(c.Holder); c.Holder != 0 && (c.Place == childcare.InHall || c.Place == childcare.OnTheWay) && !seen[id] {
			seen[id] = true
			all = append(all, dialog.Option{Value: id, Label: fit(h.name(ctx, v, c.Holder), alone)})
		}
	}
	house, err := h.Childcare.House(ctx, v.Community.ID)
	if err == nil && house.Confidant != 0 && !seen[number(house.Confidant)] {
		all = append(all, dialog.Option{Value: number(house.Confidant), Label: fit(h.name(ctx, v, house.Confidant), alone)})
	}
	return all, nil
}

// confides gives it to the one person who is to hear it, and to nobody else.
func (h *House) confides(ctx context.Context, d *worryDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	c := childcare.Concern{Child: d.Child, Words: d.Words.Text, Key: t.Key}
	if d.About != aboutNobody {
		c.About, err = strconv.ParseInt(d.About, 10, 64)
		if err != nil {
			return dialog.Screen{}, fmt.Errorf("about whom: %w", err)
		}
	}
	no, err := h.Childcare.Worry(ctx, v.Actor, c)
	if text, refused := v.Refused(err); refused {
		return dialog.Screen{Text: text}, nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("care.hall.confided", "name", d.Kid, "no", no)
	v.back(&s, "hall")
	return s, nil
}
