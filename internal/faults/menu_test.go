package faults

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// Only what stood in a menu, and was taken away with it, is not waited for.
func TestWhoOpensAMenuSeesThatItIsTakenAway(t *testing.T) {
	t.Parallel()
	api := botapi.New(botapi.Options{})
	t.Cleanup(api.Close)
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	home := &town{stage: &Stage{}, bot: api.AddBot("7:hush", "lane_bot", "Lane"), people: map[int64]*person{}}
	l, p := &life{town: home}, home.newPerson(5, "Mei")
	p.phone.Start("")
	call := func(method, of, label string) {
		t.Helper()
		body := fmt.Sprintf(`{"chat_id":5,%s"text":"No. 1","reply_markup":{"inline_keyboard":[[{"text":"%s","callback_data":"c"}]]}}`, of, label)
		res, err := http.Post(server.URL+"/bot7:hush/"+method, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, http.StatusOK, res.StatusCode)
	}
	call("sendMessage", "", "Urgent")
	card := fmt.Sprintf(`"message_id":%d,`, p.phone.Chat().Last().ID)
	call("editMessageText", card, "More")
	require.False(t, l.taken(p, "Urgent"), "it opened none")

	p.opens("More")
	require.False(t, l.taken(p, "Urgent"), "it stood there before, and may come again")
	call("editMessageText", card, "More>")
	p.opens("More>")
	call("editMessageText", card, "Urgent")
	require.False(t, l.taken(p, "Urgent"), "it stands there")
	call("editMessageText", card, "More")
	require.True(t, l.taken(p, "Urgent"))
	require.False(t, l.taken(p, "Nonsense"), "it never stood there")
	p.opens("Pass")
	require.False(t, l.taken(p, "Urgent"), "it was left")
}
