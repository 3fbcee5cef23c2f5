package main

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/process"
)

// served is a stage's linli behind its own address.
func served(t *testing.T, ts *testStage) (address string) {
	t.Helper()
	mux := http.NewServeMux()
	health(mux, ts.app)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestReadyNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	at := served(t, ts)
	env := map[string]string{"HTTP_ADDR": strings.TrimPrefix(at, "http://")}
	status, said := get(at + "/readyz")
	require.Equal(t, http.StatusOK, status, said)
	require.Regexp(t, `^ready\npostgres: ok\nredis: ok\ntelegram: asked \d+s ago\ninbox: 0 waiting, the first for 0s; 0 parked\n$`, said)
	exit, asked, _ := command(t.Context(), env, "health")
	require.Zero(t, exit)
	require.True(t, strings.HasPrefix(asked, "ready\n"), asked)

	// An update that stays: another process has it, which lives and does nothing.
	var town int64
	require.NoError(t, ts.app.db.Get(&town, `SELECT id FROM communities`))
	idle, err := process.Join(t.Context(), ts.app.db, "idle", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer func() { require.NoError(t, idle.Leave()) }()
	_, err = inbox.New(ts.app.db, ts.clk, idle.ID()).Put(t.Context(), []inbox.Update{{Community: town, ID: 1 << 40, Chat: 5, Body: []byte(`{}`)}})
	require.NoError(t, err)
	ts.clk.Advance(stuckAfter)
	status, _ = get(at + "/readyz")
	require.Equal(t, http.StatusOK, status, "five minutes are not yet too long")
	ts.clk.Advance(time.Second)
	status, said = get(at + "/readyz")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, said, "not ready: inbox\npostgres: ok")
	exit, _, asked = command(t.Context(), env, "health")
	require.Equal(t, exitFailed, exit)
	require.Contains(t, asked, "not ready: inbox")
	_, err = ts.app.db.Exec(`DELETE FROM inbox`)
	require.NoError(t, err)

	ts.mini.SetError("LOADING")
	status, said = get(at + "/readyz")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, said, "not ready: redis\n")
	ts.mini.SetError("")
}

func TestHealthSaysWhereNothingAnswers(t *testing.T) {
	t.Parallel()
	addr := freePort(t)
	exit, _, said := command(t.Context(), map[string]string{"HTTP_ADDR": addr}, "health")
	require.Equal(t, exitFailed, exit)
	require.Contains(t, said, "nothing answers at "+addr)
}

func TestWhereAServerIsReached(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		":8080": "127.0.0.1:8080", "0.0.0.0:80": "127.0.0.1:80", "[::]:80": "[::1]:80", "10.0.0.7:80": "10.0.0.7:80", "localhost:80": "localhost:80",
	} {
		require.Equal(t, want, reach(addr), addr)
	}
}

func TestTheFiguresAnswerWhetherItIsWell(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	at := served(t, ts)
	ts.phone("resident").Say("/help")
	ts.settleDown()
	status, shown := get(at + "/metrics")
	require.Equal(t, http.StatusOK, status)
	for _, line := range []string{
		"linli_postgres_up 1", "linli_redis_up 1", "linli_telegram_silent_seconds ",
		"linli_inbox_waiting 0", "linli_inbox_oldest_seconds 0", "linli_inbox_parked 0",
		"linli_outbox_due 0", "linli_outbox_oldest_seconds 0", "linli_outbox_uncertain 0",
		`linli_calls_total{method="sendMessage",outcome="ok"} `, "process_resident_memory_bytes ",
	} {
		require.Contains(t, shown, "\n"+line)
	}
	require.NotContains(t, shown, "linli_unread_total{", "everything can be read")
	ts.mini.SetError("LOADING")
	_, shown = get(at + "/metrics")
	ts.mini.SetError("")
	require.Contains(t, shown, "\nlinli_redis_up 0")
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	return l.Addr().String()
}

func get(url string) (int, string) {
	res, err := http.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = res.Body.Close() }() // read to its end
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(body)
}
