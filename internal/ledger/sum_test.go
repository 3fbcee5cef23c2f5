package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/ledger"
)

// TestReadSum: a sum is read as people write it, and what is no sum is none.
func TestReadSum(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"8": 800, "8.5": 850, "8.05": 805, "86.50": 8650, "¥50": 5000, "50元": 5000, "8块5": 850, "8元5": 850, "８６。５": 8650, " 1,200 ": 120000,
		"1,200.50": 120050, "12,5": 1250, "50 yuan": 5000, "0.01": 1,
		"0": 0, "": 0, "-5": 0, "8.555": 0, "eight": 0, "1000000.01": 0, "8 5 a": 0, "1.2.3": 0,
	} {
		got, err := ledger.ReadSum(text)
		require.Equal(t, want, got, text)
		require.Equal(t, want == 0, err != nil, text)
	}
}
