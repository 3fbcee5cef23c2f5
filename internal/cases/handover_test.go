package cases_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// onShift is a shift of the members' area, which Li has.
func (w *town) onShift() roster.Shift {
	w.Helper()
	sh, err := roster.New(w.db, w.clk, calendar.New(w.db, w.clk), func() {}).AddShift(w.ctx, w.secretary, roster.Once{
		Activity: roster.Duty, Area: w.building.Area, Slot: roster.Day, From: w.clk.Now(), Until: w.clk.Now().Add(11 * time.Hour), Places: 1,
	})
	require.NoError(w, err)
	return sh
}

// ends ends a shift that Li had, as the roster does.
func (w *town) ends(sh roster.Shift, next ...people.Actor) {
	w.Helper()
	var ids []int64
	for _, a := range next {
		ids = append(ids, a.Person)
	}
	require.NoError(w, pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) error {
		return w.cases.ShiftEnded(w.ctx, tx, sh, []int64{w.li.Person}, ids)
	}))
}

// hand is the newest hand-over, 0 where there is none.
func (w *town) hand() (id int64) {
	w.Helper()
	require.NoError(w, w.db.Get(&id, `SELECT coalesce(max(id), 0) FROM hand_overs`))
	return id
}

// handTold lists what waits to be told of hand-overs.
func (w *town) handTold() []string {
	w.Helper()
	all := []string{}
	require.NoError(w, w.db.Select(&all, `
		SELECT p.name || ' ' || o.topic FROM outbox o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE o.topic LIKE 'hand.%' AND o.state = 'waiting' ORDER BY o.id`))
	return all
}

// lis are so many cases that Li holds: the first is taken, the others wait for her.
func (w *town) lis(n int) []cases.Case {
	w.Helper()
	all := make([]cases.Case, n)
	for i := range all {
		all[i] = w.opened()
		if all[i].Holder != w.li.Person {
			all[i] = w.do(w.cases.Give(w.ctx, w.secretary, all[i].ID, w.li.Person))
		}
	}
	all[0] = w.do(w.cases.Take(w.ctx, w.li, all[0].ID))
	w.sent()
	return all
}

func TestHandOverIsTakenByOneTap(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	held := w.lis(2)
	sh := w.onShift()
	cooking := sh
	cooking.Activity = "kitchen"
	w.ends(cooking, w.wang)
	require.Zero(t, w.hand(), "cases go on from duty to duty")
	w.ends(sh, w.wang, w.far)
	w.ends(sh, w.wang, w.far)
	require.Equal(t, []string{"Wang hand.asked", "Far hand.asked"}, w.handTold(), "once, though it was seen to twice")
	w.sent()
	o, err := w.cases.TakeOver(w.ctx, w.wang, w.hand())
	require.NoError(t, err)
	require.Len(t, o.Cases, 2)
	for _, c := range held {
		got := w.read(c.ID)
		require.Equal(t, w.wang.Person, got.Holder)
		require.Equal(t, c.Status, got.Status, "what was taken stays taken, by whoever takes over")
	}
	require.Equal(t, []string{"Far hand.gone", "Li hand.taken"}, w.handTold())
	require.Equal(t, []string{"Li case.not_yours", "Mei case.handed_over"}, w.told(held[0].ID), "she was told that Li comes")
	require.NotContains(t, w.told(held[1].ID), "Mei case.handed_over", "of that one she was not")
	w.sent()
	_, err = w.cases.TakeOver(w.ctx, w.wang, w.hand())
	require.NoError(t, err, "a second tap")
	_, err = w.cases.TakeOver(w.ctx, w.far, w.hand())
	refused(t, refusal.Conflict, "case.hand_taken", err)
	require.NoError(t, w.cases.LapseHandOver(w.ctx, w.id, w.hand()))
	require.Empty(t, w.handTold())
	require.Empty(t, w.told(held[0].ID))
}

func TestHandOverThatNobodyTakes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	held := w.lis(2)
	w.ends(w.onShift(), w.wang)
	require.Equal(t, w.clk.Now().Add(cases.TakeOverWithin), w.due("hand:1:lapse:0").In(w.clk.Now().Location()))
	w.sent()
	require.NoError(t, w.cases.LapseHandOver(w.ctx, w.id, w.hand()))
	require.NoError(t, w.cases.LapseHandOver(w.ctx, w.id, w.hand()))
	require.Equal(t, []string{"Wang hand.gone", "Li hand.kept", "Secretary hand.kept"}, w.handTold(), "once")
	require.Equal(t, w.li.Person, w.read(held[0].ID).Holder)
	_, err := w.cases.TakeOver(w.ctx, w.wang, w.hand())
	refused(t, refusal.Conflict, "case.hand_kept", err)
	require.Equal(t, w.li.Person, w.read(held[0].ID).Holder)
}

// TestWhatBecomesOfAHandOver reads: who follows Li, and what happens meanwhile →
// who is told, and with whom her two cases are when Wang has tapped.
// TestWhatStaysIsSaidOnce: evening after evening nobody follows; whose cases they are and
// who is in charge hear of each once, until somebody does something about one, or has
// another.
func TestWhatStaysIsSaidOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	all := w.lis(2)
	evening := func() []string {
		t.Helper()
		_, err := w.db.Exec(`UPDATE outbox SET state = 'sent' WHERE topic LIKE 'hand.%' AND state = 'waiting'`)
		require.NoError(t, err)
		w.clk.Advance(24 * time.Hour)
		sh := w.onShift()
		w.ends(sh)
		return w.handTold()
	}
	said := []string{"Li hand.kept", "Secretary hand.kept"}
	require.Equal(t, said, evening())
	require.Empty(t, evening(), "all of it is as it was")
	require.Empty(t, evening())
	w.clk.Advance(time.Hour)
	w.do(w.cases.Progress(w.ctx, w.li, all[0].ID, cases.Note{Key: w.key(), Words: "the ladder is there"}))
	require.Equal(t, said, evening(), "something was done about one")
	require.Empty(t, evening())
	w.lis(1)
	require.Equal(t, said, evening(), "there is one more")
	w.clk.Advance(time.Hour)
	w.do(w.cases.Give(w.ctx, w.secretary, all[1].ID, w.wang.Person))
	require.Empty(t, evening(), "what is left is as it was")
}

func TestWhatBecomesOfAHandOver(t *testing.T) {
	t.Parallel()
	nothing := func(*town, []cases.Case) {}
	for name, row := range map[string]struct {
		next      []string
		meanwhile func(w *town, held []cases.Case)
		told      []string
		refused   string
		holders   []string
	}{
		"nobody follows":            {nil, nothing, []string{"Li hand.kept", "Secretary hand.kept"}, "access.not_found", []string{"Li", "Li"}},
		"Li goes on herself":        {[]string{"Li", "Wang"}, nothing, []string{}, "access.not_found", []string{"Li", "Li"}},
		"the deputy is in charge":   {nil, deputed, []string{"Li hand.kept", "Far hand.kept"}, "access.not_found", []string{"Li", "Li"}},
		"nobody follows is reached": {[]string{"Wang"}, unreached, []string{"Li hand.kept", "Secretary hand.kept"}, "access.not_found", []string{"Li", "Li"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			held := w.lis(2)
			row.meanwhile(w, held)
			all := map[string]people.Actor{"Li": w.li, "Wang": w.wang}
			var next []people.Actor
			for _, who := range row.next {
				next = append(next, all[who])
			}
			w.ends(w.onShift(), next...)
			require.Equal(t, row.told, w.handTold())
			_, err := w.cases.TakeOver(w.ctx, w.wang, w.hand())
			refused(t, refusal.NotFound, row.refused, err)
			require.Equal(t, row.holders, w.holders(held))
		})
	}
}

func deputed(w *town, _ []cases.Case) {
	require.NoError(w, w.people.MakeDeputy(w.ctx, w.secretary, w.far.Person))
	require.NoError(w, w.people.SetAway(w.ctx, w.secretary, true))
}

func unreached(w *town, _ []cases.Case) {
	require.NoError(w, w.people.Unreachable(w.ctx, w.id, w.wang.Person))
}

func (w *town) holders(of []cases.Case) (names []string) {
	w.Helper()
	for _, c := range of {
		p, err := w.people.Person(w.ctx, w.id, w.read(c.ID).Holder)
		require.NoError(w, err)
		names = append(names, p.Name)
	}
	return names
}

// TestWhatChangedMeanwhileDoesNotMove reads: what happens after Wang was asked →
// with whom the three cases are when he taps, or why he may not.
func TestWhatChangedMeanwhileDoesNotMove(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		what    func(w *town, held []cases.Case)
		refused string
		holders []string
	}{
		"nothing":            {func(*town, []cases.Case) {}, "", []string{"Wang", "Wang", "Wang"}},
		"one is done":        {func(w *town, held []cases.Case) { w.finish(held[0]) }, "", []string{"Li", "Wang", "Wang"}},
		"one was given away": {func(w *town, held []cases.Case) { w.give(held[1], w.secretary) }, "", []string{"Wang", "Secretary", "Wang"}},
		"all were given away": {func(w *town, held []cases.Case) {
			w.give(held[0], w.secretary)
			w.give(held[1], w.secretary)
			w.give(held[2], w.secretary)
		}, "case.hand_empty", []string{"Secretary", "Secretary", "Secretary"}},
		"Li's role ended":    {func(w *town, _ []cases.Case) { require.NoError(w, w.people.Resign(w.ctx, w.li)) }, "case.hand_empty", []string{"Wang", "Wang", "Wang"}},
		"Wang's role ended":  {func(w *town, _ []cases.Case) { require.NoError(w, w.people.Resign(w.ctx, w.wang)) }, "access.not_found", []string{"Li", "Li", "Li"}},
		"one was taken back": {func(w *town, held []cases.Case) { w.do(w.cases.TakeBack(w.ctx, w.mei, held[2].ID)) }, "", []string{"Wang", "Wang", "Li"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.people.Follow(w.cases)
			held := w.lis(3)
			w.ends(w.onShift(), w.wang)
			row.what(w, held)
			_, err := w.cases.TakeOver(w.ctx, w.wang, w.hand())
			if row.refused == "" {
				require.NoError(t, err)
			} else {
				r, ok := refusal.As(err)
				require.True(t, ok, "%v", err)
				require.Equal(t, row.refused, r.Key)
			}
			require.Equal(t, row.holders, w.holders(held))
		})
	}
}

func (w *town) finish(c cases.Case) {
	w.Helper()
	w.do(w.cases.ReportDone(w.ctx, w.holder(c), c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
}

func (w *town) give(c cases.Case, to people.Actor) {
	w.Helper()
	w.do(w.cases.Give(w.ctx, w.secretary, c.ID, to.Person))
}

func TestOfTwoWhoTapAtOnceOneTakesAll(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	zhao := w.member("Zhao", w.building.Area)
	held := w.lis(3)
	w.ends(w.onShift(), w.wang, zhao)
	var took atomic.Int64
	var wg sync.WaitGroup
	for _, a := range []people.Actor{w.wang, zhao} {
		for range 4 {
			wg.Go(func() {
				switch _, err := w.cases.TakeOver(w.ctx, a, w.hand()); {
				case err == nil:
					took.Store(a.Person)
				case !refusal.Is(err, refusal.Conflict):
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	for _, c := range held {
		require.Equal(t, took.Load(), w.read(c.ID).Holder)
	}
	var moved int
	require.NoError(t, w.db.Get(&moved, `SELECT count(*) FROM case_events WHERE code = 'handed_over'`))
	require.Equal(t, 3, moved)
}

// TestNobodyElseTakesOver: who was not asked finds nothing.
func TestNobodyElseTakesOver(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	held := w.lis(1)
	w.ends(w.onShift(), w.wang)
	for _, a := range []people.Actor{w.far, w.mei, w.li} {
		_, err := w.cases.TakeOver(w.ctx, a, w.hand())
		refused(t, refusal.NotFound, "access.not_found", err)
		_, err = w.cases.HandOver(w.ctx, a, w.hand())
		refused(t, refusal.NotFound, "access.not_found", err)
	}
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, w.far.Person, access.Kitchen, 0))
	require.Equal(t, []string{"Li"}, w.holders(held))
}

func TestATapAtTheLastMomentWinsOrLoses(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	held := w.lis(2)
	w.ends(w.onShift(), w.wang)
	var wg sync.WaitGroup
	var tapped error
	wg.Go(func() { _, tapped = w.cases.TakeOver(w.ctx, w.wang, w.hand()) })
	wg.Go(func() {
		if err := w.cases.LapseHandOver(w.ctx, w.id, w.hand()); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	if tapped == nil {
		require.Equal(t, []string{"Wang", "Wang"}, w.holders(held))
		require.NotContains(t, w.handTold(), "Secretary hand.kept")
		return
	}
	refused(t, refusal.Conflict, "case.hand_kept", tapped)
	require.Equal(t, []string{"Li", "Li"}, w.holders(held))
	require.NotContains(t, w.handTold(), "Li hand.taken")
}

// TestWhoSeesWhatIsHandedOver: flats and words are for who may have to go there.
func TestWhoSeesWhatIsHandedOver(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.lis(2)
	w.ends(w.onShift(), w.wang, w.far)
	sees := func(who people.Actor) int {
		_, who, err := w.people.Reader(w.ctx, w.id, who.Person)
		require.NoError(t, err)
		h, err := w.cases.ReadHandOver(w.ctx, who, w.hand())
		require.NoError(t, err)
		return len(h.Cases)
	}
	for _, a := range []people.Actor{w.li, w.wang, w.far, w.secretary} {
		require.Equal(t, 2, sees(a), a.Name)
	}
	require.Zero(t, sees(w.mei))
	var role int64
	require.NoError(t, w.db.Get(&role, `SELECT id FROM person_roles WHERE person_id = $1 AND ended_at IS NULL`, w.far.Person))
	require.NoError(t, w.people.EndRole(w.ctx, w.secretary, role))
	require.Zero(t, sees(w.far), "their message is drawn when it is sent")
	_, err := w.cases.HandOver(w.ctx, w.far, w.hand())
	refused(t, refusal.NotFound, "access.not_found", err)

	require.NoError(t, w.cases.LapseHandOver(w.ctx, w.id, w.hand()))
	require.Equal(t, 2, sees(w.li))
	require.Equal(t, 2, sees(w.secretary))
	require.Zero(t, sees(w.wang), "it is not theirs to take any more")
}
