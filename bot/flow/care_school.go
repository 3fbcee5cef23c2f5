package flow

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// schoolVerbs are the buttons of the schools.
func (h *House) schoolVerbs() map[string]verb {
	return map[string]verb{
		"clschools": h.schools, "clschool": onID(h.school), "clschooladd": h.startsSchool, "clgate": onIDWords(h, "gate"),
		"clusual": onID(h.usualWeek), "clschoolend": onID(h.endsSchool),
	}
}

// schools lists those from which children are fetched.
func (h *House) schools(ctx context.Context, v Visit, _ string) (Reply, error) {
	if !v.runsCare() {
		return Reply{}, access.NotFound()
	}
	all, err := h.Childcare.Schools(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("care.lead.schools")
	for _, sc := range all {
		row(&s, fit(sc.Name, alone), "clschool", number(sc.ID))
	}
	row(&s, v.Texts.T("care.lead.add_school"), "clschooladd")
	v.back(&s, "care")
	return show(s), nil
}

// readSchool reads one for who runs the hall.
func (h *House) readSchool(ctx context.Context, v Visit, id int64) (childcare.School, error) {
	if !v.runsCare() {
		return childcare.School{}, access.NotFound()
	}
	all, err := h.Childcare.Schools(ctx, v.Community.ID)
	if err != nil {
		return childcare.School{}, err
	}
	at := slices.IndexFunc(all, func(sc childcare.School) bool { return sc.ID == id })
	if at < 0 {
		return childcare.School{}, access.NotFound()
	}
	return all[at], nil
}

// school shows one: where children are met, and what there is of it every week.
func (h *House) school(ctx context.Context, v Visit, id int64) (Reply, error) {
	s, err := h.schoolScreen(ctx, v, id)
	return show(s), err
}

func (h *House) schoolScreen(ctx context.Context, v Visit, id int64) (dialog.Screen, error) {
	sc, err := h.readSchool(ctx, v, id)
	if err != nil {
		return dialog.Screen{}, err
	}
	all, err := h.Childcare.Patterns(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, err
	}
	gate := sc.Gate
	if gate == "" {
		gate = v.Texts.T("dialog.none")
	}
	s := v.say("care.lead.school", "name", sc.Name, "gate", gate)
	row(&s, v.Texts.T("care.lead.gate"), "clgate", number(id))
	if !slices.ContainsFunc(all, func(p childcare.Pattern) bool { return p.School == id }) {
		row(&s, v.Texts.T("care.lead.usual_week"), "clusual", number(id))
	}
	row(&s, v.Texts.T("care.lead.end_school"), "clschoolend", number(id))
	v.back(&s, "clschools")
	return s, nil
}

// usualWeek makes what is usual for a school, and shows what there is every week.
func (h *House) usualWeek(ctx context.Context, v Visit, id int64) (Reply, error) {
	if _, err := h.Childcare.UsualWeek(ctx, v.Actor, id); err != nil {
		return Reply{}, fmt.Errorf("usual week of school %d: %w", id, err)
	}
	return h.patterns(ctx, v, "")
}

func (h *House) endsSchool(ctx context.Context, v Visit, id int64) (Reply, error) {
	if err := h.Childcare.EndSchool(ctx, v.Actor, id); err != nil {
		return Reply{}, fmt.Errorf("end school %d: %w", id, err)
	}
	return h.schools(ctx, v, "")
}

// schoolDraft is a school that is added.
type schoolDraft struct {
	By   who    `json:"by"`
	Name string `json:"name,omitempty"`
	Gate string `json:"gate,omitempty"`
}

func (h *House) startsSchool(_ context.Context, v Visit, _ string) (Reply, error) {
	return Reply{Dialog: "careschool", Where: Spent, Prefill: schoolDraft{By: v.who()}}, nil
}

// schoolFlow asks what a school is called, and where children are met.
func schoolFlow(h *House) *dialog.Flow[schoolDraft] {
	return dialog.New("careschool",
		func(ctx context.Context, d *schoolDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			sc, err := h.Childcare.AddSchool(ctx, v.Actor, childcare.School{Name: d.Name, Gate: d.Gate})
			if text, no := v.Refused(err); no {
				return dialog.Screen{Text: text}, nil
			} else if err != nil {
				return dialog.Screen{}, fmt.Errorf("add a school: %w", err)
			}
			return h.schoolScreen(ctx, v, sc.ID)
		},
		dialog.Text("name", func(d *schoolDraft) *string { return &d.Name }, 1, 40),
		dialog.Text("gate", func(d *schoolDraft) *string { return &d.Gate }, 1, 100).Optional(),
	).NoSummary().Says("dialog.none")
}
