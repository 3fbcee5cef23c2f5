package today_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/today"
)

func TestOneWalkThroughTheHouse(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 8*3600)
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, zone)
	at := func(days, hour int) time.Time { return time.Date(2026, 11, 23+days, hour, 0, 0, 0, zone) }
	type e = today.Errand
	for name, row := range map[string]struct {
		all  []e
		want []int
	}{
		"nothing to do": {nil, []int{}},
		"what is urgent first, however far it is": {
			[]e{{Building: 1, Entrance: 1}, {Urgent: true, Building: 9, Entrance: 4, Flat: "601"}}, []int{1, 0},
		},
		"what waits last, unless it is late meanwhile": {
			[]e{{Building: 1, Waits: true, Due: at(0, 18)}, {Building: 2}, {Building: 9, Waits: true, Due: at(0, 8)}}, []int{2, 1, 0},
		},
		"then what is late, then what is due today": {
			[]e{{Building: 1, Due: at(1, 0)}, {Building: 3, Due: at(0, 18)}, {Building: 9, Due: at(0, 8)}}, []int{2, 1, 0},
		},
		"due by midnight is due today, at midnight tomorrow": {
			[]e{{Building: 1, Due: at(1, 0)}, {Building: 2, Due: at(0, 23)}}, []int{1, 0},
		},
		"by which hour of today does not matter, the way does": {
			[]e{{Building: 2, Due: at(0, 10)}, {Building: 1, Due: at(0, 20)}}, []int{1, 0},
		},
		"nor how late it is": {
			[]e{{Building: 2, Due: at(-3, 10)}, {Building: 1, Due: at(0, 8)}}, []int{1, 0},
		},
		"building by building, not by their numbers": {
			[]e{{Building: 2, Entrance: 1}, {Building: 1, Entrance: 9}}, []int{1, 0},
		},
		"entrance by entrance, flat by flat": {
			[]e{{Building: 1, Entrance: 2, Flat: "101"}, {Building: 1, Entrance: 1, Flat: "1001"}, {Building: 1, Entrance: 1, Flat: "102"}}, []int{2, 1, 0},
		},
		"the stairway before its flats": {
			[]e{{Building: 1, Entrance: 1, Flat: "101"}, {Building: 1, Entrance: 1}}, []int{1, 0},
		},
		"flats with letters beside one another": {
			[]e{{Building: 1, Entrance: 1, Flat: "12B"}, {Building: 1, Entrance: 1, Flat: "A-9"}, {Building: 1, Entrance: 1, Flat: "12A"}}, []int{1, 2, 0},
		},
		"without an entrance after those with one, outdoors last": {
			[]e{{}, {Building: 1}, {Building: 1, Entrance: 3}}, []int{2, 1, 0},
		},
		"at one door as they came": {
			[]e{{Building: 1, Entrance: 1}, {Building: 1, Entrance: 1}, {Building: 1, Entrance: 1}}, []int{0, 1, 2},
		},
	} {
		require.Equal(t, row.want, today.Order(row.all, now), name)
	}
}
