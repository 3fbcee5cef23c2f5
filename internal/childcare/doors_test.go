package childcare_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// verb is something that somebody tries.
type verb func(a people.Actor) error

// TestEachVerbIsTheirsWhoMay: whoever may not finds nothing, whatever they are, and nothing
// is different afterwards.
func TestEachVerbIsTheirsWhoMay(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	aunt, collector, cook, member := h.meet("Aunt"), h.meet("Collector"), h.meet("Cook"), h.meet("Member")
	h.tie(aunt.Person, h.bao, people.Family)
	h.tie(collector.Person, h.bao, people.Collector)
	require.NoError(t, h.people.Grant(h.ctx, h.secretary, cook.Person, access.Kitchen, 0))
	w := h.book(h.mei, h.bao, childcare.After)
	listed, err := h.care.AddCollector(h.ctx, h.mei, childcare.Collector{Child: h.bao, Name: "Grandfather"})
	require.NoError(t, err)
	gone, err := h.care.Absent(h.ctx, h.mei, h.bao, dayAt(27), dayAt(27), childcare.Ill)
	require.NoError(t, err)
	h.hands.on[childcare.Minding] = []int64{h.carer.Person}
	mind := h.pattern(childcare.After, childcare.Mind)
	o := h.offer(h.mei, h.bao, childcare.After)

	h.care.Keeps(ledger.New(h.clk))
	account := func(a people.Actor) error { _, err := h.care.Account(h.ctx, a, h.bao, ledger.Ever()); return err }
	guardians := map[string]verb{
		"offers": func(a people.Actor) error { _, err := h.care.Offers(h.ctx, a, h.bao, h.tuesday, 7); return err },
		"book": func(a people.Actor) error {
			_, err := h.care.Book(h.ctx, a, childcare.Wish{Child: h.bao, Day: h.tuesday, Part: childcare.Noon})
			return err
		},
		"siblings": func(a people.Actor) error {
			_, err := h.care.Book(h.ctx, a, childcare.Wish{Child: h.dou, Day: h.tuesday, Part: childcare.Noon}, childcare.Wish{Child: h.bao, Day: h.tuesday, Part: childcare.Noon})
			return err
		},
		"week":   func(a people.Actor) error { _, err := h.care.LikeLastWeek(h.ctx, a, h.bao); return err },
		"cancel": func(a people.Actor) error { _, err := h.care.Cancel(h.ctx, a, w.ID); return err },
		"answer": func(a people.Actor) error { _, err := h.care.Answer(h.ctx, a, w.ID, true); return err },
		"itself": func(a people.Actor) error { _, err := h.care.TakeItself(h.ctx, a, w.ID, true); return err },
		"standing": func(a people.Actor) error {
			return h.care.SetStanding(h.ctx, a, h.bao, childcare.After, childcare.Weekdays{1})
		},
		"stands": func(a people.Actor) error { _, err := h.care.Standing(h.ctx, a, h.bao); return err },
		"absent": func(a people.Actor) error {
			_, err := h.care.Absent(h.ctx, a, h.bao, h.tuesday, h.tuesday, childcare.Ill)
			return err
		},
		"absences": func(a people.Actor) error { _, err := h.care.Absences(h.ctx, a, h.bao); return err },
		"comes":    func(a people.Actor) error { return h.care.Comes(h.ctx, a, gone.ID) },
		"file": func(a people.Actor) error {
			_, err := h.care.Enrol(h.ctx, a, childcare.Child{ID: h.bao, Grade: 1})
			return err
		},
		"erase": func(a people.Actor) error { return h.care.Erase(h.ctx, a, h.bao) },
		"looks": func(a people.Actor) error { _, err := h.care.Looks(h.ctx, a, h.bao); return err },
		"collector": func(a people.Actor) error {
			_, err := h.care.AddCollector(h.ctx, a, childcare.Collector{Child: h.bao, Person: a.Person})
			return err
		},
		"another": func(a people.Actor) error {
			_, err := h.care.Another(h.ctx, a, h.bao, h.tuesday, childcare.Collector{Person: a.Person})
			return err
		},
		"off the list": func(a people.Actor) error { return h.care.EndCollector(h.ctx, a, listed.ID) },
	}
	leads := map[string]verb{
		"house": func(a people.Actor) error { return h.care.ChangeHouse(h.ctx, a, childcare.UsualHouse()) },
		"school": func(a people.Actor) error {
			_, err := h.care.AddSchool(h.ctx, a, childcare.School{Name: "Other"})
			return err
		},
		"gate": func(a people.Actor) error {
			return h.care.ChangeSchool(h.ctx, a, childcare.School{ID: h.school, Name: "Other"})
		},
		"no school": func(a people.Actor) error { return h.care.EndSchool(h.ctx, a, h.school) },
		"break": func(a people.Actor) error {
			return h.care.SetBreak(h.ctx, a, childcare.Break{From: h.tuesday, Until: h.tuesday, Kind: childcare.Shut})
		},
		"no break": func(a people.Actor) error { return h.care.DropBreak(h.ctx, a, h.tuesday) },
		"pattern":  func(a people.Actor) error { _, err := h.care.AddPattern(h.ctx, a, mind); return err },
		"change":   func(a people.Actor) error { p := mind; p.Price = 1; return h.care.ChangePattern(h.ctx, a, p) },
		"end":      func(a people.Actor) error { return h.care.EndPattern(h.ctx, a, mind.ID) },
		"usual":    func(a people.Actor) error { _, err := h.care.UsualWeek(h.ctx, a, h.school); return err },
		"ahead":    func(a people.Actor) error { _, err := h.care.Ahead(h.ctx, a, 3); return err },
		"places":   func(a people.Actor) error { return h.care.SetPlaces(h.ctx, a, o.Sittings[0].ID, 1) },
		"off":      func(a people.Actor) error { return h.care.CallOff(h.ctx, a, h.tuesday, "why") },
		"staff":    func(a people.Actor) error { _, err := h.care.Staff(h.ctx, a); return err },
		"clear":    func(a people.Actor) error { return h.care.Clear(h.ctx, a, h.carer.Person) },
		"unclear":  func(a people.Actor) error { return h.care.Unclear(h.ctx, a, h.carer.Person) },
	}
	files := map[string]verb{
		"files": func(a people.Actor) error { _, err := h.care.Files(h.ctx, a); return err },
	}
	charge := map[string]verb{
		"open":  func(a people.Actor) error { return h.care.OpenHouse(h.ctx, a, childcare.UsualHouse()) },
		"close": func(a people.Actor) error { return h.care.CloseHouse(h.ctx, a, "why") },
		"confidant": func(a people.Actor) error {
			house := childcare.UsualHouse()
			house.Confidant = a.Person
			return h.care.ChangeHouse(h.ctx, a, house)
		},
	}
	for _, a := range []people.Actor{aunt, collector, cook, member, h.carer} {
		require.True(t, refusal.Is(account(a), refusal.NotFound), "account by %s", a.Name)
	}
	for _, a := range []people.Actor{h.mei, h.father, h.hua, h.secretary} {
		require.NoError(t, account(a), a.Name)
	}
	before := h.everything()
	for _, group := range []struct {
		verbs map[string]verb
		not   []people.Actor
	}{
		{guardians, []people.Actor{aunt, collector, cook, member, h.carer, h.secretary}},
		{leads, []people.Actor{aunt, collector, cook, member, h.carer, h.mei}},
		{files, []people.Actor{aunt, collector, cook, member, h.carer, h.mei, h.secretary}},
		{charge, []people.Actor{aunt, cook, h.carer, h.mei, h.hua}},
	} {
		for name, try := range group.verbs {
			for _, a := range group.not {
				require.True(t, refusal.Is(try(a), refusal.NotFound), "%s by %s", name, a.Name)
			}
		}
	}
	require.Equal(t, before, h.everything(), "nothing is different")
	for _, name := range []string{"ahead", "staff", "places"} {
		require.NoError(t, leads[name](h.hua), name)
	}
	require.NoError(t, files["files"](h.hua))
	require.NoError(t, charge["confidant"](h.secretary))
}

// everything counts what happened.
func (h *hall) everything() (n [2]int) {
	h.Helper()
	require.NoError(h, h.db.Get(&n[0], `SELECT count(*) FROM care_events`))
	require.NoError(h, h.db.Get(&n[1], `SELECT count(*) FROM outbox`))
	return n
}
