package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func (w *town) says(a people.Actor, c cases.Case, words string) cases.Case {
	w.Helper()
	said, err := w.cases.Say(w.ctx, a, c.ID, cases.Note{Key: w.key(), Words: words})
	require.NoError(w, err)
	return said.Case
}

// talk is what was said about a case, side by side with its words.
func (w *town) talk(id int64) (all []string) {
	w.Helper()
	said, err := w.cases.Talk(w.ctx, w.id, id)
	require.NoError(w, err)
	for _, s := range said {
		all = append(all, string(s.By)+" "+s.Words)
	}
	return all
}

func TestWhatIsSaidReachesTheOtherEndInItsOrder(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	li := w.holder(c)
	w.sent()
	w.says(w.mei, c, "when do you come?")
	w.says(li, c, "at three")
	w.says(w.mei, c, "good")
	require.Equal(t, []string{"Li case.said", "Mei case.said", "Li case.said"}, w.told(c.ID))
	require.Equal(t, []string{"home when do you come?", "staff at three", "home good"}, w.talk(c.ID))

	n := cases.Note{Key: "same", Words: "twice", Media: w.photo()}
	for _, to := range [][]int64{{li.Person}, nil} {
		said, err := w.cases.Say(w.ctx, w.mei, c.ID, n)
		require.NoError(t, err)
		require.Equal(t, to, said.To)
	}
	require.Len(t, w.talk(c.ID), 4, "said again, it is said once")
	require.Len(t, w.told(c.ID), 4)

	_, err := w.cases.Say(w.ctx, w.mei, c.ID, cases.Note{Key: w.key()})
	require.True(t, refusal.Is(err, refusal.Invalid), "nothing is no message: %v", err)
	_, err = w.cases.Say(w.ctx, w.wang, c.ID, cases.Note{Key: w.key(), Words: "hello"})
	require.True(t, refusal.Is(err, refusal.NotFound), "another member's case is not theirs to talk in: %v", err)
	_, err = w.cases.Say(w.ctx, w.neighbour, c.ID, cases.Note{Key: w.key(), Words: "hello"})
	require.True(t, refusal.Is(err, refusal.NotFound), "nor a neighbour's: %v", err)
}

func TestWhatIsSaidAfterTheEndIsNotLost(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Confirm(w.ctx, w.mei, w.done().ID, cases.Held))
	w.sent()
	w.says(w.mei, c, "it drips again")
	require.Equal(t, []string{"Li case.said"}, w.told(c.ID), "whoever held it hears it")

	w.sent()
	var role int64
	require.NoError(t, w.db.Get(&role, `SELECT id FROM person_roles WHERE person_id = $1 AND role = 'member'`, c.Holder))
	require.NoError(t, w.people.EndRole(w.ctx, w.secretary, role))
	w.sent()
	w.says(w.mei, c, "still")
	require.Equal(t, []string{"Secretary case.said"}, w.told(c.ID), "who is here no more hears nothing: who is in charge does")
	w.says(w.secretary, c, "somebody will look")
	require.Equal(t, []string{"Secretary case.said", "Mei case.said"}, w.told(c.ID))
}

func TestAnAnswerEndsTheWaitingForIt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, tt := range []struct {
		waits cases.WaitFor
		by    string
		want  cases.Status
	}{
		{cases.ForResident, "home", cases.Taken},
		{cases.ForResident, "staff", cases.Waiting},
		{cases.ForParts, "home", cases.Waiting},
	} {
		c := w.taken()
		_, err := w.db.Exec(`UPDATE cases SET status = 'waiting', wait_for = $2 WHERE id = $1`, c.ID, tt.waits)
		require.NoError(t, err)
		by := w.mei
		if tt.by == "staff" {
			by = w.holder(c)
		}
		require.Equal(t, tt.want, w.says(by, c, "here I am").Status, "%s waits for %s", tt.by, tt.waits)
		require.Contains(t, w.told(c.ID), map[string]string{"home": w.name(c.Holder), "staff": "Mei"}[tt.by]+" case.said")
	}
}

func (w *town) name(person int64) (name string) {
	w.Helper()
	require.NoError(w, w.db.Get(&name, `SELECT name FROM persons WHERE id = $1`, person))
	return name
}

func TestNotesAmongStaffReachNoHome(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	w.sent()
	_, err := w.cases.Remark(w.ctx, w.wang, c.ID, cases.Note{Key: w.key(), Words: "the key is at the gate"})
	require.NoError(t, err)
	require.Equal(t, []string{"Li case.remarked"}, w.told(c.ID))
	_, err = w.cases.Remark(w.ctx, w.mei, c.ID, cases.Note{Key: w.key(), Words: "x"})
	require.True(t, refusal.Is(err, refusal.NotFound), "%v", err)
}

func TestTakingBackTakesTheTalkAlong(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	w.says(w.mei, c, "secret")
	w.sent()
	w.do(w.cases.TakeBack(w.ctx, w.mei, c.ID))
	require.Empty(t, w.talk(c.ID))
	require.Contains(t, w.told(c.ID), "Li case.withdrawn")
}

func TestAChangedMessageChangesWhatWasSaid(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	_, err := w.cases.Say(w.ctx, w.mei, c.ID, cases.Note{Key: "m1", Words: "at thre"})
	require.NoError(t, err)
	w.sent()
	change := func(of, words string) error {
		_, err := w.cases.Reword(w.ctx, w.mei, of, cases.Note{Key: w.key(), Words: words})
		return err
	}
	require.NoError(t, change("m1", "at thre"))
	require.Empty(t, w.told(c.ID), "nothing is another word")
	require.NoError(t, change("m1", "at three"))
	require.Equal(t, []string{"home at three"}, w.talk(c.ID))
	require.Equal(t, "reworded", w.arg("case.said", "code"))
	require.True(t, refusal.Is(change("m2", "x"), refusal.NotFound))
	_, err = w.cases.Reword(w.ctx, w.li, "m1", cases.Note{Key: w.key(), Words: "forged"})
	require.True(t, refusal.Is(err, refusal.NotFound), "nobody changes another's words: %v", err)

	d := w.do(w.cases.Draft(w.ctx, w.mei, cases.NewDraft{Key: "m3", Media: w.photo(), Words: "drak", Own: true}))
	require.NoError(t, change("m3", "dark"))
	require.Equal(t, "drak\ndark", w.read(d.ID).Words, "a draft keeps both")
	d = w.do(w.cases.Send(w.ctx, w.mei, d.ID))
	w.do(w.cases.Take(w.ctx, w.holder(d), d.ID))
	require.NoError(t, change("m3", "dark since Monday"))
	require.Equal(t, []string{"home dark since Monday"}, w.talk(d.ID), "what was sent already hears of it")
}

func TestALatePhotoJoinsItsCase(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	d := w.draft(w.mei)
	w.sent()
	for range 2 {
		got := w.do(w.cases.Belongs(w.ctx, w.mei, d.ID, c.ID))
		require.Equal(t, c.ID, got.ID)
	}
	require.Equal(t, cases.Dropped, w.read(d.ID).Status)
	require.Equal(t, []string{"home dark"}, w.talk(c.ID))
	require.Equal(t, []string{"Li case.said"}, w.told(c.ID))
	_, err := w.cases.Belongs(w.ctx, w.neighbour, w.draft(w.mei).ID, c.ID)
	require.True(t, refusal.Is(err, refusal.NotFound), "%v", err)
}

func TestAQuestionWaitsForADayForItsAnswer(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	asked := func() int {
		all, err := w.cases.Asking(w.ctx, w.id, []int64{c.ID}, 24*time.Hour)
		require.NoError(t, err)
		return len(all)
	}
	require.Zero(t, asked())
	w.says(w.holder(c), c, "are you at home?")
	require.Equal(t, 1, asked())
	w.says(w.mei, c, "yes")
	require.Zero(t, asked(), "it is answered")
	w.says(w.holder(c), c, "then I come")
	_, err := w.cases.Remark(w.ctx, w.wang, c.ID, cases.Note{Key: w.key(), Words: "a note"})
	require.NoError(t, err)
	require.Equal(t, 1, asked(), "a note among staff is no answer")
	w.clk.Advance(25 * time.Hour)
	require.Zero(t, asked(), "it lies too long")
}

func TestWhoListensNamesAndPresses(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Media: []cases.Media{{Kind: "voice", FileID: "v", UniqueID: "v"}}}))
	w.sent()
	promised := *c.DueAt
	c = w.do(w.cases.Amend(w.ctx, w.li, c.ID, cases.Amendment{Kind: "gas"}))
	require.Equal(t, "gas", c.Kind)
	require.True(t, c.DueAt.Before(promised), "gas is heard of sooner")
	require.Empty(t, w.told(c.ID))
	for range 2 {
		c = w.do(w.cases.PressHeard(w.ctx, w.li, c.ID, ""))
	}
	require.Equal(t, "gas", c.Danger)
	require.Contains(t, w.told(c.ID), "Mei case.safety")
	require.Contains(t, w.told(c.ID), "Wang case.ping", "everybody on duty is rung")
	require.NotContains(t, w.told(c.ID), "Li case.ping", "but who rang")
	_, err := w.cases.PressHeard(w.ctx, w.li, c.ID, "nonsense")
	require.True(t, refusal.Is(err, refusal.Invalid), "%v", err)
	_, err = w.cases.Amend(w.ctx, w.mei, c.ID, cases.Amendment{Kind: "lamp"})
	require.True(t, refusal.Is(err, refusal.NotFound), "%v", err)
}
