package ledger_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

// years are the books of a kitchen with 160 diners, who eat on every day until a
// morning and top up every twentieth.
type years struct {
	db        *sqlx.DB
	ledger    *ledger.Ledger
	id        int64
	secretary people.Actor
}

func grown(t testing.TB, days int) *years {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(morning)
	folk := people.New(db, clk)
	home, err := community.New(db, clk).Ensure(t.Context(), 7, "Haiyang")
	require.NoError(t, err)
	p, err := folk.Meet(t.Context(), home.ID, people.Telegram{ID: 1, FirstName: "Secretary"})
	require.NoError(t, err)
	token, err := folk.NewClaim(t.Context(), home.ID, true)
	require.NoError(t, err)
	require.NoError(t, folk.Redeem(t.Context(), home.ID, p.ID, token))
	tx, err := db.BeginTxx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	for _, sql := range []string{
		`SELECT set_config('statement_timeout', '0', true), $1::bigint, $2::int`,
		`INSERT INTO persons (community_id, name, language, reachable, created_at)
		SELECT $1, 'Diner ' || n, 'en', false, now() FROM generate_series(1, 160) n WHERE $2::int > 0`,
		`INSERT INTO ledger_people (community_id, person_id) SELECT $1, id FROM persons WHERE community_id = $1 AND $2::int > 0 ORDER BY id`,
		`INSERT INTO ledger_accounts (community_id, book, kind, name) SELECT $1, 'lunch', k.kind, k.name
		FROM (VALUES ('cash', ''), ('sold', 'meal'), ('cost', 'rice'), ('cost', 'gas')) k (kind, name) WHERE $2::int > 0`,
		`INSERT INTO ledger_accounts (community_id, book, kind, owner_id) SELECT $1, 'lunch', 'prepaid', id FROM ledger_people WHERE $2::int > 0`,
		`INSERT INTO ledger_entries (community_id, book, key, code, day, at, from_id, from_kind, to_id, to_kind, amount, by_id, about_id, ref)
		SELECT $1, 'lunch', 'day:' || d || ':' || o.id, 'charge', date '2026-11-23' - d, now(), s.id, 'sold', o.id, 'prepaid', 800, NULL, o.owner_id, 'day:' || d
		FROM generate_series($2::int, 1, -1) d, ledger_accounts o, ledger_accounts s WHERE o.kind = 'prepaid' AND s.kind = 'sold'`,
		`INSERT INTO ledger_entries (community_id, book, key, code, day, at, from_id, from_kind, to_id, to_kind, amount, by_id, about_id)
		SELECT $1, 'lunch', 'top:' || d || ':' || o.id, 'top_up', date '2026-11-23' - d, now(), o.id, 'prepaid', s.id, 'cash', 16000, o.owner_id, o.owner_id
		FROM generate_series($2::int, 1, -20) d, ledger_accounts o, ledger_accounts s WHERE o.kind = 'prepaid' AND s.kind = 'cash'`,
		`INSERT INTO ledger_entries (community_id, book, key, code, day, at, from_id, from_kind, to_id, to_kind, amount, by_id, reason)
		SELECT $1, 'lunch', 'cost:' || d || ':' || o.id, 'receipt', date '2026-11-23' - d, now(), s.id, 'cash', o.id, 'cost', 60000, (SELECT min(id) FROM ledger_people), 'so it is'
		FROM generate_series($2::int, 1, -1) d, ledger_accounts o, ledger_accounts s WHERE o.kind = 'cost' AND s.kind = 'cash'`,
	} {
		_, err := tx.Exec(sql, home.ID, days)
		require.NoError(t, err, sql)
	}
	require.NoError(t, tx.Commit())
	_, err = db.Exec(`VACUUM ANALYZE ledger_entries, ledger_accounts, ledger_people`)
	require.NoError(t, err)
	return &years{db, ledger.New(clk), home.ID, people.Actor{Community: home.ID, Person: p.ID}}
}

func (y *years) diner(t testing.TB) (id int64) {
	t.Helper()
	require.NoError(t, y.db.Get(&id, `SELECT max(id) FROM persons`))
	return id
}

// What is over does not slow what is read today: statements and days read their own
// rows through an index, and the open account reads nothing but one.
func TestTheBooksAreReadByTheirIndexes(t *testing.T) {
	t.Parallel()
	y := grown(t, 60)
	plan := func(query string, args ...any) string {
		var lines []string
		require.NoError(t, y.db.Select(&lines, `EXPLAIN `+query, args...))
		text := strings.Join(lines, "\n")
		require.NotContains(t, text, "Seq Scan on ledger_entries", query)
		return text
	}
	m := ledger.Month(2026, time.November)
	text := plan(ledger.LinesQuery, y.id, y.diner(t), ledger.Lunch, m.From, m.Until)
	require.Contains(t, text, "ledger_entries_from")
	require.Contains(t, text, "ledger_entries_to")
	require.NotRegexp(t, `ledger_entries_pkey on[^\n]*\n\s*Index Cond: \(community_id = '\d+'::bigint\)\n`, text, "all entries")
	require.Contains(t, plan(ledger.SpentQuery, y.id, ledger.Lunch, "2026-11-20", "2026-11-21"), "ledger_entries_day")
}

func BenchmarkBooks(b *testing.B) {
	y, m := grown(b, 1250), ledger.Month(2026, time.November)
	who := y.diner(b)
	for name, read := range map[string]func() error{
		"statement": func() error {
			_, err := y.ledger.Statement(b.Context(), y.db, y.secretary, ledger.Page{Book: ledger.Lunch, Person: who, Span: m})
			return err
		},
		"balance": func() error { _, err := y.ledger.Balance(b.Context(), y.db, y.id, ledger.Lunch, who); return err },
		"open":    func() error { _, err := y.ledger.Open(b.Context(), y.db, y.id, ledger.Lunch, m); return err },
		"box":     func() error { _, err := y.ledger.Box(b.Context(), y.db, y.id, ledger.Lunch, "infinity"); return err },
		"ever": func() error {
			_, err := y.ledger.Open(b.Context(), y.db, y.id, ledger.Lunch, ledger.Ever())
			return err
		},
		"spent": func() error {
			_, err := y.ledger.Spent(b.Context(), y.db, y.id, ledger.Lunch, ledger.Day(morning))
			return err
		},
		"export": func() error { _, err := y.ledger.Export(b.Context(), y.db, y.secretary, ledger.Lunch, m); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				require.NoError(b, read())
			}
		})
	}
}
