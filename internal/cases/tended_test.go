package cases_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// inLists are the cases that somebody finds among what they have in hand.
func (w *town) inLists(a people.Actor) []int64 {
	w.Helper()
	held, err := w.cases.Holding(w.ctx, a)
	require.NoError(w, err)
	tended, err := w.cases.Tending(w.ctx, a)
	require.NoError(w, err)
	ids := []int64{}
	for _, c := range append(held, tended...) {
		ids = append(ids, c.ID)
	}
	return ids
}

// TestWhoHearsFindsItAgain: whoever holds what is private finds it in every state in
// which something can still come of it, once, and nobody else does.
func TestWhoHearsFindsItAgain(t *testing.T) {
	t.Parallel()
	parting := func(w *town) cases.Case {
		c := w.heard()
		return w.do(w.cases.PartWays(w.ctx, w.holder(c), c.ID, "court"))
	}
	kept := func(w *town) cases.Case { return w.do(w.cases.Kept(w.ctx, w.mei, w.asked().ID, true)) }
	for _, row := range []struct {
		name  string
		build func(*town) cases.Case
		found bool
	}{
		{"assigned", (*town).quarrel, true},
		{"taken", (*town).heard, true},
		{"waits for the day", (*town).signed, true},
		{"one side is asked whether it may end", parting, true},
		{"both are asked whether it was kept", (*town).asked, true},
		{"it was kept, and is to be looked in on", kept, true},
		{"looked in on, and good", func(w *town) cases.Case {
			c := kept(w)
			return w.do(w.cases.LookIn(w.ctx, w.holder(c), c.ID, true))
		}, false},
		{"parted", func(w *town) cases.Case { return w.do(w.cases.Part(w.ctx, w.mei, parting(w).ID, true)) }, false},
		{"a talk with the one was enough, and nobody has said so", (*town).talkedAlone, true},
		{"and it held", func(w *town) cases.Case {
			return w.do(w.cases.Confirm(w.ctx, w.mei, w.talkedAlone().ID, cases.Held))
		}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			peace := w.mediator("Peace")
			c := row.build(w)
			require.Equal(t, peace.Person, c.Holder)
			want := []int64{}
			if row.found {
				want = []int64{c.ID}
			}
			require.Equal(t, want, w.inLists(peace), "as it is %s", c.Status)
			for _, a := range []people.Actor{w.mei, w.neighbour, w.li, w.wang, w.secretary} {
				require.Empty(t, w.inLists(a), a.Name)
			}
		})
	}
}

// talkedAlone is a quarrel of which a talk with the one was enough.
func (w *town) talkedAlone() cases.Case {
	w.Helper()
	c := w.quarrel()
	w.do(w.cases.Take(w.ctx, w.holder(c), c.ID))
	return w.do(w.cases.ReportDone(w.ctx, w.holder(c), c.ID, cases.Note{Key: w.key(), Reason: "by_talking"}))
}

// lookers are whose page of the day is drawn again.
type lookers struct{ persons []int64 }

func (l *lookers) Changed(_ context.Context, _ *sqlx.Tx, _ int64, persons ...int64) error {
	l.persons = append(l.persons, persons...)
	return nil
}

// TestThePageOfWhoHearsFollows: whenever a word comes, or the last visit was made, the
// mediator's page is drawn again.
func TestThePageOfWhoHearsFollows(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	peace, seen := w.mediator("Peace"), &lookers{}
	c := w.asked()
	w.cases.Shows(seen)
	w.do(w.cases.Kept(w.ctx, w.mei, c.ID, true))
	require.Contains(t, seen.persons, peace.Person)
	seen.persons = nil
	w.do(w.cases.LookIn(w.ctx, peace, c.ID, true))
	require.Equal(t, []int64{peace.Person}, seen.persons)
}

// TestLookedInOnByWhoMayHear: where who heard both mediates no more, another looks in.
func TestLookedInOnByWhoMayHear(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	peace := w.mediator("Peace")
	c := w.do(w.cases.Kept(w.ctx, w.mei, w.asked().ID, true))
	calm := w.mediator("Calm")
	_, err := w.db.Exec(`UPDATE person_roles SET ended_at = now() WHERE person_id = $1 AND role = 'mediator'`, peace.Person)
	require.NoError(t, err)
	require.Empty(t, w.inLists(peace))
	w.sent()
	w.clk.Advance(cases.LookInAfter)
	require.NoError(t, w.cases.LookInDue(w.ctx, w.id, c.ID))
	require.Equal(t, calm.Person, w.read(c.ID).Holder)
	require.Contains(t, w.told(c.ID), "Calm case.look_in")
	require.Equal(t, []int64{c.ID}, w.inLists(calm))
}

// TestAWordInPrivateIsWrittenDown: of whom Telegram does not reach, and of whom was
// asked in vain for some days, whoever hears it writes down what they say; nobody else.
func TestAWordInPrivateIsWrittenDown(t *testing.T) {
	t.Parallel()
	complaint := func(w *town) cases.Case {
		c := w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "complaint", About: w.li.Person}))
		w.do(w.cases.Take(w.ctx, w.holder(c), c.ID))
		return w.do(w.cases.ReportDone(w.ctx, w.holder(c), c.ID, cases.Note{Key: w.key(), Reason: "by_talking"}))
	}
	for name, build := range map[string]func(*town) cases.Case{"a complaint": complaint, "a talk with the one": (*town).talkedAlone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.mediator("Peace")
			c := build(w)
			_, err := w.cases.SaidFor(w.ctx, w.holder(c), c.ID, cases.Held)
			refused(t, refusal.Conflict, "case.ask_them", err)
			w.unreached(w.mei)
			for _, a := range []people.Actor{w.li, w.wang, w.neighbour} {
				_, err = w.cases.SaidFor(w.ctx, a, c.ID, cases.Held)
				refused(t, refusal.NotFound, "access.not_found", err)
			}
			w.sent()
			c = w.do(w.cases.SaidFor(w.ctx, w.holder(c), c.ID, cases.NotFixed))
			require.Equal(t, cases.Taken, c.Status)
			require.Equal(t, []string{"Mei case.check_gone"}, w.told(c.ID), "who wrote it down is told nothing new")
			w.do(w.cases.ReportDone(w.ctx, w.holder(c), c.ID, cases.Note{Key: w.key(), Reason: "by_talking"}))
			require.Equal(t, []int64{c.ID}, w.inLists(w.holder(c)))
			c = w.do(w.cases.SaidFor(w.ctx, w.holder(c), c.ID, cases.Held))
			require.Equal(t, cases.Status(cases.Held), c.Status)
			before := w.count(c.ID)
			w.do(w.cases.SaidFor(w.ctx, w.holder(c), c.ID, cases.Held))
			require.Equal(t, before, w.count(c.ID), "a second tap")
		})
	}
}

// TestASilentComplainantIsAskedInPerson: whom Telegram reaches has some days.
func TestASilentComplainantIsAskedInPerson(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.mediator("Peace")
	c := w.talkedAlone()
	w.clk.Advance(cases.AskTwice + time.Minute)
	require.Equal(t, cases.Status(cases.Held), w.do(w.cases.SaidFor(w.ctx, w.holder(c), c.ID, cases.Held)).Status)

	both := w.asked()
	_, err := w.cases.SaidFor(w.ctx, w.holder(both), both.ID, cases.Held)
	refused(t, refusal.NotFound, "access.not_found", err)
	w.unreached(w.neighbour)
	w.sent()
	both = w.do(w.cases.KeptFor(w.ctx, w.holder(both), both.ID, cases.TheOther, false))
	require.Equal(t, cases.Taken, both.Status)
	require.NotContains(t, w.told(both.ID), "Peace case.kept_by", "who wrote it down is told nothing new")
}

// unreached is somebody whom Telegram does not reach any more.
func (w *town) unreached(a people.Actor) {
	w.Helper()
	_, err := w.db.Exec(`UPDATE persons SET reachable = false WHERE id = $1`, a.Person)
	require.NoError(w, err)
}
