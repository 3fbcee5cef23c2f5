package cases_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// quarrel is a private report of the resident, heard by a mediator.
func (w *town) quarrel() cases.Case {
	w.Helper()
	return w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "neighbours", Words: "it is loud at night"}))
}

// mediator is somebody who mediates and nothing else.
func (w *town) mediator(name string) people.Actor {
	w.Helper()
	a := w.meet(name)
	require.NoError(w, w.people.Grant(w.ctx, w.secretary, a.Person, access.Mediator, 0))
	return a
}

// signed is a quarrel whose two sides agree.
func (w *town) signed() cases.Case {
	w.Helper()
	c := w.heard()
	w.do(w.cases.Settle(w.ctx, w.holder(c), c.ID, cases.Agreement{Words: "felt under the chairs", KeptOn: morning.AddDate(0, 0, 7)}, w.key()))
	a, err := w.cases.Agreement(w.ctx, w.id, c.ID)
	require.NoError(w, err)
	w.do(w.cases.Sign(w.ctx, w.neighbour, c.ID, a.ID, true))
	return w.do(w.cases.Sign(w.ctx, w.mei, c.ID, a.ID, true))
}

// heard is a quarrel whose other side is there.
func (w *town) heard() cases.Case {
	w.Helper()
	c := w.quarrel()
	w.do(w.cases.Take(w.ctx, w.holder(c), c.ID))
	return w.do(w.cases.Invite(w.ctx, w.holder(c), c.ID, w.neighbour.Person))
}

// asked is one of whose agreement both sides are asked whether it was kept.
func (w *town) asked() cases.Case {
	w.Helper()
	c := w.signed()
	w.clk.Advance(7 * 24 * time.Hour)
	require.NoError(w, w.cases.KeptDue(w.ctx, w.id, c.ID))
	return w.read(c.ID)
}

// TestNobodyElseSeesWhatIsPrivate walks every list, and every way to a case, with a
// private one in each state: neither office nor family nor those on duty see it.
func TestNobodyElseSeesWhatIsPrivate(t *testing.T) {
	t.Parallel()
	states := map[cases.Status]func(*town) cases.Case{
		cases.Assigned: (*town).quarrel,
		cases.Taken:    (*town).heard,
		cases.Waiting:  (*town).signed,
		cases.Done:     (*town).asked,
		cases.Held: func(w *town) cases.Case {
			return w.do(w.cases.Kept(w.ctx, w.mei, w.asked().ID, true))
		},
		cases.Proposed: func(w *town) cases.Case {
			c := w.heard()
			return w.do(w.cases.PartWays(w.ctx, w.holder(c), c.ID, "court"))
		},
		cases.Referred: func(w *town) cases.Case {
			c := w.heard()
			w.do(w.cases.PartWays(w.ctx, w.holder(c), c.ID, "court"))
			return w.do(w.cases.Part(w.ctx, w.mei, c.ID, true))
		},
	}
	for status, build := range states {
		t.Run(string(status), func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			peace := w.mediator("Peace")
			daughter := w.settled(w.meet("Daughter"))
			token, err := w.people.OfferFamily(w.ctx, w.mei, w.mei.Person, people.Family)
			require.NoError(t, err)
			link, err := w.people.OpenFamily(w.ctx, w.id, daughter.Person, token)
			require.NoError(t, err)
			_, err = w.people.AgreeFamily(w.ctx, w.mei, link.ID, true)
			require.NoError(t, err)
			c := build(w)
			require.Equal(t, status, c.Status)
			require.Equal(t, peace.Person, c.Holder)
			for _, a := range []people.Actor{w.li, w.wang, w.far, w.secretary, daughter} {
				w.blind(a, c)
			}
			counts, err := w.cases.CountMatters(w.ctx, w.secretary, morning.Add(-time.Hour))
			require.NoError(t, err)
			for which, n := range counts {
				require.Zero(t, n, which)
			}
			toldOf := w.told(c.ID)
			require.False(t, slices.ContainsFunc(toldOf, func(told string) bool {
				return len(told) > 4 && (told[:3] == "Li " || told[:4] == "Wang" || told[:4] == "Secr" || told[:4] == "Daug")
			}), "%v", toldOf)
		})
	}
}

// blind holds that somebody finds nothing of a case on any way.
func (w *town) blind(a people.Actor, c cases.Case) {
	w.Helper()
	_, err := w.cases.Find(w.ctx, a, c.ID)
	require.True(w, refusal.Is(err, refusal.NotFound), "%s finds it", a.Name)
	_, err = w.cases.ByNumber(w.ctx, a, c.Number)
	require.True(w, refusal.Is(err, refusal.NotFound), "%s finds its number", a.Name)
	_, err = w.cases.FindManaged(w.ctx, a, c.ID)
	require.True(w, refusal.Is(err, refusal.NotFound), "%s manages it", a.Name)
	_, err = w.cases.AllHeard(w.ctx, a, c.ID)
	require.True(w, refusal.Is(err, refusal.NotFound), "%s reads what was heard", a.Name)
	_, err = w.cases.Take(w.ctx, a, c.ID)
	require.True(w, refusal.Is(err, refusal.NotFound), "%s takes it", a.Name)
	for what, read := range map[string]func() ([]cases.Case, error){
		"mine":    func() ([]cases.Case, error) { return w.cases.Mine(w.ctx, a) },
		"holding": func() ([]cases.Case, error) { return w.cases.Holding(w.ctx, a) },
		"tending": func() ([]cases.Case, error) { return w.cases.Tending(w.ctx, a) },
		"to phone": func() (all []cases.Case, err error) {
			some, err := w.cases.ToPhone(w.ctx, a)
			if refusal.Is(err, refusal.NotFound) {
				return nil, nil
			}
			for _, p := range some {
				all = append(all, p.Case)
			}
			return all, err
		},
	} {
		all, err := read()
		require.NoError(w, err)
		require.Empty(w, all, "%s: %s", a.Name, what)
	}
}

// TestWhoHears is the rule of who hears what is private: a table of who there is.
func TestWhoHears(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	hears := func(as cases.Case) int64 {
		t.Helper()
		h, err := w.cases.WouldHear(w.ctx, w.mei, as)
		require.NoError(t, err)
		return h.Person
	}
	require.Equal(t, w.secretary.Person, hears(cases.Case{Private: cases.Quarrel}), "without a mediator it is who is in charge")
	require.Equal(t, w.secretary.Person, hears(cases.Case{Private: cases.Complaint, About: w.li.Person}))
	require.Zero(t, hears(cases.Case{Private: cases.Complaint, About: w.secretary.Person}), "about her, and nobody else is there")
	_, err := w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "complaint", About: w.secretary.Person})
	refused(t, refusal.Conflict, "case.nobody_hears", err)

	peace, deputy := w.mediator("Peace"), w.settled(w.meet("Deputy"))
	require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, deputy.Person))
	require.Equal(t, peace.Person, hears(cases.Case{Private: cases.Family}))
	require.Equal(t, w.secretary.Person, hears(cases.Case{Private: cases.Complaint}), "a complaint is for who is in charge")
	require.Equal(t, deputy.Person, hears(cases.Case{Private: cases.Complaint, About: w.secretary.Person}))
	require.Equal(t, w.secretary.Person, hears(cases.Case{Private: cases.Family, About: peace.Person}), "never whom it is about")

	w.quarrel()
	calm := w.mediator("Calm")
	require.Equal(t, calm.Person, hears(cases.Case{Private: cases.Quarrel}), "the one with fewer to hear")
}

// TestSealed: what came by the ordinary way is taken out of every hand but one.
func TestSealed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	peace := w.mediator("Peace")
	c := w.taken()
	w.sent()
	c = w.do(w.cases.Seal(w.ctx, w.holder(c), c.ID, cases.Case{Private: cases.Family}))
	require.Equal(t, peace.Person, c.Holder)
	require.Equal(t, cases.Assigned, c.Status)
	require.Equal(t, "family", c.Kind)
	require.ElementsMatch(t, []string{"Li case.withdrawn", "Mei case.sealed", "Peace case.ping"}, w.told(c.ID))
	w.blind(w.secretary, c)
	w.blind(w.wang, c)

	before := w.count(c.ID)
	_, err := w.cases.Pass(w.ctx, peace, c.ID, "no_time")
	require.NoError(t, err)
	require.Equal(t, w.secretary.Person, w.read(c.ID).Holder, "who is in charge, where no other mediates")
	require.Greater(t, w.count(c.ID), before)
}

// TestWhatEachSideMay: neither side speaks for the other, and the newest words count.
func TestWhatEachSideMay(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.mediator("Peace")
	c := w.heard()
	_, err := w.cases.TellSide(w.ctx, w.mei, c.ID, cases.TheOther, cases.Note{Key: w.key(), Words: "x"})
	refused(t, refusal.NotFound, "access.not_found", err)
	w.sent()
	w.do(w.cases.SpeakAsSide(w.ctx, w.neighbour, c.ID, cases.Note{Key: w.key(), Words: "I come home late"}))
	require.Equal(t, []string{"Peace case.side_said"}, w.told(c.ID))

	settle := func(words string) cases.Agreement {
		w.do(w.cases.Settle(w.ctx, w.holder(c), c.ID, cases.Agreement{Words: words, KeptOn: morning.AddDate(0, 0, 7)}, w.key()))
		a, err := w.cases.Agreement(w.ctx, w.id, c.ID)
		require.NoError(t, err)
		return a
	}
	old := settle("quiet after ten")
	w.do(w.cases.Sign(w.ctx, w.mei, c.ID, old.ID, true))
	now := settle("quiet after eleven")
	_, err = w.cases.Sign(w.ctx, w.neighbour, c.ID, old.ID, true)
	refused(t, refusal.Conflict, "case.written_anew", err)
	w.do(w.cases.Sign(w.ctx, w.neighbour, c.ID, now.ID, true))
	require.Equal(t, cases.Taken, w.read(c.ID).Status, "one side alone agrees")
	_, err = w.cases.SignFor(w.ctx, w.holder(c), c.ID, cases.OneSide, true)
	refused(t, refusal.Conflict, "case.ask_them", err)
	before := w.count(c.ID)
	w.do(w.cases.Sign(w.ctx, w.neighbour, c.ID, now.ID, true))
	require.Equal(t, before, w.count(c.ID), "a second tap changes nothing")
	require.Equal(t, cases.Waiting, w.do(w.cases.Sign(w.ctx, w.mei, c.ID, now.ID, true)).Status)
}

// TestWhatHasNoSidesIsNotSpokenOfAsOne: neither by whose case it is, nor by who wrote
// it down for them.
func TestWhatHasNoSidesIsNotSpokenOfAsOne(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Open(w.ctx, w.li, cases.Report{Key: w.key(), Kind: "lamp", For: w.mei.Person, Channel: cases.ByPhone}))
	for _, a := range []people.Actor{w.mei, w.li} {
		_, err := w.cases.SpeakAsSide(w.ctx, a, c.ID, cases.Note{Key: w.key(), Words: "it is loud"})
		refused(t, refusal.NotFound, "access.not_found", err)
	}
}
