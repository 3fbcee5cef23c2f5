package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestASideIsPutOtherwise: a changed message changes what that side said, for who hears
// both alone; and what they told one side, for that side alone. A note of a talk is
// nobody else's.
func TestASideIsPutOtherwise(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	peace := w.mediator("Peace")
	c := w.heard()
	w.do(w.cases.SpeakAsSide(w.ctx, w.neighbour, c.ID, cases.Note{Key: "side", Words: "I come home lat"}))
	w.do(w.cases.TellSide(w.ctx, peace, c.ID, cases.OneSide, cases.Note{Key: "tell", Words: "on Tusday"}))
	w.do(w.cases.NoteTalk(w.ctx, peace, c.ID, cases.Heard{Side: cases.OneSide, Met: "door"}, cases.Note{Key: "note", Words: "she was uspet"}))
	change := func(a people.Actor, of, words string) []string {
		t.Helper()
		w.sent()
		_, err := w.cases.Reword(w.ctx, a, of, cases.Note{Key: w.key(), Words: words})
		require.NoError(t, err)
		return w.told(c.ID)
	}
	words := func() (all []string) {
		t.Helper()
		heard, err := w.cases.AllHeard(w.ctx, peace, c.ID)
		require.NoError(t, err)
		for _, h := range heard {
			all = append(all, h.Words)
		}
		return all
	}
	require.Empty(t, change(w.neighbour, "side", "I come home lat"), "nothing is another word")
	require.Equal(t, []string{"Peace case.side_said"}, change(w.neighbour, "side", "I come home late"))
	require.Equal(t, "reworded", w.arg("case.side_said", "code"))
	require.Equal(t, []string{"Mei case.side_told"}, change(peace, "tell", "on Tuesday"))
	require.Empty(t, change(peace, "note", "she was upset"))
	require.Equal(t, []string{"I come home late", "on Tuesday", "she was upset"}, words())
	require.Empty(t, w.talk(c.ID), "nothing of it is said a second time")
	for _, a := range []people.Actor{w.mei, w.li, w.secretary} {
		_, err := w.cases.Reword(w.ctx, a, "side", cases.Note{Key: w.key(), Words: "forged"})
		require.True(t, refusal.Is(err, refusal.NotFound), "%s changes another's words: %v", a.Name, err)
	}

	w.do(w.cases.PartWays(w.ctx, peace, c.ID, "court"))
	w.do(w.cases.Part(w.ctx, w.mei, c.ID, true))
	_, err := w.cases.Reword(w.ctx, w.neighbour, "side", cases.Note{Key: w.key(), Words: "too late"})
	refused(t, refusal.Conflict, "case.not_now", err)
}
