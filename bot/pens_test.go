package bot

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOneAtATimeChangesWhatLiesInAChat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var p pens
		var order []string
		put, err := p.take(t.Context(), 1)
		require.NoError(t, err)
		go func() {
			put, err := p.take(t.Context(), 1)
			if err != nil {
				panic(err) // nobody ends this context before
			}
			order = append(order, "the courier")
			put()
		}()
		other, err := p.take(t.Context(), 2)
		require.NoError(t, err, "another chat waits for nobody")
		other()
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = p.take(impatient, 1)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		order = append(order, "the turn")
		put()
		synctest.Wait()
		require.Equal(t, []string{"the turn", "the courier"}, order)
		require.Empty(t, p.held, "no pen outlives its chat's work")
	})
}
