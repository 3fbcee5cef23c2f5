package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestWhoBroughtADoubleIsPhonedAtEveryStep: Old Zhao has no Telegram, and his report is
// the same as Mei's.
func TestWhoBroughtADoubleIsPhonedAtEveryStep(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	old, err := w.people.Register(w.ctx, w.secretary, people.Registration{
		Name: "Old Zhao", Building: w.building.ID, Entrance: 1, Flat: "101", Phone: "0535-5550110", Consent: true,
	})
	require.NoError(t, err)
	c := w.opened()
	double, err := w.cases.Open(w.ctx, w.secretary, cases.Report{Key: w.key(), Kind: "lamp", Words: "dark", For: old.ID, Channel: cases.ByPhone})
	require.NoError(t, err)
	calls := func(a people.Actor) (some []int64) {
		all, err := w.cases.ToTell(w.ctx, a)
		require.NoError(t, err)
		for _, c := range all {
			some = append(some, c.ID)
		}
		return some
	}
	step := func(name string, do func()) {
		do()
		require.Equal(t, []int64{double.ID}, calls(w.secretary), name)
		w.do(w.cases.ToldByPhone(w.ctx, w.secretary, double.ID))
		require.Empty(t, calls(w.secretary), name)
	}
	step("it is one with Mei's", func() { w.do(w.cases.Merge(w.ctx, w.secretary, double.ID, c.ID)) })
	step("somebody goes", func() { w.do(w.cases.Take(w.ctx, w.li, c.ID)) })
	step("it waits", func() {
		w.do(w.cases.Wait(w.ctx, w.li, c.ID, cases.Pending{For: cases.ForParts, Until: w.clk.Now().Add(1e15)}))
	})
	step("it goes on", func() { w.do(w.cases.GoOn(w.ctx, w.li, c.ID)) })
	done := func() { w.do(w.cases.ReportDone(w.ctx, w.li, c.ID, cases.Note{Key: w.key(), Media: w.photo()})) }
	step("it is done", done)
	step("it held for Mei", func() { w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.Held)) })
	step("it broke again", func() { w.do(w.cases.Again(w.ctx, w.mei, c.ID)) })

	done()
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, w.li.Person, access.Deputy, 0))
	require.Empty(t, calls(w.li), "who did the work does not ask")
	_, err = w.cases.AnswerFor(w.ctx, w.li, double.ID, cases.Held)
	refused(t, refusal.NotFound, "access.not_found", err)
	w.do(w.cases.AnswerFor(w.ctx, w.secretary, double.ID, cases.NotFixed))
	require.Equal(t, cases.Taken, w.read(c.ID).Status, "his word counts as hers")
	require.Empty(t, calls(w.secretary), "and he knows")
}

// TestWhoActsForTheReporterOfADoubleSpeaksForThem: a daughter says of her mother's report
// that was the same as another what she could say of it by itself.
func TestWhoActsForTheReporterOfADoubleSpeaksForThem(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	daughter := w.settled(w.meet("Daughter"))
	w.acts(daughter, w.neighbour)
	c, d := w.done(), w.do(w.cases.Open(w.ctx, w.neighbour, w.at(3, "lamp")))
	w.do(w.cases.Merge(w.ctx, w.secretary, d.ID, c.ID))
	w.do(w.cases.Left(w.ctx, daughter, d.ID, cases.Note{Key: "left", Words: "it flickers"}))
	require.Equal(t, "left", w.events(c.ID)[len(w.events(c.ID))-1])
	w.do(w.cases.Confirm(w.ctx, daughter, d.ID, cases.NotFixed))
	require.Equal(t, cases.Taken, w.read(c.ID).Status)
	_, err := w.cases.Left(w.ctx, daughter, c.ID, cases.Note{Key: "hers", Words: "it flickers"})
	refused(t, refusal.NotFound, "access.not_found", err) // the other report is not hers
}
