package cases

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/community"
)

// shanghai is the zone of these tests, and at a time of its wall.
var shanghai = time.FixedZone("CST", 8*60*60)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", text, shanghai)
	require.NoError(t, err)
	return when
}

// office works on weekdays from 8 to 18, and not on Friday 27 November.
func office() rules {
	return rules{kinds: community.DefaultKinds, duty: calendar.Duty{
		Hours: calendar.Span{From: calendar.ClockAt(8, 0), Until: calendar.ClockAt(18, 0)},
		Days:  calendar.Days{"2026-11-27": calendar.Off}, Zone: shanghai,
	}}
}

func TestByWhenItIsToBeDone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, opened string
		of           Case
		duty         bool
		want         string
	}{
		{"a lamp: seven days", "2026-11-23 09:05", Case{Kind: "lamp"}, false, "2026-11-30 09:05"},
		{"what nobody has named: as other things", "2026-11-23 09:05", Case{}, false, "2026-11-30 09:05"},
		{"water: a day, nights and holidays counted", "2026-11-26 22:00", Case{Kind: "water"}, false, "2026-11-27 22:00"},
		{"heating: a day", "2026-11-23 09:05", Case{Kind: "heating"}, false, "2026-11-24 09:05"},
		{"power, gas and lift: a day", "2026-11-23 09:05", Case{Kind: "lift"}, false, "2026-11-24 09:05"},
		{"a road, which is hard: fifteen days", "2026-11-23 09:05", Case{Kind: "road"}, false, "2026-12-08 09:05"},
		{"danger: two hours", "2026-11-23 23:05", Case{Kind: "lamp", Urgent: true, Danger: "gas"}, false, "2026-11-24 01:05"},
		{"urgent without danger: a day", "2026-11-23 09:05", Case{Kind: "lamp", Urgent: true}, false, "2026-11-24 09:05"},
		{"urgent since its third day: a day from then", "2026-11-23 09:05", Case{Kind: "lamp", Urgent: true, UrgentAt: moved(48 * time.Hour)}, false, "2026-11-26 09:05"},
		{"urgent never makes it later", "2026-11-23 09:05", Case{Kind: "water", Urgent: true, UrgentAt: moved(20 * time.Hour)}, false, "2026-11-24 09:05"},
		{"in office hours: over nights, a holiday and a weekend", "2026-11-25 16:00", Case{Kind: "water"}, true, "2026-12-01 10:00"},
		{"said in the night, in office hours", "2026-11-22 23:00", Case{Kind: "water"}, true, "2026-11-25 12:00"},
		{"paused a day for the resident", "2026-11-23 09:05", Case{Kind: "lamp", Pauses: Pauses{{From: *moved(time.Hour), Until: *moved(25 * time.Hour)}}}, false, "2026-12-01 09:05"},
		{"paused in the night alone, in office hours: no later", "2026-11-23 09:05", Case{Kind: "water", Pauses: Pauses{{From: *moved(10 * time.Hour), Until: *moved(20 * time.Hour)}}}, true, "2026-11-25 13:05"},
		{"waiting for the resident: no clock runs", "2026-11-23 09:05", Case{Kind: "lamp", Pauses: Pauses{{From: *moved(time.Hour)}}}, false, "never"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := office()
			r.kinds = append(community.Kinds(nil), r.kinds...)
			for i := range r.kinds {
				r.kinds[i].Duty = c.duty
			}
			opened := at(t, c.opened)
			c.of.OpenedAt = &opened
			by, runs := r.doneBy(c.of)
			got := "never"
			if runs {
				got = by.In(shanghai).Format("2006-01-02 15:04")
			}
			require.Equal(t, c.want, got)
		})
	}
}

// moved is so long after the Monday morning on which most of these cases were opened.
func moved(d time.Duration) *time.Time {
	at := time.Date(2026, 11, 23, 9, 5, 0, 0, shanghai).Add(d)
	return &at
}

func TestWhatTheClocksSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		of   Case
		want string
	}{
		{"not taken: the next after two office hours", Case{Status: Assigned, Kind: "lamp"}, "climb 23 11:05, slip 25 21:05, charge 26 09:05"},
		{"asked late: the next the morning after", Case{Status: Assigned, Kind: "lamp", AskedAt: moved(8 * time.Hour)}, "climb 24 09:05, slip 25 21:05, charge 26 09:05"},
		{"danger: the next after ten minutes, also at night", Case{Status: Assigned, Urgent: true, Danger: "gas", AskedAt: moved(10 * time.Hour)}, "slip 23 09:35, slip 23 11:05, climb 23 19:15, charge 26 09:05"},
		{"danger of yesterday that whoever took it has left: as all else", Case{Status: Assigned, Kind: "gas", Urgent: true, Danger: "gas", AskedAt: moved(26 * time.Hour)}, "slip 23 09:35, slip 23 11:05, climb 24 13:05, charge 26 09:05"},
		{"with the secretary: again a working day later", Case{Status: Assigned, Kind: "lamp", Step: 4}, "climb 24 09:05, slip 25 21:05, charge 26 09:05"},
		{"danger with the secretary: after half an hour", Case{Status: Assigned, Kind: "gas", Urgent: true, Danger: "gas", Step: 4}, "climb 23 09:35, slip 23 09:35, slip 23 11:05, charge 26 09:05"},
		{"without a kind: asked twice within half an hour of the office", Case{Status: Assigned}, "unnamed 23 09:20, unsure 23 09:30, climb 23 11:05, slip 25 21:05, charge 26 09:05"},
		{"taken without a kind: they name it as they go", Case{Status: Taken}, "warn 29 09:05, slip 29 21:05, late 30 09:05, charge 30 11:05, silent 01 11:05"},
		{"taken: warned, told, late, to who is in charge, handed over", Case{Status: Taken, Kind: "lamp"}, "warn 29 09:05, slip 29 21:05, late 30 09:05, charge 30 11:05, silent 01 11:05"},
		{"taken, in danger", Case{Status: Taken, Kind: "gas", Urgent: true, Danger: "gas"}, "warn 23 10:35, slip 23 10:50, late 23 11:05, charge 23 11:20, silent 24 11:20"},
		{"they come, and the time goes by", Case{Status: Taken, Kind: "lamp", ComingAt: moved(5 * time.Hour)}, "coming 23 15:05, warn 29 09:05, slip 29 21:05, late 30 09:05, charge 30 11:05, silent 01 11:05"},
		{"waiting for parts: the clock runs", Case{Status: Waiting, WaitFor: ForParts, Kind: "water"}, "warn 24 03:05, slip 24 06:05, late 24 09:05, charge 24 11:05, silent 25 11:05"},
		{"late for long, and its clocks seen to: looked at again on the third working day", Case{Status: Taken, Kind: "water", SeenTo: moved(30 * 24 * time.Hour)}, "warn 24 03:05, slip 24 06:05, late 24 09:05, charge 24 11:05, silent 25 11:05, still 28 09:05"},
		{"an end is proposed: the clock runs, and is not its holder's", Case{Status: Proposed, Kind: "water"}, "slip 24 06:05, late 24 09:05, charge 24 11:05"},
		{"waiting for the resident: nothing", Case{Status: Waiting, WaitFor: ForResident, Kind: "lamp", Pauses: Pauses{{From: *moved(time.Hour)}}}, ""},
		{"done", Case{Status: Done, Kind: "lamp"}, ""},
		{"held", Case{Status: Held, Kind: "lamp"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, k := office(), c.of
			k.OpenedAt, k.DueAt = moved(0), moved(72*time.Hour)
			if k.AskedAt == nil {
				k.AskedAt = moved(0)
			}
			if by, runs := r.doneBy(k); runs {
				k.DoneBy = &by
			}
			var got []string
			for _, m := range r.moments(k) {
				got = append(got, string(m.what)+" "+m.at.In(shanghai).Format("02 15:04"))
			}
			require.Equal(t, c.want, strings.Join(got, ", "))
		})
	}
}

func TestTimesFromWhichOneIsPicked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, now string
		urgent    bool
		want      string
	}{
		{"in the morning", "2026-11-23 09:05", false, "23 09:45, 23 11:30, 23 14:00, 23 16:00, 24 09:00"},
		{"in the evening", "2026-11-23 20:00", false, "23 20:30, 24 09:00, 24 14:00, 24 16:00, 25 09:00"},
		{"before a holiday and a weekend", "2026-11-26 17:50", false, "26 18:30, 26 20:00, 30 09:00, 30 14:00, 30 16:00"},
		{"on a Sunday", "2026-11-29 09:05", false, "29 09:45, 29 11:30, 30 09:00, 30 14:00, 30 16:00"},
		{"at night", "2026-11-23 23:00", false, "24 09:00, 24 14:00, 24 16:00, 25 09:00, 25 14:00"},
		{"urgent, in the evening", "2026-11-23 20:00", true, "23 20:30, 23 22:00, 24 09:00, 24 14:00, 24 16:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, when := range office().times(Case{Urgent: c.urgent}, at(t, c.now)) {
				got = append(got, when.In(shanghai).Format("02 15:04"))
			}
			require.Equal(t, c.want, strings.Join(got, ", "))
		})
	}
}
