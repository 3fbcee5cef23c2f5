package people_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// opener is a kind of one-time token: how one is made, and how it is opened.
type opener struct {
	name string
	make func(w *town, secretary people.Actor) string
	open func(w *town, community, person int64, token string) error
}

// openers are all kinds.
var openers = []opener{
	{
		name: "claim",
		make: func(w *town, _ people.Actor) string {
			token, err := w.people.NewClaim(w.ctx, w.home.ID, true)
			require.NoError(w, err)
			return token
		},
		open: func(w *town, community, person int64, token string) error {
			return w.people.Redeem(w.ctx, community, person, token)
		},
	},
	{
		name: "family",
		make: func(w *town, _ people.Actor) string {
			mum := w.meet(5)
			return w.offered(mum, mum.Person, people.Family)
		},
		open: func(w *town, community, person int64, token string) error {
			_, err := w.people.OpenFamily(w.ctx, community, person, token)
			return err
		},
	},
	{
		name: "role",
		make: func(w *town, secretary people.Actor) string {
			token, err := w.people.Invite(w.ctx, secretary, access.Volunteer, people.Where{})
			require.NoError(w, err)
			return token
		},
		open: func(w *town, community, person int64, token string) error {
			_, err := w.people.OpenRole(w.ctx, community, person, token)
			return err
		},
	},
	{
		name: "person",
		make: func(w *town, secretary people.Actor) string {
			p, err := w.people.Register(w.ctx, secretary, people.Registration{Name: "Old Zhao", Building: w.building.ID, Entrance: 1})
			require.NoError(w, err)
			token, err := w.people.LinkPerson(w.ctx, secretary, p.ID)
			require.NoError(w, err)
			return token
		},
		open: func(w *town, community, person int64, token string) error {
			_, err := w.people.OpenPerson(w.ctx, community, person, token)
			return err
		},
	},
}

// guesses is how many tokens are tried altogether.
const guesses = 100_000

// TestNoGuessedOrAlteredTokenOpensAnything tries tokens at random, real ones
// with a letter changed, cut or added, real ones of another kind, and those of
// this community in another.
func TestNoGuessedOrAlteredTokenOpensAnything(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	secretary, stranger := w.secretary(), w.meet(9)
	elsewhere, err := w.community.Ensure(w.ctx, 8, "Next door")
	require.NoError(t, err)
	foreigner, err := w.people.Meet(w.ctx, elsewhere.ID, people.Telegram{ID: 9, FirstName: "N"})
	require.NoError(t, err)
	real := map[string][]string{}
	for _, o := range openers {
		for range 10 {
			real[o.name] = append(real[o.name], o.make(w, secretary))
		}
	}
	before := w.opened()
	var tried, accepted atomic.Int64
	var wg sync.WaitGroup
	for worker := range uint64(8) {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(worker, 7))
			for i := range guesses / 8 {
				o, community, person := openers[i%len(openers)], w.home.ID, stranger.Person
				token := altered(r, o, real)
				if i%50 == 0 { // a real one, where it does not belong
					token, community, person = real[o.name][r.IntN(10)], elsewhere.ID, foreigner.ID
				}
				tried.Add(1)
				if err := o.open(w, community, person, token); !refusal.Is(err, refusal.NotFound) {
					accepted.Add(1)
					t.Errorf("%s %q: %v", o.name, token, err)
				}
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, guesses, tried.Load())
	require.Zero(t, accepted.Load())
	require.Equal(t, before, w.opened(), "nothing was used up, and nobody was asked")
	for i, o := range slices.Backward(openers) { // the claim last: it ends what the secretary gave
		require.NoError(t, o.open(w, w.home.ID, w.meet(int64(20+i)).Person, real[o.name][0]), "%s: the real one works all the same", o.name)
	}
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func altered(r *rand.Rand, of opener, real map[string][]string) string {
	letter := func() string { return letters[r.IntN(len(letters)):][:1] }
	token := real[of.name][r.IntN(10)]
	at := r.IntN(len(token))
	switch r.IntN(7) {
	case 0:
		return token[:at]
	case 1:
		return token[:at] + letter() + token[at:]
	case 2:
		return strings.ToLower(token) + " "
	case 3: // of another kind
		for {
			if o := openers[r.IntN(len(openers))]; o.name != of.name {
				return real[o.name][r.IntN(10)]
			}
		}
	case 4:
		for {
			if changed := token[:at] + letter() + token[at+1:]; changed != token {
				return changed
			}
		}
	default:
		var b strings.Builder
		for range 22 {
			b.WriteString(letter())
		}
		return b.String()
	}
}

// opened counts what opening a token leaves behind.
func (w *town) opened() (n int) {
	w.Helper()
	require.NoError(w, w.db.Get(&n, `
		SELECT (SELECT count(*) FROM claims WHERE used_by IS NOT NULL) + (SELECT count(*) FROM links WHERE used_by IS NOT NULL)
			+ (SELECT count(*) FROM person_roles) + (SELECT count(*) FROM ties) + (SELECT count(*) FROM outbox)`))
	return n
}
