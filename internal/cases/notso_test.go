package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

const why = "she was ill that day, and called in"

// complained is a complaint about Li that the secretary has taken, and found not so.
func (w *town) complained() cases.Case {
	w.Helper()
	c := w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "complaint", Words: "he did not come", About: w.li.Person}))
	w.do(w.cases.Take(w.ctx, w.secretary, c.ID))
	w.sent()
	return w.do(w.cases.FindNotSo(w.ctx, w.secretary, c.ID, why))
}

// partingAsked are talks of which it is asked whether they may end.
func (w *town) partingAsked() cases.Case {
	w.Helper()
	c := w.heard()
	w.sent()
	return w.do(w.cases.PartWays(w.ctx, w.holder(c), c.ID, "court"))
}

func (w *town) deputy() people.Actor {
	w.Helper()
	deputy := w.settled(w.meet("Deputy"))
	require.NoError(w, w.people.Grant(w.ctx, w.secretary, deputy.Person, access.Deputy, 0))
	return deputy
}

// silence lets weeks pass in which nobody says a word on what was asked.
func (w *town) silence(id int64) cases.Case {
	w.Helper()
	for range 6 * 7 {
		w.clk.Advance(24 * time.Hour)
		require.NoError(w, w.cases.KeptSilent(w.ctx, w.id, id))
		require.NoError(w, w.cases.Tick(w.ctx, w.id, id))
	}
	return w.read(id)
}

func TestAnEndThatAsksWhoseItIs(t *testing.T) {
	t.Parallel()
	for name, as := range map[string]struct {
		asked          func(*town) cases.Case
		yes, no        cases.Status
		hears          string // who has it after the no
		withoutAnother cases.Status
	}{
		"a complaint is not found so": {(*town).complained, cases.Cannot, cases.Assigned, "Deputy", cases.Referred},
		"talks came to no agreement":  {(*town).partingAsked, cases.Referred, cases.Taken, "Peace", cases.Taken},
	} {
		for late, wait := range map[string]bool{"": false, ", late": true} {
			for answer, yes := range map[string]bool{"yes": true, "no": false} {
				t.Run(name+": "+answer+late, func(t *testing.T) {
					t.Parallel()
					w := newTown(t)
					w.mediator("Peace")
					w.deputy()
					c := as.asked(w)
					if wait {
						require.Equal(t, cases.Unconfirmed, w.silence(c.ID).Status)
					}
					to := as.no
					if yes {
						to = as.yes
					}
					c = w.do(w.cases.Part(w.ctx, w.mei, c.ID, yes))
					require.Equal(t, to, c.Status)
					before := w.count(c.ID)
					w.do(w.cases.Part(w.ctx, w.mei, c.ID, yes))
					require.Equal(t, before, w.count(c.ID), "a second tap changes nothing")
					if !yes {
						require.Equal(t, as.hears, w.nameOf(c.Holder))
					}
					_, _ = w.cases.Disagree(w.ctx, w.mei, c.ID)
					require.Equal(t, to, w.read(c.ID).Status, "it was their own word")
				})
			}
		}
		t.Run(name+": no, and nobody else may hear it", func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.mediator("Peace")
			c := as.asked(w)
			require.Equal(t, as.withoutAnother, w.do(w.cases.Part(w.ctx, w.mei, c.ID, false)).Status)
		})
	}
}

// TestWhoHeardAComplaintHearsItNoMore: neither they nor whom it is about, and whoever
// disagrees again finds whom to turn to outside.
func TestWhoHeardAComplaintHearsItNoMore(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	deputy := w.deputy()
	third := w.settled(w.meet("Third"))
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, third.Person, access.Deputy, 0))
	c := w.complained()
	require.Equal(t, []string{"Mei case.not_so", "- case.kept_silent"}, w.told(c.ID))
	_, err := w.cases.PartFor(w.ctx, w.secretary, c.ID, true)
	refused(t, refusal.Conflict, "case.ask_them", err)
	for _, a := range []people.Actor{w.li, w.neighbour, deputy} {
		_, err := w.cases.Part(w.ctx, a, c.ID, true)
		refused(t, refusal.NotFound, "access.not_found", err)
	}

	w.sent()
	c = w.do(w.cases.Part(w.ctx, w.mei, c.ID, false))
	require.Equal(t, deputy.Person, c.Holder)
	require.Contains(t, w.told(c.ID), "Deputy case.disagreed")
	w.blind(w.secretary, c)
	w.blind(w.li, c)

	w.do(w.cases.Take(w.ctx, deputy, c.ID))
	w.do(w.cases.FindNotSo(w.ctx, deputy, c.ID, why))
	c = w.do(w.cases.Part(w.ctx, w.mei, c.ID, false))
	require.Equal(t, cases.Referred, c.Status, "one disagreement is heard by another, the next passes outside")
	require.Equal(t, cases.Outside, c.PassedTo)

	all, err := w.cases.Brought(w.ctx, w.id, cases.Span{From: morning.Add(-time.Hour), Until: w.clk.Now().Add(time.Hour)})
	require.NoError(t, err)
	require.Equal(t, map[cases.Status]int{cases.FoundNotSo: 1}, cases.Stands(all))
	require.Zero(t, cases.Resolution(all).All, "an honest end is no failure")
}

// TestNobodysWordEndsOnTheClock: whoever heard it is told week after week, and then it
// rests, and stands on their day no more.
func TestNobodysWordEndsOnTheClock(t *testing.T) {
	t.Parallel()
	for name, asked := range map[string]func(*town) cases.Case{"complaint": (*town).complained, "parting": (*town).partingAsked} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.mediator("Peace")
			c := asked(w)
			holder := w.holder(c)
			some, err := w.cases.Tending(w.ctx, holder)
			require.NoError(t, err)
			require.Len(t, some, 1)
			w.clk.Advance(cases.UnsaidFor - time.Hour)
			require.NoError(t, w.cases.KeptSilent(w.ctx, w.id, c.ID))
			require.Equal(t, cases.Proposed, w.read(c.ID).Status)
			c = w.silence(c.ID)
			require.Equal(t, cases.Unconfirmed, c.Status)
			require.Contains(t, w.heardOf(c.ID, holder.Person), "case.unsaid_over")
			require.Contains(t, w.heardOf(c.ID, w.mei.Person), "case.unconfirmed")
			some, err = w.cases.Tending(w.ctx, holder)
			require.NoError(t, err)
			require.Empty(t, some)
		})
	}
}

func TestOnlyAComplaintIsNotFoundSo(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.mediator("Peace")
	quarrel := w.heard()
	_, err := w.cases.FindNotSo(w.ctx, w.holder(quarrel), quarrel.ID, why)
	require.Error(t, err)
	lamp := w.taken()
	_, err = w.cases.FindNotSo(w.ctx, w.holder(lamp), lamp.ID, why)
	require.Error(t, err)
	c := w.complained()
	_, err = w.cases.FindNotSo(w.ctx, w.secretary, c.ID, " ")
	refused(t, refusal.Invalid, "case.no_reason", err)
	require.Equal(t, cases.Taken, w.do(w.cases.Undo(w.ctx, w.secretary, c.ID)).Status, "it was a slip")
	require.Contains(t, w.edits(c.ID), "case.undone")
}

// edits are the topics by which messages of a case were changed.
func (w *town) edits(id int64) (topics []string) {
	w.Helper()
	require.NoError(w, w.db.Select(&topics, `SELECT topic FROM outbox WHERE (args->>'case')::bigint = $1 AND edits <> '' ORDER BY id`, id))
	return topics
}
