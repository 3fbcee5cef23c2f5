package botapi_test

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/clock"
)

func TestPollingAndWebhookExcludeEachOther(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, botapi.Options{Webhooks: botapi.Webhooks{Second: time.Millisecond}})
	p := newProgram(t)
	last := w.updates(params{"offset": "-1"})[0].ID
	waiting := make(chan answer, 1)
	go func() { waiting <- w.call("getUpdates", params{"offset": id(last + 1), "timeout": "50"}) }()
	require.Eventually(t, func() bool { return w.bot.Polls() == 2 }, 5*time.Second, time.Millisecond)
	w.setWebhook(p.url, nil)
	ended := <-waiting
	require.Equal(t, 409, ended.status)
	require.Equal(t, "Conflict: terminated by setWebhook request", ended.Description)
	w.anna.Say("by webhook")
	b := p.next()
	require.Equal(t, last+1, b.id, "what was confirmed does not come again")
	w.anna.Say("by polling")
	require.Equal(t, "Webhook was deleted", w.call("deleteWebhook", nil).Description)
	require.Equal(t, "Webhook is already deleted", w.call("setWebhook", nil).Description)
	got := w.updates(params{"offset": "0"})
	require.Len(t, got, 2, "what was under way comes again")
	require.Equal(t, "by polling", got[1].Message.Text)
	b.ok()
	require.Len(t, w.updates(params{"offset": "1", "limit": "5"}), 2, "its answer came too late")
}

func TestGetUpdatesIsRefusedWhileAWebhookStands(t *testing.T) {
	t.Parallel()
	w, _ := hooked(t, nil)
	a := w.call("getUpdates", nil)
	require.Equal(t, 409, a.status)
	require.Equal(t, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first", a.Description)
}

func TestSettingAWebhookAgain(t *testing.T) {
	t.Parallel()
	w, p := hooked(t, params{"secret_token": "one"})
	again := func(more params) string {
		var a answer
		require.Eventually(t, func() bool {
			a = w.call("setWebhook", more)
			return a.status != 429
		}, 5*time.Second, time.Millisecond)
		return a.Description
	}
	require.Equal(t, "Webhook is already set", again(params{"url": p.url, "secret_token": "one", "allowed_updates": `["message"]`}))
	require.Equal(t, []string{"message"}, w.info().Allowed, "it is remembered all the same")
	w.anna.TapOld(1, "not wanted")
	require.Zero(t, w.bot.Pending())
	w.anna.Say("under way")
	require.Equal(t, "one", p.next().header.Get("X-Telegram-Bot-Api-Secret-Token"))
	require.Equal(t, "Webhook was set", again(params{"url": p.url, "secret_token": "two"}))
	moved := p.next()
	require.Equal(t, "under way", moved.text)
	require.Equal(t, "two", moved.header.Get("X-Telegram-Bot-Api-Secret-Token"))
	require.Equal(t, "Webhook was set", again(params{"url": p.url, "secret_token": "two", "drop_pending_updates": "true"}))
	require.Zero(t, w.info().Pending)
	require.Equal(t, "Bad Request: secret token contains unallowed characters", again(params{"url": p.url, "secret_token": "ä"}))
	require.Empty(t, w.info().URL, "the old one is gone by then")
}

func TestWebhookInfo(t *testing.T) {
	t.Parallel()
	w, p := hooked(t, nil)
	require.Equal(t, webhookInfo{URL: p.url, Connections: 40, Address: "127.0.0.1"}, w.info())
	w.call("deleteWebhook", nil)
	require.Equal(t, webhookInfo{}, w.info())
}

func TestWhatGoesWrongOnTheWayIsTold(t *testing.T) {
	t.Parallel()
	cutting := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(cutting.Close)
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = quiet()
	secure.StartTLS()
	t.Cleanup(secure.Close)
	slow := newProgram(t)
	for url, want := range map[string]string{
		"http://127.0.0.1:1": "Connection refused",
		cutting.URL:          "Connection closed",
		slow.url:             "Read timeout expired",
		secure.URL:           "SSL error {error:0A000086:SSL routines::certificate verify failed}",
	} {
		o := botapi.Webhooks{Second: time.Millisecond}
		if url == slow.url {
			o.Timeout = 50 * time.Millisecond
		}
		w := newWorldWith(t, botapi.Options{Webhooks: o})
		w.setWebhook(url, nil)
		require.Eventually(t, func() bool { return w.info().Message != "" }, 10*time.Second, time.Millisecond)
		require.Equal(t, want, w.info().Message)
		require.Equal(t, 1, w.bot.Pending())
	}
}

func TestAWebhookWithItsOwnCertificateAndAddress(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	secure := httptest.NewTLSServer(p)
	t.Cleanup(secure.Close)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	w := newWorld(t)
	_, port, _ := strings.Cut(strings.TrimPrefix(secure.URL, "https://"), ":")
	a := w.send("multipart", "setWebhook", params{"url": "example.com:" + port, "ip_address": "127.0.0.1"}, map[string][]byte{"certificate": certificate})
	require.Equal(t, "Webhook was set", a.Description)
	p.next().ok()
	i := w.info()
	require.True(t, i.Certificate)
	require.Equal(t, "127.0.0.1", i.Address)
	require.Equal(t, "example.com:"+port, i.URL)
}

func TestWhatTheWebhookOfThePublicServerMustLookLike(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, local, strict string
		p                   params
	}{
		{"http", "", "bad webhook: An HTTPS URL must be provided for webhook", params{"url": "http://a.example/"}},
		{"a wrong port", "", "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443", params{"url": "https://a.example:8080/"}},
		{"a good port", "", "", params{"url": "https://a.example:8443/"}},
		{"no scheme means https", "", "", params{"url": "a.example/x"}},
		{"loopback", "", "bad webhook: IP address 127.0.0.1 is reserved", params{"url": "https://localhost/"}},
		{"a private address", "", "bad webhook: IP address 10.1.2.3 is reserved", params{"url": "https://10.1.2.3/"}},
		{"a shared address", "", "bad webhook: IP address 100.64.0.1 is reserved", params{"url": "https://100.64.0.1/"}},
		{"a public address", "", "", params{"url": "https://1.1.1.1/"}},
		{"IPv6", "", "bad webhook: IPv6-only addresses are not allowed", params{"url": "https://[2001:db8::1]/"}},
		{"a private fixed address", "", "bad webhook: IP address 192.168.0.9 is reserved", params{"url": "https://a.example", "ip_address": "192.168.0.9"}},
		{"no address", "bad webhook: Invalid IP address specified", "bad webhook: Invalid IP address specified", params{"url": "https://a.example", "ip_address": "home"}},
		{"another scheme", "invalid webhook URL specified", "invalid webhook URL specified", params{"url": "ftp://a.example"}},
		{"no host", "invalid webhook URL specified", "invalid webhook URL specified", params{"url": "https://"}},
		{"a port that is none", "invalid webhook URL specified", "invalid webhook URL specified", params{"url": "https://a.example:99999"}},
		{"a long secret", "secret token is too long", "secret token is too long", params{"url": "https://a.example", "secret_token": strings.Repeat("x", 257)}},
		{"the longest secret", "", "", params{"url": "https://a.example", "secret_token": strings.Repeat("x", 256)}},
		{"a secret with a space", "secret token contains unallowed characters", "secret token contains unallowed characters", params{"url": "https://a.example", "secret_token": "a b"}},
	} {
		for strict, want := range map[bool]string{false: row.local, true: row.strict} {
			t.Run(fmt.Sprintf("%s/strict %v", row.name, strict), func(t *testing.T) {
				t.Parallel()
				w := newWorldWith(t, botapi.Options{Webhooks: botapi.Webhooks{Strict: strict, Transport: &answers{clock: clock.New(), how: refusing}}})
				a := w.call("setWebhook", row.p)
				if want == "" {
					require.Equal(t, "Webhook was set", a.Description)
					return
				}
				require.Equal(t, 400, a.status)
				require.Equal(t, "Bad Request: "+want, a.Description)
				require.Empty(t, w.info().URL)
			})
		}
	}
}
