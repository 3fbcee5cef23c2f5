package inbox_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/inbox"
)

func TestTheKeeperSeesWhatWaitsAndWhatIsParked(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	health := func() inbox.Health {
		h, err := w.box.Health(t.Context())
		require.NoError(t, err)
		return h
	}
	require.Equal(t, inbox.Health{}, health())
	rows := w.put(w.update(1, 10), w.update(2, 20), w.update(3, 30))
	w.park(rows[0])
	w.clk.Advance(3 * time.Minute)
	w.put(w.update(4, 40))
	require.Equal(t, inbox.Health{Waiting: 3, Parked: 1, Oldest: 3 * time.Minute}, health())
	w.done(rows...)
	require.Equal(t, inbox.Health{Waiting: 1}, health())
}
