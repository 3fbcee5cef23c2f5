package botapi_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// brought is one request to a webhook; the program answers it by hand.
type brought struct {
	id      int64
	text    string // a message's, or a tap's data
	body    string
	header  http.Header
	answers chan func(http.ResponseWriter)
}

func (b brought) ok()             { b.answer(func(http.ResponseWriter) {}) }
func (b brought) status(code int) { b.answer(func(w http.ResponseWriter) { w.WriteHeader(code) }) }

func (b brought) answer(how func(http.ResponseWriter)) { b.answers <- how }

// program is what listens at a webhook.
type program struct {
	*testing.T
	url  string
	came chan brought
}

func newProgram(t *testing.T) *program {
	t.Helper()
	p := &program{T: t, came: make(chan brought, 1000)}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

func (p *program) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return // the server has gone away
	}
	b := brought{body: string(data), header: r.Header, answers: make(chan func(http.ResponseWriter), 1)}
	var u update
	if json.Unmarshal(data, &u) == nil {
		b.id = u.ID
		switch {
		case u.Message != nil:
			b.text = u.Message.Text
		case u.Callback != nil:
			b.text = u.Callback.Data
		}
	}
	p.came <- b
	select {
	case how := <-b.answers:
		how(w)
	case <-r.Context().Done():
	}
}

// next waits for the next request.
func (p *program) next() brought {
	p.Helper()
	select {
	case b := <-p.came:
		return b
	case <-time.After(10 * time.Second):
		p.Fatal("nothing is brought")
		return brought{}
	}
}

// hooked is a world whose bot has a webhook; the /start is delivered.
func hooked(t *testing.T, more params) (*world, *program) {
	t.Helper()
	p := newProgram(t)
	w := newWorldWith(t, botapi.Options{Webhooks: botapi.Webhooks{Second: time.Millisecond}})
	w.setWebhook(p.url, more)
	first := p.next()
	require.Equal(t, "/start", first.text)
	first.ok()
	require.Eventually(t, func() bool { return w.bot.Pending() == 0 }, 5*time.Second, time.Millisecond)
	return w, p
}

func (w *world) setWebhook(url string, more params) {
	w.Helper()
	all := params{"url": url}
	for name, value := range more {
		all[name] = value
	}
	a := w.call("setWebhook", all)
	require.Equal(w, "Webhook was set", a.Description)
	require.True(w, a.OK)
}

type webhookInfo struct {
	URL         string   `json:"url"`
	Certificate bool     `json:"has_custom_certificate"`
	Pending     int      `json:"pending_update_count"`
	Date        int64    `json:"last_error_date"`
	Message     string   `json:"last_error_message"`
	Connections int      `json:"max_connections"`
	Address     string   `json:"ip_address"`
	Allowed     []string `json:"allowed_updates"`
}

func (w *world) info() (i webhookInfo) {
	w.Helper()
	w.call("getWebhookInfo", nil).into(w.T, &i)
	return i
}

func TestAWebhookIsBroughtOneUpdatePerRequest(t *testing.T) {
	t.Parallel()
	w, p := hooked(t, params{"secret_token": "a_B-9"})
	w.anna.Say("hello")
	b := p.next()
	require.Equal(t, "hello", b.text)
	require.Equal(t, "a_B-9", b.header.Get("X-Telegram-Bot-Api-Secret-Token"))
	require.Equal(t, "application/json", b.header.Get("Content-Type"))
	require.True(t, strings.HasPrefix(b.body, `{"update_id":`), b.body)
	require.Equal(t, 1, w.bot.Pending(), "until it is answered")
	b.status(299)
	require.Eventually(t, func() bool { return w.bot.Pending() == 0 }, 5*time.Second, time.Millisecond)
	require.Empty(t, w.info().Message)
}

func TestQueuesOfAWebhook(t *testing.T) {
	t.Parallel()
	w, p := hooked(t, nil)
	boris := w.bot.Phone(botapi.Account{ID: 8, FirstName: "Boris"})
	w.anna.Say("anna 1")
	w.anna.Say("anna 2")
	w.anna.TapOld(1, "tap 1")
	w.anna.TapOld(1, "tap 2")
	boris.Say("boris 1")
	got := map[string]brought{}
	for range 3 {
		b := p.next()
		got[b.text] = b
	}
	require.Contains(t, got, "anna 1")
	require.Contains(t, got, "tap 1", "taps do not wait for texts")
	require.Contains(t, got, "boris 1", "nor people for each other")
	require.Equal(t, 5, w.info().Pending)
	require.Empty(t, p.came, "one at a time of a queue")
	got["anna 1"].ok()
	require.Equal(t, "anna 2", p.next().text)
	got["tap 1"].ok()
	require.Equal(t, "tap 2", p.next().text)
}

func TestWhichUpdatesShareAQueue(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, first, second string
		share               bool
	}{
		{"two texts of a chat", `"message":{"chat":{"id":1}}`, `"edited_message":{"chat":{"id":1}}`, true},
		{"two chats", `"message":{"chat":{"id":1}}`, `"message":{"chat":{"id":2}}`, false},
		{"text and tap", `"message":{"chat":{"id":1}}`, `"callback_query":{"from":{"id":1}}`, false},
		{"taps of one person in two chats", `"callback_query":{"from":{"id":1},"message":{"chat":{"id":-5}}}`, `"callback_query":{"from":{"id":1}}`, true},
		{"taps of two persons", `"callback_query":{"from":{"id":1}}`, `"callback_query":{"from":{"id":2}}`, false},
		{"the bot's own membership", `"my_chat_member":{"chat":{"id":1}}`, `"my_chat_member":{"chat":{"id":1}}`, true},
		{"membership and texts", `"my_chat_member":{"chat":{"id":1}}`, `"message":{"chat":{"id":1}}`, false},
		{"a member's change and request to join", `"chat_member":{"chat":{"id":9},"old_chat_member":{"user":{"id":1}}}`, `"chat_join_request":{"from":{"id":1}}`, true},
		{"a poll and its answers", `"poll":{"id":"77"}`, `"poll_answer":{"poll_id":"77"}`, true},
		{"two polls", `"poll":{"id":"77"}`, `"poll_answer":{"poll_id":"78"}`, false},
		{"reactions and texts", `"message_reaction":{"chat":{"id":1}}`, `"message":{"chat":{"id":1}}`, false},
		{"what nobody knows", `"hologram":{"chat":{"id":1}}`, `"hologram":{"chat":{"id":1}}`, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w, p := hooked(t, params{"max_connections": "2"}) // one for the first, one for what does not wait
			w.bot.Deliver(json.RawMessage("{" + row.first + "}"))
			first := p.next()
			w.bot.Deliver(json.RawMessage("{" + row.second + "}"))
			if row.share {
				w.bot.Deliver(json.RawMessage(`{"behind":"both"}`))
				require.Contains(t, p.next().body, "behind", "the second waits for the first")
				first.ok()
			}
			require.Contains(t, p.next().body, row.second)
		})
	}
}

func TestAFailingUpdateBlocksItsOwnQueueOnly(t *testing.T) {
	t.Parallel()
	w, p := hooked(t, nil)
	boris := w.bot.Phone(botapi.Account{ID: 8, FirstName: "Boris"})
	w.anna.Say("bad")
	w.anna.Say("behind it")
	var last brought
	for range 6 {
		last = p.next()
		require.Equal(t, "bad", last.text)
		last.status(500)
	}
	require.Eventually(t, func() bool { return w.info().Message != "" }, 5*time.Second, time.Millisecond)
	i := w.info()
	require.Equal(t, "Wrong response from the webhook: 500 Internal Server Error", i.Message)
	require.Equal(t, monday.Unix(), i.Date)
	boris.Say("hello")
	got := []string{}
	for len(got) < 3 {
		b := p.next()
		b.ok()
		got = append(got, b.text)
	}
	require.ElementsMatch(t, []string{"hello", "bad", "behind it"}, got)
	require.Less(t, slices.Index(got, "bad"), slices.Index(got, "behind it"))
	require.NotEmpty(t, w.info().Message, "the last error stays to be seen")
}

func TestMaxConnectionsHoldsOverall(t *testing.T) {
	t.Parallel()
	w, p := hooked(t, params{"max_connections": "2"})
	for n := range 5 {
		w.bot.Phone(botapi.Account{ID: int64(100 + n)}).Say("hello")
	}
	first, second := p.next(), p.next()
	require.Equal(t, 2, w.info().Connections)
	require.Empty(t, p.came)
	first.ok()
	third := p.next()
	require.Empty(t, p.came)
	second.status(500)
	third.ok()
	p.next().ok()
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	w, p := hooked(t, nil)
	w.anna.Say("hello")
	p.next().answer(func(rw http.ResponseWriter) {
		rw.Header().Set("Location", p.url+"/elsewhere")
		rw.WriteHeader(http.StatusFound)
	})
	again := p.next()
	require.Equal(t, "hello", again.text)
	require.Equal(t, "Wrong response from the webhook: 302 Found", w.info().Message)
	again.ok()
}

func TestACallInTheAnswerIsDone(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, kind, body, want string }{
		{"JSON", "application/json", `{"method":"sendMessage","chat_id":7,"text":"hi"}`, "hi"},
		{"a form, any case", "application/x-www-form-urlencoded", "method=SENDMESSAGE&chat_id=7&text=hi", "hi"},
		{"a method that reads", "application/json", `{"method":"getUpdates"}`, "hello"},
		{"a refused one", "application/json", `{"method":"sendMessage","chat_id":7,"text":""}`, "hello"},
		{"deleteWebhook", "application/json", `{"method":"deleteWebhook"}`, "hello"},
		{"no JSON", "application/json", `{"method`, "hello"},
		{"nothing", "text/plain", "ok", "hello"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w, p := hooked(t, nil)
			w.anna.Say("hello")
			p.next().answer(func(rw http.ResponseWriter) {
				rw.Header().Set("Content-Type", row.kind)
				_, _ = io.WriteString(rw, row.body)
			})
			require.Eventually(t, func() bool { return w.bot.Pending() == 0 }, 5*time.Second, time.Millisecond)
			require.Equal(t, row.want, w.anna.Chat().Last().Text)
			require.Equal(t, p.url, w.info().URL)
			require.Zero(t, w.bot.Polls())
		})
	}
}

func TestDisorderReachesWebhooksToo(t *testing.T) {
	t.Parallel()
	w, p := hooked(t, nil)
	w.bot.Repeat(1)
	w.anna.Say("twice")
	first := p.next()
	first.ok()
	again := p.next()
	require.Equal(t, first.body, again.body)
	again.ok()
	w.bot.Deliver(json.RawMessage(`{"message":`))
	broken := p.next()
	require.Equal(t, `{"message":`, broken.body)
	broken.ok()
	w.bot.Shuffle(2)
	w.say(2)
	b := p.next()
	require.Equal(t, "say 1", b.text)
	b.ok()
	require.Equal(t, "say 0", p.next().text)
}

func TestClosingEndsDeliveries(t *testing.T) {
	t.Parallel()
	w, p := hooked(t, nil)
	w.anna.Say("never answered")
	p.next()
	w.server.Close()
	w.anna.Say("too late")
	require.Empty(t, p.came)
}
