package cases_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// acts lets somebody act for another, and returns the tie.
func (w *town) acts(who, whom people.Actor) people.Tie {
	w.Helper()
	token, err := w.people.OfferFamily(w.ctx, whom, whom.Person, people.Family)
	require.NoError(w, err)
	l, err := w.people.OpenFamily(w.ctx, w.id, who.Person, token)
	require.NoError(w, err)
	_, err = w.people.AgreeFamily(w.ctx, whom, l.ID, true)
	require.NoError(w, err)
	ties, err := w.people.TiesOf(w.ctx, whom, whom.Person)
	require.NoError(w, err)
	return ties[len(ties)-1]
}

// reported is a report of the neighbour's for Mei, for whom she acts.
func (w *town) reported() (cases.Case, people.Tie) {
	w.Helper()
	tie := w.acts(w.neighbour, w.mei)
	return w.do(w.cases.Open(w.ctx, w.neighbour, cases.Report{Key: w.key(), For: w.mei.Person, Kind: "lamp"})), tie
}

func (w *town) mine(a people.Actor) []int64 {
	w.Helper()
	all, err := w.cases.Mine(w.ctx, a)
	require.NoError(w, err)
	ids := []int64{}
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestBothHearHowItGoesAndTheFirstAnswerCounts(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c, _ := w.reported()
	require.Equal(t, []string{"Li case.ping", "Mei case.for_you"}, w.told(c.ID))
	require.Equal(t, []int64{c.ID}, w.mine(w.mei))
	require.Equal(t, []int64{c.ID}, w.mine(w.neighbour))
	w.do(w.cases.Take(w.ctx, w.li, c.ID))
	w.do(w.cases.ReportDone(w.ctx, w.li, c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
	w.sent()

	var wg sync.WaitGroup
	outcomes := make([]error, 2)
	for i, a := range []people.Actor{w.mei, w.neighbour} {
		wg.Go(func() {
			_, outcomes[i] = w.cases.Confirm(w.ctx, a, c.ID, []cases.Outcome{cases.Held, cases.NotFixed}[i])
		})
	}
	wg.Wait()
	lost := 0
	for _, err := range outcomes {
		if err != nil {
			require.True(t, refusal.Is(err, refusal.Conflict), "%v", err)
			lost++
		}
	}
	require.Equal(t, 1, lost)
	var gone int
	require.NoError(t, w.db.Get(&gone, `SELECT count(*) FROM outbox WHERE topic = 'case.check_gone' AND edits LIKE '%case.check:%'`))
	require.Equal(t, 1, gone, "the other's question says so")
}

func TestWhoActsNoMoreSeesAndDoesNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c, tie := w.reported()
	_, err := w.people.EndTie(w.ctx, w.mei, tie.ID)
	require.NoError(t, err)
	w.sent()
	require.Empty(t, w.mine(w.neighbour))
	_, err = w.cases.Find(w.ctx, w.neighbour, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.cases.TakeBack(w.ctx, w.neighbour, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	w.do(w.cases.Take(w.ctx, w.li, c.ID))
	require.Equal(t, []string{"Mei case.taken"}, w.told(c.ID))
}

func TestAPhotoIsForAnotherUntilItIsSent(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	zhao := w.meet("Zhao")
	_, err := w.people.Settle(w.ctx, zhao, w.building.ID, 4, "101")
	require.NoError(t, err)
	tie := w.acts(w.mei, zhao)
	c := w.draft(w.mei)
	require.Equal(t, 2, c.Place.Entrance)
	_, err = w.cases.Whom(w.ctx, w.mei, c.ID, w.neighbour.Person)
	refused(t, refusal.NotFound, "access.not_found", err)
	for range 2 {
		c = w.do(w.cases.Whom(w.ctx, w.mei, c.ID, zhao.Person))
		require.Equal(t, 4, c.Place.Entrance, "it is at his home now")
	}
	c = w.do(w.cases.Whom(w.ctx, w.mei, c.ID, 0))
	require.Equal(t, 2, c.Place.Entrance)
	c = w.do(w.cases.Place(w.ctx, w.mei, c.ID, community.Place{Spot: community.SpotOutdoors}))
	c = w.do(w.cases.Whom(w.ctx, w.mei, c.ID, zhao.Person))
	require.Equal(t, community.SpotOutdoors, c.Place.Spot, "what was said stays")
	require.Empty(t, w.mine(zhao), "a draft is its reporter's")

	_, err = w.people.EndTie(w.ctx, zhao, tie.ID)
	require.NoError(t, err)
	c = w.do(w.cases.Send(w.ctx, w.mei, c.ID))
	require.Equal(t, w.mei.Person, c.For, "nobody is spoken for any more, and nothing is lost")
}

func TestWhoIsPhonedAndWhoMayAnswer(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	zhao, err := w.people.Register(w.ctx, w.secretary, people.Registration{Name: "Zhao", Building: w.building.ID, Phone: "0535"})
	require.NoError(t, err)
	done := func(of int64) cases.Case {
		c := w.do(w.cases.Open(w.ctx, w.wang, cases.Report{Key: w.key(), For: of}))
		w.do(w.cases.Take(w.ctx, w.li, c.ID))
		return w.do(w.cases.ReportDone(w.ctx, w.li, c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
	}
	first, second := done(zhao.ID), done(zhao.ID)
	done(w.mei.Person) // she is asked by Telegram
	list := func(a people.Actor) []int64 {
		all, err := w.cases.ToPhone(w.ctx, a)
		require.NoError(t, err)
		ids := []int64{}
		for _, c := range all {
			ids = append(ids, c.ID)
		}
		return ids
	}
	require.Equal(t, []int64{first.ID, second.ID}, list(w.wang))
	require.Equal(t, []int64{first.ID, second.ID}, list(w.secretary))
	require.Empty(t, list(w.li), "who did it asks nobody whether it held")
	require.Empty(t, list(w.far), "another area's")
	_, err = w.cases.ToPhone(w.ctx, w.mei)
	refused(t, refusal.NotFound, "access.not_found", err)

	for _, a := range []people.Actor{w.li, w.far, w.mei} {
		_, err = w.cases.AnswerFor(w.ctx, a, first.ID, cases.Held)
		refused(t, refusal.NotFound, "access.not_found", err)
	}
	_, err = w.cases.Confirm(w.ctx, w.wang, first.ID, cases.Held)
	refused(t, refusal.NotFound, "access.not_found", err) // she wrote it down, and cannot tell

	w.do(w.cases.NoReply(w.ctx, w.wang, first.ID))
	w.do(w.cases.NoReply(w.ctx, w.wang, first.ID)) // a doubled tap
	require.Equal(t, []int64{second.ID, first.ID}, list(w.wang), "who did not answer comes last")
	all, err := w.cases.ToPhone(w.ctx, w.wang)
	require.NoError(t, err)
	require.Equal(t, 1, all[1].Tries)
	w.clk.Advance(time.Hour)
	w.do(w.cases.NoReply(w.ctx, w.secretary, first.ID))
	all, err = w.cases.ToPhone(w.ctx, w.wang)
	require.NoError(t, err)
	require.Equal(t, 2, all[1].Tries)

	c := w.do(w.cases.AnswerFor(w.ctx, w.wang, second.ID, cases.Held))
	require.EqualValues(t, cases.Held, c.Status)
	c = w.do(w.cases.AnswerFor(w.ctx, w.wang, first.ID, cases.Half))
	require.Equal(t, cases.Taken, c.Status)
	var phone bool
	require.NoError(t, w.db.Get(&phone, `SELECT bool_and(detail->>'phone' = 'true' AND actor_id = $1) FROM case_events WHERE code IN ('held', 'reopened')`, w.wang.Person))
	require.True(t, phone, "it says who wrote down what was said on the phone")
}

func TestSomebodyIsToldWhoMustBePhoned(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	zhao, err := w.people.Register(w.ctx, w.secretary, people.Registration{Name: "Zhao", Building: w.building.ID, Phone: "0535"})
	require.NoError(t, err)
	done := func(by, holder people.Actor, of int64) int64 {
		c := w.do(w.cases.Open(w.ctx, by, cases.Report{Key: w.key(), For: of}))
		w.do(w.cases.Take(w.ctx, holder, c.ID))
		w.sent()
		w.do(w.cases.ReportDone(w.ctx, holder, c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
		return c.ID
	}
	require.Contains(t, w.told(done(w.wang, w.li, zhao.ID)), "Wang case.to_phone")
	told := w.told(done(w.li, w.li, zhao.ID))
	require.NotContains(t, told, "Li case.to_phone", "who did it asks nobody whether it held")
	require.Contains(t, told, "Secretary case.to_phone")
	for _, n := range w.told(done(w.wang, w.li, w.mei.Person)) {
		require.NotContains(t, n, "case.to_phone", "she is asked by Telegram")
	}
}

func TestWhoActsSeesWhatTheOtherReported(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.acts(w.neighbour, w.mei)
	draft, sent := w.draft(w.mei), w.opened()
	require.Equal(t, []int64{sent.ID}, w.mine(w.neighbour), "a draft is its reporter's alone")
	require.Equal(t, []int64{sent.ID, draft.ID}, w.mine(w.mei))
	_, err := w.cases.Find(w.ctx, w.neighbour, sent.ID)
	require.NoError(t, err)
	_, err = w.cases.Find(w.ctx, w.neighbour, draft.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.cases.Send(w.ctx, w.neighbour, draft.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	w.do(w.cases.Take(w.ctx, w.li, sent.ID))
	w.do(w.cases.ReportDone(w.ctx, w.li, sent.ID, cases.Note{Key: w.key(), Media: w.photo()}))
	c := w.do(w.cases.Confirm(w.ctx, w.neighbour, sent.ID, cases.Held))
	require.EqualValues(t, cases.Held, c.Status)
}
