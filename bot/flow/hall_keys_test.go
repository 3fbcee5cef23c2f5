package flow

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/i18n"
)

// hallTexts is somebody of a language, at the gate.
func hallTexts(t *testing.T, lang string) Visit {
	t.Helper()
	all, err := i18n.Load()
	require.NoError(t, err)
	return Visit{Texts: all.In(lang, hallClock("11:35"), time.UTC), Now: hallClock("11:35"), Zone: time.UTC}
}

// rollKeysOf is a keyboard as one reads it, a row a line.
func rollKeysOf(v Visit, d hallDay, r roll) (rows [][]string) {
	for _, keys := range v.rollKeys(d, r) {
		var row []string
		for _, k := range keys {
			row = append(row, k.Text)
		}
		rows = append(rows, row)
	}
	return rows
}

// TestTheKeysOfAListFitOneThumb: all of them on top, the children two in a row, and a child
// with a long name alone.
func TestTheKeysOfAListFitOneThumb(t *testing.T) {
	t.Parallel()
	kid := func(id int64, name string, place childcare.Place) childcare.OnList {
		return childcare.OnList{Child: id, Booking: id, Name: name, Grade: 3, Class: "1", Place: place, Since: hallClock("11:45"), Done: place != childcare.Out}
	}
	for name, row := range map[string]struct {
		lang  string
		kids  []childcare.OnList
		other []childcare.OnList // at the gate of another school
		want  [][]string
	}{
		"at the gate": {
			"en", []childcare.OnList{kid(1, "Archie", childcare.Out), kid(2, "Daisy", childcare.Out), kid(3, "Freya", childcare.Out)}, nil,
			[][]string{{"11:40 gate all here"}, {"11:40 not Archie", "11:40 not Daisy"}, {"11:40 not Freya"}, {"The children"}},
		},
		"校门": {
			"zh", []childcare.OnList{kid(1, "小雨", childcare.Out), kid(2, "乐乐", childcare.Out)}, nil,
			[][]string{{"11:40校门全到了"}, {"11:40小雨没到", "11:40乐乐没到"}, {"今天的孩子"}},
		},
		"on the way": {
			"en", []childcare.OnList{kid(1, "Archie", childcare.OnTheWay), kid(2, "Daisy", childcare.OnTheWay)}, nil,
			[][]string{{"11:40 hall all here"}, {"11:40 Archie here", "11:40 Daisy here"}, {"The children"}},
		},
		"a long name stands alone": {
			"en", []childcare.OnList{kid(1, "Archie", childcare.Out), kid(2, "Maximiliane Sophie", childcare.Out), kid(3, "Freya", childcare.Out)}, nil,
			[][]string{{"11:40 gate all here"}, {"11:40 not Archie"}, {"11:40 not Maximiliane Sophie"}, {"11:40 not Freya"}, {"The children"}},
		},
		"two with one name, in one class": {
			"en", []childcare.OnList{kid(1, "Leo", childcare.Out), kid(2, "Leo", childcare.Out)}, nil,
			[][]string{{"11:40 gate all here"}, {"11:40 not Leo (grade 3, class 1, 1)"}, {"11:40 not Leo (grade 3, class 1, 2)"}, {"The children"}},
		},
		"another school at the same hour": {
			"en", []childcare.OnList{kid(1, "Archie", childcare.Out)}, []childcare.OnList{kid(9, "Theo", childcare.Out)},
			[][]string{{"11:40 Haiyang gate all here"}, {"11:40 not Archie"}, {"The children"}},
		},
		"and all were met there": {
			"en", []childcare.OnList{kid(1, "Archie", childcare.Out)}, []childcare.OnList{{Child: 9, Name: "Theo", Place: childcare.InHall, Done: true}},
			[][]string{{"11:40 Haiyang gate all here"}, {"11:40 not Archie"}, {"The children"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := ofHall(1, childcare.Noon, childcare.Fetch, "11:40", row.kids...)
			l.Sitting.SchoolName = "Haiyang"
			d := hallDay{lists: []childcare.List{l}}
			if row.other != nil {
				o := ofHall(2, childcare.Noon, childcare.Fetch, "11:40", row.other...)
				o.Sitting.SchoolName = "Fourth"
				d.lists = append(d.lists, o)
			}
			require.Equal(t, row.want, rollKeysOf(hallTexts(t, row.lang), d, d.rolls()[0]))
		})
	}
}

// TestWhoTookThemAtSchoolIsOneKey: beside that all are there, which comes first, who took
// some of this school before; the newest three, and somebody else.
func TestWhoTookThemAtSchoolIsOneKey(t *testing.T) {
	t.Parallel()
	l := ofHall(1, childcare.Noon, childcare.Back, "13:40",
		childcare.OnList{Child: 1, Name: "Archie", Place: childcare.OnTheWay, Since: hallClock("13:35")},
		childcare.OnList{Child: 2, Name: "Daisy", Place: childcare.OnTheWay, Since: hallClock("13:35")})
	l.Sitting.SchoolName = "Haiyang"
	d := hallDay{lists: []childcare.List{l}}
	keys := func(lang string) [][]string { return rollKeysOf(hallTexts(t, lang), d, d.rolls()[0]) }
	require.Equal(t, [][]string{
		{"13:40 school all here"}, {"13:40 to whom?"}, {"13:40 school all but Archie"}, {"13:40 school all but Daisy"}, {"The children"},
	}, keys("en"))
	d.takers = map[string][]string{"Haiyang": {"周老师", "李老师", "王老师", "吴老师"}, "Fourth": {"陈老师"}}
	require.Equal(t, [][]string{
		{"13:40到校全到了"}, {"13:40交给周老师", "13:40交给李老师"}, {"13:40交给王老师", "13:40交给谁？"},
		{"13:40到校除了Archie都到了"}, {"13:40到校除了Daisy都到了"}, {"今天的孩子"},
	}, keys("zh"))
}

// TestWhatMattersAtAnHour is a day of a child that comes at noon and after school: what is
// offered first at an hour, and what stands behind it.
func TestWhatMattersAtAnHour(t *testing.T) {
	t.Parallel()
	const (
		fetched, back, again, nap, mind = 1, 2, 3, 4, 5
	)
	for name, row := range map[string]struct {
		at         string
		noon       childcare.OnList
		near, rest []int64
	}{
		"in the morning, the next":           {"09:00", childcare.OnList{Place: childcare.Out}, []int64{fetched}, []int64{again}},
		"before noon":                        {"11:20", childcare.OnList{Place: childcare.Out}, []int64{fetched}, []int64{again}},
		"in the hall":                        {"12:50", childcare.OnList{Place: childcare.InHall, Done: true}, []int64{back}, []int64{again}},
		"nobody said a word of noon":         {"15:30", childcare.OnList{Place: childcare.Out}, []int64{again}, []int64{fetched}},
		"in the evening nothing is next":     {"19:00", childcare.OnList{Place: childcare.Out}, nil, []int64{fetched, again}},
		"who is on the way matters all day":  {"19:00", childcare.OnList{Place: childcare.OnTheWay, Done: true, Since: hallClock("11:45")}, []int64{fetched}, []int64{again}},
		"who was not taken back stands more": {"17:00", childcare.OnList{Place: childcare.InHall, Done: true}, []int64{again}, []int64{back}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row.noon.Child, row.noon.Booking = 7, 70
			after, toBack := row.noon, row.noon
			after.Booking, after.Done, toBack.Done = 71, false, false
			d := hallDay{lists: []childcare.List{
				ofHall(fetched, childcare.Noon, childcare.Fetch, "11:40", row.noon), ofHall(back, childcare.Noon, childcare.Back, "13:40", toBack),
				ofHall(again, childcare.After, childcare.Fetch, "16:00", after),
			}}
			ids := func(rolls []roll) (all []int64) {
				for _, r := range rolls {
					all = append(all, r.Sitting.ID)
				}
				return all
			}
			near, rest := d.parted(hallClock(row.at))
			require.Equal(t, row.near, ids(near))
			require.Equal(t, row.rest, ids(rest))
		})
	}
	lists := []childcare.List{ofHall(nap, childcare.Noon, childcare.Nap, "12:40"), ofHall(mind, childcare.After, childcare.Mind, "16:20")}
	for at, want := range map[string]int64{"12:30": nap, "12:50": nap, "13:20": nap, "16:10": mind} {
		on := during(lists, hallClock(at), true)
		require.Len(t, on, 1, at)
		require.Equal(t, want, on[0].Sitting.ID, at)
	}
	require.Empty(t, during(lists, hallClock("15:00"), true))
	require.Len(t, during(lists, hallClock("15:00"), false), 2)
}

// TestWhatAClassIsCalled: a number alone says nothing.
func TestWhatAClassIsCalled(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		grade  int
		class  string
		en, zh string
	}{
		{6, "1", "grade 6, class 1", "6年级1班"},
		{0, "1", "class 1", "1班"},
		{6, "", "grade 6", "6年级"},
		{6, "6B", "6B", "6B"},
		{0, "", "", ""},
	} {
		require.Equal(t, row.en, hallTexts(t, "en").classWords(row.grade, row.class), "%+v", row)
		require.Equal(t, row.zh, hallTexts(t, "zh").classWords(row.grade, row.class), "%+v", row)
	}
}
