package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestSealingTakesItFromAllOthers: the group reads that nobody has to go, a double goes
// on by itself, a follower hears that they hear no more.
func TestSealingTakesItFromAllOthers(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.cases.Posts(oneGroup{})
	peace := w.mediator("Peace")
	c, d := w.opened(), w.do(w.cases.Open(w.ctx, w.far, w.at(3, "lamp")))
	w.do(w.cases.Merge(w.ctx, w.secretary, d.ID, c.ID))
	draft := w.do(w.cases.Keep(w.ctx, w.neighbour, w.at(2, "lamp")))
	w.do(w.cases.Follow(w.ctx, w.neighbour, draft.ID, c.ID))
	w.tick(c.ID, 2*time.Hour)
	w.tick(c.ID, 2*time.Hour)
	require.Contains(t, w.told(c.ID), "- case.group")
	w.sent()
	c = w.do(w.cases.Seal(w.ctx, w.secretary, c.ID, cases.Case{Private: cases.Quarrel}))
	require.Equal(t, peace.Person, c.Holder)
	told := w.told(c.ID)
	require.Contains(t, told, "- case.group_gone")
	require.Contains(t, told, "Neighbour case.near")
	require.Equal(t, cases.Assigned, w.read(d.ID).Status)
	by, err := w.cases.SharedBy(w.ctx, w.id, c.ID)
	require.NoError(t, err)
	require.Zero(t, by.People)
	w.sent()
	w.do(w.cases.Take(w.ctx, peace, c.ID))
	require.Equal(t, []string{"Mei case.taken"}, w.residents(c.ID))
}

// TestAPrivateKindSeals: who names a private kind puts it into the hands of who may
// hear it, and nothing brings it back.
func TestAPrivateKindSeals(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	peace := w.mediator("Peace")
	c := w.taken()
	w.sent()
	c = w.do(w.cases.Amend(w.ctx, w.holder(c), c.ID, cases.Amendment{Kind: "family"}))
	require.Equal(t, cases.Family, c.Private)
	require.Equal(t, "family", c.Kind)
	require.Equal(t, peace.Person, c.Holder)
	require.Contains(t, w.told(c.ID), "Li case.withdrawn")
	w.blind(w.li, c)
	_, err := w.cases.Undo(w.ctx, w.li, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	w.do(w.cases.Take(w.ctx, peace, c.ID))
	c = w.do(w.cases.Undo(w.ctx, peace, c.ID))
	require.Equal(t, peace.Person, c.Holder, "who took it goes on, and not who had it before it was sealed")
	require.Equal(t, cases.Family, c.Private)
}

// TestWhatIsPrivateStaysBetweenTwo: no clock, no danger that somebody heard, no step
// back and no word goes to anybody but who hears both sides and those who are heard.
func TestWhatIsPrivateStaysBetweenTwo(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.cases.Posts(oneGroup{})
	peace := w.mediator("Peace")
	c := w.quarrel()
	w.do(w.cases.Take(w.ctx, peace, c.ID))
	w.sent()
	for range 6 {
		w.tick(c.ID, 24*time.Hour)
	}
	for _, told := range w.told(c.ID) {
		require.Regexp(t, `^(Peace|Mei) `, told)
	}
	c = w.read(c.ID)
	require.Equal(t, peace.Person, c.Holder)

	w.do(w.cases.Invite(w.ctx, peace, c.ID, w.neighbour.Person))
	_, err := w.cases.Say(w.ctx, peace, c.ID, cases.Note{Key: w.key(), Words: "for one of you"})
	refused(t, refusal.Conflict, "case.tell_a_side", err)
	_, err = w.cases.Say(w.ctx, w.neighbour, c.ID, cases.Note{Key: w.key(), Words: "mine"})
	refused(t, refusal.NotFound, "access.not_found", err)

	w.do(w.cases.PartWays(w.ctx, peace, c.ID, "court"))
	_, err = w.cases.Undo(w.ctx, peace, c.ID)
	refused(t, refusal.Conflict, "case.not_now", err)
	w.do(w.cases.Part(w.ctx, w.mei, c.ID, true))
	_, err = w.cases.Disagree(w.ctx, w.mei, c.ID)
	refused(t, refusal.Conflict, "case.not_now", err)
}

// TestWhatWasKeptIsAskedOnce: silence, and an outage, ask both sides whether it was
// kept, and never one of them whether it is fixed.
func TestWhatWasKeptIsAskedOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.mediator("Peace")
	c := w.asked()
	w.do(w.cases.Kept(w.ctx, w.neighbour, c.ID, true))
	w.sent()
	w.clk.Advance(cases.Silence)
	require.NoError(t, w.cases.Silent(w.ctx, w.id, c.ID))
	require.Empty(t, w.residents(c.ID))
	require.NoError(t, w.cases.AskAgain(w.ctx, w.id, c.ID, "outage"))
	require.Equal(t, []string{"Mei case.kept_ask"}, w.residents(c.ID), "who has said so is not asked")

	// a talk with the one was enough: it is for her to say whether it holds
	alone := w.quarrel()
	w.do(w.cases.Take(w.ctx, w.holder(alone), alone.ID))
	w.sent()
	w.do(w.cases.ReportDone(w.ctx, w.holder(alone), alone.ID, cases.Note{Key: w.key(), Reason: "by_talking"}))
	require.Equal(t, []string{"Mei case.check"}, w.residents(alone.ID))
	require.Equal(t, cases.Held, string(w.do(w.cases.Confirm(w.ctx, w.mei, alone.ID, cases.Held)).Status))
}
