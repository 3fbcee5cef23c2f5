package outbox

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/pg"
)

func TestAfterSilenceAChangeIsMadeOnceMore(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, row := range []struct {
		name    string
		answers []error
		want    error
		calls   int
	}{
		{"it went well", []error{nil}, nil, 1},
		{"it failed", []error{broken}, broken, 1},
		{"it is another's", []error{ErrLate}, ErrLate, 1},
		{"silence, then well", []error{pg.ErrUnknown, nil}, nil, 2},
		{"silence, then another's: never taken for well", []error{pg.ErrUnknown, ErrLate}, ErrLate, 2},
		{"silence twice", []error{pg.ErrUnknown, pg.ErrUnknown}, pg.ErrUnknown, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			err := twice(func() error { calls++; return row.answers[calls-1] })
			require.ErrorIs(t, err, row.want)
			require.Equal(t, row.calls, calls)
		})
	}
}
