package flow

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
)

// A card that was answered is drawn again by the outbox, which may be late: by then the
// case can be with another, because whose it is did not agree with how it ended.
func TestAnAnsweredCardDrawnLateAsksNothing(t *testing.T) {
	t.Parallel()
	const reader, another = 1, 2
	answered, open := told{Code: cases.Through}, told{}
	for name, row := range map[string]struct {
		of   told
		c    cases.Case
		want bool
	}{
		"it is with another now":          {answered, cases.Case{Status: cases.Assigned, Holder: another}, true},
		"it is nobody's now":              {answered, cases.Case{Status: cases.Open}, true},
		"they are asked anew themselves":  {answered, cases.Case{Status: cases.Assigned, Holder: reader}, false},
		"it is theirs":                    {answered, cases.Case{Status: cases.Taken, Holder: reader}, false},
		"they are rung, and nobody goes":  {open, cases.Case{Status: cases.Assigned, Holder: another}, false},
		"it ended: there are no buttons":  {answered, cases.Case{Status: cases.Held, Holder: reader}, false},
		"nobody is asked, they were rung": {open, cases.Case{Status: cases.Open}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := Visit{Person: people.Person{ID: reader}}
			require.Equal(t, row.want, asksOthers(v, row.c, row.of))
		})
	}
}
