package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// somebodyWho is one who eats and is here, of whom something holds.
func (k *kitchenTown) somebodyWho(fits func(*diner) bool) *diner {
	k.t.Helper()
	for range 20 * len(k.eaters) {
		if e := k.eaters[k.rng.IntN(len(k.eaters))]; k.isHere(e) && e.by == "" && fits(e) {
			return e
		}
	}
	return nil
}

// fallsIll: one who has a phone, and one who has none, are in hospital for a week; a
// member notes it.
func (k *kitchenTown) fallsIll() {
	k.t.Helper()
	for _, phone := range []bool{true, false} {
		e := k.somebodyWho(func(e *diner) bool { return (e.key != "") == phone && k.want[k.today()][e.person] > 0 })
		if e == nil {
			continue
		}
		k.did["ill"]++
		k.pressOld("member", fmt.Sprintf("m.away.%d", e.person))
		k.choosesLike("member", "week")
		assert.Contains(k.t, newest(k.phone("member").Chat().Messages).Text, e.name)
		now := k.clk.Now().In(k.zone)
		for n := range 7 {
			k.isNotHere(e, now.AddDate(0, 0, n).Format(time.DateOnly))
		}
	}
}

// choosesLike taps the choice of a dialog that ends so.
func (k *kitchenTown) choosesLike(key, value string) {
	k.t.Helper()
	message, data, found := k.button(key, func(_ botapi.Message, b botapi.Button) bool { return strings.HasSuffix(b.Data, ":="+value) })
	require.True(k.t, found, "%s is not asked for %s", key, value)
	k.taps1(key, message, data)
	k.settles()
}

// isNotHere: what somebody has of a day they do not have any more.
func (k *kitchenTown) isNotHere(e *diner, day string) {
	if k.away[e.person] == nil {
		k.away[e.person] = map[string]time.Time{}
	}
	k.away[e.person][day] = k.clk.Now()
	if k.want[day][e.person] > 0 {
		k.did["meals cancelled by illness"]++
	}
	k.has(day, e.person, 0)
}

// dies: of somebody who has a meal on a day a member notes that they died.
func (k *kitchenTown) dies(day string) {
	k.t.Helper()
	e := k.somebodyWho(func(e *diner) bool { return k.expected(day)[e.person] > 0 })
	if e == nil {
		return
	}
	k.did["died"]++
	k.pressOld("member", fmt.Sprintf("m.died.%d", e.person))
	require.Contains(k.t, newest(k.phone("member").Chat().Messages).Text, e.name+" will get no more messages")
	k.gone[e.person] = k.clk.Now()
	for day := range k.want {
		if day > k.today() || day == k.today() && k.clk.Now().In(k.zone).Hour() < 12 { // who died later has had theirs
			k.has(day, e.person, 0)
		}
	}
	assert.Contains(k.t, fmt.Sprint(k.phone(leadKey).Chat().Messages), e.name+" is not here", "the lead is not told of a meal that the kitchen has on its sheet")
}

// nobodyIsTroubled: who died is sent nothing any more, and who is away is not asked.
func (k *kitchenTown) nobodyIsTroubled() {
	k.t.Helper()
	for _, e := range k.eaters {
		if e.key == "" {
			continue
		}
		died, gone := k.gone[e.person]
		for _, h := range k.heard[e.key] {
			if gone && h.At.After(died) {
				assert.Fail(k.t, "sent to who died", "%s at %s: %q", e.name, h.At.In(k.zone), h.Text)
			}
			if !strings.Contains(h.Text, "As usual?") {
				continue
			}
			day := k.dayTold(h.Text, h.At)
			if said, away := k.away[e.person][day]; away && h.At.After(said) {
				assert.Fail(k.t, "asked about a day on which they are away", "%s at %s: %q", e.name, h.At.In(k.zone), h.Text)
			}
		}
	}
}

// groupsReadNobody: no group reads the name, the number or the flat of who eats.
func (k *kitchenTown) groupsReadNobody() {
	k.t.Helper()
	for _, g := range []*botapi.Group{k.towns[0].group, k.towns[0].newGroup} {
		for _, one := range g.View().Messages {
			if !one.FromBot {
				continue
			}
			for _, e := range k.eaters {
				assert.NotContains(k.t, one.Text, e.name, "a group reads it")
			}
			assert.NotContains(k.t, one.Text, "555-8", "a group reads it")
			k.did["read by groups"]++
		}
	}
}

// everythingHappened: in a whole month something of every kind does, but for what is
// rare, and the lists that the rush is for. Else a button has
// another name by now, and the play has become poorer without a word.
func (k *kitchenTown) everythingHappened() {
	k.t.Helper()
	for _, what := range []string{
		"typed", "spoken", "family", "phoned", "m.kcalled.no_reply", "m.kcalled.none", "phoned, and every place is taken", "late wish", "cash",
		"m.eat.usual", "m.eat.not", "m.eat.eat", "m.eat.b", "m.eatmore",
		"ill", "meals cancelled by illness", "died", "rain", "called off", "cannot come", "did not come", "m.askyes",
		"nobody opened", "I'm worried", "door shut twice", "meals delivered", "meals not_met", "meals came", "meals missed",
	} {
		assert.NotZero(k.t, k.did[what], "nobody did, or had: %s", what)
	}
}

// kitchenFigures writes down how it was.
func (k *kitchenTown) kitchenFigures() {
	k.t.Helper()
	k.t.Logf("%d days with a meal, %d who eat, %d who work; the latest sheet %s after its cut-off", k.served, len(k.eaters), len(k.hands), k.late)
	messages := 0
	for _, all := range k.heard {
		messages += len(all)
	}
	k.t.Logf("%d messages to phones", messages)
	k.t.Log(k.did)
}
