package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
)

// TestTheTalksAreAskedOnce: a job that is done twice, or too late, asks nobody again,
// and one on whose day nobody hears them waits for who does.
func TestTheTalksAreAskedOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	peace, calm := w.mediator("Peace"), w.mediator("Calm")
	c := w.signed()
	require.Equal(t, peace.Person, c.Holder)
	_, err := w.db.Exec(`UPDATE cases SET holder_id = $1, status = 'assigned', wait_for = '', taken_at = NULL WHERE id = $2`, calm.Person, c.ID)
	require.NoError(t, err)
	w.clk.Advance(8 * 24 * time.Hour)
	require.NoError(t, w.cases.KeptDue(w.ctx, w.id, c.ID))
	require.Contains(t, w.told(c.ID), "- case.kept_due")
	w.do(w.cases.Take(w.ctx, calm, c.ID))
	w.sent()
	for range 2 {
		require.NoError(t, w.cases.KeptDue(w.ctx, w.id, c.ID))
	}
	w.clk.Advance(cases.AskTwice)
	w.sent()
	for range 2 {
		require.NoError(t, w.cases.Silent(w.ctx, w.id, c.ID), "one question is enough")
		require.NoError(t, w.cases.KeptSilent(w.ctx, w.id, c.ID))
	}
	asked := w.told(c.ID)
	require.Subset(t, asked, []string{"Mei case.kept_ask", "Neighbour case.kept_ask", "Calm case.kept_silence"})
	require.NotContains(t, asked, "Mei case.check_again")
	require.Equal(t, 1, count(asked, "Mei case.kept_ask"))
	for range 2 {
		w.sent()
		w.clk.Advance(cases.SilentAgain)
		for range 2 {
			require.NoError(t, w.cases.KeptSilent(w.ctx, w.id, c.ID))
		}
		require.Equal(t, 1, count(w.told(c.ID), "Calm case.kept_silence"), "whoever hears them is told week after week")
	}

	w.do(w.cases.Kept(w.ctx, w.neighbour, c.ID, false))
	require.NoError(t, w.cases.KeptDue(w.ctx, w.id, c.ID))
	require.Equal(t, cases.Taken, w.read(c.ID).Status, "they talk again, whatever comes late")

	held := w.do(w.cases.Kept(w.ctx, w.mei, w.asked().ID, true))
	require.NoError(t, w.cases.LookInDue(w.ctx, w.id, held.ID))
	require.NotContains(t, w.told(held.ID), "Peace case.look_in", "not before its day")
	w.clk.Advance(cases.LookInAfter)
	for range 2 {
		require.NoError(t, w.cases.LookInDue(w.ctx, w.id, held.ID))
	}
	require.Equal(t, 1, count(w.told(held.ID), "Peace case.look_in"))
}

func count(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}
