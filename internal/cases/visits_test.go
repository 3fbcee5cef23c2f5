package cases_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// later lets time pass, and does what falls due of the silence and the visit of a case.
func (w *town) later(d time.Duration, id int64) {
	w.Helper()
	w.clk.Advance(d)
	require.NoError(w, w.cases.Silent(w.ctx, w.id, id))
	require.NoError(w, w.cases.VisitDue(w.ctx, w.id, id))
}

// visit is the open visit of a case.
func (w *town) visit(id int64) (v cases.Visit) {
	w.Helper()
	require.NoError(w, w.db.Get(&v, `
		SELECT id, kind, due_at AS dueat, coalesce(person_id, 0) AS person, tried FROM case_visits
		WHERE community_id = $1 AND case_id = $2 AND ended_at IS NULL`, w.id, id))
	return v
}

// noVisit holds that nobody is to go there.
func (w *town) noVisit(id int64) {
	w.Helper()
	var n int
	require.NoError(w, w.db.Get(&n, `SELECT count(*) FROM case_visits WHERE case_id = $1 AND ended_at IS NULL`, id))
	require.Zero(w, n)
}

// silent is one that was reported done, with nobody's word since, and a visitor.
func (w *town) silent() cases.Case {
	w.Helper()
	c := w.done()
	w.later(cases.Silence, c.ID)
	w.later(cases.Silence, c.ID)
	w.later(24*time.Hour, c.ID)
	return w.read(c.ID)
}

func (w *town) person(id int64) people.Actor { return people.Actor{Community: w.id, Person: id} }

func TestSilenceIsAskedOnceAndThenLookedAt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.done()
	w.sent()
	w.later(cases.Silence-time.Second, c.ID)
	require.Empty(t, w.told(c.ID), "not a second before its time")
	for range 2 {
		w.later(time.Second, c.ID)
	}
	require.Equal(t, []string{"Mei case.check_again"}, w.told(c.ID), "once, however often the job runs")
	w.sent()
	w.noVisit(c.ID)
	w.later(cases.Silence, c.ID)
	require.Equal(t, cases.AfterSilence, w.visit(c.ID).Kind)
	require.Zero(t, w.visit(c.ID).Person, "its day has not come")
	w.later(24*time.Hour, c.ID)
	require.Equal(t, []string{"Wang case.visit"}, w.told(c.ID), "never who did the work")
	require.Equal(t, cases.Done, w.read(c.ID).Status, "silence closes nothing")
}

func TestWhatWasFoundThere(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		found  cases.Found
		status cases.Status
		told   []string
	}{
		{"they say that it held", cases.FoundHeld, cases.Held, []string{"Li case.ping_gone", "Li case.held"}},
		{"half", cases.FoundHalf, cases.Taken, []string{"Li case.reopened", "Secretary case.reopened_secretary"}},
		{"not fixed", cases.FoundNot, cases.Taken, []string{"Li case.reopened", "Secretary case.reopened_secretary"}},
		{"nobody there", cases.Nobody, cases.Done, []string{"Mei case.visit_missed"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			c := w.silent()
			v := w.visit(c.ID)
			w.sent()
			_, err := w.cases.Visited(w.ctx, w.li, v.ID, cases.Finding{Found: row.found})
			refused(t, refusal.NotFound, "access.not_found", err) // who did the work
			_, err = w.cases.Visited(w.ctx, w.neighbour, v.ID, cases.Finding{Found: row.found})
			refused(t, refusal.NotFound, "access.not_found", err)
			for range 2 {
				c = w.do(w.cases.Visited(w.ctx, w.wang, v.ID, cases.Finding{Found: row.found}))
			}
			require.Equal(t, row.status, c.Status)
			require.Subset(t, w.told(c.ID), row.told)
			_, err = w.cases.Visited(w.ctx, w.secretary, v.ID, cases.Finding{Found: cases.FoundHeld})
			refused(t, refusal.Conflict, "case.visit_over", err)
			_, err = w.cases.SawIt(w.ctx, w.wang, v.ID, cases.Note{Media: w.photo()})
			refused(t, refusal.Conflict, "case.visit_over", err) // what was said once stands
			require.Equal(t, row.status, w.read(c.ID).Status)
		})
	}
}

func TestNobodyTwiceIsNotConfirmedAndALateWordCounts(t *testing.T) {
	t.Parallel()
	for _, outcome := range []cases.Outcome{cases.Held, cases.NotFixed} {
		t.Run(string(outcome), func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			c := w.silent()
			w.do(w.cases.Visited(w.ctx, w.wang, w.visit(c.ID).ID, cases.Finding{Found: cases.Nobody}))
			again := w.visit(c.ID)
			require.Equal(t, 18, again.DueAt.In(time.FixedZone("", 8*3600)).Hour(), "in the evening, when people are home")
			w.later(again.DueAt.Sub(w.clk.Now()), c.ID)
			w.sent()
			c = w.do(w.cases.Visited(w.ctx, w.wang, again.ID, cases.Finding{Found: cases.Nobody}))
			require.Equal(t, cases.Unconfirmed, c.Status)
			require.Subset(t, w.told(c.ID), []string{"Mei case.unconfirmed", "Li case.unconfirmed_yours"})
			w.noVisit(c.ID)
			c = w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, outcome))
			require.Equal(t, outcome == cases.Held, c.Status == cases.Held)
			require.Equal(t, outcome == cases.Held, c.ClosedAt != nil)
			require.Equal(t, w.li.Person, c.Holder)
		})
	}
}

func TestSeenByASecondPersonWithAPhoto(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.silent()
	v := w.visit(c.ID)
	_, err := w.cases.SawIt(w.ctx, w.wang, v.ID, cases.Note{})
	refused(t, refusal.Invalid, "case.seen_needs_photo", err)
	_, err = w.cases.SawIt(w.ctx, w.li, v.ID, cases.Note{Media: w.photo()})
	refused(t, refusal.NotFound, "access.not_found", err)
	w.sent()
	for range 2 {
		c = w.do(w.cases.SawIt(w.ctx, w.wang, v.ID, cases.Note{Media: w.photo()}))
	}
	require.Equal(t, cases.Seen, c.Status)
	require.Subset(t, w.told(c.ID), []string{"Mei case.seen", "Li case.seen_yours"})
	c = w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.NotFixed))
	require.Equal(t, cases.Taken, c.Status)
}

func TestAVisitPassesOn(t *testing.T) {
	t.Parallel()
	for name, leaves := range map[string]func(w *town, c cases.Case, v cases.Visit) error{
		"they have enough": func(w *town, _ cases.Case, v cases.Visit) error {
			_, err := w.cases.PassVisit(w.ctx, w.wang, v.ID)
			return err
		},
		"nobody went in two days": func(w *town, c cases.Case, _ cases.Visit) error { w.later(cases.VisitWithin, c.ID); return nil },
		"their role ends": func(w *town, _ cases.Case, _ cases.Visit) error {
			return w.people.Resign(w.ctx, w.wang)
		},
		"Telegram does not reach them": func(w *town, c cases.Case, _ cases.Visit) error {
			require.NoError(w, w.people.Unreachable(w.ctx, w.id, w.wang.Person))
			return w.cases.Unreached(w.ctx, w.id, c.ID, w.wang.Person)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.people.Follow(w.cases)
			c := w.silent()
			v := w.visit(c.ID)
			require.Equal(t, w.wang.Person, v.Person)
			require.NoError(t, leaves(w, c, v))
			require.Equal(t, w.secretary.Person, w.visit(c.ID).Person)
			require.Equal(t, v.ID, w.visit(c.ID).ID)
		})
	}
}

// elsewhere is one that another body has, and is asked about.
func (w *town) elsewhere() (cases.Case, int64) {
	w.Helper()
	c := w.taken()
	_, err := w.db.Exec(`
		UPDATE cases SET status = 'referred', ending = 'referred', proposed_by = $2, decided_by = $3, closed_at = $4, passed_to = 'heat'
		WHERE id = $1`, c.ID, w.li.Person, w.secretary.Person, morning)
	require.NoError(w, err)
	var visit int64
	require.NoError(w, w.db.Get(&visit, `
		INSERT INTO case_visits (community_id, case_id, kind, due_at) VALUES ($1, $2, 'body', $3) RETURNING id`, w.id, c.ID, morning))
	w.sent()
	w.later(0, c.ID)
	require.NotContains(w, []int64{0, c.Holder}, w.visit(c.ID).Person)
	return w.read(c.ID), visit
}

func TestAnotherBodyIsAskedHowItGoes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c, visit := w.elsewhere()
	_, err := w.cases.Visited(w.ctx, w.wang, visit, cases.Finding{Found: cases.FoundHeld})
	refused(t, refusal.Invalid, "case.unknown_outcome", err)
	w.do(w.cases.Visited(w.ctx, w.wang, visit, cases.Finding{Found: cases.AskLater, After: 7 * 24 * time.Hour}))
	next := w.visit(c.ID)
	require.Equal(t, 7*24*time.Hour, next.DueAt.Sub(w.clk.Now()))
	w.sent()
	c = w.do(w.cases.Visited(w.ctx, w.wang, next.ID, cases.Finding{Found: cases.DoneThere}))
	require.Equal(t, cases.Referred, c.Status)
	require.Equal(t, []string{"Mei case.done_there"}, w.told(c.ID))
	w.noVisit(c.ID)
	for range 2 {
		c = w.do(w.cases.NotThere(w.ctx, w.mei, c.ID))
	}
	require.Equal(t, cases.Assigned, c.Status)
	require.Equal(t, w.li.Person, c.Holder)

	of, visit := w.elsewhere()
	of = w.do(w.cases.Visited(w.ctx, w.person(w.visit(of.ID).Person), visit, cases.Finding{Found: cases.FoundNot}))
	require.Equal(t, cases.Assigned, of.Status)
	require.Subset(t, w.told(of.ID), []string{"Wang case.ping", "Secretary case.reopened_secretary", "Mei case.taken_up"})

	lives, err := w.cases.Lives(w.ctx, w.secretary, cases.Span{From: morning, Until: w.clk.Now().Add(time.Second)})
	require.NoError(t, err)
	require.Len(t, lives, 2)
	require.Empty(t, lives[0].Word, "what another body left undone is no word on our work")
	require.Empty(t, lives[1].Word)
}

func TestWhoSeesWhatIsDue(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.silent()
	due, err := w.cases.VisitsDue(w.ctx, w.secretary)
	require.NoError(t, err)
	require.Len(t, due, 1)
	require.Equal(t, c.ID, due[0].ID)
	require.Equal(t, w.wang.Person, due[0].Visit.Person)
	_, err = w.cases.VisitsDue(w.ctx, w.wang)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.cases.FindVisit(w.ctx, w.li, due[0].Visit.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	mine, err := w.cases.Visits(w.ctx, w.wang)
	require.NoError(t, err)
	require.Len(t, mine, 1)
}

func TestAnAnswerMakesTheVisitNeedless(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.silent()
	w.sent()
	w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.Held))
	w.noVisit(c.ID)
	require.Contains(t, w.told(c.ID), "Wang case.visit_over")
	mine, err := w.cases.Visits(w.ctx, w.wang)
	require.NoError(t, err)
	require.Empty(t, mine)
}

func TestWhatHeldBreaksAgainForThirtyDays(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Confirm(w.ctx, w.mei, w.done().ID, cases.Held))
	late := w.do(w.cases.Confirm(w.ctx, w.mei, w.done().ID, cases.Held))
	w.clk.Advance(cases.Broken)
	w.sent()
	_, err := w.cases.Again(w.ctx, w.neighbour, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	for range 2 {
		c = w.do(w.cases.Again(w.ctx, w.mei, c.ID))
	}
	require.Equal(t, cases.Taken, c.Status)
	require.Equal(t, w.li.Person, c.Holder)
	require.Equal(t, []string{"Li case.reopened", "Secretary case.reopened_secretary"}, w.told(c.ID))
	w.clk.Advance(time.Second)
	_, err = w.cases.Again(w.ctx, w.mei, late.ID)
	refused(t, refusal.Conflict, "case.again_too_late", err)
}

func TestWhatComesBackDoesNotStayWithWhoIsAway(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.cases)
	c := w.done()
	require.NoError(t, w.people.Unreachable(w.ctx, w.id, c.Holder))
	c = w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.NotFixed))
	require.Equal(t, cases.Assigned, c.Status)
	require.Equal(t, w.wang.Person, c.Holder)
}

func TestAKeyMatterIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.done()
	w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.Half)) // it comes back: so it matters
	w.do(w.cases.ReportDone(w.ctx, w.li, c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
	w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.Held))
	v := w.visit(c.ID)
	require.Equal(t, cases.KeyMatter, v.Kind)
	w.sent()
	w.later(v.DueAt.Sub(w.clk.Now()), c.ID)
	require.Equal(t, []string{"Mei case.still"}, w.told(c.ID), "who can be asked by the bot is")
	require.Zero(t, w.visit(c.ID).Person)
	w.later(cases.Silence, c.ID)
	require.Equal(t, w.wang.Person, w.visit(c.ID).Person, "and who does not answer is visited")
	c = w.do(w.cases.StillHolds(w.ctx, w.mei, c.ID))
	require.EqualValues(t, cases.Held, c.Status)
	w.noVisit(c.ID)
	usual := w.do(w.cases.Confirm(w.ctx, w.mei, w.done().ID, cases.Held))
	w.noVisit(usual.ID)
}

func TestWhoIsReachedByNothingIsToldByPhone(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	old, err := w.people.Register(w.ctx, w.secretary, people.Registration{
		Name: "Old Zhao", Building: w.building.ID, Entrance: 1, Flat: "101", Phone: "0535-5550110", Consent: true,
	})
	require.NoError(t, err)
	c, err := w.cases.Open(w.ctx, w.secretary, cases.Report{Key: w.key(), Kind: "lamp", Words: "dark", For: old.ID, Channel: cases.ByPhone})
	require.NoError(t, err)
	calls := func() []int64 {
		all, err := w.cases.ToTell(w.ctx, w.secretary)
		require.NoError(t, err)
		var some []int64
		for _, c := range all {
			some = append(some, c.ID)
		}
		return some
	}
	require.Empty(t, calls(), "they were on the phone when it was written down")
	w.do(w.cases.Take(w.ctx, w.holder(c), c.ID))
	require.Equal(t, []int64{c.ID}, calls())
	w.do(w.cases.NotTold(w.ctx, w.secretary, c.ID))
	require.Equal(t, []int64{c.ID}, calls())
	w.do(w.cases.ToldByPhone(w.ctx, w.secretary, c.ID))
	require.Empty(t, calls())
	w.do(w.cases.ReportDone(w.ctx, w.holder(w.read(c.ID)), c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
	require.Empty(t, calls(), "that they are asked")
	w.later(cases.Silence, c.ID)
	require.Equal(t, cases.AfterSilence, w.visit(c.ID).Kind, "and visited after three days of calls in vain")
	_, err = w.cases.ToldByPhone(w.ctx, w.neighbour, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
}

func TestThoseWhoLiveAloneAreVisited(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	_, err := w.db.Exec(`UPDATE persons SET tags = ARRAY['alone'] WHERE id = $1`, w.mei.Person)
	require.NoError(t, err)
	c := w.do(w.cases.Confirm(w.ctx, w.mei, w.done().ID, cases.Held))
	require.Equal(t, cases.KeyMatter, w.visit(c.ID).Kind)
}

// TestVisitsAreReadByIndex: the page of the day and every move look for the visits
// that are not over, of all that ever were.
func TestVisitsAreReadByIndex(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.done()
	_, err := w.db.Exec(`
		INSERT INTO case_visits (community_id, case_id, kind, due_at, person_id, outcome, ended_at)
		SELECT $1, $2, 'silence', at, $3, 'held', at
		FROM generate_series(1, 20000) n, LATERAL (SELECT timestamptz '2026-11-01' - n * interval '1 hour' AS at) o`, w.id, c.ID, w.wang.Person)
	require.NoError(t, err)
	_, err = w.db.Exec(`ANALYZE case_visits`)
	require.NoError(t, err)
	for name, query := range map[string]string{
		"of a person": `SELECT case_id FROM case_visits WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL`,
		"of a case":   `SELECT id FROM case_visits WHERE community_id = $1 AND case_id = $2 AND ended_at IS NULL`,
	} {
		var plan []string
		require.NoError(t, w.db.Select(&plan, `EXPLAIN `+query, w.id, w.wang.Person))
		text := strings.Join(plan, "\n")
		require.Regexp(t, `case_visits_(open|list|day)`, text, name)
		require.NotContains(t, text, "Seq Scan", name)
	}
}
