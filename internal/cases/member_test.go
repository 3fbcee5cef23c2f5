package cases_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestTheFirstTapWins(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Alarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "gas"}))
	members := make([]people.Actor, 30)
	for i := range members {
		members[i] = w.member("M", w.building.Area)
	}
	w.sent()
	var won, lost atomic.Int32
	var wg sync.WaitGroup
	for _, m := range members {
		wg.Go(func() {
			_, err := w.cases.Take(w.ctx, m, c.ID)
			switch r, ok := refusal.As(err); {
			case err == nil:
				won.Add(1)
			case ok && r.Key == "case.taken_by" && r.Args[1] == "M":
				lost.Add(1)
			default:
				t.Errorf("take: %v", err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, won.Load())
	require.EqualValues(t, 29, lost.Load())
	c = w.read(c.ID)
	require.Equal(t, cases.Taken, c.Status)
	require.ElementsMatch(t, []string{
		"Li case.ping_gone", "Wang case.ping_gone", "Secretary case.ping_gone", "Mei case.taken",
	}, w.told(c.ID), "every other card says so")
	require.EqualValues(t, c.Holder, w.arg("case.ping_gone", "by"))

	w.sent()
	w.do(w.cases.Take(w.ctx, w.holder(c), c.ID))
	require.Empty(t, w.told(c.ID), "a second tap tells nobody")
	require.Equal(t, []string{"drafted", "alarmed", "taken"}, w.events(c.ID))
}

func TestACardThatWasNotSentYetStaysAway(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	w.do(w.cases.Take(w.ctx, w.wang, c.ID))
	require.NotContains(t, w.told(c.ID), "Li case.ping")
	var edits string
	require.NoError(t, w.db.Get(&edits, `
		SELECT p.key FROM outbox e JOIN outbox p ON p.key = e.edits WHERE e.topic = 'case.ping_gone'`))
	require.Contains(t, edits, ":ping:")
}

func TestWhoMayNotTake(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	for name, who := range map[string]people.Actor{
		"a resident": w.neighbour, "her who reported it": w.mei, "a member of elsewhere": w.far,
		"nobody": {Community: w.id, Person: 999}, "one of another community": {Community: w.id + 1, Person: w.li.Person},
		"one who says so": {Community: w.id, Person: w.neighbour.Person, Roles: access.Roles, Areas: []int64{w.building.Area}},
	} {
		_, err := w.cases.Take(w.ctx, who, c.ID)
		refused(t, refusal.NotFound, "access.not_found", err)
		require.Equal(t, cases.Assigned, w.read(c.ID).Status, name)
	}
	_, err := w.cases.Take(w.ctx, w.li, c.ID+100)
	refused(t, refusal.NotFound, "access.not_found", err)

	_, err = w.db.Exec(`UPDATE person_roles SET ended_at = since WHERE person_id = $1`, w.li.Person)
	require.NoError(t, err)
	_, err = w.cases.Pass(w.ctx, people.Actor{Community: w.id, Person: w.li.Person}, c.ID, "no_time")
	refused(t, refusal.NotFound, "access.not_found", err) // whose role ended, though it is theirs
}

func TestPassGoesOnAndNeverBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	w.sent()
	for range 2 {
		c = w.do(w.cases.Pass(w.ctx, w.li, c.ID, "no_time"))
	}
	require.Equal(t, w.wang.Person, c.Holder)
	require.Equal(t, []string{"Wang case.ping"}, w.told(c.ID), "and the resident hears of none of it")
	c = w.do(w.cases.Pass(w.ctx, w.wang, c.ID, "no_time"))
	require.Equal(t, w.secretary.Person, c.Holder)
	require.Equal(t, []string{"Wang case.ping", "Secretary case.ping"}, w.told(c.ID))
	for range 2 {
		_, err := w.cases.Pass(w.ctx, w.secretary, c.ID, "no_time")
		refused(t, refusal.Conflict, "case.nobody_else", err)
	}
	require.Equal(t, w.secretary.Person, w.read(c.ID).Holder)
	require.Equal(t, []string{"Wang case.ping", "Secretary case.ping", "Mei case.slips"}, w.told(c.ID), "once, that nobody is found")
	require.Equal(t, []string{"drafted", "sent", "passed", "passed", "slips"}, w.events(c.ID))
	c = w.do(w.cases.Take(w.ctx, w.li, c.ID))
	require.Equal(t, w.li.Person, c.Holder, "who passed may still go")
	_, err := w.cases.Pass(w.ctx, w.li, c.ID, "no_time")
	refused(t, refusal.Conflict, "case.not_now", err)
}

func TestPassOfACardThatIsNotMineToPass(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Alarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "fire"}))
	w.sent()
	for range 2 {
		c = w.do(w.cases.Pass(w.ctx, w.wang, c.ID, "no_time"))
	}
	require.Equal(t, w.li.Person, c.Holder)
	require.Empty(t, w.told(c.ID))
	c = w.do(w.cases.Pass(w.ctx, w.li, c.ID, "no_time"))
	require.Equal(t, w.secretary.Person, c.Holder, "Wang had passed already")
}

func TestCallIsNoted(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	for range 2 { // a double tap
		p, err := w.cases.Call(w.ctx, w.li, c.ID)
		require.NoError(t, err)
		require.Equal(t, w.mei.Person, p.ID)
	}
	require.Equal(t, []string{"drafted", "sent", "called"}, w.events(c.ID))
	w.clk.Advance(time.Hour)
	_, err := w.cases.Call(w.ctx, w.li, c.ID)
	require.NoError(t, err)
	require.Len(t, w.events(c.ID), 4)
	_, err = w.cases.Call(w.ctx, w.mei, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
}

func TestDoneAsksTheResident(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	w.sent()
	n := cases.Note{Key: w.key(), Media: w.photo(), Words: "on the way"}
	for range 2 {
		c = w.do(w.cases.Progress(w.ctx, w.li, c.ID, n))
	}
	require.Equal(t, []string{"Mei case.progress"}, w.told(c.ID))
	w.sent()
	_, err := w.cases.ReportDone(w.ctx, w.li, c.ID, cases.Note{Key: w.key()})
	refused(t, refusal.Invalid, "case.photo_or_reason", err)
	_, err = w.cases.ReportDone(w.ctx, w.li, c.ID, cases.Note{Key: w.key(), Reason: "lazy"})
	refused(t, refusal.Invalid, "case.photo_or_reason", err)
	_, err = w.cases.ReportDone(w.ctx, w.li, c.ID, cases.Note{Key: w.key(), Media: w.photo(), Words: strings.Repeat("x", 1001)})
	refused(t, refusal.Invalid, "case.words_too_long", err)
	_, err = w.cases.ReportDone(w.ctx, w.wang, c.ID, cases.Note{Key: w.key(), Media: w.photo()})
	refused(t, refusal.NotFound, "access.not_found", err)
	require.Equal(t, []int64{c.ID}, ids(w.cases.Holding(w.ctx, w.li)))

	n = cases.Note{Key: w.key(), Media: w.photo(), Words: "new lamp"}
	for range 2 {
		c = w.do(w.cases.ReportDone(w.ctx, w.li, c.ID, n))
	}
	require.Equal(t, cases.Done, c.Status)
	require.Equal(t, []string{"Li case.ping_gone", "Mei case.check"}, w.told(c.ID))
	require.Empty(t, ids(w.cases.Holding(w.ctx, w.li)))
	media, err := w.cases.Media(w.ctx, w.id, c.ID)
	require.NoError(t, err)
	require.Equal(t, []cases.Stage{cases.Before, cases.Under, cases.After}, []cases.Stage{media[0].Stage, media[1].Stage, media[2].Stage})
	notes, err := w.cases.Notes(w.ctx, w.id, c.ID)
	require.NoError(t, err)
	require.Equal(t, []cases.Written{{cases.Under, "on the way", w.li.Person}, {cases.After, "new lamp", w.li.Person}}, notes)
	require.Equal(t, []string{"drafted", "sent", "taken", "progress", "done"}, w.events(c.ID))
}

func TestDoneByAHolderWhoNeverSaidIllGo(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	c = w.do(w.cases.ReportDone(w.ctx, w.li, c.ID, cases.Note{Key: w.key(), Reason: "by_talking"}))
	require.Equal(t, cases.Done, c.Status)
	require.Equal(t, "by_talking", c.Reason)
	require.Equal(t, []string{"drafted", "sent", "taken", "done"}, w.events(c.ID))
}

func ids(all []cases.Case, err error) (some []int64) {
	for _, c := range all {
		some = append(some, c.ID)
	}
	if err != nil {
		return []int64{-1}
	}
	return some
}
