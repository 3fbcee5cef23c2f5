package lunch_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// calls are who is to be phoned about Tuesday.
func (h *hall) calls() (all []string) {
	h.Helper()
	list, err := h.lunch.CallList(h.ctx, h.chef, h.tuesday)
	require.NoError(h, err)
	for _, c := range list {
		all = append(all, c.Name)
	}
	return all
}

// ate lets somebody have eaten on a day of October or November.
func (h *hall) ate(who people.Actor, day time.Time) {
	h.Helper()
	h.exec(`INSERT INTO lunch_days (community_id, day, state, price, asks_at, calls_at, closes_at, serves_at, closed_at)
		VALUES ($1, $2, 'over', 800, $3::timestamptz, $3::timestamptz, $3::timestamptz + interval '1 hour', $4, $3) ON CONFLICT DO NOTHING`, h.id, day, day.Add(-20*time.Hour), day)
	h.exec(`INSERT INTO lunch_places (community_id, day, mode, capacity) VALUES ($1, $2, 'bring', 99) ON CONFLICT DO NOTHING`, h.id, day)
	h.exec(`INSERT INTO lunch_orders (community_id, day, person_id, how, state, mode, portions, since)
		VALUES ($1, $2, $3, 'tap', 'ordered', 'bring', 1, $4)`, h.id, day, who.Person, day)
}

// TestTheCallRound: the usual diners without an answer and those without Telegram, one
// after the other; who does not answer is called again at the end.
func TestTheCallRound(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.menu(h.tuesday, all("tofu")...)
	h.ate(h.mei, dayAt(20))
	h.ate(h.wang, dayAt(9))
	never, deaf := h.eater("Never"), h.eaters(3)
	_, err := h.lunch.Likes(h.ctx, h.chef, deaf[1].Person, lunch.Change{Portions: ptr(2)})
	require.NoError(t, err)
	h.pass(h.at(23, 15, 0))
	require.Equal(t, 1, count(h.told(), "Chef lunch.call"))
	require.Equal(t, []string{"E1", "E2", "E3", "Mei"}, h.calls(), "Wang eats here no more often, and Never never did")
	for _, who := range []people.Actor{h.wang, h.li} {
		_, err := h.lunch.CallList(h.ctx, who, h.tuesday)
		require.True(t, refusal.Is(err, refusal.NotFound))
		_, err = h.lunch.Called(h.ctx, who, h.tuesday, deaf[0].Person, lunch.SaysYes)
		require.True(t, refusal.Is(err, refusal.NotFound))
	}
	_, err = h.lunch.Called(h.ctx, h.chef, h.tuesday, deaf[0].Person, "perhaps")
	refused(t, refusal.Invalid, "lunch.no_outcome", err)
	h.call(deaf[0], lunch.NoReply)
	require.Equal(t, []string{"E2", "E3", "Mei", "E1"}, h.calls())
	for range 2 {
		o := h.call(deaf[1], lunch.SaysYes)
		require.Equal(t, []any{lunch.Ordered, 2, lunch.ByPhone, h.chef.Person}, []any{o.Status, o.Portions, o.How, o.By})
		require.Equal(t, lunch.Cancelled, h.call(deaf[2], lunch.SaysNo).Status)
	}
	require.Equal(t, []string{"Mei", "E1"}, h.calls())
	h.order(h.mei, "")
	h.wish(never, lunch.Wish{Day: h.tuesday, Person: never.Person})
	require.Equal(t, []string{"E1"}, h.calls())
	h.exec(`UPDATE lunch_places SET capacity = 0 WHERE day = $1`, h.tuesday)
	require.Equal(t, lunch.Waiting, h.call(deaf[0], lunch.SaysYes).Status, "where no place is free they wait for one")
	require.Empty(t, h.calls())
	h.pass(h.at(23, 16, 0))
	_, err = h.lunch.Called(h.ctx, h.chef, h.tuesday, h.wang.Person, lunch.SaysYes)
	refused(t, refusal.Conflict, "lunch.closed", err)
	h.recounts()
}

func ptr[T any](x T) *T { return &x }

func (h *hall) call(who people.Actor, says lunch.Called) lunch.Order {
	h.Helper()
	o, err := h.lunch.Called(h.ctx, h.chef, h.tuesday, who.Person, says)
	require.NoError(h, err)
	return o
}

// TestSixtyCalls: as many as a helper makes in a quarter of an hour, one after the
// other from the list, and nobody twice.
func TestSixtyCalls(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.menu(h.tuesday, all("tofu")...)
	h.eaters(60)
	h.pass(h.at(23, 15, 0))
	called := map[int64]bool{}
	for n := 0; ; n++ {
		list, err := h.lunch.CallList(h.ctx, h.chef, h.tuesday)
		require.NoError(t, err)
		if len(list) == 0 {
			break
		}
		require.False(t, called[list[0].Person], fmt.Sprint(n))
		called[list[0].Person] = true
		h.call(people.Actor{Person: list[0].Person}, []lunch.Called{lunch.SaysYes, lunch.SaysNo}[n%2])
	}
	require.Len(t, called, 60)
	require.Equal(t, 30, h.sheet().Count.Portions)
}
