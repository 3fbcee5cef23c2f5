package lunch_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/refusal"
)

// lines are what stands on Mei's own account, "code amount change" each.
func (h *hall) lines() (all []ledger.Line) {
	h.Helper()
	s, err := h.lunch.Account(h.ctx, h.mei, h.mei.Person, november)
	require.NoError(h, err)
	return s.Lines
}

// TestACorrectedMealIsChargedAgain: both its parts are corrected together, and both come
// again, once, by what its diner pays now.
func TestACorrectedMealIsChargedAgain(t *testing.T) {
	t.Parallel()
	h, _, _ := served(t)
	part, less := 300, 200
	require.NoError(t, h.lunch.Pays(h.ctx, h.chef, h.mei.Person, &part, "she has little"))
	h.pass(h.at(25, 0, 0))
	was := h.lines()
	require.Len(t, was, 2, "what nobody pays for her is on her account too")
	require.Equal(t, ledger.Free, was[1].Code)
	require.Equal(t, "she has little", was[1].Reason)
	require.Equal(t, [3]int64{500, 0, -300}, [3]int64{was[1].Amount, was[1].Change, was[1].Balance})

	again := func(by int64, portions int) error {
		actor := h.chef
		actor.Person = by
		return h.lunch.ChargeAgain(h.ctx, actor, was[0].ID, portions)
	}
	refused(t, refusal.Conflict, "lunch.settled", again(h.chef.Person, 1))
	for range 2 {
		require.NoError(t, h.lunch.Mend(h.ctx, h.chef, ledger.Mistake{Entry: was[0].ID, Reason: "it was less", Key: "m"}))
	}
	require.Equal(t, []string{"meal 300 Mei", "free 500 Mei", "mend 300 Mei", "mend 500 Mei"}, h.entries())
	require.Zero(t, h.balance(h.mei))
	require.NoError(t, h.lunch.Pays(h.ctx, h.chef, h.mei.Person, &less, "she has less"))

	require.True(t, refusal.Is(again(h.mei.Person, 1), refusal.NotFound))
	refused(t, refusal.Invalid, "lunch.bad_count", again(h.chef.Person, 2))
	e, err := h.lunch.Entry(h.ctx, h.chef, was[0].ID)
	require.NoError(t, err)
	n, err := h.lunch.Rechargeable(h.ctx, h.chef, e)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.NoError(t, again(h.chef.Person, 1))
	refused(t, refusal.Conflict, "lunch.settled", again(h.chef.Person, 1))
	require.NoError(t, h.lunch.Mend(h.ctx, h.chef, ledger.Mistake{Entry: was[0].ID, Reason: "it was less", Key: "m"}), "the first correction, repeated, does not touch it")
	n, err = h.lunch.Rechargeable(h.ctx, h.chef, e)
	require.NoError(t, err)
	require.Zero(t, n)
	require.Equal(t, []string{"meal 200 Mei", "free 600 Mei"}, h.entries()[4:])
	require.Equal(t, int64(-200), h.balance(h.mei))
	require.Equal(t, 1, count(h.told(), "Mei lunch.charged"))
	require.Equal(t, [2]int64{200, 600}, [2]int64{h.open().Eaten, h.open().Free})
}

// TestWhoPaysNothingHasAnAccount: their lunches stand on it with the reason, and they hear
// of them when the month is over.
func TestWhoPaysNothingHasAnAccount(t *testing.T) {
	t.Parallel()
	h, _, _ := served(t)
	nothing := 0
	require.NoError(t, h.lunch.Pays(h.ctx, h.chef, h.mei.Person, &nothing, "she has little"))
	h.pass(h.at(25, 0, 0))
	require.Len(t, h.lines(), 1)
	require.Zero(t, h.balance(h.mei))
	h.pass(h.at(31, 9, 0)) // the first of December
	require.Equal(t, 1, count(h.told(), "Mei lunch.statement"))
}
