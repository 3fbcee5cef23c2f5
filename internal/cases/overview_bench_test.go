package cases_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

// BenchmarkOverview reads the figures of a month, the lists' counts and what is to be
// done, beside so many cases of the years before: one every half hour, each with four
// events, and 200 of the last days at work.
func BenchmarkOverview(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		w := newYears(b, n)
		month := cases.Span{From: morning.AddDate(0, -1, 0), Until: morning}
		b.Run(fmt.Sprintf("month of %d", n), func(b *testing.B) {
			for b.Loop() {
				lives, err := w.cases.Lives(b.Context(), w.secretary, month)
				require.NoError(b, err)
				require.Greater(b, len(lives), 1000)
			}
		})
		b.Run(fmt.Sprintf("counts of %d", n), func(b *testing.B) {
			for b.Loop() {
				_, err := w.cases.CountMatters(b.Context(), w.secretary, morning.AddDate(0, 0, -1))
				require.NoError(b, err)
			}
		})
		b.Run(fmt.Sprintf("piles of %d", n), func(b *testing.B) {
			for b.Loop() {
				_, err := w.cases.Piles(b.Context(), w.secretary)
				require.NoError(b, err)
			}
		})
		b.Run(fmt.Sprintf("week of %d", n), func(b *testing.B) {
			for b.Loop() {
				_, err := w.cases.SettledIn(b.Context(), w.secretary.Community, cases.Span{From: morning.AddDate(0, 0, -7), Until: morning})
				require.NoError(b, err)
			}
		})
	}
}

// grow writes cases that held, every half hour one, and a few that are at work.
func (w *years) grow(b *testing.B, n int) {
	b.Helper()
	_, err := w.db.Exec(`SET statement_timeout = 0; INSERT INTO cases (community_id, session_key, number, status, kind, reporter_id, for_id, holder_id, urgent, self_sends,
			drafted_at, opened_at, due_at, taken_at, done_at, closed_at)
		SELECT ` + fmt.Sprint(w.secretary.Community) + `, 'old' || n, 1000 + n, CASE WHEN n <= 200 THEN 'taken' ELSE 'held' END, 'lamp', p, p, p, false, false, at, at, at + interval '1 day', at,
			CASE WHEN n > 200 THEN at END, CASE WHEN n > 200 THEN at END
		FROM (SELECT min(id) AS p FROM persons) p, generate_series(1, ` + fmt.Sprint(n) + `) n,
			LATERAL (SELECT timestamptz '` + morning.Format(time.RFC3339) + `' - n * interval '30 minutes' AS at) o;
		INSERT INTO case_events (community_id, case_id, code, from_status, to_status, at)
		SELECT c.community_id, c.id, e.code, e.was, e.becomes, c.opened_at + e.n * interval '1 hour'
		FROM cases c, (VALUES (0, 'sent', 'draft', 'assigned'), (1, 'taken', 'assigned', 'taken'), (2, 'done', 'taken', 'done'), (3, 'held', 'done', 'held')) AS e (n, code, was, becomes)
		WHERE c.status = 'held' OR e.n < 2;
		RESET statement_timeout`)
	require.NoError(b, err)
	_, err = w.db.Exec(`SET statement_timeout = 0; ANALYZE cases; ANALYZE case_events; RESET statement_timeout`)
	require.NoError(b, err)
}

// newYears is a community with a secretary, and cases of years.
func newYears(b *testing.B, n int) *years {
	b.Helper()
	db, clk := pgtest.New(b), clock.Frozen(morning)
	communities, folk := community.New(db, clk), people.New(db, clk)
	home, err := communities.Ensure(b.Context(), 7, "Haiyang")
	require.NoError(b, err)
	p, err := folk.Meet(b.Context(), home.ID, people.Telegram{ID: 1, FirstName: "Secretary"})
	require.NoError(b, err)
	token, err := folk.NewClaim(b.Context(), home.ID, true)
	require.NoError(b, err)
	require.NoError(b, folk.Redeem(b.Context(), home.ID, p.ID, token))
	w := &years{db: db, cases: cases.New(db, clk, communities, func() {}), secretary: people.Actor{Community: home.ID, Person: p.ID}}
	w.grow(b, n)
	return w
}

type years struct {
	db        *sqlx.DB
	cases     *cases.Service
	secretary people.Actor
}
