package flow

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// TestAKitchenHasCommands: lunch is everybody's, and the kitchen of who works there.
func TestAKitchenHasCommands(t *testing.T) {
	t.Parallel()
	for role, works := range map[access.Role]bool{
		access.Resident: false, access.Member: false, access.Volunteer: true, access.Kitchen: true, access.Secretary: true,
	} {
		a := people.Actor{Roles: []access.Role{role}}
		was, _ := CommandsOf(a)
		has := WithKitchen(was, a)
		require.Contains(t, has, "lunch")
		require.Equal(t, works, slices.Contains(has, "kitchen"), role)
		require.Less(t, slices.Index(has, "mine"), slices.Index(has, "lunch"))
		require.Equal(t, len(was), len(slices.DeleteFunc(has, func(c string) bool { return c == "lunch" || c == "kitchen" })))
	}
	plain := keysOf{}
	require.Len(t, MenuRows(plain, false, false), 2)
	require.Equal(t, "menu.lunch", MenuRows(plain, true, false)[0][1].Text)
}

// TestAHallHasCommands: childcare is everybody's, and the hall of who works there.
func TestAHallHasCommands(t *testing.T) {
	t.Parallel()
	for role, works := range map[access.Role]bool{
		access.Resident: false, access.Member: false, access.Volunteer: false, access.Carer: true, access.Counsellor: true,
		access.Childcare: true, access.Secretary: true,
	} {
		a := people.Actor{Roles: []access.Role{role}}
		was, _ := CommandsOf(a)
		has := WithHall(WithKitchen(was, a), a)
		require.Contains(t, has, "childcare")
		require.Equal(t, works, slices.Contains(has, "care"), role)
	}
}

// TestAtMostFourKeys: whoever has lunch and childcare finds their matters under the last.
func TestAtMostFourKeys(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		lunch, care bool
		keys        []string
	}{
		{false, false, []string{"menu.report", "menu.mine", "menu.call"}},
		{true, false, []string{"menu.report", "menu.lunch", "menu.mine", "menu.call"}},
		{false, true, []string{"menu.report", "menu.childcare", "menu.mine", "menu.call"}},
		{true, true, []string{"menu.report", "menu.lunch", "menu.childcare", "menu.call"}},
	} {
		var keys []string
		for _, k := range slices.Concat(MenuRows(keysOf{}, row.lunch, row.care)...) {
			keys = append(keys, k.Text)
		}
		require.Equal(t, append(row.keys, "menu.more"), keys)
	}
}

// keysOf says every key as it is.
type keysOf struct{}

func (keysOf) T(key string, _ ...any) string { return key }

func TestWhoHasWhichCommands(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		role        access.Role
		today, duty bool
		people      bool
	}{
		{access.Resident, false, false, false},
		{access.Volunteer, true, false, false},
		{access.Carer, true, false, false},
		{access.Helper, false, false, false},
		{access.Kitchen, false, false, true},
		{access.Member, true, true, true},
		{access.Deputy, true, true, true},
		{access.Secretary, true, true, true},
	} {
		has, own := CommandsOf(people.Actor{Roles: []access.Role{access.Resident, row.role}})
		require.Equal(t, row.today, slices.Contains(has, "today"), row.role)
		require.Equal(t, row.duty, slices.Contains(has, "duty"), row.role)
		require.Equal(t, row.people, slices.Contains(has, "people"), row.role)
		require.Equal(t, row.today || row.people, own, row.role)
		require.Contains(t, has, "report")
		require.Equal(t, row.role == access.Deputy || row.role == access.Secretary, slices.Contains(has, "overview"), row.role)
	}
}
