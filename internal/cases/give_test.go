package cases_test

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"context"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestRemindAtMostOnceAnHour(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	w.sent()
	for _, a := range []people.Actor{w.wang, w.li, w.mei} {
		_, err := w.cases.Remind(w.ctx, a, c.ID)
		refused(t, refusal.NotFound, "access.not_found", err)
	}
	w.do(w.cases.Remind(w.ctx, w.secretary, c.ID))
	w.do(w.cases.Remind(w.ctx, w.secretary, c.ID)) // a doubled tap
	require.Equal(t, []string{"Li case.reminded"}, w.told(c.ID))
	w.clk.Advance(59 * time.Minute)
	_, err := w.cases.Remind(w.ctx, w.secretary, c.ID)
	refused(t, refusal.Conflict, "case.reminded_already", err)
	w.clk.Advance(time.Minute)
	w.do(w.cases.Remind(w.ctx, w.secretary, c.ID))
	w.give(c, w.wang)
	w.do(w.cases.Remind(w.ctx, w.secretary, c.ID)) // another holds it now
	require.NoError(t, w.people.Unreachable(w.ctx, w.id, w.wang.Person))
	w.clk.Advance(time.Hour)
	_, err = w.cases.Remind(w.ctx, w.secretary, c.ID)
	refused(t, refusal.Conflict, "case.not_reached", err)
	w.give(c, w.secretary)
	_, err = w.cases.Remind(w.ctx, w.secretary, c.ID)
	refused(t, refusal.Conflict, "case.not_now", err)
	require.Equal(t, []string{"drafted", "sent", "taken", "reminded", "reminded", "given", "reminded", "given"}, w.events(c.ID))
}

// TestGive reads: how the case stands, to whom it is given → who is told, or why not.
func TestGive(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		made    func(w *town) cases.Case
		to      func(w *town) people.Actor
		told    []string
		refused string
	}{
		"what waits for Li":            {(*town).opened, func(w *town) people.Actor { return w.wang }, []string{"Li case.not_yours", "Wang case.given"}, ""},
		"what Li took, Mei hears of":   {(*town).taken, func(w *town) people.Actor { return w.wang }, []string{"Li case.not_yours", "Mei case.handed_over", "Wang case.given"}, ""},
		"to oneself":                   {(*town).taken, func(w *town) people.Actor { return w.secretary }, []string{"Li case.not_yours", "Mei case.handed_over", "Secretary case.given"}, ""},
		"to who has it: nothing":       {(*town).taken, func(w *town) people.Actor { return w.li }, nil, ""},
		"to a member of another area":  {(*town).opened, func(w *town) people.Actor { return w.far }, nil, "access.not_found"},
		"to a resident":                {(*town).opened, func(w *town) people.Actor { return w.neighbour }, nil, "access.not_found"},
		"to nobody":                    {(*town).opened, func(*town) people.Actor { return people.Actor{Person: 1 << 40} }, nil, "access.not_found"},
		"what is reported done stands": {(*town).done, func(w *town) people.Actor { return w.wang }, nil, "case.taken_by"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			c := row.made(w)
			w.sent()
			to := row.to(w)
			_, err := w.cases.Give(w.ctx, w.secretary, c.ID, to.Person)
			if row.refused != "" {
				r, ok := refusal.As(err)
				require.True(t, ok, "%v", err)
				require.Equal(t, row.refused, r.Key)
				require.Equal(t, c, w.read(c.ID))
				return
			}
			require.NoError(t, err)
			require.Equal(t, to.Person, w.read(c.ID).Holder)
			require.Equal(t, row.told, w.told(c.ID))
			w.do(w.cases.Give(w.ctx, w.secretary, c.ID, to.Person))
			require.Equal(t, row.told, w.told(c.ID), "a repeat tells nobody")
			_, err = w.cases.Give(w.ctx, w.li, c.ID, w.wang.Person)
			refused(t, refusal.NotFound, "access.not_found", err)
		})
	}
}

func TestWhatNobodyHadIsGivenToSomebody(t *testing.T) {
	t.Parallel()
	w := emptyTown(t)
	c := w.opened()
	require.Equal(t, cases.Open, c.Status)
	w.secretary = w.claimed(w.meet("Secretary"))
	li := w.member("Li", w.building.Area)
	w.give(c, li)
	require.Equal(t, cases.Assigned, w.read(c.ID).Status)
	require.Equal(t, []string{"Li case.given"}, w.told(c.ID))
}

func TestCandidates(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	zhao := w.member("Zhao", w.building.Area)
	c := w.opened() // Li's
	w.opened()      // Wang's
	sh := w.onShift()
	_, err := w.db.Exec(`
		INSERT INTO assignments (community_id, shift_id, person_id, places, starts_at, ends_at, seat, how, since)
		SELECT community_id, id, $3, places, starts_at, ends_at, 1, 'given', $4 FROM shifts WHERE community_id = $1 AND id = $2`,
		w.id, sh.ID, w.wang.Person, w.clk.Now())
	require.NoError(t, err)
	all, err := w.cases.Candidates(w.ctx, w.secretary, c.ID)
	require.NoError(t, err)
	require.Equal(t, []cases.Candidate{
		{Person: w.wang.Person, Name: "Wang", OnDuty: true, Holds: 1},
		{Person: w.secretary.Person, Name: "Secretary"},
		{Person: zhao.Person, Name: "Zhao"},
	}, all)
	_, err = w.cases.Candidates(w.ctx, w.li, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
}

// TestTheNumbersOfTheMorning holds every number against a recount by hand.
func TestTheNumbersOfTheMorning(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	yesterday := w.clk.Now().Add(30 * time.Minute)
	old := w.lis(2)  // opened before yesterday's page
	w.finish(old[0]) // waits for a word
	w.clk.Advance(time.Hour)
	w.ends(w.onShift(), w.wang)
	require.NoError(t, w.cases.LapseHandOver(w.ctx, w.id, w.hand())) // old[1] stays with Li
	fresh := w.opened()
	back := w.opened()
	w.do(w.cases.TakeBack(w.ctx, w.mei, back.ID))
	held := w.done()
	w.do(w.cases.Confirm(w.ctx, w.mei, held.ID, cases.Held))
	w.draft(w.neighbour)
	w.clk.Advance(72 * time.Hour)
	counts, err := w.cases.CountMatters(w.ctx, w.secretary, yesterday)
	require.NoError(t, err)
	recount := map[cases.Which][]int64{
		cases.Fresh:     {fresh.ID, held.ID},
		cases.Late:      {old[1].ID, fresh.ID},
		cases.Ownerless: nil,
		cases.Unsaid:    {old[0].ID},
		cases.NotTaken:  {old[1].ID},
	}
	for which, ids := range recount {
		list, err := w.cases.Matters(w.ctx, w.secretary, which, yesterday)
		require.NoError(t, err)
		var got []int64
		for _, m := range list {
			got = append(got, m.ID)
		}
		require.ElementsMatch(t, ids, got, which)
		require.Equal(t, len(ids), counts[which], which)
	}
	_, err = w.db.Exec(`UPDATE cases SET status = 'open', holder_id = NULL WHERE id = $1`, fresh.ID)
	require.NoError(t, err)
	counts, err = w.cases.CountMatters(w.ctx, w.secretary, yesterday)
	require.NoError(t, err)
	require.Equal(t, 1, counts[cases.Ownerless])
	_, err = w.cases.CountMatters(w.ctx, w.li, yesterday)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.cases.Matters(w.ctx, w.li, cases.Late, yesterday)
	refused(t, refusal.NotFound, "access.not_found", err)
}

// board notes for whom something changed.
type board struct{ who []int64 }

func (b *board) Changed(_ context.Context, _ *sqlx.Tx, _ int64, persons ...int64) error {
	b.who = append(b.who, persons...)
	return nil
}

// TestTheBoardHearsOfEveryChange reads: what happens → whose page changes.
func TestTheBoardHearsOfEveryChange(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	b := &board{}
	w.cases.Shows(b)
	hears := func(what string, who ...people.Actor) {
		t.Helper()
		seen := map[int64]bool{}
		for _, id := range b.who {
			seen[id] = true
		}
		want := map[int64]bool{}
		for _, a := range who {
			want[a.Person] = true
		}
		require.Equal(t, want, seen, what)
		b.who = nil
	}
	c := w.opened()
	hears("a report", w.li)
	w.give(c, w.wang)
	hears("given", w.li, w.wang)
	w.do(w.cases.Pass(w.ctx, w.wang, c.ID, "no_time"))
	hears("passed", w.wang, w.li)
	w.do(w.cases.Take(w.ctx, w.wang, c.ID))
	hears("taken by another", w.li, w.wang)
	w.finish(w.read(c.ID))
	hears("done", w.wang)
	w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.Half))
	hears("reopened", w.wang)
	w.finish(w.read(c.ID))
	b.who = nil
	w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.Held))
	hears("held: it was on nobody's page")
	d := w.draft(w.mei)
	hears("a draft")
	w.do(w.cases.Send(w.ctx, w.mei, d.ID))
	hears("sent", w.li)
	w.do(w.cases.TakeBack(w.ctx, w.mei, d.ID))
	hears("taken back", w.li)
}
