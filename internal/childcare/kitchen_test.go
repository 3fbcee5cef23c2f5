package childcare_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/ledger"
)

// cook is a kitchen that keeps on which days it was told that others eat.
type cook struct{ told []string }

func (k *cook) GuestsChanged(_ context.Context, _ *sqlx.Tx, _ int64, day time.Time) error {
	k.told = append(k.told, day.Format(time.DateOnly))
	return nil
}

func (*cook) CooksNot(context.Context, sqlx.QueryerContext, int64, time.Time) (bool, error) {
	return false, nil
}

// TestTheKitchenHearsOfAFileThatChanged after the deadline, where the child has lunch and
// what the cook must know is different; before it the kitchen waits for the deadline.
func TestTheKitchenHearsOfAFileThatChanged(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	k := &cook{}
	h.care.Eats(k)
	h.book(h.mei, h.bao, childcare.Noon)
	h.book(h.mei, h.bao, childcare.Noon, dayAt(25))
	file, err := h.care.Child(h.ctx, h.mei, h.bao)
	require.NoError(t, err)
	changes := func(change func(c *childcare.Child)) {
		t.Helper()
		change(&file)
		_, err := h.care.Enrol(h.ctx, h.mei, file)
		require.NoError(t, err)
	}
	changes(func(c *childcare.Child) { c.Allergy = "strawberries" })
	require.Empty(t, k.told)
	h.pass(h.at(23, 20, 0))
	require.Equal(t, []string{"2026-11-24"}, k.told, "at the deadline")
	changes(func(c *childcare.Child) { c.Class = "2" })
	require.Len(t, k.told, 1, "that is nothing to the cook")
	changes(func(c *childcare.Child) { c.Allergy = "peanuts: anaphylaxis" })
	changes(func(c *childcare.Child) { c.Diet = childcare.Codes[childcare.Diet]{"no_nut"} })
	require.Equal(t, []string{"2026-11-24", "2026-11-24", "2026-11-24"}, k.told)
}

// TestWhatADayCosts is on the account of each child that came, once; a talk on nobody's.
func TestWhatADayCosts(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	books := ledger.New(h.clk)
	h.care.Keeps(books)
	counsellor := h.meet("Counsellor")
	sitting := h.talk(counsellor, 15, 0)
	h.book(h.mei, h.bao, childcare.Noon)
	h.book(h.mei, h.bao, childcare.After)
	h.book(h.mei, h.dou, childcare.After)
	_, err := h.care.Book(h.ctx, h.mei, childcare.Wish{Child: h.bao, Day: h.tuesday, Part: childcare.Talk, Sitting: sitting})
	require.NoError(t, err)
	h.pass(h.at(23, 21, 0))
	h.exec(`UPDATE care_bookings SET outcome = 'came' WHERE child_id = $1`, h.bao)
	h.pass(h.at(25, 0, 1))
	for range 2 {
		for child, want := range map[int64]int64{h.bao: -2200, h.dou: 0} {
			is, err := books.Balance(h.ctx, h.db, h.id, ledger.Childcare, child)
			require.NoError(t, err)
			require.Equal(t, want, is)
		}
		var entries int
		require.NoError(t, h.db.Get(&entries, `SELECT count(*) FROM ledger_entries`))
		require.Equal(t, 2, entries, "once, however often the day is over, and nothing of the talk")
		h.exec(`UPDATE care_days SET state = 'closed', over_at = NULL WHERE day = $1`, h.tuesday)
		require.NoError(t, h.care.Do(h.ctx, h.id, "care.over", []byte(`{"day":"2026-11-24"}`)))
	}
	h.exec(`UPDATE care_bookings SET outcome = 'came' WHERE child_id = $1`, h.dou)
	h.pass(h.at(26, 3, 0))
	is, err := books.Balance(h.ctx, h.db, h.id, ledger.Childcare, h.dou)
	require.NoError(t, err)
	require.Equal(t, int64(-1200), is, "what was typed in later is charged in the night")
}

// TestWhatChildrenEat is told the kitchen without their names, and notices whose come.
func TestWhatChildrenEat(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	_, err := h.care.Enrol(h.ctx, h.mei, childcare.Child{ID: h.bao, School: h.school, Grade: 3, Diet: childcare.Codes[childcare.Diet]{"halal"}, Allergy: "peanuts"})
	require.NoError(t, err)
	h.book(h.mei, h.bao, childcare.Noon)
	h.book(h.mei, h.dou, childcare.After)
	meals, err := h.care.Meals(h.ctx, h.db, h.id, h.tuesday)
	require.NoError(t, err)
	require.Equal(t, []childcare.Meal{{Diet: childcare.Codes[childcare.Diet]{"halal"}, Allergy: "peanuts"}}, meals)
	whose, err := h.care.Booked(h.ctx, h.db, h.id, h.tuesday)
	require.NoError(t, err)
	require.Equal(t, []int64{h.mei.Person, h.father.Person}, whose)
}
