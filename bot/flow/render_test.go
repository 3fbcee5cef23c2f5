package flow_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/i18n"
	"github.com/linli-bot/linli/internal/people"
)

// BenchmarkRender draws the first question of the guided report, the screen
// with most buttons: its words, its rows and the session that is kept.
func BenchmarkRender(b *testing.B) {
	catalog, err := i18n.Load()
	require.NoError(b, err)
	house := flow.New(flow.House{Languages: catalog.Languages()})
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	consent := now
	v := flow.Visit{
		Person: people.Person{ID: 1, Name: "Margaret", Language: "en", ConsentAt: &consent},
		Now:    now, Zone: time.UTC, Texts: catalog.In("en", now, time.UTC), Key: "u1",
	}
	reply, err := house.Command(b.Context(), v, "report", "")
	require.NoError(b, err)
	require.Equal(b, "report", reply.Dialog)
	report, err := house.Dialogs().Get(reply.Dialog)
	require.NoError(b, err)
	turn := dialog.Turn{Now: now, Zone: time.UTC, Texts: v.Texts}
	b.ReportAllocs()
	for b.Loop() {
		_, screen, err := report.Start(b.Context(), "abc", reply.Prefill, turn)
		if err != nil || len(screen.Rows) < 8 {
			b.Fatal(err, screen)
		}
	}
}
