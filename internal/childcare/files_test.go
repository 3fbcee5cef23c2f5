package childcare_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestAFileIsWrittenByConsent: by who decides, or who runs the hall; what is booked follows
// it, and nobody books without one.
func TestAFileIsWrittenByConsent(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	p, err := h.people.AddChild(h.ctx, h.mei, "Lan", 2018)
	require.NoError(t, err)
	_, err = h.care.Book(h.ctx, h.mei, childcare.Wish{Child: p.ID, Day: h.tuesday, Part: childcare.After})
	refused(t, refusal.Conflict, "care.no_file", err)
	all, err := h.care.Children(h.ctx, h.mei)
	require.NoError(t, err)
	require.Len(t, all, 3)
	require.Equal(t, []any{"Bao", "Lan", "Dou"}, []any{all[0].Name, all[1].Name, all[2].Name})
	require.Nil(t, all[1].ConsentAt)
	require.NotNil(t, all[0].ConsentAt)

	file := childcare.Child{ID: p.ID, School: h.school, Grade: 2, Naps: true, Diet: childcare.Codes[childcare.Diet]{"no_nut", "soft"}, Allergy: "peanuts"}
	c, err := h.care.Enrol(h.ctx, h.mei, file)
	require.NoError(t, err)
	require.Equal(t, childcare.Codes[childcare.Diet]{"soft", "no_nut"}, c.Diet)
	require.Equal(t, h.mei.Person, c.ConsentBy)
	require.Equal(t, "Xinyuan", c.SchoolName)
	w := h.book(h.mei, p.ID, childcare.After)
	file.Subject = childcare.Maths
	_, err = h.care.Enrol(h.ctx, h.hua, file)
	require.NoError(t, err)
	o := h.offer(h.mei, p.ID, childcare.After)
	require.Equal(t, childcare.Tutor, o.Sittings[1].Pattern.What, "it has help from now on")
	require.Equal(t, w.ID, o.Booking.ID)
	require.Equal(t, 1, count(h.told(), "Mei care.changed"))

	for _, bad := range []struct {
		key string
		do  func(*childcare.Child)
	}{
		{"care.no_school", func(c *childcare.Child) { c.School = 99 }},
		{"care.bad_count", func(c *childcare.Child) { c.Grade = 13 }},
		{"care.no_diet", func(c *childcare.Child) { c.Diet = childcare.Codes[childcare.Diet]{"all"} }},
		{"care.no_subject", func(c *childcare.Child) { c.Subject = "music" }},
	} {
		wrong := file
		bad.do(&wrong)
		_, err := h.care.Enrol(h.ctx, h.mei, wrong)
		refused(t, refusal.Invalid, bad.key, err)
	}
	_, err = h.care.Enrol(h.ctx, h.hua, childcare.Child{ID: h.father.Person})
	refused(t, refusal.Conflict, "care.no_child", err)
}

// cook is a kitchen that keeps on which days it was told that others eat.
type cook struct{ told []string }

func (k *cook) GuestsChanged(_ context.Context, _ *sqlx.Tx, _ int64, day time.Time) error {
	k.told = append(k.told, day.Format(time.DateOnly))
	return nil
}

func (*cook) CooksNot(context.Context, sqlx.QueryerContext, int64, time.Time) (bool, error) {
	return false, nil
}

// TestTheKitchenHearsOfAFileThatChanged after the deadline, where the child has lunch and
// what the cook must know is different; before it the kitchen waits for the deadline.
func TestTheKitchenHearsOfAFileThatChanged(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	k := &cook{}
	h.care.Eats(k)
	h.book(h.mei, h.bao, childcare.Noon)
	h.book(h.mei, h.bao, childcare.Noon, dayAt(25))
	file, err := h.care.Child(h.ctx, h.mei, h.bao)
	require.NoError(t, err)
	changes := func(change func(c *childcare.Child)) {
		t.Helper()
		change(&file)
		_, err := h.care.Enrol(h.ctx, h.mei, file)
		require.NoError(t, err)
	}
	changes(func(c *childcare.Child) { c.Allergy = "strawberries" })
	require.Empty(t, k.told)
	h.pass(h.at(23, 20, 0))
	require.Equal(t, []string{"2026-11-24"}, k.told, "at the deadline")
	changes(func(c *childcare.Child) { c.Class = "2" })
	require.Len(t, k.told, 1, "that is nothing to the cook")
	changes(func(c *childcare.Child) { c.Allergy = "peanuts: anaphylaxis" })
	changes(func(c *childcare.Child) { c.Diet = childcare.Codes[childcare.Diet]{"no_nut"} })
	require.Equal(t, []string{"2026-11-24", "2026-11-24", "2026-11-24"}, k.told)
}

// TestWhatIsKnownOfAChild is read by who decides, who minds it that day, and who runs the
// hall; each of the others finds nothing, and each look of staff is written down.
func TestWhatIsKnownOfAChild(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	aunt, collector, cook := h.meet("Aunt"), h.meet("Collector"), h.meet("Cook")
	h.tie(aunt.Person, h.bao, people.Family)
	h.tie(collector.Person, h.bao, people.Collector)
	require.NoError(t, h.people.Grant(h.ctx, h.secretary, cook.Person, access.Kitchen, 0))
	h.book(h.mei, h.bao, childcare.After)
	h.hands.on[childcare.Minding] = []int64{h.carer.Person, cook.Person}
	reads := map[string]func(people.Actor) error{
		"child":      func(a people.Actor) error { _, err := h.care.Child(h.ctx, a, h.bao); return err },
		"collectors": func(a people.Actor) error { _, err := h.care.Collectors(h.ctx, a, h.bao, h.today()); return err },
	}
	theirs := map[string]func(people.Actor) error{
		"looks":    func(a people.Actor) error { _, err := h.care.Looks(h.ctx, a, h.bao); return err },
		"offers":   func(a people.Actor) error { _, err := h.care.Offers(h.ctx, a, h.bao, h.tuesday, 1); return err },
		"standing": func(a people.Actor) error { _, err := h.care.Standing(h.ctx, a, h.bao); return err },
		"absences": func(a people.Actor) error { _, err := h.care.Absences(h.ctx, a, h.bao); return err },
	}
	h.pass(h.at(24, 12, 0))
	for name, read := range reads {
		for _, a := range []people.Actor{h.mei, h.father, h.hua, h.carer} {
			require.NoError(t, read(a), "%s by %s", name, a.Name)
		}
		for _, a := range []people.Actor{aunt, collector, cook, h.secretary} {
			require.True(t, refusal.Is(read(a), refusal.NotFound), "%s by %s", name, a.Name)
		}
	}
	for name, read := range theirs {
		for _, a := range []people.Actor{h.mei, h.father, h.hua} {
			require.NoError(t, read(a), "%s by %s", name, a.Name)
		}
		for _, a := range []people.Actor{aunt, collector, cook, h.secretary, h.carer} {
			require.True(t, refusal.Is(read(a), refusal.NotFound), "%s by %s", name, a.Name)
		}
	}
	looks, err := h.care.Looks(h.ctx, h.mei, h.bao)
	require.NoError(t, err)
	var who []string
	for _, l := range looks {
		who = append(who, l.Name)
	}
	require.ElementsMatch(t, []string{"Hua", "Carer", "Hua", "Carer"}, who, "not of who decides")

	_, err = h.care.Child(h.ctx, h.carer, h.dou)
	require.True(t, refusal.Is(err, refusal.NotFound), "a child that does not come is nothing to do with who minds others")
	h.pass(h.at(25, 12, 0))
	require.True(t, refusal.Is(reads["child"](h.carer), refusal.NotFound), "nor one that came yesterday")
}

// today is the day by the hall's clocks.
func (h *hall) today() time.Time {
	y, m, d := h.clk.Now().In(h.zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// TestTheListOfWhoMayHaveAChild: who decides first, then who is on it; of one day, of many,
// and never.
func TestTheListOfWhoMayHaveAChild(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	aunt := h.meet("Aunt")
	list := func(day time.Time) (all []string) {
		some, err := h.care.Collectors(h.ctx, h.mei, h.bao, day)
		require.NoError(t, err)
		for _, c := range some {
			all = append(all, c.Name)
		}
		return all
	}
	require.Equal(t, []string{"Father", "Mei"}, list(h.today()))
	var c childcare.Collector
	for range 2 {
		var err error
		c, err = h.care.AddCollector(h.ctx, h.mei, childcare.Collector{Child: h.bao, Person: aunt.Person})
		require.NoError(t, err)
	}
	require.Equal(t, "Aunt", c.Name)
	require.Equal(t, 1, count(h.told(), "Father care.another"))
	_, err := h.care.Another(h.ctx, h.father, h.bao, h.tuesday, childcare.Collector{Name: "Neighbour", Phone: "0535"})
	require.NoError(t, err)
	require.Equal(t, 1, count(h.told(), "Mei care.another"))
	require.Equal(t, []string{"Father", "Mei", "Aunt", "Neighbour"}, list(h.tuesday))
	require.Equal(t, []string{"Father", "Mei", "Aunt"}, list(dayAt(25)))

	_, err = h.care.AddCollector(h.ctx, h.mei, childcare.Collector{Child: h.bao, Person: h.father.Person, Barred: true})
	refused(t, refusal.Conflict, "care.decides", err)
	barred, err := h.care.AddCollector(h.ctx, h.hua, childcare.Collector{Child: h.bao, Person: h.father.Person, Barred: true, Why: "court"})
	require.NoError(t, err)
	require.Equal(t, []string{"Mei", "Aunt", "Father"}, list(dayAt(25)), "barred he decides no more")
	_, err = h.care.Offers(h.ctx, h.father, h.bao, h.tuesday, 1)
	require.True(t, refusal.Is(err, refusal.NotFound), "nor learns where it is")
	_, err = h.care.AddCollector(h.ctx, h.mei, childcare.Collector{Child: h.bao, Person: h.father.Person})
	refused(t, refusal.Conflict, "care.is_barred", err)
	refused(t, refusal.Conflict, "care.lead_unbars", h.care.EndCollector(h.ctx, h.mei, barred.ID))
	for range 2 {
		require.NoError(t, h.care.EndCollector(h.ctx, h.mei, c.ID))
		require.NoError(t, h.care.EndCollector(h.ctx, h.hua, barred.ID))
	}
	require.Equal(t, []string{"Father", "Mei"}, list(dayAt(25)))
	require.True(t, refusal.Is(h.care.EndCollector(h.ctx, aunt, c.ID), refusal.NotFound))
}

// TestAChildIsForgotten on request, and thirty days after its last booking: nothing of its
// file is anywhere, and nothing is booked.
func TestAChildIsForgotten(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	_, err := h.care.Enrol(h.ctx, h.mei, childcare.Child{ID: h.bao, School: h.school, Grade: 3, Class: "3-2", Allergy: "peanuts", Know: "shy", Naps: true})
	require.NoError(t, err)
	_, err = h.care.AddCollector(h.ctx, h.mei, childcare.Collector{Child: h.bao, Name: "Grandfather", Phone: "0535"})
	require.NoError(t, err)
	w := h.book(h.mei, h.bao, childcare.After)
	require.NoError(t, h.care.SetStanding(h.ctx, h.mei, h.bao, childcare.Noon, childcare.Weekdays{3}))
	h.book(h.mei, h.bao, childcare.After, dayAt(26))
	_, err = h.care.Absent(h.ctx, h.mei, h.bao, dayAt(26), dayAt(26), childcare.Ill)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, h.care.Erase(h.ctx, h.father, h.bao))
	}
	require.Equal(t, childcare.Cancelled, h.status(w.ID))
	require.Equal(t, 1, count(h.told(), "Mei care.erased"))
	for _, word := range []string{"peanuts", "shy", "3-2", "Grandfather", "0535", ",ill,", `"ill"`} {
		require.Zero(t, h.anywhere(word), word)
	}
	_, err = h.care.Child(h.ctx, h.mei, h.bao)
	refused(t, refusal.Conflict, "care.no_file", err)
	_, err = h.care.Enrol(h.ctx, h.mei, childcare.Child{ID: h.bao, School: h.school, Grade: 3})
	require.NoError(t, err, "it may come again")
	h.book(h.mei, h.bao, childcare.After)

	h.clk.Advance(28 * 24 * time.Hour)
	require.NoError(t, h.care.Begin(h.ctx, h.id))
	_, err = h.care.Child(h.ctx, h.mei, h.dou)
	require.NoError(t, err)
	h.clk.Advance(3*24*time.Hour + time.Hour)
	require.NoError(t, h.care.Begin(h.ctx, h.id))
	_, err = h.care.Child(h.ctx, h.mei, h.dou)
	refused(t, refusal.Conflict, "care.no_file", err)
	_, err = h.care.Child(h.ctx, h.mei, h.bao)
	require.NoError(t, err, "its last booking was a day later")
}

// TestAClosedHallForgetsToo: the nights go on until nothing is known of anybody.
func TestAClosedHallForgetsToo(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.book(h.mei, h.bao, childcare.After)
	require.NoError(t, h.care.CloseHouse(h.ctx, h.secretary, "no money"))
	known := func() (n int) {
		require.NoError(t, h.db.Get(&n, `SELECT count(*) FROM care_children WHERE consent_at IS NOT NULL`))
		return n
	}
	h.pass(h.at(30, 23, 0))
	require.Positive(t, known())
	h.pass(h.at(30, 23, 0).AddDate(0, 2, 0))
	require.Zero(t, known())
	var nights int
	require.NoError(t, h.db.Get(&nights, `SELECT count(*) FROM outbox WHERE topic = 'care.roll' AND state = 'waiting'`))
	require.Zero(t, nights, "and then they end")
}

// anywhere counts the rows of childcare that hold a word.
func (h *hall) anywhere(word string) (n int) {
	h.Helper()
	var tables []string
	require.NoError(h, h.db.Select(&tables, `SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'care\_%' AND table_schema = current_schema()`))
	require.NotEmpty(h, tables)
	for _, table := range tables {
		var some int
		require.NoError(h, h.db.Get(&some, `SELECT count(*) FROM `+table+` t WHERE t::text LIKE '%' || $1 || '%'`, word))
		n += some
	}
	return n
}

// TestWhoMayBeAloneWithChildren is said by who runs the hall, of themselves too; who counsels
// needs it for their hours, which end with it.
func TestWhoMayBeAloneWithChildren(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	for range 2 {
		require.NoError(t, h.care.Clear(h.ctx, h.hua, h.carer.Person))
	}
	staff, err := h.care.Staff(h.ctx, h.hua)
	require.NoError(t, err)
	require.Len(t, staff, 2)
	require.Equal(t, []any{"Carer", h.hua.Person, "Hua", int64(0)}, []any{staff[0].Name, staff[0].By, staff[1].Name, staff[1].By})
	require.NoError(t, h.care.Clear(h.ctx, h.secretary, h.hua.Person))
	require.NoError(t, h.care.Unclear(h.ctx, h.hua, h.hua.Person))
	require.NoError(t, h.care.Clear(h.ctx, h.hua, h.hua.Person))
	refused(t, refusal.Conflict, "care.no_carer", h.care.Clear(h.ctx, h.hua, h.mei.Person))
	require.True(t, refusal.Is(h.care.Clear(h.ctx, h.carer, h.mei.Person), refusal.NotFound))
	require.NoError(t, h.care.Unclear(h.ctx, h.hua, h.carer.Person))
	staff, err = h.care.Staff(h.ctx, h.hua)
	require.NoError(t, err)
	require.Nil(t, staff[0].At)
	require.Equal(t, h.hua.Person, staff[1].By, "that she said so herself is written down")

	counsellor := h.meet("Counsellor")
	h.talk(counsellor, 17, 0)
	require.Equal(t, childcare.Talk, h.offer(h.mei, h.bao, childcare.Talk).Part)
	require.NoError(t, h.care.Unclear(h.ctx, h.hua, counsellor.Person))
	for _, o := range h.offers(h.mei, h.bao) {
		require.NotEqual(t, childcare.Talk, o.Part)
	}
	_, err = h.care.AddPattern(h.ctx, h.hua, childcare.Pattern{
		Part: childcare.Talk, What: childcare.Counselled, Weekdays: childcare.Weekdays{2}, From: 1020, Until: 1050,
		Places: 1, Ratio: 1, AgeUntil: 18, GradeUntil: 12, Person: counsellor.Person,
	})
	refused(t, refusal.Conflict, "care.not_cleared", err)
}

// TestADayShortOfStaffIsTold to who runs the hall the day before, once.
func TestADayShortOfStaffIsTold(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	of, some := h.others(11)
	for i := range of {
		h.book(of[i], some[i], childcare.After, dayAt(25))
	}
	h.hands.on[childcare.Walk], h.hands.on[childcare.Minding] = []int64{h.carer.Person, h.hua.Person}, []int64{h.carer.Person}
	h.pass(h.at(24, 8, 59))
	require.Zero(t, count(h.told(), "Hua care.short"))
	h.pass(h.at(24, 9, 0))
	require.Equal(t, 1, count(h.told(), "Hua care.short"))
	all, err := h.care.Ahead(h.ctx, h.hua, 3)
	require.NoError(t, err)
	var short []childcare.What
	for _, d := range all {
		for _, s := range d.Sittings {
			if s.Short() {
				short = append(short, s.Pattern.What)
				require.Equal(t, []int{1, 2}, []int{s.Hands, s.Needs})
			}
		}
	}
	require.Equal(t, []childcare.What{childcare.Mind}, short, "eleven for one; two walk them")
}

// TestSittingsAtOneTimeShareTheirHands: what all of them need is there at every moment.
func TestSittingsAtOneTimeShareTheirHands(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	of, some := h.others(20)
	for i := range of {
		if i%2 == 0 { // helped with homework, five for one
			h.exec(`UPDATE care_children SET subject = 'all' WHERE child_id = $1`, some[i])
		}
		h.book(of[i], some[i], childcare.After, dayAt(25))
	}
	h.hands.on[childcare.Walk] = []int64{1, 2}
	h.hands.on[childcare.Minding] = []int64{1, 2}
	h.pass(h.at(24, 9, 0))
	require.Equal(t, 1, count(h.told(), "Hua care.short"), "two and one are three")
	require.Equal(t, []string{"mind 2 of 3", "tutor 2 of 3"}, h.short(25))

	h.hands.stints[childcare.Minding] = []childcare.Stint{{Person: 3, From: h.at(25, 16, 0), Until: h.at(25, 17, 0)}}
	h.pass(h.at(24, 20, 0))
	require.Equal(t, []string{"mind 2 of 3", "tutor 2 of 3"}, h.short(25), "from five on one is missing still")
	require.Equal(t, 1, count(h.told(), "Hua care.short"), "which she knows")
	h.hands.stints[childcare.Minding] = append(h.hands.stints[childcare.Minding],
		childcare.Stint{Person: 4, From: h.at(25, 17, 0), Until: h.at(25, 18, 0)}, childcare.Stint{Person: 2, From: h.at(25, 16, 0), Until: h.at(25, 18, 0)})
	h.handsChange(25)
	require.Empty(t, h.short(25), "one after the other, and nobody counts twice")
	h.hands.on[childcare.Minding] = []int64{1}
	h.hands.stints[childcare.Minding] = nil
	for range 2 {
		h.handsChange(25)
	}
	require.Equal(t, 2, count(h.told(), "Hua care.short"), "again, where it is worse")
	require.Equal(t, []string{"mind 1 of 3", "tutor 1 of 3"}, h.short(25))
}

// TestItIsLookedAgainWhenBookingCloses: families book until then.
func TestItIsLookedAgainWhenBookingCloses(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	of, some := h.others(15)
	h.hands.on[childcare.Walk], h.hands.on[childcare.Minding] = []int64{1, 2}, []int64{1}
	h.pass(h.at(24, 9, 0))
	for i := range of {
		h.book(of[i], some[i], childcare.After, dayAt(25))
	}
	require.Zero(t, count(h.told(), "Hua care.short"))
	h.pass(h.at(24, 20, 0))
	require.Equal(t, 1, count(h.told(), "Hua care.short"))
	require.Equal(t, []string{"mind 1 of 2"}, h.short(25))
}

// short are the sittings of a day that lack hands, as who runs the hall reads them.
func (h *hall) short(day int) (all []string) {
	h.Helper()
	ahead, err := h.care.Ahead(h.ctx, h.hua, 7)
	require.NoError(h, err)
	for _, d := range ahead {
		for _, s := range d.Sittings {
			if d.Day.Day.Equal(dayAt(day)) && s.Short() {
				all = append(all, fmt.Sprintf("%s %d of %d", s.Pattern.What, s.Hands, s.Needs))
			}
		}
	}
	slices.Sort(all)
	return all
}

// handsChange says that they did, and lets it be looked at.
func (h *hall) handsChange(day int) {
	h.Helper()
	h.clk.Advance(time.Second)
	require.NoError(h, pg.InTx(h.ctx, h.db, func(tx *sqlx.Tx) error { return h.care.HandsChanged(h.ctx, tx, h.id, dayAt(day)) }))
	h.pass(h.clk.Now())
}

// TestWhatADayCosts is on the account of each child that came, once; a talk on nobody's.
func TestWhatADayCosts(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	books := ledger.New(h.clk)
	h.care.Keeps(books)
	counsellor := h.meet("Counsellor")
	sitting := h.talk(counsellor, 15, 0)
	h.book(h.mei, h.bao, childcare.Noon)
	h.book(h.mei, h.bao, childcare.After)
	h.book(h.mei, h.dou, childcare.After)
	_, err := h.care.Book(h.ctx, h.mei, childcare.Wish{Child: h.bao, Day: h.tuesday, Part: childcare.Talk, Sitting: sitting})
	require.NoError(t, err)
	h.pass(h.at(23, 21, 0))
	h.exec(`UPDATE care_bookings SET outcome = 'came' WHERE child_id = $1`, h.bao)
	h.pass(h.at(25, 0, 1))
	for range 2 {
		for child, want := range map[int64]int64{h.bao: -2200, h.dou: 0} {
			is, err := books.Balance(h.ctx, h.db, h.id, ledger.Childcare, child)
			require.NoError(t, err)
			require.Equal(t, want, is)
		}
		var entries int
		require.NoError(t, h.db.Get(&entries, `SELECT count(*) FROM ledger_entries`))
		require.Equal(t, 2, entries, "once, however often the day is over, and nothing of the talk")
		h.exec(`UPDATE care_days SET state = 'closed', over_at = NULL WHERE day = $1`, h.tuesday)
		require.NoError(t, h.care.Do(h.ctx, h.id, "care.over", []byte(`{"day":"2026-11-24"}`)))
	}
	h.exec(`UPDATE care_bookings SET outcome = 'came' WHERE child_id = $1`, h.dou)
	h.pass(h.at(26, 3, 0))
	is, err := books.Balance(h.ctx, h.db, h.id, ledger.Childcare, h.dou)
	require.NoError(t, err)
	require.Equal(t, int64(-1200), is, "what was typed in later is charged in the night")
}

// TestWhatChildrenEat is told the kitchen without their names, and notices whose come.
func TestWhatChildrenEat(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	_, err := h.care.Enrol(h.ctx, h.mei, childcare.Child{ID: h.bao, School: h.school, Grade: 3, Diet: childcare.Codes[childcare.Diet]{"halal"}, Allergy: "peanuts"})
	require.NoError(t, err)
	h.book(h.mei, h.bao, childcare.Noon)
	h.book(h.mei, h.dou, childcare.After)
	meals, err := h.care.Meals(h.ctx, h.db, h.id, h.tuesday)
	require.NoError(t, err)
	require.Equal(t, []childcare.Meal{{Diet: childcare.Codes[childcare.Diet]{"halal"}, Allergy: "peanuts"}}, meals)
	whose, err := h.care.Booked(h.ctx, h.db, h.id, h.tuesday)
	require.NoError(t, err)
	require.Equal(t, []int64{h.mei.Person, h.father.Person}, whose)
}
