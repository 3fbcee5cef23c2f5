package childcare_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// listOf is the list of one sitting.
func (y *yard) listOf(actor people.Actor, sitting string) childcare.List {
	y.Helper()
	all, err := y.care.Lists(y.ctx, actor, y.day)
	require.NoError(y, err)
	for _, l := range all {
		if l.Sitting.ID == y.sitting[sitting] {
			return l
		}
	}
	y.Fatalf("no list of %s", sitting)
	return childcare.List{}
}

// TestTheDaysStaffAloneSeeTheList, and each look is written down.
func TestTheDaysStaffAloneSeeTheList(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.After), y.child("Yu", childcare.After)
	y.exec(`UPDATE care_children SET allergy = 'peanuts', know = 'shy', class = '3' WHERE child_id = $1`, tang.id)
	_, err := y.care.Absent(y.ctx, yu.mother, yu.id, y.day, y.day, childcare.Ill)
	require.NoError(t, err)
	cai := y.carer("Cai")
	y.shifts[cai.Person] = y.day.AddDate(0, 0, 1)
	for _, who := range []people.Actor{cai, y.secretary, y.kong, tang.mother, y.meet("Stranger")} {
		_, err := y.care.Lists(y.ctx, who, y.day)
		require.True(t, refusal.Is(err, refusal.NotFound), who.Name)
		_, err = y.care.Sheet(y.ctx, who, y.day)
		require.True(t, refusal.Is(err, refusal.NotFound), who.Name)
	}
	y.pass(16, 0)
	for range 2 {
		l := y.listOf(y.ann, "after.fetch")
		require.Equal(t, []any{"Fourth School", "east gate"}, []any{l.Sitting.SchoolName, l.Sitting.Meets})
		require.Len(t, l.Children, 2)
		require.Equal(t, 1, l.Left())
		c := l.Children[0]
		require.Equal(t, []any{"Tang", "3", "peanuts", "shy", childcare.Out, false}, []any{c.Name, c.Class, c.Allergy, c.Know, c.Place, c.Done})
		require.Equal(t, childcare.Ill, l.Children[1].Absent)
	}
	var looks int
	require.NoError(t, y.db.Get(&looks, `SELECT count(*) FROM care_looks WHERE child_id = $1 AND person_id = $2 AND what = 'list'`, tang.id, y.ann.Person))
	require.Equal(t, 1, looks, "a list that is drawn again is one look")
	y.clk.Advance(11 * time.Minute)
	_ = y.listOf(y.ann, "after.fetch")
	require.NoError(t, y.db.Get(&looks, `SELECT count(*) FROM care_looks WHERE child_id = $1 AND person_id = $2 AND what = 'list'`, tang.id, y.ann.Person))
	require.Equal(t, 2, looks)

	require.NoError(t, y.care.Met(y.ctx, y.ann, tang.booking[childcare.After]))
	require.Zero(t, y.listOf(y.lead, "after.fetch").Left())
	l := y.listOf(y.lead, "after.mind")
	require.Equal(t, []any{1, "Ann", childcare.OnTheWay}, []any{l.Left(), l.Children[0].HolderName, l.Children[0].Place})
	require.NoError(t, y.care.Came(y.ctx, y.ann, tang.booking[childcare.After]))
	require.Equal(t, "hand", y.goes(y.ann, childcare.Leaving{Child: tang.id, Guardian: tang.mother.Person, Hand: "phone"}))
	require.Zero(t, y.listOf(y.lead, "after.mind").Left())
}

// TestWhoMindsADayHasToDoWithItsChildrenAlone: of one that does not come that day they
// learn nothing, and nobody is asked for it.
func TestWhoMindsADayHasToDoWithItsChildrenAlone(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.After), y.child("Yu")
	verbs := map[string]func(a people.Actor, k kid) error{
		"door":   func(a people.Actor, k kid) error { _, err := y.care.Door(y.ctx, a, k.id); return err },
		"file":   func(a people.Actor, k kid) error { _, err := y.care.Child(y.ctx, a, k.id); return err },
		"ask":    func(a people.Actor, k kid) error { _, err := y.care.Ask(y.ctx, a, k.id, "Uncle"); return err },
		"barred": func(a people.Actor, k kid) error { return y.care.Barred(y.ctx, a, k.id, 1) },
		"worry": func(a people.Actor, k kid) error {
			_, err := y.care.Worry(y.ctx, a, childcare.Concern{Child: k.id, Key: "k"})
			return err
		},
		"leave": func(a people.Actor, k kid) error {
			_, err := y.care.Leave(y.ctx, a, childcare.Leaving{Child: k.id, Guardian: k.mother.Person, Hand: "phone"})
			return err
		},
	}
	for name, try := range verbs {
		require.True(t, refusal.Is(try(y.ann, yu), refusal.NotFound), name)
	}
	y.inHall(tang, y.ann)
	for _, name := range []string{"door", "file", "worry"} {
		require.NoError(t, verbs[name](y.ann, tang), name)
	}
	require.NoError(t, verbs["door"](y.lead, yu), "who runs the hall has to do with all")

	looks := func() (n int) {
		require.NoError(t, y.db.Get(&n, `SELECT count(*) FROM care_looks WHERE person_id = $1 AND what = 'list'`, y.lead.Person))
		return n
	}
	before := looks()
	y.clk.Advance(11 * time.Minute)
	all, err := y.care.Files(y.ctx, y.lead)
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Equal(t, before+2, looks(), "a list of files is a look at each")
}

// TestWhoDecidesAloneReadsWhereAChildIs.
func TestWhoDecidesAloneReadsWhereAChildIs(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	father, aunt, fetches := y.guardian(tang, "Father"), y.meet("Aunt"), y.meet("Fetches")
	y.exec(`INSERT INTO ties (community_id, person_id, for_id, kind, agreed_by, since) VALUES ($1, $2, $4, 'family', $5, $6), ($1, $3, $4, 'collector', $5, $6)`,
		y.id, aunt.Person, fetches.Person, tang.id, tang.mother.Person, y.clk.Now())
	y.inHall(tang, y.ann)
	for name, c := range map[string]struct {
		who                people.Actor
		where, code, notes bool
	}{
		"mother":              {tang.mother, true, true, true},
		"father":              {father, true, true, true},
		"who runs the hall":   {y.lead, true, false, true},
		"who minds it":        {y.ann, false, false, true},
		"of the family":       {aunt, false, false, false},
		"who may fetch it":    {fetches, false, false, false},
		"who counsels others": {y.kong, false, false, false},
	} {
		_, err := y.care.Where(y.ctx, c.who, tang.id, y.day)
		require.Equal(t, c.where, err == nil, name)
		_, err = y.care.Code(y.ctx, c.who, tang.id, y.day)
		require.Equal(t, c.code, err == nil, name)
		_, err = y.care.Notes(y.ctx, c.who, tang.booking[childcare.After])
		require.Equal(t, c.notes, err == nil, name)
	}
}

// TestATalkIsKnownToTwo: who counsels and who booked it; the others read that the child is
// busy.
func TestATalkIsKnownToTwo(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.sits(childcare.Talk, "talk", 1160, 1200)
	tang, yu := y.child("Tang", childcare.After, childcare.Talk), y.child("Yu", childcare.Talk)
	father := y.guardian(yu, "Father")
	other := y.is("Other", "counsellor")
	for _, who := range []people.Actor{y.ann, y.lead, tang.mother} {
		_, err := y.care.Talks(y.ctx, who, y.day)
		require.True(t, refusal.Is(err, refusal.NotFound))
		require.True(t, refusal.Is(y.care.TalkBegins(y.ctx, who, tang.booking[childcare.Talk]), refusal.NotFound))
		require.True(t, refusal.Is(y.care.Came(y.ctx, who, yu.booking[childcare.Talk]), refusal.NotFound), "nor as a booking")
	}
	all, err := y.care.Talks(y.ctx, other, y.day)
	require.NoError(t, err)
	require.Empty(t, all)
	require.True(t, refusal.Is(y.care.TalkBegins(y.ctx, other, tang.booking[childcare.Talk]), refusal.NotFound))
	all, err = y.care.Talks(y.ctx, y.kong, y.day)
	require.NoError(t, err)
	require.Len(t, all, 2)

	y.pass(17, 0)
	require.NoError(t, y.care.Came(y.ctx, y.ann, tang.booking[childcare.After]))
	require.Len(t, y.told("care.arrived"), 1)
	for range 2 {
		require.NoError(t, y.care.TalkBegins(y.ctx, y.kong, tang.booking[childcare.Talk]))
	}
	require.Equal(t, "hall Kong", y.now(tang))
	c := y.listOf(y.bea, "after.mind").Children[0]
	require.Equal(t, []any{true, int64(0), ""}, []any{c.Busy, c.Holder, c.HolderName})
	n, err := y.care.TookOver(y.ctx, y.ann, y.kong.Person)
	require.NoError(t, err)
	require.Zero(t, n, "nobody takes a child out of a talk by the way")
	where, err := y.care.Where(y.ctx, y.lead, tang.id, y.day)
	require.NoError(t, err)
	for _, c := range where {
		require.NotEqual(t, y.kong.Person, c.Holder)
	}
	require.NoError(t, y.care.TalkEnds(y.ctx, y.kong, tang.booking[childcare.Talk]))
	require.Equal(t, "hall Ann", y.now(tang))

	require.NoError(t, y.care.TalkBegins(y.ctx, y.kong, yu.booking[childcare.Talk]))
	require.Equal(t, []string{"Tang's mother", "Yu's mother"}, y.told("care.arrived"), "not to him who did not book it")
	require.Equal(t, "care.by_the_door", refusedAs(t, y.care.TalkEnds(y.ctx, y.kong, yu.booking[childcare.Talk])))
	require.Equal(t, "hand", y.goes(y.kong, childcare.Leaving{Child: yu.id, Guardian: father.Person, Hand: "identity_card"}))
	require.Equal(t, []string{"Yu's mother"}, y.told("care.left"))
	where, err = y.care.Where(y.ctx, father, yu.id, y.day)
	require.NoError(t, err)
	for _, c := range where {
		require.NotEqual(t, childcare.InHall, c.Place)
	}
	require.Empty(t, apart(t, y.db, y.id))
}

// TestOneLineGoesHome, and again only where it says something else.
func TestOneLineGoesHome(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.Noon), y.child("Yu", childcare.Noon)
	y.guardian(tang, "Father")
	n := childcare.Note{Booking: tang.booking[childcare.Noon], On: childcare.Homework, Codes: childcare.Codes[childcare.NoteCode]{"reading_left", "maths_done", "maths_done"}}
	require.Equal(t, "care.not_here", refusedAs(t, y.care.Note(y.ctx, y.ann, n)))
	y.pass(11, 40)
	y.inHall(tang, y.ann)
	y.inHall(yu, y.ann)
	for range 2 {
		require.NoError(t, y.care.Note(y.ctx, y.ann, n))
	}
	require.Equal(t, []string{"Tang's mother", "Father"}, y.told("care.homework"))
	for _, wrong := range []childcare.Note{
		{Booking: n.Booking, On: childcare.Homework},
		{Booking: n.Booking, On: childcare.Homework, Codes: childcare.Codes[childcare.NoteCode]{"slept"}},
		{Booking: n.Booking, On: "mood", Codes: n.Codes},
	} {
		require.Equal(t, "care.no_note", refusedAs(t, y.care.Note(y.ctx, y.ann, wrong)))
	}
	require.True(t, refusal.Is(y.care.Note(y.ctx, tang.mother, n), refusal.NotFound))
	require.NoError(t, y.care.Note(y.ctx, y.bea, childcare.Note{Booking: n.Booking, On: childcare.Homework, Voice: "file"}))
	require.Len(t, y.told("care.homework"), 4)
	y.pass(12, 40)
	for _, want := range []int{2, 0} {
		n, err := y.care.Napped(y.ctx, y.ann, y.sitting["noon.nap"], yu.id)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	l := y.listOf(y.ann, "noon.nap")
	require.Equal(t, childcare.Codes[childcare.NoteCode]{"rested"}, l.Children[1].Notes[0].Codes)
	notes, err := y.care.Notes(y.ctx, tang.mother, n.Booking)
	require.NoError(t, err)
	require.Equal(t, []any{"file", y.bea.Person, childcare.Codes[childcare.NoteCode]{"slept"}}, []any{notes[0].Voice, notes[0].By, notes[1].Codes})
}

// TestAWorryNeverReachesWhomItIsAbout.
func TestAWorryNeverReachesWhomItIsAbout(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	trusted := y.meet("Trusted")
	require.NoError(t, y.people.Grant(y.ctx, y.secretary, trusted.Person, access.Counsellor, 0))
	worry := func(by people.Actor, about int64, key string) int64 {
		n, err := y.care.Worry(y.ctx, by, childcare.Concern{Child: tang.id, About: about, Words: "bruises", Key: key})
		require.NoError(t, err)
		require.EqualValues(t, 7, n)
		return y.desk.confidence[len(y.desk.confidence)-1].To
	}
	require.Equal(t, y.secretary.Person, worry(y.ann, 0, "a"), "who is in charge, where nobody is named")
	house, err := y.care.House(y.ctx, y.id)
	require.NoError(t, err)
	house.Confidant = y.meet("Resident").Person
	require.Equal(t, "care.cannot_hear", refusedAs(t, y.care.ChangeHouse(y.ctx, y.secretary, house)), "no case can be given to a resident")
	house.Confidant = trusted.Person
	require.NoError(t, y.care.ChangeHouse(y.ctx, y.secretary, house))
	require.Equal(t, trusted.Person, worry(y.ann, tang.mother.Person, "b"))
	worry(y.ann, tang.mother.Person, "b")
	require.Len(t, y.desk.confidence, 2, "once")
	require.Equal(t, y.secretary.Person, worry(y.bea, trusted.Person, "c"))
	y.exec(`UPDATE care_houses SET confidant_id = $1`, y.secretary.Person)
	_, err = y.care.Worry(y.ctx, y.ann, childcare.Concern{Child: tang.id, About: y.secretary.Person, Key: "d"})
	require.Equal(t, "care.nobody_hears", refusedAs(t, err))
	y.guardianIs(tang, y.secretary)
	for _, c := range []childcare.Concern{{}, {About: y.bea.Person}} {
		c.Child, c.Key = tang.id, "guardian"
		_, err = y.care.Worry(y.ctx, y.ann, c)
		require.Equal(t, "care.nobody_hears", refusedAs(t, err), "nor who decides for the child")
	}
	for _, who := range []people.Actor{tang.mother, y.kong} {
		_, err = y.care.Worry(y.ctx, who, childcare.Concern{Child: tang.id, Key: "e"})
		require.True(t, refusal.Is(err, refusal.NotFound), who.Name)
	}
	var about int
	require.NoError(t, y.db.Get(&about, `SELECT count(*) FROM care_events WHERE code = 'worry' AND detail::text LIKE '%bruises%'`))
	require.Zero(t, about, "nobody's words are in the history")
}

// TestADayOnPaperIsTypedInInOneGo: in the order of its times, by the rules of the door.
func TestADayOnPaperIsTypedInInOneGo(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.After), y.child("Yu", childcare.After)
	gran := y.listed(tang, "Gran", 0)
	barred := y.listed(yu, "Uncle", 0, "barred", true)
	of, ofYu := tang.booking[childcare.After], yu.booking[childcare.After]
	sheet, err := y.care.Sheet(y.ctx, y.ann, y.day)
	require.NoError(t, err)
	require.Len(t, sheet.Collectors[tang.id], 2)
	require.Empty(t, sheet.Collectors[yu.id][0].Phone)
	lines := []childcare.Typed{
		{At: y.at(17, 40), Did: childcare.DidLeave, Booking: of, Leaving: childcare.Leaving{Collector: gran, Hand: "paper"}},
		{At: y.at(16, 2), Did: childcare.DidMeet, Booking: of},
		{At: y.at(16, 3), Did: childcare.DidMeet, Booking: ofYu},
		{At: y.at(16, 20), Did: childcare.DidCome, Booking: of},
	}
	_, err = y.care.TypedIn(y.ctx, y.ann, y.day, lines)
	require.Equal(t, "care.typed_wrong", refusedAs(t, err), "it is yet to happen")
	y.pass(18, 30)
	for _, want := range []int{4, 0} {
		n, err := y.care.TypedIn(y.ctx, y.ann, y.day, lines)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	require.Equal(t, []string{"out Gran", "way Ann"}, []string{y.now(tang), y.now(yu)})
	require.Empty(t, y.told("care.arrived"), "it is long over")
	require.Equal(t, []string{"Tang's mother"}, y.told("care.left"), "but how it left is read")
	for why, line := range map[string]childcare.Typed{
		"care.known_later": {At: y.at(16, 1), Did: childcare.DidCome, Booking: ofYu},
		"care.bad_time":    {At: y.at(16, 10).AddDate(0, 0, -1), Did: childcare.DidCome, Booking: ofYu},
		"care.no_code":     {At: y.at(17, 0), Did: childcare.DidLeave, Booking: ofYu, Leaving: childcare.Leaving{Guardian: yu.mother.Person, Code: "1234"}},
		"care.needs_proof": {At: y.at(17, 0), Did: childcare.DidLeave, Booking: ofYu, Leaving: childcare.Leaving{Guardian: yu.mother.Person}},
		"care.must_ask":    {At: y.at(17, 0), Did: childcare.DidLeave, Booking: ofYu, Leaving: childcare.Leaving{Collector: barred, Hand: "paper"}},
		"care.no_line":     {At: y.at(17, 0), Did: "flew", Booking: ofYu},
	} {
		_, err := y.care.TypedIn(y.ctx, y.ann, y.day, []childcare.Typed{{At: y.at(18, 10), Did: childcare.DidCome, Booking: ofYu}, line})
		r, ok := refusal.As(err)
		require.True(t, ok, "%v", err)
		require.Equal(t, []any{"care.typed_wrong", "line", 2, "why", why}, append([]any{r.Key}, r.Args...))
		require.Equal(t, "way Ann", y.now(yu), "all of it or nothing")
	}
	require.NotEmpty(t, y.told("care.barred"), "the alarm is raised all the same")
	_, err = y.care.TypedIn(y.ctx, tang.mother, y.day, lines)
	require.True(t, refusal.Is(err, refusal.NotFound))
	y.inHall(tang, y.ann)
	require.Equal(t, "care.needs_proof", y.goes(y.ann, childcare.Leaving{Child: tang.id, Collector: gran}), "who types in has not seen who stood there")
	require.Empty(t, apart(t, y.db, y.id))
}
