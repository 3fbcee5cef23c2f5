package cases_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
)

// named says that a member is asked first for kinds of problems.
func (w *town) named(a people.Actor, kinds ...string) {
	w.Helper()
	for _, k := range kinds {
		require.NoError(w, w.people.NameFor(w.ctx, w.secretary, a.Person, k, true))
	}
}

// holds gives somebody so many cases of a kind for which nobody is named.
func (w *town) holds(a people.Actor, n int) {
	w.Helper()
	for range n {
		c := w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "rubbish", Media: w.photo()}))
		if c.Holder != a.Person {
			w.do(w.cases.Give(w.ctx, w.secretary, c.ID, a.Person))
		}
	}
}

func TestWhoIsNamedForTheKindIsAskedFirst(t *testing.T) {
	t.Parallel()
	ways := map[string]func(w *town, kind string) cases.Case{
		"a whole report": func(w *town, kind string) cases.Case {
			return w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: kind, Media: w.photo()}))
		},
		"one that was held back": func(w *town, kind string) cases.Case {
			c := w.do(w.cases.Keep(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: kind, Media: w.photo()}))
			return w.do(w.cases.Send(w.ctx, w.mei, c.ID))
		},
	}
	for name, tc := range map[string]struct {
		kind  string
		given func(w *town)
		want  string
	}{
		"nobody is named: the least loaded": {"lamp", func(w *town) { w.holds(w.li, 1) }, "Wang"},
		"the electrician, though loaded more": {"lamp", func(w *town) {
			w.named(w.wang, "lamp", "power")
			w.holds(w.wang, 3)
		}, "Wang"},
		"not for what she is not named for": {"tree", func(w *town) {
			w.named(w.wang, "lamp")
			w.holds(w.li, 1)
			w.holds(w.wang, 2)
		}, "Li"},
		"but nobody is left out of the rest": {"tree", func(w *town) {
			w.named(w.wang, "lamp")
			w.holds(w.li, 1)
		}, "Wang"},
		"of two who are named the least loaded": {"lamp", func(w *town) {
			w.named(w.wang, "lamp")
			w.named(w.li, "lamp")
			w.holds(w.li, 1)
		}, "Wang"},
		"not beyond a day's page of cases": {"lamp", func(w *town) {
			w.named(w.wang, "lamp")
			w.holds(w.wang, cases.MostNamed)
		}, "Li"},
		"nor is a member of elsewhere brought here": {"lamp", func(w *town) {
			w.named(w.far, "lamp")
		}, "Li"},
		"nor who is on a journey": {"lamp", func(w *town) {
			w.named(w.wang, "lamp")
			_, err := w.people.Away(w.ctx, w.secretary, w.wang.Person, nil)
			require.NoError(w, err)
		}, "Li"},
		"no longer when it was taken back": {"lamp", func(w *town) {
			w.named(w.wang, "lamp")
			require.NoError(w, w.people.NameFor(w.ctx, w.secretary, w.wang.Person, "lamp", false))
		}, "Li"},
		"nor when the role has ended and is given anew": {"lamp", func(w *town) {
			w.named(w.wang, "lamp")
			require.NoError(w, w.people.Resign(w.ctx, w.wang))
			require.NoError(w, w.people.Grant(w.ctx, w.secretary, w.wang.Person, access.Member, w.building.Area))
		}, "Li"},
	} {
		for way, brings := range ways {
			t.Run(name+", "+way, func(t *testing.T) {
				t.Parallel()
				w := newTown(t)
				tc.given(w)
				require.Equal(t, tc.want, w.name(brings(w, tc.kind).Holder))
			})
		}
	}
}

func TestWhoIsNamedIsAskedNextToo(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	zhou := w.member("Zhou", w.building.Area)
	w.named(zhou, "lamp")
	w.holds(zhou, 2)
	c := w.opened()
	require.Equal(t, "Zhou", w.name(c.Holder))
	w.do(w.cases.Pass(w.ctx, zhou, c.ID, "no_time"))
	require.Equal(t, "Li", w.name(w.read(c.ID).Holder), "whoever passed is not asked again, named or not")

	w.named(w.wang, "lamp")
	other := w.do(w.cases.Give(w.ctx, w.secretary, w.opened().ID, w.li.Person))
	require.NoError(t, w.people.NameFor(w.ctx, w.secretary, zhou.Person, "lamp", false))
	w.holds(w.wang, 3)
	require.Equal(t, "Wang", w.name(w.tick(other.ID, 2*time.Hour).Holder), "and the second on duty is who is named, though loaded more")
}

func TestADangerRingsEverybodyWhoeverIsNamed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.named(w.wang, "gas")
	c := w.do(w.cases.Alarm(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "gas", Danger: "gas", Words: "gas"}))
	require.Subset(t, w.told(c.ID), []string{"Li case.ping", "Wang case.ping", "Secretary case.ping"})
}

func TestAnotherKindFindsItsOwn(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		before func(w *town, c cases.Case)
		by     func(w *town) people.Actor
		want   string
		told   []string
	}{
		"the secretary says what it is": {
			by:   func(w *town) people.Actor { return w.secretary },
			want: "Wang", told: []string{"Li case.not_yours", "Wang case.ping"},
		},
		"whoever was asked looks and says so": {
			by: func(w *town) people.Actor { return w.li }, want: "Li",
		},
		"they had looked into it": {
			before: func(w *town, c cases.Case) {
				_, err := w.cases.Call(w.ctx, w.li, c.ID)
				require.NoError(w, err)
			},
			by: func(w *town) people.Actor { return w.secretary }, want: "Li",
		},
		"they go there": {
			before: func(w *town, c cases.Case) { w.do(w.cases.Take(w.ctx, w.li, c.ID)) },
			by:     func(w *town) people.Actor { return w.secretary }, want: "Li",
		},
		"they are named for it as well": {
			before: func(w *town, _ cases.Case) { w.named(w.li, "lamp") },
			by:     func(w *town) people.Actor { return w.secretary }, want: "Li",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.named(w.wang, "lamp")
			c := w.do(w.cases.Send(w.ctx, w.mei, w.draft(w.mei).ID))
			require.Equal(t, "Li", w.name(c.Holder), "what has no kind is everybody's")
			if tc.before != nil {
				tc.before(w, c)
			}
			w.sent()
			w.do(w.cases.Amend(w.ctx, tc.by(w), c.ID, cases.Amendment{Kind: "lamp"}))
			require.Equal(t, tc.want, w.name(w.read(c.ID).Holder))
			if tc.told != nil {
				require.Subset(t, w.told(c.ID), tc.told)
			}
		})
	}
}
