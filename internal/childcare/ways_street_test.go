package childcare_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/people"
)

// street is the yard with everybody who could stand at the door, and the model of it.
type street struct {
	*yard
	d     *door
	dice  *rand.Rand
	kids  []kid
	all   []int64 // people
	staff []int64
	names []string
	came  map[string]int
}

func newStreet(t *testing.T) *street {
	t.Helper()
	s := &street{yard: newYard(t), dice: rand.New(rand.NewPCG(luck.Seed(t), 8)), came: map[string]int{}}
	s.clk.Advance(330 * time.Minute) // half past four
	cai := s.is("Cai", access.Carer)
	s.d = &door{
		now: s.clk.Now(), day: s.day, pupils: map[int64]*pupil{}, list: map[int64]*on{}, seen: map[int64]map[string]bool{}, called: map[int64]string{},
		shift: map[int64]bool{s.ann.Person: true, s.bea.Person: true, s.lead.Person: true}, runs: map[int64]bool{s.lead.Person: true, s.secretary.Person: true},
		leads: map[int64]bool{s.lead.Person: true},
		minds: map[int64]bool{s.ann.Person: true, s.bea.Person: true, cai.Person: true, s.lead.Person: true, s.kong.Person: true},
	}
	gran, uncle, stranger := s.meet("Gran"), s.meet("Uncle"), s.meet("Stranger")
	s.staff = []int64{s.ann.Person, s.bea.Person, s.lead.Person}
	s.all = append(s.staff, cai.Person, s.secretary.Person, s.kong.Person, gran.Person, uncle.Person, stranger.Person)
	s.names = []string{"Gran", "Uncle", "Mr Hu", "Auntie", "", "mr hu"}
	for _, name := range []string{"Tang", "Yu", "Shun"} {
		k := s.child(name, childcare.After)
		father := s.guardian(k, "Father of "+name)
		s.kids, s.all = append(s.kids, k), append(s.all, k.mother.Person, father.Person)
		s.d.pupils[k.id] = &pupil{
			id: k.id, booking: k.booking[childcare.After], place: "out", holder: k.mother.Person,
			decides: map[int64]bool{k.mother.Person: true, father.Person: true},
		}
		s.on(on{child: k.id, person: gran.Person, name: "Gran"})
		s.on(on{child: k.id, name: "Auntie"})
		s.on(on{child: k.id, name: "Auntie"}) // two of the same name
		s.on(on{child: k.id, name: "Yesterday", until: s.day.AddDate(0, 0, -1)})
		s.on(on{child: k.id, person: uncle.Person, name: "Uncle", from: s.day.AddDate(0, 0, 1)})
		s.on(on{child: k.id, name: "Today", from: s.day, until: s.day})
		s.on(on{child: k.id, name: "Mr Hu", barred: true})
		s.on(on{child: k.id, name: "Ended", ended: true})
	}
	for _, id := range s.all {
		p, err := s.people.Person(s.ctx, s.id, id)
		require.NoError(t, err)
		s.d.called[id] = p.Name
	}
	s.on(on{child: s.kids[0].id, person: stranger.Person, name: "Stranger", barred: true})
	s.on(on{child: s.kids[1].id, person: stranger.Person, name: "Stranger"})
	for _, k := range s.kids { // questions and codes of yesterday
		id := s.row(`INSERT INTO care_asks (community_id, child_id, day, name, asked_by, asked_at, answered_at, answered_by, yes)
			VALUES ($1, $2, $3, 'Old', $4, $5, $5, $6, true) RETURNING id`, s.id, k.id, s.day.AddDate(0, 0, -1), s.ann.Person, s.clk.Now(), k.mother.Person)
		s.d.asks = append(s.d.asks, &question{id: id, child: k.id, name: "Old", by: k.mother.Person, over: true, yes: true})
		s.exec(`INSERT INTO care_codes (community_id, child_id, day, code) VALUES ($1, $2, $3, '4711')`, s.id, k.id, s.day.AddDate(0, 0, -1))
	}
	return s
}

// on puts somebody on a list, and into the model.
func (s *street) on(o on) {
	s.Helper()
	o.id = s.row(`
		INSERT INTO care_collectors (community_id, child_id, person_id, name, barred, from_day, until_day, since, by_id, ended_at)
		VALUES ($1, $2, nullif($3::bigint, 0), $4, $5, $6, $7, $8, $9, CASE WHEN $10 THEN $8::timestamptz END) RETURNING id`,
		s.id, o.child, o.person, o.name, o.barred, dayOrNil(o.from), dayOrNil(o.until), s.clk.Now(), s.lead.Person, o.ended)
	s.d.list[o.id] = &o
}

func dayOrNil(day time.Time) any {
	if day.IsZero() {
		return nil
	}
	return day
}

func (s *street) actor(person int64) people.Actor {
	return people.Actor{Community: s.id, Person: person}
}

// one draws one of some.
func one[T any](dice *rand.Rand, some []T) T { return some[dice.IntN(len(some))] }

// family is one who decides for a child, or did; now and then anybody.
func (s *street) family(child int64) int64 {
	if s.dice.IntN(4) == 0 {
		return one(s.dice, s.all)
	}
	some := []int64{}
	for id := range s.d.pupils[child].decides {
		some = append(some, id)
	}
	slices.Sort(some)
	return one(s.dice, some)
}

// anyAsk is the number of a question, mostly of the newest of the child, or a guess.
func (s *street) anyAsk(child int64) int64 {
	if n := len(s.d.asks); s.dice.IntN(5) > 0 {
		for i := n - 1; i >= 0; i-- {
			if s.d.asks[i].child == child {
				return s.d.asks[i].id
			}
		}
	}
	return one(s.dice, s.d.asks).id + int64(s.dice.IntN(3))
}

// stands reads how a child stands, as the model tells it.
func (s *street) stands(child int64) string {
	s.Helper()
	var is struct {
		Place, Name string
		Holder      int64
		Tries       int
		Used        bool
	}
	err := s.db.Get(&is, `
		SELECT coalesce(k.place, 'out') AS place, coalesce(k.holder_name, '') AS name, coalesce(k.holder_id, CASE WHEN k.id IS NULL THEN c.consent_by ELSE 0 END) AS holder,
			coalesce(o.tries, 0) AS tries, o.right_at IS NOT NULL AS used
		FROM care_children c
		LEFT JOIN care_custody k ON k.community_id = c.community_id AND k.child_id = c.child_id AND k.until IS NULL
		LEFT JOIN care_codes o ON o.community_id = c.community_id AND o.child_id = c.child_id AND o.day = $3
		WHERE c.community_id = $1 AND c.child_id = $2`, s.id, child, s.day)
	require.NoError(s, err)
	var asks []string
	require.NoError(s, s.db.Select(&asks, `
		SELECT format('%s %s %s %s %s', to_json(name), answered_at IS NOT NULL, coalesce(answered_by, 0), coalesce(yes, false), used_at IS NOT NULL)
		FROM care_asks WHERE community_id = $1 AND child_id = $2 ORDER BY id`, s.id, child))
	for i := range asks {
		asks[i] = strings.NewReplacer(" t", " true", " f", " false").Replace(asks[i])
	}
	return fmt.Sprintf("%s %d %q, %d wrong, used %v; %s", is.Place, is.Holder, is.Name, is.Tries, is.Used, strings.Join(asks, ", "))
}

// learns gives the model the numbers of the questions that were put.
func (s *street) learns() {
	s.Helper()
	known := int64(0)
	for _, q := range s.d.asks {
		known = max(known, q.id)
	}
	var ids []int64
	require.NoError(s, s.db.Select(&ids, `SELECT id FROM care_asks WHERE community_id = $1 AND id > $2 ORDER BY id`, s.id, known))
	for _, q := range s.d.asks {
		if q.id == 0 && len(ids) > 0 {
			q.id, ids = ids[0], ids[1:]
		}
	}
}

// changes is what happens beside the door: names end, come, are barred; shifts end; who
// decided does no more.
func (s *street) changes() {
	s.Helper()
	k := one(s.dice, s.kids)
	var some []int64
	for id, o := range s.d.list {
		if o.child == k.id && !o.ended {
			some = append(some, id)
		}
	}
	slices.Sort(some)
	switch n := s.dice.IntN(10); {
	case n < 3 && len(some) > 4:
		id := one(s.dice, some)
		s.d.list[id].ended = true
		s.exec(`UPDATE care_collectors SET ended_at = $3 WHERE community_id = $1 AND id = $2`, s.id, id, s.clk.Now())
	case n < 5:
		s.on(on{child: k.id, person: one(s.dice, append(s.all, 0, 0)), name: one(s.dice, []string{"New", "Gran", "Auntie", "Uncle"})})
	case n < 6:
		s.on(on{child: k.id, person: one(s.dice, append(s.all, 0)), name: one(s.dice, []string{"Auntie", "Uncle", "Gran"}), barred: true})
	case n < 7:
		s.changesGuardian(k)
	case n < 8:
		s.d.shift[s.bea.Person] = !s.d.shift[s.bea.Person]
		delete(s.shifts, s.bea.Person)
		if s.d.shift[s.bea.Person] {
			s.shifts[s.bea.Person] = s.day
		}
	default: // a new day for the codes and the barred: otherwise all is locked in the end
		s.exec(`DELETE FROM care_codes WHERE community_id = $1 AND child_id = $2 AND day = $3`, s.id, k.id, s.day)
		p := s.d.pupils[k.id]
		p.code, p.used, p.tries = "", false, 0
		s.exec(`UPDATE care_collectors SET ended_at = $3 WHERE community_id = $1 AND child_id = $2 AND barred AND name <> 'Mr Hu'`, s.id, k.id, s.clk.Now())
		for _, o := range s.d.list {
			if o.child == k.id && o.barred && o.name != "Mr Hu" {
				o.ended = true
			}
		}
	}
}

// changesGuardian ends that a father decides, or lets him again.
func (s *street) changesGuardian(k kid) {
	s.Helper()
	p := s.d.pupils[k.id]
	for id, decides := range p.decides {
		if id == k.mother.Person {
			continue
		}
		p.decides[id] = !decides
		if decides {
			s.exec(`UPDATE ties SET ended_at = since, ended_by = person_id WHERE community_id = $1 AND person_id = $2 AND for_id = $3`, s.id, id, k.id)
			continue
		}
		s.exec(`UPDATE ties SET ended_at = NULL, ended_by = NULL WHERE community_id = $1 AND person_id = $2 AND for_id = $3`, s.id, id, k.id)
	}
}
