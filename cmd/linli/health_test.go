package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
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
	said := comesTo(t, at+"/readyz", http.StatusOK)
	require.Regexp(t, `^ready\npostgres: ok\nredis: ok\ntelegram: asked \d+s ago\ninbox: 0 waiting, the first for 0s; 0 parked\n$`, said)
	require.Eventually(t, func() bool {
		exit, asked, _ := command(t.Context(), env, "health")
		return exit == 0 && strings.HasPrefix(asked, "ready\n")
	}, mostWait, 50*time.Millisecond)

	// An update that stays: another process has it, which lives and does nothing.
	var town int64
	require.NoError(t, ts.app.db.Get(&town, `SELECT id FROM communities`))
	idle, err := process.Join(t.Context(), ts.app.db, "idle", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ctx, leaves := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() { left <- idle.Run(ctx, func() {}) }() // it says that it lives: what the dead have is anybody's
	defer func() { leaves(); require.NoError(t, errors.Join(<-left, idle.Leave())) }()
	_, err = inbox.New(ts.app.db, ts.clk, idle.ID()).Put(t.Context(), []inbox.Update{{Community: town, ID: 1 << 40, Chat: 5, Body: []byte(`{}`)}})
	require.NoError(t, err)
	ts.clk.Advance(stuckAfter)
	comesTo(t, at+"/readyz", http.StatusOK) // five minutes are not yet too long
	ts.clk.Advance(time.Second)
	comesTo(t, at+"/readyz", http.StatusServiceUnavailable, "not ready: inbox\npostgres: ok")
	require.Eventually(t, func() bool {
		exit, _, asked := command(t.Context(), env, "health")
		return exit == exitFailed && strings.Contains(asked, "not ready: inbox")
	}, mostWait, 50*time.Millisecond)
	_, err = ts.app.db.Exec(`DELETE FROM inbox`)
	require.NoError(t, err)

	ts.mini.SetError("LOADING")
	comesTo(t, at+"/readyz", http.StatusServiceUnavailable, "not ready: redis\n")
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
	shown := comesTo(t, at+"/metrics", http.StatusOK, "\nlinli_postgres_up 1", "\nlinli_redis_up 1", "\nlinli_inbox_waiting ", "\nlinli_outbox_due ")
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
	comesTo(t, at+"/metrics", http.StatusOK, "\nlinli_redis_up 0")
	ts.mini.SetError("")
}

// comesTo asks until an address answers with a status and all the words, and returns what
// it said: on a busy machine a look can take longer than it may, and then nothing is well.
func comesTo(t *testing.T, url string, status int, words ...string) string {
	t.Helper()
	for end := time.After(mostWait); ; pause(t, 50*time.Millisecond) {
		is, said := get(url)
		if is == status && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(said, w) }) {
			return said
		}
		select {
		case <-end:
			t.Fatalf("%s: want %d %q, got %d %s", url, status, words, is, said)
		default:
		}
	}
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
