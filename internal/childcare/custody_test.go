package childcare_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/people"
)

// careDays is how many days of children in many hands are drawn.
var careDays = flag.Int("caredays", 3, "how many days of children in many hands are drawn")

// held is a child as somebody in the hall would tell it.
type held struct {
	kid
	place   string
	by      int64 // who answers for it; 0: the school
	talks   bool
	brought bool // to the talk
	before  int64
	came    map[childcare.Part]bool
	missed  map[childcare.Part]bool
	notYet  map[childcare.Part]int64 // who said so
	moved   string                   // "leads": it goes to school; "back": it was given back there
}

func (h *held) ours() bool { return h.place == "way" || h.place == "hall" }

// goes has the child be somewhere, with somebody.
func (h *held) goes(place string, by int64) {
	h.place, h.by, h.talks, h.moved = place, by, false, ""
	if h.ours() {
		h.before = by
	}
}

// past reports whether a part of the day is behind the child.
func (h *held) past(part childcare.Part) bool {
	return part == childcare.Noon && h.came[childcare.After] || h.came[part] && h.place == "school" && h.moved == "back"
}

// many are children in many hands, and who has them.
type many struct {
	*yard
	dice  *rand.Rand
	kids  []*held
	gates map[childcare.Part]bool // that were looked at ten minutes after their time
	steps map[string]int
}

// TestAtEveryMomentAChildIsAtOnePlaceAndInOnePairOfHands: whatever staff, families and the
// clock do with six children in a day.
func TestAtEveryMomentAChildIsAtOnePlaceAndInOnePairOfHands(t *testing.T) {
	t.Parallel()
	steps := map[string]int{}
	seed := luck.Seed(t)
	for n := range *careDays {
		m := &many{yard: newYard(t), dice: rand.New(rand.NewPCG(seed, uint64(n))), gates: map[childcare.Part]bool{}, steps: steps}
		m.begins()
		for m.clk.Now().Before(m.at(20, 0)) {
			m.step()
			m.compares()
		}
		require.Empty(t, apart(t, m.db, m.id))
		m.everyMoment()
	}
	t.Logf("%d days: %v", *careDays, steps)
	all := []string{"fetched", "met", "arrived", "came", "leads", "back", "took over", "not here", "found", "left", "talk", "talked", "too late"}
	if *careDays >= 10 { // a few days may do without
		all = append(all, "the clock")
	}
	for _, step := range all {
		require.Positive(t, steps[step], step)
	}
}

func (m *many) begins() {
	m.Helper()
	parts := [][]childcare.Part{
		{childcare.Noon, childcare.After}, {childcare.Noon, childcare.After}, {childcare.Noon}, {childcare.After}, {childcare.After}, {childcare.After, childcare.Talk},
	}
	for i, p := range parts {
		k := m.child(fmt.Sprint("Child ", i), p...)
		m.kids = append(m.kids, &held{
			kid: k, place: "out", by: k.mother.Person, came: map[childcare.Part]bool{}, missed: map[childcare.Part]bool{}, notYet: map[childcare.Part]int64{},
		})
	}
	m.awaits()
	m.pass(11, 20)
}

// gate is when the children of a part are met.
func (m *many) gate(part childcare.Part) time.Time {
	if part == childcare.Noon {
		return m.at(11, 40)
	}
	return m.at(16, 0)
}

// some are children that are left out.
func (m *many) some() (ids []int64) {
	for _, k := range m.kids {
		if m.dice.IntN(5) == 0 {
			ids = append(ids, k.id)
		}
	}
	return ids
}

// step is one thing that somebody does, or some minutes that pass.
func (m *many) step() {
	m.Helper()
	who := one(m.dice, []people.Actor{m.ann, m.bea, m.lead})
	k := one(m.dice, m.kids)
	part := one(m.dice, []childcare.Part{childcare.Noon, childcare.After})
	booking, has := k.booking[part]
	switch n := m.dice.IntN(100); {
	case n < 40:
		m.passes(time.Duration(1+m.dice.IntN(9)) * time.Minute)
	case n < 50:
		m.fetches(who, part)
	case n < 53 && has:
		m.didNow("met", m.care.Met(m.ctx, who, booking), k.past(part), func() {
			if !k.ours() {
				k.goes("way", who.Person)
				k.came[part] = true
			}
		})
	case n < 62:
		m.arrives(who, part)
	case n < 65 && has:
		m.didNow("came", m.care.Came(m.ctx, who, booking), k.place != "hall" && k.past(part), func() {
			if k.place != "hall" {
				k.goes("hall", who.Person)
				k.came[part] = true
			}
		})
	case n < 72:
		m.returns(who)
	case n < 76:
		m.takesOver(who)
	case n < 80 && has:
		_, err := m.care.NotHere(m.ctx, who, booking)
		m.didNow("not here", err, k.past(part) || k.came[part] && !k.ours() && k.place != "missing", func() { m.isNotHere(k, part, who.Person, k.ours()) })
	case n < 86 && has:
		m.finds(who, k, part)
	case n < 95:
		m.leaves(who, k)
	default:
		m.talks()
	}
}

// did counts a step that went through, and has the model follow it.
func (m *many) did(what string, err error, follow func()) {
	m.Helper()
	if err != nil {
		require.Contains(m, []string{"care.not_here", "care.too_early", "care.by_the_door"}, refusedAs(m, err), what)
		return
	}
	m.steps[what]++
	follow()
}

// didNow is did for what may be behind a child, of which nothing more is noted.
func (m *many) didNow(what string, err error, past bool, follow func()) {
	m.Helper()
	if past {
		require.Equal(m, "care.known_later", refusedAs(m, err), what)
		m.steps["too late"]++
		return
	}
	m.did(what, err, follow)
}

// passes lets some minutes pass: ten minutes after a gate's time the clock looks whom
// nobody met.
func (m *many) passes(d time.Duration) {
	m.Helper()
	to := m.clk.Now().Add(d)
	for _, part := range []childcare.Part{childcare.Noon, childcare.After} {
		at := m.gate(part).Add(10 * time.Minute)
		if to.Before(at) || m.gates[part] {
			continue
		}
		m.gates[part] = true
		var unmet []*held
		said := false
		for _, k := range m.kids {
			_, has := k.booking[part]
			said = said || has && (k.came[part] || k.missed[part] || k.notYet[part] != 0)
			if has && !k.came[part] && !k.missed[part] && !k.ours() {
				unmet = append(unmet, k)
			}
		}
		for _, k := range unmet {
			by := k.notYet[part]
			if by == 0 {
				by = m.ann.Person
			}
			if said {
				k.goes("missing", by)
				k.missed[part] = true
				m.steps["the clock"]++
			}
		}
		if !said {
			// Who is at the gate is asked, again and again: that is another test's.
			m.exec(`UPDATE outbox SET state = 'withdrawn', settled_at = due_at WHERE topic = 'care.gate' AND state = 'waiting'
				AND args->>'sitting' = $1::text`, fmt.Sprint(m.sitting[string(part)+".fetch"]))
		}
	}
	to = to.In(m.zone)
	m.pass(to.Hour(), to.Minute())
}

// compares looks where everybody is.
func (m *many) compares() {
	m.Helper()
	var all []struct {
		Child, Holder int64
		Place         string
	}
	require.NoError(m, m.db.Select(&all, `
		SELECT child_id AS child, coalesce(holder_id, 0) AS holder, place FROM care_custody WHERE community_id = $1 AND until IS NULL`, m.id))
	is := map[int64]string{}
	for _, c := range all {
		require.Empty(m, is[c.Child], "one place")
		is[c.Child] = fmt.Sprint(c.Place, " ", c.Holder)
	}
	for _, k := range m.kids {
		got := is[k.id]
		if got == "" {
			got = fmt.Sprint("out ", k.mother.Person)
		}
		require.Equal(m, fmt.Sprint(k.place, " ", k.by), got, "child %d at %s", k.id, m.clk.Now().In(m.zone).Format(time.TimeOnly))
	}
}

// everyMoment looks at each minute of the day: a child of which something is known has one
// place, and somebody who answers for it.
func (m *many) everyMoment() {
	m.Helper()
	var wrong []string
	require.NoError(m, m.db.Select(&wrong, `
		SELECT format('child %s at %s: %s', c.child, t.at, count(k.id)) FROM (SELECT DISTINCT child_id AS child, min(since) OVER (PARTITION BY child_id) AS since FROM care_custody) c
		CROSS JOIN generate_series($2::timestamptz, $3::timestamptz, '1 minute') AS t (at)
		LEFT JOIN care_custody k ON k.community_id = $1 AND k.child_id = c.child AND k.since <= t.at AND (k.until IS NULL OR k.until > t.at)
			AND (k.holder_id IS NOT NULL OR k.holder_name <> '')
		WHERE t.at >= c.since GROUP BY c.child, t.at HAVING count(k.id) <> 1`, m.id, m.at(11, 0), m.at(20, 0)))
	require.Empty(m, wrong)
}
