package lunch_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestWhoIsAwayIsBroughtNothing: neither what they ordered, nor by the standing order,
// until they are back; the next on the list has it meanwhile.
func TestWhoIsAwayIsBroughtNothing(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	for day := 25; day <= 27; day++ {
		h.serve(dayAt(day), 1)
	}
	h.stands(h.mei)
	h.order(h.wang, lunch.TakeForMe)
	until := dayAt(26)
	_, err := h.people.Hospital(h.ctx, h.secretary, h.mei.Person, &until)
	require.NoError(t, err)
	require.Equal(t, []lunch.Status{lunch.Cancelled, lunch.Cancelled, lunch.Ordered, lunch.Ordered}, h.coming(h.mei), "on the day of her return she eats")
	require.Equal(t, lunch.Ordered, h.mine(h.wang).Status)
	require.Contains(t, h.told(), "Mei lunch.off")
	_, err = h.lunch.Order(h.ctx, h.daughter, lunch.Wish{Day: dayAt(25), Person: h.mei.Person})
	refused(t, refusal.Conflict, "lunch.away", err)
	h.serve(dayAt(30), 1)
	h.exec(`DELETE FROM lunch_events WHERE day = $1`, dayAt(25))
	h.exec(`DELETE FROM lunch_orders WHERE day = $1`, dayAt(25))
	require.NoError(t, h.lunch.Stand(h.ctx, h.id, dayAt(25)))
	require.NoError(t, h.lunch.Stand(h.ctx, h.id, dayAt(30)))
	require.Equal(t, []lunch.Status{lunch.Cancelled, "", lunch.Ordered, lunch.Ordered, lunch.Ordered}, h.coming(h.mei))

	_, err = h.people.Back(h.ctx, h.secretary, h.mei.Person)
	require.NoError(t, err)
	require.Equal(t, []lunch.Status{lunch.Waiting, lunch.Ordered, lunch.Ordered, lunch.Ordered, lunch.Ordered}, h.coming(h.mei))
	require.Contains(t, h.told(), "Mei lunch.again_on")
	h.rulesHold()
}

// TestWhoDiedIsBroughtNothing: also of what the kitchen has on its sheet already; and
// it can be taken back.
func TestWhoDiedIsBroughtNothing(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.serve(dayAt(25), 1)
	h.stands(h.mei)
	h.wish(h.wang, lunch.Wish{Day: dayAt(25), Person: h.wang.Person, List: lunch.TakeForMe})
	h.pass(h.at(23, 16, 5))
	h.state(h.tuesday, lunch.Closed)
	_, err := h.people.Died(h.ctx, h.secretary, h.mei.Person)
	require.NoError(t, err)
	require.Equal(t, []string{"Mei cancelled 1 bring"}, h.tuesdays())
	require.Equal(t, 1, count(h.told(), "Chef lunch.dropped"), "the kitchen has its sheet")
	require.Equal(t, []lunch.Status{lunch.Ordered}, h.coming(h.wang))
	_, err = h.lunch.Order(h.ctx, h.daughter, lunch.Wish{Day: dayAt(25), Person: h.mei.Person})
	require.Error(t, err)
	_, err = h.people.NotGone(h.ctx, h.secretary, h.mei.Person)
	require.NoError(t, err)
	require.Equal(t, []lunch.Status{lunch.Waiting}, h.coming(h.mei), "the day that takes no orders stays as it is")
	d, err := h.lunch.Diner(h.ctx, h.mei, h.mei.Person)
	require.NoError(t, err)
	require.Equal(t, weekdays, d.Standing)
	h.rulesHold()
}

// merge makes one person another, as the register does.
func (h *hall) merge(from, into people.Actor) {
	h.Helper()
	tx, err := h.db.Beginx()
	require.NoError(h, err)
	_, err = tx.Exec(`UPDATE persons SET merged_into = $2, telegram = NULL, reachable = false WHERE id = $1`, from.Person, into.Person)
	require.NoError(h, err)
	require.NoError(h, h.lunch.PersonChanged(h.ctx, tx, people.Change{
		Community: h.id, Person: from.Person, What: people.Merged, Into: into.Person, At: h.clk.Now(),
	}))
	require.NoError(h, tx.Commit())
}

func TestWhoTurnsOutToBeAnotherBringsTheirLunch(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.serve(dayAt(25), 1)
	h.serve(dayAt(26), 2)
	fresh := h.eater("Fresh")
	_, err := h.lunch.Likes(h.ctx, fresh, fresh.Person, lunch.Change{Diet: &[]lunch.Diet{lunch.NoNut}})
	require.NoError(t, err)
	_, err = h.lunch.Likes(h.ctx, h.mei, h.mei.Person, lunch.Change{Diet: &[]lunch.Diet{lunch.Soft}})
	require.NoError(t, err)
	h.order(fresh, "")
	h.not(h.mei)
	h.wish(fresh, lunch.Wish{Day: dayAt(25), Person: fresh.Person})
	for _, a := range []people.Actor{fresh, h.mei} {
		h.wish(a, lunch.Wish{Day: dayAt(26), Person: a.Person})
	}
	h.wish(h.wang, lunch.Wish{Day: dayAt(26), Person: h.wang.Person, List: lunch.TakeForMe})
	h.merge(fresh, h.mei)
	require.Equal(t, []string{"Mei ordered 1 bring", "Fresh cancelled 1 bring"}, h.tuesdays(), "no meal is lost")
	require.Equal(t, []lunch.Status{lunch.Ordered, lunch.Ordered, lunch.Ordered}, h.coming(h.mei))
	require.Equal(t, lunch.Ordered, h.coming(h.wang)[2], "two meals of one day are one")
	d, err := h.lunch.Diner(h.ctx, h.mei, fresh.Person)
	require.NoError(t, err)
	require.Equal(t, h.mei.Person, d.Person)
	require.Equal(t, lunch.Codes[lunch.Diet]{lunch.Soft, lunch.NoNut}, d.Diet, "what neither may eat")
	h.rulesHold()

	clerk := h.meet("Clerk")
	h.merge(h.mei, clerk)
	require.Equal(t, []lunch.Status{lunch.Ordered, lunch.Ordered, lunch.Ordered}, h.coming(clerk), "also who never ate here")
	h.rulesHold()
}

// TestWhoOrderedIsAnotherFromThenOn: who ordered for somebody hears of it still.
func TestWhoOrderedIsAnotherFromThenOn(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.wish(h.daughter, lunch.Wish{Day: h.tuesday, Person: h.mei.Person})
	real := h.meet("Real")
	h.merge(h.daughter, real)
	require.Equal(t, real.Person, h.mine(h.mei).By)
	h.not(h.mei)
	require.Contains(t, h.told(), "Real lunch.changed")
}
