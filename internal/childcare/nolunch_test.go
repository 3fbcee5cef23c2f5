package childcare_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/pg"
)

// stove is a kitchen that may be cold on every day.
type stove struct{ cold bool }

func (*stove) GuestsChanged(context.Context, *sqlx.Tx, int64, time.Time) error { return nil }

func (s *stove) CooksNot(context.Context, sqlx.QueryerContext, int64, time.Time) (bool, error) {
	return s.cold, nil
}

// TestTheLeadHearsThatChildrenHaveNoLunch: at once, for how many; again only where these are
// others; and that there is lunch after all.
func TestTheLeadHearsThatChildrenHaveNoLunch(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	hears := func(do func(context.Context, *sqlx.Tx, int64, time.Time) error, day time.Time) {
		t.Helper()
		require.NoError(t, pg.InTx(h.ctx, h.db, func(tx *sqlx.Tx) error { return do(h.ctx, tx, h.id, day) }))
	}
	n := func() (last int) {
		t.Helper()
		require.NoError(t, h.db.Get(&last, `SELECT (args->>'n')::int FROM outbox WHERE topic = 'care.no_lunch' ORDER BY id DESC LIMIT 1`))
		return last
	}
	off, on := h.care.LunchOff, h.care.LunchOn
	h.book(h.mei, h.dou, childcare.After)
	hears(off, h.tuesday)
	require.NotContains(t, h.told(), "Hua care.no_lunch", "nobody has booked lunch")
	h.book(h.mei, h.bao, childcare.Noon)
	for range 2 {
		hears(off, h.tuesday)
		require.Equal(t, []any{1, 1}, []any{count(h.told(), "Hua care.no_lunch"), n()})
	}
	hears(on, h.tuesday)
	require.NotContains(t, h.told(), "Hua care.no_lunch", "it is taken back")
	hears(on, h.tuesday)
	hears(off, h.tuesday)
	require.Contains(t, h.told(), "Hua care.no_lunch")
	hears(off, dayAt(20))
	require.Equal(t, 1, count(h.told(), "Hua care.no_lunch"), "of a day that is over nobody hears")
	h.book(h.mei, h.dou, childcare.Noon)
	hears(off, h.tuesday)
	require.Equal(t, []any{2, 2}, []any{count(h.told(), "Hua care.no_lunch"), n()})
}

// TestTheDayBeforeItIsLookedWhetherChildrenHaveLunch, as the kitchen says nothing of days that
// are none of its; and once more as booking ends.
func TestTheDayBeforeItIsLookedWhetherChildrenHaveLunch(t *testing.T) {
	t.Parallel()
	for name, cold := range map[string]bool{"it cooks": false, "it does not": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHall(t)
			h.care.Eats(&stove{cold})
			wednesday := dayAt(25)
			h.book(h.mei, h.bao, childcare.Noon, wednesday)
			want := func(n int) {
				t.Helper()
				if !cold {
					n = 0
				}
				require.Equal(t, n, count(h.told(), "Hua care.no_lunch"))
			}
			h.pass(h.at(24, 8, 59))
			want(0)
			h.pass(h.at(24, 9, 0))
			want(1)
			h.pass(h.at(24, 19, 59))
			h.book(h.mei, h.dou, childcare.Noon, wednesday)
			want(1)
			h.pass(h.at(24, 20, 0))
			want(2)
		})
	}
}
