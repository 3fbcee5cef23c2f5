package people_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/refusal"
)

func TestOneOfAHundredOpensTheClaim(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	token, err := w.people.NewClaim(w.ctx, w.home.ID, false)
	require.NoError(t, err)
	ids := make([]int64, 100)
	for i := range ids {
		ids[i] = w.meet(int64(100 + i)).Person
	}
	var wg sync.WaitGroup
	var won, lost atomic.Int32
	var winner atomic.Int64
	for _, id := range ids {
		wg.Go(func() {
			err := w.people.Redeem(w.ctx, w.home.ID, id, token)
			switch r, ok := refusal.As(err); {
			case err == nil:
				won.Add(1)
				winner.Store(id)
			case ok && r.Key == "people.no_such_claim":
				lost.Add(1)
			default:
				t.Errorf("redeem: %v", err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, won.Load())
	require.EqualValues(t, 99, lost.Load())
	sec, err := w.people.Secretary(w.ctx, w.home.ID)
	require.NoError(t, err)
	require.Equal(t, winner.Load(), sec.ID)
	require.NoError(t, w.people.Redeem(w.ctx, w.home.ID, sec.ID, token), "who opened it may open it again")
}

func TestClaimsThatOpenNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	me, other := w.meet(5), w.meet(6)
	token, err := w.people.NewClaim(w.ctx, w.home.ID, false)
	require.NoError(t, err)
	require.Len(t, token, 22, "128 bits")
	var plain int
	require.NoError(t, w.db.Get(&plain, `SELECT count(*) FROM claims WHERE encode(token_hash, 'escape') LIKE '%' || $1 || '%'`, token))
	require.Zero(t, plain, "only the hash is kept")

	refused(t, refusal.NotFound, "people.no_such_claim", w.people.Redeem(w.ctx, w.home.ID, me.Person, token+"x"))
	elsewhere, err := w.community.Ensure(w.ctx, 8, "Next door")
	require.NoError(t, err)
	refused(t, refusal.NotFound, "people.no_such_claim", w.people.Redeem(w.ctx, elsewhere.ID, me.Person, token))
	w.clk.Advance(15 * time.Minute)
	refused(t, refusal.NotFound, "people.no_such_claim", w.people.Redeem(w.ctx, w.home.ID, me.Person, token))

	first, err := w.people.NewClaim(w.ctx, w.home.ID, false)
	require.NoError(t, err)
	late, err := w.people.NewClaim(w.ctx, w.home.ID, false)
	require.NoError(t, err)
	require.NoError(t, w.people.Redeem(w.ctx, w.home.ID, me.Person, first))
	refused(t, refusal.NotFound, "people.no_such_claim", w.people.Redeem(w.ctx, w.home.ID, other.Person, first))
	refused(t, refusal.Conflict, "people.secretary_exists", w.people.Redeem(w.ctx, w.home.ID, other.Person, late))
	_, err = w.people.NewClaim(w.ctx, w.home.ID, false)
	refused(t, refusal.Conflict, "people.secretary_exists", err)
}

func TestOfTwoClaimsAtOnceEachHearsTheTruth(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ids := make([]int64, 20)
	for i := range ids {
		ids[i] = w.meet(int64(100 + i)).Person
	}
	for _, replace := range []bool{false, true} {
		tokens := make([]string, len(ids))
		for i := range ids {
			var err error
			tokens[i], err = w.people.NewClaim(w.ctx, w.home.ID, replace)
			require.NoError(t, err)
		}
		var wg sync.WaitGroup
		won := make([]bool, len(ids))
		for i, id := range ids {
			wg.Go(func() { won[i] = w.people.Redeem(w.ctx, w.home.ID, id, tokens[i]) == nil })
		}
		wg.Wait()
		var had int
		require.NoError(t, w.db.Get(&had, `SELECT count(DISTINCT person_id) FROM person_roles WHERE role = 'secretary'`))
		told := 0
		for _, is := range won {
			if is {
				told++
			}
		}
		require.Equal(t, had, told, "so many were the secretary, so many were told that they are (replace: %v)", replace)
	}
}

func TestAFormerSecretaryHearsNoOldNews(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	first, second := w.meet(5), w.meet(6)
	old, err := w.people.NewClaim(w.ctx, w.home.ID, false)
	require.NoError(t, err)
	require.NoError(t, w.people.Redeem(w.ctx, w.home.ID, first.Person, old))
	require.NoError(t, w.people.Redeem(w.ctx, w.home.ID, first.Person, old))
	next, err := w.people.NewClaim(w.ctx, w.home.ID, true)
	require.NoError(t, err)
	require.NoError(t, w.people.Redeem(w.ctx, w.home.ID, second.Person, next))
	refused(t, refusal.NotFound, "people.no_such_claim", w.people.Redeem(w.ctx, w.home.ID, first.Person, old))
}
