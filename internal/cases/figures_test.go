package cases

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// days and hours after a case was brought, for figures.
var brought = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

func after(d time.Duration) *time.Time {
	at := brought.Add(d)
	return &at
}

func TestRates(t *testing.T) {
	t.Parallel()
	now := brought.Add(10 * 24 * time.Hour)
	one := func(l Life) []Life { l.Brought = brought; return []Life{l} }
	none, yes, no := Rate{}, Rate{1, 1}, Rate{0, 1}
	for name, row := range map[string]struct {
		life                               Life
		response, resolution, satisfaction Rate
	}{
		"held at the first asking":           {Life{Reached: after(time.Hour), Ended: after(time.Hour), Stands: Held, Word: Held}, yes, yes, yes},
		"half, and then mended":              {Life{Reached: after(time.Hour), Ended: after(time.Hour), Stands: Held, Word: Half}, yes, yes, no},
		"seen on the spot":                   {Life{Reached: after(24 * time.Hour), Ended: after(30 * time.Hour), Stands: Seen}, yes, yes, none},
		"taken a minute too late":            {Life{Reached: after(24*time.Hour + time.Minute), Stands: Taken}, no, no, none},
		"nobody took it":                     {Life{Stands: Assigned}, no, no, none},
		"not confirmed is not settled":       {Life{Reached: after(0), Ended: after(0), Stands: Unconfirmed}, yes, no, none},
		"passed on is no failure":            {Life{Reached: after(0), Ended: after(0), Stands: Referred}, yes, none, none},
		"cannot is no failure":               {Life{Reached: after(0), Ended: after(0), Stands: Cannot}, yes, none, none},
		"a wish is no failure":               {Life{Reached: after(0), Ended: after(0), Stands: Wish}, yes, none, none},
		"nonsense counts for nothing":        {Life{Reached: after(0), Ended: after(0), Stands: Spam}, yes, none, none},
		"a double is counted with the other": {Life{Reached: after(0), Ended: after(0), Stands: Duplicate}, yes, none, none},
		"not fixed, and at work again":       {Life{Reached: after(0), Stands: Taken, Word: NotFixed}, yes, no, no},
	} {
		all := one(row.life)
		require.Equal(t, row.response, Response(all, now), name)
		require.Equal(t, row.resolution, Resolution(all), name)
		require.Equal(t, row.satisfaction, Satisfaction(all), name)
	}
	require.Equal(t, none, Response(one(Life{Stands: Assigned}), brought.Add(23*time.Hour)), "it has a day")
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rate Rate
		want int
	}{{Rate{0, 3}, 0}, {Rate{1, 3}, 33}, {Rate{2, 3}, 67}, {Rate{1, 2}, 50}, {Rate{1, 8}, 13}, {Rate{3, 3}, 100}} {
		got, ok := row.rate.Percent()
		require.True(t, ok)
		require.Equal(t, row.want, got, row.rate)
	}
	_, ok := Rate{}.Percent()
	require.False(t, ok, "of nothing there is no percentage")
}

func TestMedians(t *testing.T) {
	t.Parallel()
	var all []Life
	for _, d := range []time.Duration{9, 1, 4, 2} {
		all = append(all, Life{Brought: brought, Reached: after(d * time.Hour), Ended: after(2 * d * time.Hour), Stands: Held})
	}
	all = append(all, Life{Brought: brought, Reached: nil, Stands: Open}, Life{Brought: brought, Ended: after(0), Stands: Cannot})
	long, of := UntilReached(all)
	require.Equal(t, 4, of)
	require.Equal(t, 2*time.Hour, long, "the lower of the two in the middle")
	long, of = UntilSettled(all)
	require.Equal(t, 4, of)
	require.Equal(t, 4*time.Hour, long, "an honest refusal is not settled")
	_, of = UntilSettled(all[4:])
	require.Zero(t, of)
}
