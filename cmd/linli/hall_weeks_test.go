package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// halls is how many whole fortnights of a hall are played, each by a seed of its own;
// without it a day of a small one.
var halls = flag.Int("halls", 0, "how many two weeks of a hall are played")

// hallSize is how many children come, and for how many days of school.
type hallSize struct{ children, days int }

var (
	smallHall = hallSize{children: 12, days: 1}
	wholeHall = hallSize{children: 60, days: 10}
)

// TestTwoWeeksOfAHall plays it day by day: children are ill, with and without a word, a
// parent is late, strangers and those who never may stand at the door, others bring wrong
// codes or want another's child. At every look each child is at one place, in one pair of
// hands, as those saw it who were there; no row of where it was leaves a gap; and nobody
// has a child but whom its family let have it.
//
//	go test ./cmd/linli -run TestTwoWeeksOfAHall -halls 1 -v -timeout 30m
func TestTwoWeeksOfAHall(t *testing.T) {
	t.Parallel()
	if *halls == 0 {
		playHall(newHallWeeks(t, luck.Seed(t), smallHall))
		return
	}
	for n := range uint64(*halls) {
		t.Run(fmt.Sprint("seed ", n+1), func(t *testing.T) {
			t.Parallel()
			playHall(newHallWeeks(t, n+1, wholeHall))
		})
	}
}

// hallWeeks is a hall, and what those know who are there.
type hallWeeks struct {
	*testStage
	size   hallSize
	dice   *rand.Rand
	zone   *time.Location
	lead   people.Actor
	carers []people.Actor
	kids   []*kid
	day    time.Time // at midnight UTC
	seen   map[string]int
	names  int
}

// kid is a child, its people, and where it really is.
type kid struct {
	id             int64
	name           string
	mother, father people.Actor
	aunt, never    int64  // on its list: who may have it, and who never may
	is             string // where it is, and with whom: "hall 12", "school Haiyang school", "out 7", "out uncle"
	auntie         string
	ill, silent    bool // today; silent: nobody said so
}

func newHallWeeks(t *testing.T, seed uint64, size hallSize) *hallWeeks {
	t.Helper()
	w := &hallWeeks{testStage: newTestStage(t, "en"), size: size, dice: dice(seed), seen: map[string]int{}}
	w.zone = w.towns[0].zone()
	secretary, _, err := w.towns[0].office(t.Context(), w.app)
	require.NoError(t, err)
	ctx, care := t.Context(), w.app.childcare
	require.NoError(t, care.OpenHouse(ctx, secretary, childcare.UsualHouse()))
	w.lead = w.person(secretary, "Lead")
	require.NoError(t, w.app.people.Grant(ctx, secretary, w.lead.Person, access.Childcare, 0))
	for range 3 {
		a := w.person(secretary, "Carer")
		require.NoError(t, w.app.people.Grant(ctx, secretary, a.Person, access.Carer, 0))
		require.NoError(t, care.Clear(ctx, w.lead, a.Person))
		w.carers = append(w.carers, a)
	}
	sc, err := care.AddSchool(ctx, w.lead, schools["en"])
	require.NoError(t, err)
	patterns, err := care.UsualWeek(ctx, w.lead, sc.ID)
	require.NoError(t, err)
	for _, p := range patterns {
		p.Places, p.Ratio = size.children, 30
		require.NoError(t, care.ChangePattern(ctx, w.lead, p))
	}
	require.NoError(t, w.app.roster.UsualMinding(ctx, w.lead, roster.WorkWeek...))
	for _, slot := range roster.Minding {
		st := roster.SlotOf(slot, roster.WorkWeek...)
		require.NoError(t, w.app.roster.SetPlaces(ctx, w.lead, st, len(w.carers)))
		require.NoError(t, w.app.roster.Stand(ctx, w.lead, st, w.carers[0].Person, w.carers[1].Person, w.carers[2].Person))
	}
	for i := range size.children {
		w.kids = append(w.kids, w.kid(secretary, i, sc.ID))
	}
	w.settleDown()
	return w
}

// onPhone is somebody on the register with a phone: who decides is asked there.
func (w *hallWeeks) onPhone(secretary people.Actor, name string) people.Actor {
	w.t.Helper()
	a := w.person(secretary, name)
	account := botapi.Account{ID: int64(7000 + w.names), FirstName: fmt.Sprint(name, " ", w.names), LanguageCode: "en"}
	_, err := w.app.db.Exec(`UPDATE persons SET telegram = $2, language = 'en', reachable = true WHERE id = $1`, a.Person, account.ID)
	require.NoError(w.t, err)
	w.towns[0].bot.Phone(account).Start("")
	return a
}

// person is somebody on the register who has no Telegram.
func (w *hallWeeks) person(secretary people.Actor, name string) people.Actor {
	w.t.Helper()
	w.names++
	buildings, err := w.app.communities.Buildings(w.t.Context(), secretary.Community)
	require.NoError(w.t, err)
	p, err := w.app.people.Register(w.t.Context(), secretary, people.Registration{
		Name: fmt.Sprint(name, " ", w.names), Building: buildings[0].ID, Entrance: 1, Flat: "101", Consent: true, BirthYear: 1985,
	})
	require.NoError(w.t, err)
	return people.Actor{Community: secretary.Community, Person: p.ID}
}

func (w *hallWeeks) kid(secretary people.Actor, i int, school int64) *kid {
	w.t.Helper()
	ctx, care := w.t.Context(), w.app.childcare
	k := &kid{name: fmt.Sprint("Kid ", i+1), mother: w.onPhone(secretary, "Mother"), father: w.person(secretary, "Father")}
	p, err := w.app.people.AddChild(ctx, k.mother, k.name, 2017)
	require.NoError(w.t, err)
	k.id = p.ID
	_, err = w.app.db.Exec(`INSERT INTO ties (community_id, person_id, for_id, kind, agreed_by, since) VALUES ($1, $2, $3, 'guardian', $4, $5)`,
		secretary.Community, k.father.Person, k.id, k.mother.Person, w.clk.Now())
	require.NoError(w.t, err)
	_, err = care.Enrol(ctx, k.mother, childcare.Child{ID: k.id, School: school, Grade: 3, Naps: i%2 == 0})
	require.NoError(w.t, err)
	aunt, err := care.AddCollector(ctx, k.mother, childcare.Collector{Child: k.id, Name: fmt.Sprint("Aunt ", i+1)})
	require.NoError(w.t, err)
	never, err := care.AddCollector(ctx, k.mother, childcare.Collector{Child: k.id, Name: fmt.Sprint("Never ", i+1), Barred: true, Why: "a court says so"})
	require.NoError(w.t, err)
	k.aunt, k.auntie, k.never = aunt.ID, aunt.Name, never.ID
	for _, part := range [][]childcare.Part{{childcare.Noon, childcare.After}, {childcare.After}, {childcare.Noon}}[i%3] {
		require.NoError(w.t, care.SetStanding(ctx, k.mother, k.id, part, childcare.Weekdays{1, 2, 3, 4, 5}))
	}
	return k
}

// playHall lets every day pass, and then looks at all of it.
func playHall(w *hallWeeks) {
	w.t.Helper()
	for played := 0; played < w.size.days; {
		w.at(23, 0)
		require.NoError(w.t, w.skip(w.t.Context(), 8*time.Hour)) // seven o'clock
		now := w.clk.Now().In(w.zone)
		w.day = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
		if now.Weekday() == time.Saturday || now.Weekday() == time.Sunday {
			continue
		}
		w.playDay()
		_, err := w.app.db.Exec(`VACUUM ANALYZE`) // as Postgres does by itself in a town that lives longer than a test
		require.NoError(w.t, err)
		played++
	}
	w.looksBack()
}

// at lets the time of the day come.
func (w *hallWeeks) at(hour, minute int) {
	w.t.Helper()
	now := w.clk.Now().In(w.zone)
	at := time.Date(now.Year(), now.Month(), now.Day(), hour, minute, 0, 0, w.zone)
	require.NoError(w.t, w.skip(w.t.Context(), max(0, at.Sub(now))))
}

// chance is one in n.
func (w *hallWeeks) chance(n int) bool { return w.dice.IntN(n) == 0 }

func (w *hallWeeks) playDay() {
	w.t.Helper()
	ctx, care := w.t.Context(), w.app.childcare
	w.at(7, 20)
	for i, k := range w.kids {
		k.ill, k.silent = false, false
		switch {
		case w.chance(12):
			k.ill = true
			_, err := care.Absent(ctx, k.mother, k.id, w.day, w.day, childcare.Ill)
			require.NoError(w.t, err)
			w.seen["ill"]++
		case w.chance(20) || i == 1:
			k.ill, k.silent = true, true
		}
	}
	w.halfDay(childcare.Noon, 11, 42)
	w.at(13, 42)
	w.through(childcare.Back, w.carers[1], care.Leads, func(k *kid) string { return hand("way", w.carers[1]) })
	w.look("on the way back")
	w.at(13, 57)
	back := func(c ctxArg, a people.Actor, s int64, but ...int64) (int, error) {
		return care.Back(c, a, s, "", but...)
	}
	w.through(childcare.Back, w.carers[1], back, func(k *kid) string { return "school " + schools["en"].Name })
	w.look("back at school")
	w.halfDay(childcare.After, 16, 2)
	w.collects()
	w.look("at night")
	for _, k := range w.kids {
		require.False(w.t, k.is != "" && k.is[:3] != "out" && k.is[:6] != "school", "%s is %s at night", k.name, k.is)
	}
}

// halfDay fetches the children of a part of the day, of whom some are not there, and brings
// them to the hall, where one carer takes over from the other.
func (w *hallWeeks) halfDay(part childcare.Part, hour, minute int) {
	w.t.Helper()
	ctx, care := w.t.Context(), w.app.childcare
	w.at(hour, minute)
	var lost []childcare.OnList
	for _, l := range w.lists(part, childcare.Fetch) {
		var but []int64
		for _, c := range l.Children {
			if k := w.kidOf(c.Child); k.silent && c.Absent == childcare.Present {
				but, lost = append(but, k.id), append(lost, c)
			}
		}
		n, err := care.Fetched(ctx, w.carers[0], l.Sitting.ID, but...)
		require.NoError(w.t, err)
		met := 0
		for _, c := range l.Children {
			if k := w.kidOf(c.Child); !k.ill {
				k.is, met = hand("way", w.carers[0]), met+1
			}
		}
		require.Equal(w.t, met, n, "who is at the gate")
	}
	w.look("at the gate")
	w.at(hour, minute+12)
	for _, c := range lost {
		k := w.kidOf(c.Child)
		_, err := care.NotHere(ctx, w.carers[0], c.Booking)
		require.NoError(w.t, err)
		w.count("rung for who is missing", "missing", k.id)
		_, err = care.Found(ctx, k.father, c.Booking, "")
		require.NoError(w.t, err)
		k.is = out(k.father.Person)
	}
	w.look("found at home")
	for _, l := range w.lists(part, childcare.Fetch) {
		_, err := care.Arrived(ctx, w.carers[0], l.Sitting.ID)
		require.NoError(w.t, err)
		for _, c := range l.Children {
			if k := w.kidOf(c.Child); k.is == hand("way", w.carers[0]) {
				k.is = hand("hall", w.carers[0])
			}
		}
	}
	w.look("in the hall")
	_, err := care.TookOver(ctx, w.carers[1], w.carers[0].Person)
	require.NoError(w.t, err)
	for _, k := range w.kids {
		if k.is == hand("hall", w.carers[0]) {
			k.is = hand("hall", w.carers[1])
		}
	}
	w.look("with the other carer")
}

// through goes through the children of a sitting of noon, all of whom are where it says
// afterwards.
func (w *hallWeeks) through(what childcare.What, by people.Actor, verb func(ctxArg, people.Actor, int64, ...int64) (int, error), is func(k *kid) string) {
	w.t.Helper()
	for _, l := range w.lists(childcare.Noon, what) {
		_, err := verb(w.t.Context(), by, l.Sitting.ID)
		require.NoError(w.t, err)
		for _, c := range l.Children {
			if k := w.kidOf(c.Child); !k.ill {
				k.is = is(k)
			}
		}
	}
}

// collects lets everybody be collected, between five and half past six: whom nobody comes
// for in time is asked for.
func (w *hallWeeks) collects() {
	w.t.Helper()
	var there []*kid
	for _, k := range w.kids {
		if k.is == hand("hall", w.carers[1]) {
			there = append(there, k)
		}
	}
	w.dice.Shuffle(len(there), func(i, j int) { there[i], there[j] = there[j], there[i] })
	late := max(1, len(there)/10)
	for i, k := range there {
		w.at(17, min(58, i))
		if i >= len(there)-late {
			continue
		}
		w.tempts(k)
		w.goes(k)
		if i%8 == 0 {
			w.look("at the door")
		}
	}
	w.at(18, 1)
	w.look("at closing time")
	w.at(18, 15)
	for _, k := range there[len(there)-late:] {
		w.count("asked who comes", "late", k.id)
		w.take(k, childcare.Leaving{Guardian: k.mother.Person}, out(k.mother.Person))
		w.seen["late"]++
	}
}

// tempts lets those try who may not have it.
func (w *hallWeeks) tempts(k *kid) {
	w.t.Helper()
	ctx, care := w.t.Context(), w.app.childcare
	other := w.kids[(slices.Index(w.kids, k)+1)%len(w.kids)]
	no := func(what string, l childcare.Leaving, keys ...string) {
		l.Child = k.id
		_, err := care.Leave(ctx, w.carers[1], l)
		r, is := refusal.As(err)
		require.True(w.t, is, "%s has %s: %v", what, k.name, err)
		require.Contains(w.t, keys, r.Key, what)
		w.seen[what]++
	}
	no("another's aunt", childcare.Leaving{Collector: other.aunt, Hand: "she says so"}, "access.not_found")
	no("another's mother", childcare.Leaving{Guardian: other.mother.Person, Hand: "she says so"}, "access.not_found")
	if w.chance(4) {
		no("one who never may", childcare.Leaving{Collector: k.never, Hand: "he is nice"}, "care.must_ask")
		w.count("the alarm is raised", "barred", k.id)
	}
	if w.chance(3) {
		a, err := care.Ask(ctx, w.carers[1], k.id, "a stranger")
		require.NoError(w.t, err)
		no("a stranger before the answer", childcare.Leaving{Ask: a.ID}, "care.unanswered")
		_, err = care.Answered(ctx, other.mother, a.ID, true)
		require.Error(w.t, err, "another's mother says yes")
		_, err = care.Answered(ctx, k.mother, a.ID, false)
		require.NoError(w.t, err)
		no("a stranger after a no", childcare.Leaving{Ask: a.ID}, "care.said_no")
	}
	_, err := care.Leave(ctx, other.mother, childcare.Leaving{Child: k.id, Guardian: k.mother.Person, Hand: "it is me"})
	require.Error(w.t, err, "who minds no children gives one away")
}

// goes lets a child be collected in one of the ways there are.
func (w *hallWeeks) goes(k *kid) {
	w.t.Helper()
	ctx, care := w.t.Context(), w.app.childcare
	switch w.dice.IntN(5) {
	case 0:
		w.take(k, childcare.Leaving{Guardian: k.father.Person}, out(k.father.Person))
	case 1:
		code, err := care.Code(ctx, k.mother, k.id, w.day)
		require.NoError(w.t, err)
		wrong := fmt.Sprintf("%04d", (w.dice.IntN(9998)+1+number4(code))%10000)
		if wrong != code {
			_, err = care.Leave(ctx, w.carers[1], childcare.Leaving{Child: k.id, Collector: k.aunt, Code: wrong})
			require.Error(w.t, err)
			w.seen["wrong codes"]++
		}
		w.take(k, childcare.Leaving{Collector: k.aunt, Code: code}, "out "+k.auntie)
	case 2:
		a, err := care.Ask(ctx, w.carers[1], k.id, "uncle")
		require.NoError(w.t, err)
		_, err = care.Answered(ctx, k.father, a.ID, true)
		require.NoError(w.t, err)
		w.take(k, childcare.Leaving{Ask: a.ID}, "out uncle")
	case 3:
		_, err := care.Override(ctx, w.lead, childcare.Overriding{Child: k.id, Name: "neighbour", Reason: "the mother rang"})
		require.NoError(w.t, err)
		k.is = "out neighbour"
		w.seen["overrides"]++
	default:
		w.take(k, childcare.Leaving{Guardian: k.mother.Person}, out(k.mother.Person))
	}
}

// take gives a child to somebody, who is checked by hand where the carer does not know them.
func (w *hallWeeks) take(k *kid, l childcare.Leaving, is string) {
	w.t.Helper()
	l.Child = k.id
	c, err := w.app.childcare.Leave(w.t.Context(), w.carers[1], l)
	if r, refused := refusal.As(err); refused && r.Key == "care.needs_proof" {
		l.Hand = "identity card"
		c, err = w.app.childcare.Leave(w.t.Context(), w.carers[1], l)
	}
	require.NoError(w.t, err)
	k.is = is
	w.seen[string(c.How)]++
}
