package childcare_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
)

// TestWhoCameAndLeftIsNotHereByAnOldKey: "all here" tapped again speaks of nobody who was
// brought, and has been collected since.
func TestWhoCameAndLeftIsNotHereByAnOldKey(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.exec(`UPDATE care_sittings SET starts_at = $2, ends_at = $3 WHERE id = $1`, y.sitting["day.mind"], y.at(9, 0), y.at(18, 0))
	tang := y.child("Tang", childcare.Whole)
	y.awaits()
	y.pass(8, 58)
	for _, want := range []int{1, 0} {
		n, err := y.care.Arrived(y.ctx, y.ann, y.sitting["day.mind"])
		require.NoError(t, err)
		require.Equal(t, want, n)
		if want == 1 {
			y.pass(12, 0)
			require.Equal(t, "hand", y.goes(y.ann, childcare.Leaving{Child: tang.id, Guardian: tang.mother.Person, Hand: "identity_card"}))
			y.pass(13, 0)
		}
	}
	require.Equal(t, "out Tang's mother", y.now(tang))
	require.Empty(t, y.told("care.arrived"), "what is told when it leaves takes its place")
	require.NoError(t, y.care.Came(y.ctx, y.ann, tang.booking[childcare.Whole]), "whoever names the child says that it came again")
	require.Equal(t, "hall Ann", y.now(tang))
}

// TestAllAreHomeOfADayOnPaperAlone, and only those whose time is over.
func TestAllAreHomeOfADayOnPaperAlone(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	y.awaits()
	y.pass(16, 10)
	y.inHall(tang, y.ann)
	_, err := y.care.AllHome(y.ctx, y.lead, y.day)
	require.Equal(t, "care.too_late", refusedAs(t, err))
	require.NoError(t, y.care.OnPaper(y.ctx, y.ann, y.day))
	for _, want := range []string{"hall Ann", "out Tang's mother"} {
		_, err = y.care.AllHome(y.ctx, y.lead, y.day)
		require.NoError(t, err)
		require.Equal(t, want, y.now(tang))
		y.pass(18, 30)
	}
}

// TestAGateOfADayOnPaperRingsWhenItIsTappedAgain, also where one line of the day has been
// typed in.
func TestAGateOfADayOnPaperRingsWhenItIsTappedAgain(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.child("Tang", childcare.Noon)
	yu := y.child("Yu", childcare.Noon)
	y.awaits()
	y.pass(11, 30)
	require.NoError(t, y.care.OnPaper(y.ctx, y.ann, y.day))
	y.pass(11, 49)
	_, err := y.care.TypedIn(y.ctx, y.ann, y.day, []childcare.Typed{{At: y.clk.Now().Add(-time.Minute), Did: childcare.DidMeet, Booking: yu.booking[childcare.Noon]}})
	require.NoError(t, err)
	y.pass(12, 0)
	require.Empty(t, y.told("care.missing"))
	require.NoError(t, y.care.OffPaper(y.ctx, y.ann, y.day))
	y.pass(12, 30)
	require.Contains(t, y.told("care.missing"), "Tang's mother")
}

// TestATalkThatIsTakenUpAgainIsTheirsStill: a wrong tap at the door of who counsels gives
// the child to nobody else, and its end rings nobody.
func TestATalkThatIsTakenUpAgainIsTheirsStill(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	wu := y.child("Wu", childcare.Noon, childcare.Talk)
	y.awaits()
	y.pass(11, 45)
	require.NoError(t, y.care.Met(y.ctx, y.ann, wu.booking[childcare.Noon]))
	_, err := y.care.Arrived(y.ctx, y.ann, y.sitting["noon.fetch"])
	require.NoError(t, err)
	y.pass(13, 41)
	_, err = y.care.Leads(y.ctx, y.ann, y.sitting["noon.back"])
	require.NoError(t, err)
	_, err = y.care.Back(y.ctx, y.ann, y.sitting["noon.back"], "")
	require.NoError(t, err)
	y.pass(18, 30)
	require.NoError(t, y.care.TalkBegins(y.ctx, y.kong, wu.booking[childcare.Talk]))
	y.pass(18, 45)
	require.Empty(t, y.told("care.still"))
	c, err := y.care.Leave(y.ctx, y.kong, childcare.Leaving{Child: wu.id, Guardian: wu.mother.Person, Hand: "identity_card"})
	require.NoError(t, err)
	require.NoError(t, y.care.StillHere(y.ctx, y.kong, c.ID))
	require.Equal(t, "care.by_the_door", refusedAs(t, y.care.TalkEnds(y.ctx, y.kong, wu.booking[childcare.Talk])))
	require.Equal(t, "hall Kong", y.now(wu))
}

// TestWhoMayMindNoMoreTakesNothingBack: the child they gave away is not theirs again.
func TestWhoMayMindNoMoreTakesNothingBack(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	y.inHall(tang, y.ann)
	c, err := y.care.Leave(y.ctx, y.ann, childcare.Leaving{Child: tang.id, Guardian: tang.mother.Person, Hand: "identity_card"})
	require.NoError(t, err)
	y.exec(`UPDATE person_roles SET cleared_at = NULL, cleared_by = NULL WHERE person_id = $1`, y.ann.Person)
	require.Error(t, y.care.StillHere(y.ctx, y.ann, c.ID))
	require.Equal(t, "out Tang's mother", y.now(tang))
	require.NoError(t, y.care.StillHere(y.ctx, y.lead, c.ID), "who runs the hall may")
}
