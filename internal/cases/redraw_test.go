package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
)

// TestWhoMergesTheirOwnSeesItOnTheirCard: they tapped a list below it.
func TestWhoMergesTheirOwnSeesItOnTheirCard(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	of, c := w.opened(), w.taken()
	w.sent()
	w.do(w.cases.Merge(w.ctx, w.holder(c), c.ID, of.ID))
	require.Contains(t, w.told(c.ID), w.nameOf(c.Holder)+" case.ping_gone")
}

// TestWhatSomebodySaidStaysWhenTheCardIsDrawnAnew: it is a message of its own.
func TestWhatSomebodySaidStaysWhenTheCardIsDrawnAnew(t *testing.T) {
	t.Parallel()
	for name, step := range map[string]func(w *town, c cases.Case){
		"it waits": func(w *town, c cases.Case) {
			w.do(w.cases.Wait(w.ctx, w.holder(c), c.ID, cases.Pending{For: cases.ForResident, Why: "when_home"}))
		},
		"it is merged": func(w *town, c cases.Case) { w.do(w.cases.Merge(w.ctx, w.secretary, c.ID, w.opened().ID)) },
		"it is urgent": func(w *town, c cases.Case) {
			w.do(w.cases.Amend(w.ctx, w.secretary, c.ID, cases.Amendment{Urgent: new(true)}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			c := w.taken()
			_, err := w.cases.Say(w.ctx, w.mei, c.ID, cases.Note{Key: w.key(), Words: "the door is open"})
			require.NoError(t, err)
			w.sent()
			step(w, c)
			var over int
			require.NoError(t, w.db.Get(&over, `
				SELECT count(*) FROM outbox o JOIN case_cards k ON k.community_id = o.community_id AND k.key = o.edits
				WHERE k.case_id = $1 AND k.says`, c.ID))
			require.Zero(t, over, "messages that said something and were written over")
		})
	}
}

func (w *town) nameOf(person int64) string {
	w.Helper()
	p, err := w.people.Person(w.ctx, w.id, person)
	require.NoError(w, err)
	return p.Name
}
