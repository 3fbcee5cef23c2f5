package childcare_test

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// TestWhoIsBarredFromAChildEnteredTwiceIsBarredStill, also where the other entry has no file.
func TestWhoIsBarredFromAChildEnteredTwiceIsBarredStill(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]bool{"both have a file": true, "the first has none": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			y := newYard(t)
			tang, again := y.child("Tang", childcare.After), y.child("Tang again", childcare.After)
			if !files {
				p, err := y.people.AddChild(y.ctx, tang.mother, "Tang the first", 2018)
				require.NoError(t, err)
				tang.id = p.ID
			}
			_, err := y.care.AddCollector(y.ctx, again.mother, childcare.Collector{Child: again.id, Name: "Mr Hu", Barred: true})
			require.NoError(t, err)
			require.NoError(t, pg.InTx(y.ctx, y.db, func(tx *sqlx.Tx) error {
				return y.care.PersonChanged(y.ctx, tx, people.Change{
					Community: y.id, Person: again.id, What: people.Merged, Into: tang.id, By: y.secretary.Person, At: y.clk.Now(),
				})
			}))
			var n int
			require.NoError(t, y.db.Get(&n, `SELECT count(*) FROM care_collectors WHERE child_id = $1 AND barred AND ended_at IS NULL AND name = 'Mr Hu'`, tang.id))
			require.Equal(t, 1, n)
			var since time.Time
			require.NoError(t, y.db.Get(&since, `SELECT since FROM care_children WHERE child_id = $1`, tang.id))
			require.Equal(t, y.clk.Now().UTC(), since.UTC(), "by linli's clock")
		})
	}
}

// TestWhoWasJustBarredRings: that somebody was barred half an hour ago is no alarm, and
// keeps none from being raised.
func TestWhoWasJustBarredRings(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	y.inHall(tang, y.ann)
	hu, err := y.care.AddCollector(y.ctx, tang.mother, childcare.Collector{Child: tang.id, Name: "Mr Hu", Barred: true})
	require.NoError(t, err)
	y.clk.Advance(30 * time.Minute)
	for range 2 {
		require.NoError(t, y.care.Barred(y.ctx, y.ann, tang.id, hu.ID))
		require.Equal(t, []string{"Tang's mother", "Lead"}, y.told("care.barred"), "once")
		require.Len(t, y.desk.urgent, 1)
	}
	y.clk.Advance(61 * time.Minute)
	require.NoError(t, y.care.Barred(y.ctx, y.ann, tang.id, hu.ID))
	require.Len(t, y.told("care.barred"), 4, "an hour later again")
}

// TestABarBinds whoever is meant, by whatever they are written and barred: no row of
// theirs is worth anything, and there is one button for them at the door.
func TestABarBinds(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	wang, other := y.meet("Wang"), y.meet("Mr Hu")
	for name, c := range map[string]struct {
		listed, barred childcare.Collector
		free           bool // they are known to be two
	}{
		"a name, by the name":                   {listed: childcare.Collector{Name: "Mr Hu"}, barred: childcare.Collector{Name: "mr hu"}},
		"a name, by who has it":                 {listed: childcare.Collector{Name: "wang"}, barred: childcare.Collector{Person: wang.Person}},
		"who is on the register, by the name":   {listed: childcare.Collector{Person: wang.Person}, barred: childcare.Collector{Name: "Wang"}},
		"who is on the register, by that":       {listed: childcare.Collector{Person: wang.Person}, barred: childcare.Collector{Person: wang.Person}},
		"another name":                          {listed: childcare.Collector{Name: "Gran"}, barred: childcare.Collector{Name: "Mr Hu"}, free: true},
		"somebody else of the same name":        {listed: childcare.Collector{Person: other.Person}, barred: childcare.Collector{Person: y.meet("Mr Hu").Person}, free: true},
		"who is called otherwise by the family": {listed: childcare.Collector{Name: "Uncle"}, barred: childcare.Collector{Name: "Wang"}, free: true},
	} {
		t.Run(name, func(t *testing.T) {
			tang := y.child("Tang", childcare.After)
			add := func(c childcare.Collector) int64 {
				c.Child = tang.id
				c, err := y.care.AddCollector(y.ctx, tang.mother, c)
				require.NoError(t, err)
				return c.ID
			}
			row := add(c.listed)
			c.barred.Barred = true
			bar := add(c.barred)
			require.Equal(t, bar, add(c.barred), "once")
			c.listed.Child = tang.id
			_, err := y.care.AddCollector(y.ctx, tang.mother, c.listed)
			require.Equal(t, map[bool]string{false: "care.is_barred"}[c.free], refusedAs(t, err))
			stale := y.row(`INSERT INTO care_collectors (community_id, child_id, person_id, name, since, by_id)
				SELECT community_id, child_id, person_id, name, since, by_id FROM care_collectors WHERE id = $1 RETURNING id`, row)
			y.inHall(tang, y.ann)
			d, err := y.care.Door(y.ctx, y.ann, tang.id)
			require.NoError(t, err)
			require.Len(t, d.Barred, 1)
			if c.free {
				require.Len(t, d.Collectors, 3) // the stale row too
				require.Equal(t, "hand", y.goes(y.ann, childcare.Leaving{Child: tang.id, Collector: row, Hand: "id_card"}))
				return
			}
			require.Len(t, d.Collectors, 1, "who decides, and one button for who is barred")
			for _, id := range []int64{row, stale} {
				require.Equal(t, "care.must_ask", y.goes(y.ann, childcare.Leaving{Child: tang.id, Collector: id, Hand: "id_card"}))
			}
			require.Equal(t, "hall Ann", y.now(tang))
		})
	}
}

// TestOnlyTheLeadBarsWhoDecides, by who they are or by their name, and says why.
func TestOnlyTheLeadBarsWhoDecides(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	father := y.guardian(tang, "Father")
	bars := func(a people.Actor, c childcare.Collector) (childcare.Collector, error) {
		c.Child, c.Barred = tang.id, true
		return y.care.AddCollector(y.ctx, a, c)
	}
	for _, c := range []childcare.Collector{{Person: father.Person, Why: "court"}, {Name: "father", Why: "court"}} {
		_, err := bars(tang.mother, c)
		require.Equal(t, "care.decides", refusedAs(t, err))
		c.Why = ""
		_, err = bars(y.lead, c)
		require.Equal(t, "care.no_reason", refusedAs(t, err))
	}
	bar, err := bars(y.lead, childcare.Collector{Name: "father", Why: "court"})
	require.NoError(t, err)
	require.Equal(t, father.Person, bar.Person, "who decides is known by name")
	y.inHall(tang, y.ann)
	require.Equal(t, "care.must_ask", y.goes(y.ann, childcare.Leaving{Child: tang.id, Guardian: father.Person, Hand: "id_card"}))
	require.Equal(t, []string{"Tang's mother", "Lead"}, y.told("care.barred"))
	again, err := bars(tang.mother, childcare.Collector{Name: "Father"})
	require.NoError(t, err)
	require.Equal(t, bar.ID, again.ID, "that is said already")
	require.Equal(t, "care.lead_unbars", refusedAs(t, y.care.EndCollector(y.ctx, tang.mother, bar.ID)))
}

// TestWhoIsBarredLetsNobodyDecide, ends nobody's part, and comes to decide in no way.
func TestWhoIsBarredLetsNobodyDecide(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	father, girl := y.guardian(tang, "Father"), y.meet("Girlfriend")
	offers := func(a people.Actor) (string, error) { return y.people.OfferFamily(y.ctx, a, tang.id, people.Guardian) }
	made, err := offers(father)
	require.NoError(t, err)
	l, err := y.people.OpenFamily(y.ctx, y.id, girl.Person, made)
	require.NoError(t, err)
	_, err = y.care.AddCollector(y.ctx, y.lead, childcare.Collector{Child: tang.id, Person: father.Person, Barred: true, Why: "court"})
	require.NoError(t, err)
	_, err = y.people.AgreeFamily(y.ctx, father, l.ID, true)
	require.Equal(t, notFound, refusedAs(t, err), "nor by a link from before")
	_, err = offers(father)
	require.Equal(t, notFound, refusedAs(t, err))
	var mothers int64
	require.NoError(t, y.db.Get(&mothers, `UPDATE ties SET agreed_by = $1 WHERE person_id = $2 AND for_id = $3 RETURNING id`,
		father.Person, tang.mother.Person, tang.id))
	_, err = y.people.EndTie(y.ctx, father, mothers)
	require.Equal(t, notFound, refusedAs(t, err))

	_, err = y.care.AddCollector(y.ctx, tang.mother, childcare.Collector{Child: tang.id, Name: "girlfriend", Barred: true})
	require.NoError(t, err)
	made, err = offers(tang.mother)
	require.NoError(t, err)
	_, err = y.people.OpenFamily(y.ctx, y.id, girl.Person, made)
	require.Equal(t, "people.no_such_link", refusedAs(t, err))
}

// TestABarOutlivesTheFile: erased by request or in time, who was barred is, by who they are
// or by name, and who said so alone ends it; how they are reached and why is forgotten.
func TestABarOutlivesTheFile(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	bar, err := h.care.AddCollector(h.ctx, h.hua, childcare.Collector{Child: h.bao, Person: h.father.Person, Phone: "0535", Barred: true, Why: "court"})
	require.NoError(t, err)
	_, err = h.care.AddCollector(h.ctx, h.mei, childcare.Collector{Child: h.bao, Name: "Mr Hu", Barred: true})
	require.NoError(t, err)
	require.NoError(t, h.care.Erase(h.ctx, h.mei, h.bao))
	for _, word := range []string{"court", "0535"} {
		require.Zero(t, h.anywhere(word), word)
	}
	_, err = h.care.Enrol(h.ctx, h.father, childcare.Child{ID: h.bao, School: h.school, Grade: 3})
	require.Equal(t, notFound, refusedAs(t, err), "he does not write it anew")
	_, err = h.care.Offers(h.ctx, h.father, h.bao, h.tuesday, 7)
	require.Equal(t, notFound, refusedAs(t, err), "nor reads its days")
	_, err = h.care.Enrol(h.ctx, h.mei, childcare.Child{ID: h.bao, School: h.school, Grade: 3})
	require.NoError(t, err)
	require.Equal(t, "care.lead_unbars", refusedAs(t, h.care.EndCollector(h.ctx, h.mei, bar.ID)), "erasing is no way round")
	_, err = h.care.AddCollector(h.ctx, h.mei, childcare.Collector{Child: h.bao, Name: "mr hu"})
	require.Equal(t, "care.is_barred", refusedAs(t, err))
}

// TestWhatIsTakenBackIsTold to who decides too: of somebody else today, and of a bar.
func TestWhatIsTakenBackIsTold(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	y.guardian(tang, "Father")
	for _, c := range []childcare.Collector{{Name: "Gran"}, {Name: "Mr Hu", Barred: true}} {
		c.Child = tang.id
		was := len(y.told("care.another"))
		c, err := y.care.AddCollector(y.ctx, tang.mother, c)
		require.NoError(t, err)
		for range 2 {
			require.NoError(t, y.care.EndCollector(y.ctx, tang.mother, c.ID))
			require.Equal(t, []string{"Father", "Father"}, y.told("care.another")[was:], "and once")
		}
	}
}

// TestWhyIsForWhoWroteItAndTheLead: nobody else reads why somebody is barred, least of all
// who is barred themselves, also where they run the hall.
func TestWhyIsForWhoWroteItAndTheLead(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	father, other := y.guardian(tang, "Father"), y.is("Other", access.Childcare)
	bars := func(by people.Actor, c childcare.Collector) {
		t.Helper()
		c.Child, c.Barred = tang.id, true
		_, err := y.care.AddCollector(y.ctx, by, c)
		require.NoError(t, err)
	}
	bars(tang.mother, childcare.Collector{Name: "Mr Hu", Why: "shouts"})
	bars(y.lead, childcare.Collector{Person: other.Person, Why: "court"})
	for name, reads := range map[string]struct {
		by   people.Actor
		want map[string]string
	}{
		"the mother wrote one": {tang.mother, map[string]string{"Mr Hu": "shouts", "Other": ""}},
		"the father none":      {father, map[string]string{"Mr Hu": "", "Other": ""}},
		"the lead":             {y.lead, map[string]string{"Mr Hu": "shouts", "Other": "court"}},
		"a carer":              {y.ann, map[string]string{"Mr Hu": "", "Other": ""}},
		"a lead who is barred": {other, map[string]string{"Mr Hu": "", "Other": ""}},
	} {
		all, err := y.care.Collectors(y.ctx, reads.by, tang.id, y.day)
		require.NoError(t, err, name)
		got := map[string]string{}
		for _, c := range all {
			if c.Barred {
				got[c.Name] = c.Why
			}
		}
		require.Equal(t, reads.want, got, name)
	}
}
