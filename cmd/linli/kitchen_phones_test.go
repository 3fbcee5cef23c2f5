package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// latest is on how many messages somebody looks for a button.
const latest = 8

// button finds the newest button on a phone of which somebody thinks well.
func (k *kitchenTown) button(key string, fits func(botapi.Message, botapi.Button) bool) (message int64, data string, found bool) {
	all := k.phone(key).Chat().Messages
	for _, one := range slices.Backward(all[max(0, len(all)-latest):]) {
		for _, row := range one.Buttons {
			for _, b := range row {
				if fits(one, b) {
					return one.ID, b.Data, true
				}
			}
		}
	}
	return 0, "", false
}

// taps taps the newest button whose data begins so; nothing has come of it yet.
func (k *kitchenTown) taps(key, begins string) bool {
	message, data, found := k.button(key, func(_ botapi.Message, b botapi.Button) bool { return strings.HasPrefix(b.Data, begins) })
	if found {
		k.taps1(key, message, data)
	}
	return found
}

// taps1 is a tap, whose answer settles waits for.
func (k *kitchenTown) taps1(key string, message int64, data string) {
	if !strings.Contains(data, ":") { // a dialog's
		k.did[doing(data)]++
	}
	k.tapped, k.looks[key] = append(k.tapped, k.phone(key).TapOld(message, data)), true
}

// chooses taps the newest button with a label, and waits for what comes of it.
func (k *kitchenTown) chooses(key, label string) {
	k.t.Helper()
	message, data, found := k.button(key, func(_ botapi.Message, b botapi.Button) bool { return b.Text == label })
	require.True(k.t, found, "%s sees no %q: %q", key, label, newest(k.phone(key).Chat().Messages).Text)
	k.taps1(key, message, data)
	k.settles()
}

// says types something, and waits for what comes of it.
func (k *kitchenTown) says(key, words string) {
	k.t.Helper()
	k.looks[key] = true
	k.phone(key).Say(words)
	k.settles()
}

// pressOld taps a button of a screen that somebody has left.
func (k *kitchenTown) pressOld(key, data string) {
	k.t.Helper()
	k.taps1(key, newest(k.phone(key).Chat().Messages).ID, data)
	k.settles()
}

// settles waits until every tap is answered and everything is done; who tapped reads it.
func (k *kitchenTown) settles() {
	k.t.Helper()
	k.settleDown()
	ctx, cancel := context.WithTimeout(k.t.Context(), mostWait)
	defer cancel()
	for _, tap := range k.tapped {
		_, _, err := tap.Answer(ctx)
		require.NoError(k.t, err)
	}
	for _, e := range k.eaters {
		if k.looks[e.key] {
			k.readsOwn(e)
		}
	}
	k.tapped, k.looks = nil, map[string]bool{}
}

// theDate is a day as people are told it.
var theDate = regexp.MustCompile(`(\d+) (January|November|December)`)

// dayTold reads the day of what was told at a moment, as a date: without one it is that
// day.
func (k *kitchenTown) dayTold(text string, at time.Time) string {
	k.t.Helper()
	at = at.In(k.zone)
	found := theDate.FindString(text)
	if found == "" {
		require.Contains(k.t, text, "today")
		return at.Format(time.DateOnly)
	}
	day, err := time.Parse("2 January 2006", found+at.Format(" 2006"))
	require.NoError(k.t, err)
	return day.Format(time.DateOnly)
}

// What somebody who eats is told of what they have: <n> portions, or none.
var toldMeals = []*regexp.Regexp{
	regexp.MustCompile(`^Booked: (?P<n>\d+) for (?P<day>.+?), (?:brought|you come|you fetch)`),
	regexp.MustCompile(`^Lunch for you (?P<day>.+?), (?P<n>\d+) as always: `),
	regexp.MustCompile(`^You have (?P<n>\d+) for (?P<day>.+?), (?:brought|you come|you fetch)`),
	regexp.MustCompile(`^The kitchen says yes: (?P<n>\d+) for (?P<day>.+?)\.`),
	regexp.MustCompile(`ordered (?P<n>\d+) for you: lunch (?P<day>.+?)\.`),
	regexp.MustCompile(`^No lunch for you (?P<day>.+?)\.`),
	regexp.MustCompile(`^You are number \d+ on the list for (?P<day>.+?)\.`),
	regexp.MustCompile(`^The kitchen says yes: no lunch for you (?P<day>.+?)\.`),
	regexp.MustCompile(`^There is no lunch (?P<day>[^:.]*\d \w+)[.:]`),
	regexp.MustCompile(`^No place came free for lunch (?P<day>.+?)\.`),
	regexp.MustCompile(`^Your lunch (?P<day>.+?) has no place yet`),
	regexp.MustCompile(`cancelled your lunch (?P<day>.+?)\.`),
}

// reads takes down what the phone of everybody who eats says now that it did not
// before: what they have of each day. Of who has none the lead's phone says it, and the
// lead calls them.
func (k *kitchenTown) reads() {
	k.t.Helper()
	for _, e := range k.eaters {
		if e.key != "" {
			k.readsOwn(e)
		}
	}
	k.readsNew(leadKey, func(text string) {
		found := ofAnother.FindStringSubmatch(text)
		if found == nil {
			return
		}
		if e := k.named[found[1]]; e != nil && e.key == "" {
			k.hears(e, found[2])
		}
	})
}

func (k *kitchenTown) readsOwn(e *diner) {
	k.t.Helper()
	k.readsNew(e.key, func(text string) { k.hears(e, text) })
}

// ofAnother begins what somebody is told for another.
var ofAnother = regexp.MustCompile(`(?s)^For ([A-Z]\w+ [A-Z]\w+): (.*)$`)

// readsNew reads each text of a phone once, in the order in which they came there: an
// old message that was changed last is the last word.
func (k *kitchenTown) readsNew(key string, hears func(text string)) {
	k.t.Helper()
	if k.texts[key] == nil {
		k.texts[key] = map[int64]string{}
	}
	var fresh []botapi.Message
	for _, one := range k.phone(key).Chat().Messages {
		if one.FromBot && k.texts[key][one.ID] != one.Text {
			fresh = append(fresh, one)
		}
	}
	if len(fresh) > 1 {
		came := k.came(k.phone(key).Account().ID)
		slices.SortStableFunc(fresh, func(a, b botapi.Message) int { return cmp.Compare(came[a.ID], came[b.ID]) })
	}
	for _, one := range fresh {
		k.texts[key][one.ID] = one.Text
		assert.NotContains(k.t, one.Text, "⟦", "words are missing")
		hears(one.Text)
	}
}

// came is when each message of a chat was sent or changed last, among all that linli
// called.
func (k *kitchenTown) came(chat int64) map[int64]int64 {
	last := map[int64]int64{}
	for _, call := range k.towns[0].bot.Calls(0) {
		if call.OK && call.Chat == chat {
			for _, id := range call.Messages {
				last[id] = call.Seq
			}
		}
	}
	return last
}

// hears notes what somebody was told of a meal.
func (k *kitchenTown) hears(e *diner, text string) {
	k.t.Helper()
	for _, words := range toldMeals {
		found := words.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		n := 0
		if at := words.SubexpIndex("n"); at > 0 {
			n, _ = strconv.Atoi(found[at])
		}
		k.has(k.dayTold(found[words.SubexpIndex("day")], k.clk.Now()), e.person, n)
		return
	}
}

// has notes that somebody was told that they have so many on a day.
func (k *kitchenTown) has(day string, person int64, n int) {
	if k.want[day] == nil {
		k.want[day] = map[int64]int{}
	}
	k.want[day][person] = n
}

// expected are the portions of a day, by person, as people were told.
func (k *kitchenTown) expected(day string) map[int64]int {
	all := maps.Clone(k.want[day])
	maps.DeleteFunc(all, func(_ int64, n int) bool { return n == 0 })
	return all
}

// standing notes what those have who have no phone, and have it every day: they were
// told so once.
func (k *kitchenTown) standing(day string) {
	for _, e := range k.eaters {
		if _, told := k.want[day][e.person]; !told && e.key == "" && e.said && k.isHereOn(e, day) {
			k.has(day, e.person, 1)
		}
	}
}

// whose is who a person is, in a failure.
func (k *kitchenTown) whose(person int64) string {
	for _, e := range k.eaters {
		if e.person == person {
			return fmt.Sprintf("%s (%d, phone %q)", e.name, person, e.key)
		}
	}
	return fmt.Sprint(person)
}
