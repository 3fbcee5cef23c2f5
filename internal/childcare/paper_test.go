package childcare_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestADayOnPaperIsNotForgotten: nobody is rung, the lead knows, and is asked at closing
// for those of whom nobody wrote what became.
func TestADayOnPaperIsNotForgotten(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu, wu := y.child("Tang", childcare.After), y.child("Yu", childcare.After), y.child("Wu", childcare.After)
	y.awaits()
	_, err := y.care.Sheet(y.ctx, y.ann, y.day)
	require.NoError(t, err)
	is, err := y.care.IsOnPaper(y.ctx, y.id, y.day)
	require.NoError(t, err)
	require.False(t, is, "a list that is printed says nothing")
	require.True(t, refusal.Is(y.care.OnPaper(y.ctx, tang.mother, y.day), refusal.NotFound))
	for range 2 {
		require.NoError(t, y.care.OnPaper(y.ctx, y.bea, y.day))
	}
	require.Equal(t, []string{"Lead"}, y.told("care.paper"))
	y.pass(17, 59)
	require.Empty(t, append(y.told("care.no_word"), y.told("care.missing")...))
	y.pass(18, 0)
	require.Equal(t, []string{"Lead"}, y.told("care.untyped"))
	require.Empty(t, append(y.told("care.late"), y.told("care.still")...))
	y.pass(18, 59)
	require.Len(t, y.told("care.untyped"), 1)
	y.pass(19, 0)
	require.Len(t, y.told("care.untyped"), 2, "an hour later")
	y.pass(20, 5)
	require.Len(t, y.told("care.untyped"), 2, "and no more")
	of := func(k kid) int64 { return k.booking[childcare.After] }
	n, err := y.care.TypedIn(y.ctx, y.ann, y.day, []childcare.Typed{
		{At: y.at(16, 2), Did: childcare.DidMeet, Booking: of(tang)}, {At: y.at(16, 20), Did: childcare.DidCome, Booking: of(tang)},
		{At: y.at(16, 2), Did: childcare.DidMeet, Booking: of(yu)}, {At: y.at(16, 20), Did: childcare.DidCome, Booking: of(yu)},
		{At: y.at(17, 40), Did: childcare.DidLeave, Booking: of(tang), Leaving: childcare.Leaving{Guardian: tang.mother.Person, Hand: "paper"}},
	})
	require.NoError(t, err)
	require.Equal(t, 5, n)
	y.pass(20, 10)
	require.Len(t, y.told("care.untyped"), 3, "Yu is here by what was typed in")
	y.pass(21, 10)
	require.Len(t, y.told("care.untyped"), 4, "every hour")
	_, err = y.care.AllHome(y.ctx, y.ann, y.day)
	require.True(t, refusal.Is(err, refusal.NotFound), "that is the lead's to say")
	for _, want := range []int{1, 0} {
		n, err = y.care.AllHome(y.ctx, y.lead, y.day)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	require.Equal(t, []string{"out Yu's mother", "out Wu's mother"}, []string{y.now(yu), y.now(wu)})
	require.Equal(t, []string{"Yu's mother"}, y.told("care.override"))
	y.pass(23, 50)
	require.Len(t, y.told("care.untyped"), 4)
	require.Empty(t, append(y.told("care.late"), y.told("care.missing")...))
	require.Empty(t, apart(t, y.db, y.id))
}

// TestWhatIsTappedEndsADayOnPaper: from then on all rings as ever, also what fell due
// meanwhile.
func TestWhatIsTappedEndsADayOnPaper(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]func(y *yard, tang kid) error{
		"a tap at the gate": func(y *yard, tang kid) error {
			_, err := y.care.Fetched(y.ctx, y.ann, y.sitting["after.fetch"], tang.id)
			return err
		},
		"the lead takes it back": func(y *yard, _ kid) error { return y.care.OffPaper(y.ctx, y.lead, y.day) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			y := newYard(t)
			tang, yu := y.child("Tang", childcare.After), y.child("Yu", childcare.After)
			y.awaits()
			require.NoError(t, y.care.OnPaper(y.ctx, y.bea, y.day))
			y.sent()
			y.pass(16, 13)
			require.Empty(t, y.told("care.no_word"))
			require.NoError(t, ends(y, tang))
			y.pass(16, 15)
			if name == "the lead takes it back" {
				require.Equal(t, []string{"Bea"}, y.told("care.taps"))
				require.Equal(t, []string{"Ann", "Bea", "Lead"}, y.told("care.no_word"))
				return
			}
			require.Equal(t, []string{"Tang's mother", "Lead"}, y.told("care.missing"))
			y.inHall(yu, y.ann)
			y.pass(18, 0)
			require.Equal(t, []string{"Yu's mother"}, y.told("care.late"))
			require.Empty(t, y.told("care.untyped"))
		})
	}
}
