package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// visitor plays on the street page without a browser.
type visitor struct {
	*testStage
	page string
}

func visit(t *testing.T, lang string) visitor {
	t.Helper()
	ts := newTestStage(t, lang)
	require.NoError(t, witness(t.Context(), ts.app.db))
	page := httptest.NewServer(ts.handler())
	t.Cleanup(page.Close)
	return visitor{ts, page.URL}
}

func (v visitor) do(method, path string, form url.Values) (body string) {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.page+path, strings.NewReader(form.Encode()))
	require.NoError(v.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	require.NoError(v.t, err)
	defer func() { require.NoError(v.t, answer.Body.Close()) }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(v.t, err)
	require.Equal(v.t, http.StatusOK, answer.StatusCode, string(text))
	return string(text)
}

func (v visitor) post(path string, pairs ...string) string {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return v.do(http.MethodPost, path+"?lang="+v.towns[0].lang, form)
}

func (v visitor) on(who, action string, pairs ...string) {
	v.t.Helper()
	v.post("/street/phone/"+who+"-"+v.towns[0].lang+"/"+action, pairs...)
}

// tap presses the newest button with that label.
func (v visitor) tap(who, label string) {
	v.t.Helper()
	v.settleDown()
	messages := v.phone(who).Chat().Messages
	for i := len(messages) - 1; i >= 0; i-- {
		if data := dataOf(messages[i], label); data != "" {
			v.on(who, "tap", "message", strconv.FormatInt(messages[i].ID, 10), "data", data)
			return
		}
	}
	v.t.Fatalf("no message shows [%s]", label)
}

// TestADialogSurvivesAKill kills linli from the page between two answers.
func TestADialogSurvivesAKill(t *testing.T) {
	t.Parallel()
	v := visit(t, "en")
	v.on("resident", "give", "sample", "lamp")
	v.settleDown()
	first := v.current()
	half, err := first.db.Beginx() // something is under way
	require.NoError(t, err)
	require.Contains(t, v.post("/street/trouble", "what", "kill"), "lives again")
	require.NotSame(t, first, v.current())
	_, err = half.Exec(`SELECT 1`)
	require.Error(t, err, "what was under way is broken off")
	require.Error(t, half.Rollback())
	_, err = first.db.Exec(`SELECT 1`)
	require.Error(t, err, "the dead one reaches nothing")
	v.tap("resident", "Yes, send")
	v.settleDown()
	require.Contains(t, newest(v.phone("resident").Chat().Messages).Text, "Sent, number 1")
	var sent int
	require.NoError(t, v.app.db.Get(&sent, `SELECT count(*) FROM cases WHERE number IS NOT NULL`))
	require.Equal(t, 1, sent)
}

func TestWhatIsDoneWhileTelegramIsDownComesAfterwards(t *testing.T) {
	t.Parallel()
	v := visit(t, "en")
	before := len(v.phone("resident").Chat().Messages)
	v.post("/street/trouble", "what", "down")
	v.on("resident", "say", "text", "/help")
	require.Contains(t, v.post("/street/clock", "by", "hour"), "It is Monday 23 November 10:05 now.")
	require.Len(t, v.phone("resident").Chat().Messages, before+1, "nobody answers")
	v.post("/street/trouble", "what", "down")
	require.Eventually(t, func() bool { return len(v.phone("resident").Chat().Messages) == before+2 }, mostWait, 20*time.Millisecond)
}

// A tap that nobody reads is dropped after a while, by the clock of the page.
func TestAnOutageOnThePageLosesATapAndSaysSo(t *testing.T) {
	t.Parallel()
	v := visit(t, "en")
	phone := v.phone("resident")
	v.on("resident", "key", "label", "Report a problem")
	v.settleDown()
	question := phone.Chat().Last()
	v.post("/street/trouble", "what", "down")
	_, err := phone.Tap(question.ID, dataOf(question, "Water"))
	require.NoError(t, err)
	v.post("/street/clock", "by", "hour")
	v.post("/street/trouble", "what", "down")
	require.Eventually(t, func() bool { return phone.Chat().Last().ID != question.ID }, mostWait, 20*time.Millisecond)
	require.Contains(t, phone.Chat().Last().Text, "Please answer once more.")
	require.NotEmpty(t, dataOf(phone.Chat().Last(), "Water"))
}

func TestAnUpdateThatComesTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	v := visit(t, "en")
	before := len(v.phone("resident").Chat().Messages)
	v.post("/street/trouble", "what", "twice")
	v.on("resident", "say", "text", "/help")
	v.settleDown()
	require.Len(t, v.phone("resident").Chat().Messages, before+2)
}

func TestAStormOnlyDelays(t *testing.T) {
	t.Parallel()
	v := visit(t, "en")
	v.api.Break(botapi.Fault{Kind: botapi.TooMany, RetryAfter: 1, Times: 1}) // as the button does, and shorter
	v.on("resident", "say", "text", "/help")
	require.Eventually(t, func() bool { return v.phone("resident").Chat().Last().FromBot }, mostWait, 20*time.Millisecond)
}

// TestTheInspectorTellsWhatCameOfWhat looks behind two phones.
func TestTheInspectorTellsWhatCameOfWhat(t *testing.T) {
	t.Parallel()
	v := visit(t, "en")
	v.on("resident", "give", "sample", "lamp")
	v.tap("resident", "Yes, send")
	v.settleDown()
	resident := v.do(http.MethodGet, "/?lang=en&inspect=resident-en", nil)
	for _, text := range []string{"Behind the phone of Margaret", "callback_query", "<code>sendmessage</code>", "<code>answercallbackquery</code>", "<code>cases 1</code> update <small>", "status", "outbox"} {
		require.Contains(t, resident, text)
	}
	require.NotContains(t, resident, "demo-en", "no token")
	member := v.do(http.MethodGet, "/?lang=en&inspect=member-en", nil)
	require.Contains(t, member, "set off elsewhere")
	require.Contains(t, member, "<code>sendphoto</code>")
	require.NotContains(t, member, "callback_query")
}

// TestARecordingIsATranscript records a report with everything that a script
// has words for, and plays the file in a town of its own.
func TestARecordingIsATranscript(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			words := map[string][]string{
				"en": {"Yes, send", "I'll go", "Call", "My matters", "Fixed", "Done"},
				"zh": {"是，送出", "我去", "打电话", "我的事", "好了", "办好了"},
			}[lang]
			v := visit(t, lang)
			v.clk.Advance(2*time.Hour + 7*time.Second)
			v.post("/street/record/resident-" + lang)
			v.on("resident", "give", "sample", "lamp")
			v.tap("resident", words[0])
			v.clk.Advance(95 * time.Second)
			v.tap("member", words[1])
			v.post("/street/trouble", "what", "kill")
			v.on("member", "give", "sample", "lit")
			v.tap("member", words[5])
			v.on("resident", "key", "label", words[3])
			v.post("/street/clock", "by", "hour")
			v.on("newcomer", "start")
			v.tap("resident", words[4])
			v.on("resident", "say", "text", "hello\nthere")
			v.post("/street/record/resident-" + lang)
			file := v.do(http.MethodGet, "/street/record/resident-"+lang, nil)
			for _, line := range []string{`resident> hello\nthere`, "resident> {photo}", "resident> [" + words[0] + "]", "> skip 1m35s", "> restart", "> skip 1h", "newcomer> {start at_b3u2}", "> at 2026-11-23 11:05:07"} {
				require.Contains(t, file, "\n"+line+"\n")
			}
			require.Equal(t, file, playTranscript(t, "recorded."+lang+".dlg", file))
		})
	}
}
