package childcare

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// dayOf are the sittings of the usual week on one day, with ids as they come, from one on.
func dayOf(free bool) (all []Sitting) {
	for i, p := range usual(7) {
		if p.Free = p.Part == Whole; p.Free != free {
			continue
		}
		p.ID = int64(i + 1)
		all = append(all, Sitting{
			ID: p.ID, Day: on(5), Pattern: p, StartsAt: p.From.On(on(5)), EndsAt: p.Until.On(on(5)), Places: p.Places, Price: p.Price,
		})
	}
	return all
}

// TestWhatAChildHasOfADay: of the sittings that are for it those that follow one another.
func TestWhatAChildHasOfADay(t *testing.T) {
	t.Parallel()
	pupil := Child{School: 7, Grade: 3, BirthYear: 2017, Naps: true}
	with := func(do func(*Child)) Child {
		c := pupil
		do(&c)
		return c
	}
	change := func(what What, do func(*Sitting)) func([]Sitting) {
		return func(all []Sitting) {
			for i := range all {
				if all[i].Pattern.What == what {
					do(&all[i])
				}
			}
		}
	}
	off := func(s *Sitting) { s.CancelledAt = &s.Day }
	twin := func(all []Sitting) {}
	for _, r := range []struct {
		why  string
		c    Child
		part Part
		with func([]Sitting)
		free bool
		want string
	}{
		{"a noon of a child that naps", pupil, Noon, twin, false, "fetch lunch nap back"},
		{"of one that does not", with(func(c *Child) { c.Naps = false }), Noon, twin, false, "fetch lunch mind back"},
		{"there is no nap today", pupil, Noon, change(Nap, off), false, "fetch lunch mind back"},
		{"nobody fetches at noon", pupil, Noon, change(Fetch, off), false, ""},
		{"nobody brings back", pupil, Noon, change(Back, off), false, ""},
		{"another school", with(func(c *Child) { c.School = 8 }), Noon, twin, false, ""},
		{"an afternoon", pupil, After, twin, false, "fetch mind"},
		{"with help", with(func(c *Child) { c.Subject = Maths }), After, twin, false, "fetch tutor"},
		{"help in another subject", with(func(c *Child) { c.Subject = Maths }), After,
			change(Tutor, func(s *Sitting) { s.Pattern.Subject = English }), false, "fetch mind"},
		{"help that is full is waited for", with(func(c *Child) { c.Subject = Maths }), After,
			change(Tutor, func(s *Sitting) { s.Taken = s.Places }), false, "fetch tutor"},
		{"not for its grade", with(func(c *Child) { c.Subject = Maths }), After,
			change(Tutor, func(s *Sitting) { s.Pattern.GradeFrom = 4 }), false, "fetch mind"},
		{"it comes by itself", with(func(c *Child) { c.School = 0 }), After, twin, false, "mind"},
		{"nobody minds it", pupil, After, func(all []Sitting) { change(Mind, off)(all); change(Tutor, off)(all) }, false, ""},
		{"too young", pupil, After, change(Mind, func(s *Sitting) { s.Pattern.AgeFrom = 10 }), false, ""},
		{"too old", pupil, After, change(Mind, func(s *Sitting) { s.Pattern.AgeUntil = 8 }), false, ""},
		{"a day without school", pupil, Whole, twin, true, "mind lunch nap mind"},
		{"no such part", pupil, Whole, twin, false, ""},
	} {
		all := dayOf(r.free)
		r.with(all)
		var what []string
		for _, s := range chain(r.c, r.part, all) {
			what = append(what, string(s.Pattern.What))
		}
		require.Equal(t, r.want, strings.Join(what, " "), r.why)
	}
}

// TestOfTwoAtOneTime: the one that it has, then one with a place, then the one that is for
// fewer grades.
func TestOfTwoAtOneTime(t *testing.T) {
	t.Parallel()
	at := func(id int64, taken, grades int) Sitting {
		return Sitting{
			ID: id, Day: on(5), StartsAt: on(5), EndsAt: on(5).Add(time.Hour), Places: 2, Taken: taken,
			Pattern: Pattern{ID: id, Part: After, What: Mind, AgeUntil: 18, GradeUntil: grades},
		}
	}
	for _, r := range []struct {
		all  []Sitting
		had  []int64
		want int64
	}{
		{[]Sitting{at(1, 0, 12), at(2, 0, 12)}, nil, 1},
		{[]Sitting{at(1, 0, 12), at(2, 0, 6)}, nil, 2},
		{[]Sitting{at(1, 0, 12), at(2, 2, 6)}, nil, 1},
		{[]Sitting{at(1, 2, 12), at(2, 0, 12)}, []int64{1}, 1},
		{[]Sitting{at(1, 2, 12), at(2, 2, 12)}, []int64{2}, 2},
	} {
		got := chain(Child{Grade: 3}, After, r.all, r.had...)
		require.Len(t, got, 1)
		require.Equal(t, r.want, got[0].ID)
	}
	require.Equal(t, 0, links{at(1, 1, 12), at(2, 2, 12)}.left(), "as many as the fullest has")
}

// TestAHoldRunsWhileFamiliesAreAwake: from eight to eight, and not over the deadline.
func TestAHoldRunsWhileFamiliesAreAwake(t *testing.T) {
	t.Parallel()
	at := func(day, hour, minute int) time.Time { return on(day).Add(time.Duration(hour*60+minute) * time.Minute) }
	for _, r := range []struct{ now, closes, from, until time.Time }{
		{at(5, 10, 0), at(6, 20, 0), at(5, 10, 0), at(5, 10, 30)},
		{at(5, 19, 50), at(6, 20, 0), at(5, 19, 50), at(6, 8, 20)},
		{at(5, 21, 0), at(6, 20, 0), at(6, 8, 0), at(6, 8, 30)},
		{at(5, 7, 0), at(6, 20, 0), at(5, 8, 0), at(5, 8, 30)},
		{at(5, 19, 50), at(5, 20, 0), at(5, 19, 50), at(5, 20, 0)},
	} {
		from, until := held(r.now, r.closes)
		require.Equal(t, r.from, from)
		require.Equal(t, r.until, until)
	}
}
