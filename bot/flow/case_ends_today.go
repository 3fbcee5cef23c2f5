package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/today"
)

// lookErrands are the proposed ends at which somebody is to look, from where they
// are: no walk through the house leads there.
type lookErrands struct{ h *House }

func (d lookErrands) errands(ctx context.Context, v Visit) ([]errand, error) {
	some, err := d.h.Cases.ToLook(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("ends to look at: %w", err)
	}
	all := make([]errand, len(some))
	for i, c := range some {
		label := fit(kindWords(v, c), func(kind string) string { return v.Texts.T("today.look_button", "no", c.Number, "kind", kind) })
		all[i] = errand{
			at:     today.Errand{Due: v.Now},
			line:   v.Texts.T("today.look", "case", d.h.caseLine(ctx, v, c)),
			button: dialog.Button{Label: label, Data: CaseData("show", c.ID)},
		}
	}
	return all, nil
}
