package childcare_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
)

// TestOneWhoIsNotBroughtIsRungForAsAtAGate: a day without school, and a part of a day with
// which nobody fetches.
func TestOneWhoIsNotBroughtIsRungForAsAtAGate(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]childcare.Part{"a day without school": childcare.Whole, "homework without a way there": childcare.After} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			y := newYard(t)
			y.exec(`UPDATE care_patterns SET what = 'lunch', school_id = NULL WHERE id IN (SELECT pattern_id FROM care_sittings WHERE id = $1)`, y.sitting["after.fetch"])
			y.exec(`UPDATE care_sittings SET what = 'lunch' WHERE id = $1`, y.sitting["after.fetch"])
			y.exec(`UPDATE care_sittings SET starts_at = $2, ends_at = $3 WHERE id = $1`, y.sitting["day.mind"], y.at(16, 0), y.at(18, 0))
			begins := map[childcare.Part]int64{childcare.Whole: y.sitting["day.mind"], childcare.After: y.sitting["after.fetch"]}[part]
			tang, yu, ill := y.child("Tang", part), y.child("Yu", part), y.child("Ill", part)
			y.awaits()
			_, err := y.care.Absent(y.ctx, ill.mother, ill.id, y.day, y.day, childcare.Ill)
			require.NoError(t, err)
			y.pass(15, 58)
			n, err := y.care.Arrived(y.ctx, y.ann, begins, tang.id)
			require.NoError(t, err)
			require.Equal(t, 1, n)
			y.pass(16, 9)
			require.Empty(t, y.told("care.missing"), "he may be late")
			y.pass(16, 10)
			require.Equal(t, []string{"Tang's mother", "Lead"}, y.told("care.missing"))
			require.Equal(t, []string{"missing Ann", "hall Ann"}, []string{y.now(tang), y.now(yu)})
			var brought bool
			require.NoError(t, y.db.Get(&brought, `SELECT bool_and((args->>'brought')::boolean) FROM outbox WHERE topic = 'care.missing'`))
			require.True(t, brought)
			_, err = y.care.Found(y.ctx, y.ann, tang.booking[part], "the school")
			require.Equal(t, "care.not_fetched", refusedAs(t, err), "nobody keeps him at school")
			y.sent()
			b, err := y.care.Found(y.ctx, tang.mother, tang.booking[part], "")
			require.NoError(t, err)
			require.Equal(t, childcare.Missed, b.Outcome)
			y.pass(16, 40)
			require.NoError(t, y.care.Came(y.ctx, y.ann, tang.booking[part]), "he came late")
			require.Equal(t, "hall Ann", y.now(tang))
			require.Empty(t, y.told("care.no_word"))
			require.Empty(t, apart(t, y.db, y.id))
		})
	}
}

// TestWhereNobodySaysWhoWasBrought it is not the children that are missed: who minds them is
// rung. Who comes with a later sitting is looked for then.
func TestWhereNobodySaysWhoWasBrought(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.exec(`UPDATE care_sittings SET starts_at = $2, ends_at = $3 WHERE id = $1`, y.sitting["day.mind"], y.at(12, 0), y.at(14, 0))
	y.sits(childcare.Whole, "lunch", 840, 900)
	first, later := y.child("First", childcare.Whole), y.child("Later", childcare.Whole)
	y.child("Slow", childcare.Whole)
	y.exec(`DELETE FROM care_legs WHERE booking_id = $1 AND sitting_id = $2`, later.booking[childcare.Whole], y.sitting["day.mind"])
	y.awaits()
	delete(y.shifts, y.bea.Person)
	y.pass(12, 10)
	require.Equal(t, []string{"Ann", "Lead"}, y.told("care.no_word"))
	y.pass(13, 30)
	rung := len(y.told("care.no_word"))
	require.NoError(t, y.care.Came(y.ctx, y.ann, first.booking[childcare.Whole]))
	y.pass(14, 9)
	require.Len(t, y.told("care.no_word"), rung)
	y.pass(14, 10)
	require.Len(t, y.told("care.no_word"), rung+2, "no word was said of who begins with lunch")
	var n int
	require.NoError(t, y.db.Get(&n, `SELECT (args->>'n')::int FROM outbox WHERE topic = 'care.no_word' ORDER BY id DESC LIMIT 1`))
	require.Equal(t, 1, n, "and these are not those of the morning")
	_, err := y.care.NotHere(y.ctx, y.ann, later.booking[childcare.Whole])
	require.NoError(t, err)
	require.Equal(t, []string{"Later's mother", "Lead"}, y.told("care.missing"))
}
