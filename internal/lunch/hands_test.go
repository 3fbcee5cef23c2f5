package lunch_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// roster is who works on Tuesday.
type roster struct {
	day time.Time
	has map[int64]lunch.Work
}

func (r roster) Works(_ context.Context, _ sqlx.QueryerContext, _, person int64, day time.Time) ([]lunch.Work, error) {
	if !day.Equal(r.day) || r.has[person] == "" {
		return []lunch.Work{}, nil
	}
	return []lunch.Work{r.has[person]}, nil
}

func (r roster) Doing(_ context.Context, _ sqlx.QueryerContext, _ int64, day time.Time, w lunch.Work) (ids []int64, _ error) {
	for person, has := range r.has {
		if has == w && day.Equal(r.day) {
			ids = append(ids, person)
		}
	}
	return ids, nil
}

// TestWhoWorksForAMeal: who helps phones, who carries knows the doors, who cooks sees no
// name; and each on their day alone.
func TestWhoWorksForAMeal(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	cook, helper, carrier := h.meet("Cook"), h.meet("Helper"), h.meet("Carrier")
	for _, who := range []people.Actor{cook, helper, carrier} {
		h.exec(`INSERT INTO person_roles (community_id, person_id, role, since) VALUES ($1, $2, $3, $4)`, h.id, who.Person, access.Volunteer, h.clk.Now())
	}
	h.lunch.Helped(roster{h.tuesday, map[int64]lunch.Work{cook.Person: lunch.Cook, helper.Person: lunch.Help, carrier.Person: lunch.Carry}})
	deaf := h.eaters(1)[0]
	for _, day := range []time.Time{h.tuesday, dayAt(25)} {
		h.menu(day, all("tofu")...)
		require.NoError(t, h.lunch.Publish(h.ctx, h.chef, day))
	}
	h.order(h.mei, "")

	list, err := h.lunch.CallList(h.ctx, helper, h.tuesday)
	require.NoError(t, err)
	require.Equal(t, deaf.Person, list[0].Person)
	o, err := h.lunch.Called(h.ctx, helper, h.tuesday, deaf.Person, lunch.SaysYes)
	require.NoError(t, err)
	require.Equal(t, []any{lunch.Ordered, helper.Person}, []any{o.Status, o.By})
	for _, who := range []people.Actor{cook, carrier, h.wang} {
		_, err = h.lunch.CallList(h.ctx, who, h.tuesday)
		require.True(t, refusal.Is(err, refusal.NotFound))
		_, err = h.lunch.Called(h.ctx, who, h.tuesday, deaf.Person, lunch.SaysNo)
		require.True(t, refusal.Is(err, refusal.NotFound))
	}
	_, err = h.lunch.Called(h.ctx, helper, dayAt(25), deaf.Person, lunch.SaysYes)
	require.True(t, refusal.Is(err, refusal.NotFound), "on another day she does not help")
	_, err = h.lunch.Order(h.ctx, helper, lunch.Wish{Day: h.tuesday, Person: deaf.Person})
	require.True(t, refusal.Is(err, refusal.NotFound), "nor may she order otherwise")

	for n, who := range []people.Actor{cook, helper, carrier, h.chef} {
		s, err := h.lunch.Sheet(h.ctx, who, h.tuesday)
		require.NoError(t, err)
		require.Equal(t, n > 1, s.Labels[0].Name != "", who.Name)
		require.Equal(t, 2, s.Count.Portions)
	}
	_, err = h.lunch.Sheet(h.ctx, h.wang, h.tuesday)
	require.True(t, refusal.Is(err, refusal.NotFound))
}
