package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// kitchenOrders is how many taps the rush has.
var kitchenOrders = flag.Int("kitchen-orders", 150, "how often somebody orders, cancels or waits in the rush for lunch, through the bot")

// rushTuesday is the day that all want.
const rushTuesday = "2026-11-24"

// rush is many who want the few places of one day, at once.
type rush struct {
	*kitchenTown
	places, taps, offered, moved int
}

// TestARushForLunchThroughTheBot: all tap what their phones show, many at one moment and
// some twice: they order, cancel, wait to be given a place or to be asked, and answer.
// No place is given twice, nobody has two, nobody passes another on the list, and what
// each phone says is what the kitchen has.
//
//	go test ./cmd/linli -run TestARushForLunchThroughTheBot -kitchen-orders 2000 -v
func TestARushForLunchThroughTheBot(t *testing.T) {
	t.Parallel()
	places := []int{20}
	if *kitchenOrders >= 1000 {
		places = []int{20, 60, 120} // the lead finds more, in the middle of it
	}
	k := &rush{kitchenTown: bareKitchen(t, monday, uint64(*kitchenOrders), kitchenSize{brings: places[0]})}
	k.crowd(2 * places[len(places)-1])
	for i, n := range places {
		k.places = n
		k.pressOld(leadKey, fmt.Sprintf("m.kcap.%s.bring.%d", compact(rushTuesday), n))
		for k.taps < *kitchenOrders*(i+1)/len(places) {
			k.allAtOnce()
		}
	}
	require.NoError(t, k.skip(t.Context(), 31*time.Minute)) // what is held is answered, or is not
	k.reads()
	k.holds()
	k.none("a place that is free while somebody waits", fmt.Sprintf(`
		SELECT count(*) FROM lunch_places p WHERE day = '%s' AND mode = 'bring' AND taken < capacity
			AND EXISTS (SELECT FROM lunch_orders o WHERE o.day = p.day AND o.state = 'waiting')`, rushTuesday))
	require.Empty(t, k.unfair())
	require.LessOrEqual(t, k.did["looked up"], 1+k.taps/200, "phones seldom say two things at once")
	require.Positive(t, k.moved, "the list moved on")
	require.Positive(t, k.offered, "some were asked")
	k.until(16, 1)
	k.looksAtDays()
	t.Logf("%d taps of %d people for %d places: %d had a place from the list, %d of them were asked first", k.taps, len(k.eaters), k.places, k.moved, k.offered)
	t.Log(k.did)
}

// crowd lets so many in who all have a phone, and asks them.
func (k *rush) crowd(n int) {
	k.t.Helper()
	homes, err := k.app.communities.Buildings(k.t.Context(), k.home)
	require.NoError(k.t, err)
	for i := range n {
		e := &diner{key: fmt.Sprint("rush", i), name: fmt.Sprintf("Rusher%03d", i), likes: 100}
		e.person = k.enters(k.secretary, neighbour{
			key: e.key, called: e.name, born: 1940, entrance: 1 + i%3, flat: fmt.Sprint(101 + i),
			account: botapi.Account{ID: int64(6000 + i), FirstName: e.name, LanguageCode: "en"},
		}, homes[i%3])
		k.eaters, k.named[e.name] = append(k.eaters, e), e
	}
	k.settleDown()
	k.comeToEat(k.secretary)
	k.vacuum()
	k.says(leadKey, "/kitchen")
	k.chooses(leadKey, "Write menus")
	k.says(leadKey, "Tuesday: tofu, rice")
	k.pressOld(leadKey, fmt.Sprintf("m.kcap.%s.bring.%d", compact(rushTuesday), k.size.brings))
	k.until(10, 1)
}

// together is how many tap at one moment.
const together = 40

// allAtOnce is one moment: everybody taps something, and some of them twice.
func (k *rush) allAtOnce() {
	k.t.Helper()
	for _, i := range k.rng.Perm(len(k.eaters))[:min(together, len(k.eaters))] {
		e := k.eaters[i]
		message, data, found := k.button(e.key, func(m botapi.Message, b botapi.Button) bool { return k.rushes(m, b) })
		if !found {
			continue
		}
		for range 1 + k.rng.IntN(6)/5 {
			k.taps++
			k.taps1(e.key, message, data)
		}
	}
	k.settles()
	k.reads()
	k.holds()
	if k.clk.Now().In(k.zone).Hour() < 15 && k.maybe(50) {
		require.NoError(k.t, k.skip(k.t.Context(), 6*time.Minute))
		k.reads()
	}
}

// rushes reports whether somebody taps a button: nobody wants two, or to come.
func (k *rush) rushes(m botapi.Message, b botapi.Button) bool {
	of := strings.Split(b.Data, ".")
	switch {
	case strings.HasPrefix(b.Data, "m.eatyes."):
		return k.maybe(70)
	case strings.HasPrefix(b.Data, "m.eatno."):
		return k.maybe(20)
	case len(of) < 5 || of[1] != "eat" || of[2] != compact(rushTuesday):
		return false
	}
	switch does := strings.Join(of[4:], "."); {
	case does == "usual":
		return k.maybe(80)
	case does == "not" && strings.HasPrefix(m.Text, "Booked"):
		return k.maybe(40)
	case does == "not":
		return k.maybe(10)
	case strings.HasSuffix(does, ".take"):
		return k.maybe(50)
	case strings.HasSuffix(does, ".ask"):
		return k.maybe(80)
	}
	return false
}

// holds: no place is given twice, and each phone says what its owner has.
func (k *rush) holds() {
	k.t.Helper()
	var places struct{ Taken, Capacity, Counted int }
	require.NoError(k.t, k.app.db.Get(&places, `
		SELECT taken, capacity, (SELECT coalesce(sum(portions), 0) FROM lunch_orders o WHERE o.day = p.day AND o.mode = p.mode AND o.state IN ('ordered', 'offered')) AS counted
		FROM lunch_places p WHERE day = $1 AND mode = 'bring'`, rushTuesday))
	require.Equal(k.t, k.places, places.Capacity)
	require.LessOrEqual(k.t, places.Counted, k.places, "a place too many")
	require.Equal(k.t, places.Counted, places.Taken)
	has := map[int64]int{}
	var all []struct {
		Person   int64
		Portions int
	}
	require.NoError(k.t, k.app.db.Select(&all, `SELECT person_id AS person, portions FROM lunch_orders WHERE day = $1 AND state = 'ordered'`, rushTuesday))
	for _, o := range all {
		has[o.Person] += o.Portions
	}
	for _, e := range k.eaters {
		assert.LessOrEqual(k.t, has[e.person], 1, "%s has two", e.name)
		if has[e.person] != k.want[rushTuesday][e.person] {
			k.looksUp(e)
		}
		if !assert.Equal(k.t, has[e.person], k.want[rushTuesday][e.person], "%s has, and reads", e.name) {
			k.storyOf(e, rushTuesday)
		}
	}
}

// looksUp opens the day: who answers at the moment at which a place comes free has two
// messages that say different things, and no phone tells which changed last.
func (k *rush) looksUp(e *diner) {
	k.t.Helper()
	k.did["looked up"]++
	k.pressOld(e.key, fmt.Sprintf("m.eat.%s.%d", compact(rushTuesday), e.person))
	if text := newest(k.phone(e.key).Chat().Messages).Text; !strings.HasPrefix(text, "You have ") {
		k.has(rushTuesday, e.person, 0)
	}
}

// unfair replays what happened, and tells of everybody who passed another on the list.
func (k *rush) unfair() (wrong []string) {
	k.t.Helper()
	var events []struct {
		ID, Person int64
		State      string
	}
	require.NoError(k.t, k.app.db.Select(&events, `
		SELECT id, person_id AS person, detail->>'state' AS state FROM lunch_events WHERE day = $1 AND detail ? 'state' ORDER BY id`, rushTuesday))
	was := map[int64]string{}
	var list []int64
	for _, e := range events {
		at := slices.Index(list, e.Person)
		place := e.State == "ordered" || e.State == "offered"
		switch {
		case place && at > 0:
			wrong = append(wrong, fmt.Sprintf("event %d: %d was number %d on the list", e.ID, e.Person, at+1))
		case place && at < 0 && was[e.Person] != "offered" && was[e.Person] != "ordered" && len(list) > 0:
			wrong = append(wrong, fmt.Sprintf("event %d: %d passed %d who wait", e.ID, e.Person, len(list)))
		case place && at == 0:
			k.moved++
		}
		if e.State == "offered" {
			k.offered++
		}
		if at >= 0 && e.State != "waiting" {
			list = slices.Delete(list, at, at+1)
		}
		if at < 0 && e.State == "waiting" {
			list = append(list, e.Person)
		}
		was[e.Person] = e.State
	}
	return wrong
}
