package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTapBudgets holds what the transcripts count against what people may be
// asked to tap: TestTranscripts proves that the counts are true.
func TestTapBudgets(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]struct {
		transcript, who string
		most            int
	}{
		"a known resident reports with a photo":     {"photo", "resident", 1},
		"and nobody need tap at all":                {"self_send", "resident", 0},
		"a member accepts":                          {"accept", "member", 1},
		"a member is done: accepted, photo, tap":    {"photo", "member", 2},
		"a daughter reports for her mother: 1 more": {"family_photo_once", "daughter", 2},
		"a grandmother books a child's afternoon":   {"childcare", "resident", 2},
		"first contact from a stairway link":        {"first_poster", "newcomer", 3},
		"first contact without, up to the report":   {"first_photo", "newcomer", 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, lang := range []string{"zh", "en"} {
				script, err := os.ReadFile(fmt.Sprintf("../../bot/flow/testdata/%s.%s.dlg", b.transcript, lang))
				require.NoError(t, err)
				counts := regexp.MustCompile(`(?m)^= taps `+b.who+` (\d+)$`).FindAllSubmatch(script, -1)
				require.NotEmpty(t, counts, "%s in %s counts no taps of the %s", b.transcript, lang, b.who)
				n, err := strconv.Atoi(string(counts[len(counts)-1][1]))
				require.NoError(t, err)
				require.LessOrEqual(t, n, b.most)
			}
		})
	}
}
