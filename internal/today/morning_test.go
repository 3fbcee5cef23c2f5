package today_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/today"
)

func TestEveryMorningOnePageToWhoIsInCharge(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var wg sync.WaitGroup
	for range 2 { // replicas
		wg.Go(func() {
			if err := w.today.Begin(w.ctx, w.id); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.pass(22*time.Hour + 39*time.Minute)
	require.Empty(t, w.told(), "7:39")
	w.pass(time.Minute)
	require.Equal(t, []string{"Secretary morning.page"}, w.told())
	require.NoError(t, w.today.Begin(w.ctx, w.id), "a restart")
	w.pass(time.Hour)
	require.Equal(t, []string{"Secretary morning.page"}, w.told(), "doubles nothing")
	w.sent()
	require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, w.li.Person))
	require.NoError(t, w.people.SetAway(w.ctx, w.secretary, true))
	w.sent()
	w.pass(23 * time.Hour)
	require.Equal(t, []string{"Li morning.page"}, w.told(), "the deputy stands in")
}

// Whom Telegram does not reach any more does not keep the page from everybody.
func TestAMorningThatDoesNotReachTheSecretary(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, w.li.Person))
	require.NoError(t, w.today.Begin(w.ctx, w.id))
	w.pass(22*time.Hour + 40*time.Minute)
	w.sent()
	require.NoError(t, w.today.Unreached(w.ctx, w.id, w.secretary.Person))
	require.Empty(t, w.told(), "she is in charge all the same")
	require.NoError(t, w.people.Unreachable(w.ctx, w.id, w.secretary.Person))
	for range 2 {
		require.NoError(t, w.today.Unreached(w.ctx, w.id, w.secretary.Person))
	}
	require.Equal(t, []string{"Li morning.page"}, w.told())
}

func TestAMorningThatComesLate(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		down time.Duration // after nine
		want []string
	}{
		"the same day it comes all the same": {22*time.Hour + 40*time.Minute + 3*time.Hour, []string{"Secretary morning.page"}},
		"of days that are over none comes":   {44 * time.Hour, []string{}},
		"down for days, it is today's":       {48 * time.Hour, []string{"Secretary morning.page"}},
	} {
		w := newTown(t)
		require.NoError(t, w.today.Begin(w.ctx, w.id))
		w.clk.Advance(row.down)
		w.pass(0)
		require.Equal(t, row.want, w.told(), name)
		w.sent()
		for w.sent(); w.clk.Now().In(w.zone).Hour() != 7; w.pass(time.Hour) {
			require.Empty(t, w.told(), name)
		}
		w.pass(time.Hour)
		require.Equal(t, []string{"Secretary morning.page"}, w.told(), "%s, and then as always", name)
	}
}

func TestYesterdaysPage(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 8*3600)
	require.Equal(t, time.Date(2026, 11, 30, 7, 40, 0, 0, zone), today.Since(time.Date(2026, 12, 1, 7, 40, 0, 0, zone)))
	require.Equal(t, time.Date(2026, 11, 30, 7, 40, 0, 0, zone), today.Since(time.Date(2026, 12, 1, 23, 0, 0, 0, zone)))
}
