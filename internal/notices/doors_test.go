package notices

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linli-bot/linli/internal/luck"
)

// Buildings 1 and 2 are in the areas 10 and 20.
func at(person int64, building int64, entrance, floor int, more ...func(*Door)) Door {
	d := Door{
		Person: person, Building: building, House: fmt.Sprint(building), Entrance: entrance, Floor: floor,
		Flat: fmt.Sprint(floor*100 + 1), Area: building * 10,
	}
	for _, m := range more {
		m(&d)
	}
	return d
}

func old(d *Door)    { d.Age = 75 }
func single(d *Door) { d.Alone = true }
func phone(d *Door)  { d.Phone = "1" }

func TestWhoGoesToWhichDoor(t *testing.T) {
	t.Parallel()
	home := func(b int64, e int) Home { return Home{Building: b, Entrance: e} }
	many := func(n int, more ...func(*Door)) (all []Door) {
		for i := range n {
			all = append(all, at(int64(100+i), 1, 1, i+1, more...))
		}
		return all
	}
	for name, c := range map[string]struct {
		doors []Door
		hands hands
		want  string // "person→to", a call with ☎, in their order
	}{
		"the old and alone come first, then who is one of both": {
			doors: []Door{at(1, 1, 1, 1), at(2, 1, 1, 2, old), at(3, 1, 1, 6, old, single), at(4, 1, 1, 3, single)},
			hands: hands{duty: map[int64][]int64{10: {9}}},
			want:  "3→9 2→9 4→9 1→9",
		},
		"of the same the walk decides: by house, entrance and floor": {
			doors: []Door{at(1, 2, 1, 1), at(2, 1, 2, 1), at(3, 1, 1, 5), at(4, 1, 1, 2)},
			want:  "4→0 3→0 2→0 1→0",
		},
		"who has a telephone is called": {
			doors: []Door{at(1, 1, 1, 1, phone), at(2, 1, 1, 2)},
			hands: hands{duty: map[int64][]int64{10: {9}}},
			want:  "1→9☎ 2→9",
		},
		"two on duty share, each with entrances of their own": {
			doors: []Door{at(1, 1, 1, 1), at(2, 1, 1, 2), at(3, 1, 2, 1), at(4, 1, 2, 2)},
			hands: hands{duty: map[int64][]int64{10: {8, 9}}},
			want:  "1→8 2→8 3→9 4→9",
		},
		"nobody knocks at another area's doors": {
			doors: []Door{at(1, 1, 1, 1), at(2, 2, 1, 1)},
			hands: hands{duty: map[int64][]int64{20: {9}}},
			want:  "1→0 2→9",
		},
		"nobody knocks at their own door": {
			doors: []Door{at(9, 1, 1, 1)},
			hands: hands{duty: map[int64][]int64{10: {9}}},
			want:  "9→0",
		},
		"what is too much is the helper's of that entrance": {
			doors: append(many(DoorsEach+1), at(1, 1, 2, 1)),
			hands: hands{duty: map[int64][]int64{10: {9}}, helpers: map[Home][]int64{home(1, 1): {7}}},
			want:  strings.Repeat("n→9 ", DoorsEach) + "n→7 1→0",
		},
		"one on duty twice does not do twice as much": {
			doors: append(many(DoorsEach), at(1, 2, 1, 1)),
			hands: hands{duty: map[int64][]int64{10: {9}, 20: {9}}},
			want:  strings.Repeat("n→9 ", DoorsEach) + "1→0",
		},
		"calls and doors are counted apart": {
			doors: append(many(DoorsEach), at(1, 1, 1, 99, phone)),
			hands: hands{duty: map[int64][]int64{10: {9}}},
			want:  strings.Repeat("n→9 ", DoorsEach) + "1→9☎",
		},
		"no more calls than somebody can make": {
			doors: many(CallsEach+1, phone),
			hands: hands{duty: map[int64][]int64{10: {9}}},
			want:  strings.Repeat("n→9☎ ", CallsEach) + "n→0☎",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range share(c.doors, c.hands) {
				who := fmt.Sprint(d.Person)
				if d.Person >= 100 {
					who = "n"
				}
				if who += fmt.Sprintf("→%d", d.To); d.Way == ByPhone {
					who += "☎"
				}
				got = append(got, who)
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestEveryDoorIsSharedOutOnce: whatever doors and hands there are, none is lost or comes
// twice, and nobody has more than an evening holds.
func TestEveryDoorIsSharedOutOnce(t *testing.T) {
	t.Parallel()
	luck.Check(t, func(t *rapid.T) {
		var doors []Door
		for i := range rapid.IntRange(0, 120).Draw(t, "doors") {
			d := at(int64(1000+i), rapid.Int64Range(1, 2).Draw(t, "building"), rapid.IntRange(1, 3).Draw(t, "entrance"), i)
			if rapid.Bool().Draw(t, "phone") {
				phone(&d)
			}
			doors = append(doors, d)
		}
		ids := rapid.SliceOfN(rapid.Int64Range(1, 4), 0, 3)
		by := hands{duty: map[int64][]int64{10: ids.Draw(t, "duty"), 20: ids.Draw(t, "duty")}, helpers: map[Home][]int64{{Building: 1, Entrance: 1}: ids.Draw(t, "helpers")}}
		all := share(doors, by)
		require.Len(t, all, len(doors))
		seen, does := map[int64]bool{}, map[load]int{}
		for i, d := range all {
			require.Equal(t, i+1, d.Nth)
			require.False(t, seen[d.Person], "comes twice")
			seen[d.Person] = true
			if does[load{to: d.To, way: d.Way}]++; d.To != 0 {
				require.LessOrEqual(t, does[load{to: d.To, way: d.Way}], atMost[d.Way])
			}
			require.False(t, i > 0 && all[i-1].rank() > d.rank(), "the old and alone come first")
		}
	})
}

func TestADoorIsOfAHome(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b Door
		same bool
	}{
		"of a household, whoever is asked for": {Door{Household: 1, Person: 2}, Door{Household: 1, Person: 3}, true},
		"of two households":                    {Door{Household: 1, Person: 2}, Door{Household: 2, Person: 3}, false},
		"somebody without a household":         {Door{Person: 2}, Door{Person: 2}, true},
		"two without":                          {Door{Person: 2}, Door{Person: 3}, false},
		"one with and one without":             {Door{Household: 1, Person: 2}, Door{Person: 2}, false},
	} {
		if got := c.a.SameHome(c.b); got != c.same {
			t.Errorf("%s: got %v, want %v", name, got, c.same)
		}
	}
}
