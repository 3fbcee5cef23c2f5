package cases

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheClockOfWhatComesBack reads: what became of a lamp taken on Monday the 23rd at
// 9:05, seven days to do it → by when it is to be done, and what its clocks say from
// then on.
func TestTheClockOfWhatComesBack(t *testing.T) {
	t.Parallel()
	type step struct {
		after time.Duration // since the Monday morning
		to    Status
	}
	const day = 24 * time.Hour
	for _, c := range []struct {
		name  string
		steps []step
		by    string
		says  string
	}{
		{"done in time, back a day later: a day more", []step{{2 * day, Done}, {3 * day, Taken}}, "01 09:05", "warn 30 09:05, slip 30 21:05, late 01 09:05, charge 01 11:05, silent 02 11:05"},
		{"done in time, back after a week: what was left", []step{{2 * day, Done}, {9 * day, Taken}}, "07 09:05", "warn 06 09:05, slip 06 21:05, late 07 09:05, charge 07 11:05, silent 08 11:05"},
		{"done an hour before its time: an hour is left, and nobody is warned of it", []step{{7*day - time.Hour, Done}, {14 * day, Taken}}, "07 10:05", "late 07 10:05, charge 07 12:05, silent 08 12:05"},
		{"done when it was late: late at once, and who is in charge hears of it a day of work later", []step{{8 * day, Done}, {15 * day, Taken}}, "30 09:05", "charge 09 09:05, silent 10 09:05"},
		{"back twice", []step{{2 * day, Done}, {3 * day, Taken}, {4 * day, Done}, {5 * day, Taken}}, "02 09:05", "warn 01 09:05, slip 01 21:05, late 02 09:05, charge 02 11:05, silent 03 11:05"},
		{"it held, and broke again after three weeks", []step{{2 * day, Done}, {3 * day, Held}, {23 * day, Taken}}, "21 09:05", "warn 20 09:05, slip 20 21:05, late 21 09:05, charge 21 11:05, silent 22 11:05"},
		{"seen to hold by another, and not so", []step{{2 * day, Done}, {9 * day, Seen}, {10 * day, Taken}}, "08 09:05", "warn 07 09:05, slip 07 21:05, late 08 09:05, charge 08 11:05, silent 09 11:05"},
		{"reported done: nothing, however long", []step{{2 * day, Done}}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k := Case{Status: Taken, Kind: "lamp", OpenedAt: moved(0), DueAt: moved(3 * day), AskedAt: moved(0), TakenAt: moved(0), SeenTo: moved(0)}
			r := office()
			for _, s := range c.steps {
				turn := &turn{c: k, from: k.Status, stood: k, now: *moved(s.after), rules: r}
				if s.to == Taken {
					turn.comesBack()
				}
				if turn.c.Status = s.to; s.to == Held || s.to == Seen {
					turn.c.ClosedAt = &turn.now // wind leaves what has ended alone
				} else {
					turn.pause()
				}
				k = turn.c
			}
			by, runs := r.doneBy(k)
			require.Equal(t, c.by != "", runs)
			if runs {
				require.Equal(t, c.by, by.In(shanghai).Format("02 15:04"))
				k.DoneBy = &by
			}
			var says []string
			for _, m := range r.moments(k) {
				if m.at.After(*k.SeenTo) {
					says = append(says, string(m.what)+" "+m.at.In(shanghai).Format("02 15:04"))
				}
			}
			require.Equal(t, c.says, strings.Join(says, ", "))
		})
	}
}
