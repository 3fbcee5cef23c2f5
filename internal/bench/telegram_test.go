package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
)

// town is a server with residents, and a client that plays the bot.
func town(t *testing.T, s setting) (*telegram, func(method, body string) string) {
	t.Helper()
	live, hush := context.WithCancel(t.Context())
	tg, err := openTelegram(live, s, 100)
	require.NoError(t, err)
	t.Cleanup(func() { hush(); tg.close() })
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	return tg, func(method, body string) string {
		res, err := client.Post(tg.http.url()+"/botX/"+method, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		raw, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.True(t, json.Valid(raw), "%s", raw)
		return string(raw)
	}
}

const poll = `{"offset":%d,"timeout":5}`

func keys(labels ...string) string {
	var rows []string
	for i, label := range labels {
		rows = append(rows, fmt.Sprintf(`[{"text":%q,"callback_data":"s.%d:%s"}]`, label, i, label))
	}
	return `{"inline_keyboard":[` + strings.Join(rows, ",") + `]}`
}

func TestAResidentReadsTheBotsScreens(t *testing.T) {
	t.Parallel()
	tg, call := town(t, setting{residents: 1})
	tg.residents[firstPerson].begin()
	next := int64(101)
	for _, step := range []struct{ does, then string }{
		{`"text":"/start"`, `"text":"Hello R0! If something is wrong, send a photo.","reply_markup":{"keyboard":[[{"text":"Report a problem"}]]}`},
		{`"text":"Report a problem"`, `"text":"What is it about?","reply_markup":` + keys("Stair lamp", "Water", "Cancel")},
		{`"data":"s.0:Stair lamp"`, `"text":"Where is it?","message_id":9,"reply_markup":` + keys("building 3", "Back", "Cancel")},
		{`"data":"s.0:building 3"`, `"text":"What is wrong?","message_id":9,"reply_markup":` + keys("Back", "Cancel")},
		{`"text":"R0C1 it is dark`, `"text":"Send a photo if you have one.","reply_markup":` + keys("Skip", "Back", "Cancel")},
		{`"data":"s.0:Skip"`, `"text":"Shall I send it like this?","message_id":9,"reply_markup":` + keys("Send", "Change", "Cancel")},
		{`"data":"s.0:Send"`, `"text":"<b>Sent, number 3.</b>\nDaniel will look.","message_id":9,"reply_markup":` + keys("Take back", "My matters")},
		{`"text":"/start"`, ``},
	} {
		got := call("getUpdates", fmt.Sprintf(poll, next))
		require.Contains(t, got, fmt.Sprintf(`"update_id":%d`, next))
		require.Contains(t, got, step.does)
		next++
		if step.then == "" {
			break
		}
		method := "sendMessage"
		if strings.Contains(step.then, "message_id") {
			method = "editMessageText"
		}
		require.Contains(t, call(method, `{"chat_id":10000,`+step.then+`}`), `"message_id":`)
		call("answerCallbackQuery", `{"callback_query_id":"1"}`)
		call("sendMessage", `{"chat_id":900,"text":"No. 3 Stair lamp"}`)
	}
	c := tg.tally.cut()
	require.Len(t, c.answers, 7)
	require.Len(t, c.taps, 4)
	require.Equal(t, int64(1), c.reports)
	require.Equal(t, int64(7), c.pings)
	require.Equal(t, int64(21), c.calls)
	require.Equal(t, int64(1), tg.http.connections(), "connections are kept")
}

func TestAScreenThatComesAgainIsNoAnswer(t *testing.T) {
	t.Parallel()
	tg, call := town(t, setting{residents: 1})
	tg.residents[firstPerson].begin()
	question := `{"chat_id":10000,"text":"What is it about?","reply_markup":` + keys("Stair lamp") + `}`
	call("sendMessage", question)
	call("sendMessage", question)
	_, last := tg.queue.state()
	require.Equal(t, int64(102), last, "/start and one tap")
	require.Equal(t, 1, tg.waiting())
}

func TestUpdatesAreHandedOutUntilTheyAreAcknowledged(t *testing.T) {
	t.Parallel()
	tg, call := town(t, setting{residents: 2})
	came := make(chan string)
	go func() { came <- call("getUpdates", fmt.Sprintf(poll, 0)) }()
	require.Eventually(t, func() bool { polls, _ := tg.queue.state(); return polls == 1 }, time.Minute, time.Millisecond)
	tg.residents[firstPerson].begin()
	require.Contains(t, <-came, `"update_id":101`, "a poll that waits is answered at once")
	tg.residents[firstPerson+1].begin()
	both := call("getUpdates", fmt.Sprintf(poll, 0))
	require.Contains(t, both, `"update_id":101`)
	require.Contains(t, both, `"update_id":102`)
	require.NotContains(t, call("getUpdates", fmt.Sprintf(poll, 102)), `"update_id":101`)
	require.Equal(t, `{"ok":true,"result":[]}`, call("getUpdates", `{"offset":103,"timeout":0}`))
}

func TestAnUpdateThatIsNotTakenGoesToTheNextReplica(t *testing.T) {
	t.Parallel()
	tg, call := town(t, setting{residents: 1})
	took := make(chan string, 9)
	var served []string
	for name, status := range map[string]int{"well": http.StatusOK, "ill": http.StatusServiceUnavailable} {
		replica := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body) // what is missing is missed below
			w.WriteHeader(status)
			took <- name + " " + r.Header.Get("X-Telegram-Bot-Api-Secret-Token") + " " + string(body)
		}))
		t.Cleanup(replica.Close)
		served = append(served, replica.URL)
	}
	tg.hook = newHook(t.Context(), clock.New(), served)
	call("setWebhook", `{"url":"http://127.0.0.1/telegram/7000001","secret_token":"hush"}`)
	require.Equal(t, int64(1), tg.asked())
	require.Contains(t, call("getWebhookInfo", `{}`), `"url":"http://127.0.0.1/telegram/7000001"`)
	for range 2 { // one of them meets the ill one first
		tg.residents[firstPerson].begin()
	}
	for well := 0; well < 2; {
		got := <-took
		require.Contains(t, got, ` hush {"update_id":10`)
		if strings.HasPrefix(got, "well") {
			well++
		}
	}
}
