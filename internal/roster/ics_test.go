package roster_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/roster"
)

func TestACalendarFileIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	long := "白天值班，海阳社区东片，" + strings.Repeat("三号楼一单元门口集合；", 8) + `commas, and \ backslashes`
	at := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	shifts := []roster.Shift{
		{Community: 3, ID: 41, StartsAt: at.In(time.FixedZone("there", 8*3600)), EndsAt: at.Add(12 * time.Hour)},
		{Community: 3, ID: 42, StartsAt: at.Add(12 * time.Hour), EndsAt: at.Add(24 * time.Hour)},
	}
	words := map[int64]string{41: long, 42: "On duty, night"}
	file := roster.CalendarFile(shifts, func(sh roster.Shift) string { return words[sh.ID] }, morning)

	require.True(t, utf8.Valid(file))
	for line := range strings.Lines(string(file)) {
		require.True(t, strings.HasSuffix(line, "\r\n"), "%q", line)
		require.LessOrEqual(t, len(strings.TrimSuffix(line, "\r\n")), 75, "%q", line)
	}
	require.NotContains(t, string(file), "VALARM")

	cal, err := ics.ParseCalendar(bytes.NewReader(file))
	require.NoError(t, err)
	require.Len(t, cal.Events(), len(shifts))
	for i, e := range cal.Events() {
		from, err := e.GetStartAt()
		require.NoError(t, err)
		until, err := e.GetEndAt()
		require.NoError(t, err)
		require.True(t, shifts[i].StartsAt.Equal(from))
		require.True(t, shifts[i].EndsAt.Equal(until))
		require.Equal(t, words[shifts[i].ID], ics.FromText(e.GetProperty(ics.ComponentPropertySummary).Value))
	}
	require.Equal(t, "shift-3-41@linli", cal.Events()[0].Id())
}
