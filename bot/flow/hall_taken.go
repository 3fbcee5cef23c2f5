package flow

import (
	"context"

	"github.com/linli-bot/linli/internal/dialog"
)

// takenBy is a school, with who there took a child where somebody is named.
func (v Visit) takenBy(name, school string) string {
	if name == "" {
		return school
	}
	return v.Texts.T("care.hall.taken_by", "name", name, "school", school)
}

// takenDraft is who at a school takes the children of a list.
type takenDraft struct {
	By      who      `json:"by"`
	Sitting int64    `json:"sitting"`
	School  string   `json:"school"`
	Names   []string `json:"names,omitempty"` // of before
	Name    string   `json:"name,omitempty"`
}

func (v Visit) startsTaken(d hallDay, r roll) Reply {
	school := r.Sitting.SchoolName
	return Reply{Dialog: "taken", Prefill: takenDraft{By: v.who(), Sitting: r.Sitting.ID, School: school, Names: d.takers[school]}}
}

// takenFlow asks who at school took the children, which the families read: by name, or by
// one tap on who took some before.
func takenFlow(h *House) *dialog.Flow[takenDraft] {
	return dialog.New("taken",
		func(ctx context.Context, d *takenDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			r, err := h.taken(ctx, v, d)
			if text, no := v.Refused(err); no {
				return dialog.Screen{Text: text}, nil
			}
			return r.Screen, err
		},
		dialog.Text("name", func(d *takenDraft) *string { return &d.Name }, 1, maxName).
			Suggest(func(_ context.Context, d *takenDraft, _ dialog.Turn) ([]dialog.Option, error) {
				var all []dialog.Option
				for _, name := range d.Names {
					all = append(all, dialog.Option{Value: name, Label: fit(name, alone)})
				}
				return all, nil
			}).
			Fill(func(_ context.Context, d *takenDraft, _ dialog.Turn) ([]any, error) {
				return []any{"school", d.School}, nil
			}),
	).NoSummary()
}

// taken counts whoever is left of the list, as it is now.
func (h *House) taken(ctx context.Context, v Visit, d *takenDraft) (Reply, error) {
	day, err := h.hallDay(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	r, is := day.rollOf(d.Sitting, atSchool)
	if !is {
		return h.hall(ctx, v, "")
	}
	return h.counted(ctx, v, r, d.Name)
}
