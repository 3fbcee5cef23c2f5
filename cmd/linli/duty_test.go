package main

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/stretchr/testify/require"
)

// TestOnesOwnShiftsComeInOnesOwnWords reads the file that a phone's calendar gets.
func TestOnesOwnShiftsComeInOnesOwnWords(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"zh": "白天值班：海阳社区", "en": "On duty, day: Haiyang"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			ts := newTestStage(t, lang)
			require.NoError(t, ts.towns[0].weekIn(t.Context(), ts.app))
			c, err := ts.app.communities.ByBot(t.Context(), ts.towns[0].botID())
			require.NoError(t, err)
			p, err := ts.app.people.ByTelegram(t.Context(), c.ID, ts.phone("member").Account().ID)
			require.NoError(t, err)

			name, data, err := ts.app.house.File(t.Context(), c.ID, fmt.Sprintf("shifts:%d", p.ID))
			require.NoError(t, err)
			require.Contains(t, name, ".ics")
			cal, err := ics.ParseCalendar(bytes.NewReader(data))
			require.NoError(t, err)
			require.Len(t, cal.Events(), 13)
			require.Equal(t, want, cal.Events()[0].GetProperty(ics.ComponentPropertySummary).Value)
			from, err := cal.Events()[0].GetStartAt()
			require.NoError(t, err)
			require.Equal(t, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), from.UTC(), "tomorrow at eight, there")

			for _, none := range []string{"shifts:", "shifts:x", "shifts:999999"} {
				_, _, err := ts.app.house.File(t.Context(), c.ID, none)
				require.Error(t, err, none)
			}
		})
	}
}

// TestTheDemoBeginsWithSomebodyOnDuty, at every hour of the day; all that they find
// is their day, pinned without a sound.
func TestTheDemoBeginsWithSomebodyOnDuty(t *testing.T) {
	t.Parallel()
	for _, begin := range []time.Time{monday, monday.Add(18 * time.Hour)} { // at 9:05, and at 3:05
		ts := newTestStageAt(t, "en", begin)
		before := len(ts.phone("member").Chat().Messages)
		for range 2 { // a town that is kept stays as it is
			require.NoError(t, ts.towns[0].watchNow(t.Context(), ts.app))
			require.NoError(t, ts.towns[0].weekIn(t.Context(), ts.app))
		}
		c, err := ts.app.communities.ByBot(t.Context(), ts.towns[0].botID())
		require.NoError(t, err)
		for hour := range 48 {
			at := begin.Add(time.Duration(hour) * time.Hour)
			turns, err := ts.app.roster.Turns(t.Context(), c.ID, at, at.Add(time.Second))
			require.NoError(t, err)
			require.Len(t, turns, 1, "%s", at)
			require.Len(t, turns[0].Persons, 1, "%s", at)
		}
		require.NoError(t, ts.skip(t.Context(), 9*time.Minute))
		told := ts.phone("member").Chat().Messages[before:]
		require.Len(t, told, 2, "the page, and that it was pinned")
		require.True(t, told[0].Pinned && told[0].Silent)
		require.Equal(t, "pinned", told[1].Service)
	}
}
