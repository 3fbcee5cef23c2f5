package cases_test

import (
	"context"
	secret "crypto/rand"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// role is the id of a role that somebody holds.
func (w *town) role(a people.Actor, role access.Role) (id int64) {
	w.Helper()
	require.NoError(w, w.db.Get(&id, `
		SELECT coalesce(max(id), 0) FROM person_roles WHERE person_id = $1 AND role = $2 AND ended_at IS NULL`, a.Person, role))
	return id
}

// follow tells the cases what changed of a person, as another service of people does.
func (w *town) follow(a people.Actor, what people.What) {
	w.Helper()
	require.NoError(w, pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) error {
		return w.cases.PersonChanged(w.ctx, tx, people.Change{
			Community: w.id, Person: a.Person, By: w.secretary.Person, What: what, At: w.clk.Now(),
		})
	}))
}

// TestWhatSomebodyHoldsGoesToOthers reads: what becomes of Li, who holds a case
// in some state → where it stands then, with whom, and who is told.
func TestWhatSomebodyHoldsGoesToOthers(t *testing.T) {
	t.Parallel()
	ended := func(w *town) { require.NoError(w, w.people.EndRole(w.ctx, w.secretary, w.role(w.li, access.Member))) }
	left := func(w *town) { require.NoError(w, w.people.Leave(w.ctx, w.li)) }
	paused := func(w *town) {
		_, err := w.db.Exec(`UPDATE persons SET presence = 'away' WHERE id = $1`, w.li.Person)
		require.NoError(w, err)
		w.follow(w.li, people.Paused)
	}
	shut := func(w *town) {
		require.NoError(w, w.people.Unreachable(w.ctx, w.id, w.li.Person))
		require.NoError(w, w.cases.Unreachable(w.ctx, w.id, w.li.Person))
	}
	for name, row := range map[string]struct {
		from   cases.Status
		what   func(w *town)
		to     cases.Status
		holder string
		told   []string
	}{
		"a role ends, assigned":    {cases.Assigned, ended, cases.Assigned, "Wang", []string{"Li case.not_yours", "Wang case.ping"}},
		"a role ends, taken":       {cases.Taken, ended, cases.Assigned, "Wang", []string{"Li case.not_yours", "Mei case.handed_over", "Wang case.ping"}},
		"a role ends, done":        {cases.Done, ended, cases.Done, "Wang", []string{"Li case.not_yours"}},
		"somebody leaves, taken":   {cases.Taken, left, cases.Assigned, "Wang", []string{"Li case.not_yours", "Mei case.handed_over", "Wang case.ping"}},
		"somebody leaves, done":    {cases.Done, left, cases.Done, "Wang", []string{"Li case.not_yours"}},
		"on a journey, assigned":   {cases.Assigned, paused, cases.Assigned, "Wang", []string{"Li case.not_yours", "Wang case.ping"}},
		"on a journey, taken":      {cases.Taken, paused, cases.Assigned, "Wang", []string{"Li case.not_yours", "Mei case.handed_over", "Wang case.ping"}},
		"on a journey, done":       {cases.Done, paused, cases.Done, "Wang", []string{"Li case.not_yours"}},
		"shut out, taken":          {cases.Taken, shut, cases.Assigned, "Wang", []string{"Li case.not_yours", "Mei case.handed_over", "Wang case.ping"}},
		"shut out, done":           {cases.Done, shut, cases.Done, "Wang", []string{"Li case.not_yours"}},
		"the same said once more":  {cases.Assigned, func(w *town) { ended(w); w.sent(); w.follow(w.li, people.Gone) }, cases.Assigned, "Wang", nil},
		"back again changes none":  {cases.Taken, func(w *town) { w.follow(w.li, people.Back) }, cases.Taken, "Li", nil},
		"another role of hers":     {cases.Taken, func(w *town) { w.also(access.Kitchen) }, cases.Taken, "Li", nil},
		"one of two that are good": {cases.Taken, func(w *town) { w.also(access.Deputy) }, cases.Taken, "Li", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.people.Follow(w.cases)
			c := map[cases.Status]func() cases.Case{cases.Assigned: w.opened, cases.Taken: w.taken, cases.Done: w.done}[row.from]()
			w.sent()
			row.what(w)
			c = w.read(c.ID)
			holder, err := w.people.Person(w.ctx, w.id, c.Holder)
			require.NoError(t, err)
			require.Equal(t, row.to, c.Status)
			require.Equal(t, row.holder, holder.Name)
			require.Equal(t, row.told, w.told(c.ID))
		})
	}
}

// also gives Li another role and ends it again.
func (w *town) also(role access.Role) {
	w.Helper()
	require.NoError(w, w.people.Grant(w.ctx, w.secretary, w.li.Person, role, 0))
	require.NoError(w, w.people.EndRole(w.ctx, w.secretary, w.role(w.li, role)))
}

func TestNothingIsOwnerlessWhileAnybodyIsInCharge(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.cases)
	c := w.taken()
	require.NoError(t, w.people.Unreachable(w.ctx, w.id, w.secretary.Person))
	require.NoError(t, w.people.Leave(w.ctx, w.wang))
	require.NoError(t, w.people.Leave(w.ctx, w.li))
	c = w.read(c.ID)
	require.Equal(t, w.secretary.Person, c.Holder, "though Telegram does not reach her")
	require.Equal(t, cases.Assigned, c.Status)
}

func TestCardsOfARoleThatEndedDoNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.cases)
	rung := w.do(w.cases.Alarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "gas"}))
	draft := w.draft(w.meet("Somebody unknown"))
	require.NoError(t, w.cases.Unsent(w.ctx, w.id, draft.ID))
	w.sent()
	other := w.wang
	if rung.Holder == w.wang.Person {
		other = w.li
	}
	require.NoError(t, w.people.Resign(w.ctx, other))
	require.Equal(t, []string{other.Name + " case.not_yours"}, w.told(rung.ID), "also where another holds it")
	for code, verb := range w.verbs() {
		refused(t, refusal.NotFound, "access.not_found", verb(other, rung.ID))
		require.Equal(t, rung, w.read(rung.ID), code)
	}

	w.claimed(w.meet("Successor"))
	require.Equal(t, []string{"- case.unsent", "Secretary case.withdrawn", "Successor case.unsent_ping"}, w.told(draft.ID), "who reads drafts changes too")
}

func TestWhoIsAwayIsStoodInFor(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.cases)
	require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, w.far.Person))
	require.NoError(t, w.people.Leave(w.ctx, w.li))
	require.NoError(t, w.people.Leave(w.ctx, w.wang))
	c := w.opened()
	require.Equal(t, w.secretary.Person, c.Holder)
	require.NoError(t, w.people.SetAway(w.ctx, w.secretary, true))
	require.Equal(t, w.far.Person, w.read(c.ID).Holder, "what waits for her goes to the deputy")
	require.Equal(t, w.far.Person, w.opened().Holder, "and what is new")
	draft := w.draft(w.meet("Somebody unknown"))
	require.NoError(t, w.cases.Unsent(w.ctx, w.id, draft.ID))
	require.Equal(t, w.far.Person, w.read(draft.ID).Holder)
	done := w.done()
	w.do(w.cases.Confirm(w.ctx, w.mei, done.ID, cases.Half))
	require.NotContains(t, w.told(done.ID), "Secretary case.reopened_secretary")
	require.NoError(t, w.people.SetAway(w.ctx, w.far, false))
	require.Equal(t, w.secretary.Person, w.opened().Holder)
}

func TestAResidentWhoLeaves(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.cases)
	c, done, draft := w.taken(), w.done(), w.draft(w.mei)
	require.NoError(t, w.people.Leave(w.ctx, w.mei))
	require.Contains(t, w.told(c.ID), "Li case.reporter_gone")
	for _, id := range []int64{c.ID, done.ID, draft.ID} {
		for _, told := range w.told(id) {
			require.NotContains(t, told, "Mei", "nothing waits for her")
		}
	}
	require.Equal(t, c.Holder, w.read(c.ID).Holder)
	gone := w.read(draft.ID)
	require.Equal(t, cases.Dropped, gone.Status)
	require.Empty(t, gone.Words)
	require.NoError(t, w.cases.SendItself(w.ctx, w.id, draft.ID), "the job finds nothing to do")
	require.Equal(t, cases.Dropped, w.read(draft.ID).Status)
}

// TestManyComeAndGo lets people be given roles, lose them, resign, leave, come
// back and replace one another, while others report, take, pass and are done, all
// at the same time: there is always somebody in charge, and in the end nothing is
// with somebody who could not go.
func TestManyComeAndGo(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.cases)
	all := []people.Actor{w.secretary, w.li, w.wang, w.far, w.neighbour}
	for range 3 {
		all = append(all, w.settled(w.meet("Somebody")))
	}
	ctx, over := context.WithCancel(w.ctx)
	var watch, wg sync.WaitGroup
	watch.Go(func() {
		for ctx.Err() == nil {
			var led bool
			err := w.db.GetContext(ctx, &led, `
				SELECT EXISTS (SELECT FROM person_roles WHERE role IN ('secretary', 'deputy') AND ended_at IS NULL)`)
			if err == nil && !led {
				t.Error("nobody is in charge")
				return
			}
		}
	})
	seed := luck.Seed(t)
	for i := range 6 {
		rnd := rand.New(rand.NewPCG(seed, uint64(i)))
		wg.Go(func() {
			for range 40 {
				w.step(rnd, all)
			}
		})
	}
	wg.Wait()
	over()
	watch.Wait()
	w.nothingOwnerless()
}

// step is something that somebody does; what is refused is refused.
func (w *town) step(rnd *rand.Rand, all []people.Actor) {
	a, b := all[rnd.IntN(len(all))], all[rnd.IntN(len(all))]
	some := func(query string) (id int64) {
		_ = w.db.Get(&id, query) // nothing there is 0, and is refused
		return id
	}
	anyCase := func() int64 {
		return some(`SELECT id FROM cases WHERE status IN ('open', 'assigned', 'taken', 'done') ORDER BY random() LIMIT 1`)
	}
	key := cases.Note{Key: secret.Text(), Reason: "by_talking"}
	acts := []func() error{
		func() error { return w.people.Grant(w.ctx, a, b.Person, access.Member, w.building.Area) },
		func() error { return w.people.Grant(w.ctx, a, b.Person, access.Member, w.building.Area) },
		func() error { return w.people.MakeDeputy(w.ctx, a, b.Person) },
		func() error {
			return w.people.EndRole(w.ctx, a, some(`SELECT id FROM person_roles WHERE ended_at IS NULL ORDER BY random() LIMIT 1`))
		},
		func() error { return w.people.Resign(w.ctx, a) },
		func() error { return w.people.Leave(w.ctx, a) },
		func() error { _, err := w.people.Agree(w.ctx, a, "Back"); return err },
		func() error { _, err := w.people.Meet(w.ctx, w.id, w.account(a)); return err },
		func() error { return w.people.SetAway(w.ctx, a, rnd.IntN(2) == 0) },
		func() error {
			token, err := w.people.NewClaim(w.ctx, w.id, true)
			if err != nil || rnd.IntN(3) > 0 {
				return err
			}
			return w.people.Redeem(w.ctx, w.id, a.Person, token)
		},
		func() error { _, err := w.cases.Take(w.ctx, a, anyCase()); return err },
		func() error { _, err := w.cases.Pass(w.ctx, a, anyCase(), "no_time"); return err },
		func() error { _, err := w.cases.ReportDone(w.ctx, a, anyCase(), key); return err },
		func() error { _, err := w.cases.Confirm(w.ctx, w.mei, anyCase(), cases.Half); return err },
	}
	open := func() error {
		_, err := w.cases.Open(w.ctx, w.mei, cases.Report{Key: secret.Text(), Kind: "lamp"})
		return err
	}
	err := open()
	if n := rnd.IntN(len(acts) + 4); n < len(acts) {
		err = acts[n]()
	}
	var lock *pq.Error
	if errors.As(err, &lock) && lock.Code == "55P03" {
		return // a slow machine: such a turn is played again
	}
	if _, ok := refusal.As(err); err != nil && !ok {
		w.Errorf("a step: %v", err)
	}
}

// account is the Telegram of somebody, read anew.
func (w *town) account(a people.Actor) people.Telegram {
	p, err := w.people.Person(w.ctx, w.id, a.Person)
	if err != nil {
		w.Errorf("read person: %v", err)
	}
	return people.Telegram{ID: p.Telegram, FirstName: a.Name}
}

// nothingOwnerless looks for cases with nobody, or with somebody who has no role
// for them or is gone.
func (w *town) nothingOwnerless() {
	w.Helper()
	var lost []int64
	require.NoError(w, w.db.Select(&lost, `
		SELECT c.id FROM cases c LEFT JOIN persons p ON p.id = c.holder_id
		WHERE c.status = 'open' OR c.status IN ('assigned', 'taken', 'done') AND (p.presence IN ('moved', 'died', 'left')
			OR NOT EXISTS (SELECT FROM person_roles r
				WHERE r.person_id = c.holder_id AND r.ended_at IS NULL AND r.role IN ('member', 'deputy', 'secretary')))`))
	require.Empty(w, lost)
	var cases int
	require.NoError(w, w.db.Get(&cases, `SELECT count(*) FROM cases WHERE status IN ('assigned', 'taken', 'done')`))
	require.Greater(w, cases, 50)
}

// TestWhoTurnsOutToBeAwayIsStoodInFor: the person on the register is in hospital,
// and the member who says that they are that person holds cases.
func TestWhoTurnsOutToBeAwayIsStoodInFor(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.cases)
	entry, err := w.people.Register(w.ctx, w.secretary, people.Registration{Name: "Li", Phone: "13800000501", Building: w.building.ID, Entrance: 1})
	require.NoError(t, err)
	_, err = w.people.Hospital(w.ctx, w.secretary, entry.ID, nil)
	require.NoError(t, err)
	c, err := w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "lamp"})
	require.NoError(t, err)
	holder := people.Actor{Community: w.id, Person: c.Holder}
	_, err = w.people.OwnPhone(w.ctx, holder, "+8613800000501")
	require.NoError(t, err)
	_, err = w.people.IsMe(w.ctx, holder, entry.ID)
	require.NoError(t, err)
	c, err = w.cases.Find(w.ctx, w.mei, c.ID)
	require.NoError(t, err)
	require.NotEqual(t, entry.ID, c.Holder)
	require.Equal(t, cases.Assigned, c.Status)
}

// TestNobodyReportsForWhoIsGone: neither for the dead, nor for a row that turned
// out to be somebody else.
func TestNobodyReportsForWhoIsGone(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.cases)
	_, err := w.people.Died(w.ctx, w.secretary, w.neighbour.Person)
	require.NoError(t, err)
	_, err = w.cases.Open(w.ctx, w.li, cases.Report{Key: w.key(), Kind: "lamp", For: w.neighbour.Person})
	refused(t, refusal.Conflict, "people.is_gone", err)

	fresh := w.meet("Fresh")
	entry, err := w.people.Register(w.ctx, w.secretary, people.Registration{Name: "Old", Phone: "13800000502", Building: w.building.ID, Entrance: 1})
	require.NoError(t, err)
	_, err = w.people.OwnPhone(w.ctx, fresh, "+8613800000502")
	require.NoError(t, err)
	_, err = w.people.IsMe(w.ctx, fresh, entry.ID)
	require.NoError(t, err)
	c, err := w.cases.Open(w.ctx, w.li, cases.Report{Key: w.key(), Kind: "lamp", For: fresh.Person})
	require.NoError(t, err)
	require.Equal(t, entry.ID, c.For)
}
