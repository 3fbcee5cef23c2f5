package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/lunch"
)

// TestATownCooksByItself opens the kitchen of a town and moves the clock over a weekend
// on which nobody with a phone does anything but the resident, who orders once.
func TestATownCooksByItself(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	ts.life = &life{}
	ts.clk.Advance(3 * 24 * time.Hour) // it opens on a Thursday, and nobody wrote what there is on Monday
	ts.settleDown()
	town := ts.towns[0]
	require.NoError(t, town.kitchenIn(t.Context(), ts.app))
	require.NoError(t, town.kitchenIn(t.Context(), ts.app), "one that is there is left as it is")
	require.NoError(t, town.weekIn(t.Context(), ts.app))
	ts.settleDown()
	require.NoError(t, ts.skip(t.Context(), time.Hour))
	require.Contains(t, newest(ts.phone("resident").Chat().Messages).Text, "As usual?")
	tapFirst(t, ts.phone("resident"))
	require.NoError(t, ts.skip(t.Context(), 5*24*time.Hour))

	secretary, _, err := town.office(t.Context(), ts.app)
	require.NoError(t, err)
	resident, err := ts.app.people.ByTelegram(t.Context(), secretary.Community, ts.phone("resident").Account().ID)
	require.NoError(t, err)
	var over []time.Time
	require.NoError(t, ts.app.db.Select(&over, `SELECT day FROM lunch_days WHERE state = 'over' ORDER BY day`))
	require.Len(t, over, 2, "Friday and Monday")
	var orders []lunch.Order
	require.NoError(t, ts.app.db.Select(&orders, `
		SELECT day, person_id AS person, coalesce(by_id, 0) AS by, how, portions, outcome FROM lunch_orders
		WHERE state = 'ordered' AND day <= $1 ORDER BY day, id`, over[1]))
	by, own := map[lunch.How]int{}, 0
	for _, o := range orders {
		require.NotEmpty(t, o.Outcome, "a meal of %s", o.Day.Format(time.DateOnly))
		by[o.How]++
		if o.Person == resident.ID {
			own++
		}
	}
	require.Equal(t, 1, own, "nobody orders for who is played")
	require.GreaterOrEqual(t, len(orders), 2*12)
	for _, how := range []lunch.How{lunch.ByStanding, lunch.ByTap, lunch.ByPhone} {
		require.Positive(t, by[how], "ordered by %s", how)
	}
	for what, query := range map[string]string{
		"meals that were eaten and not charged": `SELECT count(*) FROM lunch_orders o WHERE o.state = 'ordered' AND o.day <= '2026-11-30'
			AND o.outcome IN ('delivered', 'neighbour', 'came') AND NOT EXISTS (SELECT FROM ledger_entries e WHERE e.key = 'meal:' || o.id)`,
		"messages that failed":        `SELECT count(*) FROM outbox WHERE state IN ('failed', 'uncertain')`,
		"days of this week unwritten": `SELECT count(*) FROM lunch_days d WHERE d.day <= '2026-12-04' AND NOT EXISTS (SELECT FROM lunch_menus m WHERE m.day = d.day)`,
		"places nobody came to": `SELECT count(*) FROM assignments a JOIN shifts s ON s.id = a.shift_id JOIN persons p ON p.id = a.person_id
			WHERE s.activity <> 'duty' AND s.over_at IS NOT NULL AND a.ended_at IS NULL AND a.arrived_at IS NULL AND p.telegram IS NULL`,
	} {
		var n int
		require.NoError(t, ts.app.db.Get(&n, query), what)
		require.Zero(t, n, what)
	}
	o, err := ts.app.lunch.Open(t.Context(), secretary.Community, ledger.Month(2026, time.December))
	require.NoError(t, err)
	require.Equal(t, o.Before+o.In-o.Out, o.After)
}
