package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
)

// lost says that Telegram delivers nothing to somebody any more.
func (w *town) lost(a people.Actor, c cases.Case) cases.Case {
	w.Helper()
	require.NoError(w, w.people.Unreachable(w.ctx, w.id, a.Person))
	for range 2 { // told twice after a crash
		require.NoError(w, w.cases.Unreached(w.ctx, w.id, c.ID, a.Person))
	}
	return w.read(c.ID)
}

func TestWhoIsNotReachedPassesOnAtOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	w.sent()
	c = w.lost(w.li, c)
	require.Equal(t, w.wang.Person, c.Holder)
	require.Equal(t, cases.Assigned, c.Status)
	require.Equal(t, []string{"Wang case.ping"}, w.told(c.ID))
	c = w.lost(w.wang, c)
	require.Equal(t, w.secretary.Person, c.Holder, "where no member is left")
	c = w.lost(w.secretary, c)
	require.Equal(t, cases.Open, c.Status, "nobody is there")
	require.Zero(t, c.Holder)
	require.Equal(t, []string{"Wang case.ping", "Secretary case.ping"}, w.told(c.ID))
	require.Equal(t, []string{
		"drafted", "sent", "unreached", "not_told", "unreached", "not_told", "unreached", "not_told",
	}, w.events(c.ID), "the second word of each finds that it is not theirs any more")
}

func TestNotBeingReachedIsNoPass(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.lost(w.li, w.opened())
	_, err := w.people.Meet(w.ctx, w.id, w.telegram(w.li)) // she is back
	require.NoError(t, err)
	c = w.do(w.cases.Pass(w.ctx, w.wang, c.ID, "no_time"))
	require.Equal(t, w.li.Person, c.Holder, "and may be asked again")
}

func TestWhatSomebodyHasTakenIsHandedOver(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	w.sent()
	c = w.lost(w.holder(c), c)
	require.Equal(t, cases.Assigned, c.Status)
	require.Equal(t, w.wang.Person, c.Holder)
	require.Equal(t, []string{"Li case.not_yours", "Mei case.handed_over", "Wang case.ping"}, w.told(c.ID))
	require.Equal(t, []string{"drafted", "sent", "taken", "handed_over", "not_told"}, w.events(c.ID), "and once")
}

func TestWhatIsRefusedComesBackToWhoHears(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Propose(w.ctx, w.li, w.taken().ID, noWay))
	c = w.lost(w.li, c)
	require.Equal(t, cases.Proposed, c.Status, "it is with whoever looks at it")
	c = w.do(w.cases.Refuse(w.ctx, w.secretary, c.ID, cases.Refusals[0], ""))
	require.Equal(t, cases.Assigned, c.Status)
	require.Equal(t, w.wang.Person, c.Holder)
	require.Contains(t, w.told(c.ID), "Wang case.ping")
}

func TestADraftGoesBeforeAnotherReader(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.draft(w.meet("Somebody unknown"))
	require.NoError(t, w.cases.Unsent(w.ctx, w.id, c.ID))
	w.sent()
	c = w.lost(w.secretary, c)
	require.Equal(t, cases.Draft, c.Status)
	require.Equal(t, w.li.Person, c.Holder)
	require.Contains(t, w.told(c.ID), "Li case.unsent_ping")
}

// telegram is the account of somebody who writes again.
func (w *town) telegram(a people.Actor) people.Telegram {
	w.Helper()
	p, err := w.people.Person(w.ctx, w.id, a.Person)
	require.NoError(w, err)
	return people.Telegram{ID: p.Telegram, FirstName: a.Name}
}

// TestWhoIsInChargeHasWhatEverybodyElsePassed: a case that all have passed is not
// nobody's because the last one is not reached, or because it was a double for a while.
func TestWhoIsInChargeHasWhatEverybodyElsePassed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	of, c := w.opened(), w.opened()
	for range 2 {
		c = w.do(w.cases.Pass(w.ctx, w.holder(c), c.ID, "no_time"))
	}
	require.Equal(t, w.secretary.Person, c.Holder)
	c = w.do(w.cases.Give(w.ctx, w.secretary, c.ID, w.li.Person))
	w.do(w.cases.Pass(w.ctx, w.secretary, c.ID, "no_time"))

	w.do(w.cases.Merge(w.ctx, w.secretary, c.ID, of.ID))
	c = w.do(w.cases.Unmerge(w.ctx, w.secretary, c.ID))
	require.Equal(t, cases.Assigned, c.Status)
	require.Equal(t, w.secretary.Person, c.Holder)

	c = w.do(w.cases.Give(w.ctx, w.secretary, c.ID, w.li.Person))
	require.NoError(t, w.people.Unreachable(w.ctx, w.id, w.li.Person))
	require.NoError(t, w.cases.Unreached(w.ctx, w.id, c.ID, w.li.Person))
	c = w.read(c.ID)
	require.Equal(t, cases.Assigned, c.Status)
	require.Equal(t, w.secretary.Person, c.Holder)
}
