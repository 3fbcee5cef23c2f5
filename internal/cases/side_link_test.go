package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
)

// TestAnUnopenedLinkIsNotForgotten: when the way in closes and nobody came, whoever hears
// both is told, once for each, and can make a new one; in every other case nobody is.
func TestAnUnopenedLinkIsNotForgotten(t *testing.T) {
	t.Parallel()
	link := func(w *town, c cases.Case) string {
		token, err := w.cases.InviteByLink(w.ctx, w.holder(c), c.ID)
		require.NoError(w, err)
		return token
	}
	for _, row := range []struct {
		name string
		then func(w *town, c cases.Case, token string)
		told bool
	}{
		{"nobody opened it", func(*town, cases.Case, string) {}, true},
		{"they came by it", func(w *town, _ cases.Case, token string) {
			w.do(w.cases.OpenSide(w.ctx, w.neighbour, token))
		}, false},
		{"they were asked by name meanwhile", func(w *town, c cases.Case, _ string) {
			w.do(w.cases.Invite(w.ctx, w.holder(c), c.ID, w.neighbour.Person))
		}, false},
		{"a newer one is open", func(w *town, c cases.Case, _ string) {
			w.clk.Advance(time.Hour)
			link(w, c)
		}, false},
		{"it is over", func(w *town, c cases.Case, _ string) {
			w.do(w.cases.ReportDone(w.ctx, w.holder(c), c.ID, cases.Note{Key: w.key(), Reason: "by_talking"}))
		}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.mediator("Peace")
			c := w.quarrel()
			w.do(w.cases.Take(w.ctx, w.holder(c), c.ID))
			over := w.clk.Now().Add(cases.SideLinkFor)
			row.then(w, c, link(w, c))
			w.sent()
			w.clk.Advance(over.Sub(w.clk.Now()))
			for range 2 {
				require.NoError(t, w.cases.SideLinkDue(w.ctx, w.id, c.ID))
			}
			told := 0
			for _, who := range w.told(c.ID) {
				if who == "Peace case.side_link_over" {
					told++
				}
			}
			require.Equal(t, row.told, told == 1, "told %d times", told)
		})
	}
}

// TestALinkIsThereForWhoHearsThen: where the case changed hands when the way in closes, it
// is told to who goes on; and each new link has its own end.
func TestALinkIsThereForWhoHearsThen(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	peace, calm := w.mediator("Peace"), w.mediator("Calm")
	c := w.quarrel()
	w.do(w.cases.Take(w.ctx, peace, c.ID))
	_, err := w.cases.InviteByLink(w.ctx, peace, c.ID)
	require.NoError(t, err)
	require.Equal(t, w.clk.Now().Add(cases.SideLinkFor), w.until(peace, c))
	_, err = w.db.Exec(`UPDATE cases SET holder_id = $2, status = 'assigned' WHERE id = $1`, c.ID, calm.Person)
	require.NoError(t, err)
	w.sent()
	w.clk.Advance(cases.SideLinkFor)
	require.NoError(t, w.cases.SideLinkDue(w.ctx, w.id, c.ID))
	require.NotContains(t, w.told(c.ID), "Calm case.side_link_over", "nobody hears them yet")
	w.do(w.cases.Take(w.ctx, calm, c.ID))
	w.clk.Advance(24 * time.Hour)
	require.NoError(t, w.cases.SideLinkDue(w.ctx, w.id, c.ID))
	require.Contains(t, w.told(c.ID), "Calm case.side_link_over")
	require.Zero(t, w.until(calm, c))
	w.sent()
	_, err = w.cases.InviteByLink(w.ctx, calm, c.ID)
	require.NoError(t, err)
	w.clk.Advance(cases.SideLinkFor)
	require.NoError(t, w.cases.SideLinkDue(w.ctx, w.id, c.ID))
	require.Contains(t, w.told(c.ID), "Calm case.side_link_over")
}

func (w *town) until(a people.Actor, c cases.Case) time.Time {
	w.Helper()
	at, err := w.cases.SideLinkUntil(w.ctx, a, c.ID)
	require.NoError(w, err)
	if at.IsZero() {
		return at
	}
	return at.In(time.UTC)
}
