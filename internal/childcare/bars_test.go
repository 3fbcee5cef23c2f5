package childcare_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
)

// TestWhoWasJustBarredRings: that somebody was barred half an hour ago is no alarm, and
// keeps none from being raised.
func TestWhoWasJustBarredRings(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	y.inHall(tang, y.ann)
	hu, err := y.care.AddCollector(y.ctx, tang.mother, childcare.Collector{Child: tang.id, Name: "Mr Hu", Barred: true})
	require.NoError(t, err)
	y.clk.Advance(30 * time.Minute)
	for range 2 {
		require.NoError(t, y.care.Barred(y.ctx, y.ann, tang.id, hu.ID))
		require.Equal(t, []string{"Tang's mother", "Lead"}, y.told("care.barred"), "once")
		require.Len(t, y.desk.urgent, 1)
	}
	y.clk.Advance(61 * time.Minute)
	require.NoError(t, y.care.Barred(y.ctx, y.ann, tang.id, hu.ID))
	require.Len(t, y.told("care.barred"), 4, "an hour later again")
}
