package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestACrowdMovesIn: each of them has a home, most a phone to which the bot may write,
// and a demo that begins again over the same data has the same crowd.
func TestACrowdMovesIn(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	const size = 2*crowdHouse + 10
	gathered := func() *crowd {
		ts.crowds = nil
		require.NoError(t, ts.crowded(t.Context(), size))
		return ts.crowds[0]
	}
	c := gathered()
	again := gathered()
	require.Len(t, again.met, len(c.met))
	require.Same(t, c.met[0], again.met[0])
	var n struct{ Homed, Phones, Doors, Houses int }
	require.NoError(t, ts.app.db.Get(&n, `
		SELECT count(household_id) AS homed, count(telegram) AS phones, count(DISTINCT household_id) AS doors, count(DISTINCT building_id) AS houses
		FROM persons WHERE building_id IN (SELECT id FROM buildings WHERE name IN ('4', '5', '6'))`))
	require.Equal(t, size, n.Homed)
	require.Equal(t, (size+crowdFamily-1)/crowdFamily, n.Doors)
	require.Equal(t, 3, n.Houses)
	require.Len(t, c.met, n.Phones)
	require.InDelta(t, size*(100-crowdOffline)/100, n.Phones, 12)
	require.True(t, c.met[0].Chat().Started)
}
