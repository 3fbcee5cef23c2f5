package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// priceDraft is what something costs that there is every week.
type priceDraft struct {
	By  who    `json:"by"`
	ID  int64  `json:"id"`
	Sum string `json:"sum,omitempty"`
}

// startsPrice asks for a price that none of the buttons says.
func (h *House) startsPrice(_ context.Context, v Visit, id int64) (Reply, error) {
	return Reply{Dialog: "careprice", Where: Spent, Prefill: priceDraft{By: v.who(), ID: id}}, nil
}

func priceFlow(h *House) *dialog.Flow[priceDraft] {
	return dialog.New("careprice", h.setsPrice,
		sumStep(func(d *priceDraft) *string { return &d.Sum }).
			Check(func(_ context.Context, d *priceDraft, t dialog.Turn) error {
				if sumOf(d.Sum) > childcare.MaxPrice {
					return dialog.Reject("too_much", "max", Visit{Texts: t.Texts}.price(childcare.MaxPrice))
				}
				return nil
			}, "too_much"),
	).NoSummary()
}

// setsPrice writes it, and shows what costs it.
func (h *House) setsPrice(ctx context.Context, d *priceDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	p, err := h.readPattern(ctx, v, d.ID)
	if err == nil {
		p.Price = int(sumOf(d.Sum))
		err = h.Childcare.ChangePattern(ctx, v.Actor, p)
	}
	if text, no := v.Refused(err); no {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("price of pattern %d: %w", d.ID, err)
	}
	return h.patternScreen(ctx, v, p)
}
