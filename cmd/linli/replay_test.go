package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// A question that is answered in the middle of a report loses its buttons also where
// that did not arrive at the first try.
func TestAnAnswerBesideAReportIsShownAgain(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	resident, member := s.phone("resident"), s.phone("member")
	step := func(act func()) { act(); s.settleDown() }
	step(func() { resident.Photo(picture(1), "the lamp is dark") })
	step(func() { tapVerb(t, resident, "send") })
	step(func() { tapVerb(t, member, "take") })
	step(func() { tapVerb(t, member, "done") })
	for _, label := range []string{"Skip", "Nothing to see"} {
		step(func() { tapLabel(t, member, label) })
	}
	step(func() { resident.Say("/report") })
	s.towns[0].bot.Break(botapi.Fault{Kind: botapi.ServerError, Method: "editMessageCaption", Chat: resident.Account().ID, Times: 1})
	step(func() { tapVerb(t, resident, "fixed") })
	for _, m := range resident.Chat().Messages {
		for _, row := range m.Buttons {
			require.False(t, strings.HasPrefix(row[0].Data, "c.fixed."), "it still asks: %s", m.Text)
		}
	}
	require.Contains(t, resident.Chat().Last().Text, "What is it about?")
}
