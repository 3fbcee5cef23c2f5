package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/ledger"
)

func TestCashGoesBothWays(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, c := range []struct {
		name string
		is   ledger.Payment
		has  int64
	}{
		{"she brings it", ledger.Payment{Person: w.mei.Person, Sum: 500, Key: "a"}, 500},
		{"it is written twice", ledger.Payment{Person: w.mei.Person, Sum: 500, Key: "a"}, 500},
		{"she gets some back", ledger.Payment{Person: w.mei.Person, Sum: 200, Back: true, Key: "b"}, 300},
	} {
		w.posted(w.chef, c.is.Entry(ledger.Lunch, "2026-11-23"))
		require.Equal(t, c.has, w.balance(w.mei.Person), c.name)
	}
}
