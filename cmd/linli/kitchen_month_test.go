package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/people"
)

// kitchens is how many whole months of a kitchen are played, each by a seed of its
// own; without it a few days of a small one.
var kitchens = flag.Int("kitchens", 0, "how many whole months of a kitchen are played, through the bot")

// kitchenSize is how large a kitchen is that is played, and for how long.
type kitchenSize struct {
	meals  int // days on which lunch is served
	eaters int
	hands  int // volunteers
	brings int // portions that are brought at most,
	holds  int // and that are eaten there
	bad    kitchenFate
}

// kitchenFate says on which of the days, from 1 on, something is not as usual.
type kitchenFate struct {
	ill, cannot, noShow, worry, rain, lateRain, off, death, earlyDeath []int
}

var (
	smallKitchen = kitchenSize{meals: 3, eaters: 24, hands: 9, brings: 20, holds: 3, bad: kitchenFate{
		ill: []int{1}, cannot: []int{2}, noShow: []int{3}, worry: []int{2}, rain: []int{1}, off: []int{2}, death: []int{1}, earlyDeath: []int{3},
	}}
	wholeKitchen = kitchenSize{meals: 22, eaters: 160, hands: 34, brings: 120, holds: 18, bad: kitchenFate{
		ill: []int{2, 6, 9, 13, 17}, cannot: []int{3, 8, 14, 19}, noShow: []int{5, 11, 16}, worry: []int{4, 15}, rain: []int{3, 18}, lateRain: []int{12},
		off: []int{7}, death: []int{8}, earlyDeath: []int{14},
	}}
)

// TestAMonthOfAKitchen plays it: everything that anybody does is done on their phone,
// but that old people without one are phoned. What each was told that they have is on
// the sheet, the sheet is there at the cut-off, and is what the events say; every meal
// that is on it ends as whoever was there saw it; nobody pays twice, or for what they
// did not eat; nobody who died or is away is asked, brought or phoned anything; and no
// group reads a name.
//
//	go test ./cmd/linli -run TestAMonthOfAKitchen -kitchens 1 -v -timeout 60m
func TestAMonthOfAKitchen(t *testing.T) {
	t.Parallel()
	if *kitchens == 0 {
		playKitchen(newKitchenTown(t, monday, luck.Seed(t), smallKitchen))
		return
	}
	for n := range uint64(*kitchens) {
		t.Run(fmt.Sprint("seed ", n+1), func(t *testing.T) {
			t.Parallel()
			playKitchen(newKitchenTown(t, november, n+1, wholeKitchen))
		})
	}
}

// kitchenTown is a town with a kitchen, and what its people know of each meal.
type kitchenTown struct {
	*spell
	secretary people.Actor
	size      kitchenSize
	eaters    []*diner
	named     map[string]*diner
	hands     []string                       // the phones of those who work
	family    map[string]*diner              // who orders for another, by their phone
	texts     map[string]map[int64]string    // what each phone shows, by message
	tapped    []*botapi.Tap                  // that are not answered yet
	acted     int                            // how many did something while all move in
	looks     map[string]bool                // phones on which something was done since the last look
	want      map[string]map[int64]int       // by day and person: so many portions they were told that they have
	truth     map[string]map[int64]string    // by day and person: what became of the meal, as whoever was there saw it
	walked    map[string]bool                // entrances at which somebody was
	paid      map[int64]int                  // by person, in cash
	spent     int                            // of the cash box
	seen      map[string]bool                // days that were looked at, at each of their moments
	served    int                            // days with a meal that have begun
	late      time.Duration                  // the longest that a sheet came after its cut-off
	absent    map[string]bool                // who works and does not come today
	gone      map[int64]time.Time            // who died, and when it was said
	away      map[int64]map[string]time.Time // by person, the days on which they are not here, and when that was said
}

// playKitchen lets every day pass, and then asks what became of everything.
func playKitchen(k *kitchenTown) {
	k.t.Helper()
	for days := 0; k.served < k.size.meals; days++ {
		require.Less(k.t, days, 3*k.size.meals, "the kitchen does not cook")
		k.playDay()
	}
	k.until(9, 0)
	k.leadSettles()
	k.looksAtDays()
	k.kitchenFigures()
	k.looksAtMoney()
	k.nobodyIsTroubled()
	k.groupsReadNobody()
	k.nothingIsLeft()
	if k.size.meals == wholeKitchen.meals {
		k.everythingHappened()
	}
}

// today is the day by its date, as the kitchen names it.
func (k *kitchenTown) today() string { return k.clk.Now().In(k.zone).Format(time.DateOnly) }

// until lets the day pass until a time of it.
func (k *kitchenTown) until(hour, minute int) {
	k.t.Helper()
	now := k.clk.Now().In(k.zone)
	at := time.Date(now.Year(), now.Month(), now.Day(), hour, minute, 0, 0, k.zone)
	require.NoError(k.t, k.skip(k.t.Context(), max(0, at.Sub(now))))
	k.listen()
	k.reads()
}

// playNight lets the rest of the day pass, and its orders be charged.
func (k *kitchenTown) playNight() {
	k.t.Helper()
	k.until(20, 0)
	k.looksAtDays()
	now := k.clk.Now().In(k.zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 30, 0, 0, k.zone)
	require.NoError(k.t, k.skip(k.t.Context(), midnight.Sub(now)))
	k.absent = map[string]bool{}
	k.vacuum()
}

// vacuum does what Postgres does by itself in a town that lives longer than a test.
func (k *kitchenTown) vacuum() {
	k.t.Helper()
	_, err := k.app.db.Exec(`VACUUM ANALYZE`)
	require.NoError(k.t, err)
}

// playDay is one day, whatever day it is: on a Sunday nobody has anything to answer.
func (k *kitchenTown) playDay() {
	k.t.Helper()
	if *kitchens > 0 {
		k.t.Logf("%s, after %d days with a meal", k.today(), k.served)
	}
	meal := k.mealToday()
	if meal {
		k.served++
	}
	k.morning(meal)
	k.noon(meal)
	k.afternoon(meal)
	k.playNight()
}

// morning: the lead writes, whoever works says that they come, and the next day is asked.
func (k *kitchenTown) morning(meal bool) {
	k.t.Helper()
	k.until(9, 0)
	k.leadSettles()
	k.looksAtDays()
	k.leadWrites()
	k.volunteers()
	if k.is(k.size.bad.ill) && meal {
		k.fallsIll()
	}
	if k.is(k.size.bad.earlyDeath) && meal {
		k.dies(k.today())
	}
	k.until(10, 5)
	k.diners(40)
	k.until(10, 50)
	k.volunteers()
	if meal {
		k.failures()
	}
}

// noon: what is on the sheet goes to the doors.
func (k *kitchenTown) noon(meal bool) {
	k.t.Helper()
	k.until(11, 32)
	k.volunteers()
	k.carries()
	k.until(11, 55)
	k.secondTries()
	k.carries()
	k.until(12, 20)
	k.diners(35)
	k.secondTries()
	k.until(13, 35)
	k.leadCarries()
	k.volunteers()
	if meal && k.is(k.size.bad.off) {
		k.callsOff()
	}
}

// afternoon: families order, those without an answer are phoned, and the orders close.
func (k *kitchenTown) afternoon(meal bool) {
	k.t.Helper()
	k.until(14, 30)
	k.families()
	k.diners(35)
	k.until(15, 5)
	if meal && k.is(k.size.bad.rain) {
		k.rains()
	}
	k.callRound()
	k.until(15, 45)
	k.diners(10)
	k.leadAnswers()
	k.until(16, 1)
	k.looksAtDays()
	if meal && k.is(k.size.bad.lateRain) {
		k.rains()
	}
	if meal && k.is(k.size.bad.death) {
		k.dies(k.nextClosed())
	}
	k.lateWishes()
}

// is reports whether something is to happen on the day of a meal that it is.
func (k *kitchenTown) is(some []int) bool {
	for _, n := range some {
		if n == k.served {
			return true
		}
	}
	return false
}

// mealToday reports whether lunch is served today.
func (k *kitchenTown) mealToday() bool {
	k.t.Helper()
	var n int
	require.NoError(k.t, k.app.db.Get(&n, `SELECT count(*) FROM lunch_days WHERE day = $1 AND state = 'closed'`, k.today()))
	return n > 0
}

// nextClosed is the next day of which the kitchen has its sheet.
func (k *kitchenTown) nextClosed() string {
	k.t.Helper()
	var day []time.Time
	require.NoError(k.t, k.app.db.Select(&day, `SELECT day FROM lunch_days WHERE day > $1 AND state = 'closed' ORDER BY day LIMIT 1`, k.today()))
	if len(day) == 0 {
		return ""
	}
	return day[0].Format(time.DateOnly)
}

// dice are of a seed.
func dice(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 22)) }
