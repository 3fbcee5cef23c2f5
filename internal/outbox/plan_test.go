package outbox_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/outbox"
)

// crowd fills the outbox with rows that are done and rows that wait, ten to a
// lane.
func (w *town) crowd(done, waiting int) {
	w.Helper()
	_, err := w.db.Exec(`
		SET statement_timeout = 0;
		INSERT INTO outbox (community_id, key, person_id, subject, topic, args, urgency, due_at, edits, state)
		SELECT (SELECT min(id) FROM communities), 'done:' || n, n % 2500, 'case:' || n / 10, 'x', '{}', n % 4, '2026-11-22', '', 'sent'
		FROM generate_series(1, ` + strconv.Itoa(done) + `) n;
		INSERT INTO outbox (community_id, key, person_id, subject, topic, args, urgency, due_at, edits)
		SELECT (SELECT min(id) FROM communities), 'wait:' || n, 1 + n / 10, 'case:1', 'x', '{}', n % 4, '2026-11-22', ''
		FROM generate_series(1, ` + strconv.Itoa(waiting) + `) n;
		ANALYZE outbox;
		RESET statement_timeout`)
	require.NoError(w, err)
}

func TestWhatIsDoneDoesNotSlowAClaim(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.crowd(20_000, 500)
	var plan []string
	require.NoError(t, w.db.Select(&plan, `EXPLAIN `+outbox.ClaimQuery, outbox.ClaimArgs(noon, "w", 64, w.wants(64))...))
	text := strings.Join(plan, "\n")
	require.NotContains(t, text, "Seq Scan on outbox", text)
	require.Contains(t, text, "outbox_lane", text)
}

// With 300,000 rows done and 2,000 waiting a claim of 16 is to take a few
// milliseconds.
func BenchmarkClaim(b *testing.B) {
	w := atNoon(b)
	w.crowd(300_000, 2_000)
	b.ReportAllocs()
	wants := w.wants(16)
	for b.Loop() {
		rows, err := w.box.Claim(b.Context(), "w", 16, wants...)
		require.NoError(b, err)
		require.Len(b, rows, 16)
		b.StopTimer()
		_, err = w.db.Exec(`UPDATE outbox SET state = 'waiting' WHERE state = 'claimed'`)
		require.NoError(b, err)
		b.StartTimer()
	}
}
