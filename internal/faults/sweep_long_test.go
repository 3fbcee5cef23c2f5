//go:build long

package faults_test

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/faults"
	"github.com/linli-bot/linli/internal/faults/proxy"
)

var sweep = flag.Int("sweep", 1, "how often each reply is lost alone")

const ofOneStage = 24 // lives

func TestEachReplyIsLostAlone(t *testing.T) {
	needs(t)
	for _, script := range faults.Scripts {
		t.Run(script.Name, func(t *testing.T) { eachReplyIsLost(t, script) })
	}
}

func eachReplyIsLost(t *testing.T, script faults.Script) {
	t.Helper()
	binary := linli(t)
	w, rng := newSweep(t, binary, script, ofOneStage)
	for n := 0; n < len(w.Points)*(*sweep); n++ {
		if w.Left() == 0 {
			require.NoError(t, w.Close())
			w, rng = newSweep(t, binary, script, ofOneStage)
		}
		p := w.Points[n%len(w.Points)]
		loss := faults.Loss{Point: p, Nth: 1 + rng.IntN(p.Times), Deed: proxy.LoseReply}
		found, idle, err := w.Lose(t.Context(), 1, loss)
		require.NoError(t, err)
		t.Logf("%4d: %s (of %d): %d findings, idle %t", n, loss, p.Times, len(found), len(idle) > 0)
		for _, f := range found {
			t.Errorf("%s: %s", loss, f)
		}
	}
}

func TestRedisFailsAtEveryStep(t *testing.T) {
	needs(t)
	for _, script := range faults.Scripts {
		t.Run(script.Name, func(t *testing.T) { redisFailsAtEveryStep(t, script) })
	}
}

func redisFailsAtEveryStep(t *testing.T, script faults.Script) {
	t.Helper()
	binary := linli(t)
	for _, b := range []faults.Blow{faults.KillRedis, faults.HangRedis, faults.FlushRedis} {
		for from := 0; from < script.Steps(); from += ofOneStage {
			var steps []int
			for step := from; step < min(from+ofOneStage, script.Steps()); step++ {
				steps = append(steps, step)
			}
			w, _ := newSweep(t, binary, script, len(steps))
			loseRedis(t, w, b, steps)
			require.NoError(t, w.Close())
		}
	}
}
