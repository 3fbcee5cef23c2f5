package main

import (
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/bench"
)

// TestBenchFindsFigures lets two residents report for a moment: they must come
// to the end of their conversations, with linli and with the floor.
func TestBenchFindsFigures(t *testing.T) {
	t.Parallel()
	needsPostgres(t)
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("no redis-server is installed: nothing is measured without one")
	}
	path, err := binary()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), path, "bench", "--row", "cpu", "--residents", "2", "--seconds", "1", "--rounds", "1", "--json")
	said := &safeBuffer{}
	cmd.Stderr = said
	out, err := cmd.Output()
	require.NoError(t, err, said)
	var report bench.Report
	require.NoError(t, json.Unmarshal(out, &report), "%s", out)
	require.Contains(t, report.Notes[0], "limiter is off")
	require.Len(t, report.Results, 1)
	require.NotNil(t, report.Results[0].Floor, report.Notes)
	require.Positive(t, *report.Results[0].Floor)
	require.Positive(t, report.Results[0].Linli)
	require.NotNil(t, report.Results[0].Met)
	require.Len(t, report.Rounds, 2)
	for _, round := range report.Rounds {
		require.Positive(t, round.Reports, "%s: somebody came to a receipt", round.Subject)
		require.InDelta(t, round.Conversations, round.Reports, 2, "%s: everybody did", round.Subject)
		require.Positive(t, round.Pings, "%s: they were told to the one on duty", round.Subject)
		require.LessOrEqual(t, round.Pings, round.Reports+2, "%s: each once; beside other tests some come after the round", round.Subject)
		require.InDelta(t, 12.5, round.Calls, 1.5, "%s: 7 messages, the tap answers and a ping", round.Subject)
		require.Positive(t, round.Commands, round.Subject)
		require.Positive(t, round.P99, round.Subject)
		require.GreaterOrEqual(t, round.P99, round.P50, round.Subject)
	}
}
