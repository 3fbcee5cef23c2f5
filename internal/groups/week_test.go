package groups_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/groups"
)

// TestWhatAGroupReadIsTakenAway: for two days after it was sent, however often; later it
// stands, and that is said.
func TestWhatAGroupReadIsTakenAway(t *testing.T) {
	t.Parallel()
	const week = "2026-11-29"
	w := newTown(t)
	silent := ofResidents
	silent.Posts = []groups.Post{groups.Notices}
	g, other := w.tied(-1, ofResidents), w.tied(-2, silent)
	send := func() {
		t.Helper()
		_, err := w.db.Exec(`UPDATE outbox SET state = 'sent', message_id = id, settled_at = $1 WHERE state = 'waiting'`, w.clk.Now())
		require.NoError(t, err)
	}
	state := func(told, stands bool) {
		t.Helper()
		gotTold, gotStands, err := w.groups.WeekTold(w.ctx, w.id, week)
		require.NoError(t, err)
		require.Equal(t, []bool{told, stands}, []bool{gotTold, gotStands})
	}
	retell := func(key string, stands bool) []string {
		t.Helper()
		send()
		got, err := w.groups.RetellWeek(w.ctx, w.id, week, key)
		require.NoError(t, err)
		require.Equal(t, stands, got)
		return w.rows(`chat_id IN ($1, $2)`, g.Chat, other.Chat)
	}
	send()
	state(false, false)
	require.Empty(t, retell("none", false), "nobody was told")
	require.NoError(t, w.groups.TellWeek(w.ctx, w.id, week))
	send()
	state(true, false)
	again := []string{"group.week_gone", "group.week"}
	require.Equal(t, again, retell("a", false))
	require.Equal(t, again, w.again(week, "a"), "a job that comes twice")
	w.clk.Advance(46 * time.Hour)
	require.Equal(t, again, retell("b", false), "what was told anew is a minute old")
	w.clk.Advance(46 * time.Hour)
	state(true, false)
	w.clk.Advance(time.Hour)
	send()
	w.clk.Advance(48 * time.Hour)
	state(true, true)
	require.Empty(t, retell("c", true), "nothing can be taken away, and nothing is told beside it")
}

// again does the same retelling once more, before anything of it was sent.
func (w *town) again(week, key string) []string {
	w.Helper()
	_, err := w.groups.RetellWeek(w.ctx, w.id, week, key)
	require.NoError(w, err)
	return w.rows(`topic LIKE 'group.week%'`)
}
