package cases_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestAnEndNeedsASecondPairOfEyes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	w.sent()
	for range 2 {
		c = w.do(w.cases.Propose(w.ctx, w.li, c.ID, noWay))
	}
	require.Equal(t, cases.Proposed, c.Status)
	require.Contains(t, w.told(c.ID), "Secretary case.proposed")
	require.NotContains(t, strings.Join(w.told(c.ID), " "), "Mei", "she hears when it is decided")
	_, err := w.cases.Agree(w.ctx, w.li, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.cases.Agree(w.ctx, w.far, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	w.sent()
	for range 2 {
		c = w.do(w.cases.Agree(w.ctx, w.wang, c.ID))
	}
	require.Equal(t, []int64{w.li.Person, w.wang.Person}, []int64{c.ProposedBy, c.DecidedBy})
	require.ElementsMatch(t, []string{"Li case.ping_gone", "Secretary case.proposal_gone", "Li case.agreed", "Mei case.ended"}, w.perPerson(c.ID))
	require.Equal(t, cases.Through, w.arg("case.ping_gone", "code"), "drawn late, it asks them nothing")
	require.NotNil(t, c.ClosedAt)

	mine := w.taken()
	mine = w.do(w.cases.Give(w.ctx, w.secretary, mine.ID, w.secretary.Person))
	w.do(w.cases.Take(w.ctx, w.secretary, mine.ID))
	w.sent()
	w.do(w.cases.Propose(w.ctx, w.secretary, mine.ID, noWay))
	require.NotContains(t, w.told(mine.ID), "Secretary case.proposed", "she does not look at what she proposes")
	require.Contains(t, strings.Join(w.told(mine.ID), " "), "case.proposed")
}

// perPerson lists what waits for people, jobs aside, each once.
func (w *town) perPerson(id int64) (all []string) {
	w.Helper()
	seen := map[string]bool{}
	for _, told := range w.told(id) {
		if !strings.HasPrefix(told, "- ") && !seen[told] {
			seen[told] = true
			all = append(all, told)
		}
	}
	return all
}

func TestWhatAnEndNeeds(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	soon, late := w.clk.Now().Add(time.Hour), w.clk.Now().Add(cases.AskAtMost+time.Hour)
	for name, row := range map[string]struct {
		p    cases.Proposal
		want string
	}{
		"no reason":              {cases.Proposal{As: cases.Cannot}, "case.no_reason"},
		"a reason of another":    {cases.Proposal{As: cases.Cannot, Why: "theirs"}, "case.no_reason"},
		"no end of these":        {cases.Proposal{As: cases.Held, Why: "no_way"}, "case.no_reason"},
		"passed to nobody":       {cases.Proposal{As: cases.Referred, Why: "theirs", AskOn: soon}, "case.no_body"},
		"never asked again":      {cases.Proposal{As: cases.Referred, Why: "theirs", To: "gas"}, "case.no_date"},
		"asked in a far future":  {cases.Proposal{As: cases.Referred, Why: "theirs", To: "gas", AskOn: late}, "case.no_date"},
		"asked yesterday":        {cases.Proposal{As: cases.Referred, Why: "theirs", To: "gas", AskOn: w.clk.Now().Add(-time.Hour)}, "case.no_date"},
		"a body for what is not": {cases.Proposal{As: cases.Wish, Why: "for_all", To: "gas"}, "case.no_body"},
		"a long speech":          {cases.Proposal{As: cases.Wish, Why: "for_all", Words: strings.Repeat("x", 201)}, "case.words_too_long"},
	} {
		_, err := w.cases.Propose(w.ctx, w.li, c.ID, row.p)
		refused(t, refusal.Invalid, row.want, err)
		require.Equal(t, cases.Taken, w.read(c.ID).Status, name)
	}
}

func TestNobodyLookedSoTheNextIsAsked(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.proposed(noWay)
	w.sent()
	require.NoError(t, w.cases.LookAgain(w.ctx, w.id, c.ID))
	require.Empty(t, w.perPerson(c.ID), "it is not a day yet")
	for _, who := range []string{"Wang", "Secretary", "Wang"} {
		w.clk.Advance(cases.LookWithin)
		require.NoError(t, w.cases.LookAgain(w.ctx, w.id, c.ID))
		require.Contains(t, w.perPerson(c.ID), who+" case.proposed")
		require.Equal(t, 1, w.looking(c.ID, w.secretary)+w.looking(c.ID, w.wang), "it is on one page of the day")
		require.Equal(t, who == "Wang", w.looking(c.ID, w.wang) == 1)
		w.sent()
	}
	require.NoError(t, w.people.Unreachable(w.ctx, w.id, w.wang.Person))
	require.NoError(t, w.cases.Unreached(w.ctx, w.id, c.ID, w.wang.Person))
	require.Contains(t, w.perPerson(c.ID), "Secretary case.proposed", "at once")
	w.do(w.cases.Agree(w.ctx, w.secretary, c.ID))
	require.Zero(t, w.looking(c.ID, w.secretary), "it is decided")
}

// Who is on a journey, or shuts the bot out, looks at nothing: another is asked at once.
func TestWhoIsNotThereLooksAtNothing(t *testing.T) {
	t.Parallel()
	for name, goes := range map[string]func(w *town){
		"on a journey": func(w *town) {
			_, err := w.db.Exec(`UPDATE persons SET presence = 'away' WHERE id = $1`, w.secretary.Person)
			require.NoError(w, err)
			w.follow(w.secretary, people.Paused)
		},
		"shut out": func(w *town) {
			require.NoError(w, w.people.Unreachable(w.ctx, w.id, w.secretary.Person))
			require.NoError(w, w.cases.Unreachable(w.ctx, w.id, w.secretary.Person))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			c := w.proposed(noWay)
			require.Equal(t, 1, w.looking(c.ID, w.secretary))
			w.sent()
			goes(w)
			require.Equal(t, 1, w.looking(c.ID, w.wang))
			require.Contains(t, w.perPerson(c.ID), "Wang case.proposed")
		})
	}
}

// looking counts how often a case stands among what somebody is to look at.
func (w *town) looking(id int64, by people.Actor) int {
	w.Helper()
	by, err := people.ReadActor(w.ctx, w.db, w.id, by.Person)
	require.NoError(w, err)
	all, err := w.cases.ToLook(w.ctx, by)
	require.NoError(w, err)
	return len(slices.DeleteFunc(all, func(c cases.Case) bool { return c.ID != id }))
}

func TestNobodyElseCouldLook(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	require.NoError(t, w.people.Resign(w.ctx, w.wang))
	_, err := w.db.Exec(`UPDATE person_roles SET ended_at = since WHERE role = 'secretary'`)
	require.NoError(t, err)
	_, err = w.cases.Propose(w.ctx, w.li, c.ID, noWay)
	refused(t, refusal.Conflict, "case.nobody_to_look", err)
	require.Equal(t, cases.Taken, w.read(c.ID).Status)
}

func TestTheResidentDisagreesOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.ended(noWay) // proposed by Li, decided by the secretary
	w.sent()
	_, err := w.cases.Disagree(w.ctx, w.neighbour, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	for range 2 {
		c = w.do(w.cases.Disagree(w.ctx, w.mei, c.ID))
	}
	require.Equal(t, w.wang.Person, c.Holder, "who had no part in it")
	require.Empty(t, c.Ending)
	require.Nil(t, c.ClosedAt)
	require.ElementsMatch(t, []string{"Wang case.disagreed", "Li case.disputed", "Secretary case.disputed"}, w.perPerson(c.ID))
	w.do(w.cases.Object(w.ctx, w.mei, c.ID, cases.Note{Key: w.key(), Words: "it is our yard"}))
	w.do(w.cases.Take(w.ctx, w.wang, c.ID))
	w.do(w.cases.Propose(w.ctx, w.wang, c.ID, noWay))
	w.do(w.cases.Agree(w.ctx, w.secretary, c.ID))
	_, err = w.cases.Disagree(w.ctx, w.mei, c.ID)
	refused(t, refusal.Conflict, "case.disagreed_once", err)
}

func TestItWaitsForTheResident(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	w.sent()
	ask := cases.Pending{For: cases.ForResident, Why: "when_home"}
	for range 2 {
		c = w.do(w.cases.Wait(w.ctx, w.li, c.ID, ask))
	}
	require.Equal(t, []string{"Li case.ping_gone", "Mei case.question"}, w.perPerson(c.ID))
	require.Equal(t, cases.Behind, w.arg("case.ping_gone", "code"), "the answer to the step has the buttons")
	w.sent()
	answer := cases.Note{Key: w.key(), Words: "after five"}
	for range 2 {
		c = w.do(w.cases.Answer(w.ctx, w.mei, c.ID, answer))
	}
	require.Equal(t, cases.Taken, c.Status)
	require.Equal(t, []string{"Mei case.question_gone", "Li case.answered"}, w.perPerson(c.ID), "also who answers loses the button: mostly they wrote")
	w.sent()

	w.do(w.cases.Wait(w.ctx, w.li, c.ID, ask))
	c = w.do(w.cases.Join(w.ctx, w.mei, c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
	require.Equal(t, cases.Taken, c.Status, "a photo is an answer, too")
	w.do(w.cases.Wait(w.ctx, w.li, c.ID, ask))
	w.sent()
	w.clk.Advance(cases.AnswerWithin - time.Minute)
	require.NoError(t, w.cases.WakeItself(w.ctx, w.id, c.ID))
	require.Equal(t, cases.Waiting, w.read(c.ID).Status)
	w.clk.Advance(time.Minute)
	require.NoError(t, w.cases.WakeItself(w.ctx, w.id, c.ID))
	require.Equal(t, cases.Taken, w.read(c.ID).Status, "nobody answered")
	require.ElementsMatch(t, []string{"Mei case.question_gone", "Li case.woken"}, w.perPerson(c.ID))

	require.NoError(t, w.people.Unreachable(w.ctx, w.id, w.mei.Person))
	_, err := w.cases.Wait(w.ctx, w.li, c.ID, ask)
	refused(t, refusal.Conflict, "case.not_reached", err)
}

// TestUndo reads: what the holder did → how it stands, and what is put right, when
// they undo it; a little later they cannot.
func TestUndo(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for name, row := range map[string]struct {
		step func() cases.Case
		want cases.Status
		told []string
	}{
		"I'll go":        {w.taken, cases.Assigned, []string{"Mei case.undone", "holder case.ping_gone"}},
		"it has to wait": {w.waiting, cases.Taken, []string{"Mei case.undone", "holder case.ping_gone"}},
		"it is done":     {w.done, cases.Taken, []string{"Mei case.undone", "holder case.ping_gone"}},
		"it cannot be":   {func() cases.Case { return w.proposed(noWay) }, cases.Taken, []string{"holder case.ping_gone", "Secretary case.proposal_gone"}},
	} {
		c := row.step()
		w.sent()
		holder := w.holder(c)
		_, err := w.cases.Undo(w.ctx, w.secretary, c.ID)
		require.Error(t, err, name)
		for range 2 {
			c = w.do(w.cases.Undo(w.ctx, holder, c.ID))
		}
		require.Equal(t, row.want, c.Status, name)
		told := w.perPerson(c.ID)
		for i := range told {
			told[i] = strings.NewReplacer("Li ", "holder ", "Wang ", "holder ").Replace(told[i])
		}
		require.Equal(t, row.told, told, name)
	}
	c := w.done()
	w.clk.Advance(cases.UndoWithin + time.Second)
	_, err := w.cases.Undo(w.ctx, w.holder(c), c.ID)
	refused(t, refusal.Conflict, "case.too_late_to_undo", err)
}

// TestWhatCanBeUndoneIsOffered: an undo is shown where it would be done, and only there.
func TestWhatCanBeUndoneIsOffered(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	holder := func(c cases.Case) people.Actor { return w.holder(c) }
	secretary := func(cases.Case) people.Actor { return w.secretary }
	for name, row := range map[string]struct {
		step  func() cases.Case
		who   func(cases.Case) people.Actor
		after time.Duration
		want  bool
	}{
		"I'll go, at once":                  {w.taken, holder, 0, true},
		"I'll go, ten minutes later":        {w.taken, holder, cases.UndoWithin, true},
		"I'll go, later":                    {w.taken, holder, cases.UndoWithin + time.Second, false},
		"it is done, later":                 {w.done, holder, cases.UndoWithin + time.Second, false},
		"it waits, later":                   {w.waiting, holder, cases.UndoWithin + time.Second, false},
		"what is proposed, a day later":     {func() cases.Case { return w.proposed(noWay) }, holder, 24 * time.Hour, true},
		"what somebody else did":            {w.taken, secretary, 0, false},
		"nobody has done anything":          {w.opened, holder, 0, false},
		"the resident's word came after it": {func() cases.Case { return w.do(w.cases.Confirm(w.ctx, w.mei, w.done().ID, cases.Half)) }, holder, 0, false},
		"a note on the way changes no step": {func() cases.Case { return w.noted(w.taken()) }, holder, 0, true},
		"what it waited for is there again": {func() cases.Case { c := w.waiting(); return w.do(w.cases.GoOn(w.ctx, w.holder(c), c.ID)) }, holder, 0, false},
	} {
		c := row.step()
		w.clk.Advance(row.after)
		can, err := w.cases.CanUndo(w.ctx, row.who(c), c)
		require.NoError(t, err, name)
		require.Equal(t, row.want, can, name)
		_, err = w.cases.Undo(w.ctx, row.who(c), c.ID)
		require.Equal(t, row.want, err == nil, "%s: %v", name, err)
	}
}

// noted adds a word of its holder's to a case.
func (w *town) noted(c cases.Case) cases.Case {
	w.Helper()
	return w.do(w.cases.Progress(w.ctx, w.holder(c), c.ID, cases.Note{Key: w.key(), Words: "a bulb is bought"}))
}

func TestASlipGivesItBackToWhoWasAsked(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened() // Li is asked
	w.do(w.cases.Take(w.ctx, w.wang, c.ID))
	w.sent()
	c = w.do(w.cases.Undo(w.ctx, w.wang, c.ID))
	require.Equal(t, w.li.Person, c.Holder)
	require.ElementsMatch(t, []string{"Mei case.undone", "Li case.ping"}, w.perPerson(c.ID))
}

func TestAmendBringsPromisesNearerOnly(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	due := *c.DueAt
	c = w.do(w.cases.Amend(w.ctx, w.wang, c.ID, cases.Amendment{Kind: "water"}))
	require.True(t, c.DueAt.Before(due), "water is more pressing than a lamp")
	near := *c.DueAt
	c = w.do(w.cases.Amend(w.ctx, w.wang, c.ID, cases.Amendment{Kind: "lamp"}))
	require.Equal(t, near, *c.DueAt)
	_, err := w.cases.Amend(w.ctx, w.wang, c.ID, cases.Amendment{Kind: "ufo"})
	refused(t, refusal.Invalid, "case.unknown_kind", err)
	for _, who := range []people.Actor{w.mei, w.neighbour, w.far} {
		_, err = w.cases.Amend(w.ctx, who, c.ID, cases.Amendment{Urgent: new(true)})
		refused(t, refusal.NotFound, "access.not_found", err)
	}
	fire := w.do(w.cases.Alarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "fire"}))
	_, err = w.cases.Amend(w.ctx, w.li, fire.ID, cases.Amendment{Urgent: new(false)})
	refused(t, refusal.Conflict, "case.stays_urgent", err)
}
