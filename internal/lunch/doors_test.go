package lunch_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// lives puts somebody into a flat of an entrance.
func (h *hall) lives(person int64, entrance int, flat string) {
	h.Helper()
	h.exec(`UPDATE persons SET building_id = $2, entrance = $3, flat = $4 WHERE id = $1`, person, h.home, entrance, flat)
}

// TestAMealIsLeftWithWhoMayBeTold: family and whoever may find them on the register, of the
// same entrance; and family not, where they are to hear nothing of the door.
func TestAMealIsLeftWithWhoMayBeTold(t *testing.T) {
	t.Parallel()
	h, carrier, mei, _, _ := round(t)
	stranger, far := h.meet("Stranger"), h.meet("Far")
	h.exec(`INSERT INTO person_roles (community_id, person_id, role, since) VALUES ($1, $2, $3, $4)`, h.id, stranger.Person, access.Volunteer, h.clk.Now())
	h.exec(`INSERT INTO person_roles (community_id, person_id, role, since) VALUES ($1, $2, $3, $4)`, h.id, far.Person, access.Deputy, h.clk.Now())
	h.lives(h.mei.Person, 1, "501")
	for who, flat := range map[int64]string{h.daughter.Person: "502", h.li.Person: "101", stranger.Person: "503", carrier.Person: "504"} {
		h.lives(who, 1, flat)
	}
	for _, who := range []int64{far.Person, h.secretary.Person, h.chef.Person} {
		h.lives(who, 2, "101")
	}
	names := func() (all []string) {
		some, err := h.lunch.Neighbours(h.ctx, carrier, mei.ID)
		require.NoError(t, err)
		for _, n := range some {
			all = append(all, n.Name+" "+n.Flat)
		}
		return all
	}
	require.Equal(t, []string{"Daughter 502", "Li 101"}, names())
	never := lunch.TellNever
	_, err := h.lunch.Likes(h.ctx, h.mei, h.mei.Person, lunch.Change{Tells: &never})
	require.NoError(t, err)
	require.Equal(t, []string{"Li 101"}, names())

	for _, who := range []int64{h.daughter.Person, stranger.Person, far.Person} {
		_, err = h.lunch.LeftWith(h.ctx, carrier, mei.ID, who)
		require.True(t, refusal.Is(err, refusal.NotFound))
	}
	for range 2 {
		o, err := h.lunch.LeftWith(h.ctx, carrier, mei.ID, h.li.Person)
		require.NoError(t, err)
		require.Equal(t, lunch.WithNeighbour, o.Outcome)
	}
	require.Equal(t, 1, count(h.told(), "Mei lunch.with"))
	_, err = h.lunch.Neighbours(h.ctx, h.wang, mei.ID)
	require.True(t, refusal.Is(err, refusal.NotFound))
}

// TestWhatArrivesLateCountsInItsOrder: what was tapped without a network comes all at once.
func TestWhatArrivesLateCountsInItsOrder(t *testing.T) {
	t.Parallel()
	h, carrier, mei, wang, opened := round(t)
	h.exec(`UPDATE persons SET tags = '{alone}'`)
	stops, err := h.lunch.Run(h.ctx, carrier, h.tuesday)
	require.NoError(t, err)
	_, err = h.lunch.NobodyOpened(h.ctx, carrier, mei.ID)
	require.NoError(t, err)
	n, err := h.lunch.AllDelivered(h.ctx, carrier, stops[0], h.tuesday, nil)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	_, err = h.lunch.NobodyOpened(h.ctx, carrier, mei.ID) // a second tap on the way
	require.NoError(t, err)
	_, err = h.lunch.Deliver(h.ctx, carrier, mei.ID, lunch.Delivered)
	require.NoError(t, err)
	_, err = h.lunch.Deliver(h.ctx, carrier, wang.ID, lunch.NotMet)
	require.NoError(t, err)
	h.pass(h.at(24, 14, 0))
	require.Empty(t, opened)
	require.Zero(t, count(h.told(), "Carrier lunch.again_now"))
	stops, err = h.lunch.Run(h.ctx, carrier, h.tuesday)
	require.NoError(t, err)
	require.Zero(t, stops[0].Left())
	require.Equal(t, lunch.NotMet, stops[0].Meals[1].Outcome, "the last word counts")
}

// TestAStoryIsOfTheCasesPerson: the meal, and what became of those before.
func TestAStoryIsOfTheCasesPerson(t *testing.T) {
	t.Parallel()
	h, carrier, mei, wang, _ := round(t)
	_, err := h.lunch.StoryOf(h.ctx, h.id, 9)
	require.True(t, refusal.Is(err, refusal.NotFound))
	h.lunch.Worries(desk(9))
	h.exec(`INSERT INTO cases (community_id, id, session_key, reporter_id, for_id, status, drafted_at, urgent, self_sends) OVERRIDING SYSTEM VALUE VALUES ($1, 9, 'x', $2, $2, 'draft', $3, true, false)`,
		h.id, h.mei.Person, h.clk.Now())
	h.serve(dayAt(20), 2)
	h.exec(`INSERT INTO lunch_orders (community_id, day, person_id, how, state, mode, portions, since, outcome, tries)
		VALUES ($1, $2, $3, 'tap', 'ordered', 'bring', 1, $4, 'delivered', 1), ($1, $2, $5, 'tap', 'ordered', 'bring', 1, $4, 'not_met', 0)`,
		h.id, dayAt(20), h.mei.Person, h.clk.Now(), h.wang.Person)
	_, err = h.lunch.Worried(h.ctx, carrier, mei.ID)
	require.NoError(t, err)
	st, err := h.lunch.StoryOf(h.ctx, h.id, 9)
	require.NoError(t, err)
	require.Equal(t, mei.ID, st.Order.ID)
	require.NotEqual(t, wang.ID, st.Order.ID)
	require.Len(t, st.Before, 1)
	require.Equal(t, lunch.Delivered, st.Before[0].Outcome)
	require.Equal(t, 1, st.Before[0].Tries)
}

// desk opens one case.
type desk int64

func (d desk) Worry(context.Context, *sqlx.Tx, people.Actor, int64, string, string) (int64, int64, error) {
	return int64(d), 1, nil
}

// TestTheRoundGoesToWhoCarries as their shift begins, once; not where nobody is brought
// anything.
func TestTheRoundGoesToWhoCarries(t *testing.T) {
	t.Parallel()
	h, carrier, _, _, _ := round(t)
	for _, day := range []time.Time{h.tuesday, h.tuesday, dayAt(25), dayAt(29)} {
		require.NoError(t, pg.InTx(h.ctx, h.db, func(tx *sqlx.Tx) error {
			return h.lunch.RoundBegins(h.ctx, tx, h.id, day, []int64{carrier.Person})
		}))
	}
	require.Equal(t, 1, count(h.told(), "Carrier lunch.run"))
	works, err := h.lunch.WorksOn(h.ctx, carrier, h.tuesday)
	require.NoError(t, err)
	require.Equal(t, []lunch.Work{lunch.Carry}, works)
	works, err = h.lunch.WorksOn(h.ctx, h.mei, h.tuesday)
	require.NoError(t, err)
	require.Empty(t, works)
}

// rota writes down which meals went off the roster, and came back.
type rota struct{ off, on []string }

func (r *rota) MealOff(_ context.Context, _ *sqlx.Tx, _ int64, day time.Time, _ int64) error {
	r.off = append(r.off, day.Format(time.DateOnly))
	return nil
}

func (r *rota) MealOn(_ context.Context, _ *sqlx.Tx, _ int64, day time.Time) error {
	r.on = append(r.on, day.Format(time.DateOnly))
	return nil
}

// TestTheRosterFollowsTheMeals: what is called off is off it, and a holiday that is none
// after all brings its work back.
func TestTheRosterFollowsTheMeals(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	r := &rota{}
	h.lunch.Staffed(r)
	for range 2 {
		require.NoError(t, h.lunch.CallOff(h.ctx, h.chef, h.tuesday, "no gas"))
	}
	require.Equal(t, []string{"2026-11-24"}, r.off)
	h.exec(`INSERT INTO holidays (community_id, year, from_day, until_day, what, name) VALUES ($1, 2026, '2026-12-01', '2026-12-01', 'off', 'x')`, h.id)
	h.pass(h.at(24, 3, 0))
	require.Equal(t, []string{"2026-11-24", "2026-12-01"}, slices.DeleteFunc(r.off, func(day string) bool { return day == "2026-11-25" }), "25: nobody wrote a menu")
	require.Empty(t, r.on)
	h.exec(`DELETE FROM holidays`)
	h.pass(h.at(25, 3, 0))
	require.Equal(t, []string{"2026-12-01"}, r.on)
}
