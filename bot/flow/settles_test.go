package flow

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheReceiptAnswersWhatWasAskedBefore(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]bool{
		"c.send.7": true, "m.same.7.3": true, "m.belongs.7.3": true, "m.same.8.3": false, "m.belongs.8.7": false, "c.back.7": false,
	} {
		require.Equal(t, want, Settles("case.receipt", data, []byte(`{"case": 7}`)), data)
	}
}
