package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
)

// TestWhoIsAwayAndGoesAllTheSame: Wang is away and takes a case by her own hand. What
// happens then → with whom it is.
func TestWhoIsAwayAndGoesAllTheSame(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		then   func(w *town, c cases.Case)
		holder string
		to     cases.Status
	}{
		"the clock warns her as it warns others": {func(w *town, c cases.Case) {
			w.tick(c.ID, c.DoneBy.Add(-24*time.Hour).Sub(w.clk.Now()))
			require.Contains(w, w.told(c.ID), "Wang case.warned")
		}, "Wang", cases.Taken},
		"it is late, and she is asked": {func(w *town, c cases.Case) {
			w.tick(c.ID, c.DoneBy.Sub(w.clk.Now()))
			require.Contains(w, w.told(c.ID), "Wang case.late")
		}, "Wang", cases.Taken},
		"it waits for parts": {func(w *town, c cases.Case) {
			w.do(w.cases.Wait(w.ctx, w.wang, c.ID, cases.Pending{For: cases.ForParts, Until: w.clk.Now().Add(20 * 24 * time.Hour)}))
			w.tick(c.ID, c.DoneBy.Sub(w.clk.Now()))
		}, "Wang", cases.Waiting},
		"she is away until another day": {func(w *town, _ cases.Case) {
			until := w.clk.Now().Add(30 * 24 * time.Hour)
			_, err := w.people.Away(w.ctx, w.secretary, w.wang.Person, &until)
			require.NoError(w, err)
		}, "Wang", cases.Taken},
		"it did not hold": {func(w *town, c cases.Case) {
			w.do(w.cases.ReportDone(w.ctx, w.wang, c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
			w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.NotFixed))
		}, "Wang", cases.Taken},
		"Telegram does not reach her": {func(w *town, c cases.Case) {
			require.NoError(w, w.people.Unreachable(w.ctx, w.id, w.wang.Person))
			w.tick(c.ID, c.DoneBy.Sub(w.clk.Now()))
		}, "Li", cases.Assigned},
		"she resigns": {func(w *town, _ cases.Case) { require.NoError(w, w.people.Resign(w.ctx, w.wang)) }, "Li", cases.Assigned},
		"she was here again, and goes away": {func(w *town, _ cases.Case) {
			_, err := w.people.Back(w.ctx, w.secretary, w.wang.Person)
			require.NoError(w, err)
			w.clk.Advance(time.Minute)
			_, err = w.people.Away(w.ctx, w.secretary, w.wang.Person, nil)
			require.NoError(w, err)
		}, "Li", cases.Assigned},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.people.Follow(w.cases)
			c := w.opened()
			_, err := w.people.Away(w.ctx, w.secretary, w.wang.Person, nil)
			require.NoError(t, err)
			w.clk.Advance(time.Minute)
			c = w.do(w.cases.Take(w.ctx, w.wang, c.ID))
			w.clk.Advance(time.Minute)
			row.then(w, c)
			c = w.read(c.ID)
			holder, err := w.people.Person(w.ctx, w.id, c.Holder)
			require.NoError(t, err)
			require.Equal(t, row.holder, holder.Name)
			require.Equal(t, row.to, c.Status)
		})
	}
}

// TestWhatWasGivenToWhoIsAwayPassesOn: nobody said that they go.
func TestWhatWasGivenToWhoIsAwayPassesOn(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	_, err := w.people.Away(w.ctx, w.secretary, w.wang.Person, nil)
	require.NoError(t, err)
	w.clk.Advance(time.Minute)
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, w.wang.Person, access.Deputy, 0))
	c = w.do(w.cases.Give(w.ctx, w.secretary, c.ID, w.wang.Person))
	require.Equal(t, w.li.Person, w.tick(c.ID, 2*time.Hour).Holder)
}
