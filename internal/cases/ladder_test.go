package cases_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
)

// oneGroup is a group in which those on duty read.
type oneGroup struct{}

func (oneGroup) DutyChats(context.Context, *sqlx.Tx, int64, int64) ([]int64, error) {
	return []int64{-100}, nil
}

// tick moves the clock, and lets the clocks of a case be looked at.
func (w *town) tick(id int64, after time.Duration) cases.Case {
	w.Helper()
	w.clk.Advance(after)
	require.NoError(w, w.cases.Tick(w.ctx, w.id, id))
	return w.read(id)
}

func TestNobodyGoes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.cases.Posts(oneGroup{})
	deputy := w.meet("Deputy")
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, deputy.Person, access.Deputy, 0))
	c := w.opened()
	w.sent()
	require.Equal(t, w.li.Person, w.tick(c.ID, time.Hour+59*time.Minute).Holder, "not yet")
	require.Equal(t, w.wang.Person, w.tick(c.ID, time.Minute).Holder, "after two office hours the second is asked")
	require.Equal(t, []string{"Wang case.climbed"}, w.told(c.ID))
	w.sent()
	require.Equal(t, w.wang.Person, w.tick(c.ID, 2*time.Hour).Holder, "then the group, and the second holds it")
	require.Equal(t, []string{"- case.group"}, w.told(c.ID))
	require.Equal(t, deputy.Person, w.tick(c.ID, 2*time.Hour).Holder)
	require.Equal(t, w.secretary.Person, w.tick(c.ID, 2*time.Hour).Holder)
	w.sent()
	require.Equal(t, w.secretary.Person, w.tick(c.ID, 10*time.Hour+14*time.Hour).Holder, "it ends with her")
	require.Equal(t, []string{"- case.group", "Secretary case.withdrawn", "Secretary case.climbed"}, w.told(c.ID), "who is reminded, in the place of the card before")

	taken := w.do(w.cases.TakeInGroup(w.ctx, w.li, c.ID))
	require.Equal(t, w.li.Person, taken.Holder, "the first tap wins, also of who was asked first")
	require.Contains(t, w.told(c.ID), "- case.group_gone")
	require.Contains(t, w.told(c.ID), "Li case.ping")
	w.do(w.cases.TakeInGroup(w.ctx, w.li, c.ID))
	_, err := w.cases.TakeInGroup(w.ctx, w.wang, c.ID)
	require.Error(t, err, "the second tap comes too late")
	_, err = w.cases.TakeInGroup(w.ctx, w.neighbour, c.ID)
	require.Error(t, err, "who may not go does not")
}

func TestTheLadderOfADangerIsQuick(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Alarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "gas", Words: "gas"}))
	first := c.Holder
	c = w.tick(c.ID, 10*time.Minute)
	require.NotEqual(t, first, c.Holder)
	c = w.tick(c.ID, 10*time.Minute)
	require.Equal(t, w.secretary.Person, c.Holder, "there are neither group nor deputy")
	before := w.count(c.ID)
	require.NoError(t, w.cases.Tick(w.ctx, w.id, c.ID), "a job that comes twice")
	require.Equal(t, before, w.count(c.ID))
}

// TestWhoDidNotAnswerARingIsNotAskedAgain: a danger of which nobody said a word rang
// everybody on duty; while somebody else can be asked none of them is, and when nobody
// else can they are asked in turn.
func TestWhoDidNotAnswerARingIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	unsure := func() cases.Case {
		c := w.do(w.cases.AskAlarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "gas", Words: "a smell"}, true))
		w.clk.Advance(cases.Ringing)
		require.NoError(t, w.cases.AlarmItself(w.ctx, w.id, c.ID))
		return w.read(c.ID)
	}
	rung := unsure()
	first := rung.Holder
	require.Contains(t, []int64{w.li.Person, w.wang.Person}, first)
	rung = w.tick(rung.ID, 10*time.Minute)
	require.Contains(t, []int64{w.li.Person, w.wang.Person}, rung.Holder, "there is nobody else")
	require.NotEqual(t, first, rung.Holder)

	w.cases.Posts(oneGroup{})
	c := unsure()
	deputy := w.settled(w.meet("Deputy"))
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, deputy.Person, access.Deputy, 0))
	w.sent()
	w.tick(c.ID, 10*time.Minute)
	require.Equal(t, []string{"- case.group"}, w.told(c.ID), "none of those who were rung")
	require.Equal(t, deputy.Person, w.tick(c.ID, 10*time.Minute).Holder, "who was not")
	require.Equal(t, w.secretary.Person, w.tick(c.ID, 10*time.Minute).Holder, "it ends with her")
}

func TestOneTapNamesIt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Send(w.ctx, w.mei, w.draft(w.mei).ID))
	require.Empty(t, c.Kind)
	w.sent()
	w.tick(c.ID, 15*time.Minute)
	holder := w.name(c.Holder)
	require.Equal(t, []string{holder + " case.withdrawn", holder + " case.unnamed"}, w.told(c.ID), "one card of it, not two")
	_, err := w.cases.Amend(w.ctx, w.neighbour, c.ID, cases.Amendment{Kind: "water", First: true})
	require.Error(t, err)
	c = w.do(w.cases.Amend(w.ctx, w.secretary, c.ID, cases.Amendment{Kind: "water", First: true}))
	require.Equal(t, c.OpenedAt.Add(24*time.Hour), *c.DoneBy, "from when it was opened")
	require.Equal(t, c.OpenedAt.Add(24*time.Hour), *c.DueAt)
	require.Equal(t, "water", w.do(w.cases.Amend(w.ctx, w.li, c.ID, cases.Amendment{Kind: "tree", First: true})).Kind, "the first word counts")
	w.sent()
	w.tick(c.ID, 15*time.Minute)
	require.Empty(t, w.told(c.ID), "nobody is asked any more")

	other := w.do(w.cases.Send(w.ctx, w.mei, w.draft(w.mei).ID))
	w.sent()
	w.tick(other.ID, 10*time.Minute)
	require.Empty(t, w.told(other.ID))
	w.tick(other.ID, 15*time.Minute)
	require.Equal(t, []string{
		w.name(other.Holder) + " case.withdrawn", w.name(other.Holder) + " case.unnamed", "Secretary case.unnamed",
	}, w.told(other.ID), "within half an hour of the office")

	going := w.do(w.cases.Send(w.ctx, w.mei, w.draft(w.mei).ID))
	w.do(w.cases.Take(w.ctx, w.holder(going), going.ID))
	w.sent()
	w.tick(going.ID, 30*time.Minute)
	require.Empty(t, w.told(going.ID), "whoever goes there finds out")
}

func TestWhatIsTakenIsKeptInMind(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "water", Media: w.photo()}))
	w.do(w.cases.Take(w.ctx, w.holder(c), c.ID))
	w.sent()
	for _, step := range []struct {
		after time.Duration
		want  []string
	}{
		{18 * time.Hour, []string{"Li case.warned"}},
		{3 * time.Hour, []string{"Mei case.slips"}},
		{3 * time.Hour, []string{"Li case.withdrawn", "Li case.late"}},
		{2 * time.Hour, []string{"Secretary case.late_charge"}},
	} {
		w.tick(c.ID, step.after)
		require.Equal(t, step.want, w.told(c.ID))
		w.sent()
	}
	c = w.tick(c.ID, 24*time.Hour)
	require.Equal(t, w.wang.Person, c.Holder, "who is silent keeps nothing")
	require.Equal(t, cases.Assigned, c.Status)
}

// What becomes urgent hours after somebody was asked climbs from then on, and is not
// left without a clock because the time for it was over before.
func TestWhatBecomesUrgentLateClimbs(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Send(w.ctx, w.mei, w.draft(w.mei).ID))
	first := c.Holder
	w.tick(c.ID, 15*time.Minute) // they are asked of what kind it is
	urgent := true
	w.do(w.cases.Amend(w.ctx, w.secretary, c.ID, cases.Amendment{Urgent: &urgent}))
	c = w.tick(c.ID, 10*time.Minute)
	require.NotEqual(t, first, c.Holder)
}

// What stays late is looked at every few days: who says nothing more of it hands it
// over, and who is in charge is told of their own.
func TestWhatStaysLateIsNotForgotten(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "water", Media: w.photo()}))
	li := w.holder(c)
	w.do(w.cases.Take(w.ctx, li, c.ID))
	for _, after := range []time.Duration{18 * time.Hour, 3 * time.Hour, 3 * time.Hour, 2 * time.Hour} {
		w.tick(c.ID, after)
	}
	note := func(words string) cases.Note { return cases.Note{Key: w.key(), Words: words} }
	w.do(w.cases.Progress(w.ctx, li, c.ID, note("the valve is ordered")))
	w.sent()
	const look = 7 * 24 * time.Hour
	require.Equal(t, li.Person, w.tick(c.ID, 24*time.Hour).Holder)
	w.clk.Advance(time.Hour)
	w.do(w.cases.Progress(w.ctx, li, c.ID, note("it has not come yet")))
	w.sent()
	require.Equal(t, li.Person, w.tick(c.ID, look).Holder)
	require.Empty(t, w.told(c.ID), "they said something")

	c = w.tick(c.ID, look)
	require.Equal(t, w.wang.Person, c.Holder, "and nothing more")
	w.do(w.cases.Give(w.ctx, w.secretary, c.ID, w.secretary.Person))
	w.do(w.cases.Take(w.ctx, w.secretary, c.ID))
	for range 3 {
		w.tick(c.ID, 24*time.Hour)
	}
	w.sent()
	for range 2 {
		c = w.tick(c.ID, look)
		require.Equal(t, w.secretary.Person, c.Holder)
		require.Contains(t, w.told(c.ID), "Secretary case.late")
		w.sent()
	}
}

func TestWhoSaysWhenIsHeard(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	li := w.holder(c)
	w.sent()
	at := morning.Add(5 * time.Hour)
	for range 2 {
		w.do(w.cases.Plan(w.ctx, li, c.ID, at))
	}
	require.Equal(t, []string{"Mei case.coming"}, w.told(c.ID), "once")
	_, err := w.cases.Plan(w.ctx, w.wang, c.ID, at)
	require.Error(t, err, "nobody speaks for another")
	_, err = w.cases.Plan(w.ctx, li, c.ID, morning.Add(-time.Hour))
	require.Error(t, err)
	w.sent()
	w.tick(c.ID, 6*time.Hour)
	require.Equal(t, []string{"Li case.not_come", "Mei case.slips"}, w.told(c.ID))
}

func TestWhoIsAwayOrBlockedKeepsNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "water", Media: w.photo()}))
	w.do(w.cases.Take(w.ctx, w.holder(c), c.ID))
	require.NoError(t, w.people.Unreachable(w.ctx, w.id, c.Holder))
	w.sent()
	c = w.tick(c.ID, 18*time.Hour)
	require.Equal(t, w.wang.Person, c.Holder)
	require.Equal(t, []string{"Li case.not_yours", "Mei case.handed_over", "Wang case.ping"}, w.told(c.ID))
}

func TestTheClocksStandWhileTheResidentIsAsked(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	before := *c.DoneBy
	w.sent()
	w.clk.Advance(24 * time.Hour)
	c = w.do(w.cases.Wait(w.ctx, w.holder(c), c.ID, cases.Pending{For: cases.ForResident, Why: "tell_more"}))
	require.True(t, c.Paused())
	require.Nil(t, c.DoneBy)
	asked := w.told(c.ID)
	c = w.tick(c.ID, 10*24*time.Hour)
	require.Equal(t, asked, w.told(c.ID), "nobody is late meanwhile")
	late, err := w.cases.Matters(w.ctx, w.secretary, cases.Late, morning)
	require.NoError(t, err)
	require.Empty(t, late)
	c = w.do(w.cases.GoOn(w.ctx, w.holder(c), c.ID))
	require.False(t, c.Paused())
	require.Equal(t, before.Add(10*24*time.Hour), *c.DoneBy)
	w.sent()
	w.tick(c.ID, 5*24*time.Hour)
	require.Equal(t, []string{"- case.wake", "Li case.warned"}, w.told(c.ID))
}

// TestAnEndOfADangerIsDecidedAtOnce: whoever is there says that it is another's, and
// nobody waits a day until somebody looks at that.
func TestAnEndOfADangerIsDecidedAtOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Alarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "gas", Words: "gas"}))
	w.do(w.cases.Take(w.ctx, w.li, c.ID))
	w.sent()
	end := cases.Proposal{As: cases.Referred, Why: "theirs", To: "gas", AskOn: w.clk.Now().Add(24 * time.Hour)}
	w.do(w.cases.Propose(w.ctx, w.li, c.ID, end))
	require.Subset(t, w.told(c.ID), []string{"Secretary case.proposed", "Mei case.deciding"})
	w.sent()
	again := func(after time.Duration) []string {
		w.clk.Advance(after)
		require.NoError(t, w.cases.LookAgain(w.ctx, w.id, c.ID))
		return w.told(c.ID)
	}
	require.NotContains(t, again(9*time.Minute), "Wang case.proposed")
	require.Contains(t, again(time.Minute), "Wang case.proposed")
	w.do(w.cases.Refuse(w.ctx, w.wang, c.ID, "is_ours", ""))
	require.Contains(t, w.told(c.ID), "Mei case.goes_on")
}
