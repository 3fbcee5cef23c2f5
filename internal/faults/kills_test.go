package faults_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/faults"
)

// neighbours is how many residents share a secretary, who gets no more than one
// message a second.
const neighbours = 4

func TestKills(t *testing.T) {
	t.Parallel()
	binary := linli(t)
	s := newStage(t, faults.Setting{Binary: binary, Towns: max(1, *residents/neighbours), Persons: *residents})
	storm(t, s, *kills)
}

// Every script is lived while linli is killed again and again.
func TestLivesAreKilled(t *testing.T) {
	t.Parallel()
	binary := linli(t)
	scripts := slices.DeleteFunc(slices.Clone(faults.Scripts), func(s faults.Script) bool { return *script != "" && s.Name != *script })
	s := newStage(t, faults.Setting{Binary: binary, Towns: max(len(scripts), *lives), Idle: true})
	found, err := s.LiveThrough(t.Context(), *kills, scripts...)
	t.Log(s.Summary())
	require.NoError(t, err, "%v", found)
	report(t, s, found)
}

// Everything is killed, stopped, cut off and emptied in turn, at random.
func TestBlowsOfEveryKind(t *testing.T) {
	t.Parallel()
	binary := linli(t)
	s := newStage(t, faults.Setting{Binary: binary, Own: true, Towns: max(1, *residents/neighbours), Persons: *residents})
	storm(t, s, *blows, faults.Blows()...)
}

// Three replicas share the work by webhook, and one after the other is killed.
func TestReplicasAreKilled(t *testing.T) {
	t.Parallel()
	binary := linli(t)
	s := newStage(t, faults.Setting{Binary: binary, Replicas: 3, Towns: max(1, *residents/neighbours), Persons: *residents})
	const gone = 500 * time.Millisecond
	storm(t, s, *blows, faults.KillReplica(0, gone), faults.KillReplica(1, gone), faults.KillReplica(2, gone))
}

// The wires to Postgres, Redis and Telegram are slow, in pieces and silent.
func TestWiresAreBad(t *testing.T) {
	t.Parallel()
	binary := linli(t)
	s := newStage(t, faults.Setting{Binary: binary, Wires: true, Towns: max(1, *residents/neighbours), Persons: *residents})
	storm(t, s, *blows, faults.Toxics()...)
}

func storm(t *testing.T, s *faults.Stage, blows int, kinds ...faults.Blow) {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, s.Open(ctx))
	require.NoError(t, s.Storm(ctx, blows, kinds...))
	found, err := s.Finish(ctx)
	require.NoError(t, err)
	t.Log(s.Summary())
	report(t, s, found)
}
