package childcare_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestSomebodyWhomTheCarerKnowsIsOneTap: after they were checked once; to that carer alone.
func TestSomebodyWhomTheCarerKnowsIsOneTap(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.After), y.child("Yu", childcare.After)
	gran := y.meet("Gran")
	forTang, forYu := y.listed(tang, "Gran", gran.Person), y.listed(yu, "Gran", gran.Person)
	y.clk.Advance(6 * time.Hour)
	y.inHall(tang, y.ann)
	y.inHall(yu, y.bea)
	require.Equal(t, "care.needs_proof", y.goes(y.ann, childcare.Leaving{Child: tang.id, Collector: forTang}))
	require.Equal(t, "hand", y.goes(y.ann, childcare.Leaving{Child: tang.id, Collector: forTang, Hand: "identity_card"}))
	require.Equal(t, "out Gran", y.now(tang))
	require.Equal(t, "care.needs_proof", y.goes(y.bea, childcare.Leaving{Child: yu.id, Collector: forYu}), "Bea has not seen her")
	d, err := y.care.Door(y.ctx, y.ann, yu.id)
	require.NoError(t, err)
	require.Equal(t, []bool{false, true}, []bool{d.Collectors[0].Known, d.Collectors[1].Known})
	require.True(t, d.Collectors[0].Guardian)
	require.Equal(t, "known", y.goes(y.ann, childcare.Leaving{Child: yu.id, Collector: forYu}))
	require.Equal(t, "known", y.goes(y.ann, childcare.Leaving{Child: yu.id, Collector: forYu}), "a second tap")
	require.Equal(t, "out Gran", y.now(yu))
	require.Equal(t, []string{"Tang's mother", "Yu's mother"}, y.told("care.left"))
}

// TestACodeIsOfADayAndAChild and dies after three that are wrong: then who decides is asked.
func TestACodeIsOfADayAndAChild(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.After), y.child("Yu", childcare.After)
	uncle, other := y.listed(tang, "Uncle", 0), y.listed(yu, "Uncle", 0)
	y.inHall(tang, y.ann)
	y.inHall(yu, y.ann)
	require.Equal(t, "care.no_code", y.goes(y.ann, childcare.Leaving{Child: tang.id, Collector: uncle, Code: "0000"}))
	code, err := y.care.Code(y.ctx, tang.mother, tang.id, y.day)
	require.NoError(t, err)
	again, err := y.care.Code(y.ctx, tang.mother, tang.id, y.day)
	require.NoError(t, err)
	require.Equal(t, code, again)
	tomorrow, err := y.care.Code(y.ctx, tang.mother, tang.id, y.day.AddDate(0, 0, 1))
	require.NoError(t, err)
	for range 20 { // one in ten thousand is the same
		if tomorrow != code {
			break
		}
		y.exec(`DELETE FROM care_codes WHERE day <> $1`, y.day)
		tomorrow, err = y.care.Code(y.ctx, tang.mother, tang.id, y.day.AddDate(0, 0, 1))
		require.NoError(t, err)
	}
	require.Equal(t, "care.wrong_code", y.goes(y.ann, childcare.Leaving{Child: tang.id, Collector: uncle, Code: tomorrow}))
	require.Equal(t, "care.no_code", y.goes(y.ann, childcare.Leaving{Child: yu.id, Collector: other, Code: code}), "of another child")
	require.Equal(t, "code", y.goes(y.ann, childcare.Leaving{Child: tang.id, Collector: uncle, Code: code}))
	require.Equal(t, "out Uncle", y.now(tang))

	ofYu, err := y.care.Code(y.ctx, yu.mother, yu.id, y.day)
	require.NoError(t, err)
	for _, want := range []string{"care.wrong_code", "care.wrong_code", "care.must_ask"} {
		require.Equal(t, want, y.goes(y.bea, childcare.Leaving{Child: yu.id, Collector: other, Code: wrong(ofYu)}))
	}
	for _, l := range []childcare.Leaving{{Code: ofYu}, {Hand: "says so"}, {}} {
		l.Child, l.Collector = yu.id, other
		require.Equal(t, "care.must_ask", y.goes(y.bea, l))
	}
	_, err = y.care.Code(y.ctx, yu.mother, yu.id, y.day)
	require.Equal(t, "care.too_many_tries", refusedAs(t, err))
	require.Equal(t, []string{"Yu's mother"}, y.told("care.may"))
	var ask childcare.Ask
	d, err := y.care.Door(y.ctx, y.bea, yu.id)
	require.NoError(t, err)
	require.Equal(t, childcare.CodeDead, d.Code)
	ask = *d.Ask
	require.Equal(t, "Uncle", ask.Name)
	require.Equal(t, "care.unanswered", y.goes(y.bea, childcare.Leaving{Child: yu.id, Ask: ask.ID}))
	_, err = y.care.Answered(y.ctx, yu.mother, ask.ID, true)
	require.NoError(t, err)
	require.Equal(t, "asked", y.goes(y.bea, childcare.Leaving{Child: yu.id, Ask: ask.ID}))
}

// wrong is a code that is not the one.
func wrong(code string) string {
	if code == "1111" {
		return "2222"
	}
	return "1111"
}

// TestAStrangerWaitsForAYes of one who decides: a no counts also after it, and each is good
// for once.
func TestAStrangerWaitsForAYes(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	father, gran := y.guardian(tang, "Father"), y.meet("Gran")
	y.listed(tang, "Gran", gran.Person)
	_, err := y.care.Ask(y.ctx, y.ann, tang.id, "Mr Hu")
	require.Equal(t, "care.not_here", refusedAs(t, err))
	y.inHall(tang, y.ann)
	ask, err := y.care.Ask(y.ctx, y.ann, tang.id, "Mr Hu")
	require.NoError(t, err)
	same, err := y.care.Ask(y.ctx, y.bea, tang.id, "Mr Hu")
	require.NoError(t, err)
	require.Equal(t, ask.ID, same.ID)
	require.Equal(t, []string{"Tang's mother", "Father"}, y.told("care.may"))
	for _, nobody := range []int64{gran.Person, y.ann.Person, y.lead.Person, y.secretary.Person} {
		a := y.ann
		a.Person = nobody
		_, err = y.care.Answered(y.ctx, a, ask.ID, true)
		require.True(t, refusal.Is(err, refusal.NotFound), "decides nothing")
	}
	_, err = y.care.Answered(y.ctx, tang.mother, ask.ID, true)
	require.NoError(t, err)
	require.Equal(t, []string{"Ann"}, y.told("care.said"))
	a, err := y.care.Answered(y.ctx, father, ask.ID, false)
	require.NoError(t, err)
	require.False(t, a.Yes)
	require.Equal(t, "care.said_no", y.goes(y.ann, childcare.Leaving{Child: tang.id, Ask: ask.ID}))
	_, err = y.care.Answered(y.ctx, tang.mother, ask.ID, true)
	require.Equal(t, "care.answered", refusedAs(t, err))

	y.exec(`UPDATE persons SET reachable = false WHERE id IN ($1, $2)`, tang.mother.Person, father.Person)
	_, err = y.care.Ask(y.ctx, y.ann, tang.id, "Wang")
	require.Equal(t, "care.nobody_reads", refusedAs(t, err))
	y.exec(`UPDATE persons SET reachable = true WHERE id = $1`, father.Person)
	_, err = y.care.Ask(y.ctx, y.ann, tang.id, " ")
	require.Equal(t, "care.no_name", refusedAs(t, err), "a yes is for somebody")
	ask, err = y.care.Ask(y.ctx, y.ann, tang.id, "Wang")
	require.NoError(t, err)
	_, err = y.care.Answered(y.ctx, father, ask.ID, true)
	require.NoError(t, err)
	require.Equal(t, "asked", y.goes(y.bea, childcare.Leaving{Child: tang.id, Ask: ask.ID}))
	require.Equal(t, "out Wang", y.now(tang), "not who said yes")
	require.Equal(t, "asked", y.goes(y.bea, childcare.Leaving{Child: tang.id, Ask: ask.ID}), "a second tap")
	require.NoError(t, y.care.Came(y.ctx, y.ann, tang.booking[childcare.After]))
	require.Equal(t, "care.must_ask", y.goes(y.bea, childcare.Leaving{Child: tang.id, Ask: ask.ID}), "it was good for once")
	_, err = y.care.Answered(y.ctx, tang.mother, ask.ID, false)
	require.Equal(t, "care.too_late", refusedAs(t, err))
}

// TestWhoIsBarredDoesNotLearnThatTheAlarmIsRaised: they, and the carer, read what is said
// to any stranger; everybody who must know is rung.
func TestWhoIsBarredDoesNotLearnThatTheAlarmIsRaised(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	father := y.guardian(tang, "Father")
	barred := y.listed(tang, "Father", father.Person, "barred", true)
	y.inHall(tang, y.ann)
	require.Equal(t, []string{"Tang's mother"}, y.told("care.arrived"), "not to him either")
	require.Equal(t, "care.must_ask", y.goes(y.ann, childcare.Leaving{Child: tang.id, Collector: barred, Hand: "knows him"}))
	require.Equal(t, "care.must_ask", y.goes(y.ann, childcare.Leaving{Child: tang.id, Guardian: father.Person, Hand: "knows him"}))
	require.NoError(t, y.care.Barred(y.ctx, y.ann, tang.id, barred))
	require.Equal(t, []string{"Tang's mother", "Lead"}, y.told("care.barred"), "once")
	require.Len(t, y.desk.urgent, 1)
	_, err := y.care.Override(y.ctx, y.lead, childcare.Overriding{Child: tang.id, Person: father.Person, Reason: "he insists"})
	require.Equal(t, "care.barred", refusedAs(t, err))
	_, err = y.care.Where(y.ctx, father, tang.id, y.day)
	require.True(t, refusal.Is(err, refusal.NotFound))
	_, err = y.care.Code(y.ctx, father, tang.id, y.day)
	require.True(t, refusal.Is(err, refusal.NotFound))

	named := y.listed(tang, "Mr Hu", 0, "barred", true)
	ask, err := y.care.Ask(y.ctx, y.ann, tang.id, "mr hu")
	require.NoError(t, err, "it looks as it always does")
	require.Empty(t, y.told("care.may"), "and nobody says yes by mistake")
	require.Len(t, y.told("care.barred"), 4)
	_, err = y.care.Answered(y.ctx, tang.mother, ask.ID, true)
	require.NoError(t, err)
	require.Equal(t, "care.must_ask", y.goes(y.ann, childcare.Leaving{Child: tang.id, Ask: ask.ID}))
	require.Equal(t, "in hall", "in "+y.now(tang)[:4])
	listed := y.listed(tang, "Gran", 0)
	err = y.care.Barred(y.ctx, y.ann, tang.id, listed)
	require.Equal(t, "care.not_barred", refusedAs(t, err))
	require.Equal(t, "care.must_ask", y.goes(y.ann, childcare.Leaving{Child: tang.id, Collector: named}))
}

// TestTheLeadOverridesWithAReason, and the guardians read it.
func TestTheLeadOverridesWithAReason(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	y.inHall(tang, y.ann)
	o := childcare.Overriding{Child: tang.id, Name: "Dr Wu", Reason: "to hospital"}
	for _, who := range []int64{y.ann.Person, tang.mother.Person} {
		a := y.ann
		a.Person = who
		_, err := y.care.Override(y.ctx, a, o)
		require.True(t, refusal.Is(err, refusal.NotFound))
	}
	_, err := y.care.Override(y.ctx, y.lead, childcare.Overriding{Child: tang.id, Name: "Dr Wu"})
	require.Equal(t, "care.no_reason", refusedAs(t, err))
	for range 2 {
		c, err := y.care.Override(y.ctx, y.lead, o)
		require.NoError(t, err)
		require.Equal(t, []any{childcare.Override, "to hospital", "Dr Wu", y.lead.Person}, []any{c.How, c.Reason, c.HolderName, c.Giver})
	}
	require.Equal(t, []string{"Tang's mother"}, y.told("care.override"))
}

// TestOnlyWhoMindsAChildGivesIt: not on another day, nor without a shift, nor from home.
func TestOnlyWhoMindsAChildGivesIt(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	gran := y.listed(tang, "Gran", 0)
	cai := y.carer("Cai")
	y.shifts[cai.Person] = y.day.AddDate(0, 0, 1)
	y.inHall(tang, y.ann)
	l := childcare.Leaving{Child: tang.id, Collector: gran, Hand: "identity_card"}
	for _, who := range []int64{cai.Person, tang.mother.Person, y.kong.Person, y.secretary.Person, y.meet("Stranger").Person} {
		a := y.ann
		a.Person = who
		_, err := y.care.Leave(y.ctx, a, l)
		require.True(t, refusal.Is(err, refusal.NotFound))
		_, err = y.care.Door(y.ctx, a, tang.id)
		require.True(t, refusal.Is(err, refusal.NotFound))
		_, err = y.care.Ask(y.ctx, a, tang.id, "x")
		require.True(t, refusal.Is(err, refusal.NotFound))
		require.True(t, refusal.Is(y.care.Barred(y.ctx, a, tang.id, gran), refusal.NotFound))
	}
	delete(y.shifts, y.ann.Person) // it is late, and her shift is over: she holds the child
	require.Equal(t, "hand", y.goes(y.ann, l))
	_, err := y.care.Door(y.ctx, y.ann, tang.id)
	require.True(t, refusal.Is(err, refusal.NotFound), "and now she does not")
}

// TestTwoAtTheDoorAtOnce: one has the child, and the other reads that it is not there.
func TestTwoAtTheDoorAtOnce(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	gran, uncle := y.listed(tang, "Gran", 0), y.listed(tang, "Uncle", 0)
	y.inHall(tang, y.ann)
	tx, err := y.db.Beginx() // nobody writes down where the child is until both want to
	require.NoError(t, err)
	_, err = tx.Exec(`SELECT FROM care_custody WHERE child_id = $1 AND until IS NULL FOR UPDATE`, tang.id)
	require.NoError(t, err)
	var came [2]string
	var hands sync.WaitGroup
	for i, l := range []childcare.Leaving{{Collector: gran}, {Collector: uncle}} {
		l.Child, l.Hand = tang.id, "identity_card"
		by := []people.Actor{y.ann, y.bea}[i]
		hands.Go(func() {
			c, err := y.care.Leave(y.ctx, by, l)
			came[i] = orHow(c, err)
		})
	}
	require.Eventually(t, func() bool {
		var waits int
		err := y.db.Get(&waits, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
		return err == nil && waits == 2
	}, time.Minute, 10*time.Millisecond)
	require.NoError(t, tx.Rollback())
	hands.Wait()
	require.ElementsMatch(t, []string{"hand", "care.not_here"}, came[:])
	require.Empty(t, apart(t, y.db, y.id))
}
