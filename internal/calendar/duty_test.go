package calendar

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linli-bot/linli/internal/luck"
)

var office = Span{ClockAt(8, 0), ClockAt(18, 0)}

func zone(t require.TestingT, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// moment reads a time of the wall, "2026-10-01 08:00".
func moment(t require.TestingT, text string, loc *time.Location) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, loc)
	require.NoError(t, err)
	return at
}

// pause reads "from/until"; without an until it is not over.
func pause(t require.TestingT, from, until string, loc *time.Location) Pause {
	p := Pause{From: moment(t, from, loc)}
	if until != "" {
		p.Until = moment(t, until, loc)
	}
	return p
}

func TestDutyHoursCountOnlyWhileTheOfficeWorks(t *testing.T) {
	t.Parallel()
	china := embeddedNotices[2026].Days()
	night := Span{ClockAt(1, 0), ClockAt(4, 0)} // where clocks are changed
	for _, c := range []struct {
		name, zone string
		hours      Span
		start      string
		work       time.Duration
		want       string
	}{
		{"within a day", "Asia/Shanghai", office, "2026-11-23 09:05", 2 * time.Hour, "2026-11-23 11:05"},
		{"over a night", "Asia/Shanghai", office, "2026-11-23 17:00", 2 * time.Hour, "2026-11-24 09:00"},
		{"said at night", "Asia/Shanghai", office, "2026-11-23 23:00", time.Hour, "2026-11-24 09:00"},
		{"said before it opens", "Asia/Shanghai", office, "2026-11-23 06:00", time.Hour, "2026-11-23 09:00"},
		{"until it closes, and not the next morning", "Asia/Shanghai", office, "2026-11-23 17:00", time.Hour, "2026-11-23 18:00"},
		{"over a weekend", "Asia/Shanghai", office, "2026-11-27 17:00", 2 * time.Hour, "2026-11-30 09:00"},
		{"on a Saturday", "Asia/Shanghai", office, "2026-11-28 10:00", time.Hour, "2026-11-30 09:00"},
		{"over the Spring Festival, with a Saturday before it worked", "Asia/Shanghai", office, "2026-02-13 17:00", 11 * time.Hour, "2026-02-14 18:00"},
		{"over the Spring Festival", "Asia/Shanghai", office, "2026-02-14 17:00", 2 * time.Hour, "2026-02-24 09:00"},
		{"over National Day, into a Saturday that is worked", "Asia/Shanghai", office, "2026-09-30 17:00", 31 * time.Hour, "2026-10-10 18:00"},
		{"on a Sunday that is worked", "Asia/Shanghai", office, "2026-01-04 07:00", time.Hour, "2026-01-04 09:00"},
		{"over the end of a month", "Asia/Shanghai", office, "2026-06-30 17:30", time.Hour, "2026-07-01 08:30"},
		{"over the end of a year, of which the next is not known", "Asia/Shanghai", office, "2026-12-31 17:00", 2 * time.Hour, "2027-01-01 09:00"},
		{"over the end of February in a leap year", "Asia/Shanghai", office, "2028-02-29 17:00", 2 * time.Hour, "2028-03-01 09:00"},
		{"nothing is due at once", "Asia/Shanghai", office, "2026-11-28 10:00", 0, "2026-11-28 10:00"},
		{"a day when clocks are put forward is no shorter for the office", "Europe/Berlin", office, "2026-03-27 17:00", 11 * time.Hour, "2026-03-30 18:00"},
		{"a night worked while clocks are put forward is an hour shorter", "Europe/Berlin", night, "2026-03-29 00:30", 3 * time.Hour, "2026-03-30 02:00"},
		{"a night worked while clocks are put back is an hour longer", "Europe/Berlin", night, "2026-10-25 00:30", 4 * time.Hour, "2026-10-25 04:00"},
		{"and in New York", "America/New_York", night, "2026-03-08 00:30", 3 * time.Hour, "2026-03-09 02:00"},
		{"half an hour on Lord Howe", "Australia/Lord_Howe", night, "2026-04-05 00:30", 3*time.Hour + 30*time.Minute, "2026-04-05 04:00"},
		{"and forward", "Australia/Lord_Howe", night, "2026-10-04 00:30", 3 * time.Hour, "2026-10-05 01:30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			loc, days := zone(t, c.zone), china
			if c.hours == night { // the clocks change on Sundays
				days = Days{"2026-03-29": Work, "2026-10-25": Work, "2026-03-08": Work, "2026-04-05": Work, "2026-10-04": Work}
			}
			d := Duty{c.hours, days, loc}
			got, ok := d.Add(moment(t, c.start, loc), c.work)
			require.True(t, ok)
			require.Equal(t, c.want, got.In(loc).Format("2006-01-02 15:04"))
			require.Equal(t, c.work, d.Between(moment(t, c.start, loc), got), "the time between is what was added")
		})
	}
}

func TestPausesDoNotCount(t *testing.T) {
	t.Parallel()
	loc := zone(t, "Asia/Shanghai")
	d := Duty{office, nil, loc}
	start := moment(t, "2026-11-23 09:00", loc) // a Monday
	for _, c := range []struct {
		name   string
		pauses []Pause
		duty   string // in duty hours, four of them
		plain  string // by the clock
	}{
		{"none", nil, "2026-11-23 13:00", "2026-11-23 13:00"},
		{"an hour", []Pause{pause(t, "2026-11-23 10:00", "2026-11-23 11:00", loc)}, "2026-11-23 14:00", "2026-11-23 14:00"},
		{"from before", []Pause{pause(t, "2026-11-20 10:00", "2026-11-23 11:00", loc)}, "2026-11-23 15:00", "2026-11-23 15:00"},
		{"over the night", []Pause{pause(t, "2026-11-23 12:00", "2026-11-24 09:00", loc)}, "2026-11-24 10:00", "2026-11-24 10:00"},
		{
			"two that overlap",
			[]Pause{pause(t, "2026-11-23 11:00", "2026-11-23 13:00", loc), pause(t, "2026-11-23 10:00", "2026-11-23 12:00", loc)},
			"2026-11-23 16:00", "2026-11-23 16:00",
		},
		{"two", []Pause{pause(t, "2026-11-23 10:00", "2026-11-23 17:00", loc), pause(t, "2026-11-23 17:30", "2026-11-24 10:00", loc)}, "2026-11-24 12:30", "2026-11-24 12:30"},
		{"in the night alone", []Pause{pause(t, "2026-11-23 20:00", "2026-11-24 07:00", loc)}, "2026-11-23 13:00", "2026-11-23 13:00"},
		{"later than all", []Pause{pause(t, "2026-11-23 14:00", "", loc)}, "2026-11-23 13:00", "2026-11-23 13:00"},
		{"one that is not over", []Pause{pause(t, "2026-11-23 10:00", "", loc)}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, way := range []struct {
				want string
				add  func() (time.Time, bool)
			}{
				{c.duty, func() (time.Time, bool) { return d.Add(start, 4*time.Hour, c.pauses...) }},
				{c.plain, func() (time.Time, bool) { return After(start, 4*time.Hour, c.pauses...) }},
			} {
				got, ok := way.add()
				require.Equal(t, way.want != "", ok)
				if ok {
					require.Equal(t, way.want, got.In(loc).Format("2006-01-02 15:04"))
				}
			}
		})
	}
	open := pause(t, "2026-11-23 10:00", "", loc)
	require.Equal(t, time.Hour, d.Between(start, start.AddDate(0, 0, 7), open), "a pause that is not over goes on")
}

func TestAnOfficeThatNeverOpens(t *testing.T) {
	t.Parallel()
	d := Duty{Span{}, nil, time.UTC}
	_, ok := d.Add(moment(t, "2026-11-23 09:00", time.UTC), time.Hour)
	require.False(t, ok)
	_, ok = d.Next(moment(t, "2026-11-23 09:00", time.UTC))
	require.False(t, ok)
}

// oracle is the office minute by minute: on each day it opens when the wall shows
// From or more for the first time, and closes when it shows Until or more.
type oracle struct {
	d      Duty
	opened map[Date]bool
	closed map[Date]bool
}

func (o *oracle) works(at time.Time) bool {
	at = at.In(o.d.Zone)
	day := DateOf(at)
	o.opened[day] = o.opened[day] || of(at) >= o.d.Hours.From
	o.closed[day] = o.closed[day] || of(at) >= o.d.Hours.Until
	return o.d.Days.Workday(at) && o.opened[day] && !o.closed[day]
}

// TestDutyHoursAgreeWithCountingMinutes: over the days on which clocks change, and
// the holidays, in several zones, against counting every single minute.
func TestDutyHoursAgreeWithCountingMinutes(t *testing.T) {
	t.Parallel()
	china := embeddedNotices[2026].Days()
	changes := []string{"2026-03-06", "2026-03-27", "2026-04-03", "2026-10-02", "2026-10-23", "2026-10-30", "2026-02-12", "2026-12-30", "2026-09-04", "2026-04-23"}
	zones := []string{"Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Beirut", "Africa/Cairo"}
	luck.Check(t, func(t *rapid.T) {
		loc := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		from := rapid.IntRange(0, 1438).Draw(t, "from")
		d := Duty{Span{Clock(from), Clock(rapid.IntRange(from+1, 1439).Draw(t, "until"))}, Days{}, loc}
		for day, kind := range china {
			d.Days[day] = kind
		}
		begin := moment(t, rapid.SampledFrom(changes).Draw(t, "begin")+" 00:00", loc)
		for i := range 7 { // the clocks change on a Sunday: let it be worked
			if rapid.Bool().Draw(t, fmt.Sprint("worked ", i)) {
				d.Days[DateOf(begin.AddDate(0, 0, i))] = Work
			}
		}
		start := begin.Add(time.Duration(rapid.IntRange(0, 3*24*60).Draw(t, "start")) * time.Minute)
		var pauses []Pause
		for range rapid.IntRange(0, 3).Draw(t, "pauses") {
			p := start.Add(time.Duration(rapid.IntRange(-600, 4000).Draw(t, "at")) * time.Minute)
			pauses = append(pauses, Pause{p, p.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "long")) * time.Minute)})
		}
		agree(t, d, begin, start, pauses)
	})
}

// agree goes through eight days minute by minute.
func agree(t *rapid.T, d Duty, begin, start time.Time, pauses []Pause) {
	o := &oracle{d, map[Date]bool{}, map[Date]bool{}}
	work, next := time.Duration(0), time.Time{}
	for at := begin; at.Before(begin.AddDate(0, 0, 8)); at = at.Add(time.Minute) {
		works := o.works(at)
		if got := d.In(at); got != works {
			t.Fatalf("%s: works %v, counted %v", at, got, works)
		}
		if at.Before(start) || !works {
			continue
		}
		if next.IsZero() {
			next = at
			if got, ok := d.Next(start); !ok || !got.Equal(next) {
				t.Fatalf("next after %s: %s, counted %s", start, got, next)
			}
		}
		if paused(at, pauses) {
			continue
		}
		work += time.Minute
		if got, ok := d.Add(start, work, pauses...); !ok || !got.Equal(at.Add(time.Minute)) {
			t.Fatalf("%s and %s: %s, counted %s", start, work, got, at.Add(time.Minute))
		}
	}
	if got := d.Between(start, begin.AddDate(0, 0, 8), pauses...); got != work {
		t.Fatalf("between %s and eight days later: %s, counted %s", start, got, work)
	}
}

func paused(at time.Time, pauses []Pause) bool {
	for _, p := range pauses {
		if !at.Before(p.From) && at.Before(p.Until) {
			return true
		}
	}
	return false
}
