package faults_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/faults"
)

// planted are the faults that the check must find, each with the kill at whose
// moment it shows.
var planted = []struct {
	patch string
	aim   faults.Aim
}{
	{"acknowledge-before-commit", faults.AimBeforeCommit},
	{"session-without-row", faults.AimBeforeDone},
	{"no-unique-key", faults.AimBeforeSave},
}

// mostAims bounds the kills after which a fault must have been found.
const mostAims = 3

func TestPlantedFaultsAreFound(t *testing.T) {
	t.Parallel()
	needs(t)
	for _, p := range planted {
		t.Run(p.patch, func(t *testing.T) {
			t.Parallel()
			binary, err := faults.Build(t.Context(), root, t.TempDir(), filepath.Join("testdata", p.patch+".patch"))
			require.NoError(t, err)
			s := open(t, binary)
			var found []string
			for kills := 1; kills <= mostAims && len(found) == 0; kills++ {
				found = aimed(t, s, p.aim)
				t.Logf("after %d kills: %q", kills, found)
			}
			require.NotEmpty(t, found, "the check does not find this fault")
		})
	}
}

func TestTheSameKillsFindNothingElse(t *testing.T) {
	t.Parallel()
	binary := linli(t)
	s := open(t, binary)
	for _, p := range planted {
		require.Empty(t, aimed(t, s, p.aim), p.patch)
	}
}

func TestACommitThatEndsAfterItsProcessIsNotForgotten(t *testing.T) {
	t.Parallel()
	s := open(t, linli(t))
	require.Empty(t, aimed(t, s, faults.AimDuringCommit))
}

func open(t *testing.T, binary string) *faults.Stage {
	t.Helper()
	s := newStage(t, faults.Setting{Binary: binary, Towns: 3, Persons: 3, Idle: true, Haste: 10})
	require.NoError(t, s.Open(t.Context()))
	require.NoError(t, s.Settle(t.Context()))
	return s
}

func aimed(t *testing.T, s *faults.Stage, aim faults.Aim) []string {
	t.Helper()
	require.NoError(t, aim(t.Context(), s))
	found, err := s.Finish(t.Context())
	require.NoError(t, err)
	return found
}
