package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

const leadKey = "kitchen"

// dishNames of which menus are made.
var dishNames = []string{"tofu", "beef", "hairtail", "eggs", "aubergine", "noodles", "pumpkin", "chicken", "mushrooms", "beans"}

// compact is a day as buttons carry it.
func compact(day string) string { return strings.ReplaceAll(day, "-", "") }

// ahead are the days of which the kitchen has no menu, in the days to come.
func (k *kitchenTown) ahead(state string, days int) (some []time.Time) {
	k.t.Helper()
	require.NoError(k.t, k.app.db.Select(&some, `
		SELECT day FROM lunch_days d WHERE state = $1 AND day > $2 AND day <= $2::date + $3::int ORDER BY day`, state, k.today(), days))
	return some
}

// leadWrites: what there is in the days to come, how many portions there are of the
// next, a receipt, and who paid.
func (k *kitchenTown) leadWrites() {
	k.t.Helper()
	planned := k.ahead("planned", 5)
	var lines []string
	for _, day := range planned {
		a, b, with := k.rng.IntN(5), 5+k.rng.IntN(5), []string{"rice", "porridge"}[k.rng.IntN(2)]
		if !k.seen["menu "+day.Format(time.DateOnly)] {
			k.seen["menu "+day.Format(time.DateOnly)] = true
			lines = append(lines, fmt.Sprintf("%s: %s or %s, %s", day.Format("Mon 2 Jan"), dishNames[a], dishNames[b], with))
		}
	}
	if len(lines) > 0 {
		k.says(leadKey, "/kitchen")
		k.chooses(leadKey, "Write menus")
		k.says(leadKey, strings.Join(lines, "\n"))
		require.NotContains(k.t, newest(k.phone(leadKey).Chat().Messages).Text, "Line ")
	}
	for _, day := range planned {
		at := day.Format("20060102")
		if !k.seen["places "+at] {
			k.seen["places "+at] = true
			k.pressOld(leadKey, fmt.Sprintf("m.kcap.%s.bring.%d", at, k.size.brings))
			k.pressOld(leadKey, fmt.Sprintf("m.kcap.%s.eat.%d", at, k.size.holds))
		}
	}
	if k.mealToday() {
		k.takesMoney()
	}
}

// takesMoney: a receipt of the day, and some pay in cash.
func (k *kitchenTown) takesMoney() {
	k.t.Helper()
	k.pressOld(leadKey, "m.kspend."+compact(k.today()))
	k.chooses(leadKey, "Skip")
	k.says(leadKey, "the market gives none")
	sum := 100 + k.rng.IntN(400)
	k.says(leadKey, fmt.Sprint(sum))
	k.chooses(leadKey, "Vegetables")
	k.chooses(leadKey, "The cash box")
	k.chooses(leadKey, "Send")
	k.spent += sum * 100
	require.Contains(k.t, newest(k.phone(leadKey).Chat().Messages).Text, "Written down")
	for range 1 + len(k.eaters)/40 {
		e := k.eaters[k.rng.IntN(len(k.eaters))]
		if _, died := k.gone[e.person]; died {
			continue
		}
		k.pressOld(leadKey, fmt.Sprintf("m.account.%d", e.person))
		k.chooses(leadKey, "They paid cash")
		sum := []int{50, 100, 200}[k.rng.IntN(3)]
		k.chooses(leadKey, fmt.Sprintf("%d yuan", sum))
		k.chooses(leadKey, "Yes, write it")
		k.paid[e.person] += sum * 100
		k.did["cash"]++
	}
}

// leadAnswers: what is asked of the lead after the cut-off, or said into a telephone.
func (k *kitchenTown) leadAnswers() {
	k.t.Helper()
	for range 40 {
		k.says(leadKey, "/kitchen")
		if !k.taps(leadKey, "m.kwishes") {
			return
		}
		k.settles()
		one := newest(k.phone(leadKey).Chat().Messages)
		if len(one.Buttons) < 2 || !strings.HasPrefix(one.Buttons[0][0].Data, "m.kwish.") {
			return
		}
		at := 0
		if k.maybe(20) {
			at = len(one.Buttons) - 1
		}
		k.taps1(leadKey, one.ID, one.Buttons[at][0].Data)
		k.settles()
	}
	assert.Fail(k.t, "the lead is asked on and on")
}

// rains: the next day is one of bad weather, and whoever would come is told.
func (k *kitchenTown) rains() {
	k.t.Helper()
	var day []time.Time
	require.NoError(k.t, k.app.db.Select(&day, `
		SELECT day FROM lunch_days WHERE day > $1 AND state IN ('published', 'closed') AND NOT brings_all ORDER BY day LIMIT 1`, k.today()))
	if len(day) == 0 {
		return
	}
	k.did["rain"]++
	k.pressOld(leadKey, "m.krain."+day[0].Format("20060102")+".1")
	k.reads()
	for _, e := range k.eaters {
		var mode string
		_ = k.app.db.Get(&mode, `SELECT mode FROM lunch_orders WHERE day = $1 AND person_id = $2 AND state = 'ordered'`, day[0], e.person) // no row: none
		if mode == "eat" && e.key != "" {
			assert.Contains(k.t, fmt.Sprint(k.phone(e.key).Chat().Messages), "Bad weather", "%s would come in the rain", e.name)
		}
	}
}

// callsOff: there is no lunch on the next day that is not cooked yet, and everybody
// learns of it: those without a phone by the call round.
func (k *kitchenTown) callsOff() {
	k.t.Helper()
	days := k.ahead("published", 7)
	if len(days) == 0 {
		return
	}
	day := days[0].Format(time.DateOnly)
	k.standing(day)
	var had []int64
	for person := range k.expected(day) {
		had = append(had, person)
	}
	k.did["called off"]++
	k.pressOld(leadKey, "m.koff."+compact(day))
	k.says(leadKey, "The cook is ill")
	k.seen["off "+day] = true
	k.until(14, 0)
	for _, person := range had {
		for _, e := range k.eaters {
			if e.person == person && e.key != "" {
				assert.Zero(k.t, k.want[day][person], "%s was not told that there is no lunch", e.name)
			}
		}
	}
	k.want[day] = nil
	k.calls(leadKey, day)
}

// toPhone is who is to be phoned, on the screen.
var toPhone = regexp.MustCompile(`(?m)^([A-Z]\w+ [A-Z]\w+)(?: did not answer before\.)?$`)

// callRound: the lead phones all of whom there is no answer.
func (k *kitchenTown) callRound() {
	k.t.Helper()
	for _, day := range k.ahead("published", 7) {
		if k.taps(leadKey, "m.kcall."+day.Format("20060102")) {
			k.settles()
			k.calls(leadKey, day.Format(time.DateOnly))
		}
	}
}

// calls phones one after the other, as the screen shows them, until everybody was.
func (k *kitchenTown) calls(key, day string) {
	k.t.Helper()
	k.pressOld(key, "m.kcall."+compact(day))
	tried := map[string]int{}
	for range 3 * len(k.eaters) {
		one := newest(k.phone(key).Chat().Messages)
		found := toPhone.FindStringSubmatch(one.Text)
		if found == nil || k.named[found[1]] == nil {
			require.Contains(k.t, one.Text, "Everybody was called")
			return
		}
		e := k.named[found[1]]
		assert.True(k.t, k.isHereOn(e, day), "%s is to be phoned about %s, and is not here then", e.name, day)
		if tried[e.name]++; tried[e.name] > 2 { // nobody answers any more
			k.did["never reached"]++
			return
		}
		k.phones(key, day, e, one)
		k.settles()
		require.NoError(k.t, k.skip(k.t.Context(), 10*time.Second))
		if strings.Contains(newest(k.phone(key).Chat().Messages).Text, e.name+" waits for one") {
			k.did["phoned, and every place is taken"]++
			k.has(day, e.person, 0)
		}
	}
	assert.Fail(k.t, "the call round has no end")
}

// phones is one call.
func (k *kitchenTown) phones(key, day string, e *diner, screen botapi.Message) {
	k.did["phoned"]++
	says, label := "one", screen.Buttons[0][0].Text
	switch {
	case label == "They know":
		says = "none"
	case k.maybe(12):
		says = "no_reply"
	case !k.maybe(e.likes):
		says = "none"
	}
	if says == "one" {
		k.has(day, e.person, 1)
	}
	k.taps1(key, screen.ID, fmt.Sprintf("m.kcalled.%s.%d.%s", compact(day), e.person, says))
}
