package flow

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDaysThatFollowOneAnotherAreOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		days []int
		want []string
	}{
		{"none", nil, nil},
		{"one", []int{7}, []string{"7"}},
		{"a week and a day", []int{1, 2, 3, 4, 7}, []string{"1–4", "7"}},
		{"apart", []int{2, 4, 6}, []string{"2", "4", "6"}},
		{"two weeks", []int{7, 8, 9, 14, 15}, []string{"7–9", "14–15"}},
	} {
		require.Equal(t, c.want, daysInRow(c.days), c.name)
	}
}
