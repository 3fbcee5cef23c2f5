package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/people"
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
	everybody := []string{"report", "mine", "notices", "family", "call", "language", "settings", "leave", "help", "cancel"}
	serving := []string{"today", "duty", "report", "mine", "notice", "notices", "people", "invite", "family", "call", "language", "settings", "leave", "help", "cancel"}
	require.Equal(t, everybody, names(ts.phone("resident").Chat().Commands))
	require.Equal(t, serving, names(ts.phone("member").Chat().Commands))
	charge := append([]string{"today", "overview"}, serving[1:]...)
	require.Equal(t, charge, names(ts.phone("secretary").Chat().Commands))
	require.Equal(t, "谁在值班", ts.phone("member").Chat().Commands[1].Description)

	ts.phone("member").Say("/language")
	ts.settleDown()
	ts.tapLabel("member", "English")
	require.Equal(t, "Who is on duty", ts.phone("member").Chat().Commands[1].Description, "in the language they chose")

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
	require.Equal(t, charge, names(ts.phone("daughter").Chat().Commands))
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

// TestTheCommandsFollowTheKitchen: lunch is offered from the moment at which somebody
// opens a kitchen, and no more from the moment at which it closes; nobody restarts.
func TestTheCommandsFollowTheKitchen(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	lunch := func(who string) []string {
		return slices.DeleteFunc(names(ts.phone(who).Chat().Commands), func(c string) bool { return c != "lunch" && c != "kitchen" })
	}
	require.Empty(t, lunch("resident"))
	ts.phone("secretary").Say("/kitchen")
	ts.settleDown()
	ts.tapLabel("secretary", "Open the kitchen")
	require.Equal(t, []string{"lunch"}, lunch("resident"))
	require.Equal(t, []string{"lunch"}, lunch("member"))
	require.Equal(t, []string{"lunch", "kitchen"}, lunch("secretary"))

	c, err := ts.app.communities.ByBot(t.Context(), ts.towns[0].botID())
	require.NoError(t, err)
	secretary, err := ts.app.people.Secretary(t.Context(), c.ID)
	require.NoError(t, err)
	require.NoError(t, ts.app.lunch.CloseKitchen(t.Context(), people.Actor{Community: c.ID, Person: secretary.ID}, "the stove is broken"))
	ts.settleDown()
	for _, who := range []string{"resident", "member", "secretary"} {
		require.Empty(t, lunch(who), who)
	}
}
