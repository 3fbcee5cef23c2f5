package childcare_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestFamiliesAndTheLeadAtOnce: whatever they do at one time, nobody waits for another for
// ever, and no rule is broken afterwards.
func TestFamiliesAndTheLeadAtOnce(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	for _, p := range h.patterns() {
		p.Places = 2
		require.NoError(t, h.care.ChangePattern(h.ctx, h.hua, p))
	}
	const hands = 6
	of, children := h.others(hands)
	seed := luck.Seed(t)
	var odd []error
	var mu sync.Mutex
	var all sync.WaitGroup
	for n := range hands {
		all.Go(func() {
			dice := rand.New(rand.NewPCG(seed, uint64(n)))
			for range *steps / 2 {
				name, err := h.act(of[n], children[n], dice, dice.IntN(96))
				if err == nil || refusal.Is(err, refusal.Conflict) || refusal.Is(err, refusal.NotFound) ||
					errors.Is(err, context.DeadlineExceeded) || pg.Away(err) { // "try again", on a machine that is busy
					continue
				}
				mu.Lock()
				odd = append(odd, errors.Join(errors.New(name), err))
				mu.Unlock()
			}
		})
	}
	all.Wait()
	require.Empty(t, odd)
	require.Empty(t, h.broken())
}
