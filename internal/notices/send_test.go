package notices_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestANoticeGoesToEachOnceAndItIsKnownWhomItDidNotReach(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.group(-1)
	w.fate["Chen"] = failed("bot was blocked by the user")
	w.fate["Mei"] = uncertain
	d := everybody("a")
	d.For.Groups = true
	n := w.confirm(d)
	require.Equal(t, notices.Set, n.State)
	w.pass(notices.Grace - time.Second)
	require.Empty(t, w.heard(), "it can be stopped still")
	w.pass(time.Minute)
	require.Equal(t, []string{
		"Deputy notice.important", "Li notice.important", "Secretary notice.important", "Secretary notice.uncertain", "group -1 notice.post",
	}, w.heard())
	require.Equal(t, []string{
		"Secretary sent", "Deputy sent", "Li sent", "Mei uncertain", "Old Wang failed no_telegram", "Chen failed blocked", "Lao Sun failed blocked",
	}, w.stands(n))
	n = w.read(n)
	require.Equal(t, notices.Out, n.State)
	require.NotNil(t, n.EndedAt)
	p, err := w.notices.Progress(w.ctx, w.secretary, n.ID)
	require.NoError(t, err)
	require.Equal(t, notices.Progress{
		People: 7, Sent: 3, Uncertain: 1, Failed: map[string]int{notices.NoTelegram: 1, notices.Blocked: 2}, Groups: 1, GroupsSent: 1,
	}, p)
	doubt, err := w.notices.Unsure(w.ctx, w.secretary, n.ID)
	require.NoError(t, err)
	require.Equal(t, []int64{w.mei.Person}, doubt.People)
	w.pass(time.Hour)
	require.Empty(t, w.heard(), "it is told once")
}

func TestConfirmedTwiceAtOnceItIsOne(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	d := everybody("a")
	d.Weight = notices.Urgent
	var all sync.WaitGroup
	ids := make([]int64, 8)
	for i := range ids {
		all.Go(func() {
			n, err := w.notices.Confirm(w.ctx, w.secretary, d)
			if err == nil {
				ids[i] = n.ID
			}
		})
	}
	all.Wait()
	for _, id := range ids {
		require.NotZero(t, id)
		require.Equal(t, ids[0], id)
	}
	w.pass(time.Minute)
	require.Len(t, w.heard(), 5, "each who has Telegram once")
}

func TestAJobThatComesTwiceDoesNothingTwice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	n := w.going(everybody("a"))
	for range 2 {
		for _, topic := range []string{"notice.start", "notice.sweep", "notice.over", "notice.correct"} {
			require.NoError(t, w.notices.Do(w.ctx, w.id, topic, args(n)))
		}
		w.post(0)
	}
	w.pass(time.Minute)
	require.Len(t, w.heard(), 5)
	require.Len(t, w.stands(n), 7)
}

func args(n notices.Notice) []byte { return fmt.Appendf(nil, `{"notice": %d}`, n.ID) }

func TestWithinTheTwoMinutesNobodyHasIt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	n := w.confirm(everybody("a"))
	for range 2 {
		stopped, err := w.notices.Stop(w.ctx, w.secretary, n.ID)
		require.NoError(t, err)
		require.Equal(t, notices.Stopped, stopped.State)
	}
	w.pass(time.Hour)
	require.Empty(t, w.heard())
	require.Empty(t, w.stands(n))
	_, err := w.notices.Pause(w.ctx, w.secretary, n.ID)
	w.refused(refusal.Conflict, "notices.too_late", err)
	again, err := w.notices.Confirm(w.ctx, w.secretary, everybody("a"))
	require.NoError(t, err)
	require.Equal(t, notices.Stopped, again.State, "its dialog is over")
}

func TestStoppedHalfwayTheRestGetsNone(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	n := w.going(everybody("a"))
	w.post(2)
	n, err := w.notices.Stop(w.ctx, w.deputy, n.ID)
	require.NoError(t, err)
	require.Equal(t, notices.Stopped, n.State)
	require.NotNil(t, n.EndedAt)
	w.pass(time.Hour)
	require.Equal(t, []string{
		"Secretary sent", "Deputy sent", "Li withdrawn", "Mei withdrawn", "Old Wang failed no_telegram", "Chen withdrawn", "Lao Sun failed blocked",
	}, w.stands(n))
}

func TestPausedItWaitsAndGoesOn(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	d := everybody("a")
	d.Weight = notices.Ordinary
	n := w.going(d)
	w.post(2)
	inHand, err := w.box.Claim(w.ctx, "other", 1, outbox.Want{Community: w.id, Messages: 1})
	require.NoError(t, err)
	onItsWay, err := w.box.Claim(w.ctx, "other", 1, outbox.Want{Community: w.id, Messages: 1})
	require.NoError(t, err)
	require.NoError(t, w.box.Attempting(w.ctx, onItsWay[0]))
	_, err = w.notices.Pause(w.ctx, w.secretary, n.ID)
	require.NoError(t, err)
	require.ErrorIs(t, w.box.Attempting(w.ctx, inHand[0]), outbox.ErrLate, "it is not sent after the pause")
	require.NoError(t, w.box.Later(w.ctx, onItsWay[0], w.clk.Now().Add(3*time.Second), false), "Telegram says to wait")
	w.heard()
	w.pass(12 * time.Hour)
	require.Empty(t, w.heard(), "also what Telegram would have taken later waits")
	n, err = w.notices.GoOn(w.ctx, w.deputy, n.ID)
	require.NoError(t, err)
	require.Equal(t, notices.Going, n.State)
	w.pass(time.Minute)
	require.Equal(t, []string{"Chen notice.told", "Li notice.told", "Mei notice.told"}, w.heard())
	require.Equal(t, notices.Out, w.read(n).State)
}

func TestPausedUntilItIsOverItIsOver(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	d := everybody("a")
	d.Weight, d.Until = notices.Ordinary, w.at(24, 12, 0)
	n := w.going(d)
	_, err := w.notices.Pause(w.ctx, w.secretary, n.ID)
	require.NoError(t, err)
	w.until(w.at(26, 12, 0))
	require.Empty(t, w.heard())
	require.Equal(t, notices.Out, w.read(n).State)
	require.Contains(t, w.stands(n), "Mei withdrawn too_late")
}

func TestWithdrawnEverybodyWhoHasItReadsSo(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.group(-1)
	d := everybody("a")
	d.For.Groups = true
	n := w.going(d)
	w.post(3)
	onItsWay, err := w.box.Claim(w.ctx, "other", 1, outbox.Want{Community: w.id, Messages: 1})
	require.NoError(t, err)
	require.NoError(t, w.box.Attempting(w.ctx, onItsWay[0]))
	w.heard()
	for range 2 {
		n, err = w.notices.Withdraw(w.ctx, w.secretary, n.ID)
		require.NoError(t, err)
		require.Equal(t, notices.Withdrawn, n.State)
	}
	w.pass(time.Second)
	require.Len(t, w.heard(), 3, "one is on its way still")
	require.NoError(t, w.box.Sent(w.ctx, onItsWay[0], 99, "text"))
	w.pass(time.Minute)
	require.Len(t, w.heard(), 1)
	require.NotNil(t, w.read(n).EndedAt)
	require.NotContains(t, w.stands(n), "Mei waiting")

	_, err = w.notices.Correct(w.ctx, w.secretary, n.ID, "c", notices.Words{"en": "Gas off."})
	w.refused(refusal.Conflict, "notices.too_late", err)
}

func TestACorrectionReachesAllWhoReadTheOldWords(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	g := w.group(-1)
	require.NotZero(t, g.ID)
	d := everybody("a")
	d.For.Groups = true
	n := w.going(d)
	w.post(2)
	drawn, err := w.box.Claim(w.ctx, "other", 1, outbox.Want{Community: w.id, Messages: 1})
	require.NoError(t, err)
	require.NoError(t, w.box.Attempting(w.ctx, drawn[0]))
	w.heard()
	for range 2 {
		n, err = w.notices.Correct(w.ctx, w.deputy, n.ID, "c", notices.Words{"en": "Water off on Wednesday."})
		require.NoError(t, err)
		require.Equal(t, 1, n.Version)
	}
	w.jobs()
	require.NoError(t, w.box.Sent(w.ctx, drawn[0], 98, "text"), "with the old words")
	w.pass(time.Minute)
	require.Equal(t, []string{
		"Chen notice.important", "Deputy notice.corrected", "Li notice.important", "Mei notice.important", "Secretary notice.corrected",
		"group -1 notice.post_corrected",
	}, w.heard(), "who did not have it gets the new words at once")
	_, err = w.notices.Correct(w.ctx, w.secretary, n.ID, "d", notices.Words{"en": "Water off on Friday."})
	require.NoError(t, err)
	w.pass(time.Minute)
	require.Len(t, w.heard(), 6, "everybody who has it")
}

func TestWhatIsOverLosesItsPin(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.group(-1)
	d := everybody("a")
	d.Weight, d.For.Groups, d.Pin, d.Until = notices.Ordinary, true, true, w.at(24, 12, 0)
	w.going(d)
	w.pass(time.Hour)
	w.heard()
	w.until(w.at(24, 12, 0))
	require.Equal(t, []string{"group -1 notice.post_over"}, w.heard())
}

func TestWhoeverLeftMeanwhileIsToldNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	n := w.going(everybody("a"))
	_, err := w.people.Moved(w.ctx, w.secretary, w.mei.Person)
	require.NoError(t, err)
	w.pass(time.Minute)
	require.Contains(t, w.stands(n), "Mei withdrawn gone")
	require.NotContains(t, w.heard(), "Mei notice.important")
}

func TestWhoTurnsOutToBeOnTheRegisterIsOne(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	fresh := w.meet("Wang", 0, 0, "")
	n := w.going(everybody("a"))
	token, err := w.people.LinkPerson(w.ctx, w.secretary, w.wang.Person)
	require.NoError(t, err)
	m, err := w.people.OpenPerson(w.ctx, w.id, fresh.Person, token)
	require.NoError(t, err)
	_, err = w.people.AnswerPerson(w.ctx, fresh, m.Link, true)
	require.NoError(t, err)
	require.Contains(t, w.stands(n), "Old Wang waiting")
	w.pass(time.Minute)
	require.Contains(t, w.stands(n), "Old Wang sent")
	require.Len(t, w.stands(n), 7)
	require.Contains(t, w.heard(), "Old Wang notice.important")
	require.Equal(t, notices.Out, w.read(n).State)
}

func TestTenThousandAreFrozenHeldAndStoppedAtOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.exec(`INSERT INTO persons (community_id, telegram, name, language, building_id, entrance, flat, reachable, consent_at, created_at)
		SELECT $1, 1000 + g, 'Neighbour ' || g, 'zh', $2, 1, g::text, true, $3, $3 FROM generate_series(1, 10000) g`, w.id, w.three, monday)
	n := w.confirm(everybody("a"))
	w.clk.Advance(notices.Grace)
	real := clock.New()
	began := real.Now()
	took := func(what string) {
		now := real.Now()
		t.Logf("%s in %s", what, now.Sub(began))
		require.Less(t, now.Sub(began), time.Minute, "a second or two on a machine that does nothing else")
		began = now
	}
	w.jobs()
	took("frozen")
	require.Len(t, w.stands(n), 10007)
	began = real.Now()
	_, err := w.notices.Pause(w.ctx, w.secretary, n.ID)
	require.NoError(t, err)
	took("paused")
	_, err = w.notices.GoOn(w.ctx, w.secretary, n.ID)
	require.NoError(t, err)
	took("let go on")
	_, err = w.notices.Correct(w.ctx, w.secretary, n.ID, "c", notices.Words{"en": "Water off on Friday."})
	require.NoError(t, err)
	took("corrected")
	_, err = w.notices.Stop(w.ctx, w.secretary, n.ID)
	require.NoError(t, err)
	took("stopped")
}

func TestWhereItIsNotPinnedItsAuthorHearsOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	g, other := w.group(-1), w.group(-2)
	d := everybody("a")
	d.For.Groups, d.Pin = true, true
	n := w.going(d)
	for range 2 {
		require.NoError(t, w.notices.NotPinned(w.ctx, w.id, n.ID, g.ID))
	}
	require.NoError(t, w.notices.NotPinned(w.ctx, w.id, n.ID, other.ID))
	w.pass(time.Minute)
	var told int
	for _, s := range w.heard() {
		if s == "Secretary notice.not_pinned" {
			told++
		}
	}
	require.Equal(t, 2, told, "of each group")
}

// However often it is swept, its author reads it anew no more than every five seconds,
// and at its end.
func TestAnAuthorReadsAnewEveryFiveSeconds(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.exec(`INSERT INTO persons (community_id, telegram, name, language, reachable, consent_at, created_at)
		SELECT $1, 1000 + g, 'Neighbour', 'zh', true, $2, $2 FROM generate_series(1, 30) g`, w.id, monday)
	w.going(everybody("a"))
	w.clk.Advance(10 * time.Second)
	for range 20 {
		w.jobs()
		w.post(2)
		w.clk.Advance(time.Second)
	}
	w.pass(time.Minute)
	var told int
	require.NoError(t, w.db.Get(&told, `SELECT count(*) FROM outbox WHERE topic = 'notice.progress' AND edits <> '' AND state = 'sent'`))
	require.Positive(t, told)
	require.LessOrEqual(t, told, 6, "it took twenty seconds")
}
