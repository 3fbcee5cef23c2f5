package roster_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// nursery is a hall as the roster sees it: children need both works on every day, at the
// usual hours.
type nursery struct {
	mu    sync.Mutex
	holds map[int64]int
	idle  []roster.Need      // but for these
	runs  map[time.Time]int  // as another weekday than its own
	free  map[time.Time]bool // of school: they are minded from eight to six
}

func (n *nursery) Holding(_ context.Context, _ sqlx.QueryerContext, _, person int64, day time.Time) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !day.Equal(day1) {
		return 0, nil
	}
	return n.holds[person], nil
}

func (n *nursery) Needs(_ context.Context, _ sqlx.QueryerContext, _ int64, from, until time.Time) (all []roster.Need, _ error) {
	for at := from; !at.After(until); at = at.AddDate(0, 0, 1) {
		weekday, differs := n.runs[at]
		if !differs {
			weekday = (int(at.Weekday())+6)%7 + 1
		}
		needs := func(of roster.Activity, from, until calendar.Clock) {
			if !slices.Contains(n.idle, roster.Need{Day: at, Activity: of}) {
				all = append(all, roster.Need{Day: at, Activity: of, Weekday: weekday, From: on(at, from), Until: on(at, until)})
			}
		}
		clock := calendar.ClockAt
		if n.free[at] {
			needs(roster.Mind, clock(8, 0), clock(18, 0))
			continue
		}
		needs(roster.Walk, clock(11, 40), clock(12, 0))
		needs(roster.Mind, clock(12, 0), clock(13, 40))
		needs(roster.Walk, clock(13, 40), clock(14, 0))
		needs(roster.Walk, clock(16, 0), clock(16, 20))
		needs(roster.Mind, clock(16, 20), clock(18, 0))
	}
	return all, nil
}

// on is a time of a day in Shanghai; the day is at midnight UTC.
func on(day time.Time, at calendar.Clock) time.Time {
	y, m, d := day.Date()
	return at.On(time.Date(y, m, d, 0, 0, 0, 0, time.FixedZone("", 8*60*60)))
}

func (n *nursery) has(person int64, children int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.holds[person] = children
}

// day1 is the Tuesday on which children are minded.
var day1 = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

// carers is a town with a hall: its lead, and Ann and Bo who are cleared. On Tuesdays Ann
// walks at noon, and Bo in the afternoon; on this one Ann minds at noon and walks back too.
type carers struct {
	*town
	nursery       *nursery
	lead, ann, bo people.Actor
	place         map[string]int64 // of a slot of the Tuesday
}

func newCarers(t *testing.T) *carers {
	t.Helper()
	w := &carers{town: newTown(t), nursery: &nursery{holds: map[int64]int{}}, place: map[string]int64{}}
	w.roster.Minds(w.nursery)
	w.lead, w.ann, w.bo = w.meet("Lead"), w.meet("Ann"), w.meet("Bo")
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, w.lead.Person, access.Childcare, 0))
	for _, who := range []people.Actor{w.ann, w.bo} {
		_, err := w.db.Exec(`
			INSERT INTO person_roles (community_id, person_id, role, since, cleared_at, cleared_by) VALUES ($1, $2, 'carer', $3, $3, $4)`,
			w.id, who.Person, w.clk.Now(), w.lead.Person)
		require.NoError(t, err)
	}
	require.NoError(t, w.roster.UsualMinding(w.ctx, w.lead, 2))
	require.NoError(t, w.roster.Stand(w.ctx, w.lead, roster.SlotOf("walk_noon", 2), w.ann.Person))
	require.NoError(t, w.roster.Stand(w.ctx, w.lead, roster.SlotOf("walk_after", 2), w.bo.Person))
	for _, slot := range []string{"mind_noon", "walk_back"} {
		_, err := w.roster.Assign(w.ctx, w.lead, w.shiftOf(slot), w.ann.Person)
		require.NoError(t, err)
	}
	for _, slot := range roster.Minding {
		var ids []int64
		require.NoError(t, w.db.Select(&ids, `
			SELECT a.id FROM assignments a JOIN shifts s ON s.id = a.shift_id WHERE s.slot = $1 AND s.day = $2 AND a.ended_at IS NULL`, slot, day1))
		if len(ids) > 0 {
			w.place[slot] = ids[0]
		}
	}
	return w
}

func (w *carers) shiftOf(slot string) (id int64) {
	w.Helper()
	require.NoError(w, w.db.Get(&id, `SELECT id FROM shifts WHERE slot = $1 AND day = $2`, slot, day1))
	return id
}

// has reports whether somebody has their place in a slot of the Tuesday still.
func (w *carers) has(slot string, who people.Actor) (is bool) {
	w.Helper()
	require.NoError(w, w.db.Get(&is, `
		SELECT EXISTS (SELECT FROM assignments WHERE id = $1 AND person_id = $2 AND ended_at IS NULL)`, w.place[slot], who.Person))
	return is
}

func (w *carers) inTx(do func(tx *sqlx.Tx) error) error { return pg.InTx(w.ctx, w.db, do) }

// TestNobodyLeavesAShiftWithChildrenInTheirHands: not by themselves, not by another, not
// by the plan. Once somebody else has the children, all of it can be.
func TestNobodyLeavesAShiftWithChildrenInTheirHands(t *testing.T) {
	t.Parallel()
	noon := roster.SlotOf("walk_noon", 2)
	gate, walking, minding := calendar.ClockAt(11, 15), calendar.ClockAt(11, 30), calendar.ClockAt(12, 30)
	cannot := func(w *carers, by people.Actor, slot string) error {
		_, err := w.roster.Cannot(w.ctx, by, w.place[slot])
		return err
	}
	for name, one := range map[string]struct {
		at   calendar.Clock
		slot string // whose place it is about
		do   func(w *carers) error
		key  string // of what is refused; "": nothing is, and the place stays
	}{
		"she cannot, long before": {calendar.ClockAt(9, 30), "walk_noon", func(w *carers) error { return cannot(w, w.ann, "walk_noon") }, "roster.holds"},
		"she cannot, at the gate": {gate, "walk_noon", func(w *carers) error { return cannot(w, w.ann, "walk_noon") }, "roster.holds"},
		"she cannot":              {walking, "walk_noon", func(w *carers) error { return cannot(w, w.ann, "walk_noon") }, "roster.holds"},
		"she cannot mind":         {minding, "mind_noon", func(w *carers) error { return cannot(w, w.ann, "mind_noon") }, "roster.holds"},
		"the lead removes her":    {walking, "walk_noon", func(w *carers) error { return cannot(w, w.lead, "walk_noon") }, "roster.holds_still"},
		"she did not come": {walking, "walk_noon", func(w *carers) error {
			_, err := w.roster.NoShow(w.ctx, w.secretary, w.place["walk_noon"])
			return err
		}, "roster.holds_still"},
		"she did not come, afterwards": {calendar.ClockAt(12, 10), "walk_noon", func(w *carers) error {
			_, err := w.roster.NoShow(w.ctx, w.secretary, w.place["walk_noon"])
			return err
		}, "roster.holds_still"},
		"she would swap": {gate, "walk_noon", func(w *carers) error {
			swap, err := w.roster.AskSwap(w.ctx, w.ann, w.place["walk_noon"], w.place["walk_after"])
			if err == nil {
				_, err = w.roster.AnswerSwap(w.ctx, w.bo, swap.ID, true)
			}
			return err
		}, "roster.holds"},
		"he says yes to a swap": {gate, "walk_noon", func(w *carers) error {
			var swap int64
			require.NoError(w, w.db.Get(&swap, `INSERT INTO shift_swaps (community_id, mine_id, theirs_id, asked_at) VALUES ($1, $2, $3, $4) RETURNING id`,
				w.id, w.place["walk_noon"], w.place["walk_after"], w.clk.Now()))
			_, err := w.roster.AnswerSwap(w.ctx, w.bo, swap, true)
			return err
		}, "roster.holds_still"},
		"the shift is longer, and meets her next": {walking, "walk_noon", func(w *carers) error {
			return w.roster.SetHours(w.ctx, w.lead, noon, calendar.Span{From: calendar.ClockAt(11, 20), Until: calendar.ClockAt(12, 30)})
		}, "roster.holds_still"},
		"she is taken off the week": {gate, "walk_noon", func(w *carers) error { return w.roster.StandDown(w.ctx, w.lead, noon, w.ann.Person) }, ""},
		"there is no such shift":    {gate, "walk_noon", func(w *carers) error { return w.roster.EndStint(w.ctx, w.lead, noon) }, ""},
		"no child needs it": {gate, "walk_noon", func(w *carers) error {
			w.nursery.idle = []roster.Need{{Day: day1, Activity: roster.Walk}}
			return w.inTx(func(tx *sqlx.Tx) error { return w.roster.MindingFollows(w.ctx, tx, w.id, w.lead.Person) })
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, children := range []int{2, 0} {
				w := newCarers(t)
				w.clk.Advance(w.at(1, one.at).Sub(w.clk.Now()))
				w.nursery.has(w.ann.Person, children)
				err := one.do(w)
				if children > 0 && one.key != "" {
					refused(t, refusal.Conflict, one.key, err)
					r, _ := refusal.As(err)
					require.Equal(t, []any{"n", 2}, r.Args[:2])
				} else {
					require.NoError(t, err)
				}
				require.Equal(t, children > 0, w.has(one.slot, w.ann), "%d children", children)
			}
		})
	}
}

// TestWhoMindsAtNoonMaySayThatTheyCannotWalkBack: a shift that has not begun is another's
// to take, whoever is in their hands now.
func TestWhoMindsAtNoonMaySayThatTheyCannotWalkBack(t *testing.T) {
	t.Parallel()
	w := newCarers(t)
	w.clk.Advance(w.at(1, calendar.ClockAt(12, 30)).Sub(w.clk.Now()))
	w.nursery.has(w.ann.Person, 2)
	_, err := w.roster.Cannot(w.ctx, w.ann, w.place["walk_back"])
	require.NoError(t, err)
	require.False(t, w.has("walk_back", w.ann))
}

// TestWhoLeavesWaitsForWhoTakesChildren: she taps "all here" and "cannot come" at once.
func TestWhoLeavesWaitsForWhoTakesChildren(t *testing.T) {
	t.Parallel()
	w := newCarers(t)
	w.clk.Advance(w.at(1, calendar.ClockAt(11, 30)).Sub(w.clk.Now()))
	takes, err := w.db.Beginx()
	require.NoError(t, err)
	defer func() { _ = takes.Rollback() }()
	held, err := roster.HeldOn(w.ctx, takes, w.id, w.ann.Person, day1, roster.Walk, roster.Mind)
	require.NoError(t, err)
	require.Equal(t, []roster.Activity{roster.Mind, roster.Walk}, held)
	left := make(chan error, 1)
	go func() {
		_, err := w.roster.Cannot(w.ctx, w.ann, w.place["walk_noon"])
		left <- err
	}()
	require.Eventually(t, func() bool {
		var waits int
		err := w.db.Get(&waits, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
		return err == nil && waits == 1
	}, time.Minute, 10*time.Millisecond)
	w.nursery.has(w.ann.Person, 1)
	require.NoError(t, takes.Commit())
	refused(t, refusal.Conflict, "roster.holds", <-left)
	require.True(t, w.has("walk_noon", w.ann))
}

// TestShiftsAreThereOnDaysWithChildren: off on days without, which each who had a place
// hears once; on again with them; and none is made for a day on which there are none.
func TestShiftsAreThereOnDaysWithChildren(t *testing.T) {
	t.Parallel()
	w := newCarers(t)
	follow := func() {
		for range 2 {
			require.NoError(t, w.inTx(func(tx *sqlx.Tx) error { return w.roster.MindingFollows(w.ctx, tx, w.id, 0) }))
		}
	}
	works := func(days int) []roster.Activity {
		all, err := roster.HeldOn(w.ctx, w.db, w.id, w.ann.Person, day1.AddDate(0, 0, days), roster.Walk, roster.Mind)
		require.NoError(t, err)
		return all
	}
	told := func() (shifts []int) {
		require.NoError(t, w.db.Select(&shifts, `
			SELECT jsonb_array_length(args->'shifts') FROM outbox WHERE topic = 'plan.cancelled' AND person_id = $1 ORDER BY id`, w.ann.Person))
		return shifts
	}
	require.NoError(t, w.roster.Stand(w.ctx, w.lead, roster.SlotOf("mind_noon", 2), w.ann.Person))
	both := []roster.Activity{roster.Mind, roster.Walk}
	require.Equal(t, both, works(0))
	require.Equal(t, both, works(7))

	off := func(days int) []roster.Need {
		day := day1.AddDate(0, 0, days)
		return []roster.Need{{Day: day, Activity: roster.Walk}, {Day: day, Activity: roster.Mind}}
	}
	w.nursery.idle = append(off(0), off(7)[0])
	follow()
	require.Empty(t, works(0))
	require.Equal(t, []roster.Activity{roster.Mind}, works(7), "nobody is fetched, but some are brought")
	require.Equal(t, []int{4}, told(), "once, of all of them")

	w.nursery.idle = nil
	follow()
	require.Equal(t, both, works(0), "who stands in it has it again")
	require.Equal(t, both, works(7))
	require.Equal(t, []int{4}, told())

	w.nursery.idle = off(14)
	require.NoError(t, w.roster.Begin(w.ctx, w.id))
	w.pass(w.at(2, calendar.ClockAt(9, 0))) // the third Tuesday would be made
	require.Empty(t, works(14))
	var made int
	require.NoError(t, w.db.Get(&made, `SELECT count(*) FROM shifts WHERE day = $1`, day1.AddDate(0, 0, 14)))
	require.Zero(t, made)
	require.Equal(t, []int{4}, told(), "who never had it hears nothing")
	w.nursery.idle = nil
	follow()
	require.Equal(t, both, works(14))
}

// TestWhatHasBegunGoesOn also where it turns out that no child needs it.
func TestWhatHasBegunGoesOn(t *testing.T) {
	t.Parallel()
	w := newCarers(t)
	w.pass(w.at(1, calendar.ClockAt(11, 30)))
	w.nursery.idle = []roster.Need{{Day: day1, Activity: roster.Walk}, {Day: day1, Activity: roster.Mind}}
	require.NoError(t, w.inTx(func(tx *sqlx.Tx) error { return w.roster.MindingFollows(w.ctx, tx, w.id, 0) }))
	require.True(t, w.has("walk_noon", w.ann))
	require.False(t, w.has("mind_noon", w.ann))
}

// TestAShiftIsOnTheDayThatRunsAsItsWeekday: a Saturday that makes up for the Tuesday has its
// shifts, those who stand in it have their places and hear it once, of the hole others are
// asked; and where it runs as another weekday all of that is over.
func TestAShiftIsOnTheDayThatRunsAsItsWeekday(t *testing.T) {
	t.Parallel()
	w := newCarers(t)
	saturday := day1.AddDate(0, 0, 4)
	runs := func(weekday int) {
		w.nursery.runs = map[time.Time]int{saturday: weekday}
		for range 2 {
			require.NoError(t, w.inTx(func(tx *sqlx.Tx) error { return w.roster.MindingFollows(w.ctx, tx, w.id, 0) }))
		}
	}
	there := func() (slots []string) {
		require.NoError(t, w.db.Select(&slots, `
			SELECT slot || to_char(starts_at AT TIME ZONE 'Asia/Shanghai', ' HH24:MI') FROM shifts
			WHERE day = $1 AND cancelled_at IS NULL ORDER BY starts_at`, saturday))
		return slots
	}
	works := func(who people.Actor) []roster.Activity {
		all, err := roster.HeldOn(w.ctx, w.db, w.id, who.Person, saturday, roster.Walk, roster.Mind)
		require.NoError(t, err)
		return all
	}
	told := func() (all []string) {
		require.NoError(t, w.db.Select(&all, `
			SELECT p.name || ' ' || o.topic || ' ' || jsonb_array_length(o.args->'shifts') FROM outbox o JOIN persons p ON p.id = o.person_id
			WHERE o.topic IN ('plan.extra', 'plan.cancelled') ORDER BY o.id`))
		return all
	}
	require.NoError(t, w.roster.Stand(w.ctx, w.lead, roster.SlotOf("mind_noon", 2), w.ann.Person))
	require.Empty(t, there(), "an ordinary Saturday")

	runs(2)
	require.Equal(t, []string{"walk_noon 11:20", "mind_noon 12:00", "walk_back 13:40", "walk_after 15:40", "mind_after 16:20"}, there())
	require.Equal(t, []roster.Activity{roster.Mind, roster.Walk}, works(w.ann))
	require.Equal(t, []roster.Activity{roster.Walk}, works(w.bo))
	require.Equal(t, []string{"Ann plan.extra 2", "Bo plan.extra 1"}, told())

	require.NoError(t, w.roster.Begin(w.ctx, w.id))
	w.pass(w.at(5, calendar.ClockAt(9, 0)))
	var asked []string
	require.NoError(t, w.db.Select(&asked, `
		SELECT DISTINCT p.name FROM shift_asks k JOIN shifts s ON s.id = k.shift_id JOIN persons p ON p.id = k.person_id
		WHERE s.day = $1 AND s.slot = 'mind_after' ORDER BY 1`, saturday))
	require.Equal(t, []string{"Ann", "Bo"}, asked, "where nobody stands they are asked")

	runs(3)
	require.Empty(t, there(), "nobody planned a Wednesday")
	require.Equal(t, []string{"Ann plan.extra 2", "Bo plan.extra 1", "Ann plan.cancelled 2", "Bo plan.cancelled 1"}, told())
	runs(2)
	require.Len(t, there(), 5)
	require.Equal(t, []roster.Activity{roster.Walk}, works(w.bo))
}

// TestWithoutSchoolChildrenAreMindedAllDay: the shifts of the morning and of midday come on
// such days alone, and whoever walks on others stands in them too.
func TestWithoutSchoolChildrenAreMindedAllDay(t *testing.T) {
	t.Parallel()
	w := newCarers(t)
	for _, slot := range []string{"mind_morning", "mind_midday"} {
		require.NoError(t, w.roster.StandToo(w.ctx, w.lead, roster.SlotOf(slot, 2), w.ann.Person))
		require.NoError(t, w.roster.StandToo(w.ctx, w.lead, roster.SlotOf(slot, 2), w.bo.Person))
	}
	next := day1.AddDate(0, 0, 7)
	there := func() (slots []string) {
		require.NoError(t, w.db.Select(&slots, `
			SELECT s.slot || ' ' || coalesce(string_agg(p.name, ' ' ORDER BY p.name), '') FROM shifts s
			LEFT JOIN assignments a ON a.shift_id = s.id AND a.ended_at IS NULL LEFT JOIN persons p ON p.id = a.person_id
			WHERE s.day = $1 AND s.cancelled_at IS NULL GROUP BY s.slot, s.starts_at ORDER BY s.starts_at`, next))
		return slots
	}
	school := []string{"walk_noon Ann", "mind_noon ", "walk_back ", "walk_after Bo", "mind_after "}
	require.Equal(t, school, there())
	for _, free := range []bool{true, false} {
		w.nursery.free = map[time.Time]bool{next: free}
		require.NoError(t, w.inTx(func(tx *sqlx.Tx) error { return w.roster.MindingFollows(w.ctx, tx, w.id, 0) }))
		want := school
		if free {
			want = []string{"mind_morning Ann Bo", "mind_noon ", "mind_midday Ann Bo", "mind_after "}
		}
		require.Equal(t, want, there())
	}
}
