package childcare_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestWhoLooksForAChildIsLeftAQuarterOfAnHour: those who run the hall are not rung while one
// of them looks for it; who decides is, the case is opened as ever, and then all ring again.
func TestWhoLooksForAChildIsLeftAQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	second := y.is("Second lead", access.Childcare)
	y.awaits()
	y.pass(16, 2)
	_, err := y.care.Fetched(y.ctx, y.ann, y.sitting["after.fetch"], tang.id)
	require.NoError(t, err)
	y.pass(16, 10)
	rung := []string{"Tang's mother", "Lead", "Second lead"}
	require.Equal(t, rung, y.told("care.missing"))
	booking := tang.booking[childcare.After]
	require.True(t, refusal.Is(y.care.LooksFor(y.ctx, y.ann, booking), refusal.NotFound), "a carer is not rung, and silences nobody")
	require.True(t, refusal.Is(y.care.LooksFor(y.ctx, tang.mother, booking), refusal.NotFound))
	y.pass(16, 12)
	for range 2 {
		require.NoError(t, y.care.LooksFor(y.ctx, y.lead, booking))
	}
	require.Equal(t, []string{"Tang's mother", "Second lead"}, y.told("care.looks"))
	for _, minute := range []int{15, 20, 25} {
		y.pass(16, minute)
		rung = append(rung, "Tang's mother")
		require.Equal(t, rung, y.told("care.missing"), "%d", minute)
	}
	require.Len(t, y.desk.urgent, 1)
	y.pass(16, 30)
	rung = append(rung, "Tang's mother", "Lead", "Second lead")
	require.Equal(t, rung, y.told("care.missing"))
	require.NoError(t, y.care.LooksFor(y.ctx, second, booking))
	y.pass(16, 35)
	require.Equal(t, append(rung, "Tang's mother"), y.told("care.missing"))
	_, err = y.care.Found(y.ctx, y.ann, booking, "")
	require.NoError(t, err)
	was := len(y.told("care.looks"))
	require.NoError(t, y.care.LooksFor(y.ctx, y.lead, booking))
	require.Len(t, y.told("care.looks"), was, "it is found")
}
