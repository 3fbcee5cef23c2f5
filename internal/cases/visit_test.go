package cases

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReturnDaysSpread(t *testing.T) {
	t.Parallel()
	full := func(n int) map[int]int {
		days := map[int]int{}
		for day := returnFrom; day <= returnUntil; day++ {
			days[day] = n
		}
		return days
	}
	for _, row := range []struct {
		name    string
		planned map[int]int
		want    int
	}{
		{"nothing is planned: after two weeks", nil, 14},
		{"that day has one: the next", map[int]int{14: 1}, 15},
		{"what is before or after does not count", map[int]int{13: 9, 29: 9}, 14},
		{"all days are full: the first again", full(2), 14},
		{"the last is freest", func() map[int]int { d := full(3); d[28] = 1; return d }(), 28},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, row.want, returnDay(row.planned))
		})
	}
}

func TestVisitsFallDueInTheForenoon(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 8*3600)
	for _, row := range []struct{ name, at, want string }{
		{"early: the same day", "2026-11-23 09:59", "2026-11-23 10:00"},
		{"at ten: the next", "2026-11-23 10:00", "2026-11-24 10:00"},
		{"at night, over the end of a month", "2026-11-30 23:30", "2026-12-01 10:00"},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", row.at, zone)
		require.NoError(t, err)
		require.Equal(t, row.want, nextForenoon(at).Format("2006-01-02 15:04"), row.name)
	}
}
