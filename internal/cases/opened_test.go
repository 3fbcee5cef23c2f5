package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
)

// withdrawn counts the messages in which a case was opened and which are to go.
func (w *town) withdrawn(id int64) (n int) {
	w.Helper()
	require.NoError(w, w.db.Get(&n, `
		SELECT count(*) FROM outbox o JOIN outbox e ON e.community_id = o.community_id AND e.key = o.edits
		WHERE (o.args->>'case')::bigint = $1 AND o.topic = 'case.withdrawn' AND e.topic = $2`, id, cases.OpenedTopic))
	return n
}

// TestWhatIsOpenedGoesWithTheCards: also where it was drawn just before and is noted
// after.
func TestWhatIsOpenedGoesWithTheCards(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*town, cases.Case){
		"it becomes private": func(w *town, c cases.Case) {
			w.do(w.cases.Seal(w.ctx, w.holder(c), c.ID, cases.Case{Private: cases.Family}))
		},
		"it is taken back": func(w *town, c cases.Case) { w.do(w.cases.TakeBack(w.ctx, w.mei, c.ID)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.mediator("Peace")
			c := w.taken()
			for range 2 {
				require.NoError(t, w.cases.Opened(w.ctx, w.secretary, c.ID, 71, "text"))
			}
			end(w, c)
			require.Equal(t, 1, w.withdrawn(c.ID))
			require.NoError(t, w.cases.Opened(w.ctx, w.secretary, c.ID, 72, "text"))
			require.Equal(t, 2, w.withdrawn(c.ID))
		})
	}
}
