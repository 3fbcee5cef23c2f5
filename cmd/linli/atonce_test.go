package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
	"github.com/linli-bot/linli/internal/today"
)

// crew are the services that keep something of who is on duty, wired as the
// program wires them, and some people.
type crew struct {
	*testing.T
	db     *sqlx.DB
	clk    *clock.Clock
	people *people.Service
	cases  *cases.Service
	roster *roster.Service
	today  *today.Service
	area   int64
	chief  people.Actor
	all    []people.Actor // members
}

func newCrew(t *testing.T) *crew {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(time.Date(2026, 11, 23, 1, 5, 0, 0, time.UTC))
	nobody := func() {}
	communities := community.New(db, clk)
	w := &crew{
		T: t, db: db, clk: clk, people: people.New(db, clk), cases: cases.New(db, clk, communities, nobody),
		roster: roster.New(db, clk, calendar.New(db, clk), nobody), today: today.New(db, clk, nobody),
	}
	w.cases.Shows(w.today)
	w.roster.Shows(w.today)
	w.roster.Follow(w.cases, w.today)
	w.people.Follow(w.cases, w.roster, w.today)
	home, err := communities.Ensure(t.Context(), 7, "Haiyang")
	require.NoError(t, err)
	areas, err := communities.Areas(t.Context(), home.ID)
	require.NoError(t, err)
	w.area = areas[0].ID
	meet := func(name string) people.Actor {
		p, err := w.people.Meet(t.Context(), home.ID, people.Telegram{ID: int64(len(w.all) + 1), FirstName: name})
		require.NoError(t, err)
		a := people.Actor{Community: home.ID, Person: p.ID, Name: name}
		w.all = append(w.all, a)
		_, err = w.people.Agree(t.Context(), a, name)
		require.NoError(t, err)
		return a
	}
	w.chief = meet("Secretary")
	token, err := w.people.NewClaim(t.Context(), home.ID, true)
	require.NoError(t, err)
	require.NoError(t, w.people.Redeem(t.Context(), home.ID, w.chief.Person, token))
	for i := range 6 {
		require.NoError(t, w.people.Grant(t.Context(), w.chief, meet(fmt.Sprint("M", i)).Person, access.Member, w.area))
	}
	require.NoError(t, w.people.MakeDeputy(t.Context(), w.chief, w.all[6].Person))
	return w
}

// one is an id that a query finds, at random; 0, which is nobody's, where there is none.
func (w *crew) one(query string, args ...any) (id int64) {
	_ = w.db.Get(&id, query+` ORDER BY random() LIMIT 1`, args...) // no row is an answer
	return id
}

// move is one thing that somebody does, or that falls due.
func (w *crew) move(r *rand.Rand) error {
	ctx := context.Background()
	a, b := w.all[r.IntN(len(w.all))], w.all[1+r.IntN(len(w.all)-1)]
	slot, days := roster.Slots[r.IntN(2)], []int{1 + r.IntN(7), 1 + r.IntN(7)}
	st := roster.Stint{Area: w.area, Slot: slot, Days: days}
	shift := func() int64 { return w.one(`SELECT id FROM shifts WHERE cancelled_at IS NULL AND over_at IS NULL`) }
	theirCase := func() int64 { return w.one(`SELECT id FROM cases WHERE holder_id = $1`, a.Person) }
	job := func(topic string, id int64) error {
		return w.roster.Do(ctx, a.Community, topic, fmt.Appendf(nil, `{"shift":%d}`, id))
	}
	var err error
	switch r.IntN(24) {
	case 0:
		_, err = w.people.Away(ctx, w.chief, b.Person, nil)
	case 1, 2:
		_, err = w.people.Back(ctx, w.chief, b.Person)
	case 3:
		err = w.people.EndRole(ctx, w.chief, w.one(`SELECT id FROM person_roles WHERE person_id = $1 AND role = 'member' AND ended_at IS NULL`, b.Person))
	case 4, 5:
		err = w.people.Grant(ctx, w.chief, b.Person, access.Member, w.area)
	case 6, 7:
		_, err = w.roster.Sign(ctx, a, shift())
	case 8:
		_, err = w.roster.Cannot(ctx, a, w.one(`SELECT id FROM assignments WHERE person_id = $1 AND ended_at IS NULL`, a.Person))
	case 9:
		_, err = w.roster.Assign(ctx, w.chief, shift(), b.Person)
	case 10:
		err = w.roster.Stand(ctx, w.chief, st, b.Person)
	case 11:
		err = w.roster.StandToo(ctx, w.chief, st, b.Person)
	case 12:
		err = w.roster.SetHours(ctx, w.chief, st, calendar.Span{From: calendar.ClockAt(7+r.IntN(3), 0), Until: calendar.ClockAt(19+r.IntN(3), 0)})
	case 13:
		err = w.roster.SetPlaces(ctx, w.chief, st, 1+r.IntN(2))
	case 14:
		err = job("roster.roll", 0)
	case 15:
		err = job("roster.begin", w.one(`SELECT id FROM (SELECT id FROM shifts WHERE begun_at IS NULL AND cancelled_at IS NULL ORDER BY starts_at LIMIT 2) s`))
	case 16:
		err = job("roster.end", w.one(`SELECT id FROM shifts WHERE begun_at IS NOT NULL AND over_at IS NULL`))
	case 17:
		_, err = w.cases.TakeOver(ctx, a, w.one(`SELECT hand_over_id FROM hand_over_takers WHERE person_id = $1`, a.Person))
	case 18:
		_, err = w.cases.Give(ctx, w.chief, w.one(`SELECT id FROM cases`), b.Person)
	case 19:
		_, err = w.cases.Take(ctx, a, theirCase())
	case 20:
		_, err = w.cases.Pass(ctx, a, theirCase(), "no_time")
	case 21:
		if r.IntN(8) > 0 { // mostly somebody takes it
			_, err = w.cases.TakeOver(ctx, a, w.one(`SELECT hand_over_id FROM hand_over_takers WHERE person_id = $1`, a.Person))
			break
		}
		err = w.cases.LapseHandOver(ctx, a.Community, w.one(`SELECT id FROM hand_overs`))
	case 22:
		err = w.today.Open(ctx, a, fmt.Sprint(r.Uint64()))
	default:
		_, err = w.cases.Remind(ctx, w.chief, w.one(`SELECT id FROM cases`))
	}
	return err
}

// TestWhateverADutyBringsAtOnce lets roles end, people go away, plans change,
// shifts begin and end and cases change hands at the same time: nothing ends but
// in a yes or a kind no, and what holds after it is what must.
func TestWhateverADutyBringsAtOnce(t *testing.T) {
	t.Parallel()
	w := newCrew(t)
	w.cases.Unlimited()
	require.NoError(t, w.roster.UsualPlan(t.Context(), w.chief, w.area))
	for i := range 12 {
		_, err := w.cases.Open(t.Context(), w.chief, cases.Report{Key: fmt.Sprint("c", i), Kind: "lamp", Words: "dark", Media: []cases.Media{{Kind: "photo", FileID: "f", UniqueID: fmt.Sprint(i)}}})
		require.NoError(t, err)
	}
	var wg sync.WaitGroup
	for worker := range uint64(8) {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(worker, 7))
			for range 150 {
				if err := w.move(r); err != nil {
					if _, ok := refusal.As(err); !ok {
						t.Errorf("%v", err)
					}
				}
			}
		})
	}
	wg.Wait()
	var taken int
	require.NoError(t, w.db.Get(&taken, `SELECT count(*) FROM hand_overs WHERE taken_by IS NOT NULL`))
	t.Logf("%d taken over", taken)
	w.holds()
}

// holds looks for what must not be.
func (w *crew) holds() {
	w.Helper()
	for name, query := range map[string]string{
		"a place of somebody without a part in it": `SELECT count(*) FROM assignments a JOIN shifts s ON s.id = a.shift_id
			WHERE a.ended_at IS NULL AND s.over_at IS NULL AND NOT EXISTS (SELECT FROM person_roles r WHERE r.person_id = a.person_id AND r.ended_at IS NULL)`,
		"a place of somebody who is away": `SELECT count(*) FROM assignments a JOIN shifts s ON s.id = a.shift_id JOIN persons p ON p.id = a.person_id
			WHERE a.ended_at IS NULL AND s.over_at IS NULL AND p.presence <> 'here'`,
		"somebody stands without a part in it": `SELECT count(*) FROM standing_assignments g
			WHERE g.ended_at IS NULL AND NOT EXISTS (SELECT FROM person_roles r WHERE r.person_id = g.person_id AND r.ended_at IS NULL)`,
		"a hole in a full shift": `SELECT count(*) FROM shifts s WHERE hole_since IS NOT NULL AND s.places <=
			(SELECT count(*) FROM assignments a WHERE a.shift_id = s.id AND a.ended_at IS NULL)`,
		"a case with who is nothing any more": `SELECT count(*) FROM cases c WHERE c.status IN ('assigned', 'taken')
			AND NOT EXISTS (SELECT FROM person_roles r WHERE r.person_id = c.holder_id AND r.ended_at IS NULL)`,
		"a live page that was never to be sent": `SELECT count(*) FROM today_pages t WHERE NOT EXISTS (SELECT FROM outbox o WHERE o.key = t.key)`,
	} {
		var n int
		require.NoError(w, w.db.Get(&n, query), name)
		require.Zero(w, n, name)
	}
	var deadlocks int
	require.NoError(w, w.db.Get(&deadlocks, `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`))
	w.Logf("%d deadlocks", deadlocks)
}
