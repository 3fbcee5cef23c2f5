package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// at once runs something for each of n hands, all at the same time.
func atOnce(n int, do func(i int)) {
	var wg sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-gate
			do(i)
		})
	}
	close(gate)
	wg.Wait()
}

func TestTheSameKeyAtOnceIsOneEntry(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	top := w.entry(ledger.TopUp, w.mei.Person, 500) // her first: her accounts are made in the same moment
	ids, errs := make([]int64, 12), make([]error, 12)
	atOnce(12, func(i int) { ids[i], errs[i] = w.post([]people.Actor{w.chef, w.secretary}[i%2], top) })
	for i := range ids {
		require.NoError(t, errs[i])
		require.Equal(t, ids[0], ids[i])
	}
	require.EqualValues(t, 500, w.balance(w.mei.Person))
	out := w.entry(ledger.PayOut, w.mei.Person, 500)
	atOnce(12, func(i int) { ids[i], errs[i] = w.post(w.chef, out) })
	for i := range ids {
		require.NoError(t, errs[i], "said twice is no reason to find the account empty")
		require.Equal(t, ids[0], ids[i])
	}
	require.Zero(t, w.balance(w.mei.Person))
}

func TestOfManyWhoTakeAtOnceNobodyTakesTooMuch(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	id := w.posted(w.chef, w.entry(ledger.TopUp, w.mei.Person, 500))
	out := make([]ledger.Entry, 12)
	for i := range out {
		out[i] = w.entry([]ledger.Code{ledger.PayOut, ledger.Gift}[i%2], w.mei.Person, 100)
	}
	errs := make([]error, len(out))
	atOnce(len(out), func(i int) { _, errs[i] = w.post(w.chef, out[i]) })
	paid := 0
	for _, err := range errs {
		if err == nil {
			paid++
			continue
		}
		refused(t, refusal.Conflict, "ledger.not_so_much", err)
	}
	require.Equal(t, 5, paid)
	require.Zero(t, w.balance(w.mei.Person))

	atOnce(len(errs), func(i int) { _, errs[i] = w.correct(w.chef, id, fmt.Sprintf("c%d", i), "it was not hers") })
	fixed := 0
	for _, err := range errs {
		if err == nil {
			fixed++
			continue
		}
		refused(t, refusal.Conflict, "ledger.is_corrected", err)
	}
	require.Equal(t, 1, fixed)
	require.EqualValues(t, -500, w.balance(w.mei.Person))
}

// storm is a ledger to which many write at once, and what they were told.
type storm struct {
	*town
	by     []people.Actor
	diners []people.Actor

	mu    sync.Mutex
	known map[string]int64 // of each key, the entry that everybody was told
	odd   []error
}

// Hands post, repeat, correct and read all at once, with few keys and few people:
// what was told stands there once, and all adds up.
func TestAStormOnTheBooks(t *testing.T) {
	t.Parallel()
	seed := luck.Seed(t)
	s := &storm{town: newTown(t), known: map[string]int64{}}
	s.by = []people.Actor{s.chef, s.secretary, s.lead("Second chef", access.Kitchen)}
	s.diners = []people.Actor{s.mei, s.li, s.daughter}
	atOnce(8, func(i int) {
		dice := rand.New(rand.NewPCG(seed, uint64(i)))
		for range 40 {
			s.move(dice)
		}
	})
	require.Empty(t, s.odd)
	s.adds()
}

func (s *storm) move(dice *rand.Rand) {
	by, person := s.by[dice.IntN(len(s.by))], s.diners[dice.IntN(len(s.diners))].Person
	n := dice.IntN(150) // a key, and all that goes with it
	key := fmt.Sprintf("storm%d", n)
	switch dice.IntN(10) {
	case 0, 1:
		s.mu.Lock()
		id := s.known[key]
		s.mu.Unlock()
		if id != 0 {
			fixed, err := s.correct(by, id, "fix "+key, "it was wrong")
			s.told("fix "+key, fixed, err)
		}
	case 2:
		st, err := s.ledger.Statement(s.ctx, s.db, by, ledger.Page{Book: ledger.Lunch, Person: person, Span: november})
		sum := st.Opening
		for _, l := range st.Lines {
			sum += l.Change
		}
		if err != nil || sum != st.Closing {
			s.told("a statement", 0, fmt.Errorf("%d of %v: %w", sum, st, err))
		}
	default:
		codes := []ledger.Code{ledger.TopUp, ledger.Charge, ledger.Refund, ledger.PayOut, ledger.Receipt, ledger.Free}
		e := ledger.Entry{
			Book: ledger.Lunch, Key: key, Code: codes[n%len(codes)], Day: "2026-11-20", Amount: int64(100 + n),
			Person: s.diners[n%len(s.diners)].Person, Reason: "so it is",
		}
		if e.Code == ledger.Receipt {
			e.Name = "rice"
		}
		id, err := s.post(by, e)
		s.told(key, id, err)
	}
}

// told notes what a hand was told: everybody the same of the same key.
func (s *storm) told(key string, id int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, is := refusal.As(err); is {
		return
	}
	if was, known := s.known[key]; err == nil && known && was != id {
		err = fmt.Errorf("%s is entry %d and %d", key, was, id)
	}
	if err != nil {
		s.odd = append(s.odd, err)
		return
	}
	s.known[key] = id
}

// adds recounts everything.
func (s *storm) adds() {
	s.Helper()
	rows, err := s.ledger.Export(s.ctx, s.db, s.secretary, ledger.Lunch, november)
	require.NoError(s, err)
	require.Len(s, rows, len(s.known))
	sums := map[int64]int64{}
	for _, r := range rows {
		require.Equal(s, s.known[r.Key], r.ID)
		sums[r.From.Person] += r.Amount
		sums[r.To.Person] -= r.Amount
		if r.Reverses != 0 {
			was := slices.IndexFunc(rows, func(o ledger.Posted) bool { return o.ID == r.Reverses })
			require.Equal(s, r.ID, rows[was].Reversed)
			require.Equal(s, rows[was].From, r.To)
			require.Equal(s, rows[was].To, r.From)
		}
	}
	for _, d := range s.diners {
		require.Equal(s, sums[d.Person], s.balance(d.Person))
		require.Equal(s, sums[d.Person], s.statement(s.secretary, d.Person, november).Closing)
	}
	var people, accounts int
	require.NoError(s, s.db.Get(&people, `SELECT count(*) - count(DISTINCT person_id) FROM ledger_people`))
	require.NoError(s, s.db.Get(&accounts, `SELECT count(*) - count(DISTINCT (book, kind, name, owner_id)) FROM ledger_accounts`))
	require.Zero(s, people)
	require.Zero(s, accounts)
}
