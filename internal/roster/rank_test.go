package roster_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/roster"
)

func TestTheLikeliestAreAskedFirst(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		all  []roster.Candidate
		want []int64
	}{
		{"nobody", nil, []int64{}},
		{"who knows the hour", []roster.Candidate{{Person: 1}, {Person: 2, Had: 3}, {Person: 3, Had: 1}}, []int64{2, 3, 1}},
		{"then who seldom says no", []roster.Candidate{{Person: 1, Had: 1, Declined: 2}, {Person: 2, Had: 1}, {Person: 3}}, []int64{2, 1, 3}},
		{"then who did the least of late", []roster.Candidate{{Person: 1, Minutes: 720}, {Person: 2, Minutes: 60}, {Person: 3, Minutes: 61}}, []int64{2, 3, 1}},
		{"knowing the hour weighs more than a no", []roster.Candidate{{Person: 1}, {Person: 2, Had: 1, Declined: 9, Minutes: 9999}}, []int64{2, 1}},
		{"else who is here the longest", []roster.Candidate{{Person: 2}, {Person: 1}}, []int64{1, 2}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := []int64{}
			for _, c := range roster.Likeliest(row.all) {
				got = append(got, c.Person)
			}
			require.Equal(t, row.want, got)
		})
	}
}

func TestHowLongAPlaceCounts(t *testing.T) {
	t.Parallel()
	at := func(hour int) time.Time { return time.Date(2026, 11, 24, hour, 0, 0, 0, time.UTC) }
	then := func(hour int) *time.Time { d := at(hour); return &d }
	before := at(0).AddDate(0, 0, -3)
	for _, row := range []struct {
		name  string
		place roster.Assignment
		now   int
		want  time.Duration
	}{
		{"a whole shift", roster.Assignment{Since: before}, 21, 12 * time.Hour},
		{"at the minute at which it ends", roster.Assignment{Since: before}, 20, 12 * time.Hour},
		{"nothing while it goes on", roster.Assignment{Since: before}, 19, 0},
		{"from when it was taken", roster.Assignment{Since: at(14)}, 21, 6 * time.Hour},
		{"nothing where it was missed", roster.Assignment{Since: before, MissedAt: then(9), EndedAt: then(9)}, 21, 0},
		{"nothing where it was missed and nobody else came", roster.Assignment{Since: before, MissedAt: then(22)}, 23, 0},
		{"until somebody fell ill", roster.Assignment{Since: before, EndedAt: then(11)}, 21, 3 * time.Hour},
		{"nothing where it was given back before", roster.Assignment{Since: before, EndedAt: then(7)}, 21, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.place.StartsAt, row.place.EndsAt = at(8), at(20)
			require.Equal(t, row.want, roster.Worked(row.place, at(row.now)))
		})
	}
}

func TestAMonthIsAddedUpByPerson(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	place := func(person int64, hours int, thanked int64) roster.Assignment {
		return roster.Assignment{Person: person, Since: from, StartsAt: from, EndsAt: from.Add(time.Duration(hours) * time.Hour), ThankedBy: thanked}
	}
	missed := place(3, 12, 0)
	missed.MissedAt = &from
	got := roster.Tally([]roster.Assignment{place(1, 4, 0), place(2, 6, 9), place(1, 4, 0), missed}, from.Add(48*time.Hour))
	require.Equal(t, []roster.Month{
		{Person: 1, Shifts: 2, Time: 8 * time.Hour},
		{Person: 2, Shifts: 1, Time: 6 * time.Hour, ThankedBy: 9},
		{Person: 3, Missed: 1},
	}, got)
	require.Empty(t, roster.Tally([]roster.Assignment{place(1, 4, 0)}, from), "what is not over does not count")
}
