package pg_test

import (
	"database/sql/driver"
	"errors"
	"testing"

	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/pg"
)

func TestAStatementThatMayRunTwiceIsRepeatedWhereNobodyHeardOfIt(t *testing.T) {
	t.Parallel()
	wrong := errors.New("wrong")
	for name, row := range map[string]struct {
		answers []error
		want    error
		calls   int
	}{
		"done":              {[]error{nil}, nil, 1},
		"silence once":      {[]error{driver.ErrBadConn, nil}, nil, 2},
		"a restart":         {[]error{&pq.Error{Code: "57P01"}, driver.ErrBadConn, nil}, nil, 3},
		"a fault of ours":   {[]error{wrong}, wrong, 1},
		"silence, then no":  {[]error{driver.ErrBadConn, wrong}, wrong, 2},
		"nothing but quiet": {[]error{driver.ErrBadConn, driver.ErrBadConn, driver.ErrBadConn, driver.ErrBadConn, driver.ErrBadConn}, driver.ErrBadConn, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			err := pg.Repeat(t.Context(), func(again bool) error {
				require.Equal(t, calls > 0, again)
				calls++
				return row.answers[calls-1]
			})
			require.ErrorIs(t, err, row.want)
			require.Equal(t, row.calls, calls)
		})
	}
}
