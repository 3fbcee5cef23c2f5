package flow

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/i18n"
)

func TestTheUsualMattersStandOnTheFirstPage(t *testing.T) {
	t.Parallel()
	catalog, err := i18n.Load()
	require.NoError(t, err)
	kinds := func(hidden ...string) (some community.Kinds) {
		for _, k := range community.DefaultKinds {
			k.Offered = !slices.Contains(hidden, k.Code)
			some = append(some, k)
		}
		return some
	}
	rare := []string{"rubbish", "road", "heating", "drain", "tree", "noise", "parking", "ads", "animals"}
	for name, row := range map[string]struct {
		kinds               community.Kinds
		first, more, people string
	}{
		"as it begins": {
			kinds(), "lamp water power gas lift leak else people",
			"rubbish road heating drain tree noise parking other ads animals", "neighbours family complaint",
		},
		"few kinds need no second page": {kinds(rare...), "lamp water power gas lift leak other people", "", "neighbours family complaint"},
		"one more does":                 {kinds(rare[1:]...), "lamp water power gas lift leak else people", "rubbish other", "neighbours family complaint"},
		"a single private kind stands by itself": {
			kinds("family", "complaint"), "lamp water power gas lift leak else neighbours", "rubbish road heating drain tree noise parking other ads animals", "",
		},
		"none": {kinds("family", "complaint", "neighbours"), "lamp water power gas lift leak else", "rubbish road heating drain tree noise parking other ads animals", ""},
		"the community's order counts": {
			append(community.Kinds{{Code: "own_1", Offered: true}}, kinds(rare...)...), "own_1 lamp water power gas lift else people", "leak other", "neighbours family complaint",
		},
	} {
		for _, lang := range catalog.Languages() {
			t.Run(name+", "+lang, func(t *testing.T) {
				t.Parallel()
				now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
				v := Visit{Texts: catalog.In(lang, now, time.UTC), Community: community.Community{Kinds: row.kinds}}
				got := map[string][]string{}
				for _, o := range v.kindOptions() {
					got[o.Under] = append(got[o.Under], o.Value)
					require.False(t, tooLong(o.Label), o.Label)
				}
				require.Equal(t, row.first, strings.Join(got[""], " "))
				require.LessOrEqual(t, len(got[""]), perPage)
				require.Equal(t, row.more, strings.Join(got[kindElse], " "))
				require.Equal(t, row.people, strings.Join(got[kindPeople], " "))
			})
		}
	}
}
