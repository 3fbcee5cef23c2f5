package main

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestATownMindsItsChildren opens the hall of a town and moves the clock over two days of
// school on which nobody with a phone does anything.
func TestATownMindsItsChildren(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	ts.life = &life{}
	ts.towns = withHall(ts.towns)
	town := ts.towns[0]
	ts.stop() // as a demo is furnished: nothing is due to anybody before all of it is there
	a, err := build(t.Context(), ts.settings())
	require.NoError(t, err)
	for range 2 { // a hall that is there is left as it is
		err = errors.Join(err, town.kitchenIn(t.Context(), a), town.childrenIn(t.Context(), a), town.weekIn(t.Context(), a))
	}
	err = errors.Join(err, a.close())
	ts.start()
	require.NoError(t, err)
	for _, key := range hallPhones {
		town.bot.Phone(town.neighbour(key).account).Start("")
	}
	ts.settleDown()
	require.NoError(t, ts.skip(t.Context(), 2*24*time.Hour+10*time.Hour)) // until Wednesday evening

	var failed []string
	require.NoError(t, ts.app.db.Select(&failed, `SELECT state || ' ' || topic || ' ' || args::text FROM outbox WHERE state IN ('failed', 'uncertain')`))
	require.Empty(t, failed)
	for what, query := range map[string]string{
		"children who are not with their own": `SELECT count(*) FROM care_custody WHERE until IS NULL AND place NOT IN ('out', 'school')`,
		"shifts before the first children come": `SELECT count(*) FROM shifts
			WHERE activity IN ('walk', 'mind') AND cancelled_at IS NULL AND day < (SELECT min(day) FROM care_days)`,
		"children who were lost": `SELECT count(*) FROM care_custody WHERE place = 'missing'`,
		"bookings of which nobody knows what became": `SELECT count(*) FROM care_bookings
			WHERE day <= '2026-11-25' AND state = 'booked' AND outcome = '' AND part <> 'talk'`,
		"messages that failed": `SELECT count(*) FROM outbox WHERE state IN ('failed', 'uncertain')`,
		"places nobody came to": `SELECT count(*) FROM assignments a JOIN shifts s ON s.id = a.shift_id JOIN persons p ON p.id = a.person_id
			WHERE s.activity IN ('walk', 'mind') AND s.over_at IS NOT NULL AND a.ended_at IS NULL AND a.arrived_at IS NULL AND p.telegram IS NULL`,
	} {
		var n int
		require.NoError(t, ts.app.db.Get(&n, query), what)
		require.Zero(t, n, what)
	}
	for what, query := range map[string]string{
		"came at noon":                          `SELECT count(*) FROM care_bookings WHERE outcome = 'came' AND part = 'noon'`,
		"came after school":                     `SELECT count(*) FROM care_bookings WHERE outcome = 'came' AND part = 'after'`,
		"were collected by somebody known":      `SELECT count(*) FROM care_custody WHERE how = 'known'`,
		"were collected by one who was checked": `SELECT count(*) FROM care_custody WHERE how = 'hand'`,
		"were charged":                          `SELECT count(*) FROM ledger_entries WHERE book = 'childcare' AND code = 'charge'`,
		"ate in the kitchen":                    `SELECT cardinality(guests) FROM lunch_days WHERE day = '2026-11-25'`,
	} {
		var n int
		require.NoError(t, ts.app.db.Get(&n, query), what)
		require.Positive(t, n, what)
	}
	ts.keepsSecrets(ts.lines)
}
