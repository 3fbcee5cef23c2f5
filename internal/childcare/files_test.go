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
