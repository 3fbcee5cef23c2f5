package childcare

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calendar"
)

// on is a day of October 2026; the first is a Thursday.
func on(day int) time.Time { return time.Date(2026, 10, day, 0, 0, 0, 0, time.UTC) }

// TestHowADayIsKept: as a break says, and otherwise as the calendar does.
func TestHowADayIsKept(t *testing.T) {
	t.Parallel()
	days := calendar.Days{"2026-10-01": calendar.Off, "2026-10-10": calendar.Work, "2026-10-11": calendar.Work}
	breaks := []Break{
		{From: on(19), Until: on(23), Kind: Free},
		{From: on(21), Until: on(21), Kind: Shut},
		{From: on(22), Until: on(22), Kind: Lessons, Like: 2},
		{From: on(24), Until: on(24), Kind: Lessons, Like: 4},
		{From: on(25), Until: on(25), Kind: Lessons},
		{From: on(1), Until: on(2), Kind: Free},
	}
	for _, r := range []struct {
		day  int
		br   []Break
		want kept
		why  string
	}{
		{5, nil, kept{school: true, weekday: 1}, "an ordinary Monday"},
		{3, nil, kept{weekday: 6}, "a weekend is free of school"},
		{1, nil, kept{shut: true, weekday: 4}, "on a holiday nobody minds children"},
		{1, breaks, kept{weekday: 4}, "unless somebody wrote that it is"},
		{10, nil, kept{school: true, weekday: 5}, "a Saturday that makes up runs as a Friday"},
		{11, nil, kept{school: true, weekday: 1}, "a Sunday as a Monday"},
		{19, breaks, kept{weekday: 1}, "the first day of the break"},
		{23, breaks, kept{weekday: 5}, "the last"},
		{26, breaks, kept{school: true, weekday: 1}, "the day after"},
		{21, breaks, kept{shut: true, weekday: 3}, "of two breaks the one that began last counts"},
		{22, breaks, kept{school: true, weekday: 2}, "school in the break, as on a Tuesday"},
		{24, breaks, kept{school: true, weekday: 4}, "a Saturday as the lead says"},
		{25, breaks, kept{school: true, weekday: 1}, "or as it usually does"},
	} {
		require.Equal(t, r.want, keeps(on(r.day), days, r.br), r.why)
	}
}

// TestWhatRunsOnADay: of its weekdays, and with school or without.
func TestWhatRunsOnADay(t *testing.T) {
	t.Parallel()
	for _, r := range []struct {
		p    Pattern
		k    kept
		want bool
	}{
		{Pattern{Weekdays: Weekdays{1, 2}}, kept{school: true, weekday: 2}, true},
		{Pattern{Weekdays: Weekdays{1, 2}}, kept{school: true, weekday: 3}, false},
		{Pattern{Weekdays: Weekdays{1, 2}}, kept{weekday: 2}, false},
		{Pattern{Weekdays: Weekdays{1, 2}, Free: true}, kept{weekday: 2}, true},
		{Pattern{Weekdays: Weekdays{1, 2}, Free: true}, kept{school: true, weekday: 2}, false},
		{Pattern{Weekdays: Weekdays{1, 2}, Free: true}, kept{shut: true, weekday: 2}, false},
	} {
		require.Equal(t, r.want, r.p.runs(r.k), "%v %v", r.p, r.k)
	}
}
