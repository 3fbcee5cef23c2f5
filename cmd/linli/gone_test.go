package main

import (
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/pg"
)

// TestNobodyWritesToWhoIsGone: what is written for them before, and after, is
// not sent, though their Telegram would take it.
func TestNobodyWritesToWhoIsGone(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "zh")
	c, err := ts.app.communities.ByBot(t.Context(), ts.towns[0].botID())
	require.NoError(t, err)
	her, err := ts.app.people.ByTelegram(t.Context(), c.ID, ts.phone("resident").Account().ID)
	require.NoError(t, err)
	secretary, err := ts.app.people.Secretary(t.Context(), c.ID)
	require.NoError(t, err)
	by, err := ts.app.people.Actor(t.Context(), c.ID, secretary.ID)
	require.NoError(t, err)
	said := len(ts.phone("resident").Chat().Messages)

	_, err = ts.app.people.Died(t.Context(), by, her.ID)
	require.NoError(t, err)
	require.NoError(t, pg.InTx(t.Context(), ts.app.db, func(tx *sqlx.Tx) error {
		return outbox.Enqueue(t.Context(), tx, c.ID, outbox.Row{
			Key: "late", Person: her.ID, Topic: "case.receipt", Args: map[string]any{"case": 1}, Due: ts.clk.Now(),
		})
	}))
	ts.app.courier.Wake()
	ts.settleDown()
	var state, reason string
	require.NoError(t, ts.app.db.QueryRow(`SELECT state, reason FROM outbox WHERE key = 'late'`).Scan(&state, &reason))
	require.Equal(t, []string{"skipped", "gone"}, []string{state, reason})
	require.Len(t, ts.phone("resident").Chat().Messages, said)
}
