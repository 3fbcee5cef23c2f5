package flow

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/i18n"
)

func TestADigestNeverCutsTheNumberToCall(t *testing.T) {
	t.Parallel()
	catalog, err := i18n.Load()
	require.NoError(t, err)
	for name, row := range map[string]struct{ lang, text, want string }{
		"at the end of a long line": {
			"en", "No. 1 (Water) takes longer than you were told. Daniel is still at it. If you cannot wait, call: 555-0100",
			"No. 1 (Water) takes longer than you were told. Daniel… Call: 555-0100",
		},
		"in Chinese": {
			"zh", "1号（水管）要比说的晚一些，志强还在管。着急请打：555-0100", "1号（水管）要比说的晚一些，志强还在管。请打：555-0100",
		},
		"in a long line of Chinese": {
			"zh", "12号（楼道灯）：还没找到能去的人，我们还在找。请别干等，打：555-0100", "12号（楼道灯）：还没找到能去的人，我们还在…请打：555-0100",
		},
		"below the line": {
			"en", "Sent, number 1.\nNobody is on duty now. If it is urgent, call: 555-0100", "Sent, number 1. Call: 555-0100",
		},
		"somebody else's": {
			"en", "Given to Priya: tomorrow 8 am to 8 pm. Please phone, Priya is not on Telegram: 0535-555-0110",
			"Given to Priya: tomorrow 8 am to 8 pm. Please… Call: 0535-555-0110",
		},
		"where there is none": {"en", "No. 12345, report: Daniel says it is done.\nIs it fixed?", "No. 12345, report: Daniel says it is done."},
		"nothing is drawn":    {"en", "", "something new about your matter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := Visit{Community: community.Community{OfficePhone: "555-0100"}, Texts: catalog.In(row.lang, time.Time{}, time.UTC)}
			require.Equal(t, row.want, v.inBrief(row.text))
		})
	}
}
