package roster_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

func TestWhoseShiftsAndWhatIsFree(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	day := w.shift(w.at(0, calendar.ClockAt(10, 0)), w.at(0, calendar.ClockAt(12, 0)), 2)
	night := w.shift(w.at(0, calendar.ClockAt(20, 0)), w.at(1, calendar.ClockAt(8, 0)), 1)
	later := w.shift(w.at(2, calendar.ClockAt(9, 0)), w.at(2, calendar.ClockAt(10, 0)), 1)
	for _, sh := range []roster.Shift{day, night} {
		_, err := w.db.Exec(`
			INSERT INTO assignments (community_id, shift_id, person_id, places, starts_at, ends_at, seat, how, since)
			SELECT community_id, id, $3, places, starts_at, ends_at, 1, 'given', $4 FROM shifts WHERE community_id = $1 AND id = $2`,
			w.id, sh.ID, w.li.Person, w.clk.Now())
		require.NoError(t, err)
	}
	of := func(a people.Actor, from, until time.Time) []int64 {
		t.Helper()
		all, err := roster.Of(w.ctx, w.db, a, from, until)
		require.NoError(t, err)
		return idsOf(all)
	}
	now := w.clk.Now()
	require.Empty(t, of(w.li, now, now))
	require.Equal(t, []int64{day.ID, night.ID}, of(w.li, now, now.Add(15*time.Hour)))
	require.Equal(t, []int64{night.ID}, of(w.li, day.EndsAt, now.Add(24*time.Hour)), "what is over is not theirs any more")
	require.Equal(t, []int64{day.ID}, of(w.li, day.StartsAt, day.StartsAt))
	require.Empty(t, of(w.wang, now, now.Add(15*time.Hour)))

	holes := func(until time.Time) []int64 {
		t.Helper()
		all, err := w.roster.Holes(w.ctx, w.id, now, until)
		require.NoError(t, err)
		return idsOf(all)
	}
	require.Equal(t, []int64{day.ID}, holes(now.Add(48*time.Hour)), "one place of two; the night is full")
	require.Equal(t, []int64{day.ID, later.ID}, holes(now.Add(49*time.Hour)))
}

func idsOf(all []roster.Shift) []int64 {
	ids := make([]int64, len(all))
	for i, sh := range all {
		ids[i] = sh.ID
	}
	return ids
}

// TestWhoFitsIsWhoMayHaveAPlace: who has a part in a shift, and is here, is known in
// Go and in SQL, and both say the same.
func TestWhoFitsIsWhoMayHaveAPlace(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	deputy, helper, gone := w.meet("Deputy"), w.meet("Helper"), w.member("Gone", w.area)
	require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, deputy.Person))
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, helper.Person, access.Volunteer, 0))
	_, err := w.people.Away(w.ctx, w.secretary, w.wang.Person, nil)
	require.NoError(t, err)
	back := w.at(3, 0)
	_, err = w.people.Away(w.ctx, w.secretary, w.zhao.Person, &back)
	require.NoError(t, err)
	_, err = w.db.Exec(`UPDATE persons SET presence = 'moved' WHERE id = $1`, gone.Person)
	require.NoError(t, err)
	for day, area := range map[int]int64{1: w.area, 2: w.east, 3: 0, 5: w.area} {
		sh, err := w.roster.AddShift(w.ctx, w.secretary, roster.Once{
			Activity: roster.Duty, Area: area, Slot: roster.Day, Places: 10,
			From: w.at(day, calendar.ClockAt(8, 0)), Until: w.at(day, calendar.ClockAt(20, 0)),
		})
		require.NoError(t, err)
		fit, err := w.roster.Fit(w.ctx, w.secretary, sh.ID)
		require.NoError(t, err)
		var inSQL, inGo []string
		for _, p := range fit {
			inSQL = append(inSQL, p.Name)
		}
		for _, a := range []people.Actor{w.secretary, deputy, w.li, w.wang, w.zhao, w.far, w.mei, helper, gone} {
			if _, err := w.roster.Assign(w.ctx, w.secretary, sh.ID, a.Person); err == nil {
				inGo = append(inGo, a.Name)
			}
		}
		require.NotEmpty(t, inGo)
		require.ElementsMatch(t, inSQL, inGo, "day %d, area %d", day, area)
	}
}
