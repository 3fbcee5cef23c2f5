package roster_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

func (w *town) names(sh roster.Shift) []string {
	w.Helper()
	all, err := w.roster.On(w.ctx, sh)
	require.NoError(w, err)
	names := []string{}
	for _, a := range all {
		p, _, err := w.people.Reader(w.ctx, w.id, a.Person)
		require.NoError(w, err)
		names = append(names, p.Name)
	}
	return names
}

func (w *town) sign(a people.Actor, sh roster.Shift) roster.Assignment {
	w.Helper()
	place, err := w.roster.Sign(w.ctx, a, sh.ID)
	require.NoError(w, err)
	return place
}

// day is a shift from eight to eight, so many days from that Monday.
func (w *town) day(days, places int) roster.Shift {
	w.Helper()
	return w.shift(w.at(days, calendar.ClockAt(8, 0)), w.at(days, calendar.ClockAt(20, 0)), places)
}

// asks are who was asked for a shift and has not answered, by name.
func (w *town) asks(sh roster.Shift) []string {
	w.Helper()
	names := []string{}
	require.NoError(w, w.db.Select(&names, `
		SELECT p.name FROM shift_asks k JOIN persons p ON p.community_id = k.community_id AND p.id = k.person_id
		WHERE k.shift_id = $1 AND k.settled_at IS NULL ORDER BY p.name`, sh.ID))
	return names
}

// askOf is what somebody was asked about a shift.
func (w *town) askOf(a people.Actor, sh roster.Shift) (id int64) {
	w.Helper()
	require.NoError(w, w.db.Get(&id, `SELECT max(id) FROM shift_asks WHERE shift_id = $1 AND person_id = $2`, sh.ID, a.Person))
	return id
}

func TestOfFiftyWhoTakeTheLastPlaceOneHasIt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sh := w.day(1, 2)
	w.sign(w.li, sh)
	actors := make([]people.Actor, 50)
	for i := range actors {
		actors[i] = w.member(fmt.Sprintf("M%d", i), w.area)
	}
	var got, full atomic.Int64
	var wg sync.WaitGroup
	for _, a := range actors {
		wg.Go(func() {
			switch _, err := w.roster.Sign(w.ctx, a, sh.ID); {
			case err == nil:
				got.Add(1)
			case refusal.Is(err, refusal.Conflict):
				full.Add(1)
			default:
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, got.Load())
	require.EqualValues(t, 49, full.Load())
	require.Len(t, w.names(sh), 2)
}

func TestNobodyHasTwoPlacesAtOneTime(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	day, late := w.day(1, 3), w.shift(w.at(1, calendar.ClockAt(16, 0)), w.at(2, calendar.ClockAt(0, 0)), 3)
	var got atomic.Int64
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			sh := []roster.Shift{day, late}[i%2]
			_, err := w.roster.Sign(w.ctx, w.li, sh.ID)
			if err == nil {
				got.Add(1)
			} else {
				refused(t, refusal.Conflict, "roster.busy", err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 10, got.Load(), "each repeat of the one that was first finds its own place")
	require.Len(t, append(w.names(day), w.names(late)...), 1)
}

func TestWhoMaySignUp(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sh := w.day(1, 3)
	_, err := w.roster.Sign(w.ctx, w.mei, sh.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.roster.Sign(w.ctx, w.far, sh.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	w.sign(w.secretary, sh)
	w.sign(w.li, sh)
	again := w.sign(w.li, sh)
	require.Equal(t, []string{"Secretary", "Li"}, w.names(sh))
	_, err = w.roster.Cannot(w.ctx, w.wang, again.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.roster.NoShow(w.ctx, w.li, again.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.roster.Assign(w.ctx, w.li, sh.ID, w.wang.Person)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.roster.Assign(w.ctx, w.secretary, sh.ID, w.far.Person)
	refused(t, refusal.Conflict, "roster.not_theirs", err)
	free, err := w.roster.Free(w.ctx, w.wang)
	require.NoError(t, err)
	require.Len(t, free, 1)
	for _, nobody := range []people.Actor{w.li, w.far, w.mei} {
		free, err = w.roster.Free(w.ctx, nobody)
		require.NoError(t, err)
		require.Empty(t, free)
	}
}

// TestWhateverTenPeopleDoAtOnce lets ten people sign up, leave, swap, be given
// shifts and be missed at random, at the same time: the rules of the places hold
// after every move, and every place is told in the history.
func TestWhateverTenPeopleDoAtOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	actors := []people.Actor{w.secretary, w.li, w.wang, w.zhao}
	for i := range 6 {
		actors = append(actors, w.member(fmt.Sprintf("M%d", i), w.area))
	}
	var shifts []roster.Shift
	for i := range 20 { // begun ones too, and such as overlap
		from := w.at(0, calendar.ClockAt(8, 0)).Add(time.Duration(i) * 6 * time.Hour)
		if i > 0 {
			from = from.Add(2 * time.Hour)
		}
		shifts = append(shifts, w.shift(from, from.Add(8*time.Hour), 1+i%3))
	}
	var done atomic.Int64
	var wg sync.WaitGroup
	seed := luck.Seed(t)
	for worker := range uint64(8) {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, worker))
			for range 250 {
				err := w.move(r, actors, shifts)
				if err == nil {
					done.Add(1)
				} else if _, ok := refusal.As(err); !ok {
					t.Errorf("%v", err)
				}
			}
		})
	}
	wg.Wait()
	require.Greater(t, done.Load(), int64(300), "most of it must come to something")
	w.rulesHold()
	var swapped int
	require.NoError(t, w.db.Get(&swapped, `SELECT count(*) FROM shift_swaps WHERE accepted`))
	require.Positive(t, swapped, "some swaps came about")
}

// move is one random verb of one of them.
func (w *town) move(r *rand.Rand, actors []people.Actor, shifts []roster.Shift) error {
	ctx := context.Background()
	a, sh := actors[r.IntN(len(actors))], shifts[r.IntN(len(shifts))]
	place := func(query string, args ...any) (id int64) {
		_ = w.db.Get(&id, query+` ORDER BY random() LIMIT 1`, args...) // 0 where there is none: not found
		return id
	}
	mine := func() int64 { return place(`SELECT id FROM assignments WHERE person_id = $1`, a.Person) }
	var err error
	switch r.IntN(9) {
	case 0, 1, 2:
		_, err = w.roster.Sign(ctx, a, sh.ID)
	case 3:
		_, err = w.roster.Cannot(ctx, a, mine())
	case 4:
		_, err = w.roster.AskSwap(ctx, a, mine(), place(`SELECT id FROM assignments WHERE person_id <> $1 AND ended_at IS NULL`, a.Person))
	case 5:
		_, err = w.roster.AnswerSwap(ctx, a, place(`
			SELECT w.id FROM shift_swaps w JOIN assignments t ON t.id = w.theirs_id WHERE t.person_id = $1 AND w.decided_at IS NULL`, a.Person), r.IntN(4) > 0)
	case 6:
		_, err = w.roster.Assign(ctx, w.secretary, sh.ID, a.Person)
	case 7:
		_, err = w.roster.NoShow(ctx, w.secretary, place(`SELECT id FROM assignments WHERE starts_at <= $1 AND ended_at IS NULL`, w.clk.Now()))
	default:
		ask := place(`SELECT id FROM shift_asks WHERE person_id = $1 AND settled_at IS NULL`, a.Person)
		if r.IntN(2) == 0 {
			_, err = w.roster.Accept(ctx, a, ask)
		} else {
			_, err = w.roster.Decline(ctx, a, ask)
		}
	}
	return err
}

// rulesHold looks at the tables without the rules that hold there.
func (w *town) rulesHold() {
	w.Helper()
	for name, query := range map[string]string{
		"too many on a shift": `SELECT count(*) FROM shifts s WHERE s.places <
			(SELECT count(*) FROM assignments a WHERE a.shift_id = s.id AND a.ended_at IS NULL)`,
		"somebody twice at one time": `SELECT count(*) FROM assignments a JOIN assignments b
			ON b.person_id = a.person_id AND b.id > a.id AND b.starts_at < a.ends_at AND b.ends_at > a.starts_at
			WHERE a.ended_at IS NULL AND b.ended_at IS NULL`,
		"a place that the history does not know": `SELECT count(*) FROM assignments a
			WHERE (SELECT count(*) FROM shift_events e WHERE e.shift_id = a.shift_id AND (e.detail->>'person')::bigint = a.person_id AND e.code = 'seated')
				<> (SELECT count(*) FROM assignments o WHERE o.shift_id = a.shift_id AND o.person_id = a.person_id)
			OR (SELECT count(*) FROM shift_events e WHERE e.shift_id = a.shift_id AND (e.detail->>'person')::bigint = a.person_id AND e.code = 'left')
				<> (SELECT count(*) FROM assignments o WHERE o.shift_id = a.shift_id AND o.person_id = a.person_id AND o.ended_at IS NOT NULL)`,
		"a hole in a full shift": `SELECT count(*) FROM shifts s WHERE hole_since IS NOT NULL AND s.places <=
			(SELECT count(*) FROM assignments a WHERE a.shift_id = s.id AND a.ended_at IS NULL)`,
		"a question about a full shift": `SELECT count(*) FROM shift_asks k JOIN shifts s ON s.id = k.shift_id
			WHERE k.settled_at IS NULL AND s.hole_since IS NULL`,
		"somebody left and nobody knows of the hole": `SELECT count(*) FROM shifts s WHERE s.hole_since IS NULL AND s.places >
			(SELECT count(*) FROM assignments a WHERE a.shift_id = s.id AND a.ended_at IS NULL)
			AND EXISTS (SELECT FROM assignments a WHERE a.shift_id = s.id AND a.ended_why IN ('cannot', 'missed', 'removed', 'absent'))`,
		"a swap of a place that is over": `SELECT count(*) FROM shift_swaps w JOIN assignments a ON a.id IN (w.mine_id, w.theirs_id)
			WHERE w.decided_at IS NULL AND a.ended_at IS NOT NULL`,
	} {
		var n int
		require.NoError(w, w.db.Get(&n, query), name)
		require.Zero(w, n, name)
	}
}

func TestASwapIsBothOrNeither(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	tue, wed := w.day(1, 1), w.day(2, 1)
	mine, theirs := w.sign(w.li, tue), w.sign(w.wang, wed)
	trades, err := w.roster.Trades(w.ctx, w.li, mine.ID)
	require.NoError(t, err)
	require.Len(t, trades, 1)
	swap, err := w.roster.AskSwap(w.ctx, w.li, mine.ID, theirs.ID)
	require.NoError(t, err)
	same, err := w.roster.AskSwap(w.ctx, w.li, mine.ID, theirs.ID)
	require.NoError(t, err)
	require.Equal(t, swap.ID, same.ID)
	_, err = w.roster.AnswerSwap(w.ctx, w.zhao, swap.ID, true)
	refused(t, refusal.NotFound, "access.not_found", err)

	busy := w.shift(w.at(1, calendar.ClockAt(12, 0)), w.at(1, calendar.ClockAt(13, 0)), 1)
	hour := w.sign(w.wang, busy) // meanwhile Wang is busy on Tuesday
	_, err = w.roster.AnswerSwap(w.ctx, w.wang, swap.ID, true)
	refused(t, refusal.Conflict, "roster.swap_over", err)
	require.Equal(t, []string{"Li"}, w.names(tue), "neither has changed")
	require.Equal(t, []string{"Wang"}, w.names(wed))

	_, err = w.roster.Cannot(w.ctx, w.wang, hour.ID)
	require.NoError(t, err)
	for range 2 {
		_, err = w.roster.AnswerSwap(w.ctx, w.wang, swap.ID, true)
		require.NoError(t, err)
	}
	require.Equal(t, []string{"Wang"}, w.names(tue))
	require.Equal(t, []string{"Li"}, w.names(wed))
	require.Contains(t, w.told(), "Li shift.swapped")
	var holes int
	require.NoError(t, w.db.Get(&holes, `SELECT count(*) FROM shifts WHERE id IN ($1, $2) AND hole > 0`, tue.ID, wed.ID))
	require.Zero(t, holes, "a swap leaves no hole, and nobody is asked")
}

func TestASwapThatNobodyAnswersEndsWhenTheEarlierBegins(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	mine, theirs := w.sign(w.li, w.day(2, 1)), w.sign(w.wang, w.day(1, 1))
	swap, err := w.roster.AskSwap(w.ctx, w.li, mine.ID, theirs.ID)
	require.NoError(t, err)
	w.pass(w.at(1, calendar.ClockAt(8, 0)))
	_, err = w.roster.AnswerSwap(w.ctx, w.wang, swap.ID, true)
	refused(t, refusal.Conflict, "roster.swap_over", err)
	require.Contains(t, w.told(), "Li shift.swap_no")
}

// TestASwapThatIsAcceptedAtTheLastMomentIsNotCalledOff: the job that ends it meets
// the answer, and finds it.
func TestASwapThatIsAcceptedAtTheLastMomentIsNotCalledOff(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	mine, theirs := w.sign(w.li, w.day(2, 1)), w.sign(w.wang, w.day(1, 1))
	swap, err := w.roster.AskSwap(w.ctx, w.li, mine.ID, theirs.ID)
	require.NoError(t, err)
	tx, err := w.db.Beginx()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }() // after the commit there is nothing to roll back
	_, err = tx.Exec(`UPDATE shift_swaps SET decided_at = $2, accepted = true WHERE id = $1`, swap.ID, w.clk.Now())
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- w.roster.Do(w.ctx, w.id, "roster.swap", fmt.Appendf(nil, `{"swap":%d}`, swap.ID)) }()
	require.Eventually(t, func() bool {
		var waits int
		err := w.db.Get(&waits, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
		return err != nil || waits > 0 || len(ended) > 0
	}, time.Minute, 5*time.Millisecond)
	require.NoError(t, tx.Commit())
	require.NoError(t, <-ended)
	require.NotContains(t, w.told(), "Li shift.swap_no")
}

func TestAHoleIsAskedForInWavesAndAlarmed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	chen, sun := w.member("Chen", w.area), w.member("Sun", w.area)
	sh := w.day(3, 1) // Thursday
	place := w.sign(w.li, sh)
	_, err := w.roster.Cannot(w.ctx, w.li, place.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"Chen", "Wang", "Zhao"}, sortedNames(w.asks(sh)), "three first")
	require.Equal(t, 1, count(w.told(), "Secretary shift.hole"), "none sounds twice: it was more than a day off")

	w.pass(w.clk.Now().Add(119 * time.Minute))
	require.Len(t, w.asks(sh), 3)
	w.pass(w.clk.Now().Add(2 * time.Minute))
	require.Equal(t, []string{"Chen", "Sun", "Wang", "Zhao"}, w.asks(sh), "the rest two hours later")
	_, err = w.roster.Decline(w.ctx, chen, w.askOf(chen, sh))
	require.NoError(t, err)

	w.pass(w.at(2, calendar.ClockAt(8, 1)))
	require.Equal(t, 2, count(w.told(), "Secretary shift.hole"), "a day before")
	require.NotContains(t, w.asks(sh), "Chen", "who said no is not asked again")
	w.pass(w.at(3, calendar.ClockAt(5, 1)))
	require.Equal(t, 3, count(w.told(), "Secretary shift.hole"), "three hours before")
	require.NotContains(t, w.told(), "Secretary shift.stand_in")

	w.pass(w.at(3, calendar.ClockAt(8, 0)))
	require.Equal(t, 1, count(w.told(), "Secretary shift.stand_in"), "nobody at the start")
	var urgency int
	require.NoError(t, w.db.Get(&urgency, `SELECT urgency FROM outbox WHERE topic = 'shift.stand_in'`))
	require.Zero(t, urgency, "it rings")
	duty, planned, err := w.roster.OnDuty(w.ctx, w.id, w.area)
	require.NoError(t, err)
	require.False(t, planned)
	require.NotEmpty(t, duty, "the members and who is in charge are rung")

	_, err = w.roster.Accept(w.ctx, sun, w.askOf(sun, sh))
	require.NoError(t, err)
	require.Empty(t, w.asks(sh))
	require.Equal(t, 1, count(w.told(), "Secretary shift.filled"))
	require.Contains(t, w.told(), "Wang shift.ask_gone")
	require.NotContains(t, w.told(), "Sun shift.ask_gone", "their own message changes by their tap")
	w.pass(w.at(3, calendar.ClockAt(20, 0)))
	w.rulesHold()
}

func sortedNames(names []string) []string { slices.Sort(names); return names }

func count(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

func TestWhereNobodyIsLeftToAskTheLeadIsTold(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sh := w.day(3, 1)
	place := w.sign(w.li, sh)
	_, err := w.roster.Cannot(w.ctx, w.li, place.ID)
	require.NoError(t, err)
	before := count(w.told(), "Secretary shift.hole")
	for _, a := range []people.Actor{w.wang, w.zhao} {
		for range 2 {
			_, err = w.roster.Decline(w.ctx, a, w.askOf(a, sh))
			require.NoError(t, err)
		}
	}
	require.Equal(t, before+1, count(w.told(), "Secretary shift.hole"))
}

func TestAShiftThatNobodyWasGivenIsAskedForAWeekBefore(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sh, soon := w.day(10, 1), w.shift(w.at(0, calendar.ClockAt(12, 0)), w.at(0, calendar.ClockAt(18, 0)), 1)
	w.pass(w.at(0, calendar.ClockAt(9, 1)))
	require.Empty(t, w.asks(soon), "who plans is about to say who has it")
	w.pass(w.at(0, calendar.ClockAt(9, 4)))
	require.NotEmpty(t, w.asks(soon), "what is near is asked for soon")
	require.Contains(t, w.told(), "Secretary shift.hole")
	w.pass(w.at(3, calendar.ClockAt(7, 59)))
	require.Empty(t, w.asks(sh))
	w.pass(w.at(3, calendar.ClockAt(8, 0)))
	require.NotEmpty(t, w.asks(sh))
}

func TestWhoDoesNotComeIsReplaced(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sh := w.day(1, 2)
	li, wang := w.sign(w.li, sh), w.sign(w.wang, sh)
	_, err := w.roster.NoShow(w.ctx, w.secretary, li.ID)
	refused(t, refusal.Conflict, "roster.not_begun", err)
	_, err = w.roster.Arrive(w.ctx, w.li, li.ID)
	refused(t, refusal.Conflict, "roster.too_early", err)
	w.pass(w.at(1, calendar.ClockAt(8, 0)))
	_, err = w.roster.Arrive(w.ctx, w.wang, wang.ID)
	require.NoError(t, err)
	w.pass(w.at(1, calendar.ClockAt(8, 30)))
	require.Contains(t, w.told(), "Secretary shift.unseen")
	for range 2 {
		_, err = w.roster.NoShow(w.ctx, w.secretary, li.ID)
		require.NoError(t, err)
	}
	require.Equal(t, []string{"Wang"}, w.names(sh))
	require.Equal(t, []string{"Zhao"}, w.asks(sh))
	_, err = w.roster.NoShow(w.ctx, w.secretary, wang.ID)
	refused(t, refusal.Conflict, "roster.was_there", err)
	w.pass(w.at(1, calendar.ClockAt(20, 0)))
	months, err := w.roster.Hours(w.ctx, w.secretary, w.clk.Now())
	require.NoError(t, err)
	require.Equal(t, []roster.Month{{Person: w.wang.Person, Shifts: 1, Time: 12 * time.Hour}, {Person: w.li.Person, Missed: 1}}, months)
	_, err = w.roster.Hours(w.ctx, w.li, w.clk.Now())
	refused(t, refusal.NotFound, "access.not_found", err)
	for range 2 {
		_, err = w.roster.Thank(w.ctx, w.secretary, w.wang.Person, w.clk.Now())
		require.NoError(t, err)
	}
	require.Equal(t, 1, count(w.told(), "Wang shift.thanks"))
}

func TestWhoIsKnownToBeThereIsNotAsked(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	first := w.shift(w.at(0, calendar.ClockAt(12, 0)), w.at(0, calendar.ClockAt(20, 0)), 1)
	next := w.shift(w.at(0, calendar.ClockAt(20, 0)), w.at(1, calendar.ClockAt(8, 0)), 3)
	here := w.sign(w.li, first)
	w.sign(w.li, next)
	wang := w.sign(w.wang, next)
	w.sign(w.zhao, next)
	w.pass(w.at(0, calendar.ClockAt(12, 5)))
	_, err := w.roster.Arrive(w.ctx, w.li, here.ID)
	require.NoError(t, err)
	w.pass(w.at(0, calendar.ClockAt(19, 5)))
	_, err = w.roster.Confirm(w.ctx, w.wang, wang.ID)
	require.NoError(t, err)
	w.pass(w.at(0, calendar.ClockAt(20, 10)))
	require.NoError(t, w.roster.Seen(w.ctx, w.zhao), "they take a case")
	w.pass(w.at(0, calendar.ClockAt(21, 0)))
	require.NotContains(t, w.told(), "Secretary shift.unseen", "all three are known to be there")
}

func TestWhoIsOnEveryDayKnowsIt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	first, second, third := w.sign(w.li, w.day(1, 2)), w.sign(w.li, w.day(2, 2)), w.sign(w.li, w.day(3, 2))
	other := w.sign(w.wang, w.day(4, 1))
	daily := func(a roster.Assignment) bool {
		t.Helper()
		yes, err := w.roster.Daily(w.ctx, a)
		require.NoError(t, err)
		return yes
	}
	require.False(t, daily(first), "their first day")
	w.pass(w.at(1, calendar.ClockAt(8, 0)))
	require.True(t, daily(second), "a day before, when the shift before it begins")
	w.pass(w.at(2, calendar.ClockAt(7, 0)))
	require.False(t, daily(second), "an hour before, of who did not say yesterday that they were there")
	w.pass(w.at(2, calendar.ClockAt(9, 0)))
	_, err := w.roster.Arrive(w.ctx, w.li, second.ID)
	require.NoError(t, err)
	w.pass(w.at(3, calendar.ClockAt(7, 0)))
	require.True(t, daily(third), "an hour before, of who was there yesterday")
	require.False(t, daily(other), "somebody else had the day before")
}
