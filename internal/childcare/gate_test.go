package childcare_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestOneWhoIsNotAtTheGateIsRungForUntilFound: ten minutes after its time, every five
// minutes, and after twenty minutes as an urgent case.
func TestOneWhoIsNotAtTheGateIsRungForUntilFound(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.After), y.child("Yu", childcare.After)
	father := y.guardian(tang, "Father")
	y.awaits()
	y.pass(16, 2)
	n, err := y.care.Fetched(y.ctx, y.ann, y.sitting["after.fetch"], tang.id)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	y.pass(16, 9)
	require.Empty(t, y.told("care.missing"), "he may be late")
	y.pass(16, 10)
	require.Equal(t, []string{"Tang's mother", "Father", "Lead"}, y.told("care.missing"))
	require.Equal(t, "missing Ann", y.now(tang), "who is at the gate answers for it")
	require.Equal(t, "way Ann", y.now(yu))
	n, err = y.care.Fetched(y.ctx, y.ann, y.sitting["after.fetch"])
	require.NoError(t, err)
	require.Zero(t, n, "an old tap finds nobody")
	y.pass(16, 15)
	require.Len(t, y.told("care.missing"), 6)
	require.Empty(t, y.desk.urgent)
	require.NoError(t, y.care.DoesNotKnow(y.ctx, father, tang.booking[childcare.After]))
	require.NoError(t, y.care.DoesNotKnow(y.ctx, father, tang.booking[childcare.After]))
	require.Len(t, y.desk.urgent, 1, "at once")
	require.Equal(t, []string{"Lead", "Ann"}, y.told("care.unknown"))
	y.pass(16, 25)
	require.Len(t, y.told("care.missing"), 10, "he is asked no more")
	require.Len(t, y.desk.urgent, 1)
	_, err = y.care.Found(y.ctx, yu.mother, tang.booking[childcare.After], "")
	require.True(t, refusal.Is(err, refusal.NotFound))
	y.sent()
	for range 2 {
		b, err := y.care.Found(y.ctx, tang.mother, tang.booking[childcare.After], "")
		require.NoError(t, err)
		require.Equal(t, []any{tang.mother.Person, childcare.Missed}, []any{b.FoundBy, b.Outcome})
	}
	require.Equal(t, "out Tang's mother", y.now(tang))
	require.Equal(t, []string{"Father", "Lead"}, y.told("care.found"))
	require.NotEmpty(t, y.told("care.missing_over"))
	before := len(y.told("care.missing"))
	y.pass(17, 59)
	require.Len(t, y.told("care.missing"), before)
	require.Empty(t, apart(t, y.db, y.id))
}

// TestAnUrgentCaseComesAfterTwentyMinutes, where nobody has answered at all.
func TestAnUrgentCaseComesAfterTwentyMinutes(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	y.pass(16, 10)
	b, err := y.care.NotHere(y.ctx, y.ann, tang.booking[childcare.After])
	require.NoError(t, err)
	require.NotNil(t, b.MissingAt)
	y.pass(16, 19)
	require.Empty(t, y.desk.urgent)
	y.pass(16, 30)
	require.Len(t, y.desk.urgent, 1)
	b, err = y.care.Found(y.ctx, y.ann, tang.booking[childcare.After], "Teacher Lu")
	require.NoError(t, err)
	require.Equal(t, y.ann.Person, b.FoundBy)
	require.Equal(t, "school Teacher Lu", y.now(tang))
	require.NoError(t, y.care.Met(y.ctx, y.ann, tang.booking[childcare.After]))
	require.Equal(t, "way Ann", y.now(tang))
}

// TestNobodyIsRungForWhoIsSaidToBeAbsent, before or after it was missed.
func TestNobodyIsRungForWhoIsSaidToBeAbsent(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.After), y.child("Yu", childcare.After)
	y.awaits()
	y.pass(15, 0)
	_, err := y.care.Absent(y.ctx, tang.mother, tang.id, y.day, y.day, childcare.Ill)
	require.NoError(t, err)
	y.pass(16, 1)
	_, err = y.care.NotHere(y.ctx, y.ann, yu.booking[childcare.After])
	require.NoError(t, err)
	y.pass(16, 10)
	require.Equal(t, []string{"Yu's mother", "Lead"}, y.told("care.missing"))
	_, err = y.care.Absent(y.ctx, yu.mother, yu.id, y.day, y.day, childcare.Ill)
	require.NoError(t, err)
	require.Equal(t, "out Yu's mother", y.now(yu))
	y.pass(17, 0)
	require.Empty(t, y.told("care.missing"), "and those are taken back")
	require.Equal(t, []string{"Lead"}, y.told("care.found"))
	require.NoError(t, y.care.Came(y.ctx, y.ann, tang.booking[childcare.After]), "he is there all the same")
	require.Equal(t, "hall Ann", y.now(tang))
}

// TestWhereNobodySaysAWordAtAGate it is not the children that are missed.
func TestWhereNobodySaysAWordAtAGate(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	y.guardian(tang, "Father")
	y.awaits()
	delete(y.shifts, y.bea.Person)
	y.pass(16, 14)
	require.Empty(t, y.told("care.unheard"))
	y.pass(16, 15)
	require.Equal(t, []string{"Ann", "Lead", "Ann", "Lead"}, y.told("care.no_word"))
	require.Equal(t, []string{"Tang's mother", "Father"}, y.told("care.unheard"))
	require.Empty(t, y.told("care.missing"))
	require.NoError(t, y.care.OnPaper(y.ctx, y.ann, y.day))
	y.pass(19, 0)
	require.Len(t, y.told("care.no_word"), 4, "of a day on paper nobody is asked")
}

// TestNobodyFallsSilentWhereNobodySaysAWord: after an hour all who are expected are missing,
// and urgent cases; one that was met is none, and its family reads where it is.
func TestNobodyFallsSilentWhereNobodySaysAWord(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.After), y.child("Yu", childcare.After)
	y.awaits()
	y.pass(17, 9)
	require.Equal(t, []string{"Tang's mother", "Yu's mother"}, y.told("care.unheard"), "once")
	require.Len(t, y.told("care.no_word"), 12*3)
	require.Empty(t, append(y.told("care.missing"), y.desk.urgent...))
	y.sent()
	y.pass(17, 10)
	require.Equal(t, []string{"missing Ann", "missing Ann"}, []string{y.now(tang), y.now(yu)})
	require.Len(t, y.desk.urgent, 2)
	require.Subset(t, y.told("care.missing"), []string{"Tang's mother", "Yu's mother", "Lead"})
	require.NoError(t, y.care.Met(y.ctx, y.ann, yu.booking[childcare.After]))
	require.Equal(t, []string{"Yu's mother"}, y.told("care.unheard_over"))
	before := len(y.told("care.missing"))
	y.pass(18, 0)
	require.Greater(t, len(y.told("care.missing")), before, "for Tang it is rung on")
	require.Len(t, y.desk.urgent, 2)
	require.Empty(t, apart(t, y.db, y.id))
}
