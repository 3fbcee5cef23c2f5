package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
)

// TestWhatComesBackLateComesOnce: it was late when it was reported done, and the
// resident says a week later that it is not fixed.
func TestWhatComesBackLateComesOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	li := w.holder(c)
	w.tick(c.ID, 8*24*time.Hour)
	w.do(w.cases.ReportDone(w.ctx, li, c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
	w.sent()
	c = w.tick(c.ID, 7*24*time.Hour)
	require.Empty(t, w.told(c.ID), "nobody is alarmed while the resident is asked")
	c = w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.Half))
	require.Equal(t, c.OpenedAt.Add(7*24*time.Hour), *c.DoneBy, "no time is given anew")
	require.Equal(t, []string{"Li case.reopened", "Secretary case.reopened_secretary"}, w.told(c.ID))
	w.sent()
	c = w.tick(c.ID, time.Hour)
	require.Empty(t, w.told(c.ID), "it was said that it is late")
	require.Equal(t, li.Person, c.Holder)
	c = w.tick(c.ID, 24*time.Hour)
	require.Equal(t, []string{"Secretary case.withdrawn", "Secretary case.late_charge"}, w.told(c.ID), "after a day of work")
	c = w.tick(c.ID, 2*24*time.Hour)
	require.NotEqual(t, li.Person, c.Holder, "who says nothing of it keeps nothing")
}
