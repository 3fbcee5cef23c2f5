package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestSheSaysThatItHeld(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.done()
	w.sent()
	_, err := w.cases.Confirm(w.ctx, w.li, c.ID, cases.Held)
	refused(t, refusal.NotFound, "access.not_found", err) // only the resident closes a case
	for range 2 {
		c = w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.Held))
	}
	require.EqualValues(t, cases.Held, c.Status)
	require.Equal(t, []string{"Li case.ping_gone", "Li case.held"}, w.told(c.ID))
	_, err = w.cases.Confirm(w.ctx, w.mei, c.ID, cases.Half)
	refused(t, refusal.Conflict, "case.is_held", err)
	_, err = w.cases.Confirm(w.ctx, w.mei, c.ID, "perhaps")
	refused(t, refusal.Invalid, "case.unknown_outcome", err)
}

func TestHalfAndNotFixedComeBackToTheSameMember(t *testing.T) {
	t.Parallel()
	for _, outcome := range []cases.Outcome{cases.Half, cases.NotFixed} {
		t.Run(string(outcome), func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			c := w.done()
			w.sent()
			for range 2 {
				c = w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, outcome))
			}
			require.Equal(t, cases.Taken, c.Status)
			require.Equal(t, w.li.Person, c.Holder)
			require.Equal(t, []string{"Li case.reopened", "Secretary case.reopened_secretary"}, w.told(c.ID))
			require.EqualValues(t, outcome, w.arg("case.reopened", "outcome"))
			w.sent()

			left := cases.Note{Key: w.key(), Media: w.photo(), Words: "the switch"}
			for range 2 {
				w.do(w.cases.Left(w.ctx, w.mei, c.ID, left))
			}
			require.Equal(t, []string{"Li case.left"}, w.told(c.ID))
			w.sent()
			w.do(w.cases.ReportDone(w.ctx, w.li, c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
			require.Equal(t, []string{"Li case.ping_gone", "Li case.ping_gone", "Li case.ping_gone", "Mei case.check"}, w.told(c.ID), "she is asked again")
			w.sent()
			c = w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, outcome))
			require.Equal(t, cases.Taken, c.Status)
			require.Len(t, w.told(c.ID), 2, "and the second time tells both again")
		})
	}
}

func TestTakenBackLeavesOnlyThatItWas(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	lat, lon := 36.8, 121.1
	c := w.do(w.cases.Open(w.ctx, w.mei, cases.Report{
		Key: w.key(), Kind: "noise", Words: "secret", Media: w.photo(),
		Place: community.Place{Spot: "other", Note: "secret", Flat: "7", Lat: &lat, Lon: &lon},
	}))
	w.do(w.cases.Pass(w.ctx, w.li, c.ID, "no_time"))
	w.do(w.cases.Take(w.ctx, w.wang, c.ID))
	w.do(w.cases.Progress(w.ctx, w.wang, c.ID, cases.Note{Key: w.key(), Media: w.photo(), Words: "secret"}))
	w.sent()
	w.clk.Advance(30 * time.Minute)
	_, err := w.cases.TakeBack(w.ctx, w.wang, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	for range 2 {
		c = w.do(w.cases.TakeBack(w.ctx, w.mei, c.ID))
	}
	require.Equal(t, cases.TakenBack, c.Status)
	require.EqualValues(t, 1, c.Number, "the number is not given again")
	require.ElementsMatch(t, []string{"Li case.withdrawn", "Wang case.withdrawn", "Wang case.taken_back"}, w.told(c.ID))
	w.erased(c.ID)
	require.Equal(t, []string{"drafted", "sent", "passed", "taken", "progress", "taken_back"}, w.events(c.ID))
	_, err = w.cases.Take(w.ctx, w.li, c.ID)
	refused(t, refusal.Conflict, "case.is_taken_back", err)
	require.Empty(t, ids(w.cases.Mine(w.ctx, w.mei)))
	require.EqualValues(t, 2, w.opened().Number)
}

func TestTakeBackTooLate(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	w.clk.Advance(30*time.Minute + time.Second)
	_, err := w.cases.TakeBack(w.ctx, w.mei, c.ID)
	refused(t, refusal.Conflict, "case.too_late", err)
	require.Equal(t, "it is dark", w.read(c.ID).Words)
}

func TestMineAreTheOpenOnesFirst(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	held := w.done()
	w.do(w.cases.Confirm(w.ctx, w.mei, held.ID, cases.Held))
	first, second := w.opened(), w.draft(w.mei)
	w.draft(w.neighbour)
	require.Equal(t, []int64{second.ID, first.ID, held.ID}, ids(w.cases.Mine(w.ctx, w.mei)))
}

func TestWhoSeesACase(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	for _, who := range []people.Actor{w.mei, w.li, w.wang, w.secretary} {
		w.do(w.cases.Find(w.ctx, who, c.ID))
		w.do(w.cases.ByNumber(w.ctx, who, c.Number))
	}
	for _, who := range []people.Actor{w.neighbour, w.far, {Community: w.id, Person: 999}, {Community: w.id + 1, Person: w.mei.Person}} {
		_, err := w.cases.Find(w.ctx, who, c.ID)
		refused(t, refusal.NotFound, "access.not_found", err)
		_, err = w.cases.ByNumber(w.ctx, who, c.Number)
		refused(t, refusal.NotFound, "access.not_found", err)
		_, err = w.cases.Events(w.ctx, who, c.ID)
		refused(t, refusal.NotFound, "access.not_found", err)
	}
	_, err := w.cases.ByNumber(w.ctx, w.mei, 99)
	refused(t, refusal.NotFound, "access.not_found", err)
}
