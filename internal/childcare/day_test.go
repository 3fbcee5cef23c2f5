package childcare_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestFromTheGateToTheGate: all here but one, in the hall, and back at school; at every
// step somebody answers for each, and who decides reads one message that changes.
func TestFromTheGateToTheGate(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.Noon), y.child("Yu", childcare.Noon)
	fetch, back := y.sitting["noon.fetch"], y.sitting["noon.back"]
	y.clk.Advance(-12 * time.Hour)
	_, err := y.care.Fetched(y.ctx, y.ann, fetch)
	require.Equal(t, "care.not_today", refusedAs(t, err))
	y.clk.Advance(11 * time.Hour)
	_, err = y.care.Fetched(y.ctx, y.ann, fetch)
	require.Equal(t, "care.too_early", refusedAs(t, err))
	y.pass(11, 41)
	for _, want := range []int{1, 0} {
		n, err := y.care.Fetched(y.ctx, y.ann, fetch, yu.id)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	require.Equal(t, []string{"way Ann", "out Yu's mother"}, []string{y.now(tang), y.now(yu)})
	require.NoError(t, y.care.Met(y.ctx, y.bea, yu.booking[childcare.Noon]))
	require.Equal(t, "way Bea", y.now(yu), "he came late")
	n, err := y.care.TookOver(y.ctx, y.ann, y.bea.Person)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	for _, want := range []int{2, 0} {
		n, err := y.care.Arrived(y.ctx, y.ann, y.sitting["noon.lunch"])
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	require.Equal(t, []string{"Tang's mother", "Yu's mother"}, y.told("care.arrived"))
	y.sent()
	y.pass(13, 40)
	n, err = y.care.Leads(y.ctx, y.bea, back)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, "way Bea", y.now(tang))
	n, err = y.care.Back(y.ctx, y.bea, back, "Ms Chen", yu.id)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	n, err = y.care.Back(y.ctx, y.bea, back, "")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, []string{"school Fourth School", "school Fourth School"}, []string{y.now(tang), y.now(yu)})
	takers, err := y.care.Takers(y.ctx, y.bea)
	require.NoError(t, err)
	require.Equal(t, map[string][]string{"Fourth School": {"Ms Chen"}}, takers)
	var edits int
	require.NoError(t, y.db.Get(&edits, `SELECT count(*) FROM outbox WHERE topic = 'care.left' AND edits LIKE '%care.arrived%'`))
	require.Equal(t, 2, edits, "in the message that said that they are there")
	require.Len(t, y.told("care.left"), 2, "and in no other")
	require.Empty(t, apart(t, y.db, y.id))
	all, err := y.care.Where(y.ctx, tang.mother, tang.id, y.day)
	require.NoError(t, err)
	var places []childcare.Place
	for _, c := range all {
		places = append(places, c.Place)
	}
	require.Equal(t, []childcare.Place{childcare.Out, childcare.OnTheWay, childcare.InHall, childcare.OnTheWay, childcare.AtSchool}, places)
	require.Equal(t, "Ms Chen", all[len(all)-1].TakenBy)
}

// TestWhoCameForTheAfternoonIsNotLedBackToSchool: the list of noon has nothing to do with
// who was fetched again.
func TestWhoCameForTheAfternoonIsNotLedBackToSchool(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.Noon, childcare.After)
	back := func() bool {
		lists, err := y.care.Lists(y.ctx, y.ann, y.day)
		require.NoError(t, err)
		for _, l := range lists {
			if l.Sitting.ID == y.sitting["noon.back"] {
				require.Len(t, l.Children, 1)
				return l.Children[0].Done
			}
		}
		return false
	}
	y.pass(12, 0)
	require.NoError(t, y.care.Came(y.ctx, y.ann, tang.booking[childcare.Noon]))
	require.False(t, back())
	y.pass(13, 41)
	_, err := y.care.Leads(y.ctx, y.ann, y.sitting["noon.back"])
	require.NoError(t, err)
	_, err = y.care.Back(y.ctx, y.ann, y.sitting["noon.back"], "")
	require.NoError(t, err)
	require.True(t, back())
	y.pass(16, 1)
	_, err = y.care.Fetched(y.ctx, y.ann, y.sitting["after.fetch"])
	require.NoError(t, err)
	_, err = y.care.Arrived(y.ctx, y.ann, y.sitting["after.fetch"])
	require.NoError(t, err)
	require.Equal(t, "hall Ann", y.now(tang))
	require.True(t, back())
}

// TestAnOldTapChangesNothing: what is tapped of noon once a child is back at school, and
// once it has come again, moves nobody and tells nobody.
func TestAnOldTapChangesNothing(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.Noon, childcare.After)
	noon, fetch, back, again := tang.booking[childcare.Noon], y.sitting["noon.fetch"], y.sitting["noon.back"], y.sitting["after.fetch"]
	roll := func(do func(context.Context, people.Actor, int64, ...int64) (int, error), sitting int64) func() (int, error) {
		return func() (int, error) { return do(y.ctx, y.bea, sitting) }
	}
	fetched, arrived, leads := roll(y.care.Fetched, fetch), roll(y.care.Arrived, fetch), roll(y.care.Leads, back)
	returned := func() (int, error) { return y.care.Back(y.ctx, y.bea, back, "") }
	one := func(do func(context.Context, people.Actor, int64) error) func() (int, error) {
		return func() (int, error) { return 0, do(y.ctx, y.bea, noon) }
	}
	met, came := one(y.care.Met), one(y.care.Came)
	notHere := func() (int, error) {
		_, err := y.care.NotHere(y.ctx, y.bea, noon)
		return 0, err
	}
	old := func(stands string, late string, taps ...func() (int, error)) {
		t.Helper()
		told := y.row(`SELECT count(*) FROM outbox`)
		for i, tap := range taps {
			n, err := tap()
			if late == "" {
				require.NoError(t, err, "tap %d", i)
			} else {
				require.Equal(t, late, refusedAs(t, err), "tap %d", i)
			}
			require.Zero(t, n, "tap %d", i)
			require.Equal(t, stands, y.now(tang), "tap %d", i)
		}
		require.Equal(t, told, y.row(`SELECT count(*) FROM outbox`))
	}
	does := func(hour, minute int, do func(context.Context, people.Actor, int64, ...int64) (int, error), sitting int64) {
		t.Helper()
		y.pass(hour, minute)
		n, err := do(y.ctx, y.ann, sitting)
		require.NoError(t, err)
		require.Equal(t, 1, n)
	}
	does(11, 41, y.care.Fetched, fetch)
	does(11, 55, y.care.Arrived, fetch)
	does(13, 41, y.care.Leads, back)
	old("way Ann", "", fetched, arrived)
	_, err := y.care.Back(y.ctx, y.ann, back, "")
	require.NoError(t, err)
	old("school Fourth School", "", fetched, arrived, leads, returned)
	old("school Fourth School", "care.known_later", met, came, notHere)
	does(16, 1, y.care.Fetched, again)
	old("way Ann", "", fetched, arrived, leads, returned)
	old("way Ann", "care.known_later", met, came, notHere)
	does(16, 10, y.care.Arrived, again)
	old("hall Ann", "", fetched, arrived, leads, returned)
	old("hall Ann", "care.known_later", met, notHere)
	require.Equal(t, "hand", y.goes(y.ann, childcare.Leaving{Child: tang.id, Guardian: tang.mother.Person, Hand: "identity_card"}))
	old("out Tang's mother", "", fetched, arrived, leads, returned)
	old("out Tang's mother", "care.known_later", met, came, notHere)
}

// TestWhoIsStillThereIsAskedFor: at closing who booked, then who else decides, then the
// lead; while somebody is on the way nobody is.
func TestWhoIsStillThereIsAskedFor(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.After), y.child("Yu", childcare.After)
	y.guardian(tang, "Father")
	y.awaits()
	y.pass(16, 20)
	y.inHall(tang, y.ann)
	y.inHall(yu, y.ann)
	y.pass(17, 50)
	require.Equal(t, "hand", y.goes(y.ann, childcare.Leaving{Child: yu.id, Guardian: yu.mother.Person, Hand: "identity_card"}))
	y.pass(18, 0)
	require.Equal(t, []string{"Tang's mother"}, y.told("care.late"))
	y.pass(18, 10)
	require.Equal(t, []string{"Tang's mother", "Father"}, y.told("care.late"))
	require.Empty(t, y.told("care.still"))
	y.pass(18, 20)
	require.Equal(t, []string{"Lead"}, y.told("care.still"))
	require.Equal(t, "care.bad_minutes", refusedAs(t, y.care.Coming(y.ctx, tang.mother, tang.id, 0)))
	require.NoError(t, y.care.Coming(y.ctx, tang.mother, tang.id, 25))
	require.Equal(t, []string{"Ann"}, y.told("care.coming"))
	y.pass(18, 49)
	require.Len(t, y.told("care.still"), 1)
	n, err := y.care.Holding(y.ctx, y.db, y.id, y.ann.Person, y.day)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	ends := func(tx *sqlx.Tx) error {
		return y.care.ShiftEnds(y.ctx, tx, y.id, y.day, []int64{y.ann.Person, y.bea.Person})
	}
	require.NoError(t, pg.InTx(y.ctx, y.db, ends))
	require.Empty(t, y.told("care.holds"), "she has the next shift too")
	delete(y.shifts, y.ann.Person)
	require.NoError(t, pg.InTx(y.ctx, y.db, ends))
	require.Equal(t, []string{"Lead"}, y.told("care.holds"))
	y.pass(18, 50)
	require.Len(t, y.told("care.still"), 2, "she did not come")
	require.Equal(t, "hand", y.goes(y.ann, childcare.Leaving{Child: tang.id, Guardian: tang.mother.Person, Hand: "identity_card"}))
	y.pass(22, 0)
	require.Len(t, y.told("care.still"), 2)
	require.Equal(t, "care.not_here", refusedAs(t, y.care.Coming(y.ctx, tang.mother, tang.id, 5)))
}

// TestADayWithoutSchoolBegins with families who bring their children.
func TestADayWithoutSchoolBegins(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.Whole), y.child("Yu", childcare.Whole)
	n, err := y.care.Arrived(y.ctx, y.ann, y.sitting["day.mind"], yu.id)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, []string{"hall Ann", "missing Ann"}, []string{y.now(tang), y.now(yu)}, "his time is long over")
	_, err = y.care.Fetched(y.ctx, y.ann, y.sitting["day.mind"])
	require.True(t, refusal.Is(err, refusal.NotFound), "there is no gate")
	require.Equal(t, "care.not_fetched", refusedAs(t, y.care.Met(y.ctx, y.ann, yu.booking[childcare.Whole])))
}

// TestWhoseLeavingNobodyWroteDown is met and missed on the next day as any other child.
func TestWhoseLeavingNobodyWroteDown(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.After), y.child("Yu", childcare.After)
	y.inHall(tang, y.ann)
	y.inHall(yu, y.ann)
	y.exec(`UPDATE care_custody SET day = day - 1`)
	y.exec(`UPDATE care_bookings SET outcome = ''`)
	y.awaits()
	y.pass(16, 0)
	n, err := y.care.TookOver(y.ctx, y.bea, y.ann.Person)
	require.NoError(t, err)
	require.Zero(t, n, "they are not there")
	require.Equal(t, childcare.Out, y.listOf(y.ann, "after.fetch").Children[0].Place)
	n, err = y.care.Fetched(y.ctx, y.bea, y.sitting["after.fetch"], yu.id)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, "way Bea", y.now(tang))
	y.pass(16, 10)
	require.Equal(t, []string{"Yu's mother", "Lead"}, y.told("care.missing"))
	require.Empty(t, apart(t, y.db, y.id))
}

// TestWhoShouldBeBackAtSchoolIsTheLeads: the family is at work, and nobody comes for it.
func TestWhoShouldBeBackAtSchoolIsTheLeads(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.Noon), y.child("Yu", childcare.After)
	y.exec(`UPDATE persons SET reachable = false WHERE id = $1`, yu.mother.Person)
	y.awaits()
	y.pass(11, 45)
	y.inHall(tang, y.ann)
	y.pass(14, 9)
	require.Empty(t, y.told("care.still"))
	y.pass(14, 10)
	require.Equal(t, []string{"Lead"}, y.told("care.still"))
	_, err := y.care.Back(y.ctx, y.ann, y.sitting["noon.back"], "")
	require.NoError(t, err)
	y.pass(15, 0)
	require.Len(t, y.told("care.still"), 1)
	require.Empty(t, y.told("care.late"))

	y.pass(16, 10)
	y.inHall(yu, y.ann)
	y.pass(18, 0)
	require.Equal(t, []string{"Lead", "Lead"}, y.told("care.still"), "whom Telegram does not reach the lead calls at once")
}
