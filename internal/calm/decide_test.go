package calm_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calm"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

func TestWhatMayDisturbWhomWhen(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name           string
		manner         calm.Manner
		quiet, working bool
		want           calm.Verdict
	}{
		{"an answer by day", calm.Prompt, false, false, calm.Ring},
		{"a task by day", calm.Own, false, false, calm.Ring},
		{"news by day", calm.News, false, false, calm.Ring},
		{"a task by day, on a shift", calm.Own, false, true, calm.Ring},
		{"an answer at night", calm.Prompt, true, false, calm.Hush},
		{"a task at night", calm.Own, true, false, calm.Keep},
		{"news at night", calm.News, true, false, calm.Keep},
		{"the community's word by day", calm.Word, false, false, calm.Ring},
		{"the community's word at night", calm.Word, true, false, calm.Keep},
		{"an alarm at night", calm.Alarm, true, false, calm.Ring},
		{"an answer on a night shift", calm.Prompt, true, true, calm.Hush},
		{"a task on a night shift", calm.Own, true, true, calm.Hush},
		{"news on a night shift", calm.News, true, true, calm.Hush},
	} {
		require.Equal(t, row.want, calm.Decide(row.manner, row.quiet, row.working), row.name)
	}
}

func TestWhatADayMayBring(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 5, 0, 0, time.UTC)
	for _, row := range []struct {
		name           string
		manner         calm.Manner
		serves, silent bool
		want           outbox.Allowance
	}{
		{"a task to a member", calm.Own, true, false, outbox.Allowance{Day: now, Sounding: 6}},
		{"an answer to a member", calm.Prompt, true, false, outbox.Allowance{Day: now, Sounding: 6}},
		{"news to a member", calm.News, true, false, outbox.Allowance{Day: now, Sounding: 6}},
		{"a silent task to a member", calm.Own, true, true, outbox.Allowance{}},
		{"silent news to a member", calm.News, true, true, outbox.Allowance{}},
		{"news to a resident", calm.News, false, false, outbox.Allowance{Day: now, Unasked: 3}},
		{"silent news to a resident", calm.News, false, true, outbox.Allowance{Day: now, Unasked: 3}},
		{"the community's word to a resident", calm.Word, false, false, outbox.Allowance{}},
		{"the community's word to a member", calm.Word, true, false, outbox.Allowance{Day: now, Sounding: 6}},
		{"an alarm to a member", calm.Alarm, true, false, outbox.Allowance{}},
		{"a resident's own matter", calm.Own, false, false, outbox.Allowance{}},
		{"an answer to a resident", calm.Prompt, false, false, outbox.Allowance{}},
	} {
		require.Equal(t, row.want, calm.Allow(row.manner, calm.Reader{Serves: row.serves, Silent: row.silent, Now: now}), row.name)
	}
}

func TestSomebodysNight(t *testing.T) {
	t.Parallel()
	usual := community.Community{QuietFrom: 20*60 + 30, QuietUntil: 7*60 + 30}
	own := func(from, until int) people.Person { return people.Person{QuietFrom: &from, QuietUntil: &until} }
	for _, row := range []struct {
		name    string
		person  people.Person
		zone    string
		at      string
		quiet   bool
		morning string
	}{
		{"a minute before the evening", people.Person{}, "Asia/Shanghai", "2026-11-23 20:29:59", false, "2026-11-24T07:30:00+08:00"},
		{"the evening", people.Person{}, "Asia/Shanghai", "2026-11-23 20:30:00", true, "2026-11-24T07:30:00+08:00"},
		{"midnight", people.Person{}, "Asia/Shanghai", "2026-11-24 00:00:00", true, "2026-11-24T07:30:00+08:00"},
		{"a minute before the morning", people.Person{}, "Asia/Shanghai", "2026-11-24 07:29:59", true, "2026-11-24T07:30:00+08:00"},
		{"the morning", people.Person{}, "Asia/Shanghai", "2026-11-24 07:30:00", false, "2026-11-25T07:30:00+08:00"},
		{"the last night of a year", people.Person{}, "Asia/Shanghai", "2026-12-31 23:00:00", true, "2027-01-01T07:30:00+08:00"},
		{"before one's own evening", own(22*60, 6*60), "Asia/Shanghai", "2026-11-23 21:59:00", false, "2026-11-24T06:00:00+08:00"},
		{"one's own evening", own(22*60, 6*60), "Asia/Shanghai", "2026-11-23 22:00:00", true, "2026-11-24T06:00:00+08:00"},
		{"a nap", own(13*60, 15*60), "Asia/Shanghai", "2026-11-23 14:00:00", true, "2026-11-23T15:00:00+08:00"},
		{"at night, of who is quiet at noon", own(13*60, 15*60), "Asia/Shanghai", "2026-11-23 23:00:00", false, "2026-11-24T15:00:00+08:00"},
		{"never", own(0, 0), "Asia/Shanghai", "2026-11-24 03:00:00", false, "2026-11-24T07:30:00+08:00"},
		{"clocks go forward", people.Person{}, "Europe/Berlin", "2026-03-28 23:00:00", true, "2026-03-29T07:30:00+02:00"},
		{"and back", people.Person{}, "Europe/Berlin", "2026-10-24 23:00:00", true, "2026-10-25T07:30:00+01:00"},
		{"a night that ends in an hour that is not", own(20*60, 2*60+30), "Europe/Berlin", "2026-03-29 01:59:00", true, "2026-03-29T03:30:00+02:00"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(row.zone)
			require.NoError(t, err)
			at, err := time.ParseInLocation(time.DateTime, row.at, zone)
			require.NoError(t, err)
			hours := calm.Of(row.person, usual)
			require.Equal(t, row.quiet, hours.Quiet(at))
			require.Equal(t, row.morning, hours.Morning(at).Format(time.RFC3339))
			require.False(t, hours.Quiet(hours.Morning(at)), "the morning is no night")
		})
	}
}
