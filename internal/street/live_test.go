package street_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// event is one server-sent event of the page.
type event struct{ Kind, Name, Text string }

// listen opens the stream of changes; what it brings is in the channel.
func (w *world) listen(path string) <-chan event {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.page.URL+path, nil)
	require.NoError(w.t, err)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(w.t, err)
	require.Equal(w.t, "text/event-stream", answer.Header.Get("Content-Type"))
	events := make(chan event, 64)
	go func() {
		defer close(events)
		defer func() { _ = answer.Body.Close() }() // read to its end
		var e event
		lines := bufio.NewScanner(answer.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if kind, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				e.Kind = kind
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				if json.Unmarshal([]byte(data), &e) == nil {
					events <- e
				}
			}
		}
	}()
	return events
}

// next waits for the first event that fits.
func next(t *testing.T, events <-chan event, fits func(e event) bool) event {
	t.Helper()
	patience := time.NewTimer(time.Minute)
	defer patience.Stop()
	for {
		select {
		case e, open := <-events:
			require.True(t, open, "the stream ended")
			if fits(e) {
				return e
			}
		case <-patience.C:
			require.Fail(t, "the event never came")
		}
	}
}

func TestChangesArriveByThemselves(t *testing.T) {
	t.Parallel()
	w := started(t)
	events := w.listen("/street/live?lang=en")
	next(t, events, func(e event) bool { return e.Kind == "clock" && e.Text == "Monday 23 November 12:00" })

	w.call("sendMessage", map[string]any{"chat_id": 12, "text": "No. 208: <b>stairway lamp</b>", "parse_mode": "HTML"})
	e := next(t, events, func(e event) bool { return e.Kind == "phone" })
	require.Equal(t, "member", e.Name, "the phone that has not changed is not sent")
	require.Contains(t, e.Text, "No. 208: <b>stairway lamp</b>")

	w.clock.Advance(2 * time.Minute)
	next(t, events, func(e event) bool { return e.Kind == "clock" && e.Text == "Monday 23 November 12:02" })
}

func TestHintSaysWhatToDoNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	events := w.listen("/street/live?lang=en")
	hint := func(text string) {
		t.Helper()
		next(t, events, func(e event) bool { return e.Kind == "hint" && strings.Contains(e.Text, text) })
	}
	hint("Begin on the phone of Mrs Wang")
	w.post("/street/phone/resident/start?lang=en", nil)
	hint("Send the photo of the broken lamp on the phone of Mrs Wang")
	w.post("/street/phone/resident/give?lang=en", map[string][]string{"sample": {"lamp"}})
	hint("Begin on the phone of Li Jun")
	w.ask("Is it in your entrance?", map[string]any{"text": "Yes, send", "callback_data": "yes"})
	hint("let two minutes pass")
	w.post("/street/phone/member/start?lang=en", nil)
	w.clock.Advance(time.Minute)
	w.call("sendMessage", map[string]any{"chat_id": 12, "text": "No. 208", "reply_markup": map[string]any{
		"inline_keyboard": [][]any{{map[string]any{"text": "I'll go", "callback_data": "go"}}},
	}})
	hint("Now the phone of Li Jun")
	w.call("sendMessage", map[string]any{"chat_id": 12, "text": "Thank you"})
	hint("let two minutes pass")
	w.clock.Advance(time.Minute)
	w.ask("Is it fixed?", map[string]any{"text": "Fixed", "callback_data": "fixed"})
	hint("Now the phone of Mrs Wang")
	w.call("sendMessage", map[string]any{"chat_id": 11, "text": "Wonderful"})
	hint("Write, tap or send a picture")
}

func TestHintLeadsToWhomSomethingIsAskedOf(t *testing.T) {
	t.Parallel()
	w := started(t)
	w.bot.Phone(botapi.Account{ID: 13}).Start("")
	sent := func(chat int64, label string) {
		t.Helper()
		w.call("sendMessage", map[string]any{"chat_id": chat, "text": "No. 208", "reply_markup": map[string]any{
			"inline_keyboard": [][]any{{map[string]any{"text": label, "callback_data": label}}},
		}})
	}
	hint := func(text, why string) {
		t.Helper()
		_, body := w.get("/?lang=en")
		require.Contains(t, body, text, why)
	}
	sent(12, "I'll go")
	sent(11, "Take back")
	hint("Now the phone of Li Jun", "what the first was sent at once with it is a receipt")
	w.clock.Advance(time.Minute)
	sent(13, "I'll go")
	sent(11, "Take back")
	hint("Something has come for Chen Hua. Open that phone", "on a phone that is closed")
	sent(12, "I'll go")
	hint("Now the phone of Li Jun", "of two asked at once, the one that is open")
	w.clock.Advance(time.Minute)
	sent(11, "Fixed")
	hint("Now the phone of Mrs Wang", "the newest")
}

func TestATroubleIsSaidAlsoWhereTheDrawerIsClosed(t *testing.T) {
	t.Parallel()
	w := started(t)
	events := w.listen("/street/live?lang=zh")
	w.act("/street/trouble?lang=en", url.Values{"what": {"down"}})
	next(t, events, func(e event) bool { return e.Kind == "hint" && strings.Contains(e.Text, "“工具”") })
	_, body := w.get("/?lang=en")
	require.Contains(t, body, "nothing goes out. “Tools” above brings it back.")
	w.act("/street/trouble?lang=en", url.Values{"what": {"down"}})
	_, body = w.get("/?lang=en")
	require.NotContains(t, body, "“Tools” above")
}
