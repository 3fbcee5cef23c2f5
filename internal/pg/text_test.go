package pg_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/pg"
)

func TestTextIsWhatPostgresTakes(t *testing.T) {
	t.Parallel()
	require.Equal(t, "楼道灯 坏了", pg.Text("  楼道\x00灯 坏\xff了\n"))
	require.Equal(t, "楼道", pg.Cut("楼道灯", 2))
	require.Equal(t, "楼道灯", pg.Cut("楼道灯", 3))
}
