package flow

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/i18n"
)

// The clock runs on while a second person looks at a proposed end, and it counts as
// late when it has run out: both read by when.
func TestTheCardOfAProposedEndTellsByWhen(t *testing.T) {
	t.Parallel()
	words, err := i18n.Load()
	require.NoError(t, err)
	now := time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)
	by := now.Add(48 * time.Hour)
	v := Visit{Texts: words.In("en", now, time.UTC), Now: now}
	for status, lines := range map[cases.Status]int{cases.Taken: 1, cases.Proposed: 1, cases.Assigned: 0, cases.Referred: 0} {
		require.Len(t, v.clockLines(cases.Case{Status: status, DoneBy: &by}), lines, status)
	}
}
