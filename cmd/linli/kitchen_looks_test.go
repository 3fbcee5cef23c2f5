package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// sheetAtMost is how long after the cut-off the sheet is on the lead's phone.
const sheetAtMost = time.Minute

// isHere reports whether somebody is, as far as anybody has said so.
func (k *kitchenTown) isHere(e *diner) bool { return k.isHereOn(e, k.today()) }

func (k *kitchenTown) isHereOn(e *diner, day string) bool {
	_, died := k.gone[e.person]
	_, away := k.away[e.person][day]
	return !died && !away
}

// looksAtDays looks at each day once when its orders are closed, and once when all of
// it is said.
func (k *kitchenTown) looksAtDays() {
	k.t.Helper()
	var days []struct {
		Day, Closes time.Time
		State       string
	}
	require.NoError(k.t, k.app.db.Select(&days, `SELECT day, closes_at AS closes, state FROM lunch_days WHERE state IN ('closed', 'over') ORDER BY day`))
	for _, d := range days {
		day := d.Day.Format(time.DateOnly)
		if d.State == "closed" && !k.seen["closed "+day] {
			k.seen["closed "+day] = true
			k.standing(day)
			k.sheetArrived(day, d.Closes)
			k.sheetIsRight(day)
		}
		if d.State == "over" && !k.seen["over "+day] && k.clk.Now().In(k.zone).Hour() >= 9 {
			k.seen["over "+day] = true
			k.sheetIsRight(day)
			k.allIsExplained(day)
		}
	}
}

// sheetArrived: it is on the lead's phone, once, within a minute, with as many portions
// as people were told that they have.
func (k *kitchenTown) sheetArrived(day string, closes time.Time) {
	k.t.Helper()
	sent := 0
	for _, h := range k.heard[leadKey] {
		if h.News != "lunch.sheet" || !strings.Contains(string(h.Args), day) {
			continue
		}
		sent++
		late := h.At.Sub(closes)
		k.late = max(k.late, late)
		assert.LessOrEqual(k.t, late, sheetAtMost, "the sheet of %s", day)
		portions := 0
		for _, n := range k.expected(day) {
			portions += n
		}
		assert.Contains(k.t, h.Text+"\n", fmt.Sprintf("Portions: %d\n", portions), "the sheet of %s", day)
	}
	assert.Equal(k.t, 1, sent, "sheets of %s", day)
	k.did["sheets"]++
}

// sheetIsRight: who is on the sheet is who was told so, and the events say the same.
func (k *kitchenTown) sheetIsRight(day string) {
	k.t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	require.NoError(k.t, err)
	sheet, err := k.app.lunch.Sheet(k.t.Context(), k.as(k.id[leadKey]), at)
	require.NoError(k.t, err)
	has := map[int64]int{}
	for _, l := range sheet.Labels {
		assert.Zero(k.t, has[l.Person], "%s is twice on the sheet of %s", l.Name, day)
		has[l.Person] += l.Portions
	}
	want := k.expected(day)
	for _, e := range k.eaters {
		if !assert.Equal(k.t, want[e.person], has[e.person], "%s on %s: told, and on the sheet", k.whose(e.person), day) {
			k.storyOf(e, day)
		}
	}
	counted, err := k.app.lunch.Recount(k.t.Context(), k.home, at)
	require.NoError(k.t, err)
	assert.Equal(k.t, counted, sheet.Count, "the events of %s, and the sheet", day)
	var closed int
	require.NoError(k.t, k.app.db.Get(&closed, `SELECT count(*) FROM lunch_events WHERE day = $1 AND code = 'closed'`, day))
	assert.Equal(k.t, 1, closed, "%s was closed", day)
}

// storyOf writes down what somebody read, and what happened to what they have of a day.
func (k *kitchenTown) storyOf(e *diner, day string) {
	k.t.Helper()
	var events []string
	require.NoError(k.t, k.app.db.Select(&events, `
		SELECT format('%s %s %s by %s', at, code, detail, actor_id) FROM lunch_events WHERE person_id = $1 AND (day = $2 OR day IS NULL) ORDER BY id`, e.person, day))
	k.t.Log(strings.Join(events, "\n"))
	if e.key != "" {
		all := k.phone(e.key).Chat().Messages
		for _, one := range all[max(0, len(all)-2*latest):] {
			k.t.Logf("%s: %q", one.At.In(k.zone).Format("02 15:04"), one.Text)
		}
	}
}

// became are the ends of a meal by what whoever was there saw.
var became = map[string]string{"delivered": "delivered", "neighbour": "neighbour", "shut": "not_met", "shut twice": "not_met", "worried": "not_met"}

// allIsExplained: every meal of the sheet has an end, and it is what somebody saw.
func (k *kitchenTown) allIsExplained(day string) {
	k.t.Helper()
	var all []struct {
		Person  int64
		Outcome string
		Brought bool
	}
	require.NoError(k.t, k.app.db.Select(&all, `
		SELECT o.person_id AS person, o.outcome, (o.mode = 'bring' OR o.mode = 'eat' AND d.brings_all) AS brought
		FROM lunch_orders o JOIN lunch_days d USING (community_id, day) WHERE o.day = $1 AND o.state = 'ordered'`, day))
	for _, o := range all {
		want := k.truth[day][o.Person]
		if o.Brought {
			assert.NotEmpty(k.t, want, "nobody was at the door of %s on %s", k.whose(o.Person), day)
			want = became[want]
		}
		assert.Equal(k.t, want, o.Outcome, "the meal of %s on %s", k.whose(o.Person), day)
		k.did["meals"]++
		k.did["meals "+o.Outcome]++
	}
}

// unsettledOf reads of whose meal the lead is asked.
var unsettledOf = regexp.MustCompile(`^([A-Z]\w+ [A-Z]\w+): (\d+) for [^\n]*Was it eaten\?`)

// leadSettles: of which meals nobody said anything, and the lead says how it was.
func (k *kitchenTown) leadSettles() {
	k.t.Helper()
	message, data, found := k.button(leadKey, func(_ botapi.Message, b botapi.Button) bool { return strings.HasPrefix(b.Data, "m.kunset.") })
	if !found || k.seen[data] {
		return
	}
	k.seen[data] = true
	at, err := time.Parse("20060102", strings.TrimPrefix(data, "m.kunset."))
	require.NoError(k.t, err)
	day := at.Format(time.DateOnly)
	k.taps1(leadKey, message, data)
	k.settles()
	for range len(k.eaters) {
		one := newest(k.phone(leadKey).Chat().Messages)
		for _, m := range k.phone(leadKey).Chat().Messages {
			if m.ID == message {
				one = m
			}
		}
		asked := unsettledOf.FindStringSubmatch(one.Text)
		if asked == nil {
			require.Contains(k.t, one.Text, "all is said")
			return
		}
		yes := 0
		if k.ate(day, k.named[asked[1]]) {
			yes = 1
		}
		k.taps1(leadKey, one.ID, one.Buttons[1-yes][0].Data)
		k.settles()
	}
}

// ate reports whether somebody had their meal of which nobody said anything yet: at a
// door nobody opened, and of who comes nearly all came.
func (k *kitchenTown) ate(day string, e *diner) bool {
	k.t.Helper()
	require.NotNil(k.t, e)
	if is := k.truth[day][e.person]; is != "" {
		return became[is] == "delivered"
	}
	if k.truth[day] == nil {
		k.truth[day] = map[int64]string{}
	}
	came := k.maybe(97)
	k.truth[day][e.person] = map[bool]string{true: "came", false: "missed"}[came]
	return came
}

// looksAtMoney: what everybody owes is what they ate less what they paid, on their
// phone; no meal is charged twice; and the box has what it should.
func (k *kitchenTown) looksAtMoney() {
	k.t.Helper()
	k.none("a meal charged twice", `SELECT count(*) FROM (
		SELECT FROM ledger_entries WHERE ref LIKE 'order:%' GROUP BY ref, code HAVING count(*) > 1) twice`)
	k.none("a meal that was eaten and not charged, or the other way round", `
		SELECT count(*) FROM lunch_orders o JOIN lunch_days d USING (community_id, day)
		WHERE d.state = 'over' AND (o.state = 'ordered' AND o.outcome IN ('delivered', 'neighbour', 'came'))
			IS DISTINCT FROM EXISTS (SELECT FROM ledger_entries e WHERE e.ref = 'order:' || o.id)`)
	k.none("books that do not add up", `SELECT count(*) FROM (SELECT sum(amount) AS sum FROM ledger_lines GROUP BY book) s WHERE sum <> 0`)
	for _, e := range k.eaters {
		owes := -k.paid[e.person]
		for day, all := range k.truth {
			switch all[e.person] {
			case "delivered", "neighbour", "came":
				owes += 800 * k.want[day][e.person]
			}
		}
		k.owes(e, owes)
	}
	box := -k.spent
	for _, sum := range k.paid {
		box += sum
	}
	k.says(leadKey, "/kitchen")
	k.chooses(leadKey, "Money")
	text := newest(k.phone(leadKey).Chat().Messages).Text
	assert.Contains(k.t, strings.ReplaceAll(text, "−", "-"), " out, "+yuan(box)+" now.", "what is in the box")
}

// yuan is a sum as it is told.
func yuan(sum int) string {
	text := strconv.FormatFloat(float64(sum)/100, 'f', -1, 64)
	return text + " yuan"
}

// owes: somebody's phone says what they owe; of who has none the lead's does.
func (k *kitchenTown) owes(e *diner, sum int) {
	k.t.Helper()
	key := e.key
	if _, died := k.gone[e.person]; key == "" || died {
		key = leadKey
	}
	k.pressOld(key, fmt.Sprintf("m.account.%d", e.person))
	text := newest(k.phone(key).Chat().Messages).Text
	switch {
	case sum > 0:
		assert.Contains(k.t, text, "Still to pay: "+yuan(sum)+".", k.whose(e.person))
	case sum < 0:
		assert.Contains(k.t, text, "Left for lunches: "+yuan(-sum)+".", k.whose(e.person))
	default:
		assert.Contains(k.t, text, "Nothing to pay.", k.whose(e.person))
	}
}
