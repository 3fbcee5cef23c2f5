package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAnUnclaimedBotSaysHowToClaimIt: the link on a terminal, and nowhere else.
func TestAnUnclaimedBotSaysHowToClaimIt(t *testing.T) {
	t.Parallel()
	ts := newFreshStageAt(t, "en", monday)
	said := func(terminal bool) (stdout, stderr string) {
		var out, errs safeBuffer
		require.NoError(t, ts.app.introduce(world{t.Context(), func(string) string { return "" }, &out, &errs}, terminal))
		return out.String(), errs.String()
	}
	kept, _ := said(false)
	require.Contains(t, kept, "linli claim")
	require.Equal(t, 1, strings.Count(kept, "\n"))
	require.NotContains(t, kept, "claim_", "what may be kept never holds the link")

	shown, errs := said(true)
	_, link, ok := strings.Cut(shown, "https://t.me/haiyang_en_bot?start=")
	require.True(t, ok, shown)
	require.NotContains(t, errs, "claim_")
	ts.phone("secretary").Start(strings.Fields(link)[0])
	ts.settleDown()
	require.Contains(t, ts.phone("secretary").Chat().Messages[1].Text, "You are the secretary here now")

	for _, terminal := range []bool{true, false} {
		nothing, _ := said(terminal)
		require.Empty(t, nothing, "it has a secretary now")
	}
}
