package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// theRound is a Tuesday at noon on which member2 carries to three doors, two of them of
// one entrance.
const theRound = `> at 2026-11-23 09:05:00
> enter Old_Zhao 2 502 0535-555-0110
> enter Wu 3 101 0535-555-0111
> kitchen kitchen
> menu 2026-11-24 tofu, rice
> menu 2026-11-25 fish, rice
> eats resident
> eats Old_Zhao
> eats Wu
> works carry 2 member2
> works carry 3 member2
> skip 1h
resident> [1 as usual]
> orders Old_Zhao 2026-11-24
> orders Wu 2026-11-24
> skip 25h30m
`

// became is what stands of the meals of a day, by name.
func (p *transcript) became(day string) string {
	p.t.Helper()
	var all []string
	require.NoError(p.t, p.app.db.Select(&all, `
		SELECT p.name || ' ' || o.outcome || '/' || o.tries FROM lunch_orders o JOIN persons p ON p.id = o.person_id
		WHERE o.day = $1 ORDER BY p.name`, day))
	return strings.Join(all, ", ")
}

// TestTheKeysOfARoundCountWhateverElseIsAsked: in the middle of another conversation they
// are not its answer, and it goes on afterwards.
func TestTheKeysOfARoundCountWhateverElseIsAsked(t *testing.T) {
	t.Parallel()
	p := played(t, "doors.en.dlg", theRound+"member2> /report\n")
	carrier := p.phone("member2")
	asked := newest(carrier.Chat().Messages).Text
	carrier.Say("3-2-502 nobody opened")
	p.settleDown()
	require.Equal(t, "Margaret /0, Old Zhao /1, Wu /0", p.became("2026-11-24"))
	carrier.Say("3-2 all delivered")
	p.settleDown()
	require.Equal(t, "Margaret delivered/0, Old Zhao /1, Wu /0", p.became("2026-11-24"), "but for what was said")
	require.NotEmpty(t, asked)
	carrier.Say("The lamp in entrance 2 is dark")
	p.settleDown()
	require.NotContains(t, newest(carrier.Chat().Messages).Text, "delivered")
	require.Contains(t, p.onPhone("member2"), "The lamp in entrance 2 is dark", "the other conversation has its answer")
}

// TestWordsThatCameLateCountInTheirOrder: a staircase has no network, and all that was
// tapped there arrives at once.
func TestWordsThatCameLateCountInTheirOrder(t *testing.T) {
	t.Parallel()
	p := played(t, "doors.en.dlg", theRound)
	carrier := p.phone("member2")
	p.stop()
	for _, said := range []string{
		"3-2-501 nobody opened", "3-2 all delivered", "3-2-501 delivered", "3-3-101 nobody opened", "3-3 all delivered",
	} {
		carrier.Say(said)
		p.clk.Advance(time.Minute)
	}
	p.clk.Advance(40 * time.Minute)
	p.start()
	p.settleDown()
	require.Equal(t, "Margaret delivered/1, Old Zhao delivered/0, Wu /1", p.became("2026-11-24"),
		"at 101 nobody opened before all of that entrance was said to be delivered")
}

// TestAWordOfYesterdaySaysNothingOfToday: what arrives in the morning after is of no meal
// that is not cooked yet.
func TestAWordOfYesterdaySaysNothingOfToday(t *testing.T) {
	t.Parallel()
	p := played(t, "doors.en.dlg", theRound+"> orders Old_Zhao 2026-11-25\n> skip 20h\n")
	carrier := p.phone("member2")
	carrier.Say("3-2 all delivered")
	p.settleDown()
	require.Equal(t, "Old Zhao /0", p.became("2026-11-25"))
	require.Contains(t, newest(carrier.Chat().Messages).Text, "not cooked yet")
}

// onPhone is all that the bot's messages on a phone say.
func (p *transcript) onPhone(who string) string {
	var all []string
	for _, m := range p.phone(who).Chat().Messages {
		all = append(all, m.Text)
	}
	return strings.Join(all, "\n")
}
