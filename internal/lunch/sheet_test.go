package lunch_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// sheet reads Tuesday's.
func (h *hall) sheet() lunch.Sheet {
	h.Helper()
	s, err := h.lunch.Sheet(h.ctx, h.chef, h.tuesday)
	require.NoError(h, err)
	return s
}

// recounts checks that the sheet says what happened.
func (h *hall) recounts() lunch.Sheet {
	h.Helper()
	s := h.sheet()
	c, err := h.lunch.Recount(h.ctx, h.id, h.tuesday)
	require.NoError(h, err)
	require.Equal(h, c, s.Count)
	return s
}

// door moves somebody.
func (h *hall) door(who people.Actor, building int64, entrance int, flat string) {
	h.Helper()
	_, err := h.people.Settle(h.ctx, who, building, entrance, flat)
	require.NoError(h, err)
}

// TestTheSheet: what is cooked, for whom, and the way to their doors.
func TestTheSheet(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	far, err := community.New(h.db, h.clk).AddBuilding(h.ctx, h.id, 0, community.Building{Name: "12", Entrances: 2, Area: 1})
	require.NoError(t, err)
	a, b, c := h.eater("A"), h.eater("B"), h.eater("C")
	h.door(a, far.ID, 1, "101")
	h.door(b, h.home, 2, "1201")
	h.door(c, h.home, 2, "501")
	h.diet(h.mei.Person, lunch.Halal, lunch.Soft)
	h.diet(a.Person, lunch.Soft)
	h.menu(h.tuesday, lunch.Line{Name: "pork", Choice: 1}, lunch.Line{Name: "tofu", Choice: 2}, lunch.Line{Name: "rice"})
	h.ticks("pork", lunch.Pork, lunch.Hard)
	h.pass(h.at(23, 10, 0))
	word := "no coriander"
	h.order(h.mei, "")
	h.wish(a, lunch.Wish{Day: h.tuesday, Person: a.Person, Portions: 2, Choice: 1, Word: &word})
	h.order(b, "")
	h.wish(c, lunch.Wish{Day: h.tuesday, Person: c.Person, Choice: 2})
	h.wish(h.wang, lunch.Wish{Day: h.tuesday, Person: h.wang.Person, Mode: lunch.Eat})
	h.pass(h.at(23, 16, 0))

	s := h.recounts()
	require.Equal(t, []int{5, 6, 1}, []int{s.Count.Orders, s.Count.Portions, s.Nth})
	require.Equal(t, map[lunch.Mode]int{lunch.Bring: 5, lunch.Eat: 1}, s.Count.Modes)
	require.Equal(t, []int{4, 2, 6}, []int{s.Dishes[0].Portions, s.Dishes[1].Portions, s.Dishes[2].Portions})
	require.Equal(t, []lunch.Special{{Diet: lunch.Soft, Portions: 3}, {Diet: lunch.Halal, Portions: 1}}, s.Diets)
	require.Equal(t, []string{"3/1/101 Mei", "3/2/501 C", "3/2/1201 B", "12/1/101 A"}, walk(s))
	require.Equal(t, []int{1, 2, 2}, []int{s.Run[0].Portions, s.Run[1].Portions, s.Run[2].Portions})
	require.Len(t, s.Words, 1, "A's word, and that pork is hard to chew")
	require.Equal(t, []any{word, lunch.Soft}, []any{s.Words[0].Word, s.Words[0].Clashes[0].Diet})
	require.Empty(t, s.Late)

	none := s.WithoutNames()
	require.Empty(t, none.Run)
	for _, l := range append(none.Labels, none.Words...) {
		require.Equal(t, []any{"", int64(0), lunch.Door{}}, []any{l.Name, l.Person, l.Door})
	}
	require.Equal(t, "Mei", s.Labels[0].Name, "nor does that take them from the others")
	_, err = h.lunch.Sheet(h.ctx, h.wang, h.tuesday)
	require.True(t, refusal.Is(err, refusal.NotFound))
	require.NoError(t, h.lunch.Rain(h.ctx, h.chef, h.tuesday, true))
	require.Contains(t, walk(h.recounts()), "3/1/101 Wang", "in bad weather who would come is brought theirs")
}

// walk is the way to the doors.
func walk(s lunch.Sheet) (all []string) {
	for _, e := range s.Run {
		for _, l := range e.Labels {
			all = append(all, l.Door.House+"/"+string(rune('0'+e.Entrance))+"/"+l.Door.Flat+" "+l.Name)
		}
	}
	return all
}

// TestCorrections: what is different from the first sheet is said, as it first was.
func TestCorrections(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.menu(h.tuesday, all("tofu")...)
	h.pass(h.at(23, 10, 0))
	mei, wang := h.order(h.mei, ""), h.order(h.wang, "")
	h.pass(h.at(23, 16, 0))
	_, err := h.people.Hospital(h.ctx, h.secretary, h.wang.Person, nil)
	require.NoError(t, err)
	s := h.recounts()
	require.Len(t, s.Late, 1)
	require.Equal(t, []any{wang.ID, 1, 0}, []any{s.Late[0].Order, s.Late[0].Was, s.Late[0].Is})
	require.Equal(t, []int64{mei.ID}, []int64{s.Labels[0].Order})
	require.Equal(t, 1, count(h.told(), "Chef lunch.dropped"))
}
