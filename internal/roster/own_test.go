package roster_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// comes is when somebody comes to their next places in a work, by the town's clock.
func (w *town) comes(who people.Actor) (all []string) {
	w.Helper()
	mine, err := w.roster.Mine(w.ctx, who)
	require.NoError(w, err)
	for _, p := range mine {
		all = append(all, p.In.ArriveAt.In(w.zone).Format("2 15:04"))
	}
	return all
}

// cooksTuesdays is a kitchen in which Ann and Bo cook on Tuesdays, and nothing else is done.
func cooksTuesdays(t *testing.T) (w *town, chef, ann, bo people.Actor) {
	t.Helper()
	w, chef, ann, bo = kitchen(t)
	require.NoError(t, w.roster.AddStint(w.ctx, chef, roster.StintOf(roster.Cook, 2)))
	require.NoError(t, w.roster.SetPlaces(w.ctx, chef, roster.StintOf(roster.Cook, 2), 2))
	require.NoError(t, w.roster.Stand(w.ctx, chef, roster.StintOf(roster.Cook, 2), ann.Person, bo.Person))
	w.pass(w.at(0, calendar.ClockAt(9, 30)))
	return w, chef, ann, bo
}

func minutes(n int) *int { return &n }

// TestAWorkerComesAtATimeOfTheirOwn: for once, or each week, as they or the lead say; it
// moves with the hours of the work, and the reminder with it.
func TestAWorkerComesAtATimeOfTheirOwn(t *testing.T) {
	t.Parallel()
	w, chef, ann, bo := cooksTuesdays(t)
	require.Equal(t, []string{"24 07:45", "1 07:45"}, w.comes(ann))
	first, err := w.roster.Mine(w.ctx, ann)
	require.NoError(t, err)
	for range 2 {
		_, err = w.roster.ComeAt(w.ctx, ann, first[0].ID, minutes(-60))
		require.NoError(t, err)
		require.Equal(t, []string{"24 09:00", "1 07:45"}, w.comes(ann))
	}
	require.Equal(t, []string{"24 07:45", "1 07:45"}, w.comes(bo), "nobody else's time changes")
	var due time.Time
	require.NoError(t, w.db.Get(&due, `SELECT due_at FROM outbox WHERE key = 'place:' || $1::bigint || ':remind:1'`, first[0].ID))
	require.Equal(t, w.at(1, calendar.ClockAt(8, 0)).UTC(), due.UTC())

	require.NoError(t, w.roster.ComeEachWeek(w.ctx, chef, roster.StintOf(roster.Cook, 2), ann.Person, minutes(30)))
	require.Equal(t, []string{"24 07:30", "1 07:30"}, w.comes(ann))
	week, err := w.roster.WorkPlan(w.ctx, chef)
	require.NoError(t, err)
	require.Equal(t, map[int64]int{ann.Person: 30}, week[0].Own)
	require.NoError(t, w.roster.SetHours(w.ctx, chef, roster.StintOf(roster.Cook, 2), calendar.Span{From: calendar.ClockAt(8, 30), Until: calendar.ClockAt(11, 30)}))
	require.Equal(t, []string{"24 08:00", "1 08:00"}, w.comes(ann), "it moves as the work does")
	w.pass(w.at(2, calendar.ClockAt(9, 0)))
	require.NoError(t, w.roster.Do(w.ctx, w.id, "roster.roll", []byte("{}")))
	require.Equal(t, []string{"1 08:00", "8 08:00"}, w.comes(ann), "the weeks to come have it too")
	require.NoError(t, w.roster.ComeEachWeek(w.ctx, ann, roster.StintOf(roster.Cook, roster.Week...), ann.Person, nil))
	require.Equal(t, []string{"1 08:15", "8 08:15"}, w.comes(ann), "and she may say herself that she comes with all")
}

// TestWhoMaySayWhenSomebodyComes, and to when.
func TestWhoMaySayWhenSomebodyComes(t *testing.T) {
	t.Parallel()
	w, chef, ann, bo := cooksTuesdays(t)
	mine, err := w.roster.Mine(w.ctx, ann)
	require.NoError(t, err)
	_, err = w.roster.ComeAt(w.ctx, bo, mine[0].ID, minutes(10))
	require.True(t, refusal.Is(err, refusal.NotFound))
	_, err = w.roster.ComeAt(w.ctx, chef, mine[0].ID, minutes(10))
	require.NoError(t, err)
	cook := roster.StintOf(roster.Cook, 2)
	require.True(t, refusal.Is(w.roster.ComeEachWeek(w.ctx, bo, cook, ann.Person, minutes(10)), refusal.NotFound))
	require.True(t, refusal.Is(w.roster.ComeEachWeek(w.ctx, chef, cook, w.mei.Person, minutes(10)), refusal.NotFound))
	for _, early := range []int{241, -210, -481} {
		refused(t, refusal.Invalid, "roster.bad_time", w.roster.ComeEachWeek(w.ctx, chef, cook, ann.Person, minutes(early)))
		_, err = w.roster.ComeAt(w.ctx, ann, mine[0].ID, minutes(early))
		refused(t, refusal.Invalid, "roster.bad_time", err)
	}
	w.pass(mine[0].StartsAt.Add(-time.Hour))
	_, err = w.roster.Arrive(w.ctx, ann, mine[0].ID)
	require.NoError(t, err)
	_, err = w.roster.ComeAt(w.ctx, ann, mine[0].ID, nil)
	refused(t, refusal.Conflict, "roster.was_there", err)
	crew, err := w.roster.Crew(w.ctx, w.id, day(1))
	require.NoError(t, err)
	require.Len(t, crew, 2)
	require.Equal(t, bo.Person, crew[0].Person, "as they come")
}

// TestWhoComesLaterIsLookedForLater: the lead hears of who is not there when each was to
// be there, not before.
func TestWhoComesLaterIsLookedForLater(t *testing.T) {
	t.Parallel()
	w, chef, ann, bo := cooksTuesdays(t)
	require.NoError(t, w.roster.ComeEachWeek(w.ctx, chef, roster.StintOf(roster.Cook, 2), ann.Person, minutes(-60)))
	mine, err := w.roster.Mine(w.ctx, bo)
	require.NoError(t, err)
	_, err = w.db.Exec(`UPDATE assignments SET arrived_at = $2 WHERE id = $1`, mine[0].ID, w.at(1, calendar.ClockAt(7, 45)))
	require.NoError(t, err)
	w.pass(w.at(1, calendar.ClockAt(9, 5)))
	require.NotContains(t, w.told(), "Ann shift.begun", "she is asked when she was to be there")
	w.pass(w.at(1, calendar.ClockAt(9, 15)))
	require.Contains(t, w.told(), "Ann shift.begun")
	require.NotContains(t, w.told(), "Chef shift.unseen")
	w.pass(w.at(1, calendar.ClockAt(9, 25)))
	require.Contains(t, w.told(), "Chef shift.unseen")
	shifts, err := w.roster.Mine(w.ctx, ann)
	require.NoError(t, err)
	some, err := w.roster.Unseen(w.ctx, shifts[0].In)
	require.NoError(t, err)
	require.Len(t, some, 1)
}
