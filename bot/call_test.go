package bot

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"

	"github.com/linli-bot/linli/internal/metrics"
	"github.com/linli-bot/linli/internal/trace"
)

func answering(t *testing.T, status int, body string) *Caller {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // the caller under test tells what arrived
	}))
	t.Cleanup(server.Close)
	c := NewCaller(server.URL, "1:hush")
	t.Cleanup(c.Close)
	return c
}

func TestWhatTheServerRefusesIsTold(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		status int
		body   string
		good   bool // refused for good
		gone   bool
		same   bool // nothing changed
		wait   time.Duration
		end    string // as it is counted
	}{
		"blocked":            {403, `{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}`, true, false, false, 0, "403"},
		"message is gone":    {400, `{"ok":false,"error_code":400,"description":"Bad Request: message to edit not found"}`, true, true, false, 0, "400"},
		"nothing changed":    {400, `{"ok":false,"error_code":400,"description":"Bad Request: message is not modified: specified new"}`, true, false, true, 0, "400"},
		"too many":           {429, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}`, false, false, false, 7 * time.Second, "429"},
		"server restarts":    {500, `{"ok":false,"error_code":500,"description":"Internal Server Error: restart"}`, false, false, false, 0, "5xx"},
		"an HTML error page": {502, `<html>Bad Gateway</html>`, false, false, false, 0, "5xx"},
		"revoked token":      {401, `{"ok":false,"error_code":401,"description":"Unauthorized"}`, true, false, false, 0, "401"},
		"an empty answer":    {200, ``, false, false, false, 0, "2xx"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := answering(t, row.status, row.body).Call(t.Context(), "sendMessage", struct{}{}, nil)
			require.Error(t, err)
			require.Equal(t, row.end, Ended(err))
			require.Equal(t, row.good, refusedForGood(err))
			require.False(t, neverSent(err))
			require.Equal(t, row.gone, gone(err))
			require.Equal(t, row.same, unchanged(err))
			wait, limited := retryAfter(err)
			require.Equal(t, row.wait, wait)
			require.Equal(t, row.wait > 0, limited)
			require.NotContains(t, err.Error(), "hush")
		})
	}
}

func TestAGroupThatMovedIsTold(t *testing.T) {
	t.Parallel()
	c := answering(t, 400, `{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded","parameters":{"migrate_to_chat_id":-100}}`)
	var moved *tg.MigrateError
	err := c.Call(t.Context(), "sendMessage", struct{}{}, nil)
	require.ErrorAs(t, err, &moved)
	require.Equal(t, "migrated", Ended(err))
	require.Equal(t, -100, moved.MigrateToChatID)
}

func TestATransportErrorHidesTheToken(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	c := NewCaller(server.URL, "1:hush")
	server.Close()
	err := c.Call(t.Context(), "getMe", struct{}{}, nil)
	require.Error(t, err)
	require.Equal(t, "unknown", Ended(err))
	require.NotContains(t, err.Error(), "hush")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = c.Call(ctx, "getMe", struct{}{}, nil)
	require.True(t, errors.Is(err, context.Canceled))
	require.NotContains(t, err.Error(), "hush")

	err = NewCaller("http://bad host", "1:hush").Call(t.Context(), "getMe", struct{}{}, nil)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hush")
}

func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	remotes := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		remotes[r.RemoteAddr] = true // one call after the other: nobody else writes
		_, _ = w.Write([]byte(`{"ok":true,"result":true}`))
	}))
	defer server.Close()
	c := NewCaller(server.URL, "1:hush")
	defer c.Close()
	for range 20 {
		require.NoError(t, c.Call(t.Context(), "getMe", struct{}{}, nil))
	}
	require.Len(t, remotes, 1)
}

func TestCallsAreCounted(t *testing.T) {
	t.Parallel()
	m := metrics.New()
	c := answering(t, 200, `{"ok":true,"result":true}`).CountedBy(m)
	require.NoError(t, c.Call(t.Context(), "getMe", struct{}{}, nil))
	look := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	look.RemoteAddr = "127.0.0.1:1"
	shown := httptest.NewRecorder()
	m.Handler().ServeHTTP(shown, look)
	require.Contains(t, shown.Body.String(), `linli_calls_total{method="getMe",outcome="ok"} 1`)
}

// BenchmarkCall sends a question with its buttons over a kept connection; the
// other side's work is in the figure too.
func BenchmarkCall(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the caller tells what went wrong
		_, _ = w.Write([]byte(`{"ok":true,"result":{"message_id":7,"date":1795000000,"chat":{"id":1,"type":"private"},"text":"Where is it?"}}`))
	}))
	defer server.Close()
	c := NewCaller(server.URL, "1:hush")
	defer c.Close()
	screen := dialog.Screen{Text: "Where is it?"}
	for _, label := range []string{"building 3, entrance 2", "In my home", "Outdoors", "Another building", "Elsewhere, I'll say", "Back", "Cancel"} {
		screen.Rows = append(screen.Rows, []dialog.Button{{Label: label, Data: "aGVsbG8.1:=" + label[:4]}})
	}
	var sent models.Message
	b.ReportAllocs()
	for b.Loop() {
		err := c.Call(b.Context(), "sendMessage", &tg.SendMessageParams{
			ChatID: int64(1), Text: markup(screen.Text), ParseMode: models.ParseModeHTML, ReplyMarkup: buttons(screen),
		}, &sent)
		if err != nil || sent.ID != 7 {
			b.Fatal(err, sent.ID)
		}
	}
}

func TestACallCarriesItsTraceOnlyWhereThatIsAskedFor(t *testing.T) {
	t.Parallel()
	heard := make(chan []string, 2)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		heard <- r.Header.Values(trace.Header)
		_, _ = w.Write([]byte(`{"ok":true,"result":true}`))
	}))
	defer server.Close()
	ctx := trace.With(t.Context(), trace.Update, 5)
	require.NoError(t, NewCaller(server.URL, "1:hush").Call(ctx, "getMe", struct{}{}, nil))
	require.Empty(t, <-heard)
	require.NoError(t, NewCaller(server.URL, "1:hush").Traced().Call(ctx, "getMe", struct{}{}, nil))
	require.Equal(t, []string{"u5"}, <-heard)
}
