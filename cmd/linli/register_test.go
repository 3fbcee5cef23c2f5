package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

func names(commands []botapi.Command) []string {
	list := make([]string, len(commands))
	for i, c := range commands {
		list[i] = c.Name
	}
	return list
}

// TestEverybodyIsOfferedTheCommandsTheyHave follows a role from when it is given
// to when it ends, and a restart that finds all as it should be.
func TestEverybodyIsOfferedTheCommandsTheyHave(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "zh")
	everybody := []string{"report", "mine", "family", "call", "language", "settings", "leave", "help", "cancel"}
	serving := []string{"report", "mine", "people", "invite", "family", "call", "language", "settings", "leave", "help", "cancel"}
	require.Equal(t, everybody, names(ts.phone("resident").Chat().Commands))
	require.Equal(t, serving, names(ts.phone("member").Chat().Commands))
	require.Equal(t, serving, names(ts.phone("secretary").Chat().Commands))
	require.Equal(t, "报个事", ts.phone("member").Chat().Commands[0].Description)

	ts.phone("member").Say("/language")
	ts.settleDown()
	ts.tapLabel("member", "English")
	require.Equal(t, "Report a problem", ts.phone("member").Chat().Commands[0].Description, "in the language they chose")

	set := ts.far.sets.Load()
	require.Positive(t, set)
	ts.restart()
	ts.phone("resident").Say("/help")
	ts.settleDown()
	require.Equal(t, set, ts.far.sets.Load(), "what is there already is not set again")

	c, err := ts.app.communities.ByBot(t.Context(), ts.towns[0].botID())
	require.NoError(t, err)
	token, err := ts.app.people.NewClaim(t.Context(), c.ID, true)
	require.NoError(t, err)
	ts.phone("daughter").Start("claim_" + token)
	ts.settleDown()
	require.Equal(t, serving, names(ts.phone("daughter").Chat().Commands))
	require.Equal(t, everybody, names(ts.phone("secretary").Chat().Commands), "whose role ended has what everybody has")
}

func (ts *testStage) tapLabel(who, label string) {
	ts.t.Helper()
	view := ts.phone(who).Chat()
	for i := range view.Messages {
		m := view.Messages[len(view.Messages)-1-i]
		if data := dataOf(m, label); data != "" {
			_, err := ts.phone(who).Tap(m.ID, data)
			require.NoError(ts.t, err)
			ts.settleDown()
			return
		}
	}
	ts.t.Fatalf("no message shows [%s]", label)
}
