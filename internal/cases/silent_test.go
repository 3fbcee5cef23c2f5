package cases_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
)

// days lets a case be, and its clocks be looked at hour by hour, for some days.
func (w *town) days(id int64, n int) cases.Case {
	w.Helper()
	for range n * 24 {
		w.clk.Advance(time.Hour)
		require.NoError(w, w.cases.Tick(w.ctx, w.id, id))
		require.NoError(w, w.cases.WakeItself(w.ctx, w.id, id))
		require.NoError(w, w.cases.LookAgain(w.ctx, w.id, id))
	}
	return w.read(id)
}

// toCome counts the moments to come at which somebody is asked to move a case.
func (w *town) toCome(id int64) (n int) {
	w.Helper()
	require.NoError(w, w.db.Get(&n, `
		SELECT count(*) FROM outbox WHERE (args->>'case')::bigint = $1 AND state = 'waiting' AND due_at > $2
			AND topic IN ('case.clock', 'case.wake', 'case.look_again', 'case.kept_due', 'case.hearer')`, id, w.clk.Now()))
	return n
}

// heardOf lists what somebody was told of a case.
func (w *town) heardOf(id, person int64) (topics []string) {
	w.Helper()
	require.NoError(w, w.db.Select(&topics, `
		SELECT topic FROM outbox WHERE (args->>'case')::bigint = $1 AND person_id = $2 AND edits = '' ORDER BY id`, id, person))
	return topics
}

func TestASilentHolderKeepsNothingThatWaitedPastItsTime(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	li := w.holder(c)
	w.do(w.cases.Wait(w.ctx, li, c.ID, cases.Pending{For: cases.ForParts, Until: w.clk.Now().Add(20 * 24 * time.Hour)}))
	c = w.days(c.ID, 20)
	require.Equal(t, cases.Taken, c.Status, "the parts are there")
	require.Equal(t, li.Person, c.Holder)
	require.Positive(t, w.toCome(c.ID))
	require.NotEqual(t, li.Person, w.days(c.ID, 12).Holder, "and nothing is said")
}

func TestWhoSaysSomethingNowAndThenKeepsWhatIsLate(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "water", Media: w.photo()}))
	li := w.holder(w.do(w.cases.Take(w.ctx, w.holder(c), c.ID)))
	for range 6 {
		require.Equal(t, li.Person, w.days(c.ID, 1).Holder)
		w.do(w.cases.Progress(w.ctx, li, c.ID, cases.Note{Key: w.key(), Words: "the pump is on its way"}))
	}
	require.NotEqual(t, li.Person, w.days(c.ID, 12).Holder, "then they said no more")
}

func TestASilentHolderKeepsNothingThatBrokeAgain(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.done()
	li := w.holder(c)
	w.clk.Advance(8 * 24 * time.Hour)
	w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.Held))
	w.clk.Advance(10 * 24 * time.Hour)
	w.do(w.cases.Again(w.ctx, w.mei, c.ID))
	require.Positive(t, w.toCome(c.ID))
	require.NotEqual(t, li.Person, w.days(c.ID, 15).Holder)
}

func TestWhoIsInChargeIsToldAgainOfWhatSheKeeps(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	w.do(w.cases.Give(w.ctx, w.secretary, c.ID, w.secretary.Person))
	w.do(w.cases.Take(w.ctx, w.secretary, c.ID))
	c = w.days(c.ID, 24)
	require.Equal(t, w.secretary.Person, c.Holder, "it ends with her")
	late := func(topic string) bool { return topic != "case.late" }
	require.Greater(t, len(slices.DeleteFunc(w.heardOf(c.ID, c.Holder), late)), 2)
	require.Positive(t, w.toCome(c.ID))
}

func TestAPrivateCaseGoesOnToAnotherWhoMayHearIt(t *testing.T) {
	t.Parallel()
	for name, taken := range map[string]bool{"nobody takes it": false, "who took it is silent": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			first, second := w.mediator("Peace"), w.mediator("Calm")
			deputy := w.meet("Deputy")
			require.NoError(t, w.people.Grant(w.ctx, w.secretary, deputy.Person, access.Deputy, 0))
			c := w.quarrel()
			require.Equal(t, first.Person, c.Holder)
			if taken {
				w.do(w.cases.Take(w.ctx, first, c.ID))
				w.do(w.cases.Invite(w.ctx, first, c.ID, w.neighbour.Person))
			}
			w.sent()
			for range 30 * 24 {
				if c = w.tick(c.ID, time.Hour); c.Holder != first.Person {
					break
				}
			}
			require.Equal(t, second.Person, c.Holder)
			told := w.told(c.ID)
			require.Contains(t, told, "Mei case.hears_now")
			require.Equal(t, taken, slices.Contains(told, "Neighbour case.hears_now"))
			require.Contains(t, told, "Peace case.not_yours")
			w.blind(first, c)
			require.NotContains(t, strings.Join(told, ","), "Secretary", "nobody else hears of it")

			c = w.days(c.ID, 40)
			require.Contains(t, []int64{w.secretary.Person, deputy.Person}, c.Holder, "where all mediators are silent, who is in charge and who stands in")
			w.blind(w.li, c)
			require.Positive(t, w.toCome(c.ID))
			if c.Holder == deputy.Person {
				require.Contains(t, w.heardOf(c.ID, w.secretary.Person), "case.mediator_wanted")
			}
		})
	}
}

func TestWhoIsInChargeLearnsThatAPrivateCaseWaits(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	peace := w.mediator("Peace")
	c := w.quarrel()
	require.Equal(t, peace.Person, c.Holder)
	w.do(w.cases.Take(w.ctx, peace, c.ID))
	w.do(w.cases.Invite(w.ctx, peace, c.ID, w.neighbour.Person))
	w.acts(w.secretary, w.settled(w.mei)) // she is of the family
	c = w.days(c.ID, 25)
	require.Equal(t, peace.Person, c.Holder, "there is nobody else")
	require.Empty(t, w.heardOf(c.ID, w.secretary.Person), "it is of her own family: she hears nothing")
	require.Positive(t, w.toCome(c.ID))

	deputy := w.meet("Deputy")
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, deputy.Person, access.Deputy, 0))
	require.Equal(t, deputy.Person, w.days(c.ID, 8).Holder, "as soon as somebody else may hear it")
}

func TestTalksThatBeginAnewAreWithSomebodyWhoIsThere(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.mediator("Peace")
	second := w.mediator("Calm")
	w.people.Follow(w.cases)
	c := w.asked()
	require.Equal(t, cases.Done, c.Status)
	_, err := w.people.Away(w.ctx, w.secretary, c.Holder, nil)
	require.NoError(t, err)
	w.do(w.cases.Kept(w.ctx, w.mei, c.ID, false))
	require.Equal(t, second.Person, w.read(c.ID).Holder)
	require.Contains(t, w.told(c.ID), "Neighbour case.hears_now")
}

func TestWhoReportedADangerHearsThatNobodyGoesYet(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Alarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "gas", Words: "gas"}))
	w.sent()
	w.tick(c.ID, 29*time.Minute)
	require.NotContains(t, w.told(c.ID), "Mei case.slips")
	w.tick(c.ID, time.Minute)
	require.Contains(t, w.told(c.ID), "Mei case.slips")
	w.sent()
	w.tick(c.ID, 90*time.Minute)
	require.Contains(t, w.told(c.ID), "Mei case.slips", "once more when it should have been done")

	c = w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "water", Urgent: true}))
	w.tick(c.ID, time.Hour)
	require.Contains(t, w.told(c.ID), "Mei case.slips", "so it is of what is urgent")
}

func TestTheClockRunsWhileAnEndIsProposed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	deputy := w.meet("Deputy")
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, deputy.Person, access.Deputy, 0))
	c := w.proposed(noWay)
	w.sent()
	by := *c.DoneBy
	w.clk.Advance(by.Sub(w.clk.Now()) - time.Hour)
	require.NoError(t, w.cases.Tick(w.ctx, w.id, c.ID))
	require.Contains(t, w.told(c.ID), "Mei case.slips", "whoever waits hears it before")
	w.sent()
	w.tick(c.ID, time.Hour)
	require.Contains(t, w.told(c.ID), "Secretary case.proposed", "who shall decide is reminded")
	late, err := w.cases.Matters(w.ctx, w.secretary, cases.Late, morning)
	require.NoError(t, err)
	require.Len(t, late, 1)
	w.sent()
	w.tick(c.ID, 2*time.Hour)
	require.Contains(t, w.told(c.ID), "Deputy case.late_charge", "then who stands in for her")
	require.NoError(t, w.cases.LookAgain(w.ctx, w.id, c.ID))
	require.Positive(t, w.toCome(c.ID))
}

func TestWhomNoMessageReachesHearsByPhoneThatItIsIn(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	granny := w.settled(w.meet("Granny"))
	require.NoError(t, w.people.Unreachable(w.ctx, w.id, granny.Person))
	paper := int64(0)
	for _, on := range cases.Channels {
		c := w.do(w.cases.Open(w.ctx, w.li, cases.Report{Key: w.key(), Kind: "lamp", For: granny.Person, Channel: on}))
		if on == cases.OnPaper {
			paper = c.ID
		}
	}
	w.opened()
	all, err := w.cases.ToTell(w.ctx, w.secretary)
	require.NoError(t, err)
	require.Len(t, all, 1, "on the phone and at the door they heard it themselves")
	require.Equal(t, paper, all[0].ID)
}

func TestWhoWaitsReadsWhenTheOtherBodyIsAskedOnceMore(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.ended(w.toProperty())
	w.clk.Advance(8 * 24 * time.Hour)
	require.NoError(t, w.cases.VisitDue(w.ctx, w.id, c.ID))
	var visit int64
	require.NoError(t, w.db.Get(&visit, `SELECT id FROM case_visits WHERE case_id = $1 AND ended_at IS NULL`, c.ID))
	w.sent()
	_, err := w.cases.Visited(w.ctx, w.secretary, visit, cases.Finding{Found: cases.AskLater, After: 14 * 24 * time.Hour})
	require.NoError(t, err)
	require.Equal(t, w.clk.Now().Add(14*24*time.Hour), w.read(c.ID).AskOn.UTC())
	require.Contains(t, w.told(c.ID), "Mei case.asks_later")
}

func TestWhatWaitsForPartsIsWork(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	first := w.waiting()
	require.Equal(t, w.li.Person, first.Holder)
	require.Equal(t, w.wang.Person, w.opened().Holder, "Li has something to move already")
	w.do(w.cases.Wait(w.ctx, w.li, first.ID, cases.Pending{For: cases.ForResident, Why: "tell_more"}))
	require.Equal(t, w.li.Person, w.opened().Holder, "what waits for the resident is theirs to move")
	candidates, err := w.cases.Candidates(w.ctx, w.secretary, w.last())
	require.NoError(t, err)
	for _, k := range candidates {
		if k.Person == w.wang.Person {
			require.Equal(t, 1, k.Holds)
		}
	}
}

func TestNobodyJudgesTheirOwnWork(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	li := w.settled(w.li)
	w.acts(w.mei, li)
	for range 3 {
		c := w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "lamp", For: li.Person}))
		require.NotEqual(t, li.Person, c.Holder, "it is not sent to whom it is for")
		c = w.do(w.cases.Send(w.ctx, w.mei, w.draft(w.mei).ID))
	}
	c := w.do(w.cases.Open(w.ctx, li, cases.Report{Key: w.key(), Kind: "lamp", Media: w.photo()}))
	w.do(w.cases.Take(w.ctx, li, c.ID))
	w.do(w.cases.ReportDone(w.ctx, li, c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
	_, err := w.cases.Confirm(w.ctx, li, c.ID, cases.Held)
	refused(t, "conflict", "case.own_work", err)
	w.clk.Advance(48 * time.Hour)
	require.NoError(t, w.cases.VisitDue(w.ctx, w.id, c.ID))
	visits, err := w.cases.Visits(w.ctx, w.wang)
	require.NoError(t, err)
	require.Len(t, visits, 1, "somebody else goes and looks")
	require.Equal(t, cases.Taken, w.do(w.cases.Confirm(w.ctx, li, c.ID, cases.NotFixed)).Status, "that it does not hold they may say")
}

func TestWhoIsAloneSaysThatItHeld(t *testing.T) {
	t.Parallel()
	w := emptyTown(t)
	w.secretary = w.settled(w.claimed(w.meet("Secretary")))
	c := w.do(w.cases.Open(w.ctx, w.secretary, cases.Report{Key: w.key(), Kind: "lamp", Media: w.photo()}))
	require.Equal(t, w.secretary.Person, c.Holder, "nothing is nobody's while there is anybody")
	w.do(w.cases.Take(w.ctx, w.secretary, c.ID))
	w.do(w.cases.ReportDone(w.ctx, w.secretary, c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
	require.EqualValues(t, cases.Held, w.do(w.cases.Confirm(w.ctx, w.secretary, c.ID, cases.Held)).Status)
}
