package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
)

// TestSinceWhenACaseIsOnAList: what is late tells since when it is late, not since when
// somebody has it, and so on for each list.
func TestSinceWhenACaseIsOnAList(t *testing.T) {
	t.Parallel()
	for which, row := range map[cases.Which]func(w *town) (cases.Case, time.Time){
		cases.Fresh: func(w *town) (cases.Case, time.Time) {
			c := w.opened()
			w.clk.Advance(time.Hour)
			w.give(c, w.wang)
			return c, *c.OpenedAt
		},
		cases.Late: func(w *town) (cases.Case, time.Time) {
			c := w.taken()
			w.clk.Advance(10 * 24 * time.Hour)
			return c, *c.DoneBy
		},
		cases.Unsaid: func(w *town) (cases.Case, time.Time) {
			c := w.done()
			return c, *c.DoneAt
		},
		cases.ToAgree: func(w *town) (cases.Case, time.Time) { return w.proposed(w.toProperty()), w.clk.Now() },
		cases.Disputed: func(w *town) (cases.Case, time.Time) {
			c := w.ended(w.toProperty())
			w.clk.Advance(time.Hour)
			w.do(w.cases.Disagree(w.ctx, w.mei, c.ID))
			return c, w.clk.Now()
		},
		cases.Asked: func(w *town) (cases.Case, time.Time) {
			c := w.taken()
			w.clk.Advance(time.Hour)
			w.do(w.cases.Wait(w.ctx, w.holder(c), c.ID, cases.Pending{For: cases.ForResident, Why: "when_home"}))
			return c, w.clk.Now()
		},
		cases.VisitsDue: func(w *town) (cases.Case, time.Time) {
			c := w.ended(w.toProperty())
			w.clk.Advance(9 * 24 * time.Hour)
			var due time.Time
			require.NoError(w, w.db.Get(&due, `SELECT due_at FROM case_visits WHERE case_id = $1`, c.ID))
			return c, due
		},
	} {
		t.Run(string(which), func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			c, since := row(w)
			w.clk.Advance(time.Minute)
			list, err := w.cases.Matters(w.ctx, w.secretary, which, morning)
			require.NoError(t, err)
			require.Len(t, list, 1)
			require.Equal(t, c.ID, list[0].ID)
			require.WithinDuration(t, since, list[0].Since, 0)
			counts, err := w.cases.CountMatters(w.ctx, w.secretary, morning)
			require.NoError(t, err)
			require.Equal(t, 1, counts[which])
		})
	}
}

// TestWhatWasDoneAgainIsDisputedNoMore: also when it breaks later.
func TestWhatWasDoneAgainIsDisputedNoMore(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.ended(w.toProperty())
	c = w.do(w.cases.Disagree(w.ctx, w.mei, c.ID))
	c = w.do(w.cases.Take(w.ctx, w.holder(c), c.ID))
	w.clk.Advance(time.Minute)
	w.finish(c)
	w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.Half))
	counts, err := w.cases.CountMatters(w.ctx, w.secretary, morning)
	require.NoError(t, err)
	require.Zero(t, counts[cases.Disputed])
}
