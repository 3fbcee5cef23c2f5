package people_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// offered is a link by which somebody comes to act for a person.
func (w *town) offered(by people.Actor, person int64, kind people.TieKind) string {
	w.Helper()
	token, err := w.people.OfferFamily(w.ctx, by, person, kind)
	require.NoError(w, err)
	return token
}

// tied lets somebody act for a person, as the one who offers it says yes.
func (w *town) tied(by, who people.Actor, person int64, kind people.TieKind) people.Tie {
	w.Helper()
	l, err := w.people.OpenFamily(w.ctx, w.home.ID, who.Person, w.offered(by, person, kind))
	require.NoError(w, err)
	_, err = w.people.AgreeFamily(w.ctx, people.Actor{Community: w.home.ID, Person: l.Asks}, l.ID, true)
	require.NoError(w, err)
	ties, err := w.people.TiesOf(w.ctx, who, who.Person)
	require.NoError(w, err)
	for _, t := range ties {
		if t.For == person && t.Kind == kind {
			return t
		}
	}
	w.Fatalf("no tie was made")
	return people.Tie{}
}

func (w *town) actsFor(who people.Actor) []int64 {
	w.Helper()
	a, err := w.people.Actor(w.ctx, w.home.ID, who.Person)
	require.NoError(w, err)
	return a.For
}

// happens lets something befall a person, as the register's verbs do.
func (w *town) happens(c people.Change) {
	w.Helper()
	c.Community, c.At = w.home.ID, w.clk.Now()
	require.NoError(w, w.people.Happens(w.ctx, c))
}

func (w *town) presence(who people.Actor, is string) {
	w.Helper()
	_, err := w.db.Exec(`UPDATE persons SET presence = $2 WHERE id = $1`, who.Person, is)
	require.NoError(w, err)
}

func TestADaughterActsForHerMotherUntilEitherEndsIt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	mum, daughter, stranger := w.meet(5), w.meet(6), w.meet(7)
	token := w.offered(mum, mum.Person, people.Family)
	_, err := w.people.OpenFamily(w.ctx, w.home.ID, mum.Person, token)
	refused(t, refusal.Conflict, "people.own_link", err)

	l, err := w.people.OpenFamily(w.ctx, w.home.ID, daughter.Person, token)
	require.NoError(t, err, "her own phone has not used it up")
	require.Empty(t, w.actsFor(daughter), "nobody was asked yet")
	_, err = w.people.OpenFamily(w.ctx, w.home.ID, stranger.Person, token)
	refused(t, refusal.NotFound, "people.no_such_link", err)
	_, err = w.people.AgreeFamily(w.ctx, daughter, l.ID, true)
	refused(t, refusal.NotFound, "access.not_found", err)

	for range 2 {
		_, err = w.people.OpenFamily(w.ctx, w.home.ID, daughter.Person, token)
		require.NoError(t, err)
		_, err = w.people.AgreeFamily(w.ctx, mum, l.ID, true)
		require.NoError(t, err)
	}
	_, err = w.people.AgreeFamily(w.ctx, mum, l.ID, false)
	refused(t, refusal.Conflict, "people.decided", err)
	require.Equal(t, []int64{mum.Person}, w.actsFor(daughter))
	require.Equal(t, []string{"family.ask"}, w.told(mum))
	require.Equal(t, []string{"family.agreed"}, w.told(daughter))

	again := w.offered(mum, mum.Person, people.Family)
	_, err = w.people.OpenFamily(w.ctx, w.home.ID, daughter.Person, again)
	refused(t, refusal.Conflict, "people.acts_already", err)

	ties, err := w.people.TiesOf(w.ctx, mum, mum.Person)
	require.NoError(t, err)
	require.Len(t, ties, 1)
	_, err = w.people.TiesOf(w.ctx, stranger, mum.Person)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.people.EndTie(w.ctx, stranger, ties[0].ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	for range 2 {
		_, err = w.people.EndTie(w.ctx, mum, ties[0].ID)
		require.NoError(t, err)
	}
	require.Empty(t, w.actsFor(daughter))
	require.Equal(t, []string{"family.agreed", "family.ended"}, w.told(daughter))
	require.Equal(t, []string{"family.ask"}, w.told(mum))

	tie := w.tied(mum, daughter, mum.Person, people.Family)
	_, err = w.people.EndTie(w.ctx, daughter, tie.ID)
	require.NoError(t, err, "who acts may end it as well")
	tie = w.tied(mum, daughter, mum.Person, people.Family)
	_, err = w.people.EndTie(w.ctx, w.secretary(), tie.ID)
	require.NoError(t, err)
}

func TestARefusalTiesNobody(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	mum, daughter := w.meet(5), w.meet(6)
	l, err := w.people.OpenFamily(w.ctx, w.home.ID, daughter.Person, w.offered(mum, mum.Person, people.Family))
	require.NoError(t, err)
	_, err = w.people.AgreeFamily(w.ctx, mum, l.ID, false)
	require.NoError(t, err)
	require.Empty(t, w.actsFor(daughter))
	require.Equal(t, []string{"family.refused"}, w.told(daughter))
}

func TestAtTheDoorTheMemberAnswers(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, daughter, far := w.secretary(), w.meet(6), w.meet(7)
	zhao, err := w.people.Register(w.ctx, sec, people.Registration{Name: "Old Zhao", Building: w.building.ID, Consent: true})
	require.NoError(t, err)
	member := w.meet(8)
	require.NoError(t, w.people.Grant(w.ctx, sec, member.Person, access.Member, 0))

	_, err = w.people.OfferFamily(w.ctx, far, zhao.ID, people.Family)
	refused(t, refusal.NotFound, "access.not_found", err)
	token := w.offered(member, zhao.ID, people.Family)
	_, err = w.people.OpenFamily(w.ctx, w.home.ID, member.Person, token)
	refused(t, refusal.Conflict, "people.own_link", err)
	l, err := w.people.OpenFamily(w.ctx, w.home.ID, daughter.Person, token)
	require.NoError(t, err)
	require.Equal(t, member.Person, l.Asks)
	_, err = w.people.AgreeFamily(w.ctx, member, l.ID, true)
	require.NoError(t, err)
	ties, err := w.people.TiesOf(w.ctx, daughter, zhao.ID)
	require.NoError(t, err)
	require.Equal(t, member.Person, ties[0].AgreedBy)

	// Somebody who has Telegram is asked themselves, whoever offers it.
	l, err = w.people.OpenFamily(w.ctx, w.home.ID, far.Person, w.offered(member, daughter.Person, people.Family))
	require.NoError(t, err)
	require.Equal(t, daughter.Person, l.Asks)
}

func TestGuardiansDecideForAChild(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	mum, dad, stranger := w.meet(5), w.meet(6), w.meet(8)
	_, err := w.people.Settle(w.ctx, mum, w.building.ID, 2, "501")
	require.NoError(t, err)
	_, err = w.people.AddChild(w.ctx, mum, "Lily", 1990)
	refused(t, refusal.Invalid, "people.no_child", err)
	child, err := w.people.AddChild(w.ctx, mum, "Lily", 2019)
	require.NoError(t, err)
	require.Equal(t, "501", child.Flat)
	same, err := w.people.AddChild(w.ctx, mum, "Lily", 2019)
	require.NoError(t, err)
	require.Equal(t, child.ID, same.ID, "nobody is entered twice")
	require.Equal(t, []int64{child.ID}, w.actsFor(mum))

	_, err = w.people.OfferFamily(w.ctx, stranger, child.ID, people.Guardian)
	refused(t, refusal.NotFound, "access.not_found", err)
	his := w.tied(mum, dad, child.ID, people.Guardian)
	require.Equal(t, []int64{child.ID}, w.actsFor(dad))
	_, err = w.people.OfferFamily(w.ctx, mum, child.ID, people.Collector)
	refused(t, refusal.NotFound, "access.not_found", err) // the hall's list says who may fetch

	ties, err := w.people.TiesOf(w.ctx, mum, child.ID)
	require.NoError(t, err)
	require.Len(t, ties, 2)
	hers := ties[0]
	require.Equal(t, mum.Person, hers.Person)
	_, err = w.people.EndTie(w.ctx, dad, hers.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.people.EndTie(w.ctx, mum, his.ID)
	require.NoError(t, err, "who let somebody in may end it")
	_, err = w.people.EndTie(w.ctx, mum, hers.ID)
	refused(t, refusal.Conflict, "people.last_guardian", err)
}

func TestOfTwoGuardiansWhoGoAtOnceOneStays(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	mum, dad := w.meet(5), w.meet(6)
	for year := range 10 {
		child, err := w.people.AddChild(w.ctx, mum, "Lily", 2010+year)
		require.NoError(t, err)
		his := w.tied(mum, dad, child.ID, people.Guardian)
		ties, err := w.people.TiesOf(w.ctx, mum, child.ID)
		require.NoError(t, err)
		var wg sync.WaitGroup
		for i, who := range []people.Actor{mum, dad} {
			tie := []int64{ties[0].ID, his.ID}[i]
			wg.Go(func() { _, _ = w.people.EndTie(w.ctx, who, tie) })
		}
		wg.Wait()
		var left int
		require.NoError(t, w.db.Get(&left, `SELECT count(*) FROM ties WHERE for_id = $1 AND ended_at IS NULL`, child.ID))
		require.Equal(t, 1, left)
	}
}

func TestTiesFollowWhatHappensToPeople(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	mum, daughter, son := w.meet(5), w.meet(6), w.meet(7)
	w.tied(mum, daughter, mum.Person, people.Family)
	ended := w.tied(mum, son, mum.Person, people.Family)
	_, err := w.people.EndTie(w.ctx, mum, ended.ID)
	require.NoError(t, err)
	pending := w.offered(mum, mum.Person, people.Family)

	w.presence(mum, "moved")
	w.happens(people.Change{Person: mum.Person, By: daughter.Person, What: people.Gone})
	require.Empty(t, w.actsFor(daughter))
	_, err = w.people.OpenFamily(w.ctx, w.home.ID, son.Person, pending)
	refused(t, refusal.NotFound, "people.no_such_link", err)

	w.presence(daughter, "away")
	w.happens(people.Change{Person: daughter.Person, What: people.Back})
	require.Empty(t, w.actsFor(daughter), "the daughter's return brings nobody else back")

	w.presence(mum, "here")
	for range 2 {
		w.happens(people.Change{Person: mum.Person, What: people.Back})
	}
	require.Equal(t, []int64{mum.Person}, w.actsFor(daughter))
	require.Empty(t, w.actsFor(son), "what was ended by a word stays so")

	entry := w.meet(9) // who was on the register twice
	w.tied(mum, entry, mum.Person, people.Family)
	w.tied(entry, son, entry.Person, people.Family)
	w.happens(people.Change{Person: entry.Person, Into: daughter.Person, What: people.Merged})
	require.Equal(t, []int64{mum.Person}, w.actsFor(daughter))
	require.Equal(t, []int64{daughter.Person}, w.actsFor(son))
	require.Empty(t, w.actsFor(entry))

	twice, once := w.meet(10), w.meet(11)
	w.tied(mum, twice, mum.Person, people.Family)
	w.happens(people.Change{Person: mum.Person, What: people.Gone})
	w.happens(people.Change{Person: twice.Person, Into: once.Person, What: people.Merged})
	w.happens(people.Change{Person: mum.Person, What: people.Back})
	require.Equal(t, []int64{mum.Person}, w.actsFor(once), "what ended with the other comes back to who they are by now")
}

func TestOneOfAHundredOpensTheFamilyLink(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	mum := w.meet(5)
	token := w.offered(mum, mum.Person, people.Family)
	ids := make([]int64, 100)
	for i := range ids {
		ids[i] = w.meet(int64(100 + i)).Person
	}
	var wg sync.WaitGroup
	var won, lost atomic.Int32
	for _, id := range ids {
		wg.Go(func() {
			_, err := w.people.OpenFamily(w.ctx, w.home.ID, id, token)
			switch r, ok := refusal.As(err); {
			case err == nil:
				won.Add(1)
			case ok && r.Key == "people.no_such_link":
				lost.Add(1)
			default:
				t.Errorf("open: %v", err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, won.Load())
	require.EqualValues(t, 99, lost.Load())
	require.Equal(t, []string{"family.ask"}, w.told(mum))
}

func TestATieThatIsUsedComesFirst(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	mum, dad, daughter := w.meet(5), w.meet(6), w.meet(7)
	w.tied(mum, daughter, mum.Person, people.Family)
	w.tied(dad, daughter, dad.Person, people.Family)
	require.Equal(t, []int64{mum.Person, dad.Person}, w.actsFor(daughter))
	require.NoError(t, inTx(w, func(tx *sqlx.Tx) error {
		return people.ActedFor(w.ctx, tx, daughter, dad.Person, w.clk.Now())
	}))
	require.Equal(t, []int64{dad.Person, mum.Person}, w.actsFor(daughter))
}

func inTx(w *town, do func(tx *sqlx.Tx) error) error {
	tx, err := w.db.BeginTxx(w.ctx, nil)
	require.NoError(w, err)
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// TestNobodyComesToDecideBehindTheBackOfWhoDoes: of a new guardian all others hear, and
// end it where it was one of them who let them in after them.
func TestNobodyComesToDecideBehindTheBackOfWhoDoes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	mother, father, girl, aunt := w.meet(5), w.meet(6), w.meet(7), w.meet(8)
	child, err := w.people.AddChild(w.ctx, mother, "Lily", 2018)
	require.NoError(t, err)
	fathers := w.tied(mother, father, child.ID, people.Guardian)
	require.NotContains(t, w.told(mother), "family.agreed", "she sees it")
	girls := w.tied(father, girl, child.ID, people.Guardian)
	require.Contains(t, w.told(mother), "family.agreed")
	_, err = w.people.EndTie(w.ctx, girl, fathers.ID)
	require.True(t, refusal.Is(err, refusal.NotFound), "who came later ends nobody before them")
	_, err = w.people.EndTie(w.ctx, mother, girls.ID)
	require.NoError(t, err)
	require.NotContains(t, w.actsFor(girl), child.ID)

	aunts := w.tied(w.secretary(), aunt, child.ID, people.Guardian)
	_, err = w.people.EndTie(w.ctx, mother, aunts.ID)
	require.True(t, refusal.Is(err, refusal.NotFound), "whom the office let in the office ends")
}
