package metrics_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/metrics"
)

// look asks as a caller from an address, with headers.
func look(m *metrics.Metrics, from string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.RemoteAddr = from
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, r)
	return w
}

const here = "127.0.0.1:4000"

func TestWhatIsCountedIsShown(t *testing.T) {
	t.Parallel()
	m := metrics.New()
	m.Taken("message")
	m.Turn("ok", 30*time.Millisecond)
	m.Call("sendMessage", "429", time.Second)
	m.Call("sendMessage", "ok", time.Second)
	m.Sent("case.new", "failed_forbidden")
	m.Waited("chat", 700*time.Millisecond)
	m.Gauge("linli_inbox_oldest_seconds", "Age of the oldest.", func(context.Context) (float64, error) { return 7, nil })
	m.Gauge("linli_inbox_oldest_seconds", "Age of the oldest.", func(context.Context) (float64, error) { return 8, nil })
	shown := look(m, here).Body.String()
	for _, line := range []string{
		`linli_updates_taken_total{kind="message"} 1`,
		`linli_turn_seconds_bucket{outcome="ok",le="0.05"} 1`,
		`linli_calls_total{method="sendMessage",outcome="429"} 1`,
		`linli_call_seconds_count{method="sendMessage"} 2`,
		`linli_outbox_settled_total{outcome="failed_forbidden",topic="case.new"} 1`,
		`linli_limiter_wait_seconds_sum{limit="chat"} 0.7`,
		`linli_inbox_oldest_seconds 8`,
		`go_goroutines`,
	} {
		require.Contains(t, shown, line)
	}
}

func TestPeoplesWordsAreNoLabels(t *testing.T) {
	t.Parallel()
	m := metrics.New()
	for _, words := range []string{"灯坏了", "the lamp", "", strings.Repeat("a", 41), "+86 138", `a"b`} {
		m.Taken(words)
	}
	for i := range 5000 {
		m.Sent("row"+strconv.Itoa(i), "sent")
	}
	shown := look(m, here).Body.String()
	require.Contains(t, shown, `linli_updates_taken_total{kind="other"} 6`)
	require.Contains(t, shown, `linli_outbox_settled_total{outcome="other",topic="other"} 4600`)
	require.LessOrEqual(t, strings.Count(shown, "linli_outbox_settled_total{"), 401)
}

func TestOnlyPrivateCallersSeeTheCounts(t *testing.T) {
	t.Parallel()
	m := metrics.New()
	for from, want := range map[string]int{
		here: 200, "[::1]:1": 200, "10.1.2.3:1": 200, "172.18.0.5:1": 200, "192.168.1.9:1": 200, "[::ffff:10.0.0.1]:1": 200, "[fd00::1]:1": 200,
		"203.0.113.9:1": 403, "[2001:db8::1]:1": 403, "172.32.0.1:1": 403, "@": 403, "": 403,
	} {
		require.Equal(t, want, look(m, from).Code, from)
	}
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"} {
		require.Equal(t, 403, look(m, here, name, "203.0.113.9").Code, "a proxy on this machine hands a stranger on")
	}
}

func TestAValueThatCannotBeReadHidesNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := metrics.New()
		m.Gauge("linli_well", "Read.", func(context.Context) (float64, error) { return 1, nil })
		m.Gauge("linli_broken", "Not read.", func(context.Context) (float64, error) { return 0, errors.New("away") })
		end := make(chan struct{})
		m.Gauge("linli_hanging", "Never read.", func(context.Context) (float64, error) { <-end; return 0, nil })
		require.Equal(t, 200, look(m, here).Code)
		shown := look(m, here).Body.String()
		close(end)
		require.Contains(t, shown, "linli_well 1")
		require.NotContains(t, shown, "\nlinli_broken ")
		require.Regexp(t, `linli_unread_total\{value="linli_broken"\} [12]`, shown)
		require.Regexp(t, `linli_unread_total\{value="linli_hanging"\} [12]`, shown)
	})
}

func TestNothingIsCountedWhereNobodyLooks(t *testing.T) {
	t.Parallel()
	var m *metrics.Metrics
	m.Taken("message")
	m.Turn("ok", 0)
	m.Call("getMe", "ok", 0)
	m.Sent("case.new", "sent")
	m.Waited("all", 0)
	m.Gauge("linli_x", "X.", nil)
	require.Equal(t, 404, look(m, here).Code)
}

// Not parallel: what others allocate would be counted too.
func TestCountingAgainTakesNoMemory(t *testing.T) {
	m := metrics.New()
	m.Call("sendMessage", "ok", time.Second)
	require.Zero(t, testing.AllocsPerRun(100, func() { m.Call("sendMessage", "ok", time.Second) }))
}
