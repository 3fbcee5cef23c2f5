package roster_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/roster"
)

func TestAPatternsShiftOfADay(t *testing.T) {
	t.Parallel()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	at := calendar.ClockAt
	days := calendar.Days{"2026-10-01": calendar.Off, "2026-10-10": calendar.Work}
	for _, row := range []struct {
		name    string
		pattern roster.Pattern
		day     time.Time
		from    string // "" where it has none
		until   string
	}{
		{"a Monday's day", roster.Pattern{Weekday: 1, From: at(8, 0), Until: at(20, 0)}, time.Date(2026, 11, 23, 15, 0, 0, 0, shanghai), "2026-11-23T08:00:00+08:00", "2026-11-23T20:00:00+08:00"},
		{"its night goes on into the Tuesday", roster.Pattern{Weekday: 1, From: at(20, 0), Until: at(8, 0)}, time.Date(2026, 11, 23, 0, 0, 0, 0, shanghai), "2026-11-23T20:00:00+08:00", "2026-11-24T08:00:00+08:00"},
		{"a day and a night", roster.Pattern{Weekday: 7, From: at(8, 0), Until: at(8, 0)}, time.Date(2026, 11, 29, 9, 0, 0, 0, shanghai), "2026-11-29T08:00:00+08:00", "2026-11-30T08:00:00+08:00"},
		{"not on another day", roster.Pattern{Weekday: 1, From: at(8, 0), Until: at(20, 0)}, time.Date(2026, 11, 24, 9, 0, 0, 0, shanghai), "", ""},
		{"not on a holiday", roster.Pattern{Weekday: 4, Runs: roster.Workdays, From: at(8, 0), Until: at(20, 0)}, time.Date(2026, 10, 1, 9, 0, 0, 0, shanghai), "", ""},
		{"on a holiday alone", roster.Pattern{Weekday: 4, Runs: roster.Holidays, From: at(8, 0), Until: at(20, 0)}, time.Date(2026, 10, 1, 9, 0, 0, 0, shanghai), "2026-10-01T08:00:00+08:00", "2026-10-01T20:00:00+08:00"},
		{"on a Saturday that makes up for one", roster.Pattern{Weekday: 6, Runs: roster.Workdays, From: at(8, 0), Until: at(20, 0)}, time.Date(2026, 10, 10, 9, 0, 0, 0, shanghai), "2026-10-10T08:00:00+08:00", "2026-10-10T20:00:00+08:00"},
		{"not on a usual Saturday", roster.Pattern{Weekday: 6, Runs: roster.Workdays, From: at(8, 0), Until: at(20, 0)}, time.Date(2026, 10, 17, 9, 0, 0, 0, shanghai), "", ""},
		{"the night in which clocks go forward", roster.Pattern{Weekday: 6, From: at(20, 0), Until: at(8, 0)}, time.Date(2026, 3, 28, 9, 0, 0, 0, berlin), "2026-03-28T20:00:00+01:00", "2026-03-29T08:00:00+02:00"},
		{"the last of a month", roster.Pattern{Weekday: 2, From: at(20, 0), Until: at(8, 0)}, time.Date(2026, 6, 30, 9, 0, 0, 0, berlin), "2026-06-30T20:00:00+02:00", "2026-07-01T08:00:00+02:00"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			sh, ok := row.pattern.On(row.day, days)
			require.Equal(t, row.from != "", ok)
			if ok {
				require.Equal(t, row.from, sh.StartsAt.Format(time.RFC3339))
				require.Equal(t, row.until, sh.EndsAt.Format(time.RFC3339))
			}
		})
	}
}
