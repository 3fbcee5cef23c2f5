package trace_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/trace"
)

func TestALogLineTellsWhatSetItOff(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(trace.Logs(slog.NewTextHandler(&out, nil))).With("bot", 7)
	log.InfoContext(t.Context(), "by itself")
	require.NotContains(t, out.String(), "trace=")
	log.InfoContext(trace.With(t.Context(), trace.Update, 12), "by an update")
	require.Contains(t, out.String(), "bot=7 trace=u12")
}

func TestTheLastTraceCounts(t *testing.T) {
	t.Parallel()
	require.Empty(t, trace.ID(context.Background()))
	require.Equal(t, "o3", trace.ID(trace.With(trace.With(t.Context(), trace.Update, 12), trace.Outbox, 3)))
}
