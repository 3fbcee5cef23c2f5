package bench

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEveryRowHasASettingAndAName(t *testing.T) {
	t.Parallel()
	for _, r := range rows {
		require.Contains(t, settings, r.setting, r.key)
		list, err := chosen(r.key)
		require.NoError(t, err)
		require.Len(t, list, 1)
	}
	_, err := chosen("quickness")
	require.ErrorContains(t, err, "cpu rate p99")
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	ms := func(n float64) []figures {
		return []figures{{CPU: time.Duration(n * float64(time.Millisecond)), PerSecond: n, Tap: time.Duration(n * float64(time.Millisecond)), Opened: n}}
	}
	for name, c := range map[string]struct {
		row          string
		floor, linli []figures
		met, said    string
	}{
		"twice the floor is allowed":            {"cpu", ms(1), ms(2), "yes", ""},
		"more is too much":                      {"cpu", ms(1), ms(3), "no", "50 % too much"},
		"rounds are averaged":                   {"cpu", append(ms(1), ms(3)...), append(ms(3), ms(5)...), "yes", ""},
		"six tenths of the floor are enough":    {"rate", ms(1000), ms(600), "yes", ""},
		"less is too few":                       {"rate", ms(1000), ms(300), "no", "50 % too few"},
		"a ratio needs a floor":                 {"rate", nil, ms(300), "unknown", ""},
		"a tap is measured by itself":           {"tap", nil, ms(44), "yes", ""},
		"a tap that waits for another call":     {"tap", ms(41), ms(90), "no", "100 % too much"},
		"one connection is one too many":        {"connections", ms(0), ms(1), "no", "1900 % too much"},
		"a floor of nothing has no ratio to it": {"connections", ms(0), ms(0), "yes", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, err := chosen(c.row)
			require.NoError(t, err)
			res := list[0].judge("50 residents", c.floor, c.linli)
			met := "unknown"
			if res.Met != nil {
				met = map[bool]string{true: "yes", false: "no"}[*res.Met]
			}
			require.Equal(t, c.met, met)
			require.Equal(t, c.said, res.Off)
		})
	}
}

func TestTheTableSaysWhatIsNotMet(t *testing.T) {
	t.Parallel()
	list, err := chosen("kill")
	require.NoError(t, err)
	res := list[0].judgeDamage("50 residents, saturated", Damage{Kills: 10, Stuck: 1, Untold: 2})
	var out bytes.Buffer
	require.NoError(t, Report{Results: []Result{res}, Notes: []string{limitsOff}}.Print(&out))
	require.Contains(t, out.String(), "10 kills")
	require.Contains(t, out.String(), "NOT met: 3 too many")
	require.Contains(t, out.String(), "limiter is off")
}

func TestPercentiles(t *testing.T) {
	t.Parallel()
	var list []time.Duration
	for i := range 100 {
		list = append(list, time.Duration(100-i))
	}
	require.Equal(t, time.Duration(51), percentile(list, 0.5))
	require.Equal(t, time.Duration(100), percentile(list, 0.99))
	require.Zero(t, percentile(nil, 0.99))
}
