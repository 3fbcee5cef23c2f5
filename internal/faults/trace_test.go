package faults

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Lives that turn a minute, an hour or a day apart are told the same.
func TestHoursOfTextsAreNotCompared(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"reported it today, 6:09 pm. Quill looks at it": "reported it then. Quill looks at it",
		"reported it yesterday, 11:50 am":               "reported it then",
		"every day from 8 am":                           "every day from then",
		"3 of 12 visits, building 3, entrance 1":        "3 of 12 visits, building 3, entrance 1",
	} {
		require.Equal(t, want, hour.ReplaceAllString(text, "then"))
	}
}
