package faults_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/faults"
	"github.com/linli-bot/linli/internal/faults/proxy"
)

const (
	abreast    = 2  // lives side by side while replies are lost
	redisSteps = 4  // of the dialogs, tried with one failure of Redis
	losing     = 16 // of the replies, others each time: what is lost is often waited for
)

// A life is lived while many replies are lost once, and then while Redis fails
// at some of its steps.
func TestLives(t *testing.T) {
	t.Parallel()
	needs(t)
	binary := linli(t)
	w, rng := newSweep(t, binary, aScript(t), abreast+redisSteps)
	losses := make([]faults.Loss, min(losing, len(w.Points)))
	for i, nth := range rng.Perm(len(w.Points))[:len(losses)] {
		p := w.Points[nth]
		losses[i] = faults.Loss{Point: p, Nth: 1 + rng.IntN(max(1, p.Times*abreast*3/4)), Deed: proxy.LoseReply}
	}
	found, idle, err := w.Lose(t.Context(), abreast, losses...)
	require.NoError(t, err)
	t.Logf("%d replies lost, %d never asked for", len(losses)-len(idle), len(idle))
	report(t, w.Stage, found)
	blow := []faults.Blow{faults.KillRedis, faults.HangRedis, faults.FlushRedis}[rng.IntN(3)]
	loseRedis(t, w, blow, rng.Perm(w.Script.Steps())[:redisSteps])
}

func loseRedis(t *testing.T, w *faults.Sweep, b faults.Blow, steps []int) {
	t.Helper()
	found, err := w.LoseRedis(t.Context(), b, steps...)
	require.NoError(t, err)
	t.Logf("%s before the acts behind %v: %d findings", b.Name, steps, len(found))
	report(t, w.Stage, found)
}

// aScript is one of the scripts, another each time: TestLivesAreKilled plays all.
func aScript(t *testing.T) faults.Script {
	t.Helper()
	s := faults.Scripts[drawing()%uint64(len(faults.Scripts))]
	t.Logf("the script %s", s.Name)
	return s
}

func newSweep(t *testing.T, binary string, script faults.Script, lives int) (*faults.Sweep, *rand.Rand) {
	t.Helper()
	s := newStage(t, faults.Setting{Binary: binary, Towns: faults.Undisturbed + lives, Idle: true})
	w, err := faults.NewSweep(t.Context(), s, script)
	require.NoError(t, err)
	return w, rand.New(rand.NewPCG(s.Seed, 1))
}

// report fails a test for what was found, with the end of the log.
func report(t *testing.T, s *faults.Stage, found []string) {
	t.Helper()
	for _, f := range found {
		t.Error(f)
	}
	if len(found) > 0 {
		t.Log(s.Said())
	}
}
