package lunch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestAHoldRunsWhilePeopleAreAwake(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("here", 8*3600)
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, zone) }
	closes := at(24, 16, 0)
	for name, c := range map[string]struct{ now, from, until time.Time }{
		"at noon":                    {at(23, 12, 0), at(23, 12, 0), at(23, 12, 30)},
		"at eight":                   {at(23, 8, 0), at(23, 8, 0), at(23, 8, 30)},
		"before eight":               {at(23, 5, 0), at(23, 8, 0), at(23, 8, 30)},
		"until eight in the evening": {at(23, 19, 30), at(23, 19, 30), at(23, 20, 0)},
		"into the evening":           {at(23, 19, 50), at(23, 19, 50), at(24, 8, 20)},
		"at eight in the evening":    {at(23, 20, 0), at(24, 8, 0), at(24, 8, 30)},
		"at night":                   {at(23, 23, 59), at(24, 8, 0), at(24, 8, 30)},
		"before the cut-off":         {at(24, 15, 45), at(24, 15, 45), closes},
	} {
		from, until := lunch.Held(c.now, closes)
		require.Equal(t, []string{c.from.String(), c.until.String()}, []string{from.String(), until.String()}, name)
	}
}

// TestTheMovesOfAnOrder: each from and to, as one reads them aloud.
func TestTheMovesOfAnOrder(t *testing.T) {
	t.Parallel()
	may := map[lunch.Status][]lunch.Status{
		"":              {lunch.Ordered, lunch.Waiting, lunch.Cancelled},
		lunch.Ordered:   {lunch.Ordered, lunch.Waiting, lunch.Cancelled},
		lunch.Waiting:   {lunch.Waiting, lunch.Offered, lunch.Ordered, lunch.Cancelled},
		lunch.Offered:   {lunch.Ordered, lunch.Waiting, lunch.Cancelled},
		lunch.Cancelled: {lunch.Ordered, lunch.Waiting},
	}
	all := []lunch.Status{"", lunch.Ordered, lunch.Waiting, lunch.Offered, lunch.Cancelled}
	for _, from := range all {
		for _, to := range all {
			require.Equal(t, contains(may[from], to), lunch.Can(from, to), "%q to %q", from, to)
		}
	}
}

func contains(all []lunch.Status, one lunch.Status) bool {
	for _, x := range all {
		if x == one {
			return true
		}
	}
	return false
}

func TestTakeItForMe(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.order(h.wang, "")
	_, err := h.lunch.Order(h.ctx, h.mei, lunch.Wish{Day: h.tuesday, Person: h.mei.Person})
	refused(t, refusal.Conflict, "lunch.full", err)
	o := h.order(h.mei, lunch.TakeForMe)
	require.Equal(t, lunch.Waiting, o.Status)
	of, err := h.lunch.Coming(h.ctx, h.mei, h.mei.Person, 1)
	require.NoError(t, err)
	require.Equal(t, []any{1, 0, 1}, []any{of[0].Position, of[0].Left[lunch.Bring], of[0].Left[lunch.Eat]})
	h.pass(h.at(23, 10, 30))
	h.not(h.wang)
	require.Equal(t, []string{"Mei ordered 1 bring", "Wang cancelled 1 bring"}, h.tuesdays())
	require.Equal(t, []string{"Mei lunch.got"}, h.told())
	h.rulesHold()
}

func TestAskMeFirst(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	third := h.eater("Third")
	h.order(h.wang, "")
	mine := h.order(h.mei, lunch.AskMeFirst)
	h.order(third, lunch.AskMeFirst)
	_, err := h.lunch.Accept(h.ctx, h.mei, mine.ID)
	refused(t, refusal.Conflict, "lunch.not_offered", err)
	h.not(h.wang)
	require.Equal(t, []string{"Mei offered 1 bring", "Wang cancelled 1 bring", "Third waiting 1 bring"}, h.tuesdays())
	require.Equal(t, []string{"Mei lunch.offered"}, h.told())
	_, err = h.lunch.Order(h.ctx, h.wang, lunch.Wish{Day: h.tuesday, Person: h.wang.Person})
	refused(t, refusal.Conflict, "lunch.full", err)
	h.pass(h.at(23, 10, 29))
	require.Equal(t, lunch.Offered, h.mine(h.mei).Status)
	h.pass(h.at(23, 10, 30))
	require.Equal(t, []string{"Mei cancelled 1 bring", "Wang cancelled 1 bring", "Third offered 1 bring"}, h.tuesdays())
	require.Contains(t, h.told(), "Mei lunch.lapsed")
	_, err = h.lunch.Accept(h.ctx, h.mei, mine.ID)
	refused(t, refusal.Conflict, "lunch.hold_over", err)
	got, err := h.lunch.Accept(h.ctx, third, h.mine(third).ID)
	require.NoError(t, err)
	require.Equal(t, []any{lunch.Ordered, lunch.FromList}, []any{got.Status, got.How})
	again, err := h.lunch.Accept(h.ctx, third, got.ID)
	require.NoError(t, err)
	require.Equal(t, got, again)
	h.pass(h.at(23, 12, 0))
	require.Equal(t, lunch.Ordered, h.mine(third).Status, "an answered hold does not run out")
	h.rulesHold()
}

// mine is what somebody has of Tuesday.
func (h *hall) mine(a people.Actor) lunch.Order {
	h.Helper()
	of, err := h.lunch.Coming(h.ctx, a, a.Person, 1)
	require.NoError(h, err)
	return of[0].Order
}

// TestAHoldIsOverWhenItsTimeIs: also where nobody has ended it yet.
func TestAHoldIsOverWhenItsTimeIs(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.order(h.wang, "")
	mine := h.order(h.mei, lunch.AskMeFirst)
	h.not(h.wang)
	h.clk.Advance(30 * time.Minute)
	_, err := h.lunch.Accept(h.ctx, h.mei, mine.ID)
	refused(t, refusal.Conflict, "lunch.hold_over", err)
	require.Equal(t, lunch.Offered, h.mine(h.mei).Status)
	h.pass(h.clk.Now())
	require.Equal(t, lunch.Cancelled, h.mine(h.mei).Status)
}

func TestADeclinedPlaceGoesOn(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	third := h.eater("Third")
	h.order(h.wang, "")
	mine := h.wish(h.daughter, lunch.Wish{Day: h.tuesday, Person: h.mei.Person, List: lunch.AskMeFirst})
	h.order(third, lunch.TakeForMe)
	h.not(h.wang)
	require.Subset(t, h.told(), []string{"Mei lunch.offered", "Daughter lunch.offered"}, "either answers")
	for range 2 {
		o, err := h.lunch.Decline(h.ctx, h.daughter, mine.ID)
		require.NoError(t, err)
		require.Equal(t, lunch.Cancelled, o.Status)
	}
	require.Equal(t, []string{"Mei cancelled 1 bring", "Wang cancelled 1 bring", "Third ordered 1 bring"}, h.tuesdays())
	h.rulesHold()
}

// TestNobodyHeardOfThePlace: whom Telegram does not reach, and nobody for them, the
// kitchen phones.
func TestNobodyHeardOfThePlace(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	third := h.eater("Third")
	require.NoError(t, h.people.Unreachable(h.ctx, h.id, third.Person))
	h.order(h.wang, "")
	h.wish(h.chef, lunch.Wish{Day: h.tuesday, Person: third.Person, List: lunch.AskMeFirst, How: lunch.ByPhone})
	h.not(h.wang)
	require.Contains(t, h.told(), "Chef lunch.offered")
}

// TestWhoHasAPlaceKeepsIt: more of the same, where there is no more, takes nothing.
func TestWhoHasAPlaceKeepsIt(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.order(h.mei, "")
	for _, list := range []string{lunch.AskNow, lunch.TakeForMe, lunch.AskMeFirst} {
		_, err := h.lunch.Order(h.ctx, h.mei, lunch.Wish{Day: h.tuesday, Person: h.mei.Person, Portions: 2, List: list})
		refused(t, refusal.Conflict, "lunch.full", err)
	}
	require.Equal(t, []string{"Mei ordered 1 bring"}, h.tuesdays())
	h.wish(h.wang, lunch.Wish{Day: h.tuesday, Person: h.wang.Person, Mode: lunch.Eat})
	o := h.wish(h.mei, lunch.Wish{Day: h.tuesday, Person: h.mei.Person, Mode: lunch.Eat, List: lunch.TakeForMe})
	require.Equal(t, lunch.Waiting, o.Status, "for another way she said that she waits")
	h.rulesHold()
}

// TestGuestsEatWhenPlacesAreLeft: those for whom the kitchen is there come first.
func TestGuestsEatWhenPlacesAreLeft(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	visitor := h.meet("Visitor")
	_, err := h.lunch.LetIn(h.ctx, h.chef, lunch.Entry{Person: visitor.Person, By: lunch.AsGuest, Reason: "visits Mei"})
	require.NoError(t, err)
	h.order(h.wang, "")
	h.order(visitor, lunch.TakeForMe)
	h.order(h.mei, lunch.TakeForMe)
	h.not(h.wang)
	require.Equal(t, []string{"Mei ordered 1 bring", "Wang cancelled 1 bring", "Visitor waiting 1 bring"}, h.tuesdays())
}

// TestAtTheCutOffNobodyWaits: the list ends with the day.
func TestAtTheCutOffNobodyWaits(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	third := h.eater("Third")
	h.order(h.wang, "")
	h.order(h.mei, lunch.AskMeFirst)
	h.order(third, lunch.TakeForMe)
	h.pass(h.at(23, 15, 50))
	h.not(h.wang)
	require.Equal(t, h.at(23, 16, 0).UTC(), h.mine(h.mei).HeldUntil.UTC(), "the cut-off ends a hold")
	h.clk.Advance(10 * time.Minute)
	require.NoError(t, h.lunch.Unlist(h.ctx, h.id, h.tuesday))
	require.Equal(t, []string{"Mei cancelled 1 bring", "Wang cancelled 1 bring", "Third cancelled 1 bring"}, h.tuesdays())
	require.Subset(t, h.told(), []string{"Mei lunch.lapsed", "Third lunch.lapsed"})
	h.pass(h.at(23, 17, 0))
	h.rulesHold()
}

func TestFewerThanAreTaken(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	third := h.eater("Third")
	_, err := h.lunch.Capacity(h.ctx, h.chef, h.tuesday, lunch.Bring, 3)
	require.NoError(t, err)
	for _, a := range []people.Actor{h.mei, h.wang, third} {
		h.order(a, "")
		h.clk.Advance(time.Second)
	}
	affected, err := h.lunch.Capacity(h.ctx, h.secretary, h.tuesday, lunch.Bring, 1)
	require.NoError(t, err)
	require.Equal(t, []int64{third.Person, h.wang.Person}, []int64{affected[0].Person, affected[1].Person}, "the last first")
	require.Len(t, affected, 2)
	require.Contains(t, h.told(), "Chef lunch.affected")
	require.Equal(t, []string{"Mei ordered 1 bring", "Wang ordered 1 bring", "Third ordered 1 bring"}, h.tuesdays(), "nobody loses theirs")
	h.wish(h.mei, lunch.Wish{Day: h.tuesday, Person: h.mei.Person, Choice: 0})
	fourth := h.eater("Fourth")
	h.not(h.wang)
	_, err = h.lunch.Order(h.ctx, fourth, lunch.Wish{Day: h.tuesday, Person: fourth.Person})
	refused(t, refusal.Conflict, "lunch.full", err)
	h.order(fourth, lunch.TakeForMe)
	affected, err = h.lunch.Capacity(h.ctx, h.chef, h.tuesday, lunch.Bring, 3)
	require.NoError(t, err)
	require.Empty(t, affected)
	require.Equal(t, lunch.Ordered, h.mine(fourth).Status, "more go to who waits")
	h.rulesHold()
}
