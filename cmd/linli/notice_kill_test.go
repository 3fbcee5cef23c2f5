package main

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// TestANoticeSurvivesAKill lets a notice out to fifty more, and kills linli from the
// street page when some of them have it.
func TestANoticeSurvivesAKill(t *testing.T) {
	t.Parallel()
	const readers, water = 50, "Water off tomorrow"
	v := visitor{testStage: newTestStageAt(t, "en", monday, func(p *parts) { p.rules = outbox.TelegramRules })}
	page := httptest.NewServer(v.handler())
	t.Cleanup(page.Close)
	v.page = page.URL
	phones := make([]*botapi.Phone, readers)
	for i := range phones {
		account := botapi.Account{ID: int64(6000 + i), FirstName: fmt.Sprintf("Reader%02d", i), LanguageCode: "en"}
		phones[i] = v.towns[0].bot.Phone(account)
		phones[i].Start("")
	}
	v.settleDown()
	_, err := v.app.db.Exec(`UPDATE persons SET consent_at = created_at WHERE telegram >= 6000`)
	require.NoError(t, err)

	chief, err := people.Secretary(t.Context(), v.app.db, v.community())
	require.NoError(t, err)
	secretary := people.Actor{Community: v.community(), Person: chief.ID}
	n, err := v.app.notices.Confirm(t.Context(), secretary, notices.Draft{
		Key: "kill", Weight: notices.Important, Language: "en", Texts: notices.Words{"en": water}, For: notices.Audience{People: true}, Answer: notices.Seen,
	})
	require.NoError(t, err)
	have := func() (some, most int) {
		for _, p := range phones {
			copies := 0
			for _, m := range p.Chat().Messages {
				if m.FromBot && strings.Contains(m.Text, water) {
					copies++
				}
			}
			some, most = some+min(copies, 1), max(most, copies)
		}
		return some, most
	}
	v.clk.Advance(notices.Grace)
	require.Eventually(t, func() bool { some, _ := have(); return some > readers/10 }, time.Minute, time.Millisecond)
	v.far.hangs.Store(true) // whatever else goes on, it is not through before it is killed
	require.Contains(t, v.post("/street/trouble", "what", "kill"), "lives again")
	v.far.hangs.Store(false)
	some, _ := have()
	require.Less(t, some, readers, "it was killed in the middle")
	require.NoError(t, v.skip(t.Context(), 2*time.Minute))
	some, most := have()
	require.Equal(t, readers, some)
	require.LessOrEqual(t, most, 2)
	n, err = v.current().notices.Read(t.Context(), n.Community, n.ID)
	require.NoError(t, err)
	require.Equal(t, notices.Out, n.State)
	p, err := v.current().notices.Progress(t.Context(), secretary, n.ID)
	require.NoError(t, err)
	require.Equal(t, p.People, p.Sent+p.Uncertain+p.Failed[notices.NoTelegram]+p.Failed[notices.Blocked])
}
