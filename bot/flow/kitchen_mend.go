package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/lunch"
)

// mendDraft is an entry that was written wrongly, and why.
type mendDraft struct {
	By    who    `json:"by"`
	Entry int64  `json:"e"`
	Why   string `json:"why,omitempty"`
	Care  bool   `json:"care,omitempty"` // of a child's account
}

func (h *House) startsMend(_ context.Context, v Visit, entry int64) (Reply, error) {
	return Reply{Dialog: "mend", Where: Spent, Prefill: mendDraft{By: v.who(), Entry: entry}}, nil
}

func mendFlow(h *House) *dialog.Flow[mendDraft] {
	return dialog.New("mend",
		func(ctx context.Context, d *mendDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			m := ledger.Mistake{Entry: d.Entry, Reason: d.Why, Key: t.Key}
			if d.Care {
				return h.careMends(ctx, v, m)
			}
			e, err := h.Lunch.Entry(ctx, v.Actor, d.Entry)
			if err == nil {
				err = h.Lunch.Mend(ctx, v.Actor, m)
			}
			return h.accountAfter(ctx, v, e.About, err)
		},
		dialog.Text("why", func(d *mendDraft) *string { return &d.Why }, 1, 200),
	).NoSummary()
}

// supportDraft is money that somebody gives to the kitchen.
type supportDraft struct {
	By  who    `json:"by"`
	Sum string `json:"sum,omitempty"`
	Who string `json:"who,omitempty"`
}

func (h *House) startsSupport(_ context.Context, v Visit, _ string) (Reply, error) {
	return Reply{Dialog: "support", Where: Spent, Prefill: supportDraft{By: v.who()}}, nil
}

func supportFlow(h *House) *dialog.Flow[supportDraft] {
	return dialog.New("support",
		func(ctx context.Context, d *supportDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			err = h.Lunch.Supported(ctx, v.Actor, lunch.Support{Sum: sumOf(d.Sum), Who: d.Who, Key: t.Key})
			return h.accountAfter(ctx, v, 0, err)
		},
		dialog.Text("who", func(d *supportDraft) *string { return &d.Who }, 1, maxWhat),
		sumStep(func(d *supportDraft) *string { return &d.Sum }),
	)
}

// lessDraft is how much of a portion somebody pays, and why not all.
type lessDraft struct {
	By     who    `json:"by"`
	Person int64  `json:"p"`
	How    string `json:"how,omitempty"`
	Sum    string `json:"sum,omitempty"`
	Why    string `json:"why,omitempty"`
}

// startsPays asks how much somebody pays; who pays less already may pay all again.
func (h *House) startsPays(_ context.Context, v Visit, person int64) (Reply, error) {
	return Reply{Dialog: "lesspay", Where: Spent, Prefill: lessDraft{By: v.who(), Person: person}}, nil
}

func lessFlow(h *House) *dialog.Flow[lessDraft] {
	return dialog.New("lesspay", h.paysLess,
		dialog.Choice("how", func(d *lessDraft) *string { return &d.How }, "free", "part").
			Fill(func(ctx context.Context, d *lessDraft, t dialog.Turn) ([]any, error) {
				v, err := h.visit(ctx, d.By, t)
				return []any{"name", h.name(ctx, v, d.Person)}, err
			}).
			Beside(func(d *lessDraft, t dialog.Turn) []dialog.Button {
				return []dialog.Button{{Label: t.Texts.T("lesspay.all"), Data: "m.kfull." + number(d.Person)}}
			}),
		sumStep(func(d *lessDraft) *string { return &d.Sum }).
			When(func(d *lessDraft) bool { return d.How == "part" }),
		dialog.Text("why", func(d *lessDraft) *string { return &d.Why }, 1, 200),
	).NoSummary().Says("lesspay.all")
}

func (h *House) paysLess(ctx context.Context, d *lessDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	most := 0
	if d.How == "part" {
		most = int(sumOf(d.Sum))
	}
	err = h.Lunch.Pays(ctx, v.Actor, d.Person, &most, d.Why)
	return h.accountAfter(ctx, v, d.Person, err)
}

// paysAll lets somebody pay what lunch costs again.
func (h *House) paysAll(ctx context.Context, v Visit, person int64) (Reply, error) {
	if err := h.Lunch.Pays(ctx, v.Actor, person, nil, ""); err != nil {
		return Reply{}, fmt.Errorf("pays all: %w", err)
	}
	s, err := h.accountAfter(ctx, v, person, nil)
	return Reply{Screen: s, Ends: true}, err
}
