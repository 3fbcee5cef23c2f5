package outbox_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

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
	require.Contains(t, text, "outbox_messages", "in its order")
	require.Contains(t, text, "outbox_lane", "one look at each lane")
	require.NotContains(t, text, "hashed", "and none at all that waits")
}

// However many rows are done or wait, a claim of 16 takes as long.
func BenchmarkClaim(b *testing.B) {
	for _, waiting := range []int{200, 2_000, 20_000} {
		b.Run(strconv.Itoa(waiting)+" waiting", func(b *testing.B) {
			w := atNoon(b)
			w.crowd(300_000, waiting)
			for range 1 + waiting/2000 {
				require.NoError(b, w.box.Tidy(b.Context(), w.id))
			}
			w.analyze()
			wants := w.wants(16)
			b.ReportAllocs()
			for b.Loop() {
				rows, err := w.box.Claim(b.Context(), "w", 16, wants...)
				require.NoError(b, err)
				require.Len(b, rows, 16)
				b.StopTimer()
				_, err = w.db.Exec(`UPDATE outbox SET state = 'waiting' WHERE state = 'claimed'`)
				require.NoError(b, err)
				b.StartTimer()
			}
		})
	}
}

// analyze is what the database does by itself after a while.
func (w *town) analyze() {
	w.Helper()
	_, err := w.db.Exec(`VACUUM ANALYZE outbox`)
	require.NoError(w, err)
}

func TestAClaimLooksAtNoCrowdThatWaits(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.crowd(0, 2_000)
	require.NoError(t, w.box.Tidy(t.Context(), w.id))
	aside := func() (n int) {
		require.NoError(t, w.db.Get(&n, `SELECT count(*) FROM outbox WHERE aside`))
		return n
	}
	require.Equal(t, 2000-201, aside(), "all but the heads of the lanes")
	rows := w.claim()
	require.Len(t, rows, 100)
	require.NoError(t, w.box.Later(t.Context(), rows[0], noon.Add(time.Hour), false))
	require.NoError(t, w.box.Sent(t.Context(), rows[1], 1, "text"))
	require.Equal(t, 2000-201-18, aside(), "whatever ends lets go of its lane")
	next := w.claimMost(200)
	require.True(t, slices.ContainsFunc(next, func(c outbox.Claimed) bool { return c.Person == rows[1].Person }), "at once")

	few := *w
	few.id = w.community(2)
	few.enqueue(to("a", "case:1"), to("b", "case:1"))
	require.NoError(t, w.box.Tidy(t.Context(), few.id))
	require.Equal(t, 2000-201-18, aside(), "a few are left as they are")
}

// What both let go and put aside at the same moment missed is let go a little
// later.
func TestWhatWasPutAsideInVainIsLetGo(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", "case:17"))
	_, err := w.db.Exec(`UPDATE outbox SET aside = true`)
	require.NoError(t, err)
	require.Empty(t, w.claims())
	require.NoError(t, w.box.Tidy(t.Context(), w.id))
	require.Equal(t, []string{"a"}, w.claims())
}
