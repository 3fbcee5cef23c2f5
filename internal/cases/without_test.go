package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
)

// TestNothingWaitsForWhoIsGone reads: what somebody has to do with a case in some state,
// and what becomes of them → where it stands, and what has been said to whom. Whatever
// it is, nothing names them any more that only they could do.
func TestNothingWaitsForWhoIsGone(t *testing.T) {
	t.Parallel()
	left := func(w *town, a people.Actor) { require.NoError(w, w.people.Leave(w.ctx, a)) }
	resigned := func(w *town, a people.Actor) { require.NoError(w, w.people.Resign(w.ctx, a)) }
	died := func(w *town, a people.Actor) {
		_, err := w.people.Died(w.ctx, w.secretary, a.Person)
		require.NoError(w, err)
	}
	away := func(w *town, a people.Actor) {
		_, err := w.people.Away(w.ctx, w.secretary, a.Person, nil)
		require.NoError(w, err)
	}
	goes := func(w *town, _ cases.Case) people.Actor { return w.li }
	brought := func(w *town, _ cases.Case) people.Actor { return w.mei }
	looks := func(w *town, c cases.Case) people.Actor { return people.Actor{Community: w.id, Person: w.second(c)} }
	visits := func(w *town, c cases.Case) people.Actor {
		w.later(cases.Silence, c.ID)
		w.later(cases.Silence, c.ID)
		w.later(24*time.Hour, c.ID)
		return people.Actor{Community: w.id, Person: w.visit(c.ID).Person}
	}
	asked := func(w *town) cases.Case {
		c := w.taken()
		return w.do(w.cases.Wait(w.ctx, w.holder(c), c.ID, cases.Pending{For: cases.ForResident, Why: "when_home"}))
	}
	proposed := func(w *town) cases.Case { return w.proposed(noWay) }
	held := func(w *town) cases.Case { return w.do(w.cases.Confirm(w.ctx, w.mei, w.done().ID, cases.Held)) }
	for name, row := range map[string]struct {
		from func(w *town) cases.Case
		who  func(w *town, c cases.Case) people.Actor
		what func(w *town, a people.Actor)
		to   cases.Status
		told string // among what else is told
	}{
		"who is asked to go leaves":           {(*town).opened, goes, left, cases.Assigned, "Wang case.ping"},
		"who is asked to go dies":             {(*town).opened, goes, died, cases.Assigned, "Wang case.ping"},
		"who took it leaves":                  {(*town).taken, goes, left, cases.Assigned, "Mei case.handed_over"},
		"who waits for parts leaves":          {(*town).waiting, goes, left, cases.Assigned, "Wang case.ping"},
		"who waits for an answer leaves":      {asked, goes, left, cases.Assigned, "Mei case.question_gone"},
		"who proposed leaves":                 {proposed, goes, left, cases.Assigned, "Far case.proposal_gone"},
		"who did it resigns":                  {(*town).done, goes, resigned, cases.Done, "Li case.not_yours"},
		"who did what held leaves":            {held, goes, left, cases.Held, ""},
		"who looks resigns":                   {proposed, looks, resigned, cases.Proposed, "Secretary case.proposed"},
		"who looks leaves":                    {proposed, looks, left, cases.Proposed, "Secretary case.proposed"},
		"who looks is away":                   {proposed, looks, away, cases.Proposed, "Secretary case.proposed"},
		"who is to go and see resigns":        {(*town).done, visits, resigned, cases.Done, ""},
		"who is to go and see is away":        {(*town).done, visits, away, cases.Done, ""},
		"who brought what is assigned leaves": {(*town).opened, brought, left, cases.Assigned, "Li case.reporter_gone"},
		"who brought what is taken dies":      {(*town).taken, brought, died, cases.Taken, "Li case.reporter_gone"},
		"who is asked something leaves":       {asked, brought, left, cases.Taken, "Li case.reporter_gone"},
		"who brought what waits leaves":       {(*town).waiting, brought, left, cases.Waiting, "Li case.reporter_gone"},
		"who brought what is proposed leaves": {proposed, brought, left, cases.Proposed, "Li case.reporter_gone"},
		"who is asked whether it held leaves": {(*town).done, brought, left, cases.Done, ""},
		"who said that it held leaves":        {held, brought, left, cases.Held, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.people.Follow(w.cases)
			require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, w.far.Person))
			require.NoError(t, w.people.SetAway(w.ctx, w.secretary, true)) // the deputy looks at what is proposed
			c := row.from(w)
			require.NoError(t, w.people.SetAway(w.ctx, w.secretary, false))
			who := row.who(w, c)
			require.NotZero(t, who.Person)
			w.sent()
			w.clk.Advance(time.Minute)
			row.what(w, who)
			c = w.read(c.ID)
			require.Equal(t, row.to, c.Status)
			if row.told != "" {
				require.Contains(t, w.told(c.ID), row.told)
			}
			w.waitsForNobodyGone(who, c)
		})
	}
}

// second is who is asked to look at what is proposed, 0 where nobody is.
func (w *town) second(c cases.Case) (id int64) {
	w.Helper()
	require.NoError(w, w.db.Get(&id, `
		SELECT coalesce((SELECT (detail->>'second')::bigint FROM case_events
			WHERE case_id = $1 AND code IN ('proposed', 'asked_again') ORDER BY id DESC LIMIT 1), 0)`, c.ID))
	return id
}

// waitsForNobodyGone looks for what only somebody could do who can no more.
func (w *town) waitsForNobodyGone(a people.Actor, c cases.Case) {
	w.Helper()
	p, err := w.people.Person(w.ctx, w.id, a.Person)
	require.NoError(w, err)
	if c.Status != cases.Held {
		require.NotEqual(w, a.Person, c.Holder, "holds it")
	}
	if c.Status == cases.Proposed {
		require.NotEqual(w, a.Person, w.second(c), "is to look at it")
	}
	require.False(w, c.For == a.Person && c.WaitFor == cases.ForResident, "is asked")
	var visits []struct {
		Person int64
		Due    time.Time
	}
	require.NoError(w, w.db.Select(&visits, `
		SELECT coalesce(person_id, 0) AS person, due_at AS due FROM case_visits WHERE case_id = $1 AND ended_at IS NULL`, c.ID))
	for _, v := range visits {
		require.NotEqual(w, a.Person, v.Person, "is to go and see")
	}
	if c.Status == cases.Done && c.For == a.Person && p.Gone() {
		require.Len(w, visits, 1, "somebody goes and sees whether it held")
		require.WithinDuration(w, w.clk.Now(), visits[0].Due, 48*time.Hour)
	}
}

// TestWhoLooksAtOnceIsAnother: it stands on their list, too.
func TestWhoLooksAtOnceIsAnother(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.cases)
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, w.far.Person, access.Deputy, 0))
	require.NoError(t, w.people.SetAway(w.ctx, w.secretary, true))
	c := w.proposed(noWay)
	require.Equal(t, w.far.Person, w.second(c))
	require.NoError(t, w.people.SetAway(w.ctx, w.secretary, false))
	require.NoError(t, w.people.Resign(w.ctx, w.far))
	next := w.second(c)
	require.NotEqual(t, w.far.Person, next)
	some, err := w.cases.ToLook(w.ctx, people.Actor{Community: w.id, Person: next, Roles: []access.Role{access.Secretary}})
	require.NoError(t, err)
	require.Len(t, some, 1)
}
