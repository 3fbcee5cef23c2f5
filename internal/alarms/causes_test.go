package alarms_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/alarms"
)

func TestWhatIsWrong(t *testing.T) {
	t.Parallel()
	room := func(mb int64) alarms.Room { return alarms.Room{Known: true, FreeMB: mb} }
	for _, c := range []struct {
		name string
		is   alarms.Readings
		want string
	}{
		{"nothing", alarms.Readings{}, ""},
		{"plenty of room", alarms.Readings{Disk: room(500)}, ""},
		{"an update that waits for a moment", alarms.Readings{Inbox: 5*time.Minute - 1}, ""},
		{"one that waits too long", alarms.Readings{Inbox: 5 * time.Minute}, "inbox 5"},
		{"messages that take a while", alarms.Readings{Outbox: 10*time.Minute - time.Second}, ""},
		{"messages that do not go out", alarms.Readings{Outbox: 2 * time.Hour}, "outbox 120"},
		{"one that failed", alarms.Readings{Parked: 1}, "parked 1"},
		{"some that were not sent", alarms.Readings{Unsent: 7}, "unsent 7"},
		{"little room", alarms.Readings{Disk: room(499)}, "disk 499"},
		{"no room", alarms.Readings{Disk: room(0)}, "disk 0"},
		{"a deploy that was mended twice", alarms.Readings{Restarts: 3}, ""},
		{"one start after the other", alarms.Readings{Restarts: 4}, "restarts 4"},
		{
			"everything", alarms.Readings{Inbox: time.Hour, Outbox: time.Hour, Parked: 2, Unsent: 3, Restarts: 9, Disk: room(1)},
			"inbox 60, outbox 60, parked 2, unsent 3, disk 1, restarts 9",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range alarms.Check(c.is) {
				got = append(got, fmt.Sprint(f.Code, " ", f.Figure))
			}
			require.Equal(t, c.want, strings.Join(got, ", "))
		})
	}
}

func TestNothingIsToldTwiceWithinAnHour(t *testing.T) {
	t.Parallel()
	for _, c := range alarms.Causes {
		require.GreaterOrEqual(t, c.Again, time.Hour, c.Code)
	}
}
