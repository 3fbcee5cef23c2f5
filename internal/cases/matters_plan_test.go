package cases_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
)

// TestWhatIsOverDoesNotSlowTheMorning: of the cases of years the page of the
// morning reads those that it counts, and no others.
func TestWhatIsOverDoesNotSlowTheMorning(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	_, err := w.db.Exec(`
		SET statement_timeout = 0;
		INSERT INTO cases (community_id, session_key, number, status, kind, reporter_id, for_id, holder_id, urgent, self_sends,
			drafted_at, opened_at, due_at, taken_at, done_at, closed_at)
		SELECT p.community_id, 'old' || n, n, 'held', 'lamp', p.id, p.id, p.id, false, false, at, at, at + interval '1 day', at, at, at
		FROM (SELECT min(id) AS id, min(community_id) AS community_id FROM persons) p,
			generate_series(1, 20000) n, LATERAL (SELECT timestamptz '2026-11-01' - n * interval '1 hour' AS at) o;
		ANALYZE cases;
		RESET statement_timeout`)
	require.NoError(t, err)
	for which, belongs := range cases.Belongs {
		var plan []string
		require.NoError(t, w.db.Select(&plan, `EXPLAIN SELECT count(*) FROM cases c WHERE c.community_id = $1 AND `+cases.Bound+` AND `+belongs,
			w.id, morning, morning.AddDate(0, 0, -1)))
		text := strings.Join(plan, "\n")
		require.Regexp(t, `cases_(opened|at_work|late|load|pressing|proposed|pkey)`, text, which)
		require.NotContains(t, text, "Seq Scan on cases", which)
	}
}
