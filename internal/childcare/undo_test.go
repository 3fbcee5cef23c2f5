package childcare_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestAWrongTapAtTheDoorIsTakenBack: the child is in the hands of who tapped it, its family
// reads so, it is asked for at closing, and nobody is known by a hand-over that never was.
func TestAWrongTapAtTheDoorIsTakenBack(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	gran := y.listed(tang, "Gran", 0)
	y.awaits()
	y.pass(17, 55)
	y.inHall(tang, y.ann)
	y.sent()
	c, err := y.care.Leave(y.ctx, y.ann, childcare.Leaving{Child: tang.id, Collector: gran, Hand: "id_card"})
	require.NoError(t, err)
	y.sent()
	require.True(t, refusal.Is(y.care.StillHere(y.ctx, y.bea, c.ID), refusal.NotFound), "that is not hers to say")
	y.clk.Advance(9 * time.Minute)
	for range 2 {
		require.NoError(t, y.care.StillHere(y.ctx, y.ann, c.ID))
	}
	require.Equal(t, "hall Ann", y.now(tang))
	require.Len(t, y.told("care.still_here"), 2, "a message, and in the one of its arrival")
	require.Equal(t, []string{"Tang's mother"}, y.told("care.left_over"))
	require.Equal(t, "care.needs_proof", y.goes(y.ann, childcare.Leaving{Child: tang.id, Collector: gran}), "she has never seen her")
	y.pass(18, 10)
	require.Equal(t, []string{"Tang's mother"}, y.told("care.late"))
	c, err = y.care.Leave(y.ctx, y.ann, childcare.Leaving{Child: tang.id, Collector: gran, Hand: "id_card"})
	require.NoError(t, err)
	y.clk.Advance(10 * time.Minute)
	require.Equal(t, "care.too_late", refusedAs(t, y.care.StillHere(y.ctx, y.ann, c.ID)))
	require.Equal(t, "known", y.again(tang, gran))
	require.Empty(t, apart(t, y.db, y.id))
}

// again is how a child that came back leaves with somebody.
func (y *yard) again(k kid, collector int64) string {
	y.Helper()
	y.inHall(k, y.ann)
	return y.goes(y.ann, childcare.Leaving{Child: k.id, Collector: collector})
}

// TestACodeIsGoodAgainAfterAWrongTap.
func TestACodeIsGoodAgainAfterAWrongTap(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	gran := y.listed(tang, "Gran", 0)
	y.inHall(tang, y.ann)
	code, err := y.care.Code(y.ctx, tang.mother, tang.id, y.day)
	require.NoError(t, err)
	c, err := y.care.Leave(y.ctx, y.ann, childcare.Leaving{Child: tang.id, Collector: gran, Code: code})
	require.NoError(t, err)
	y.clk.Advance(time.Minute)
	require.NoError(t, y.care.StillHere(y.ctx, y.lead, c.ID))
	require.Equal(t, "hall Lead", y.now(tang))
	require.Equal(t, "code", y.goes(y.ann, childcare.Leaving{Child: tang.id, Collector: gran, Code: code}))
	require.Empty(t, apart(t, y.db, y.id))
}
