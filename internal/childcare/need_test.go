package childcare_test

import (
	"context"
	"fmt"
	"slices"
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

// TestWhichWorkChildrenNeed: as a day is kept, and as which weekday it runs, whether it is
// made already or not.
func TestWhichWorkChildrenNeed(t *testing.T) {
	t.Parallel()
	none := []string{}
	both := func(weekday int) []string {
		return []string{fmt.Sprint("walk ", weekday), fmt.Sprint("mind ", weekday)}
	}
	h := newHall(t)
	var told followed
	h.care.Staffed(&told)
	needs := func(day int) []string {
		all, err := h.care.Needs(h.ctx, h.db, h.id, dayAt(day), dayAt(day))
		require.NoError(t, err)
		works := []string{}
		for _, of := range []childcare.Work{childcare.Walk, childcare.Minding} {
			at := slices.IndexFunc(all, func(n childcare.Need) bool { return n.Work == of })
			if at >= 0 {
				works = append(works, fmt.Sprint(of, " ", all[at].Weekday))
			}
		}
		return works
	}
	differs := func(day int, kind childcare.BreakKind, like int) {
		b := childcare.Break{From: dayAt(day), Until: dayAt(day), Kind: kind, Like: like}
		require.NoError(t, h.care.SetBreak(h.ctx, h.hua, b))
	}
	for day, weekday := range map[int]int{26: 4, 45: 2} { // a Thursday that is made, and a Tuesday that is none yet
		require.Equal(t, both(weekday), needs(day), "a day with school")
		for _, one := range []struct {
			kind  childcare.BreakKind
			like  int
			needs []string
		}{
			{childcare.Shut, 0, none}, {childcare.Free, 0, both(weekday)[1:]}, {childcare.Lessons, 0, both(weekday)}, {childcare.Lessons, 1, both(1)},
		} {
			differs(day, one.kind, one.like)
			require.Equal(t, one.needs, needs(day), "%d: %s like %d", day, one.kind, one.like)
		}
		differs(day, childcare.Shut, 0)
		require.NoError(t, h.care.DropBreak(h.ctx, h.hua, dayAt(day)))
		require.Equal(t, both(weekday), needs(day), "open again")
	}
	require.Len(t, told, 12, "the roster follows each")
	require.Equal(t, h.hua.Person, told[0])
	for _, saturday := range []int{28, 49} {
		require.Equal(t, none, needs(saturday), "a Saturday")
		differs(saturday, childcare.Lessons, 0)
		require.Equal(t, both(5), needs(saturday), "one that makes up for some day runs as the nearest")
		differs(saturday, childcare.Lessons, 3)
		require.Equal(t, both(3), needs(saturday), "one that makes up for a Wednesday")
	}
	require.Len(t, told, 16)
	require.NoError(t, h.care.CallOff(h.ctx, h.hua, h.tuesday, "the pipes burst"))
	require.Equal(t, none, needs(24), "called off")
	require.Len(t, told, 17)
	require.NoError(t, h.care.CloseHouse(h.ctx, h.secretary, "moved out"))
	for _, day := range []int{26, 28, 45, 49} {
		require.Equal(t, none, needs(day), "nobody minds children any more")
	}
	require.Len(t, told, 18, "once, of all its days")
	require.Equal(t, h.secretary.Person, told[17])
}

// TestWhenChildrenNeedSomebody: with school at noon and after it, without it all day.
func TestWhenChildrenNeedSomebody(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	for _, day := range []int{26, 45} { // a Thursday that is made, and a Tuesday that is none yet
		when := func(of childcare.Work) (spans []string) {
			all, err := h.care.Needs(h.ctx, h.db, h.id, dayAt(day), dayAt(day))
			require.NoError(t, err)
			slices.SortFunc(all, func(a, b childcare.Need) int { return a.From.Compare(b.From) })
			for _, n := range all {
				require.True(t, n.Day.Equal(dayAt(day)))
				if n.Work == of {
					spans = append(spans, n.From.In(h.zone).Format("15:04")+"-"+n.Until.In(h.zone).Format("15:04"))
				}
			}
			return slices.Compact(spans)
		}
		require.Equal(t, []string{"11:40-12:00", "13:40-14:00", "16:00-16:20"}, when(childcare.Walk))
		require.Equal(t, []string{"12:00-12:40", "12:40-13:40", "16:20-18:00"}, when(childcare.Minding))
		require.NoError(t, h.care.SetBreak(h.ctx, h.hua, childcare.Break{From: dayAt(day), Until: dayAt(day), Kind: childcare.Free}))
		require.Empty(t, when(childcare.Walk))
		require.Equal(t, []string{"08:00-12:00", "12:00-12:40", "12:40-14:00", "14:00-18:00"}, when(childcare.Minding))
	}
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
		needs, err := h.care.Needs(h.ctx, h.db, h.id, dayAt(day), dayAt(day))
		require.NoError(t, err)
		require.Empty(t, needs, "%d", day)
	}
}

func TestOnWhichWeekdaysChildrenAreMinded(t *testing.T) {
	t.Parallel()
	school := childcare.Pattern{What: childcare.Mind, Weekdays: childcare.Weekdays{1, 3, 6}}
	whole := childcare.Pattern{What: childcare.Mind, Weekdays: childcare.Weekdays{3, 6}, Free: true}
	talk := childcare.Pattern{What: childcare.Counselled, Weekdays: childcare.Weekdays{4}}
	for what, c := range map[string]struct {
		patterns []childcare.Pattern
		want     []int
	}{
		"nothing": {nil, nil},
		"school, of which there is none on Saturday": {[]childcare.Pattern{school}, []int{1, 3}},
		"a whole day, also on Saturday":              {[]childcare.Pattern{whole, school}, []int{1, 3, 6}},
		"who talks is minded by nobody":              {[]childcare.Pattern{talk}, nil},
	} {
		require.Equal(t, c.want, childcare.MindedOn(c.patterns), what)
	}
}
