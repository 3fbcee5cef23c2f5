package flow

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What the buttons of a pause say: the old ones, and those that waited over midnight,
// ask again or begin tomorrow, never in the past.
func TestButtonsOfAPause(t *testing.T) {
	t.Parallel()
	tomorrow := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	friday := tomorrow.AddDate(0, 0, 3)
	for value, want := range map[string]pause{
		"":            {from: tomorrow, days: -1},
		"over":        {from: tomorrow, days: -1, over: true},
		"other":       {from: tomorrow, days: -1, other: true},
		"7":           {from: tomorrow, days: 7},
		"0":           {from: tomorrow, days: 0},
		"20261124.7":  {from: tomorrow, days: 7},
		"20261127":    {from: friday, days: -1},
		"20261127.14": {from: friday, days: 14},
		"20261127.0":  {from: friday, days: 0},
		"20261123.7":  {from: tomorrow, days: -1}, // it waited over midnight
		"20261127.x":  {from: friday, days: -1},
		"-1":          {from: tomorrow, days: -1},
		"99":          {from: tomorrow, days: -1},
		"never":       {from: tomorrow, days: -1},
	} {
		require.Equal(t, want, pauseOf(value, tomorrow), value)
	}
	require.Nil(t, pause{from: friday}.until(), "until they say so")
	require.Equal(t, friday.AddDate(0, 0, 14), *pause{from: friday, days: 14}.until())
}
