package faults_test

import (
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/faults"
)

var (
	outage  = flag.Duration("outage", 3*time.Second, "how long Postgres is gone")
	updates = flag.Int("updates", 50, "how many updates come meanwhile")
)

func TestPostgresIsGone(t *testing.T) {
	t.Parallel()
	binary := linli(t)
	const people = 5
	s := newStage(t, faults.Setting{Binary: binary, Own: true, Towns: 1, Persons: people, Idle: true, Haste: 10})
	require.NoError(t, s.Open(t.Context()))
	found, err := s.Endure(t.Context(), faults.Outage{For: *outage, Updates: *updates})
	require.NoError(t, err)
	report(t, s, found)
}
