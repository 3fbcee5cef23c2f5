package register_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/register"
)

type town struct {
	db        *sqlx.DB
	people    *people.Service
	register  *register.Service
	secretary people.Actor
}

func newTown(t *testing.T) town {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
	communities, persons := community.New(db, clk), people.New(db, clk)
	home, err := communities.Ensure(t.Context(), 7, "Haiyang")
	require.NoError(t, err)
	for i := range 40 {
		_, err = communities.AddBuilding(t.Context(), home.ID, 0, community.Building{Name: fmt.Sprint(i + 1), Entrances: 4})
		require.NoError(t, err)
	}
	token, err := persons.NewClaim(t.Context(), home.ID, false)
	require.NoError(t, err)
	p, err := persons.Meet(t.Context(), home.ID, people.Telegram{ID: 1, FirstName: "陈书记"})
	require.NoError(t, err)
	require.NoError(t, persons.Redeem(t.Context(), home.ID, p.ID, token))
	return town{db, persons, register.New(persons, communities, clk), people.Actor{Community: home.ID, Person: p.ID}}
}

func sheet(rows string) register.Sheet {
	return register.Sheet{Name: "people.csv", Data: []byte(headings + rows), Words: words}
}

// TestAWholeCommunityIsLoaded measures how long 7,500 people take: less than 10 s, where
// no other tests run beside.
func TestAWholeCommunityIsLoaded(t *testing.T) {
	w := newTown(t) // not parallel: it measures
	var rows strings.Builder
	for i := range wholeCommunity {
		fmt.Fprintf(&rows, "居民%d,%d,%d,%d,,139%08d,%d,独居,,,是\n", i, i/3/63+1, i%4+1, i/3%63+101, i, 1930+i%80)
	}
	list := sheet(rows.String())
	began := clock.New().Now()
	plan, err := w.register.DryRun(t.Context(), w.secretary, list)
	require.NoError(t, err)
	require.Equal(t, register.Counts{New: wholeCommunity}, plan.Counts())
	counts, err := w.register.Load(t.Context(), w.secretary, "k1", list)
	require.NoError(t, err)
	took := clock.New().Now().Sub(began)
	t.Logf("%d people were looked at and loaded in %v", wholeCommunity, took)
	require.Less(t, took, time.Minute)
	require.Equal(t, register.Counts{New: wholeCommunity}, counts)
	var n struct{ Persons, Housed, Agreed, Events int }
	require.NoError(t, w.db.Get(&n, `SELECT count(*) AS persons, count(household_id) AS housed, count(consent_at) AS agreed,
		(SELECT count(*) FROM person_events WHERE code = 'registered') AS events FROM persons WHERE telegram IS NULL`))
	require.Equal(t, struct{ Persons, Housed, Agreed, Events int }{wholeCommunity, wholeCommunity, wholeCommunity, wholeCommunity}, n)
	again, err := w.register.Load(t.Context(), w.secretary, "k2", list)
	require.NoError(t, err)
	require.Equal(t, register.Counts{Unchanged: wholeCommunity}, again, "the same list once more changes nothing")
}

func TestARepeatLoadsNothingTwice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			counts, err := w.register.Load(t.Context(), w.secretary, "session", sheet("王秀兰,3,2,501\n张三\n"))
			if err != nil || counts != (register.Counts{New: 2}) {
				t.Errorf("got %v, %v", counts, err)
			}
		})
	}
	wg.Wait()
	var n int
	require.NoError(t, w.db.Get(&n, `SELECT count(*) FROM persons WHERE telegram IS NULL`))
	require.Equal(t, 2, n)
}

func TestNothingIsHalfLoaded(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	list := sheet("王秀兰,3,2,501\n张三,99,1,101\n")
	plan, err := w.register.DryRun(t.Context(), w.secretary, list)
	require.NoError(t, err)
	require.Len(t, plan.Faults, 1)
	_, err = w.register.Load(t.Context(), w.secretary, "k", list)
	require.ErrorContains(t, err, "register.faulty")
	var n int
	require.NoError(t, w.db.Get(&n, `SELECT count(*) FROM persons WHERE telegram IS NULL`))
	require.Zero(t, n)
	stranger, err := w.people.Meet(t.Context(), w.secretary.Community, people.Telegram{ID: 9})
	require.NoError(t, err)
	_, err = w.register.Load(t.Context(), people.Actor{Community: w.secretary.Community, Person: stranger.ID}, "k", sheet("王秀兰,3,2,501\n"))
	require.ErrorContains(t, err, "access.not_found")
	_, err = w.register.Load(t.Context(), people.Actor{Community: w.secretary.Community}, "k", sheet("王秀兰,3,2,501,,,,,,轻敲\n"))
	require.NoError(t, err, "whoever keeps the machine may")
	_, err = w.register.Load(t.Context(), w.secretary, "k3", sheet("王秀兰,3,2,501,6,,1951,耳背,,,\n"))
	require.NoError(t, err)
	var door struct {
		Floor int
		Notes string `db:"door_notes"`
		Tags  people.Codes
	}
	require.NoError(t, w.db.Get(&door, `SELECT h.floor, h.door_notes, p.tags FROM households h JOIN persons p ON p.household_id = h.id`))
	require.Equal(t, 6, door.Floor)
	require.Equal(t, "轻敲", door.Notes)
	require.Equal(t, people.Codes{"hearing"}, door.Tags)
}
