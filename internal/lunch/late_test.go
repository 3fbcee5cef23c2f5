package lunch_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// late is a kitchen whose orders for Tuesday closed an hour ago: Mei has one, and there
// was no second place.
func late(t *testing.T) *hall {
	t.Helper()
	h := newKitchen(t)
	h.menu(h.tuesday, all("tofu")...)
	h.pass(h.at(23, 10, 0))
	h.exec(`UPDATE lunch_places SET capacity = 1`)
	h.order(h.mei, "")
	_, err := h.lunch.Wish(h.ctx, h.mei, h.tuesday, h.mei.Person, 2)
	refused(t, refusal.Conflict, "lunch.still_open", err)
	h.pass(h.at(23, 17, 0))
	return h
}

func (h *hall) asks(a people.Actor, person int64, portions int) lunch.Request {
	h.Helper()
	r, err := h.lunch.Wish(h.ctx, a, h.tuesday, person, portions)
	require.NoError(h, err)
	return r
}

func (h *hall) wishes() []lunch.Request {
	h.Helper()
	all, err := h.lunch.Wishes(h.ctx, h.chef)
	require.NoError(h, err)
	return all
}

// TestAfterTheCutOff: what is asked is a real question to the lead, and what the lead
// grants is cooked, also where there was no place, as a correction.
func TestAfterTheCutOff(t *testing.T) {
	t.Parallel()
	h := late(t)
	_, err := h.lunch.Order(h.ctx, h.wang, lunch.Wish{Day: h.tuesday, Person: h.wang.Person})
	refused(t, refusal.Conflict, "lunch.closed", err)
	_, err = h.lunch.Wish(h.ctx, h.wang, h.tuesday, h.wang.Person, 0)
	refused(t, refusal.Conflict, "lunch.nothing", err)
	_, err = h.lunch.Wish(h.ctx, h.wang, h.tuesday, h.wang.Person, 5)
	refused(t, refusal.Invalid, "lunch.too_many", err)
	_, err = h.lunch.Wish(h.ctx, h.wang, h.tuesday, h.mei.Person, 1)
	require.True(t, refusal.Is(err, refusal.NotFound))
	r := h.asks(h.wang, h.wang.Person, 1)
	require.Equal(t, r, h.asks(h.wang, h.wang.Person, 1))
	require.Equal(t, []int{1, 1}, []int{count(h.told(), "Chef lunch.wish"), h.number(`SELECT count(*) FROM lunch_events WHERE code = 'wish'`)})
	require.Equal(t, 2, h.asks(h.wang, h.wang.Person, 2).Portions)
	require.Equal(t, 1, h.number(`SELECT count(*) FROM lunch_wishes`), "who thinks again asks the same question")
	_, err = h.lunch.Answer(h.ctx, h.wang, r.ID, 1)
	require.True(t, refusal.Is(err, refusal.NotFound))

	for range 2 {
		r, err = h.lunch.Answer(h.ctx, h.chef, r.ID, 2)
		require.NoError(t, err)
	}
	require.Equal(t, []any{true, 2, h.chef.Person}, []any{r.Granted, r.Portions, r.DecidedBy})
	require.Equal(t, []string{"Mei ordered 1 bring", "Wang ordered 2 bring"}, h.tuesdays())
	require.Equal(t, 1, count(h.told(), "Wang lunch.wished"))
	s := h.recounts()
	require.Equal(t, []any{2, 0, 2}, []any{s.Nth, s.Late[0].Was, s.Late[0].Is})
	_, err = h.lunch.Answer(h.ctx, h.secretary, r.ID, lunch.No)
	refused(t, refusal.Conflict, "lunch.answered", err)

	drop := h.asks(h.daughter, h.mei.Person, 0)
	require.Len(t, h.wishes(), 1)
	require.Equal(t, 1, h.sheet().Wishes)
	_, err = h.lunch.Answer(h.ctx, h.chef, drop.ID, 0)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{count(h.told(), "Mei lunch.wished"), count(h.told(), "Daughter lunch.wished")})
	require.Empty(t, h.wishes())
	s = h.recounts()
	require.Equal(t, []int{3, 2, 2}, []int{s.Nth, s.Count.Portions, len(s.Late)})
	h.rulesHold()
}

// TestNoIsAnAnswer too: nothing changes, and who asked knows it.
func TestNoIsAnAnswer(t *testing.T) {
	t.Parallel()
	h := late(t)
	r := h.asks(h.mei, h.mei.Person, 2)
	_, err := h.lunch.Answer(h.ctx, h.chef, r.ID, lunch.No)
	require.NoError(t, err)
	require.Equal(t, []string{"Mei ordered 1 bring"}, h.tuesdays())
	require.Equal(t, 1, count(h.told(), "Mei lunch.wished"))
	require.Equal(t, 1, h.sheet().Nth, "the sheet is the same")
	r = h.asks(h.mei, h.mei.Person, 3)
	h.pass(h.at(24, 11, 30))
	_, err = h.lunch.Answer(h.ctx, h.chef, r.ID, 3)
	refused(t, refusal.Conflict, "lunch.too_late", err)
	require.Empty(t, h.wishes())
	_, err = h.lunch.Wish(h.ctx, h.wang, h.tuesday, h.wang.Person, 1)
	refused(t, refusal.Conflict, "lunch.too_late", err)
}

// TestManyAnswerAtOnce: one answer holds.
func TestManyAnswerAtOnce(t *testing.T) {
	t.Parallel()
	h := late(t)
	r := h.asks(h.wang, h.wang.Person, 1)
	errs := make([]error, 4)
	var hands sync.WaitGroup
	for n := range errs {
		hands.Go(func() { _, errs[n] = h.lunch.Answer(h.ctx, h.chef, r.ID, n) })
	}
	hands.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		refused(t, refusal.Conflict, "lunch.answered", err)
	}
	require.Equal(t, 1, won)
	require.Equal(t, 1, count(h.told(), "Wang lunch.wished"))
	h.recounts()
	h.rulesHold()
}

// TestAVoice: a person listens to it before the cut-off, and what they hear is ordered.
func TestAVoice(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	speak := func(a people.Actor, file string) bool {
		told, err := h.lunch.Voice(h.ctx, a, file)
		require.NoError(t, err)
		return told
	}
	require.False(t, speak(h.mei, "f0"), "nothing can be ordered yet: it is about something else")
	h.menu(h.tuesday, all("tofu")...)
	h.ate(h.wang, dayAt(20))
	h.pass(h.at(23, 10, 0))
	require.False(t, speak(h.daughter, "f0"), "she eats at home")
	for _, file := range []string{"f1", "f1", "f2"} {
		require.True(t, speak(h.mei, file))
	}
	require.True(t, speak(h.wang, "f3"))
	all := h.wishes()
	require.Equal(t, [][]string{{"f1", "f2"}, {"f3"}}, [][]string{all[0].Voices(), all[1].Voices()}, "all that she said")
	require.Equal(t, 2, count(h.told(), "Chef lunch.voice"), "the card of the first is gone")
	list, err := h.lunch.CallList(h.ctx, h.chef, h.tuesday)
	require.NoError(t, err)
	require.Equal(t, []any{"Wang", all[1].ID}, []any{list[0].Name, list[0].Voice}, "who phones him can listen instead")
	_, err = h.lunch.Answer(h.ctx, h.chef, all[0].ID, 2)
	require.NoError(t, err)
	_, err = h.lunch.Answer(h.ctx, h.chef, all[1].ID, 0)
	require.NoError(t, err)
	require.Equal(t, []string{"Mei ordered 2 bring", "Wang cancelled 1 bring"}, h.tuesdays())
	require.Zero(t, h.sees(h.tuesday).Sheet, "nothing is corrected before there is a sheet")
	h.pass(h.at(23, 17, 0))
	require.False(t, speak(h.mei, "f4"))
	h.recounts()
}

// TestNobodyIsPromisedAnAnswer that nobody would give.
func TestNobodyIsPromisedAnAnswer(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.menu(h.tuesday, all("tofu")...)
	h.pass(h.at(23, 10, 0))
	h.order(h.mei, "")
	h.exec(`UPDATE persons SET reachable = false WHERE id IN ($1, $2)`, h.chef.Person, h.secretary.Person)
	told, err := h.lunch.Voice(h.ctx, h.mei, "f1")
	require.NoError(t, err)
	require.False(t, told)
	h.pass(h.at(23, 17, 0))
	_, err = h.lunch.Wish(h.ctx, h.mei, h.tuesday, h.mei.Person, 2)
	refused(t, refusal.Conflict, "lunch.no_lead", err)
	require.Zero(t, h.number(`SELECT count(*) FROM lunch_wishes`))
}
