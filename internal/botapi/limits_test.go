package botapi_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/clock"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	const (
		anna  = "sendMessage?chat_id=7&text=x"
		boris = "sendMessage?chat_id=8&text=x"
		group = "sendMessage?chat_id=-5&text=x"
		edit  = "editMessageText?chat_id=-5&message_id=2&text="
	)
	type step struct {
		call  string
		retry string // "" where it is taken
		wait  time.Duration
	}
	for _, row := range []struct {
		name   string
		limits botapi.Limits
		steps  []step
	}{
		{"none", botapi.Limits{}, []step{{call: anna}, {call: anna}, {call: anna}}},
		{
			"to one person", botapi.Limits{Chat: botapi.Limit{Messages: 2, Per: 3 * time.Second}},
			[]step{{call: anna}, {call: anna, wait: time.Second}, {call: anna, retry: "2"}, {call: boris}, {call: group}, {call: group}, {call: group, wait: 2 * time.Second}, {call: anna}},
		},
		{
			"over all", botapi.Limits{All: botapi.Limit{Messages: 2, Per: time.Second}},
			[]step{{call: anna}, {call: group}, {call: boris, retry: "1", wait: time.Second}, {call: boris}},
		},
		{
			"to a group, edits included", botapi.Limits{Group: botapi.Limit{Messages: 2, Per: time.Minute}},
			[]step{{call: group}, {call: edit + "a"}, {call: edit + "b", retry: "60"}, {call: anna}, {call: anna}, {call: anna}},
		},
		{
			"edits at people and what is no message are free", botapi.Limits{Chat: botapi.Limit{Messages: 1, Per: time.Minute}},
			[]step{{call: anna}, {call: "editMessageText?chat_id=7&message_id=2&text=b"}, {call: "sendChatAction?chat_id=7&action=typing"}, {call: "deleteMessage?chat_id=7&message_id=2"}, {call: anna, retry: "60"}},
		},
		{
			"a refused call does not count", botapi.Limits{Chat: botapi.Limit{Messages: 1, Per: time.Minute}},
			[]step{{call: "sendMessage?chat_id=7&text=&bad=1", retry: "400"}, {call: anna}, {call: anna, retry: "60", wait: time.Minute}, {call: anna}},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				running := clock.New()
				s := botapi.New(botapi.Options{Clock: clock.Frozen(monday), Limits: row.limits})
				b := s.AddBot(token, "x", "X")
				first := b.Phone(botapi.Account{ID: 7, FirstName: "Anna"})
				first.Start("")
				second := b.Phone(botapi.Account{ID: 8, FirstName: "Boris"})
				second.Start("")
				b.Group(botapi.GroupOptions{ID: -5, Title: "House", Owner: first}).AddBot(first)
				for i, step := range row.steps {
					method, query, _ := strings.Cut(step.call, "?")
					got := ask(s, method, query)
					switch step.retry {
					case "":
						require.Equal(t, 200, got.Code, "step %d: %s", i, got.Body)
					case "400":
						require.Equal(t, 400, got.Code, "step %d", i)
					default:
						require.Equal(t, http.StatusTooManyRequests, got.Code, "step %d", i)
						require.Equal(t, step.retry, got.Header().Get("Retry-After"), "step %d", i)
						require.JSONEq(t, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after `+step.retry+
							`","parameters":{"retry_after":`+step.retry+`}}`, got.Body.String())
					}
					require.NoError(t, running.Until(t.Context(), running.Now().Add(step.wait)))
				}
			})
		})
	}
}

func TestAnAlbumCountsByItsPictures(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, botapi.Options{Limits: botapi.Limits{Chat: botapi.Limit{Messages: 3, Per: time.Hour}}})
	photo := w.anna.Photo(botapi.File{Data: picture(t, 40, 20)}, "").Media[0].FileID
	album := params{"chat_id": "7", "media": `[{"type":"photo","media":"` + photo + `"},{"type":"photo","media":"` + photo + `"}]`}
	require.True(t, w.call("sendMediaGroup", album).OK)
	require.Equal(t, 429, w.call("sendMediaGroup", album).status, "there is room for one only")
	require.True(t, w.call("sendMessage", hello).OK)
	calls := w.bot.Calls(0)
	require.Equal(t, 429, calls[1].Code)
	require.EqualValues(t, 7, calls[1].Chat)
}
