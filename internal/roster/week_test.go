package roster

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calendar"
)

// usualWeek are the fourteen patterns of the usual plan of area 1.
func usualWeek() (all []Pattern) {
	for _, slot := range Slots {
		for _, day := range Week {
			all = append(all, Pattern{
				ID: int64(len(all) + 1), Activity: Duty, Area: 1, Slot: slot, Weekday: day, From: usual[slot].From, Until: usual[slot].Until,
			})
		}
	}
	return all
}

func hour(h int) calendar.Clock { return calendar.ClockAt(h, 0) }

// in is the pattern of a slot and a weekday.
func in(all []Pattern, slot string, day int) Pattern {
	for _, p := range all {
		if p.Slot == slot && p.Weekday == day {
			return p
		}
	}
	return Pattern{}
}

func TestWhereNobodyIsPlanned(t *testing.T) {
	t.Parallel()
	without := func(slot string, days ...int) (left []Pattern) {
		for _, p := range usualWeek() {
			if !(Stint{Area: 1, Slot: slot, Days: days}).of(p) {
				left = append(left, p)
			}
		}
		return left
	}
	for _, row := range []struct {
		name string
		all  []Pattern
		want []Gap
	}{
		{"the usual week has none", usualWeek(), nil},
		{"no plan at all", nil, []Gap{{Weekday: 1, Minutes: weekMinutes}}},
		{"no night on Sunday", without(Night, 7), []Gap{{Weekday: 7, From: hour(20), Minutes: 12 * 60}}},
		{"no day on Monday", without(Day, 1), []Gap{{Weekday: 1, From: hour(8), Minutes: 12 * 60}}},
		{"a whole weekend", slicesWithout(without(Night, 6, 7), Day, 6, 7), []Gap{{Weekday: 6, From: hour(8), Minutes: 48 * 60}}},
		{"one shift of a day and a night", []Pattern{{Weekday: 7, From: hour(8), Until: hour(8)}}, []Gap{{Weekday: 1, From: hour(8), Minutes: 6 * dayMinutes}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, row.want, Gaps(row.all))
		})
	}
}

func slicesWithout(all []Pattern, slot string, days ...int) (left []Pattern) {
	for _, p := range all {
		if !(Stint{Area: 1, Slot: slot, Days: days}).of(p) {
			left = append(left, p)
		}
	}
	return left
}

func TestHoursThatTouchGoOnTouching(t *testing.T) {
	t.Parallel()
	span := func(from, until int) calendar.Span { return calendar.Span{From: hour(from), Until: hour(until)} }
	for _, row := range []struct {
		name    string
		slot    string
		days    []int
		to      calendar.Span
		changed int
		slotOf  string // and what a pattern is afterwards
		day     int
		is      calendar.Span
	}{
		{"the nights of the week follow its days", Day, WorkWeek, span(9, 19), 5 + 6, Night, 1, span(19, 9)},
		{"Sunday's night ends when Monday begins", Day, WorkWeek, span(9, 19), 5 + 6, Night, 7, span(20, 9)},
		{"Friday's night ends when Saturday begins", Day, WorkWeek, span(9, 19), 5 + 6, Night, 5, span(19, 8)},
		{"the days follow the nights", Night, Week, span(22, 6), 14, Day, 3, span(6, 22)},
		{"the weekend alone", Day, Weekend, span(10, 18), 2 + 3, Night, 5, span(20, 10)},
		{"a night of a whole day round", Day, []int{2}, span(8, 9), 1 + 1, Night, 2, span(9, 8)},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			all := usualWeek()
			changed, err := moveHours(all, Stint{Area: 1, Slot: row.slot, Days: row.days}, row.to)
			require.NoError(t, err)
			require.Len(t, changed, row.changed)
			after := map[int64]Pattern{}
			for _, p := range append(all, changed...) {
				after[p.ID] = p
			}
			all = all[:0]
			for _, p := range after {
				all = append(all, p)
			}
			p := in(all, row.slotOf, row.day)
			require.Equal(t, row.is, calendar.Span{From: p.From, Until: p.Until})
			require.Empty(t, Gaps(all))
		})
	}
}

func TestHoursThatLeaveNoTimeAreRefused(t *testing.T) {
	t.Parallel()
	_, err := moveHours(usualWeek(), Stint{Area: 1, Slot: Day, Days: []int{1}}, calendar.Span{From: hour(21), Until: hour(22)})
	require.ErrorContains(t, err, "roster.bad_hours")
}

func TestPatternsThatMeet(t *testing.T) {
	t.Parallel()
	all := usualWeek()
	for _, row := range []struct {
		name string
		a, b Pattern
		want bool
	}{
		{"a day and its night do not", in(all, Day, 1), in(all, Night, 1), false},
		{"a Sunday's night and the Monday after it do not", in(all, Night, 7), in(all, Day, 1), false},
		{"a Sunday's night and a Monday that begins early", in(all, Night, 7), Pattern{Weekday: 1, From: hour(7), Until: hour(20)}, true},
		{"the same hours", in(all, Day, 1), in(all, Day, 1), true},
		{"another day", in(all, Day, 1), in(all, Day, 2), false},
		{"one within the other", in(all, Day, 1), Pattern{Weekday: 1, From: hour(10), Until: hour(11)}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, row.want, row.a.meets(row.b))
			require.Equal(t, row.want, row.b.meets(row.a))
		})
	}
}
