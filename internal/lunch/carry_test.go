package lunch_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// worries are the urgent cases that were opened, by their keys.
type worries map[string]string

func (w worries) Worry(_ context.Context, _ *sqlx.Tx, _ people.Actor, _ int64, danger, key string) (int64, int64, error) {
	w[key] = danger
	return 0, 0, nil
}

// round is a closed Tuesday on which Carrier carries lunch to Mei and Wang.
func round(t *testing.T) (h *hall, carrier people.Actor, mei, wang lunch.Order, opened worries) {
	t.Helper()
	h = newKitchen(t)
	carrier, opened = h.meet("Carrier"), worries{}
	h.exec(`INSERT INTO person_roles (community_id, person_id, role, since) VALUES ($1, $2, $3, $4)`, h.id, carrier.Person, access.Volunteer, h.clk.Now())
	h.lunch.Helped(roster{h.tuesday, map[int64]lunch.Work{carrier.Person: lunch.Carry}})
	h.lunch.Worries(opened)
	h.menu(h.tuesday, all("tofu")...)
	require.NoError(t, h.lunch.Publish(h.ctx, h.chef, h.tuesday))
	mei, wang = h.order(h.mei, ""), h.order(h.wang, "")
	_, err := h.lunch.Deliver(h.ctx, carrier, mei.ID, lunch.Delivered)
	refused(t, refusal.Conflict, "lunch.not_yet", err)
	h.pass(h.at(24, 11, 40))
	return h, carrier, mei, wang, opened
}

// TestARoundByEntrance: all here delivered, but for the door at which nobody opened.
func TestARoundByEntrance(t *testing.T) {
	t.Parallel()
	h, carrier, mei, wang, _ := round(t)
	stops, err := h.lunch.Run(h.ctx, carrier, h.tuesday)
	require.NoError(t, err)
	require.Len(t, stops, 1)
	require.Equal(t, 2, stops[0].Left())
	_, err = h.lunch.Run(h.ctx, h.li, h.tuesday)
	require.True(t, refusal.Is(err, refusal.NotFound))
	_, err = h.lunch.Deliver(h.ctx, h.wang, wang.ID, lunch.Delivered)
	require.True(t, refusal.Is(err, refusal.NotFound))
	_, err = h.lunch.Deliver(h.ctx, carrier, mei.ID, lunch.Came)
	refused(t, refusal.Invalid, "lunch.no_outcome", err)

	for range 2 {
		_, err = h.lunch.NobodyOpened(h.ctx, carrier, wang.ID)
		require.NoError(t, err)
	}
	n, err := h.lunch.AllDelivered(h.ctx, carrier, stops[0], h.tuesday, nil)
	require.NoError(t, err)
	require.Equal(t, 1, n, "not the door at which nobody opened")
	n, err = h.lunch.AllDelivered(h.ctx, carrier, stops[0], h.tuesday, nil)
	require.NoError(t, err)
	require.Zero(t, n)
	h.pass(h.at(24, 12, 0))
	require.Equal(t, 1, count(h.told(), "Carrier lunch.again_now"))
	_, err = h.lunch.Deliver(h.ctx, carrier, wang.ID, lunch.WithNeighbour)
	require.NoError(t, err)
	h.pass(h.at(25, 1, 0))
	require.Zero(t, count(h.told(), "Chef lunch.no_door")+count(h.told(), "Chef lunch.doors_open"))
	require.Equal(t, 0, h.number(`SELECT (detail->>'unexplained')::int FROM lunch_events WHERE code = 'over'`))
}

// TestWhoLivesAloneAndIsNotReachedIsAnUrgentCase, also where nobody goes there again.
func TestWhoLivesAloneAndIsNotReachedIsAnUrgentCase(t *testing.T) {
	t.Parallel()
	for name, alone := range map[string]bool{"alone": true, "with others": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, carrier, mei, _, opened := round(t)
			if alone {
				h.exec(`UPDATE persons SET tags = '{alone}' WHERE id = $1`, h.mei.Person)
			}
			_, err := h.lunch.NobodyOpened(h.ctx, carrier, mei.ID)
			require.NoError(t, err)
			h.pass(h.at(24, 12, 19))
			require.Empty(t, opened)
			h.pass(h.at(24, 12, 21))
			require.Equal(t, alone, len(opened) == 1)
			require.Equal(t, !alone, count(h.told(), "Chef lunch.no_door") == 1)
			require.Equal(t, alone, count(h.told(), "Chef lunch.worried") == 1)
			h.pass(h.at(24, 13, 31))
			require.Equal(t, 1, count(h.told(), "Carrier lunch.doors_open"), "of Wang nobody said anything")
		})
	}
}

// TestAWorryIsAnUrgentCaseAtOnce, and the family hears it as the person's rule is.
func TestAWorryIsAnUrgentCaseAtOnce(t *testing.T) {
	t.Parallel()
	for rule, hears := range map[lunch.Tells]int{lunch.TellWorry: 1, lunch.TellDoors: 1, lunch.TellNever: 0} {
		t.Run(string(rule), func(t *testing.T) {
			t.Parallel()
			h, carrier, mei, _, opened := round(t)
			_, err := h.lunch.Likes(h.ctx, h.mei, h.mei.Person, lunch.Change{Tells: &rule})
			require.NoError(t, err)
			for range 2 {
				o, err := h.lunch.Worried(h.ctx, carrier, mei.ID)
				require.NoError(t, err)
				require.WithinDuration(t, h.clk.Now(), *o.WorriedAt, time.Second)
			}
			require.Equal(t, worries{"lunch:" + strconv.FormatInt(mei.ID, 10): "hurt"}, opened)
			require.Equal(t, hears, count(h.told(), "Daughter lunch.worry"))
			require.Equal(t, 1, count(h.told(), "Chef lunch.worried"))
			require.Equal(t, outbox.Urgent, h.urgency("lunch.worried"))
		})
	}
}
