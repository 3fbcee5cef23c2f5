package faults

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A receipt that nobody waited for any more is of the report that was given up, and not
// of the one in hand when it came: but only where it may be.
func TestAReceiptMayBeOfWhatWasGivenUp(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		before report
		words  string
		found  int
	}{
		"its own words":                     {report{token: "C1"}, "C2 1", 0},
		"given up, and never acknowledged":  {report{token: "C1", doubt: true}, "C1 1", 0},
		"given up, but acknowledged before": {report{token: "C1", doubt: true, number: 1}, "C1 1", 1},
		"all went well before":              {report{token: "C1"}, "C1 1", 1},
		"nobody's words":                    {report{token: "C1", doubt: true}, "C9 1", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, next := row.before, &report{token: "C2", number: 2}
			r := &resident{person: &person{id: 7}, reports: []*report{&before, next}}
			var f findings
			f.receipt(r, next, []stored{{number: 2, words: row.words, reporter: 7}})
			require.Len(t, f, row.found)
		})
	}
}
