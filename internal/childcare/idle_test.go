package childcare_test

import (
	"context"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
)

// followed counts how often the roster is told that the days changed, by whom.
type followed []int64

func (f *followed) Uncleared(context.Context, *sqlx.Tx, people.Change) error { return nil }

func (f *followed) MindingFollows(_ context.Context, _ *sqlx.Tx, _, by int64) error {
	*f = append(*f, by)
	return nil
}

// TestWhichWorkNoChildNeeds: as a day is kept, whether it is made already or not.
func TestWhichWorkNoChildNeeds(t *testing.T) {
	t.Parallel()
	walk, mind := "walk", "mind"
	none, both := []string{}, []string{walk, mind}
	h := newHall(t)
	var told followed
	h.care.Staffed(&told)
	idle := func(day int) []string {
		all, err := h.care.Idle(h.ctx, h.db, h.id, dayAt(day), dayAt(day))
		require.NoError(t, err)
		works := []string{}
		for _, one := range all {
			require.True(t, one.Day.Equal(dayAt(day)))
			works = append(works, string(one.Work))
		}
		return works
	}
	breaks := func(from, until int, kind childcare.BreakKind) childcare.Break {
		return childcare.Break{From: dayAt(from), Until: dayAt(until), Kind: kind}
	}
	const made, far = 26, 45 // a Thursday that is made, and a Tuesday that is none yet
	for _, day := range []int{made, far} {
		require.Equal(t, none, idle(day), "a day with school")
		for _, one := range []struct {
			kind childcare.BreakKind
			idle []string
		}{{childcare.Shut, both}, {childcare.Free, []string{walk}}, {childcare.Lessons, none}} {
			require.NoError(t, h.care.SetBreak(h.ctx, h.hua, breaks(day, day, one.kind)))
			require.Equal(t, one.idle, idle(day), "%d: %s", day, one.kind)
		}
		require.NoError(t, h.care.SetBreak(h.ctx, h.hua, breaks(day, day, childcare.Shut)))
		require.NoError(t, h.care.DropBreak(h.ctx, h.hua, dayAt(day)))
		require.Equal(t, none, idle(day), "open again")
	}
	require.Len(t, told, 10, "the roster follows each")
	require.Equal(t, h.hua.Person, told[0])
	require.Equal(t, both, idle(28), "a Saturday")
	require.NoError(t, h.care.CallOff(h.ctx, h.hua, h.tuesday, "the pipes burst"))
	require.Equal(t, both, idle(24), "called off")
	require.Len(t, told, 11)
	require.NoError(t, h.care.CloseHouse(h.ctx, h.secretary, "moved out"))
	require.Equal(t, both, idle(made))
	require.Equal(t, both, idle(far), "nobody minds children any more")
	require.Len(t, told, 12, "once, of all its days")
	require.Equal(t, h.secretary.Person, told[11])
}

// TestATalkNeedsNobodyElse: who counsels is the one who minds then.
func TestATalkNeedsNobodyElse(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	all, err := h.care.Patterns(h.ctx, h.id)
	require.NoError(t, err)
	for _, p := range all {
		require.NoError(t, h.care.EndPattern(h.ctx, h.hua, p.ID))
	}
	h.talk(h.meet("Counsellor"), 16, 30)
	for _, day := range []int{24, 45} {
		idle, err := h.care.Idle(h.ctx, h.db, h.id, dayAt(day), dayAt(day))
		require.NoError(t, err)
		require.Len(t, idle, 2, "%d", day)
	}
}
