package lunch_test

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/refusal"
)

// closing is the job of Tuesday's cut-off.
var closing = []byte(`{"day":"2026-11-24"}`)

// crashes makes the database fail at the nth change of a row from now on, as a machine
// that dies there would; 0 is never.
func (h *hall) crashes(nth int) {
	h.Helper()
	h.exec(`ALTER SEQUENCE steps RESTART`)
	h.exec(`UPDATE crash SET nth = $1`, nth)
}

// crashing lets crashes work.
func (h *hall) crashing() {
	h.Helper()
	h.exec(`CREATE SEQUENCE steps; CREATE TABLE crash (nth int); INSERT INTO crash VALUES (0);
		CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF nextval('steps') = (SELECT nth FROM crash) THEN RAISE EXCEPTION 'crashed'; END IF;
			RETURN NULL;
		END $$`)
	for _, table := range []string{"lunch_days", "lunch_orders", "lunch_places", "lunch_events", "outbox"} {
		h.exec(`CREATE TRIGGER crash AFTER INSERT OR UPDATE ON ` + table + ` FOR EACH ROW EXECUTE FUNCTION crash()`)
	}
}

// sheets are how often the lead was told the sheet, and how often a day was closed.
func (h *hall) sheets() [3]int {
	h.Helper()
	return [3]int{
		h.number(`SELECT count(*) FROM outbox WHERE topic = 'lunch.sheet'`),
		h.number(`SELECT count(*) FROM lunch_events WHERE code = 'closed'`), h.sees(h.tuesday).Sheet,
	}
}

// TestTheCutOffSurvivesACrash at every step of it: what is not done whole is not done
// at all, and is done once then.
func TestTheCutOffSurvivesACrash(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.menu(h.tuesday, all("tofu")...)
	h.pass(h.at(23, 10, 0))
	h.order(h.mei, "")
	h.exec(`UPDATE lunch_places SET capacity = 1`)
	h.order(h.wang, lunch.AskMeFirst)
	require.NoError(t, h.lunch.Do(h.ctx, h.id, "lunch.close", closing), "too early, it does nothing")
	require.Equal(t, [3]int{}, h.sheets())
	h.clk.Advance(6 * time.Hour)
	h.crashing()
	steps := 0
	for {
		steps++
		h.crashes(steps)
		err := h.lunch.Do(h.ctx, h.id, "lunch.close", closing)
		if err == nil {
			break
		}
		require.ErrorContains(t, err, "crashed")
		require.Equal(t, [3]int{}, h.sheets())
		require.Equal(t, []string{"Mei ordered 1 bring", "Wang waiting 1 bring"}, h.tuesdays())
	}
	require.Greater(t, steps, 6)
	require.NoError(t, h.lunch.Do(h.ctx, h.id, "lunch.close", closing), "after it, it does nothing")
	require.Equal(t, [3]int{1, 1, 1}, h.sheets())
	require.Equal(t, []string{"Mei ordered 1 bring", "Wang cancelled 1 bring"}, h.tuesdays())
	h.recounts()
}

// TestTheCutOffInARush: while people order, cancel and come off the list, three
// replicas close the day at once. It is closed once, its sheet says what has a place,
// and after it nothing changes any more.
func TestTheCutOffInARush(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.menu(h.tuesday, all("tofu")...)
	h.pass(h.at(23, 10, 0))
	h.exec(`UPDATE lunch_places SET capacity = 5`)
	all := h.eaters(15)
	h.pass(h.at(23, 15, 59))
	var rush, replicas sync.WaitGroup
	seed, errs := luck.Seed(t), make([]error, 7)
	for n := range 4 {
		rush.Go(func() {
			dice := rand.New(rand.NewPCG(seed, uint64(n)))
			for refused := 0; refused < 3; {
				a := all[dice.IntN(len(all))]
				err := h.attempt(a, dice.IntN(100))
				if r, ok := refusal.As(err); ok && r.Key == "lunch.closed" {
					refused++
				} else if err != nil && !refusal.Is(err, refusal.Conflict) {
					errs[n] = err
					return
				}
				if h.clk.Now().Before(h.at(23, 16, 0)) {
					h.clk.Advance(2 * time.Second)
				}
			}
		})
	}
	for n := range 3 {
		s := lunch.New(h.db, h.clk, calendar.New(h.db, h.clk), func() {})
		replicas.Go(func() {
			for h.clk.Now().Before(h.at(23, 16, 0)) {
				if h.ctx.Err() != nil {
					return
				}
				errs[4+n] = errors.Join(errs[4+n], s.Do(h.ctx, h.id, "lunch.close", closing))
			}
			errs[4+n] = errors.Join(errs[4+n], s.Do(h.ctx, h.id, "lunch.close", closing))
		})
	}
	rush.Wait()
	replicas.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Equal(t, [3]int{1, 1, 1}, h.sheets())
	require.Empty(t, h.recounts().Late, "nothing is different after it")
	require.Zero(t, h.number(`SELECT count(*) FROM lunch_orders WHERE state IN ('waiting', 'offered')`))
	require.Equal(t, h.sheet().Count.Portions, h.number(`SELECT (detail->>'portions')::int FROM lunch_events WHERE code = 'closed'`))
	h.rulesHold()
}
