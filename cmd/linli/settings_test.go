package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/i18n"
)

// TestForgedTapsOnSettingsDoNothing: what a button may do is decided by who taps.
func TestForgedTapsOnSettingsDoNothing(t *testing.T) {
	t.Parallel()
	s := &stroll{testStage: newTestStage(t, "en"), lang: "en"}
	words, err := i18n.Load()
	require.NoError(t, err)
	lost := words.In("en", monday, nil).T("refused.access.not_found")
	before := settingsOf(t, s.app.db)
	for _, data := range []string{
		"m.town", "m.town.houses", "m.town.kind.lamp", "m.set.name...Mine", "m.set.kind_offered.lamp..false", "m.set.building_removed.1..",
		"m.up.road", "m.usual.numbers", "m.usual.role.secretary", "m.ask.name", "m.ask.building_removed.1", "m.setup", "m.houses",
	} {
		for _, who := range []string{"resident", "member"} {
			r, err := s.app.house.Tapped(t.Context(), s.visit(who), data)
			require.NoError(t, err, data)
			require.Equal(t, lost, r.Screen.Text, "%s taps %s", who, data)
			require.Empty(t, r.Dialog, data)
		}
	}
	for _, data := range []string{"m.set.moon...", "m.set", "m.town.moon", "m.town.house.x", "m.town.role.moon", "m.town.danger.moon", "m.town.area.9", "m.town.kinds.99", "m.up.moon"} {
		_, err := s.app.house.Tapped(t.Context(), s.visit("secretary"), data)
		require.NoError(t, err, data)
	}
	require.Equal(t, before, settingsOf(t, s.app.db))
}
