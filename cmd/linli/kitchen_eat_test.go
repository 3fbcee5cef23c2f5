package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/botapi"
)

// What those who eat make of the buttons that they have, of a hundred who see one: by
// what its message begins with, and what the button does.
var eatersWays = []struct {
	text string
	does map[string]int
}{
	{"Lunch for you ", map[string]int{"not": 5}},
	{"Lunch ", map[string]int{"usual": 50, "eat": 3, "not": 12, "": 20, "a": 15, "b": 25}},
	{"Booked", map[string]int{"2": 4, "1": 10, "not": 4}},
	{"You have", map[string]int{"not": 3, "b": 5}},
	{"No lunch for you", map[string]int{"usual": 3}},
	{"You are number", map[string]int{"not": 8}},
	{"Every place", map[string]int{"take": 60, "ask": 30}},
	{"Bad weather", nil},
}

// diners lets all who have a phone look at it: so many of a hundred do something about
// what they see, and go on where it leads.
func (k *kitchenTown) diners(percent int) {
	k.t.Helper()
	awake := slices.DeleteFunc(slices.Clone(k.eaters), func(e *diner) bool {
		return e.key == "" || e.by != "" || !k.isHere(e) || !k.maybe(percent)
	})
	for _, e := range awake {
		switch {
		case k.rng.IntN(40) == 0:
			k.did["typed"]++
			k.looks[e.key] = true
			k.phone(e.key).Say([]string{"one", "two", "not tomorrow", "as usual"}[k.rng.IntN(4)])
		case k.rng.IntN(40) == 0:
			if _, _, asked := k.button(e.key, isQuestion); asked {
				k.did["spoken"]++
				k.looks[e.key] = true
				k.phone(e.key).Voice(botapi.File{Name: "v.ogg", MIME: "audio/ogg", Data: fmt.Append(nil, "voice", k.rng.IntN(1000))}, 4)
			}
		}
	}
	k.settles()
	for range 3 {
		for _, e := range awake {
			if message, data, found := k.button(e.key, func(m botapi.Message, b botapi.Button) bool { return k.fancies(e, m, b) }); found {
				k.taps1(e.key, message, data)
			}
		}
		k.settles()
	}
	k.reads()
}

// isQuestion is the question of the menu.
func isQuestion(m botapi.Message, b botapi.Button) bool {
	return strings.HasPrefix(m.Text, "Lunch ") && strings.HasSuffix(b.Data, ".usual") && strings.Contains(m.Text, "As usual?")
}

// fancies reports whether somebody feels like tapping a button.
func (k *kitchenTown) fancies(e *diner, m botapi.Message, b botapi.Button) bool {
	of := strings.Split(b.Data, ".")
	switch of[min(1, len(of)-1)] {
	case "eatyes":
		return k.maybe(60)
	case "eatno":
		return k.maybe(20)
	case "eatmore":
		if e.stands && !e.said && strings.HasPrefix(m.Text, "Booked") {
			e.said = true
			return true
		}
		return false
	case "eat":
	default:
		return false
	}
	if len(of) > 2 && of[2] <= strings.ReplaceAll(k.today(), "-", "") {
		return false
	}
	does := strings.Join(of[min(4, len(of)):], ".")
	if list := of[len(of)-1]; len(of) > 5 && list != "" {
		does = list
	}
	for _, way := range eatersWays {
		if !strings.HasPrefix(m.Text, way.text) {
			continue
		}
		chance := way.does[does]
		switch {
		case way.text != "Lunch ":
		case does == "usual" && e.likes < 70 && k.maybe(50): // not today
			return false
		case does == "usual" && e.goes && k.maybe(75): // they would rather come
			return false
		case does == "eat" && e.goes:
			chance = 80
		}
		return k.maybe(chance)
	}
	return false
}

// families order for those for whom they do: one tap more.
func (k *kitchenTown) families() {
	k.t.Helper()
	var keys []string
	for _, n := range k.towns[0].neighbours {
		if e := k.family[n.key]; e != nil && k.isHere(e) && k.maybe(e.likes) {
			keys = append(keys, n.key)
			k.phone(n.key).Say("/lunch")
		}
	}
	k.settles()
	for _, begins := range []string{"m.lunch.%d", "m.eat.", "m.eat."} {
		for _, key := range keys {
			if strings.Contains(begins, "%d") {
				k.taps(key, fmt.Sprintf(begins, k.family[key].person))
				continue
			}
			k.tapsOpenDay(key, k.family[key])
		}
		k.settles()
	}
	k.reads()
}

// tapsOpenDay taps the first day of which nothing is said, and then what is usual.
func (k *kitchenTown) tapsOpenDay(key string, e *diner) {
	message, data, found := k.button(key, func(m botapi.Message, b botapi.Button) bool {
		first := strings.HasPrefix(m.Text, "Lunches of "+e.name) && strings.HasSuffix(b.Text, ": open")
		return first || strings.HasPrefix(m.Text, "For "+e.name+": Lunch ") && strings.HasSuffix(b.Data, ".usual")
	})
	if found {
		k.did["family"]++
		k.taps1(key, message, data)
	}
}

// lateWishes are of those to whom it occurs when the kitchen cooks already; the lead
// answers them.
func (k *kitchenTown) lateWishes() {
	k.t.Helper()
	k.until(16, 40)
	day := k.nextClosed()
	if day == "" {
		return
	}
	var late []*diner
	for _, e := range k.eaters {
		if e.key == "" || !k.isHere(e) || k.rng.IntN(25) > 0 {
			continue
		}
		what := "usual"
		if k.want[day][e.person] > 0 {
			what = []string{"not", "2"}[k.rng.IntN(2)]
		}
		late = append(late, e)
		k.did["late wish"]++
		k.taps1(e.key, newest(k.phone(e.key).Chat().Messages).ID, fmt.Sprintf("m.eat.%s.%d.%s", strings.ReplaceAll(day, "-", ""), e.person, what))
	}
	k.settles()
	for _, e := range late {
		k.taps(e.key, "m.eatask.")
	}
	k.settles()
	k.leadAnswers()
	k.reads()
}
