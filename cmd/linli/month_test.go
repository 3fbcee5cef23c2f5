package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/groups"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// months is how many whole months are played, each by a seed of its own; without it
// the first days of one.
var (
	months    = flag.Int("months", 0, "how many whole months of a neighbourhood are played, through the bot")
	monthDays = flag.Int("month-days", 4, "how many days of one are played else")
)

// wholeMonth is how many days it has: in so many somebody has a reason for everything.
const wholeMonth = 30

// A whole month begins on a Monday, in a month of the calendar that it overruns;
// the short one on the Monday of every test.
var november = time.Date(2026, 11, 2, 1, 5, 0, 0, time.UTC)

// month is many days of a neighbourhood, in which everything that anybody does is
// done on their phone: taps, photos, voices and words.
type month struct {
	*spell
	days    int
	perDay  int // reports, about
	folk    []*folk
	promise map[int64]*promise // by number, what somebody was told that it is sent
	deeds   []deed             // taps that count
	shown   map[string]map[int64][]string
	said    map[string]bool // what was complained of
	links   map[string]bool
	back    map[string]time.Time // when who is on leave is here again
	words   int                  // reports have words of their own
	wants   []string             // what whoever is at it chooses where it is offered
	double  map[int64]int64      // by number, of which other staff read it to be a part
	sealed  map[int64]bool       // and what people read to be private
	word    map[int64]string     // and the first that was said of whether it is fixed
	diary   []string             // who did what, and what every phone showed then
}

// promise is a report of which somebody read "sent, number N".
type promise struct {
	who      string // on whose phone
	at       time.Time
	messages map[int64]bool // in which messages of that phone
	stands   string         // what that phone says of it at the end
}

// deed is a tap of somebody's that was not refused.
type deed struct {
	who, data string
	at        time.Time
}

// TestAMonthOfANeighbourhood plays it: nothing is lost, nothing is ever nobody's
// while somebody is there, nothing ends silently, nobody is told twice, and no
// group reads a name, a flat or what is private.
//
//	go test ./cmd/linli -run TestAMonthOfANeighbourhood -months 3 -v -timeout 60m
func TestAMonthOfANeighbourhood(t *testing.T) {
	t.Parallel()
	if *months == 0 {
		playMonth(newMonth(t, monday, luck.Seed(t), *monthDays))
		return
	}
	for n := range uint64(*months) {
		t.Run(fmt.Sprint("seed ", n+1), func(t *testing.T) {
			t.Parallel()
			playMonth(newMonth(t, november, n+1, wholeMonth))
		})
	}
}

// playMonth lets every hour pass, and then asks what became of everything.
func playMonth(m *month) {
	m.t.Helper()
	for hour := range m.days * 24 {
		now := m.clk.Now().In(m.zone)
		m.happens(hour/24, now)
		for _, f := range m.folk {
			if f.awake(m, now) {
				m.goAbout(f, now)
			}
		}
		require.NoError(m.t, m.skip(m.t.Context(), time.Hour))
		m.listen()
		m.takeDown()
		m.everythingIsSomebodys()
	}
	m.nothingEndedSilently()
	m.nobodyWasToldTwice()
	m.press("chinese", "m.lang.en") // the overview is read in one language
	m.nothingIsLost()
	m.nightsWereQuiet()
	m.daysWereCalm()
	m.overviewAdds()
	m.nothingIsLeft()
	if m.days >= wholeMonth {
		m.everythingWasDone()
	}
	m.figures()
}

func newMonth(t *testing.T, begin time.Time, seed uint64, days int) *month {
	t.Helper()
	town, secretary := newSpell(t, begin, rand.New(rand.NewPCG(seed, 30)), neighbourhood(), func(p *parts) {
		p.unlimited, p.oneByOne = false, true // people bring as much as people may, and one seed is one play
	})
	m := &month{
		spell: town, days: days, perDay: 5, promise: map[int64]*promise{}, shown: map[string]map[int64][]string{},
		said: map[string]bool{}, links: map[string]bool{}, back: map[string]time.Time{}, double: map[int64]int64{}, sealed: map[int64]bool{}, word: map[int64]string{},
	}
	m.played = true
	m.then(m.app.people.MakeDeputy(t.Context(), secretary, m.id["kitchen"]))
	m.then(m.app.people.Grant(t.Context(), secretary, m.id["mediator"], access.Mediator, 0))
	m.acts("daughter", "resident")
	m.settleDown()
	m.members = []int64{m.id["member"], m.id["member2"], m.id["member3"], m.id["member4"], m.id["member5"], m.id["kitchen"], m.id["mediator"]}
	m.plan(secretary)
	m.dutyGroup(secretary)
	require.NoError(t, m.skip(t.Context(), time.Hour))
	m.folk = m.everybody()
	m.press("chinese", "m.lang.zh")
	m.settleDown()
	m.listen()
	m.takeDown()
	return m
}

// then goes on when something was done, and all that it brings along.
func (m *month) then(err error) {
	m.t.Helper()
	require.NoError(m.t, err)
	m.settleDown()
}

// plan is the week: two by day, one by night, and nobody on Sunday nights.
func (m *month) plan(by people.Actor) {
	m.t.Helper()
	ctx := m.t.Context()
	m.then(m.towns[0].watchNow(ctx, m.app))
	m.then(m.app.roster.UsualPlan(ctx, by, m.area))
	m.then(m.app.roster.SetPlaces(ctx, by, roster.Stint{Area: m.area, Slot: roster.Day, Days: []int{1, 2, 3, 4, 5}}, 2))
	for _, st := range []struct {
		slot, who string
		on        []int
	}{
		{roster.Day, "member", []int{1, 2, 3, 4}},
		{roster.Day, "member3", []int{1, 3, 5, 6}},
		{roster.Day, "member5", []int{2, 4, 5, 7}},
		{roster.Night, "member2", []int{1, 2, 4}},
		{roster.Night, "member4", []int{3, 5, 6}},
	} {
		m.then(m.app.roster.Stand(ctx, by, roster.Stint{Area: m.area, Slot: st.slot, Days: st.on}, m.id[st.who]))
	}
}

// dutyGroup connects the group of those on duty, beside that of the neighbours.
func (m *month) dutyGroup(by people.Actor) {
	m.t.Helper()
	g := m.towns[0].newGroup
	g.AddBot(m.phone("secretary"))
	m.settleDown()
	known, err := m.app.groups.ByChat(m.t.Context(), m.home, g.ID())
	require.NoError(m.t, err)
	_, err = m.app.groups.Tie(m.t.Context(), by, known.ID, groups.Setting{Purpose: groups.Duty, Posts: groups.Duty.Usual(), Language: "en"})
	m.then(err)
}

// neighbourhood is who lives here beside the people of the demo. Nobody's name or
// flat is a part of a word that groups may read.
func neighbourhood() (some []neighbour) {
	for i, n := range []neighbour{
		{key: "member3", called: "Tobias", role: access.Member, born: 1980},
		{key: "member4", called: "Gracelyn", role: access.Member, born: 1970},
		{key: "member5", called: "Ruthanne", role: access.Member, born: 1988},
		{key: "mediator", called: "Amosyn", born: 1959},
		{key: "silent", called: "Walter", born: 1948},
		{key: "blocker", called: "Editha", born: 1946},
		{key: "chinese", called: "赵德芳", born: 1960},
		{key: "busy", called: "Ottoline", born: 1990},
		{key: "quarrels", called: "Philippa", born: 1982},
		{key: "above", called: "Bertram", born: 1975},
		{key: "doubts", called: "Cordelia", born: 1968},
		{key: "prank", called: "Leopold", born: 2008},
	} {
		n.account = botapi.Account{ID: int64(2101 + i), FirstName: n.called, LanguageCode: "en"}
		n.phone, n.entrance, n.flat = fmt.Sprintf("555-07%02d", i), 1+i%3, fmt.Sprint(801+i)
		some = append(some, n)
	}
	return some
}
