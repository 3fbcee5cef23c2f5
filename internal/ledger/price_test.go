package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestThePriceOfAPortion(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spent    int64
		portions int
		step     int64
		want     int64
	}{
		"it divides":                {80_000, 100, 1, 800},
		"a rest is everybody's":     {80_001, 100, 1, 801},
		"to half a yuan":            {80_001, 100, 50, 850},
		"on the step already":       {80_000, 100, 50, 800},
		"one portion":               {123, 1, 100, 200},
		"nothing was spent":         {0, 30, 50, 0},
		"somebody gave more":        {-500, 30, 50, 0},
		"no step: the unit":         {100, 3, 0, 34},
		"more portions than money":  {3, 100, 1, 1},
		"a day with the dearest":    {ledger.MaxAmount, 1, 1, ledger.MaxAmount},
		"shared by a whole village": {ledger.MaxAmount, 7_500, 10, 13_340},
	} {
		got, err := ledger.PerPortion(c.spent, c.portions, c.step)
		require.NoError(t, err, name)
		require.Equal(t, c.want, got, name)
	}
	_, err := ledger.PerPortion(500, 0, 1)
	refused(t, refusal.Invalid, "ledger.no_portions", err)
}

// Whatever a day cost: together they pay it, and nobody pays a step more than a share.
func TestAtCostIsAtCost(t *testing.T) {
	t.Parallel()
	luck.Check(t, func(rt *rapid.T) {
		spent := rapid.Int64Range(1, ledger.MaxAmount).Draw(rt, "spent")
		portions := rapid.IntRange(1, 500).Draw(rt, "portions")
		step := rapid.Int64Range(1, 1000).Draw(rt, "step")
		price, err := ledger.PerPortion(spent, portions, step)
		require.NoError(rt, err)
		require.Zero(rt, price%step)
		require.GreaterOrEqual(rt, price*int64(portions), spent)
		require.Less(rt, (price-step)*int64(portions), spent)
	})
}
