package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhoHasNotAnsweredIsAskedAgainOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	unanswered, err := w.cases.Unanswered(w.ctx, c.Community)
	require.NoError(t, err)
	require.Equal(t, []int64{c.ID}, unanswered)
	for range 2 {
		require.NoError(t, w.cases.AskAgain(w.ctx, c.Community, c.ID, "again:1"))
	}
	require.Equal(t, []string{"Li case.withdrawn", "Li case.ping_again"}, w.told(c.ID), "of the card there is one")

	w.do(w.cases.Take(w.ctx, w.li, c.ID))
	require.NoError(t, w.cases.AskAgain(w.ctx, c.Community, c.ID, "again:2"))
	require.NotContains(t, w.told(c.ID)[2:], "Li case.ping_again", "it is answered")
	unanswered, err = w.cases.Unanswered(w.ctx, c.Community)
	require.NoError(t, err)
	require.Empty(t, unanswered)
}

func TestALongUnansweredQuestionIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	w.clk.Advance(25 * time.Hour)
	unanswered, err := w.cases.Unanswered(w.ctx, c.Community)
	require.NoError(t, err)
	require.Empty(t, unanswered)
}
