package cases_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/roster"
)

// howMany is how many cases the plans are looked at beside. With a million it takes
// some minutes, and each question must be answered within its time:
//
//	go test ./internal/cases -run TestNoQuestionReadsATableThrough -years 1000000 -v -timeout 30m
var howMany = flag.Int("years", 10_000, "how many cases there are beside which the plans are looked at")

const (
	fewYears = 100_000               // beside fewer nothing is measured
	within   = 20 * time.Millisecond // a question is answered; what reads a month may take longer
	times    = 3                     // it is asked
	mostRead = 3                     // of how many cases one may be read, by an index or not, but for a month
)

// big are the tables that grow with the years.
var big = []string{
	"cases", "case_events", "case_media", "case_said", "case_cards", "case_followers", "case_visits", "case_calls", "case_notes",
	"hand_overs", "hand_over_takers", "outbox", "persons",
}

// past is a town with cases of years behind it.
type past struct {
	*town
	open, busy int64 // a case that is new, and one with followers
	done, to   int64 // one that is reported done, and one to which it may be a double
	draft      int64
	visit      int64
	resident   people.Actor
	his        []int64 // what the resident brought
	visitor    people.Actor
	hand       int64
}

// question is something that people ask of all the cases there are: which index
// answers it, and how long it may take where that is not within.
type question struct {
	index string
	long  time.Duration
	ask   func(w *past) error
}

// asking is a question without its answer.
func asking[T any](index string, ask func(w *past) (T, error)) question {
	return question{index: index, ask: func(w *past) error { _, err := ask(w); return err }}
}

// ofMonth is one that reads so many cases of a month that it may take longer.
func (q question) ofMonth(long time.Duration) question { q.long = long; return q }

// questions are all of them by name.
func questions() map[string]question {
	yesterday := morning.AddDate(0, 0, -1)
	all := map[string]question{
		"holding":     asking("cases_load", func(w *past) ([]cases.Case, error) { return w.cases.Holding(w.ctx, w.visitor) }),
		"tending":     asking("cases_private_held", func(w *past) ([]cases.Case, error) { return w.cases.Tending(w.ctx, w.secretary) }),
		"mine":        asking("cases_reporter", func(w *past) ([]cases.Case, error) { return w.cases.Mine(w.ctx, w.resident) }),
		"following":   asking("case_followers_person", func(w *past) ([]cases.Case, error) { return w.cases.Following(w.ctx, w.resident) }),
		"to phone":    asking("cases_", func(w *past) ([]cases.ToPhone, error) { return w.cases.ToPhone(w.ctx, w.secretary) }),
		"to tell":     asking("case_calls_open", func(w *past) ([]cases.ToPhone, error) { return w.cases.ToTell(w.ctx, w.secretary) }),
		"visits":      asking("case_visits_list", func(w *past) ([]cases.ToVisit, error) { return w.cases.Visits(w.ctx, w.visitor) }),
		"visits due":  asking("case_visits_", func(w *past) ([]cases.ToVisit, error) { return w.cases.VisitsDue(w.ctx, w.secretary) }),
		"alike":       asking("cases_", func(w *past) ([]cases.Case, error) { return w.cases.Alike(w.ctx, w.secretary, w.open) }),
		"near":        asking("cases_near", func(w *past) ([]cases.Case, error) { return w.cases.Near(w.ctx, w.mei, w.draft) }),
		"near report": asking("cases_near", func(w *past) ([]cases.Case, error) { return w.cases.NearReport(w.ctx, w.mei, w.at(2, "lamp")) }),
		"candidates":  asking("cases_load", func(w *past) ([]cases.Candidate, error) { return w.cases.Candidates(w.ctx, w.secretary, w.open) }),
		"unanswered":  asking("cases_", func(w *past) ([]int64, error) { return w.cases.Unanswered(w.ctx, w.id) }).ofMonth(200 * time.Millisecond), // once after an outage
		"asking": asking("case_said_case", func(w *past) ([]cases.Said, error) {
			return w.cases.Asking(w.ctx, w.id, w.his, 24*time.Hour)
		}),
		"piles":        asking("cases_", func(w *past) ([]cases.Pile, error) { return w.cases.Piles(w.ctx, w.secretary) }).ofMonth(100 * time.Millisecond),
		"counts":       asking("cases_", func(w *past) (map[cases.Which]int, error) { return w.cases.CountMatters(w.ctx, w.secretary, yesterday) }).ofMonth(300 * time.Millisecond),
		"shared by":    asking("case_followers_pkey", func(w *past) (cases.Shared, error) { return w.cases.SharedBy(w.ctx, w.id, w.busy) }),
		"hand-over":    asking("hand_overs_pkey", func(w *past) (cases.HandOver, error) { return w.cases.ReadHandOver(w.ctx, w.secretary, w.hand) }),
		"settled week": asking("cases_closed", func(w *past) ([]cases.Life, error) { return w.cases.SettledIn(w.ctx, w.id, weekUntil(morning)) }).ofMonth(400 * time.Millisecond),
		"month":        asking("cases_opened", func(w *past) ([]cases.Life, error) { return w.cases.Lives(w.ctx, w.secretary, monthUntil(morning)) }).ofMonth(time.Second),

		"open":      asking("cases_load", func(w *past) (cases.Case, error) { return w.cases.Open(w.ctx, w.mei, w.at(2, "lamp")) }),
		"send":      {index: "cases_load", ask: (*past).sends},
		"clock":     {index: "cases_pkey", ask: func(w *past) error { return w.cases.Tick(w.ctx, w.id, w.open) }},
		"visit due": {index: "case_visits_open", ask: func(w *past) error { return w.cases.VisitDue(w.ctx, w.id, w.visit) }},
		"silence":   {index: "cases_pkey", ask: func(w *past) error { return w.cases.Silent(w.ctx, w.id, w.done) }},
		"renamed":   {index: "case_events", ask: (*past).renames},
		"merge":     {index: "cases_doubles", ask: (*past).merges},
		"shift":     {index: "cases_load", ask: (*past).shiftEnds},
		"lost":      {index: "case_cards", ask: (*past).roleEnds, long: 200 * time.Millisecond},
	}
	for which := range cases.Belongs {
		all["matters "+string(which)] = asking("case", func(w *past) ([]cases.Matter, error) { return w.cases.Matters(w.ctx, w.secretary, which, yesterday) })
	}
	return all
}

func weekUntil(at time.Time) cases.Span  { return cases.Span{From: at.AddDate(0, 0, -7), Until: at} }
func monthUntil(at time.Time) cases.Span { return cases.Span{From: at.AddDate(0, -1, 0), Until: at} }

// sends a report that was held back: the next is drawn.
func (w *past) sends() error {
	c, err := w.cases.Keep(w.ctx, w.mei, w.at(2, "lamp"))
	if err == nil {
		_, err = w.cases.Send(w.ctx, w.mei, c.ID)
	}
	return err
}

// renames a case that is with somebody who has not looked: another is named for it.
func (w *past) renames() error {
	_, err := w.db.ExecContext(w.ctx, `
		UPDATE cases SET kind = 'rubbish', holder_id = $3, status = 'assigned' WHERE community_id = $1 AND id = $2`, w.id, w.open, w.li.Person)
	if err == nil {
		_, err = w.cases.Amend(w.ctx, w.secretary, w.open, cases.Amendment{Kind: "lamp"})
	}
	return err
}

// merges two cases and parts them again.
func (w *past) merges() error {
	_, err := w.cases.Merge(w.ctx, w.secretary, w.open, w.to)
	if err == nil {
		_, err = w.cases.Unmerge(w.ctx, w.secretary, w.open)
	}
	return err
}

// shiftEnds puts what somebody holds before the next.
func (w *past) shiftEnds() error {
	return w.undone(func(ctx context.Context, tx *sqlx.Tx) error {
		return w.cases.ShiftEnded(ctx, tx, roster.Shift{Community: w.id, ID: 9_000_000 + int64(w.next()), Activity: roster.Duty},
			[]int64{w.visitor.Person}, []int64{w.wang.Person})
	})
}

// roleEnds takes the buttons off the cards of somebody who holds nothing.
func (w *past) roleEnds() error {
	return w.undone(func(ctx context.Context, tx *sqlx.Tx) error {
		return w.cases.PersonChanged(ctx, tx, people.Change{Community: w.id, Person: w.neighbour.Person, What: people.RoleEnded, At: w.clk.Now()})
	})
}

// undone does something and takes it back.
func (w *past) undone(do func(ctx context.Context, tx *sqlx.Tx) error) error {
	return pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(w.ctx, `SAVEPOINT before`); err != nil {
			return err
		}
		if err := do(w.ctx, tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(w.ctx, `ROLLBACK TO before`)
		return err
	})
}

// TestNoQuestionReadsATableThrough: beside the cases of years every list, the
// neighbours' question, the choice of who is asked, and what the clock does read what
// they need by an index, and nothing from end to end. The counters of the database say so.
func TestNoQuestionReadsATableThrough(t *testing.T) {
	t.Parallel()
	w, real := newPast(t, *howMany), clock.New()
	w.db.SetMaxOpenConns(1) // whose counters are looked at
	all := questions()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		q := all[name]
		require.NoError(t, q.ask(w), name) // once to warm up
		before := w.counters()
		took := time.Hour
		for range times { // what else the machine does is not the question's
			began := real.Now() // how long it really took
			require.NoError(t, q.ask(w), name)
			took = min(took, real.Now().Sub(began))
		}
		most := *howMany / mostRead
		if q.long > 0 {
			most = *howMany - 1
		}
		through, used := before.since(w.counters(), int64(most*times))
		t.Logf("%-18s %8s %s", name, took.Round(10*time.Microsecond), strings.Join(used, " "))
		assert.Empty(t, through, "%s reads them from end to end", name)
		assert.True(t, slices.ContainsFunc(used, func(i string) bool { return strings.HasPrefix(i, q.index) }), "%s by %s: %v", name, q.index, used)
		if *howMany >= fewYears {
			assert.Less(t, took, max(within, q.long), name)
		}
	}
}

// counters are how many rows of each table were read from end to end and how many by
// each index, and how often each index was looked into.
type counters map[string]int64

func (w *past) counters() counters {
	w.Helper()
	var rows []struct {
		Name string
		N    int64
	}
	_, err := w.db.Exec(`SELECT pg_stat_force_next_flush()`)
	require.NoError(w, err)
	require.NoError(w, w.db.Select(&rows, `
		SELECT '-' || relname AS name, seq_tup_read AS n FROM pg_stat_user_tables
		UNION ALL SELECT '-' || relname || ' by ' || indexrelname, idx_tup_read FROM pg_stat_user_indexes
		UNION ALL SELECT indexrelname, idx_scan FROM pg_stat_user_indexes WHERE relname LIKE 'case%' OR relname LIKE 'hand%'`))
	c := counters{}
	for _, r := range rows {
		c[r.Name] = r.N
	}
	return c
}

// since names the big tables that were read through, and the indexes that were used.
func (c counters) since(now counters, most int64) (through, used []string) {
	for name, n := range now {
		what, isTable := strings.CutPrefix(name, "-")
		table, _, _ := strings.Cut(what, " ")
		switch read := n - c[name]; {
		case isTable && slices.Contains(big, table) && read > most:
			through = append(through, fmt.Sprintf("%s (%d rows)", what, read))
		case !isTable && read > 0:
			used = append(used, name)
		}
	}
	slices.Sort(used)
	return through, used
}

// newPast grows so many cases behind a town, of which three in a hundred are at work.
func newPast(t *testing.T, n int) *past {
	t.Helper()
	w := &past{town: newTown(t)}
	began := clock.New().Now()
	w.grow(n)
	w.named(w.member("Electrician", w.building.Area), "lamp") // who holds nothing yet
	t.Logf("grown: %d cases in %s", n, clock.New().Now().Sub(began).Round(time.Second))
	first := func(to *int64, query string) { w.Helper(); require.NoError(t, w.db.Get(to, query), query) }
	first(&w.done, `SELECT min(id) FROM cases WHERE status = 'done' AND private = ''`)
	first(&w.busy, `SELECT case_id FROM case_followers GROUP BY case_id ORDER BY count(*) DESC, case_id LIMIT 1`)
	first(&w.visit, `SELECT case_id FROM case_visits WHERE ended_at IS NULL ORDER BY id LIMIT 1`)
	first(&w.hand, `SELECT min(id) FROM hand_overs`)
	w.resident, w.visitor = people.Actor{Community: w.id}, people.Actor{Community: w.id}
	first(&w.resident.Person, `SELECT person_id FROM case_followers ORDER BY since DESC LIMIT 1`)
	first(&w.visitor.Person, `SELECT person_id FROM case_visits WHERE ended_at IS NULL AND person_id IS NOT NULL ORDER BY id LIMIT 1`)
	w.his = w.mine(w.resident)
	w.open, w.to = w.opened().ID, w.opened().ID
	w.draft = w.do(w.cases.Keep(w.ctx, w.mei, w.at(2, "lamp"))).ID
	return w
}

// grow writes them past the verbs, which would take days.
func (w *past) grow(n int) {
	w.Helper()
	begin := `SET session_replication_role = replica; SET statement_timeout = 0;`
	for _, s := range growth {
		s = strings.NewReplacer("$community", fmt.Sprint(w.id), "$many", fmt.Sprint(n), "$now", "timestamptz '"+morning.Format(time.RFC3339)+"'",
			"$building", fmt.Sprint(w.building.ID), "$area", fmt.Sprint(w.building.Area)).Replace(s)
		_, err := w.db.Exec(begin + s + `; RESET session_replication_role; RESET statement_timeout`)
		require.NoError(w, err, s)
	}
	for _, table := range big {
		_, err := w.db.Exec(`SET statement_timeout = 0; ANALYZE ` + table + `; RESET statement_timeout`)
		require.NoError(w, err)
	}
}

// growth is the past, statement by statement: 7,500 people in sixty buildings, a
// hundred of them members; a case every half hour, of which the last 3 in 100 are at
// work, a tenth of these waiting; of each its events, pictures and card, of some
// followers, doubles, talk, visits and calls.
var growth = []string{
	`INSERT INTO areas (community_id, name) SELECT $community, 'area ' || a FROM generate_series(1, 12) a`,
	`INSERT INTO buildings (community_id, area_id, name, entrances)
		SELECT $community, a.id, 'building ' || b, 4 FROM generate_series(1, 60) b
		JOIN (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM areas WHERE community_id = $community AND name LIKE 'area %') a ON a.nth = 1 + b % 12`,
	`INSERT INTO persons (community_id, telegram, name, language, building_id, entrance, flat, reachable, created_at)
		SELECT $community, CASE WHEN p % 30 > 0 THEN 1000000 + p END, 'person ' || p, 'en', b.id, 1 + p % 4, '101', p % 30 > 0, $now - interval '9 years'
		FROM generate_series(1, 7500) p
		JOIN (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM buildings WHERE community_id = $community) b ON b.nth = 1 + p % 60`,
	`INSERT INTO person_roles (community_id, person_id, role, area_id, since)
		SELECT $community, p.id, 'member', b.area_id, $now - interval '5 years'
		FROM (SELECT id, building_id FROM persons WHERE community_id = $community AND name LIKE 'person %' AND reachable ORDER BY id LIMIT 100) p
		JOIN buildings b ON b.community_id = $community AND b.id = p.building_id`,
	`UPDATE person_roles SET kinds = '{lamp,power}' WHERE community_id = $community AND role = 'member' AND id % 10 = 0`,
	`INSERT INTO cases (community_id, session_key, number, status, kind, building_id, entrance, area_id, words, reporter_id, for_id, holder_id,
			urgent, self_sends, drafted_at, opened_at, due_at, done_by, taken_at, done_at, closed_at, wait_for, wait_until, ending, why, proposed_by, decided_by, asked_at, seen_to, private)
		SELECT $community, 'old' || n, 1000 + n, s.status, (ARRAY['lamp', 'water', 'tree', 'lift', 'rubbish', 'road', ''])[1 + n % 7],
			r.building_id, r.entrance, b.area_id, 'it is broken', r.id, r.id, m.person_id,
			n % 50 = 0, false, at, at, at + interval '3 days', at + interval '7 days',
			CASE WHEN s.status NOT IN ('assigned') THEN at + interval '2 hours' END,
			CASE WHEN s.status IN ('done', 'held', 'seen') THEN at + interval '2 days' END,
			CASE WHEN s.status IN ('held', 'seen', 'cannot') THEN at + interval '3 days' END,
			CASE WHEN s.status = 'waiting' THEN (ARRAY['resident', 'parts'])[1 + n % 2] ELSE '' END, CASE WHEN s.status = 'waiting' THEN $now + interval '2 days' END,
			CASE WHEN s.status IN ('proposed', 'cannot') THEN 'cannot' ELSE '' END, CASE WHEN s.status IN ('proposed', 'cannot') THEN 'no_way' ELSE '' END,
			CASE WHEN s.status IN ('proposed', 'cannot') THEN m.person_id END, CASE WHEN s.status = 'cannot' THEN r.id END, at, at,
			CASE WHEN n % 100 = 7 THEN 'quarrel' ELSE '' END
		FROM generate_series(1, $many) n
		CROSS JOIN LATERAL (SELECT $now - n * interval '30 minutes' AS at, CASE
				WHEN n > $many * 0.03 THEN (ARRAY['held', 'held', 'held', 'held', 'held', 'held', 'held', 'held', 'seen', 'cannot'])[1 + n % 10]
				ELSE (ARRAY['assigned', 'taken', 'taken', 'taken', 'waiting', 'taken', 'done', 'done', 'assigned', 'proposed'])[1 + n % 10] END AS status) s
		JOIN (SELECT id, building_id, entrance, row_number() OVER (ORDER BY id) AS nth FROM persons WHERE community_id = $community AND name LIKE 'person %') r
			ON r.nth = 1 + n::bigint * 7919 % 7400
		JOIN buildings b ON b.community_id = $community AND b.id = r.building_id
		JOIN (SELECT person_id, row_number() OVER (ORDER BY id) AS nth FROM person_roles WHERE community_id = $community AND role = 'member' AND ended_at IS NULL) m
			ON m.nth = 1 + n::bigint * 31 % 100`,
	`INSERT INTO case_events (community_id, case_id, code, actor_id, from_status, to_status, at)
		SELECT community_id, id, e.code, CASE e.n WHEN 0 THEN for_id WHEN 3 THEN for_id ELSE holder_id END, e.was, e.becomes, opened_at + e.n * interval '1 hour'
		FROM cases, (VALUES (0, 'sent', 'draft', 'assigned'), (1, 'taken', 'assigned', 'taken'), (2, 'done', 'taken', 'done'), (3, 'held', 'done', 'held')) AS e (n, code, was, becomes)
		WHERE session_key LIKE 'old%' AND CASE status WHEN 'assigned' THEN e.n < 1 WHEN 'held' THEN true WHEN 'done' THEN e.n < 3 ELSE e.n < 2 END`,
	`INSERT INTO case_media (community_id, case_id, stage, nth, kind, file_id, unique_id, person_id, at)
		SELECT community_id, id, m.stage, 1, 'photo', 'f' || id || m.stage, 'u' || id || m.stage, for_id, opened_at
		FROM cases, (VALUES ('before'), ('after')) AS m (stage) WHERE session_key LIKE 'old%' AND (m.stage = 'before' AND id % 5 > 0 OR done_at IS NOT NULL)`,
	`INSERT INTO case_cards (community_id, case_id, person_id, round, key, settled_at)
		SELECT community_id, id, holder_id, 1, 'case:' || id || ':ping:' || holder_id || ':1', taken_at FROM cases WHERE session_key LIKE 'old%'`,
	`INSERT INTO case_said (community_id, case_id, key, side, person_id, words, at)
		SELECT community_id, id, 'talk:' || id || s.side, s.side, CASE s.side WHEN 'home' THEN for_id ELSE holder_id END, 'when?', opened_at + interval '5 hours'
		FROM cases, (VALUES ('home'), ('staff')) AS s (side) WHERE session_key LIKE 'old%' AND id % 5 = 0`,
	`INSERT INTO case_followers (community_id, case_id, own_id, person_id, double, since)
		SELECT c.community_id, c.id, c.id - 1 - f, p.id, f = 0, c.opened_at
		FROM cases c, generate_series(0, 1) f, LATERAL (SELECT c.for_id + 1 + f AS id) p
		WHERE c.session_key LIKE 'old%' AND c.id % 20 = 0 AND EXISTS (SELECT FROM persons x WHERE x.community_id = c.community_id AND x.id = p.id)`,
	`UPDATE cases d SET status = 'duplicate', of_id = f.case_id, ending = '', proposed_by = NULL, decided_by = NULL, why = '', closed_at = coalesce(d.closed_at, d.opened_at)
		FROM case_followers f WHERE f.community_id = d.community_id AND f.own_id = d.id AND f.double AND d.status IN ('held', 'cannot')`,
	`INSERT INTO case_visits (community_id, case_id, kind, due_at, person_id, outcome, ended_at)
		SELECT community_id, id, 'key', closed_at + interval '14 days', holder_id, 'held', closed_at + interval '15 days' FROM cases WHERE status = 'held' AND id % 25 = 0`,
	`INSERT INTO case_visits (community_id, case_id, kind, due_at, person_id, late_at)
		SELECT community_id, id, 'silence', $now + (id / 10 % 40 - 4) * interval '1 day', CASE WHEN id / 10 % 40 < 5 THEN holder_id END, $now + interval '1 day'
		FROM cases WHERE status = 'done' AND private = '' ORDER BY id LIMIT greatest(20, $many / 1000)`,
	`INSERT INTO case_calls (community_id, case_id, since, told_at, told_by)
		SELECT c.community_id, c.id, c.opened_at, CASE WHEN c.closed_at IS NOT NULL THEN c.closed_at END, CASE WHEN c.closed_at IS NOT NULL THEN c.holder_id END
		FROM cases c JOIN persons p ON p.community_id = c.community_id AND p.id = c.for_id AND NOT p.reachable WHERE c.session_key LIKE 'old%' AND (c.closed_at IS NOT NULL OR c.id % 5 = 0)`,
	`INSERT INTO hand_overs (community_id, shift_id, giver_id, case_ids, offered_at, kept_at)
		SELECT $community, h, m.person_id, ARRAY(SELECT id FROM cases WHERE community_id = $community AND holder_id = m.person_id AND status = 'taken' ORDER BY id LIMIT 9),
			$now - h * interval '8 hours', CASE WHEN h % 4 = 0 THEN $now - h * interval '7 hours' END
		FROM generate_series(1, least(5000, $many / 50)) h
		JOIN (SELECT person_id, row_number() OVER (ORDER BY id) AS nth FROM person_roles WHERE community_id = $community AND role = 'member' AND area_id <> 0) m ON m.nth = 1 + h % 100
		WHERE EXISTS (SELECT FROM cases WHERE community_id = $community AND holder_id = m.person_id AND status = 'taken')`,
	`INSERT INTO outbox (community_id, key, person_id, subject, topic, args, urgency, due_at, edits, state)
		SELECT community_id, 'case:' || id || ':clock:0', 0, '', 'case.clock', jsonb_build_object('case', id), 1, $now + interval '1 day', '', 'waiting'
		FROM cases WHERE status IN ('assigned', 'taken', 'waiting', 'proposed')`,
}
