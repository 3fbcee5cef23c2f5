package roster_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// stands makes a pattern of every Thursday in which Li stands, with its shifts.
func (w *town) stands(places int) (pattern int64) {
	w.Helper()
	require.NoError(w, w.db.Get(&pattern, `
		INSERT INTO shift_patterns (community_id, activity, area_id, slot, weekday, from_minute, until_minute, places, since)
		VALUES ($1, 'duty', $2, 'day', 4, 480, 1200, $3, $4) RETURNING id`, w.id, w.area, places, w.clk.Now()))
	_, err := w.db.Exec(`INSERT INTO standing_assignments (community_id, pattern_id, person_id, since) VALUES ($1, $2, $3, $4)`,
		w.id, pattern, w.li.Person, w.clk.Now())
	require.NoError(w, err)
	require.NoError(w, w.roster.Do(w.ctx, w.id, "roster.roll", []byte("{}")))
	return pattern
}

// thursdays is who is on the shifts of a pattern, in their order.
func (w *town) thursdays(pattern int64) (who []string) {
	w.Helper()
	require.NoError(w, w.db.Select(&who, `
		SELECT coalesce((SELECT p.name FROM assignments a JOIN persons p ON p.community_id = a.community_id AND p.id = a.person_id
			WHERE a.shift_id = s.id AND a.ended_at IS NULL), '-') FROM shifts s WHERE s.pattern_id = $1 ORDER BY s.day`, pattern))
	return who
}

func TestWhoIsAwayIsOffUntilTheyAreBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.roster)
	pattern := w.stands(1)
	now, far := w.shift(w.at(0, calendar.ClockAt(8, 0)), w.at(0, calendar.ClockAt(20, 0)), 1), w.day(9, 1)
	w.sign(w.li, now)
	w.sign(w.li, far)
	require.Equal(t, []string{"Li", "Li"}, w.thursdays(pattern))
	until := time.Date(2026, 11, 30, 0, 0, 0, 0, w.zone)
	_, err := w.people.Away(w.ctx, w.secretary, w.li.Person, &until)
	require.NoError(t, err)
	require.Equal(t, []string{"-", "Li"}, w.thursdays(pattern), "only until they return")
	require.Empty(t, w.names(now), "also the one that goes on")
	require.Equal(t, []string{"Li"}, w.names(far))
	require.Contains(t, w.told(), "Li shift.off")
	require.NotEmpty(t, w.asks(now))

	w.pass(w.clk.Now().Add(time.Minute))
	_, err = w.people.Back(w.ctx, w.secretary, w.li.Person)
	require.NoError(t, err)
	require.Equal(t, []string{"Li", "Li"}, w.thursdays(pattern), "as nobody has it")
	require.Contains(t, w.told(), "Li shift.again")
	w.rulesHold()
}

// Who was told that nobody is there, and goes, leaves nobody who knows: then whoever
// is in charge next is told.
func TestWhoGoesPassesOnWhatTheyWereToldOf(t *testing.T) {
	t.Parallel()
	for name, goes := range map[string]func(w *town) error{
		"the switch": func(w *town) error { return w.people.SetAway(w.ctx, w.secretary, true) },
		"no way to reach them": func(w *town) error {
			require.NoError(w, w.people.Unreachable(w.ctx, w.id, w.secretary.Person))
			return w.roster.Unreached(w.ctx, w.id, w.secretary.Person)
		},
		"a journey": func(w *town) error { _, err := w.people.Away(w.ctx, w.secretary, w.secretary.Person, nil); return err },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.people.Follow(w.roster)
			require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, w.zhao.Person))
			now, far := w.shift(w.at(0, calendar.ClockAt(10, 0)), w.at(0, calendar.ClockAt(20, 0)), 1), w.day(1, 1)
			w.pass(w.at(0, calendar.ClockAt(10, 30)))
			require.Equal(t, 1, count(w.told(), "Secretary shift.stand_in"))
			require.NotContains(t, w.told(), "Zhao shift.stand_in")
			require.NoError(t, goes(w))
			require.NoError(t, goes(w))
			require.Equal(t, 1, count(w.told(), "Zhao shift.stand_in"), "of today's")
			require.Equal(t, 1, count(w.told(), "Zhao shift.hole"), "and of tomorrow's")
			w.sign(w.li, now)
			w.sign(w.li, far)
			require.Equal(t, 2, count(w.told(), "Zhao shift.hole_gone"))
			w.rulesHold()
		})
	}
}

// So does who made the hole by their own tap, and was not told.
func TestWhoGoesPassesOnTheHoleTheyMade(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.roster)
	require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, w.zhao.Person))
	now := w.shift(w.at(0, calendar.ClockAt(8, 0)), w.at(0, calendar.ClockAt(20, 0)), 1)
	place := w.sign(w.li, now)
	_, err := w.roster.NoShow(w.ctx, w.secretary, place.ID)
	require.NoError(t, err)
	require.Zero(t, count(w.told(), "Secretary shift.stand_in"))
	require.NoError(t, w.people.SetAway(w.ctx, w.secretary, true))
	require.Equal(t, 1, count(w.told(), "Zhao shift.stand_in"))
	w.rulesHold()
}

func TestWhatAnotherHasByThenStaysTheirs(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.roster)
	pattern := w.stands(1)
	_, err := w.people.Hospital(w.ctx, w.secretary, w.li.Person, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"-", "-"}, w.thursdays(pattern))
	free, err := w.roster.Free(w.ctx, w.wang)
	require.NoError(t, err)
	w.sign(w.wang, free[0])
	_, err = w.people.Back(w.ctx, w.secretary, w.li.Person)
	require.NoError(t, err)
	require.Equal(t, []string{"Wang", "Li"}, w.thursdays(pattern))
}

func TestWhoseRoleEndsIsOffForGood(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]func(w *town) error{
		"the role":         func(w *town) error { return w.people.EndRole(w.ctx, w.secretary, w.roleOf(w.li)) },
		"all that they do": func(w *town) error { return w.people.Resign(w.ctx, w.li) },
		"moved":            func(w *town) error { _, err := w.people.Moved(w.ctx, w.secretary, w.li.Person); return err },
		"left":             func(w *town) error { return w.people.Leave(w.ctx, w.li) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.people.Follow(w.roster)
			pattern := w.stands(1)
			require.NoError(t, ends(w))
			require.Equal(t, []string{"-", "-"}, w.thursdays(pattern))
			var standing int
			require.NoError(t, w.db.Get(&standing, `SELECT count(*) FROM standing_assignments WHERE ended_at IS NULL`))
			require.Zero(t, standing)
			require.Contains(t, w.told(), "Secretary shift.absent")
			w.rulesHold()
		})
	}
}

func TestWhoKeepsAnotherRoleOfTheActivityKeepsTheirShifts(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.roster)
	pattern := w.stands(1)
	require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, w.li.Person))
	require.NoError(t, w.people.EndRole(w.ctx, w.secretary, w.roleOf(w.li)))
	require.Equal(t, []string{"Li", "Li"}, w.thursdays(pattern))
}

func (w *town) roleOf(a people.Actor) (id int64) {
	w.Helper()
	require.NoError(w, w.db.Get(&id, `SELECT id FROM person_roles WHERE person_id = $1 AND role = $2 AND ended_at IS NULL`, a.Person, access.Member))
	return id
}

func TestWhoTurnsOutToBeAnotherBringsTheirShifts(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.roster)
	pattern := w.stands(1)
	sh, both := w.day(1, 1), w.day(2, 2)
	w.sign(w.li, sh)
	w.sign(w.li, both)
	w.sign(w.wang, both)
	tx, err := w.db.Beginx()
	require.NoError(t, err)
	require.NoError(t, w.roster.PersonChanged(w.ctx, tx, people.Change{
		Community: w.id, Person: w.li.Person, What: people.Merged, Into: w.wang.Person, At: w.clk.Now(),
	}))
	require.NoError(t, tx.Commit())
	require.Equal(t, []string{"Wang", "Wang"}, w.thursdays(pattern))
	require.Equal(t, []string{"Wang"}, w.names(sh))
	require.Equal(t, []string{"Wang"}, w.names(both), "of two at one time one stays")
}

// TestWhoTurnsOutToBeAnotherWhoWasThereToo: places of shifts that are over, at one
// time, keep nobody from being found on the register; the hours count once.
func TestWhoTurnsOutToBeAnotherWhoWasThereToo(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.roster)
	both := w.day(1, 2)
	w.sign(w.li, both)
	w.sign(w.wang, both)
	w.pass(w.at(2, calendar.ClockAt(9, 0)))
	tx, err := w.db.Beginx()
	require.NoError(t, err)
	require.NoError(t, w.roster.PersonChanged(w.ctx, tx, people.Change{
		Community: w.id, Person: w.li.Person, What: people.Merged, Into: w.wang.Person, At: w.clk.Now(),
	}))
	require.NoError(t, tx.Commit())
	done, err := w.roster.OwnHours(w.ctx, w.wang, w.clk.Now())
	require.NoError(t, err)
	require.Equal(t, 12*time.Hour, done.Time)
}

// TestNobodyIsAskedOnWhoTurnedOutToBeAnother: what both were asked, one is.
func TestNobodyIsAskedOnWhoTurnedOutToBeAnother(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sh := w.day(1, 1)
	w.pass(w.clk.Now().Add(time.Hour))
	require.Contains(t, w.asks(sh), "Li")
	tx, err := w.db.Beginx()
	require.NoError(t, err)
	require.NoError(t, w.roster.PersonChanged(w.ctx, tx, people.Change{
		Community: w.id, Person: w.li.Person, What: people.Merged, Into: w.wang.Person, At: w.clk.Now(),
	}))
	require.NoError(t, tx.Commit())
	require.NotContains(t, w.asks(sh), "Li")
	require.Contains(t, w.asks(sh), "Wang")
}

// TestAWeekPlannedAnewAsksNobodyForAllOfIt: questions about days to come wait for
// the answers to earlier ones.
func TestAWeekPlannedAnewAsksNobodyForAllOfIt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for i := range 5 {
		w.day(2+i, 1)
	}
	w.pass(w.clk.Now().Add(4 * time.Hour))
	var most int
	require.NoError(t, w.db.Get(&most, `SELECT max(n) FROM (SELECT count(*) AS n FROM shift_asks WHERE settled_at IS NULL GROUP BY person_id) k`))
	require.Equal(t, 2, most)
	require.NotContains(t, w.told(), "Secretary shift.hole", "there is time")
}

// TestSignUpsWhileARoleEnds: whoever signs up while their role ends has no place
// afterwards, whichever was first.
func TestSignUpsWhileARoleEnds(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.roster)
	var shifts []roster.Shift
	for i := range 6 {
		shifts = append(shifts, w.day(1+i, 3))
	}
	for i := range 4 {
		a := w.member(fmt.Sprintf("M%d", i), w.area)
		role := w.roleOf(a)
		ended := make(chan error, 1)
		go func() { ended <- w.people.EndRole(w.ctx, w.secretary, role) }()
		for _, sh := range shifts {
			_, _ = w.roster.Sign(w.ctx, a, sh.ID) // in time or not
		}
		require.NoError(t, <-ended)
	}
	var n int
	require.NoError(t, w.db.Get(&n, `SELECT count(*) FROM assignments WHERE ended_at IS NULL`))
	require.Zero(t, n)
	w.rulesHold()
}

// TestShiftsAreMadeWhileARoleEnds: whose role ends while the shifts ahead are made
// has no place in them, whichever was first.
func TestShiftsAreMadeWhileARoleEnds(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.roster)
	pattern := w.stands(1)
	_, err := w.db.Exec(`DELETE FROM assignments`) // they are to be made anew
	require.NoError(t, err)
	_, err = w.db.Exec(`DELETE FROM shift_events`)
	require.NoError(t, err)
	_, err = w.db.Exec(`DELETE FROM shifts`)
	require.NoError(t, err)
	tx, err := w.db.Beginx()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }() // after the commit there is nothing to roll back
	_, err = tx.Exec(`SELECT FROM persons WHERE id = $1 FOR NO KEY UPDATE`, w.li.Person)
	require.NoError(t, err)
	_, err = tx.Exec(`UPDATE person_roles SET ended_at = $2 WHERE person_id = $1`, w.li.Person, w.clk.Now())
	require.NoError(t, err)
	require.NoError(t, w.roster.PersonChanged(w.ctx, tx, people.Change{
		Community: w.id, Person: w.li.Person, What: people.RoleEnded, Role: access.Member, At: w.clk.Now(),
	}))
	made := make(chan error, 1)
	go func() { made <- w.roster.Do(w.ctx, w.id, "roster.roll", []byte("{}")) }()
	require.Eventually(t, func() bool {
		var waits int
		err := w.db.Get(&waits, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
		return err != nil || waits > 0 || len(made) > 0
	}, time.Minute, 5*time.Millisecond)
	require.NoError(t, tx.Commit())
	require.NoError(t, <-made)
	require.Equal(t, []string{"-", "-"}, w.thursdays(pattern))
}
