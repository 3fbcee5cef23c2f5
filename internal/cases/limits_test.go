package cases

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestHowManyReportsOnePersonMayBring(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	every := func(n int, gap time.Duration) (ago []time.Time) {
		for i := range n {
			ago = append(ago, now.Add(-time.Duration(i+1)*gap))
		}
		return ago
	}
	for name, row := range map[string]struct {
		brought []time.Time
		limits  []Limit
		want    time.Time // zero: now
	}{
		"the first":                               {nil, Floods, time.Time{}},
		"seven in ten minutes":                    {every(7, time.Minute), Floods, time.Time{}},
		"eight in ten minutes":                    {every(8, time.Minute), Floods, now.Add(2 * time.Minute)},
		"eight in twelve minutes":                 {every(8, 90*time.Second), Floods, time.Time{}},
		"nineteen in a day":                       {every(19, time.Hour), Floods, time.Time{}},
		"twenty in a day":                         {every(20, time.Hour), Floods, now.Add(4 * time.Hour)},
		"twenty at once wait for the longer time": {every(20, time.Second), Floods, now.Add(24*time.Hour - 20*time.Second)},
		"a prankster's second":                    {every(1, time.Hour), Pranks, time.Time{}},
		"a prankster's third":                     {every(2, time.Hour), Pranks, now.Add(22 * time.Hour)},
		"a prankster's third on the next day":     {every(2, 12*time.Hour), Pranks, time.Time{}},
		"where nothing is limited":                {every(100, time.Second), nil, time.Time{}},
	} {
		require.Equal(t, row.want, nextReport(row.brought, now, row.limits), name)
	}
	for _, l := range append(Floods, Pranks...) {
		require.LessOrEqual(t, l.Most, most, "the limits look back so far")
		require.LessOrEqual(t, l.Within, prankMemory)
	}
}
