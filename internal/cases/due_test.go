package cases

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/luck"
)

// TestWhatSomebodyHasAlwaysHasAMomentToCome: whatever happened to a case before, and
// however late it is, as long as somebody has it and its clocks do not stand there is a
// moment after all that was seen to; also where nobody has taken it, from when the
// present rung of its ladder was asked.
func TestWhatSomebodyHasAlwaysHasAMomentToCome(t *testing.T) {
	t.Parallel()
	luck.Check(t, func(t *rapid.T) {
		r := office()
		if rapid.Bool().Draw(t, "never open") {
			r.duty = calendar.Duty{}
		}
		opened := *moved(0)
		later := func(name string, than time.Time) time.Time {
			return than.Add(time.Duration(rapid.IntRange(0, 120*24*60).Draw(t, name)) * time.Minute)
		}
		asked := later("asked", opened)
		due := opened.Add(72 * time.Hour)
		c := Case{
			Status: rapid.SampledFrom([]Status{Open, Assigned, Taken, Waiting}).Draw(t, "status"),
			Kind:   rapid.SampledFrom([]string{"", "lamp", "water", "road", "neighbours"}).Draw(t, "kind"),
			Urgent: rapid.Bool().Draw(t, "urgent"), Step: rapid.IntRange(0, 12).Draw(t, "step"),
			OpenedAt: &opened, DueAt: &due, AskedAt: &asked, WaitFor: ForParts,
		}
		if c.Urgent && rapid.Bool().Draw(t, "danger") {
			c.Danger = "gas"
		}
		for range rapid.IntRange(0, 3).Draw(t, "pauses") {
			from := later("paused", opened)
			c.Pauses = append(c.Pauses, calendar.Pause{From: from, Until: later("until", from)})
		}
		if by, runs := r.doneBy(c); runs {
			c.DoneBy = &by
		}
		if rapid.Bool().Draw(t, "taken") {
			at := later("taken at", opened)
			c.TakenAt = &at
		}
		if rapid.Bool().Draw(t, "comes") {
			at := later("comes at", opened)
			c.ComingAt = &at
		}
		seen := later("seen to", opened)
		if untaken(c.Status) {
			seen = asked // every rung that is climbed, and every new holder, is asked anew
		}
		c.SeenTo = &seen
		all := r.moments(c)
		require.True(t, len(all) > 0 && all[len(all)-1].at.After(seen), "seen to %v, and then %v", seen, all)
	})
}
