package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// diner is somebody who eats here, and how they are.
type diner struct {
	person int64
	key    string // of their phone; "" where they have none
	name   string
	likes  int  // on so many days of a hundred they want lunch
	goes   bool // they like to come and eat
	stands bool // they have it every day, once they have said so
	said   bool // they have said so
	by     string
}

// Names of which none is a part of another, or of a word that a group may read.
var (
	firstNames = []string{"Adela", "Berthold", "Clothilde", "Dietmar", "Eleonora", "Ferdinand", "Gisela", "Hartmut", "Irmgard", "Joachim", "Kunigunde", "Leopoldine", "Manfred", "Norberta", "Ottokar", "Philomena"}
	lastNames  = []string{"Ahlbrecht", "Birkental", "Czerny", "Dornfeld", "Eibisch", "Falkenrath", "Grunewald", "Hollunder", "Immergrun", "Jasminger", "Kaltwasser"}
)

// bareKitchen makes the town, and its kitchen, in which nobody eats yet.
func bareKitchen(t *testing.T, begin time.Time, seed uint64, size kitchenSize) *kitchenTown {
	t.Helper()
	town, secretary := newSpell(t, begin, dice(seed), nil)
	k := &kitchenTown{
		spell: town, secretary: secretary, size: size, named: map[string]*diner{}, family: map[string]*diner{}, texts: map[string]map[int64]string{},
		want: map[string]map[int64]int{}, truth: map[string]map[int64]string{}, walked: map[string]bool{}, paid: map[int64]int{}, seen: map[string]bool{}, looks: map[string]bool{},
		absent: map[string]bool{}, gone: map[int64]time.Time{}, away: map[int64]map[string]time.Time{},
	}
	require.NoError(t, k.app.people.Grant(t.Context(), secretary, k.id[leadKey], access.Kitchen, 0))
	require.NoError(t, k.app.lunch.OpenKitchen(t.Context(), secretary, lunch.UsualKitchen()))
	return k
}

// newKitchenTown makes the town, its kitchen, all who eat there and all who work, and
// plays the day before the first meal.
func newKitchenTown(t *testing.T, begin time.Time, seed uint64, size kitchenSize) *kitchenTown {
	t.Helper()
	k := bareKitchen(t, begin, seed, size)
	homes, err := k.app.communities.Buildings(t.Context(), k.home)
	require.NoError(t, err)
	k.moveEatersIn(k.secretary, homes)
	k.moveHandsIn(k.secretary, homes)
	k.settleDown()
	k.comeToEat(k.secretary)
	k.planHands(k.as(k.id[leadKey]))
	k.settleDown()
	k.vacuum()
	k.listen()
	k.leadWrites()
	k.until(10, 5)
	k.diners(60)
	k.until(14, 30)
	k.families()
	k.diners(60)
	k.until(15, 5)
	k.callRound()
	k.until(16, 1)
	k.looksAtDays()
	k.lateWishes()
	k.playNight()
	return k
}

// moveEatersIn puts on the register who eats: of ten three have no Telegram, and one's
// family orders for them.
func (k *kitchenTown) moveEatersIn(by people.Actor, homes []community.Building) {
	k.t.Helper()
	for i := range k.size.eaters {
		e := &diner{name: firstNames[i%len(firstNames)] + " " + lastNames[i/len(firstNames)], likes: 40 + k.rng.IntN(60), goes: i%4 == 1, stands: i%5 == 2}
		n := neighbour{called: e.name, born: 1930 + i%25, phone: fmt.Sprintf("555-8%03d", i), entrance: 1 + i/3%3, flat: fmt.Sprint(100*(1+i/9%9) + 11 + i/81)}
		if i%10 < 7 {
			e.key = fmt.Sprint("diner", i)
			n.key, n.account = e.key, botapi.Account{ID: int64(3000 + i), FirstName: e.name, LanguageCode: "en"}
		}
		e.person = k.enters(by, n, homes[i%3])
		k.eaters, k.named[e.name] = append(k.eaters, e), e
		if i%20 == 5 && e.key != "" {
			e.by, e.stands = fmt.Sprint("child", i), false
			k.enters(by, neighbour{
				key: e.by, called: "Child of " + strings.Fields(e.name)[1] + fmt.Sprint(i), born: 1975, entrance: 1,
				account: botapi.Account{ID: int64(5000 + i), FirstName: fmt.Sprint("Child", i), LanguageCode: "en"},
			}, homes[0])
			k.family[e.by] = e
		}
	}
}

// moveHandsIn puts on the register who works.
func (k *kitchenTown) moveHandsIn(by people.Actor, homes []community.Building) {
	k.t.Helper()
	for i := range k.size.hands {
		n := neighbour{key: fmt.Sprint("hand", i), called: fmt.Sprintf("Volunteer%02d", i), role: access.Volunteer, born: 1960, entrance: 1, flat: fmt.Sprint(981 + i)}
		n.account = botapi.Account{ID: int64(4000 + i), FirstName: n.called, LanguageCode: "en"}
		n.phone = fmt.Sprintf("555-9%03d", i)
		k.enters(by, n, homes[i%3])
		k.hands = append(k.hands, n.key)
		k.members = append(k.members, 0)
	}
}

// enters puts somebody on the register, and who has a phone presses Start.
func (k *kitchenTown) enters(by people.Actor, n neighbour, home community.Building) (person int64) {
	k.t.Helper()
	require.NoError(k.t, k.towns[0].enter(k.t.Context(), k.app, by, n, home))
	require.NoError(k.t, k.app.db.Get(&person, `SELECT max(id) FROM persons`))
	if n.key != "" {
		k.towns[0].neighbours = append(k.towns[0].neighbours, n)
		k.towns[0].bot.Phone(n.account).Start("")
		k.id[n.key] = person
		k.few()
	}
	return person
}

// few waits after every so many who did something: a test is no storm.
func (k *kitchenTown) few() {
	k.t.Helper()
	if k.acted++; k.acted%together == 0 {
		k.settleDown()
	}
}

// comeToEat lets everybody in: with one tap of their own, or of whoever sees to them.
func (k *kitchenTown) comeToEat(secretary people.Actor) {
	k.t.Helper()
	for _, e := range k.eaters {
		if e.key == "" {
			_, err := k.app.lunch.LetIn(k.t.Context(), secretary, lunch.Entry{Person: e.person})
			require.NoError(k.t, err)
			continue
		}
		k.phone(e.key).Say("/lunch")
		k.few()
	}
	k.settleDown()
	for _, e := range k.eaters {
		if e.key != "" {
			require.True(k.t, k.taps(e.key, "m.eatin."), "%s may not eat", e.name)
			k.few()
		}
	}
	k.settles()
	for _, e := range k.eaters {
		if e.key == "" && e.stands {
			k.pressOld(leadKey, fmt.Sprintf("m.eatmore.%d", e.person))
			e.said = true
		}
	}
	for key, e := range k.family {
		k.acts(key, e.key)
	}
}

// planHands plans who works on which days of the week.
func (k *kitchenTown) planHands(lead people.Actor) {
	k.t.Helper()
	ctx, days := k.t.Context(), []int{1, 2, 3, 4, 5}
	require.NoError(k.t, k.app.roster.UsualWork(ctx, lead, days...))
	groups := []roster.Activity{roster.Carry, roster.Cook, roster.Carry, roster.Help, roster.Wash}
	on := map[roster.Activity][]int64{}
	for i, key := range k.hands {
		of := groups[i%len(groups)]
		on[of] = append(on[of], k.id[key])
	}
	for _, of := range roster.Works {
		all := on[of]
		for day := range days { // two of three each day, in turn
			var some []int64
			for i, person := range all {
				if len(all) == 1 || (i+day)%3 != 0 {
					some = append(some, person)
				}
			}
			st := roster.StintOf(of, days[day])
			require.NoError(k.t, k.app.roster.SetPlaces(ctx, lead, st, len(some)))
			require.NoError(k.t, k.app.roster.Stand(ctx, lead, st, some...))
		}
	}
}
