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
	require.Len(t, MenuRows(plain, false), 2)
	require.Equal(t, "menu.lunch", MenuRows(plain, true)[0][1].Text)
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
