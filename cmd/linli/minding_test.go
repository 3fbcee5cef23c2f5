package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// TestWhoMindsChildrenIsPlannedWhereSomeCome: not in a break, nor on a day that is called
// off; and again on a day that opens after all.
func TestWhoMindsChildrenIsPlannedWhereSomeCome(t *testing.T) {
	t.Parallel()
	p := played(t, "minding.en.dlg", `> at 2026-11-23 09:05:00
> hall member
> carer member2
> minding walk_after 2 member2
> minding mind_after 2 member2
`)
	ctx, care, lead, carer := t.Context(), p.app.childcare, p.runsHall(), p.somebody("member2")
	first := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	second := first.AddDate(0, 0, 7)
	works := func() (n int) {
		for _, day := range []time.Time{first, second} {
			all, err := roster.HeldOn(ctx, p.app.db, lead.Community, carer, day, roster.Walk, roster.Mind)
			require.NoError(t, err)
			n += len(all)
		}
		return n
	}
	told := func() (shifts []int) {
		require.NoError(t, p.app.db.Select(&shifts, `
			SELECT jsonb_array_length(args->'shifts') FROM outbox WHERE topic = 'plan.cancelled' AND person_id = $1 ORDER BY id`, carer))
		return shifts
	}
	require.Equal(t, 4, works())
	for range 2 {
		require.NoError(t, care.SetBreak(ctx, lead, childcare.Break{From: first, Until: second, Kind: childcare.Shut}))
		require.Zero(t, works())
		require.Equal(t, []int{4}, told(), "once, of all days")
	}
	require.NoError(t, care.SetBreak(ctx, lead, childcare.Break{From: first, Until: second, Kind: childcare.Free}))
	require.Equal(t, 2, works(), "families bring their children: nobody is fetched")
	require.NoError(t, care.DropBreak(ctx, lead, first))
	require.Equal(t, 4, works())
	require.NoError(t, care.CallOff(ctx, lead, first, "snow"))
	require.Equal(t, 2, works())
	require.Equal(t, []int{4, 2}, told())
	require.NoError(t, care.CloseHouse(ctx, people.Actor{Community: lead.Community, Person: p.office().Person}, "nobody comes"))
	require.Zero(t, works())
	require.Equal(t, []int{4, 2, 2}, told())
}
