package cases_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestOpenGivesANumberAndAsksAMember(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	require.Equal(t, cases.Assigned, c.Status)
	require.EqualValues(t, 1, c.Number)
	require.Equal(t, w.li.Person, c.Holder)
	require.WithinDuration(t, morning.Add(72*time.Hour), *c.DueAt, 0)
	require.Equal(t, []string{"Li case.ping"}, w.told(c.ID), "and nothing to her who tapped")
	require.Equal(t, c.ID, w.do(w.cases.ByNumber(w.ctx, w.mei, 1)).ID)
	require.Equal(t, []string{"drafted", "sent"}, w.events(c.ID))
}

func TestTheSameSessionIsOneCase(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := cases.Report{Key: "session", Kind: "lamp", Media: w.photo()}
	all := make([]cases.Case, 20)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			c, err := w.cases.Open(w.ctx, w.mei, r)
			if err != nil {
				t.Errorf("open: %v", err)
			}
			all[i] = c
		})
	}
	wg.Wait()
	for _, c := range all {
		require.Equal(t, all[0].ID, c.ID)
		require.Equal(t, all[0].Number, c.Number)
	}
	require.Equal(t, []string{"Li case.ping"}, w.told(all[0].ID))
	_, err := w.cases.Open(w.ctx, w.neighbour, r)
	refused(t, refusal.NotFound, "access.not_found", err)
}

func TestNumbersRiseAndNoneIsGivenTwice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	numbers := make([]int64, 20)
	var wg sync.WaitGroup
	for i := range numbers {
		r := cases.Report{Key: w.key(), Kind: "tree"}
		wg.Go(func() {
			c, err := w.cases.Open(w.ctx, w.mei, r)
			if err != nil {
				t.Errorf("open: %v", err)
			}
			numbers[i] = c.Number
		})
	}
	wg.Wait()
	slices.Sort(numbers)
	for i, n := range numbers {
		require.EqualValues(t, i+1, n)
	}
	next, err := w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key()})
	require.NoError(t, err)
	require.EqualValues(t, 21, next.Number)
}

func TestWhoIsAsked(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	require.Equal(t, w.li.Person, w.opened().Holder, "the longest serving")
	require.Equal(t, w.wang.Person, w.opened().Holder, "who holds the fewest")
	third := w.opened()
	require.Equal(t, w.li.Person, third.Holder)
	w.do(w.cases.Take(w.ctx, w.li, third.ID))
	require.Equal(t, w.wang.Person, w.opened().Holder, "what is taken counts as well")

	mine := w.do(w.cases.Open(w.ctx, w.settled(w.wang), cases.Report{Key: w.key(), Kind: "lamp"}))
	require.Equal(t, w.li.Person, mine.Holder, "not who reported it")
	yard := w.do(w.cases.Open(w.ctx, w.meet("Nowhere"), cases.Report{Key: w.key(), Place: community.Place{Spot: "outdoors"}}))
	require.Equal(t, w.far.Person, yard.Holder, "anybody, where no area is known")
	require.NoError(t, w.people.Unreachable(w.ctx, w.id, w.li.Person))
	require.NoError(t, w.people.Unreachable(w.ctx, w.id, w.wang.Person))
	require.Equal(t, w.secretary.Person, w.opened().Holder, "nobody else is there")
}

func TestNobodyIsThere(t *testing.T) {
	t.Parallel()
	w := emptyTown(t)
	c := w.opened()
	require.Equal(t, cases.Open, c.Status)
	require.Zero(t, c.Holder)
	require.Empty(t, w.told(c.ID))
	c = w.do(w.cases.TakeBack(w.ctx, w.mei, c.ID))
	require.Equal(t, cases.TakenBack, c.Status)
	danger := w.do(w.cases.Alarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "gas"}))
	require.Equal(t, cases.Open, danger.Status)

	w.claimed(w.mei)
	alone := w.opened()
	require.Equal(t, w.mei.Person, alone.Holder, "she is the only one")
	require.Equal(t, []string{"Mei case.ping"}, w.told(alone.ID))
	taken := w.do(w.cases.Take(w.ctx, w.mei, danger.ID))
	require.Equal(t, cases.Taken, taken.Status)
}

func TestReportingForAnother(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	zhao, err := w.people.Register(w.ctx, w.secretary, people.Registration{Name: "Zhao", Building: w.building.ID, Entrance: 4, Phone: "0535"})
	require.NoError(t, err)
	_, err = w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), For: zhao.ID})
	refused(t, refusal.NotFound, "access.not_found", err)

	c := w.do(w.cases.Open(w.ctx, w.li, cases.Report{Key: w.key(), For: zhao.ID, Place: community.Place{Spot: "home"}}))
	require.Equal(t, zhao.ID, c.For)
	require.Equal(t, 4, c.Place.Entrance)
	require.Equal(t, w.wang.Person, c.Holder)
	w.sent()
	p, err := w.cases.Call(w.ctx, w.wang, c.ID)
	require.NoError(t, err)
	require.Equal(t, "0535", p.Phone)
	w.do(w.cases.Take(w.ctx, w.wang, c.ID))
	require.Equal(t, []string{"Li case.taken"}, w.told(c.ID))
	require.Equal(t, []string{"drafted", "sent", "not_told", "called", "taken", "not_told"}, w.events(c.ID), "Zhao has no Telegram")
}

func TestLimitsOfAReport(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	_, err := w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Words: strings.Repeat("灯", 1001)})
	refused(t, refusal.Invalid, "case.words_too_long", err)
	_, err = w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "dragon"})
	refused(t, refusal.Invalid, "case.unknown_kind", err)
	_, err = w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Place: community.Place{Building: 999}})
	refused(t, refusal.NotFound, "community.no_building", err)
	c := w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Words: " a\x00b\xff "}))
	require.Equal(t, "ab", c.Words)
	c = w.do(w.cases.Alarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "fire", Words: strings.Repeat("火", 4096)}))
	require.Len(t, []rune(c.Words), cases.MaxWords)
}
