package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
)

// TestAnUndoneStepIsUnsaidToNeighboursToo: whoever follows the case, and whoever brought a
// double of it, read of the step; and every card of who made it says how it stands.
func TestAnUndoneStepIsUnsaidToNeighboursToo(t *testing.T) {
	t.Parallel()
	for name, step := range map[string]func(*town) cases.Case{"I go": (*town).opened, "it is done": (*town).taken} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			c := step(w)
			holder := w.holder(c)
			require.NoError(t, w.follows(w.neighbour, c.ID))
			w.sent()
			if c.Status == cases.Assigned {
				w.do(w.cases.Take(w.ctx, holder, c.ID))
			} else {
				w.do(w.cases.ReportDone(w.ctx, holder, c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
			}
			require.Contains(t, w.told(c.ID), "Neighbour case.near")
			w.sent()
			w.do(w.cases.Undo(w.ctx, holder, c.ID))
			told := w.edits(c.ID)
			require.Contains(t, told, "case.near")
			require.Contains(t, told, "case.ping_gone")
		})
	}
}
