package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
)

// TestADisagreementOnThePhoneIsTheResidentsOwn: whoever had no part in the end writes it
// down, once; whoever proposed or decided it is not asked to tell it.
func TestADisagreementOnThePhoneIsTheResidentsOwn(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	w.unreached(w.mei)
	w.do(w.cases.Propose(w.ctx, w.li, c.ID, noWay))
	c = w.do(w.cases.Agree(w.ctx, w.secretary, c.ID))
	for name, had := range map[string]int{"proposed it": 0, "decided it": 0, "another": 1} {
		a := map[string]int64{"proposed it": c.ProposedBy, "decided it": c.DecidedBy, "another": w.wang.Person}[name]
		all, err := w.cases.ToTell(w.ctx, w.person(a))
		require.NoError(t, err)
		require.Len(t, all, had, name)
	}
	_, err := w.cases.DisagreeFor(w.ctx, w.secretary, c.ID)
	refused(t, "conflict", "case.own_end", err)
	c = w.do(w.cases.DisagreeFor(w.ctx, w.wang, c.ID))
	require.Equal(t, cases.Assigned, c.Status)
	require.NotNil(t, c.DisputedAt)
	require.NotContains(t, []int64{w.li.Person, w.secretary.Person}, c.Holder)
	before := w.count(c.ID)
	_, err = w.cases.DisagreeFor(w.ctx, w.secretary, c.ID)
	require.Error(t, err, "there is one")
	require.Equal(t, before, w.count(c.ID), "a second word changes nothing")
}

// TestBrokeAgainIsSaidOnThePhone: what had held comes back on the word of who phones,
// and who did the work does not write it down.
func TestBrokeAgainIsSaidOnThePhone(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Confirm(w.ctx, w.mei, w.done().ID, cases.Held))
	_, err := w.cases.AgainFor(w.ctx, w.holder(c), c.ID)
	require.Error(t, err)
	c = w.do(w.cases.AgainFor(w.ctx, w.wang, c.ID))
	require.Equal(t, cases.Taken, c.Status)
	w.clk.Advance(time.Hour)
	require.Equal(t, c.Holder, w.do(w.cases.AgainFor(w.ctx, w.wang, c.ID)).Holder)
}

// TestBothSidesCanBeCalled by whoever hears both, and each is noted.
func TestBothSidesCanBeCalled(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.mediator("Peace")
	c := w.heard()
	one, err := w.cases.Call(w.ctx, w.holder(c), c.ID)
	require.NoError(t, err)
	other, err := w.cases.CallOther(w.ctx, w.holder(c), c.ID)
	require.NoError(t, err)
	require.Equal(t, []int64{w.mei.Person, w.neighbour.Person}, []int64{one.ID, other.ID})
	_, err = w.cases.CallOther(w.ctx, w.mei, c.ID)
	require.Error(t, err)
	_, err = w.cases.Amend(w.ctx, w.holder(c), c.ID, cases.Amendment{Urgent: new(true)})
	require.NoError(t, err, "who only mediates says that it is urgent")
}

// TestNobodyMetTwiceLeavesItNotConfirmed: silence ends nothing that is private, and it
// does not stay open for ever either.
func TestNobodyMetTwiceLeavesItNotConfirmed(t *testing.T) {
	t.Parallel()
	for name, build := range map[string]func(*town) cases.Case{"a talk with the one": (*town).talkedAlone, "what two agreed": (*town).asked} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.mediator("Peace")
			c := build(w)
			_, err := w.cases.Unmet(w.ctx, w.holder(c), c.ID)
			refused(t, "conflict", "case.ask_them", err)
			w.clk.Advance(cases.AskTwice)
			require.Equal(t, cases.Done, w.do(w.cases.Unmet(w.ctx, w.holder(c), c.ID)).Status)
			require.Equal(t, cases.Done, w.do(w.cases.Unmet(w.ctx, w.holder(c), c.ID)).Status, "the same door")
			w.clk.Advance(cases.UnmetApart)
			require.Equal(t, cases.Unconfirmed, w.do(w.cases.Unmet(w.ctx, w.holder(c), c.ID)).Status)
			require.EqualValues(t, cases.Held, w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.Held)).Status, "a late word")
		})
	}
}
