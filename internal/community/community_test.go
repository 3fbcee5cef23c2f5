package community_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
)

var morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func TestABotIsOneCommunity(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), community.New(pgtest.New(t), clock.Frozen(morning))
	_, err := s.ByBot(ctx, 7)
	require.True(t, refusal.Is(err, refusal.NotFound), err)

	var wg sync.WaitGroup
	ids := make([]int64, 10)
	for i := range ids {
		wg.Go(func() {
			c, err := s.Ensure(ctx, 7, "Haiyang\x00")
			if err == nil {
				ids[i] = c.ID
			}
		})
	}
	wg.Wait()
	c, err := s.ByBot(ctx, 7)
	require.NoError(t, err)
	for _, id := range ids {
		require.Equal(t, c.ID, id, "all who came at once got the same one")
	}
	want := community.Community{
		ID: c.ID, Bot: 7, Name: "Haiyang", Language: "zh", Zone: "Asia/Shanghai",
		Emergency: community.Numbers{}, RoleNames: community.RoleNames{}, DangerWords: community.DangerWords{},
		DutyFrom: 8 * 60, DutyUntil: 18 * 60, QuietFrom: 20*60 + 30, QuietUntil: 7*60 + 30,
	}
	for _, k := range community.DefaultKinds {
		k.Names = community.Names{}
		want.Kinds = append(want.Kinds, k)
	}
	require.Equal(t, want, c)
	areas, err := s.Areas(ctx, c.ID)
	require.NoError(t, err)
	require.Len(t, areas, 1)

	_, err = s.Ensure(ctx, 8, "")
	require.True(t, refusal.Is(err, refusal.Invalid), err)
	all, err := s.All(ctx)
	require.NoError(t, err)
	require.Equal(t, []community.Community{c}, all)
}

func TestBuildingsAndAreas(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), community.New(pgtest.New(t), clock.Frozen(morning))
	c, err := s.Ensure(ctx, 7, "Haiyang")
	require.NoError(t, err)
	b, err := s.AddBuilding(ctx, c.ID, 0, community.Building{Name: "3", Entrances: 4})
	require.NoError(t, err)
	again, err := s.AddBuilding(ctx, c.ID, 0, community.Building{Name: " 3 ", Entrances: 5})
	require.NoError(t, err)
	require.Equal(t, b.ID, again.ID)
	require.Equal(t, 5, again.Entrances)

	east, err := s.AddArea(ctx, c.ID, 0, "east")
	require.NoError(t, err)
	_, err = s.AddBuilding(ctx, c.ID, 0, community.Building{Name: "4", Entrances: 1})
	require.True(t, refusal.Is(err, refusal.Invalid), "which area? got %v", err)
	four, err := s.AddBuilding(ctx, c.ID, 0, community.Building{Name: "4", Entrances: 1, Area: east.ID})
	require.NoError(t, err)
	require.Equal(t, east.ID, four.Area)
	_, err = s.AddBuilding(ctx, c.ID, 0, community.Building{Name: "5", Entrances: 0, Area: east.ID})
	require.True(t, refusal.Is(err, refusal.Invalid), err)

	other, err := s.Ensure(ctx, 8, "Next door")
	require.NoError(t, err)
	_, err = s.AddBuilding(ctx, other.ID, 0, community.Building{Name: "1", Entrances: 1, Area: east.ID})
	require.True(t, refusal.Is(err, refusal.NotFound), "an area of another community: %v", err)
	_, err = s.Building(ctx, other.ID, four.ID)
	require.True(t, refusal.Is(err, refusal.NotFound), err)
	all, err := s.Buildings(ctx, c.ID)
	require.NoError(t, err)
	require.Equal(t, []community.Building{again, four}, all)
}

func TestKindsSayWhenPeopleHear(t *testing.T) {
	t.Parallel()
	kinds := append(community.Kinds{{Code: "own_1", Hours: 5}}, community.DefaultKinds...)
	for code, want := range map[string]time.Duration{
		"gas": 24 * time.Hour, "lift": 24 * time.Hour, "leak": 24 * time.Hour, "own_1": 5 * time.Hour,
		"lamp": 72 * time.Hour, "other": 72 * time.Hour, "": 72 * time.Hour, "unheard_of": 72 * time.Hour,
	} {
		require.Equal(t, want, kinds.Due(code), code)
	}
	require.Equal(t, 72*time.Hour, community.Kinds(nil).Due("gas"), "where nothing is known")
}
