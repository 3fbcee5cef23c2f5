package flow

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
)

// TestWhatAPaperSaysIsReadInOrder has two children: Leo is the first by name and may go with
// his mother (a) or his uncle (b), Mia with her mother.
func TestWhatAPaperSaysIsReadInOrder(t *testing.T) {
	t.Parallel()
	leo, mia := childcare.OnList{Child: 1, Booking: 10, Name: "Leo"}, childcare.OnList{Child: 2, Booking: 20, Name: "Mia"}
	leoFirst, miaFirst := leo, mia
	leoFirst.First, miaFirst.First = true, true
	sheet := childcare.Sheet{
		Day: childcare.Day{Day: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)},
		Lists: []childcare.List{
			ofHall(1, childcare.After, childcare.Fetch, "16:00", miaFirst, leoFirst), ofHall(2, childcare.After, childcare.Mind, "16:20", mia, leo),
		},
		Collectors: map[int64][]childcare.Collector{
			1: {{Person: 5, Guardian: true}, {ID: 6}}, 2: {{Person: 8, Guardian: true}},
		},
	}
	met, came := hallClock("16:00"), hallClock("16:20")
	fetched := func(booking int64) []childcare.Typed {
		return []childcare.Typed{{At: met, Did: childcare.DidMeet, Booking: booking}, {At: came, Did: childcare.DidCome, Booking: booking}}
	}
	leoLeft := childcare.Typed{At: hallClock("17:40"), Did: childcare.DidLeave, Booking: 10, Leaving: childcare.Leaving{Child: 1, Collector: 6, Hand: onPaper}}
	miaLeft := childcare.Typed{At: hallClock("17:05"), Did: childcare.DidLeave, Booking: 20, Leaving: childcare.Leaving{Child: 2, Guardian: 8, Hand: onPaper}}
	both := []childcare.Typed{fetched(20)[0], fetched(10)[0], fetched(20)[1], fetched(10)[1]}
	gone := childcare.Typed{At: met, Did: childcare.DidMiss, Booking: 20}
	for name, row := range map[string]struct {
		text  string
		want  []childcare.Typed
		wrong string
	}{
		"who left, in the order of the clock": {"1b 17:40\n2a 17:05", append(both[:4:4], miaLeft, leoLeft), ""},
		"on one line, as one writes":          {"1B17：40，2a 17.05", append(both[:4:4], miaLeft, leoLeft), ""},
		"one was not there": {
			"2-\n1b 17:40", append([]childcare.Typed{gone}, append(fetched(10), leoLeft)...), "",
		},
		"no such child":     {"3a 17:00", nil, "3a 17:00"},
		"no such person":    {"2b 17:00", nil, "2b 17:00"},
		"no such hour":      {"1a 25:00", nil, "1a 25:00"},
		"words are no line": {"Mia left", nil, "Mia left"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, wrong := readPaper(row.text, sheet, time.UTC)
			require.Equal(t, row.wrong, wrong)
			require.Equal(t, row.want, got)
		})
	}
}

// TestWhatNobodyFetchesIsThereAsItBegins: Leo is brought, Mia came as somebody said already.
func TestWhatNobodyFetchesIsThereAsItBegins(t *testing.T) {
	t.Parallel()
	leo := childcare.OnList{Child: 1, Booking: 10, Name: "Leo", First: true}
	mia := childcare.OnList{Child: 2, Booking: 20, Name: "Mia", First: true, Done: true, Settled: true}
	tom := childcare.OnList{Child: 3, Booking: 30, Name: "Tom", First: true, Done: true}
	later := leo
	later.First = false
	sheet := childcare.Sheet{Lists: []childcare.List{
		ofHall(1, childcare.Whole, childcare.Mind, "08:00", leo, mia, tom), ofHall(2, childcare.Whole, childcare.Lunch, "12:00", later),
	}}
	came := func(booking int64) childcare.Typed {
		return childcare.Typed{At: hallClock("08:00"), Did: childcare.DidCome, Booking: booking}
	}
	got, wrong := readPaper(" ", sheet, time.UTC)
	require.Empty(t, wrong)
	require.Equal(t, []childcare.Typed{came(10), came(20)}, got)
}
