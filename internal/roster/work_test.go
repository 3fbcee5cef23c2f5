package roster_test

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// kitchen is a town in which Chef runs the kitchen, and Ann and Bo volunteer.
func kitchen(t *testing.T) (w *town, chef, ann, bo people.Actor) {
	t.Helper()
	w = newTown(t)
	chef, ann, bo = w.meet("Chef"), w.meet("Ann"), w.meet("Bo")
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, chef.Person, access.Kitchen, 0))
	for _, who := range []people.Actor{ann, bo} {
		_, err := w.db.Exec(`INSERT INTO person_roles (community_id, person_id, role, since) VALUES ($1, $2, $3, $4)`, w.id, who.Person, access.Volunteer, w.clk.Now())
		require.NoError(t, err)
	}
	return w, chef, ann, bo
}

func (w *town) works(who people.Actor, days int) []roster.Activity {
	w.Helper()
	all, err := roster.WorksOf(w.ctx, w.db, w.id, who.Person, day(days))
	require.NoError(w, err)
	return all
}

// day is so many days from that Monday, at midnight UTC.
func day(days int) time.Time { return time.Date(2026, 11, 23+days, 0, 0, 0, 0, time.UTC) }

// TestWhoRunsTheKitchenPlansItsWork: the works have their hours, each with its own time to
// come, and nobody else's duty is theirs to plan.
func TestWhoRunsTheKitchenPlansItsWork(t *testing.T) {
	t.Parallel()
	w, chef, ann, bo := kitchen(t)
	require.NoError(t, w.roster.UsualWork(w.ctx, chef, 2))
	require.NoError(t, w.roster.UsualWork(w.ctx, chef, 2), "twice is once")
	require.NoError(t, w.roster.Stand(w.ctx, chef, roster.StintOf(roster.Cook, 2), ann.Person))
	require.NoError(t, w.roster.Stand(w.ctx, chef, roster.StintOf(roster.Carry, 2), ann.Person, bo.Person), "after cooking she carries")
	require.Equal(t, []roster.Activity{roster.Carry, roster.Cook}, w.works(ann, 1))
	require.Equal(t, []roster.Activity{roster.Carry}, w.works(bo, 1))
	require.Empty(t, w.works(bo, 2))

	week, err := w.roster.WorkPlan(w.ctx, chef)
	require.NoError(t, err)
	require.Len(t, week, 4)
	shifts, err := w.roster.ToCome(w.ctx, w.id, ann.Person)
	require.NoError(t, err)
	require.Equal(t, w.at(1, calendar.ClockAt(7, 45)), shifts[0].ArriveAt.In(w.zone))
	require.Equal(t, w.at(1, calendar.ClockAt(8, 0)), shifts[0].StartsAt.In(w.zone))
	require.Equal(t, w.at(1, calendar.ClockAt(11, 10)), shifts[1].ArriveAt.In(w.zone))

	refused(t, refusal.Conflict, "roster.not_theirs", w.roster.Stand(w.ctx, chef, roster.StintOf(roster.Cook, 2), w.mei.Person))
	refused(t, refusal.Conflict, "roster.stands", w.roster.Stand(w.ctx, chef, roster.StintOf(roster.Help, 2), ann.Person))
	require.True(t, refusal.Is(w.roster.UsualPlan(w.ctx, chef, w.area), refusal.NotFound), "duty is not the kitchen's")
	require.True(t, refusal.Is(w.roster.UsualWork(w.ctx, ann, 3), refusal.NotFound))
	require.NoError(t, w.roster.UsualWork(w.ctx, w.secretary, 3))
	can, err := w.roster.CanWork(w.ctx, chef, roster.Wash)
	require.NoError(t, err)
	require.Len(t, can, 3)
}

// TestAHoleInTheKitchenAlarmsWhoRunsIt, and others who fit are asked.
func TestAHoleInTheKitchenAlarmsWhoRunsIt(t *testing.T) {
	t.Parallel()
	w, chef, ann, bo := kitchen(t)
	require.NoError(t, w.roster.UsualWork(w.ctx, chef, 2))
	require.NoError(t, w.roster.SetPlaces(w.ctx, chef, roster.StintOf(roster.Cook, 2), 1))
	require.NoError(t, w.roster.Stand(w.ctx, chef, roster.StintOf(roster.Cook, 2), ann.Person))
	for _, of := range []roster.Activity{roster.Help, roster.Carry, roster.Wash} {
		require.NoError(t, w.roster.EndStint(w.ctx, chef, roster.StintOf(of, 2)))
	}
	w.pass(w.at(0, calendar.ClockAt(18, 0)))
	require.NotContains(t, w.told(), "Chef shift.hole")
	shifts, err := w.roster.ToCome(w.ctx, w.id, ann.Person)
	require.NoError(t, err)
	place := 0
	require.NoError(t, w.db.Get(&place, `SELECT id FROM assignments WHERE shift_id = $1`, shifts[0].ID))
	_, err = w.roster.Cannot(w.ctx, ann, int64(place))
	require.NoError(t, err)
	require.Contains(t, w.told(), "Chef shift.hole")
	require.Contains(t, w.told(), "Bo shift.ask")
	require.NotContains(t, w.told(), "Li shift.ask", "members do not cook")
	_, err = w.roster.Assign(w.ctx, chef, shifts[0].ID, bo.Person)
	require.NoError(t, err)
	require.Equal(t, []roster.Activity{roster.Cook}, w.works(bo, 1))
	require.Empty(t, w.works(ann, 1))
}

// TestWhoFailsShortlyBeforeTheMealRingsTheLead: once they say so, and once more an hour
// before it while nobody has taken it, also at night.
func TestWhoFailsShortlyBeforeTheMealRingsTheLead(t *testing.T) {
	t.Parallel()
	w, _, ann, bo := cooksTuesdays(t)
	rung := func() (n int) {
		require.NoError(t, w.db.Get(&n, `
			SELECT count(*) FROM outbox o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
			WHERE p.name = 'Chef' AND o.topic IN ('shift.hole', 'shift.stand_in') AND o.urgency = $1`, outbox.Urgent))
		return n
	}
	fails := func(who people.Actor) {
		mine, err := w.roster.Mine(w.ctx, who)
		require.NoError(t, err)
		_, err = w.roster.Cannot(w.ctx, who, mine[0].ID)
		require.NoError(t, err)
	}
	w.pass(w.at(0, calendar.ClockAt(22, 0)))
	fails(ann)
	require.Contains(t, w.told(), "Chef shift.hole")
	require.Zero(t, rung(), "in the evening she is told")
	w.pass(w.at(1, calendar.ClockAt(6, 30)))
	require.Zero(t, rung())
	fails(bo)
	require.Equal(t, 1, rung(), "nobody else can be asked in time")
	w.pass(w.at(1, calendar.ClockAt(7, 30)))
	require.Equal(t, 2, rung())
	w.pass(w.at(1, calendar.ClockAt(8, 0)))
	require.Equal(t, 3, rung(), "and when it begins with nobody")
}

// TestNoMealNoWork: what is called off is off the roster, and comes back with the meal.
func TestNoMealNoWork(t *testing.T) {
	t.Parallel()
	w, chef, ann, _ := kitchen(t)
	require.NoError(t, w.roster.UsualWork(w.ctx, chef, 2))
	require.NoError(t, w.roster.Stand(w.ctx, chef, roster.StintOf(roster.Carry, 2), ann.Person))
	in := func(do func(tx *sqlx.Tx) error) { require.NoError(t, pg.InTx(w.ctx, w.db, do)) }
	for range 2 {
		in(func(tx *sqlx.Tx) error { return w.roster.MealOff(w.ctx, tx, w.id, day(1), chef.Person) })
		require.Empty(t, w.works(ann, 1))
		require.Equal(t, []roster.Activity{roster.Carry}, w.works(ann, 8))
	}
	var told int
	require.NoError(t, w.db.Get(&told, `SELECT count(*) FROM outbox WHERE topic = 'plan.cancelled' AND person_id = $1`, ann.Person))
	require.Equal(t, 1, told)
	for range 2 {
		in(func(tx *sqlx.Tx) error { return w.roster.MealOn(w.ctx, tx, w.id, day(1)) })
		require.Equal(t, []roster.Activity{roster.Carry}, w.works(ann, 1))
	}
	doing, err := roster.Doing(w.ctx, w.db, w.id, day(1), roster.Carry)
	require.NoError(t, err)
	require.Equal(t, []int64{ann.Person}, doing)
}
