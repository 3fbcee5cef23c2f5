package clock_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestFrozenClockMovesOnlyWhenMoved(t *testing.T) {
	t.Parallel()
	c := clock.Frozen(noon)
	require.Equal(t, noon, c.Now())
	c.Advance(2 * time.Minute)
	require.Equal(t, noon.Add(2*time.Minute), c.Now())
}

func TestUntilWakesWhenTheClockIsMoved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.Frozen(noon)
		woken := make(chan error, 1)
		go func() { woken <- c.Until(t.Context(), noon.Add(time.Hour)) }()
		synctest.Wait()
		c.Advance(59 * time.Minute)
		synctest.Wait()
		require.Empty(t, woken, "an hour has not passed yet")
		c.Advance(time.Minute)
		require.NoError(t, <-woken)
	})
}

func TestUntilWakesByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.New()
		start := c.Now()
		require.NoError(t, c.Until(t.Context(), start.Add(time.Hour)))
		require.Equal(t, start.Add(time.Hour), c.Now())
	})
}

func TestUntilEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, clock.Frozen(noon).Until(ctx, noon.Add(time.Hour)), context.Canceled)
}
