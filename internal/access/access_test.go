package access

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/refusal"
)

// want is the table once more, as one reads it aloud: o own, a assigned,
// r same area, c same community, - not at all.
var want = map[Action]map[Role]string{
	Report:     {Resident: "o---", Member: "o---", Secretary: "o---"},
	ReportFor:  {Resident: "----", Member: "oarc", Secretary: "oarc"},
	SeeCase:    {Resident: "o---", Member: "oar-", Secretary: "oarc"},
	SendDraft:  {Resident: "o---", Member: "oa--", Secretary: "oarc"},
	TakeBack:   {Resident: "o---", Member: "o---", Secretary: "o---"},
	Confirm:    {Resident: "o---", Member: "o---", Secretary: "o---"},
	Take:       {Resident: "----", Member: "oar-", Secretary: "oarc"},
	Pass:       {Resident: "----", Member: "oar-", Secretary: "oarc"},
	Call:       {Resident: "----", Member: "oar-", Secretary: "oarc"},
	Progress:   {Resident: "----", Member: "oa--", Secretary: "oa--"},
	ReportDone: {Resident: "----", Member: "oa--", Secretary: "oa--"},
	Register:   {Resident: "----", Member: "oarc", Secretary: "oarc"},
	Grant:      {Resident: "----", Member: "----", Secretary: "oarc"},
}

func TestEveryCellOfTheTable(t *testing.T) {
	t.Parallel()
	letters := map[Relation]string{Own: "o", Assigned: "a", SameArea: "r", SameCommunity: "c", None: "!"}
	for _, action := range Actions {
		for _, role := range Roles {
			var got strings.Builder
			for _, rel := range Relations {
				err := Allow(action, []Role{role}, rel)
				switch {
				case err == nil:
					got.WriteString(letters[rel])
				case rel != None:
					got.WriteString("-")
				}
				require.True(t, err == nil || refusal.Is(err, refusal.NotFound), "not allowed looks like not found")
			}
			if diff := cmp.Diff(want[action][role], got.String()); diff != "" {
				t.Errorf("%s by a %s (-want +got):\n%s", action, role, diff)
			}
		}
	}
}

func TestEveryActionHasARow(t *testing.T) {
	t.Parallel()
	for _, action := range Actions {
		require.NotEmpty(t, table[action], "%s has no row", action)
		require.NotEmpty(t, want[action], "%s is not tested", action)
	}
	for action := range table {
		require.True(t, slices.Contains(Actions, action), fmt.Sprintf("%s is not listed", action))
	}
}

func TestRolesAddUp(t *testing.T) {
	t.Parallel()
	require.NoError(t, Allow(Take, []Role{Resident, Member}, SameArea))
	require.Error(t, Allow(Take, nil, Own))
	require.Error(t, Allow("unheard_of", Roles, Own))
}
