package outbox_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/outbox"
)

func TestTheKeeperSeesWhatIsLateAndWhatIsUncertain(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	health := func() outbox.Health {
		h, err := w.box.Health(t.Context())
		require.NoError(t, err)
		return h
	}
	require.Equal(t, outbox.Health{}, health())
	w.enqueue(
		outbox.Row{Key: "now", Person: 1, Topic: "x", Due: noon, Urgency: outbox.Notice},
		outbox.Row{Key: "later", Person: 2, Topic: "x", Due: noon.Add(time.Hour), Urgency: outbox.Notice})
	w.clk.Advance(7 * time.Minute)
	require.Equal(t, outbox.Health{Due: 1, Oldest: 7 * time.Minute}, health())
	rows := w.claimMost(10)
	require.Len(t, rows, 1)
	require.Equal(t, 1, health().Due, "it is on its way")
	require.NoError(t, w.box.Uncertain(t.Context(), rows[0]))
	require.Equal(t, outbox.Health{}, health())
	n, err := w.box.CountUncertain(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n)
}
