package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// What who works makes of their buttons, and what whoever leads does about holes.
var (
	handsWays = map[string]int{"m.come": 85, "m.here": 90, "m.askyes": 50, "m.askno": 20}
	leadsWays = map[string]int{"m.ishere": 60}
)

// volunteers lets all who work look at their phones; and the lead sees to it that
// somebody is there.
func (k *kitchenTown) volunteers() {
	k.t.Helper()
	for _, key := range k.hands {
		if k.absent[key] {
			continue
		}
		if message, data, found := k.button(key, func(_ botapi.Message, b botapi.Button) bool { return k.maybe(weight(handsWays, b.Data)) }); found {
			k.taps1(key, message, data)
		}
	}
	k.settles()
	if message, data, found := k.button(leadKey, func(_ botapi.Message, b botapi.Button) bool { return k.maybe(weight(leadsWays, b.Data)) }); found {
		k.taps1(leadKey, message, data)
		k.settles()
	}
	if k.taps(leadKey, "m.assign.") {
		k.settles()
		k.taps(leadKey, "m.assigned.")
		k.settles()
	}
}

// carriersNow are whose phones show the round of today, and who are there.
func (k *kitchenTown) carriersNow() (some []string) {
	for _, key := range k.hands {
		if _, _, found := k.button(key, k.isRound); found && !k.absent[key] {
			some = append(some, key)
		}
	}
	return some
}

// isRound is an entrance of the round of today.
func (k *kitchenTown) isRound(_ botapi.Message, b botapi.Button) bool {
	return strings.HasPrefix(b.Data, "m.kstop."+compact(k.today())) || b.Data == "m.krun."+compact(k.today())
}

// failures: who carries says that they cannot come when it is nearly time, or simply
// does not come.
func (k *kitchenTown) failures() {
	k.t.Helper()
	if k.is(k.size.bad.noShow) {
		for _, key := range k.hands {
			if _, _, found := k.button(key, isCarrying); found && len(k.absent) == 0 {
				k.did["did not come"]++
				k.absent[key] = true
			}
		}
	}
	if !k.is(k.size.bad.cannot) {
		return
	}
	for _, key := range k.hands {
		message, data, found := k.button(key, isCarrying)
		if !found {
			continue
		}
		k.did["cannot come"]++
		k.taps1(key, message, strings.Replace(strings.Replace(data, "m.come.", "m.cannot.", 1), "m.here.", "m.cannot.", 1))
		k.settles()
		k.volunteers()
		return
	}
}

// isCarrying is a shift of carrying that is soon.
func isCarrying(m botapi.Message, b botapi.Button) bool {
	return strings.Contains(m.Text, "carrying lunch, today") && (strings.HasPrefix(b.Data, "m.come.") || strings.HasPrefix(b.Data, "m.here.") || strings.HasPrefix(b.Data, "m.cannot."))
}

// leftAt is an entrance on a button at which doors are left.
var leftAt = regexp.MustCompile(`^(\S+): \d+ left$`)

// carries lets everybody who carries walk, entrance by entrance, until nobody has any
// door that nobody has seen.
func (k *kitchenTown) carries() {
	k.t.Helper()
	for range 20 {
		on, walking := k.carriersNow(), false
		for _, key := range on {
			k.pressOld(key, "m.krun."+compact(k.today()))
			walking = k.walks(key) || walking
		}
		if !walking {
			return
		}
	}
	assert.Fail(k.t, "the round has no end")
}

// walks goes to the next entrance at which nobody was.
func (k *kitchenTown) walks(key string) bool {
	k.t.Helper()
	one := newest(k.phone(key).Chat().Messages)
	for _, row := range one.Buttons {
		found := leftAt.FindStringSubmatch(row[0].Text)
		if found == nil || k.walked[k.today()+found[1]] {
			continue
		}
		k.walked[k.today()+found[1]] = true
		k.taps1(key, one.ID, row[0].Data)
		k.settles()
		k.atEntrance(key, found[1])
		return true
	}
	return false
}

// atEntrance goes from door to door: what is seen there is said by the keys, and then
// that all else is delivered.
func (k *kitchenTown) atEntrance(key, at string) {
	k.t.Helper()
	phone := k.phone(key)
	doors := k.doorsOf(newest(phone.Chat().Messages).Text)
	require.NotEmpty(k.t, doors, "an entrance without a door")
	worried := k.is(k.size.bad.worry) && !k.seen["worry "+k.today()]
	for i, d := range doors {
		assert.True(k.t, k.isHere(d.of), "a meal for %s, who is not here", d.of.name)
		switch {
		case worried && i == 0:
			k.seen["worry "+k.today()] = true
			k.key(key, d, at, "I'm worried")
			k.ends(d.of, "worried")
		case k.maybe(4):
			k.key(key, d, at, "nobody opened")
			k.ends(d.of, "shut")
		default:
			k.ends(d.of, "delivered")
		}
	}
	if label := at + " all delivered"; k.hasKey(key, label) {
		_, err := phone.Press(label)
		require.NoError(k.t, err)
		k.settles()
		require.Contains(k.t, newest(phone.Chat().Messages).Text, "delivered")
	}
}

// hasKey reports whether a phone shows a key; the keys of an entrance stay until
// another is shown, and those of what is answered in between may differ.
func (k *kitchenTown) hasKey(key, label string) bool {
	keyboard := k.phone(key).Chat().Keyboard
	return keyboard != nil && slices.ContainsFunc(keyboard.Rows, func(row []botapi.Key) bool {
		return slices.ContainsFunc(row, func(one botapi.Key) bool { return one.Text == label })
	})
}

// door is one of an entrance, as the screen has it.
type door struct {
	flat string
	of   *diner
}

var doorLine = regexp.MustCompile(`(?m)^(\d+) ([A-Z]\w+ [A-Z]\w+)(?:: [^\n]*?)?: (\d+)$`)

// doorsOf are the doors of a screen of which nobody has said anything.
func (k *kitchenTown) doorsOf(text string) (all []door) {
	for _, found := range doorLine.FindAllStringSubmatch(text, -1) {
		if e := k.named[found[2]]; e != nil {
			all = append(all, door{found[1], e})
		}
	}
	return all
}

// key presses the key of a door.
func (k *kitchenTown) key(key string, d door, at, says string) {
	k.t.Helper()
	k.did[says]++
	for _, code := range []string{at + "-" + d.flat, at + "-" + d.flat + "-" + d.of.name} {
		if label := code + " " + says; k.hasKey(key, label) {
			_, err := k.phone(key).Press(label)
			require.NoError(k.t, err)
			k.settles()
			return
		}
	}
	k.t.Fatalf("%s has no key for %s %s: %v", key, d.of.name, says, k.phone(key).Chat().Keyboard)
}

// ends notes what became of a meal of today, as whoever is there sees it.
func (k *kitchenTown) ends(e *diner, is string) {
	if k.truth[k.today()] == nil {
		k.truth[k.today()] = map[int64]string{}
	}
	k.truth[k.today()][e.person] = is
	k.did["door "+is]++
}

// secondTries are of who is asked to try a door once more.
func (k *kitchenTown) secondTries() {
	k.t.Helper()
	for _, key := range k.hands {
		for range 4 {
			message, data, found := k.button(key, func(m botapi.Message, b botapi.Button) bool {
				return strings.HasPrefix(m.Text, "Please try once more") && strings.HasPrefix(b.Data, "m.kgave.")
			})
			if !found || k.absent[key] {
				break
			}
			k.triesAgain(key, message, strings.TrimPrefix(data, "m.kgave."))
		}
	}
}

// triesAgain: they open, a neighbour takes it, or nobody opens again.
func (k *kitchenTown) triesAgain(key string, message int64, order string) {
	k.t.Helper()
	var person int64
	require.NoError(k.t, k.app.db.Get(&person, `SELECT person_id FROM lunch_orders WHERE id = $1`, order))
	with, neighbour := "", false
	for _, one := range k.phone(key).Chat().Messages {
		for _, row := range one.Buttons {
			if one.ID == message && strings.HasPrefix(row[0].Data, "m.kwith.") {
				with, neighbour = row[0].Data, true
			}
		}
	}
	data, is := "m.kgave."+order, "delivered"
	switch dice := k.rng.IntN(10); {
	case dice < 4:
		data, is = "m.kshut."+order, "shut twice"
	case dice < 6 && neighbour:
		data, is = with, "neighbour"
	}
	for _, e := range k.eaters {
		if e.person == person {
			k.ends(e, is)
		}
	}
	k.taps1(key, message, data)
	k.settles()
}

// leadCarries: where nobody has said anything of a door, whoever leads goes there.
func (k *kitchenTown) leadCarries() {
	k.t.Helper()
	if !k.mealToday() {
		return
	}
	for range 12 {
		k.pressOld(leadKey, "m.krun."+compact(k.today()))
		if !k.walks(leadKey) {
			break
		}
		k.did["carried by the lead"]++
	}
	k.none("a door of which nobody said anything", fmt.Sprintf(`
		SELECT count(*) FROM lunch_orders o JOIN lunch_days d USING (community_id, day)
		WHERE day = '%s' AND o.state = 'ordered' AND outcome = '' AND case_id IS NULL AND tries = 0 AND (mode = 'bring' OR mode = 'eat' AND brings_all)`, k.today()))
}
