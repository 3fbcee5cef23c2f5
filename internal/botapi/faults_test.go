package botapi_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/clock"
)

// raw sends a call as a plain HTTP client would, and gives what it got.
func (w *world) raw(ctx context.Context, method string, p params) (status int, header http.Header, body string, err error) {
	w.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+"/bot"+token+"/"+method, nil)
	require.NoError(w, err)
	fill(w.T, r, "form", p, nil)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, "", err
	}
	data, err := io.ReadAll(response.Body)
	return response.StatusCode, response.Header, string(data), errors.Join(err, response.Body.Close())
}

var hello = params{"chat_id": "7", "text": "hello"}

func TestFaultsAsAPlainClientSeesThem(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		fault  botapi.Fault
		status int // 0: the connection is cut
		kind   string
		body   string
		retry  string
		sent   bool
	}{
		{
			name: "too many", fault: botapi.Fault{Kind: botapi.TooMany, RetryAfter: 17}, status: 429, kind: "application/json", retry: "17",
			body: `{"description":"Too Many Requests: retry after 17","error_code":429,"ok":false,"parameters":{"retry_after":17}}`,
		},
		{
			name: "server error", fault: botapi.Fault{Kind: botapi.ServerError}, status: 502, kind: "application/json",
			body: `{"description":"Bad Gateway","error_code":502,"ok":false}`,
		},
		{
			name: "server error of a kind", fault: botapi.Fault{Kind: botapi.ServerError, Code: 500}, status: 500, kind: "application/json",
			body: `{"description":"Internal Server Error","error_code":500,"ok":false}`,
		},
		{name: "a page", fault: botapi.Fault{Kind: botapi.HTMLPage, Code: 504}, status: 504, kind: "text/html", body: "<h1>504 Gateway Timeout</h1>"},
		{name: "dropped", fault: botapi.Fault{Kind: botapi.Drop}},
		{name: "answer lost", fault: botapi.Fault{Kind: botapi.LoseAnswer}, sent: true},
		{
			name: "answer held for a while", fault: botapi.Fault{Kind: botapi.HoldAnswer, Delay: time.Millisecond},
			status: 200, kind: "application/json", body: `"ok":true`, sent: true,
		},
		{
			name: "slow", fault: botapi.Fault{Kind: botapi.Delay, Delay: time.Millisecond},
			status: 200, kind: "application/json", body: `"ok":true`, sent: true,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.bot.Break(row.fault)
			status, header, body, err := w.raw(soon(t), "sendMessage", hello)
			require.Equal(t, row.status == 0, err != nil, "%v", err)
			require.Equal(t, row.status, status)
			require.Equal(t, row.retry, header.Get("Retry-After"))
			require.Equal(t, row.kind, header.Get("Content-Type"))
			require.Contains(t, body, row.body)
			require.Equal(t, row.sent, w.anna.Chat().Last().Text == "hello")
		})
	}
}

func TestAnAnswerIsHeldUntilMended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mend := w.bot.Break(botapi.Fault{Kind: botapi.HoldAnswer, Method: "sendMessage", Times: 1})
	answered := make(chan answer, 1)
	go func() { answered <- w.call("sendMessage", hello) }()
	_, err := w.bot.Wait(soon(t), 7, func(v botapi.View) bool { return v.Last().Text == "hello" })
	require.NoError(t, err, "the work is done")
	require.Empty(t, w.server.Faults(), "it hits no other call")
	w.send1(params{"chat_id": "7", "text": "behind it"})
	require.Empty(t, answered, "but the answer is held")
	mend()
	mend()
	require.True(t, (<-answered).OK)
}

func TestMendingAllLetsHeldAnswersGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.server.Break(botapi.Fault{Kind: botapi.HoldAnswer, Times: 1})
	w.server.Break(botapi.Fault{Kind: botapi.Delay, Delay: time.Hour, Method: "sendPhoto"})
	answered := make(chan answer, 1)
	go func() { answered <- w.call("sendMessage", hello) }()
	_, err := w.bot.Wait(soon(t), 7, func(v botapi.View) bool { return v.Last().Text == "hello" })
	require.NoError(t, err)
	w.server.Mend()
	require.True(t, (<-answered).OK)
	require.Empty(t, w.server.Faults())
}

func TestClosingCutsHeldAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.bot.Break(botapi.Fault{Kind: botapi.HoldAnswer})
	cutOff := make(chan error, 1)
	go func() {
		_, _, _, err := w.raw(context.Background(), "sendMessage", hello)
		cutOff <- err
	}()
	_, err := w.bot.Wait(soon(t), 7, func(v botapi.View) bool { return v.Last().Text == "hello" })
	require.NoError(t, err)
	w.server.Close()
	require.Error(t, <-cutOff)
}

func TestASlowCallIsDoneAlsoForACallerThatIsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		running := clock.New()
		s := botapi.New(botapi.Options{Clock: running})
		b := s.AddBot(token, "x", "X")
		anna := b.Phone(botapi.Account{ID: 7})
		anna.Start("")
		b.Break(botapi.Fault{Kind: botapi.Delay, Delay: time.Minute})
		ctx, cancel := context.WithCancel(t.Context())
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/bot"+token+"/sendMessage?chat_id=7&text=hello", nil)
		go s.ServeHTTP(httptest.NewRecorder(), r)
		synctest.Wait()
		cancel()
		require.NoError(t, running.Until(t.Context(), running.Now().Add(59*time.Second)))
		require.Equal(t, "/start", anna.Chat().Last().Text)
		require.NoError(t, running.Until(t.Context(), running.Now().Add(time.Second)))
		synctest.Wait()
		require.Equal(t, "hello", anna.Chat().Last().Text)
	})
}

func TestWhomAFaultHits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.bot.Phone(botapi.Account{ID: 8, FirstName: "Boris"})
	other.Start("")
	codes := func(calls ...func() answer) (out []int) {
		for _, call := range calls {
			out = append(out, call().status)
		}
		return out
	}
	toAnna := func() answer { return w.call("sendMessage", hello) }
	toBoris := func() answer { return w.call("sendMessage", params{"chat_id": "8", "text": "hello"}) }
	action := func() answer { return w.call("sendChatAction", params{"chat_id": "7", "action": "typing"}) }
	poll := func() answer { return w.call("getUpdates", nil) }
	tapped := w.anna.TapOld(1, "x").ID
	answerTap := func() answer { return w.call("answerCallbackQuery", params{"callback_query_id": tapped}) }
	five := botapi.ServerError
	for _, row := range []struct {
		name  string
		fault botapi.Fault
		calls []func() answer
		want  []int
	}{
		{"one method, in any case", botapi.Fault{Kind: five, Method: "SENDmessage"}, []func() answer{toAnna, action}, []int{502, 200}},
		{"one chat", botapi.Fault{Kind: five, Chat: 7}, []func() answer{toBoris, toAnna, answerTap}, []int{200, 502, 502}},
		{"everything but polling", botapi.Fault{Kind: five}, []func() answer{toAnna, action, poll}, []int{502, 502, 200}},
		{"polling too", botapi.Fault{Kind: five, Method: "*"}, []func() answer{toAnna, poll}, []int{502, 502}},
		{"polling alone", botapi.Fault{Kind: five, Method: "getUpdates"}, []func() answer{toAnna, poll}, []int{200, 502}},
		{"two calls", botapi.Fault{Kind: five, Times: 2}, []func() answer{toAnna, action, toAnna}, []int{502, 502, 200}},
		{"every third", botapi.Fault{Kind: five, Every: 3}, []func() answer{toAnna, toAnna, toAnna, toAnna, toAnna, toAnna}, []int{200, 200, 502, 200, 200, 502}},
		{"every second, once", botapi.Fault{Kind: five, Every: 2, Times: 1}, []func() answer{toAnna, toAnna, toAnna, toAnna}, []int{200, 502, 200, 200}},
	} {
		for _, side := range []struct {
			name   string
			breaks func(botapi.Fault) func()
		}{{"the bot's", w.bot.Break}, {"all bots'", w.server.Break}} {
			mend := side.breaks(row.fault)
			require.Equal(t, row.want, codes(row.calls...), "%s, %s", row.name, side.name)
			mend()
			require.Equal(t, 200, toAnna().status, "mended")
		}
	}
	w.server.AddBot("43:other", "other_bot", "Other").Break(botapi.Fault{Kind: five})
	require.Equal(t, 200, toAnna().status, "another bot's fault")
}

func TestTheOldestFaultHitsFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.server.Break(botapi.Fault{Kind: botapi.TooMany, Times: 1})
	w.bot.Break(botapi.Fault{Kind: botapi.ServerError, Code: 503, Times: 1})
	require.Len(t, w.server.Faults(), 2)
	require.Equal(t, 429, w.call("sendMessage", hello).status)
	require.Equal(t, 503, w.call("sendMessage", hello).status)
	require.Equal(t, 200, w.call("sendMessage", hello).status)
	calls := w.bot.Calls(0)
	require.Len(t, calls, 3, "what was refused is in the log")
	require.Equal(t, []int{429, 503, 200}, []int{calls[0].Code, calls[1].Code, calls[2].Code})
	require.EqualValues(t, 7, calls[0].Chat)
}

func (w *world) control(method, path, body string) (int, string) {
	w.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, w.url+path, strings.NewReader(body))
	require.NoError(w, err)
	response, err := http.DefaultClient.Do(r)
	require.NoError(w, err)
	data, err := io.ReadAll(response.Body)
	require.NoError(w, errors.Join(err, response.Body.Close()))
	return response.StatusCode, string(data)
}

func TestFaultsByHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.server.AddBot("43:other", "other_bot", "Other")
	for _, row := range []struct{ name, method, path, body, want string }{
		{"none stands", "GET", "/faults", "", `[]`},
		{"break", "POST", "/faults", `{"kind":"too_many","retry_after":3,"times":1}`, `{"id":1}`},
		{"break one bot", "POST", "/faults", `{"kind":"delay","delay":"1ms","bot":42,"method":"sendMessage"}`, `{"id":2}`},
		{
			"both stand", "GET", "/faults", "",
			`[{"kind":"too_many","retry_after":3,"code":502,"times":1,"id":1,"hits":0},{"kind":"delay","method":"sendmessage","code":502,"id":2,"bot":42,"delay":"1ms","hits":0}]`,
		},
		{"mend one", "DELETE", "/faults/1", "", ""},
		{"mend it again", "DELETE", "/faults/1", "", "no such fault\n"},
		{"no such bot", "POST", "/faults", `{"kind":"delay","bot":44}`, "no bot 44\n"},
		{"no such kind", "POST", "/faults", `{"kind":"fire"}`, `kind "fire" is none of`},
		{"no such field", "POST", "/faults", `{"kind":"delay","dealy":"1s"}`, `json: unknown field "dealy"`},
		{"no such time", "POST", "/faults", `{"kind":"delay","delay":"long"}`, `time: invalid duration`},
		{"which bot", "POST", "/updates", `{"repeat":1}`, "no bot 0\n"},
		{"mend all", "DELETE", "/faults", "", ""},
		{"none stands now", "GET", "/faults", "", `[]`},
	} {
		_, got := w.control(row.method, row.path, row.body)
		if len(row.want) < 60 && (row.want == "" || row.want[0] == '[') {
			require.Equal(t, row.want, got, row.name)
			continue
		}
		require.Contains(t, got, row.want, row.name)
	}
	_, _ = w.control("POST", "/faults", `{"kind":"server_error"}`)
	require.Equal(t, 502, w.call("sendMessage", hello).status)
}

func TestTheControlDoorStandsAlone(t *testing.T) {
	t.Parallel()
	s := botapi.New(botapi.Options{Clock: clock.Frozen(monday)})
	door := httptest.NewServer(s.Control())
	t.Cleanup(door.Close)
	w := &world{T: t, url: door.URL}
	status, _ := w.control("POST", "/faults", `{"kind":"drop"}`)
	require.Equal(t, 200, status)
	require.Equal(t, []botapi.Fault{{Kind: botapi.Drop, Code: 502}}, s.Faults())
	status, _ = w.control("POST", "/bot42:secret/getMe", "")
	require.Equal(t, 404, status)
}

func TestFaultsPassHandlersAround(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	around := httptest.NewServer(http.StripPrefix("/telegram", w.server))
	t.Cleanup(around.Close)
	w.url = around.URL + "/telegram"
	w.bot.Break(botapi.Fault{Kind: botapi.Drop, Times: 1})
	_, _, _, err := w.raw(soon(t), "sendMessage", hello)
	require.ErrorIs(t, err, io.EOF)
	require.True(t, w.call("sendMessage", hello).OK)
}
