package roster_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// stint is a slot of some days of the members' area.
func (w *town) stint(slot string, days ...int) roster.Stint {
	return roster.Stint{Area: w.area, Slot: slot, Days: days}
}

// seats are who has a place in the shifts to come of a slot, "24 Li" each by the
// day of the month, "24 -" where nobody has.
func (w *town) seats(slot string, days int) string {
	w.Helper()
	turns, err := w.roster.Turns(w.ctx, w.id, w.clk.Now(), w.at(days, 0))
	require.NoError(w, err)
	var lines []string
	for _, turn := range turns {
		if turn.Slot != slot {
			continue
		}
		names := "-"
		for i, p := range turn.Persons {
			if i == 0 {
				names = ""
			}
			names += p.Name
		}
		lines = append(lines, fmt.Sprintf("%d %s", turn.Day.Day(), names))
	}
	return strings.Join(lines, ", ")
}

// heard is what people were told of the plan since the last time, "name topic" each.
func (w *town) heard() []string {
	w.Helper()
	all := []string{}
	require.NoError(w, w.db.Select(&all, `
		WITH told AS (UPDATE outbox SET state = 'sent', settled_at = due_at
			WHERE state = 'waiting' AND person_id <> 0 AND topic LIKE 'plan.%' AND due_at <= $1 RETURNING id, person_id, topic)
		SELECT p.name || ' ' || t.topic FROM told t JOIN persons p ON p.id = t.person_id ORDER BY t.id`, w.clk.Now()))
	return all
}

// quietly lets everything that is told of the plan be told.
func (w *town) quietly() []string {
	w.Helper()
	w.pass(w.clk.Now().Add(4 * time.Minute))
	return w.heard()
}

func (w *town) planned() {
	w.Helper()
	require.NoError(w, w.roster.UsualPlan(w.ctx, w.secretary, w.area))
	require.NoError(w, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Day, roster.WorkWeek...), w.li.Person))
	require.NoError(w, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Night, roster.WorkWeek...), w.wang.Person))
}

func TestTheUsualPlanBeginsWithTheNextShift(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	require.NoError(w, w.roster.UsualPlan(w.ctx, w.secretary, w.area), "a second time changes nothing")
	week, err := w.roster.WeekPlan(w.ctx, w.secretary, w.area)
	require.NoError(t, err)
	require.Len(t, week, 14)
	require.Equal(t, "24 Li, 25 Li, 26 Li, 27 Li, 28 -, 29 -", w.seats(roster.Day, 7), "the Monday has begun")
	require.Equal(t, "23 Wang, 24 Wang, 25 Wang, 26 Wang, 27 Wang, 28 -, 29 -", w.seats(roster.Night, 7))
}

func TestWhoeverIsPutOnHearsOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	require.Empty(t, w.heard(), "while it is being planned")
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Day, 3), w.zhao.Person))
	require.Equal(t, []string{"Li plan.yours", "Wang plan.yours", "Zhao plan.yours"}, w.quietly())
	require.Empty(t, w.quietly(), "once")

	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Day, 3), w.li.Person))
	require.Equal(t, []string{"Li plan.yours", "Zhao plan.not_yours"}, w.quietly())
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Day, 3)))
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Day, 3), w.li.Person))
	require.Empty(t, w.quietly(), "off and on again is nothing to tell")
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Day, 4), w.zhao.Person))
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Day, 4), w.li.Person))
	require.Empty(t, w.quietly(), "nor is a slip")
	require.NoError(t, w.roster.EndPlan(w.ctx, w.secretary, w.area))
	w.planned()
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Day, 4), w.zhao.Person))
	require.Equal(t, []string{"Li plan.not_yours", "Zhao plan.yours"}, w.quietly(), "of a plan that was made anew the new alone is told")
}

func TestNobodyIsAskedBetweenTwoTapsOfWhoPlans(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.pass(w.at(0, calendar.ClockAt(17, 0))) // the night is near
	require.NoError(t, w.roster.AddStint(w.ctx, w.secretary, w.stint(roster.Night, roster.Week...)))
	w.pass(w.clk.Now().Add(2 * time.Minute))
	require.Zero(t, count(w.told(), "Li shift.ask"))
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Night, roster.Week...), w.wang.Person))
	w.pass(w.at(0, calendar.ClockAt(18, 0)))
	require.Zero(t, count(w.told(), "Li shift.ask"))
	require.Zero(t, count(w.told(), "Secretary shift.hole"))

	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Night, 1)))
	w.pass(w.at(0, calendar.ClockAt(18, 4)))
	require.Equal(t, 1, count(w.told(), "Secretary shift.hole"), "what stays open is asked for soon")
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Night, 1), w.li.Person))
	told := w.told()
	require.Zero(t, count(told, "Secretary shift.filled"), "who fills it on the plan knows")
	require.Equal(t, 1, count(told, "Secretary shift.hole_gone"), "and the alarm says so")
}

func TestWhoeverPlansIsNotTold(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Night, 6, 7), w.secretary.Person))
	require.Equal(t, []string{"Li plan.yours", "Wang plan.yours"}, w.quietly())
	require.Equal(t, "28 Secretary, 29 Secretary", strings.Join(strings.Split(w.seats(roster.Night, 7), ", ")[5:], ", "))
}

func TestShiftsToComeFollowWhoStands(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Day, roster.WorkWeek...), w.zhao.Person))
	require.Equal(t, "24 Zhao, 25 Zhao, 26 Zhao, 27 Zhao, 28 -, 29 -", w.seats(roster.Day, 7))
	var why []string
	require.NoError(t, w.db.Select(&why, `SELECT DISTINCT ended_why FROM assignments WHERE person_id = $1`, w.li.Person))
	require.Equal(t, []string{"removed"}, why)

	w.pass(w.at(1, calendar.ClockAt(9, 0)))
	require.NoError(t, w.roster.StandToo(w.ctx, w.secretary, w.stint(roster.Day, roster.Week...), w.li.Person))
	require.Equal(t, "24 Zhao, 25 ZhaoLi, 26 ZhaoLi, 27 ZhaoLi, 28 Li, 29 Li", w.seats(roster.Day, 7), "the one that runs goes on")
	require.NoError(t, w.roster.StandDown(w.ctx, w.secretary, w.stint(roster.Day, roster.Week...), w.zhao.Person))
	require.Equal(t, "24 Zhao, 25 Li, 26 Li, 27 Li, 28 Li, 29 Li", w.seats(roster.Day, 7))
	turns, err := w.roster.Turns(w.ctx, w.id, w.clk.Now(), w.at(7, 0))
	require.NoError(t, err)
	for _, turn := range turns {
		require.Equal(t, 1, turn.Places, "who is taken off takes their place along: %v", turn.Day)
	}
}

func TestAPlaceThatSomebodyTookStays(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	_, err := w.db.Exec(`UPDATE assignments SET how = 'signed' WHERE person_id = $1 AND starts_at < $2`, w.li.Person, w.at(2, 0))
	require.NoError(t, err)
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Day, roster.WorkWeek...), w.zhao.Person))
	require.Equal(t, "24 Li, 25 Zhao, 26 Zhao, 27 Zhao, 28 -, 29 -", w.seats(roster.Day, 7))
}

func TestHoursOfShiftsToComeMove(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	_, err := w.db.Exec(`UPDATE assignments SET how = 'signed' WHERE person_id = $1 AND starts_at > $2`, w.wang.Person, w.at(4, 0))
	require.NoError(t, err)
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Night, roster.WorkWeek...), w.zhao.Person))
	require.NotEmpty(t, w.quietly())
	require.NoError(t, w.roster.SetHours(w.ctx, w.secretary, w.stint(roster.Day, roster.WorkWeek...), calendar.Span{From: calendar.ClockAt(9, 0), Until: calendar.ClockAt(19, 0)}))
	turns, err := w.roster.Turns(w.ctx, w.id, w.clk.Now(), w.at(9, 0))
	require.NoError(t, err)
	for i, turn := range turns {
		if i > 0 && turn.Slot != turns[i-1].Slot {
			require.Equal(t, turns[i-1].EndsAt, turn.StartsAt, "no gap")
		}
	}
	require.Equal(t, w.at(0, calendar.ClockAt(19, 0)).UTC(), turns[0].StartsAt.UTC(), "tonight")
	var apart int
	require.NoError(t, w.db.Get(&apart, `
		SELECT count(*) FROM shifts s JOIN outbox o ON o.key = 'shift:' || s.id || ':begin' AND o.state = 'waiting' AND o.due_at <> s.starts_at`))
	require.Zero(t, apart, "what is due at the beginning moves along")
	require.NoError(t, w.db.Get(&apart, `
		SELECT count(*) FROM assignments a JOIN outbox o ON o.key LIKE 'place:' || a.id || ':remind:%' AND o.state = 'waiting'
		WHERE o.due_at NOT IN (a.starts_at - interval '1 hour', a.starts_at - interval '24 hours')`))
	require.Zero(t, apart, "and the reminders")
	require.ElementsMatch(t, []string{"Wang plan.moved"}, w.heard(), "who took a place hears at once")
	require.ElementsMatch(t, []string{"Li plan.yours", "Zhao plan.yours"}, w.quietly(), "the others of their week")
}

func TestTheEndOfAShiftThatRunsMovesWithItsHours(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	w.pass(w.at(1, calendar.ClockAt(9, 30)))
	require.NoError(t, w.roster.SetHours(w.ctx, w.secretary, w.stint(roster.Day, roster.WorkWeek...), calendar.Span{From: calendar.ClockAt(7, 0), Until: calendar.ClockAt(21, 0)}))
	turns, err := w.roster.Turns(w.ctx, w.id, w.clk.Now(), w.at(2, 0))
	require.NoError(t, err)
	require.Len(t, turns, 2)
	require.Equal(t, w.at(1, calendar.ClockAt(8, 0)).UTC(), turns[0].StartsAt.UTC())
	require.Equal(t, w.at(1, calendar.ClockAt(21, 0)).UTC(), turns[0].EndsAt.UTC())
	require.Equal(t, turns[0].EndsAt, turns[1].StartsAt)
}

func TestWhoWouldBeTwiceAtOneTimeLosesTheMovedPlace(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	noon := w.shift(w.at(1, calendar.ClockAt(6, 0)), w.at(1, calendar.ClockAt(7, 30)), 1)
	_, err := w.db.Exec(`INSERT INTO assignments (community_id, shift_id, person_id, places, starts_at, ends_at, seat, how, since)
		SELECT community_id, id, $2, places, starts_at, ends_at, 1, 'signed', starts_at FROM shifts WHERE id = $1`, noon.ID, w.li.Person)
	require.NoError(t, err)
	require.NoError(t, w.roster.SetHours(w.ctx, w.secretary, w.stint(roster.Day, 2), calendar.Span{From: calendar.ClockAt(7, 0), Until: calendar.ClockAt(20, 0)}))
	require.Equal(t, "24 Li, 24 -, 25 Li, 26 Li, 27 Li, 28 -, 29 -", w.seats(roster.Day, 7))
	require.Equal(t, []string{"Li plan.lost"}, w.heard())
}

func TestPatternsThatEndCancelTheirShifts(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	_, err := w.db.Exec(`UPDATE assignments SET how = 'signed', person_id = $2 WHERE person_id = $1 AND starts_at > $3 AND starts_at < $4`,
		w.li.Person, w.zhao.Person, w.at(1, 0), w.at(2, 0))
	require.NoError(t, err)
	require.NotEmpty(t, w.quietly())
	w.pass(w.at(0, calendar.ClockAt(21, 0)))
	require.NoError(t, w.roster.EndPlan(w.ctx, w.secretary, w.area))
	require.Empty(t, w.seats(roster.Day, 14))
	require.Equal(t, "23 Wang", w.seats(roster.Night, 14), "what runs goes on to its end")
	require.Equal(t, []string{"Zhao plan.cancelled"}, w.heard())
	require.Equal(t, []string{"Li plan.not_yours", "Wang plan.not_yours"}, w.quietly())
	require.NoError(t, w.roster.EndPlan(w.ctx, w.secretary, w.area), "a second time changes nothing")
	w.pass(w.at(3, 0))
	require.Empty(t, w.heard())
}

func TestFewerPlacesLeaveNobodyStanding(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	days := w.stint(roster.Day, roster.WorkWeek...)
	require.NoError(t, w.roster.SetPlaces(w.ctx, w.secretary, days, 3))
	require.NoError(t, w.roster.StandToo(w.ctx, w.secretary, days, w.zhao.Person))
	require.NoError(t, w.roster.SetPlaces(w.ctx, w.secretary, days, 1))
	week, err := w.roster.WeekPlan(w.ctx, w.secretary, w.area)
	require.NoError(t, err)
	require.Equal(t, 2, week[0].Places, "not fewer than stand in it")
	require.NoError(t, w.roster.StandDown(w.ctx, w.secretary, days, w.li.Person))
	require.Equal(t, "24 Zhao, 25 Zhao, 26 Zhao, 27 Zhao, 28 -, 29 -", w.seats(roster.Day, 7))
	require.NoError(t, w.roster.StandToo(w.ctx, w.secretary, days, w.wang.Person))
	require.NoError(t, w.roster.StandDown(w.ctx, w.secretary, days, w.wang.Person), "the second place was had, and goes")
	require.Equal(t, "24 Zhao, 25 Zhao, 26 Zhao, 27 Zhao, 28 -, 29 -", w.seats(roster.Day, 7))
}

func TestWhoIsOnDayAndNightKeepsBothWhenHoursMove(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Night, 2), w.li.Person))
	for _, hours := range []calendar.Span{
		{From: calendar.ClockAt(8, 0), Until: calendar.ClockAt(22, 0)}, {From: calendar.ClockAt(6, 0), Until: calendar.ClockAt(18, 0)},
	} {
		require.NoError(t, w.roster.SetHours(w.ctx, w.secretary, w.stint(roster.Day, roster.WorkWeek...), hours))
		require.Equal(t, "24 Li, 25 Li, 26 Li, 27 Li, 28 -, 29 -", w.seats(roster.Day, 7))
		require.Equal(t, "23 Wang, 24 Li, 25 Wang, 26 Wang, 27 Wang, 28 -, 29 -", w.seats(roster.Night, 7))
	}
	require.Empty(t, w.heard())
}

func TestShiftsAreNotMadeWhileSomebodyPlans(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	w.clk.Advance(24 * time.Hour) // another day is to be made
	tx, err := w.db.Beginx()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }() // after the commit there is nothing to roll back
	_, err = tx.Exec(`SELECT FROM shift_patterns FOR NO KEY UPDATE`)
	require.NoError(t, err)
	_, err = tx.Exec(`UPDATE standing_assignments SET person_id = $2 WHERE person_id = $1`, w.li.Person, w.zhao.Person)
	require.NoError(t, err)
	made := make(chan error, 1)
	go func() { made <- w.roster.Do(w.ctx, w.id, "roster.roll", []byte("{}")) }()
	require.Eventually(t, func() bool {
		var waits int
		err := w.db.Get(&waits, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
		return err != nil || waits > 0 || len(made) > 0
	}, time.Minute, 5*time.Millisecond)
	require.NoError(t, tx.Commit())
	require.NoError(t, <-made)
	turns, err := w.roster.Turns(w.ctx, w.id, w.at(14, calendar.ClockAt(9, 0)), w.at(15, calendar.ClockAt(9, 0)))
	require.NoError(t, err)
	require.Equal(t, []string{"Zhao"}, names(turns[0].Persons))
}

func TestADayIsCopied(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	require.NoError(t, w.roster.UsualPlan(w.ctx, w.secretary, w.area))
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Day, 2), w.li.Person))
	require.NoError(t, w.roster.Stand(w.ctx, w.secretary, w.stint(roster.Night, 2), w.zhao.Person))
	require.NoError(t, w.roster.CopyDay(w.ctx, w.secretary, w.area, 2, roster.WorkWeek))
	require.Equal(t, "24 Li, 25 Li, 26 Li, 27 Li, 28 -, 29 -", w.seats(roster.Day, 7))
	require.Equal(t, "23 Zhao, 24 Zhao, 25 Zhao, 26 Zhao, 27 Zhao, 28 -, 29 -", w.seats(roster.Night, 7))
	require.Equal(t, []string{"Li plan.yours", "Zhao plan.yours"}, w.quietly())
}

func TestWhoMayStand(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	require.NoError(t, w.roster.UsualPlan(w.ctx, w.secretary, 0))
	require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, w.zhao.Person))
	whole := func(slot string, days ...int) roster.Stint { return roster.Stint{Slot: slot, Days: days} }
	for _, row := range []struct {
		name   string
		stint  roster.Stint
		person int64
		key    string
	}{
		{"a member of another area", w.stint(roster.Day, 1), w.far.Person, "roster.not_theirs"},
		{"for the whole community any member", whole(roster.Day, 1), w.far.Person, ""},
		{"a resident", whole(roster.Day, 1), w.mei.Person, "roster.not_theirs"},
		{"nobody there is", whole(roster.Day, 1), 999_999, "roster.not_theirs"},
		{"the secretary", w.stint(roster.Day, 1), w.secretary.Person, ""},
		{"somebody who stands elsewhere at that time", whole(roster.Day, 3), w.li.Person, "roster.stands"},
		{"the same at another time", whole(roster.Night, 3), w.li.Person, ""},
		{"no such day", w.stint(roster.Day, 8), w.li.Person, "roster.bad_shift"},
		{"no such slot", w.stint("noon", 1), w.li.Person, "roster.bad_shift"},
		{"no such area", roster.Stint{Area: 999_999, Slot: roster.Day, Days: []int{1}}, w.li.Person, "community.no_area"},
	} {
		err := w.roster.Stand(w.ctx, w.secretary, row.stint, row.person)
		if row.key == "" {
			require.NoError(t, err, row.name)
			continue
		}
		r, ok := refusal.As(err)
		require.True(t, ok, "%s: %v", row.name, err)
		require.Equal(t, row.key, r.Key, row.name)
	}
	some, err := w.roster.Eligible(w.ctx, w.secretary, w.east)
	require.NoError(t, err)
	require.Equal(t, []string{"Far", "Secretary", "Zhao"}, names(some), "a deputy is everywhere")
}

func names(some []people.Person) (names []string) {
	for _, p := range some {
		names = append(names, p.Name)
	}
	return names
}

func TestOnlyWhoMayPlanPlans(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.planned()
	day := w.stint(roster.Day, 1)
	for _, by := range []people.Actor{w.li, w.mei} {
		by.Roles = []access.Role{access.Secretary} // what they say of themselves does not count
		_, read := w.roster.WeekPlan(w.ctx, by, w.area)
		_, who := w.roster.Eligible(w.ctx, by, w.area)
		for name, err := range map[string]error{
			"usual": w.roster.UsualPlan(w.ctx, by, w.area), "add": w.roster.AddStint(w.ctx, by, day), "end": w.roster.EndStint(w.ctx, by, day),
			"end all": w.roster.EndPlan(w.ctx, by, w.area), "hours": w.roster.SetHours(w.ctx, by, day, calendar.Span{From: 1, Until: 2}),
			"places": w.roster.SetPlaces(w.ctx, by, day, 2), "stand": w.roster.Stand(w.ctx, by, day, by.Person),
			"too": w.roster.StandToo(w.ctx, by, day, by.Person), "down": w.roster.StandDown(w.ctx, by, day, w.li.Person),
			"copy": w.roster.CopyDay(w.ctx, by, w.area, 1, roster.Week), "read": read, "who": who,
		} {
			require.True(t, refusal.Is(err, refusal.NotFound), "%s %s: %v", by.Name, name, err)
		}
	}
	require.Equal(t, "24 Li, 25 Li, 26 Li, 27 Li, 28 -, 29 -", w.seats(roster.Day, 7))
}

func TestManyPlanAtOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, w.zhao.Person))
	var wg sync.WaitGroup
	for i := range 8 {
		by := []people.Actor{w.secretary, w.zhao}[i%2]
		who := []people.Actor{w.li, w.wang}[i/2%2]
		wg.Go(func() {
			if err := w.roster.UsualPlan(w.ctx, by, w.area); err != nil {
				t.Error(err)
			}
			if err := w.roster.Stand(w.ctx, by, w.stint(roster.Day, roster.Week...), who.Person); err != nil {
				t.Error(err)
			}
			if err := w.roster.Do(w.ctx, w.id, "roster.roll", []byte("{}")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var patterns, apart int
	require.NoError(t, w.db.Get(&patterns, `SELECT count(*) FROM shift_patterns`))
	require.Equal(t, 14, patterns)
	require.NoError(t, w.db.Get(&apart, `
		SELECT count(*) FROM shifts s JOIN standing_assignments g ON g.pattern_id = s.pattern_id AND g.ended_at IS NULL
		WHERE NOT EXISTS (SELECT FROM assignments a WHERE a.shift_id = s.id AND a.person_id = g.person_id AND a.ended_at IS NULL)`))
	require.Zero(t, apart, "every shift has who stands in its pattern, and nobody else")
	require.Equal(t, 1, len(strings.Split(w.seats(roster.Day, 2), ", ")))
}
