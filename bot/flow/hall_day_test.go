package flow

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
)

// ofHall is a sitting of a day of November, with its children.
func ofHall(id int64, part childcare.Part, what childcare.What, from string, children ...childcare.OnList) childcare.List {
	at, err := time.Parse("15:04", from)
	if err != nil {
		panic(err)
	}
	at = time.Date(2026, 11, 24, at.Hour(), at.Minute(), 0, 0, time.UTC)
	l := childcare.List{Children: children}
	l.Sitting = childcare.Sitting{ID: id, Pattern: childcare.Pattern{Part: part, What: what}, StartsAt: at, EndsAt: at.Add(20 * time.Minute)}
	return l
}

func hallClock(text string) time.Time {
	at, err := time.Parse("15:04", text)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 11, 24, at.Hour(), at.Minute(), 0, 0, time.UTC)
}

// TestWhereChildrenAreCounted follows a child through its day: at every moment it is
// counted at one place at most.
func TestWhereChildrenAreCounted(t *testing.T) {
	t.Parallel()
	const (
		fetched, lunch, back, again, mind = 1, 2, 3, 4, 5
	)
	type counted struct {
		sitting int64
		at      spot
	}
	for name, row := range map[string]struct {
		noon, after childcare.OnList // as the lists of each booking say
		want        []counted
	}{
		"in the morning it is expected at both gates": {
			childcare.OnList{Place: childcare.Out}, childcare.OnList{Place: childcare.Out},
			[]counted{{fetched, atGate}, {again, atGate}},
		},
		"fetched at noon it is on the way to the hall": {
			childcare.OnList{Place: childcare.OnTheWay, Since: hallClock("11:45"), Done: true}, childcare.OnList{Place: childcare.OnTheWay, Since: hallClock("11:45")},
			[]counted{{fetched, atHall}, {again, atGate}},
		},
		"in the hall it is to be taken back": {
			childcare.OnList{Place: childcare.InHall, Since: hallClock("11:58"), Done: true}, childcare.OnList{Place: childcare.InHall, Since: hallClock("11:58")},
			[]counted{{back, setsOff}, {again, atGate}},
		},
		"on the way back it is on no way to the hall": {
			childcare.OnList{Place: childcare.OnTheWay, Since: hallClock("13:38"), Done: true}, childcare.OnList{Place: childcare.OnTheWay, Since: hallClock("13:38")},
			[]counted{{back, atSchool}, {again, atGate}},
		},
		"one that is missing is counted nowhere": {
			childcare.OnList{Place: childcare.Lost, Missing: true}, childcare.OnList{Place: childcare.Lost, Absent: childcare.Away}, nil,
		},
		"of one that does not come nothing is asked": {
			childcare.OnList{Absent: childcare.Ill}, childcare.OnList{Absent: childcare.Ill}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row.noon.Child, row.noon.Booking, row.after.Child, row.after.Booking = 7, 70, 7, 71
			atBack, inAfter := row.noon, row.after
			atBack.Done, inAfter.Done = false, false
			d := hallDay{[]childcare.List{
				ofHall(fetched, childcare.Noon, childcare.Fetch, "11:40", row.noon), ofHall(lunch, childcare.Noon, childcare.Lunch, "12:00", row.noon),
				ofHall(back, childcare.Noon, childcare.Back, "13:40", atBack),
				ofHall(again, childcare.After, childcare.Fetch, "16:00", row.after), ofHall(mind, childcare.After, childcare.Mind, "16:20", inAfter),
			}}
			var got []counted
			for _, r := range d.rolls() {
				got = append(got, counted{r.Sitting.ID, r.at})
			}
			require.Equal(t, row.want, got)
		})
	}
}

// TestAChildThatIsBroughtIsCountedOnce has a day without school, of which each part is in
// the hall; also when somebody said that it is not there yet.
func TestAChildThatIsBroughtIsCountedOnce(t *testing.T) {
	t.Parallel()
	mia := childcare.OnList{Child: 7, Booking: 70, Place: childcare.Out}
	first := mia
	first.First = true
	d := hallDay{[]childcare.List{
		ofHall(1, childcare.Whole, childcare.Mind, "08:00", first), ofHall(2, childcare.Whole, childcare.Lunch, "12:00", mia),
	}}
	all := d.rolls()
	require.Len(t, all, 1)
	require.Equal(t, int64(1), all[0].Sitting.ID)
	require.Equal(t, atHall, all[0].at)
	first.NotYet = true
	second := first
	second.Child, second.NotYet = 8, false
	for name, row := range map[string]struct {
		children []childcare.OnList
		but      []int64
	}{
		"all here are the others":             {[]childcare.OnList{first, second}, []int64{7}},
		"or the last, when there is no other": {[]childcare.OnList{first}, nil},
	} {
		r, is := hallDay{[]childcare.List{ofHall(1, childcare.Whole, childcare.Mind, "08:00", row.children...)}}.rollOf(1, atHall)
		require.True(t, is, name)
		require.Len(t, r.left, len(row.children), name)
		require.Equal(t, row.but, r.butNotYet(), name)
	}
}
