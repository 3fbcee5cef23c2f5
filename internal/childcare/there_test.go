package childcare_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
)

// TestOneThatIsThereAfterAllIsMindedAsTheOthers: fetched with them, on the lists, asked for at
// closing, given out; though its mother said that it is ill.
func TestOneThatIsThereAfterAllIsMindedAsTheOthers(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.Noon, childcare.After), y.child("Yu", childcare.Noon)
	y.awaits()
	_, err := y.care.Absent(y.ctx, tang.mother, tang.id, y.day, y.day, childcare.Ill)
	require.NoError(t, err)
	y.pass(11, 45)
	for range 2 {
		require.NoError(t, y.care.Met(y.ctx, y.ann, tang.booking[childcare.Noon]))
	}
	require.Equal(t, []string{"Tang's mother"}, y.told("care.after_all"))
	require.NoError(t, y.care.Met(y.ctx, y.ann, yu.booking[childcare.Noon]))
	n, err := y.care.Arrived(y.ctx, y.ann, y.sitting["noon.fetch"])
	require.NoError(t, err)
	require.Equal(t, 2, n)
	y.pass(13, 41)
	n, err = y.care.Leads(y.ctx, y.ann, y.sitting["noon.back"])
	require.NoError(t, err)
	require.Equal(t, 2, n)
	n, err = y.care.Back(y.ctx, y.ann, y.sitting["noon.back"], "")
	require.NoError(t, err)
	require.Equal(t, 2, n)
	y.pass(16, 9)
	require.Equal(t, childcare.Ill, y.listOf(y.ann, "after.fetch").Children[0].Absent, "of the afternoon nobody said anything else")
	require.NoError(t, y.care.Came(y.ctx, y.ann, tang.booking[childcare.After]))
	require.Len(t, y.told("care.after_all"), 1, "its arrival is told")
	require.Contains(t, y.told("care.arrived"), "Tang's mother")
	require.Equal(t, childcare.Present, y.listOf(y.ann, "after.mind").Children[0].Absent)
	require.NoError(t, y.care.Note(y.ctx, y.ann, childcare.Note{
		Booking: tang.booking[childcare.After], On: childcare.Homework, Codes: childcare.Codes[childcare.NoteCode]{"all_done"},
	}))
	y.pass(18, 0)
	require.Equal(t, []string{"Tang's mother"}, y.told("care.late"))
	require.Equal(t, "hand", y.goes(y.ann, childcare.Leaving{Child: tang.id, Guardian: tang.mother.Person, Hand: "identity_card"}))
	require.Empty(t, apart(t, y.db, y.id))
}

// TestAChildThatIsThereHasAPlaceWhereNoneIsLeft: it is counted, and written as what it is.
// Nobody is booked so, and no place is given away before all fit again.
func TestAChildThatIsThereHasAPlaceWhereNoneIsLeft(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	_, err := y.care.Absent(y.ctx, tang.mother, tang.id, y.day, y.day, childcare.Ill)
	require.NoError(t, err)
	yu, wu := y.child("Yu", childcare.After), y.child("Wu", childcare.After)
	mind := y.sitting["after.mind"]
	y.exec(`UPDATE care_sittings SET places = 2 WHERE id = $1`, mind)
	y.pass(16, 10)
	require.NoError(t, y.care.Came(y.ctx, y.ann, tang.booking[childcare.After]))
	taken := func() (is struct{ Taken, Beyond, Places int }) {
		require.NoError(t, y.db.Get(&is, `SELECT taken, beyond, places FROM care_sittings WHERE id = $1`, mind))
		return is
	}
	require.Equal(t, struct{ Taken, Beyond, Places int }{3, 1, 2}, taken())
	require.Len(t, y.listOf(y.ann, "after.mind").Children, 3)
	_, err = y.db.Exec(`UPDATE care_bookings SET state = 'cancelled' WHERE id = $1`, wu.booking[childcare.After])
	require.NoError(t, err)
	require.Equal(t, 2, taken().Taken)
	_, err = y.db.Exec(`UPDATE care_bookings SET state = 'booked' WHERE id = $1`, wu.booking[childcare.After])
	require.ErrorContains(t, err, "no place is left")
	_, err = y.db.Exec(`UPDATE care_legs SET beyond = true WHERE booking_id = $1`, yu.booking[childcare.After])
	require.ErrorContains(t, err, "it is not there")
	y.exec(`UPDATE care_bookings SET outcome = '', state = 'cancelled' WHERE id = $1`, tang.booking[childcare.After])
	require.Equal(t, struct{ Taken, Beyond, Places int }{1, 0, 2}, taken())
}

// TestWhomStaffHoldIsOnEveryList, whatever became of its booking: with whom it is, who may
// take it over, who leaves, and who is rung for at closing. Of one that is there for a talk
// alone nobody reads.
func TestWhomStaffHoldIsOnEveryList(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu, wu := y.child("Tang", childcare.After), y.child("Yu", childcare.After), y.child("Wu", childcare.Talk)
	y.awaits()
	y.pass(16, 10)
	y.inHall(tang, y.ann)
	require.NoError(t, y.care.Met(y.ctx, y.bea, yu.booking[childcare.After]))
	y.exec(`UPDATE care_bookings SET outcome = '', state = 'cancelled' WHERE child_id = $1`, tang.id)
	y.exec(`UPDATE care_sittings SET cancelled_at = $1 WHERE part = 'after'`, y.clk.Now())
	y.exec(`UPDATE care_bookings SET outcome = '', state = 'cancelled', absent = 'ill' WHERE child_id = $1`, yu.id)
	y.pass(18, 30)
	require.NoError(t, y.care.TalkBegins(y.ctx, y.kong, wu.booking[childcare.Talk]))
	all, err := y.care.InHand(y.ctx, y.ann, y.day)
	require.NoError(t, err)
	var held []string
	for _, c := range all {
		held = append(held, c.Name+" "+string(c.Place)+" "+c.HolderName)
	}
	require.Equal(t, []string{"Tang hall Ann", "Yu way Bea"}, held)
	late := y.told("care.late")
	slices.Sort(late)
	require.Equal(t, []string{"Tang's mother", "Yu's mother"}, slices.Compact(late))
	n, err := y.care.TookOver(y.ctx, y.lead, y.bea.Person)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	for _, k := range []kid{tang, yu} {
		require.Equal(t, "hand", y.goes(y.lead, childcare.Leaving{Child: k.id, Guardian: k.mother.Person, Hand: "identity_card"}))
	}
}
