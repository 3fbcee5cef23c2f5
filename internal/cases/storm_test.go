package cases_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

var stormMoves = flag.Int("moves", 1500, "how many random moves the storm makes")

const (
	stormCases   = 100
	stormHands   = 20 // at once
	stormClock   = 15 // of a hundred moves are the clock's
	stormRegular = 85 // of a hundred others may well be possible
)

// storm is a town in which many move the same cases at once, and what they did.
type storm struct {
	*town
	staff, homes []people.Actor
	granny       people.Actor // without Telegram
	away         people.Actor // a member who goes on a journey now and then
	about        []int64      // the cases
	count        atomic.Int64

	mu     sync.Mutex
	done   map[string]int // of each key, how many verbs said that it is done
	odd    []error        // what no verb may answer
	moved  map[string]int // how often each verb succeeded
	wanted map[string]int // and was tried
}

// hand makes one move after the other, each for another actor or for the clock.
type hand struct {
	*storm
	dice *rand.Rand
	me   people.Actor
}

// TestAStormOfMovesFollowsTheTable: twenty actors and the clock move a hundred cases
// at random and all at once. Whatever comes of it, every case went by the table, no
// step is lost, nobody's trouble is nobody's, and everybody is told once of each step.
func TestAStormOfMovesFollowsTheTable(t *testing.T) {
	t.Parallel()
	seed := luck.Seed(t)
	s := newStorm(t)
	s.begin(rand.New(rand.NewPCG(seed, 0)))
	s.rage(seed)
	require.Empty(t, s.odd)
	s.check()
	for name, n := range s.wanted {
		t.Logf("%-14s %5d of %5d", name, s.moved[name], n)
	}
}

// newStorm is a town of twenty: twelve residents in two areas, one of them without
// Telegram and two who act for others, and eight who serve.
func newStorm(t *testing.T) *storm {
	w := newTown(t)
	w.witnesses()
	s := &storm{town: w, done: map[string]int{}, moved: map[string]int{}, wanted: map[string]int{}}
	w.people.Follow(w.cases)
	far, err := w.people.Actor(w.ctx, w.id, w.far.Person)
	require.NoError(t, err)
	east, err := w.community.AddBuilding(w.ctx, w.id, 0, community.Building{Name: "9", Entrances: 2, Area: far.Areas[0]})
	require.NoError(t, err)
	for i := range 8 {
		s.homes = append(s.homes, w.settled(w.meet(fmt.Sprintf("Home %d", i))))
	}
	yonder := w.meet("Yonder")
	_, err = w.people.Agree(w.ctx, yonder, yonder.Name)
	require.NoError(t, err)
	_, err = w.people.Settle(w.ctx, yonder, east.ID, 1, "101")
	require.NoError(t, err)
	s.homes = append(s.homes, yonder, w.mei, w.neighbour)
	w.acts(s.homes[0], w.mei)
	w.acts(s.homes[1], w.neighbour)
	s.granny = w.settled(w.meet("Granny"))
	require.NoError(t, w.people.Unreachable(w.ctx, w.id, s.granny.Person))
	s.away = w.member("Zhao", w.building.Area)
	deputy := w.meet("Deputy")
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, deputy.Person, access.Deputy, 0))
	s.staff = []people.Actor{
		w.li, w.wang, s.away, w.far, w.secretary, deputy, w.mediator("Mediator"), w.mediator("Second mediator"),
	}
	for i, a := range append(s.homes, s.staff...) {
		now, err := w.people.Actor(w.ctx, w.id, a.Person)
		require.NoError(t, err)
		if i < len(s.homes) {
			s.homes[i] = now
		} else {
			s.staff[i-len(s.homes)] = now
		}
	}
	return s
}

// begin opens the cases: of several kinds, by several people, private ones among them.
func (s *storm) begin(dice *rand.Rand) {
	s.Helper()
	kinds := []string{"lamp", "water", "tree", "lift", "", "rubbish"}
	quiet := []string{"neighbours", "family", "complaint"}
	for n := range stormCases {
		by := s.homes[dice.IntN(len(s.homes))]
		r := cases.Report{Key: s.fresh(), Kind: kinds[dice.IntN(len(kinds))], Media: s.picture(), Words: "look"}
		switch {
		case n%8 == 0:
			r.Kind = quiet[dice.IntN(len(quiet))]
			if n%16 == 8 {
				by, r.For = s.homes[0], s.mei.Person
			}
		case n%8 == 1:
			by, r.For = s.homes[0], s.mei.Person
		case n%8 == 2:
			by, r.For, r.Channel = s.li, s.granny.Person, cases.ByPhone
		case n%16 == 3:
			r.Danger, r.Kind = "gas", "gas"
		}
		c, err := s.cases.Open(s.ctx, by, r)
		require.NoError(s, err)
		s.about = append(s.about, c.ID)
		if n%16 == 0 && c.Mediated() && by.Person != s.neighbour.Person {
			s.do(s.cases.Take(s.ctx, s.holder(c), c.ID))
			s.do(s.cases.Invite(s.ctx, s.holder(c), c.ID, s.neighbour.Person))
		}
	}
}

// rage lets everybody loose, and waits until all is quiet.
func (s *storm) rage(seed uint64) {
	var wg sync.WaitGroup
	var made atomic.Int64
	for i := range stormHands {
		wg.Go(func() {
			h := &hand{storm: s, dice: rand.New(rand.NewPCG(seed, uint64(i)+1))}
			for made.Add(1) <= int64(*stormMoves) {
				h.move()
			}
		})
	}
	wg.Wait()
}

// fresh is a new key, picture a new picture; both for many at once.
func (s *storm) fresh() string { return fmt.Sprintf("storm%d", s.count.Add(1)) }

func (s *storm) picture() []cases.Media {
	n := s.count.Add(1)
	return []cases.Media{{Kind: "photo", FileID: fmt.Sprintf("sf%d", n), UniqueID: fmt.Sprintf("su%d", n)}}
}

// move makes one move: mostly one that may well be possible as the case stands, by
// whom it may be; sometimes anything by anybody.
func (h *hand) move() {
	if h.dice.IntN(100) < stormClock {
		h.tick()
		return
	}
	id, v := h.about[h.dice.IntN(len(h.about))], verbs[h.dice.IntN(len(verbs))]
	h.me = h.anybody(func(people.Actor) bool { return true })
	if h.dice.IntN(100) < stormRegular {
		id, v = h.likely()
	}
	h.try(v.name, func() error { return v.do(h, id) })
}

// likely is a case and a verb that goes with how it stands, by somebody who would.
func (h *hand) likely() (int64, verb) {
	id := h.about[h.dice.IntN(len(h.about))]
	c, err := h.cases.Read(h.ctx, h.id, id)
	moves := h.dice.IntN(3) > 0 // the case, not only what is said of it
	for range 200 {
		v := verbs[h.dice.IntN(len(verbs))]
		to, leads := cases.Want[c.Status][v.code]
		if err == nil && leads && (!moves || !strings.HasPrefix(to, string(c.Status)+" ")) {
			h.me = h.anybody(func(a people.Actor) bool { return v.by.fits(c, a) })
			return id, v
		}
	}
	return id, verbs[h.dice.IntN(len(verbs))]
}

// anybody is one of those who fit; where nobody does, anybody at all.
func (h *hand) anybody(fits func(people.Actor) bool) people.Actor {
	all := slices.Concat(h.homes, h.staff)
	for range 50 {
		if a := all[h.dice.IntN(len(all))]; fits(a) {
			return a
		}
	}
	return all[h.dice.IntN(len(all))]
}

// whose says who would make a move.
type whose int

const (
	anybodys whose = iota
	home
	holder
	another // on duty, but who holds it
)

func (w whose) fits(c cases.Case, a people.Actor) bool {
	switch w {
	case home:
		if c.For == a.Person || c.Reporter == a.Person {
			return true
		}
		for _, id := range a.For {
			if id == c.For {
				return true
			}
		}
		return false
	case holder:
		return c.Holder == a.Person
	case another:
		return c.Holder != a.Person && a.Staff()
	}
	return true
}

// try notes what came of a verb: done, or refused in words that people read. Anything
// else is a fault.
func (s *storm) try(name string, do func() error) {
	err := do()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wanted[name]++
	switch _, ok := refusal.As(err); {
	case err == nil:
		s.moved[name]++
	case !ok:
		s.odd = append(s.odd, fmt.Errorf("%s: %w", name, err))
	}
}

// keyed runs a verb that a key makes harmless to repeat, half the time twice at once.
func (h *hand) keyed(as access.Action, do func(n cases.Note) error) error {
	n := cases.Note{Key: h.fresh(), Media: h.picture(), Words: "more"}
	times := 1 + h.dice.IntN(2)
	results := make([]error, times)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() { results[i] = do(n) })
	}
	wg.Wait()
	for _, err := range results {
		h.mu.Lock()
		h.done[string(as)+":"+n.Key] += 0
		if err == nil {
			h.done[string(as)+":"+n.Key]++
		}
		h.mu.Unlock()
	}
	return results[0]
}

// tick is a move of the clock: it goes on, or one of the jobs comes due, also where
// there is nothing to do.
func (h *hand) tick() {
	id := h.about[h.dice.IntN(len(h.about))]
	switch n := h.dice.IntN(20); {
	case n < 2:
		h.clk.Advance(time.Duration(h.dice.IntN(10)) * time.Minute)
	case n < 3:
		h.clk.Advance(time.Duration(h.dice.IntN(24)) * time.Hour)
	case n < 4:
		h.try("journey", h.journey)
	default:
		j := jobs[h.dice.IntN(len(jobs))]
		h.try(j.name, func() error { return j.do(h, id) })
	}
}

// journey lets a member go away, or come back.
func (h *hand) journey() error {
	var err error
	if h.dice.IntN(2) == 0 {
		_, err = h.people.Away(h.ctx, h.secretary, h.away.Person, nil)
	} else {
		_, err = h.people.Back(h.ctx, h.secretary, h.away.Person)
	}
	return err
}
