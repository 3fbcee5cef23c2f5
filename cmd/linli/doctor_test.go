package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/config"
	"github.com/linli-bot/linli/internal/embedded"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

const hush = "hush-canary"

// telegramSays is a Bot API server that says of every bot what it is told to,
// and whose clock is so far ahead.
func telegramSays(t *testing.T, ahead time.Duration, webhookInfo string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", clock.New().Now().Add(ahead).UTC().Format(http.TimeFormat))
		switch {
		case strings.Contains(r.URL.Path, "wrong"):
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"ok":false,"error_code":401,"description":"Unauthorized"}`))
		case strings.HasSuffix(r.URL.Path, "/getMe"):
			_, _ = w.Write([]byte(`{"ok":true,"result":{"id":1,"first_name":"Lane","username":"lane_bot"}}`))
		case strings.HasSuffix(r.URL.Path, "/getWebhookInfo"):
			_, _ = w.Write([]byte(`{"ok":true,"result":` + webhookInfo + `}`))
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// ask asks the doctor; nothing that it says may hold a secret.
func ask(t *testing.T, env map[string]string) (status int, said string) {
	t.Helper()
	with := map[string]string{
		"BOT_TOKEN": "1:" + hush, "LINLI_DATA": t.TempDir(), "HTTP_ADDR": "127.0.0.1:9",
		"TELEGRAM_API_URL": "http://127.0.0.1:9", "DATABASE_URL": "postgres://u:" + hush + "@127.0.0.1:9/x?sslmode=disable", "REDIS_URL": "redis://:" + hush + "@127.0.0.1:9",
	}
	maps.Copy(with, env)
	status, out, errs := command(t.Context(), with, "doctor")
	require.NotContains(t, out+errs, hush)
	return status, out + errs
}

func TestTheDoctorSaysWhatIsAway(t *testing.T) {
	t.Parallel()
	status, said := ask(t, map[string]string{"BOT_TOKEN": "1:" + hush + "\n2:" + hush})
	require.Equal(t, exitFailed, status)
	for _, part := range []string{
		"ok     BOT_TOKEN=1:*** 2:*** bots=2 (environment)",
		"ok     DATABASE_URL=postgres://u:***@127.0.0.1:9/x?sslmode=disable (environment)",
		"→ start Postgres, or correct the host and port in DATABASE_URL",
		"→ start Redis, or correct the host and port in REDIS_URL",
		"WRONG  it cannot be reached", "WRONG  bot 1: call getMe", "WRONG  bot 2: call getMe",
		"→ see whether this machine reaches the internet",
		"note   it does not run here: nothing answers at 127.0.0.1:9",
		"5 things are wrong",
	} {
		require.Contains(t, said, part)
	}
}

func TestTheDoctorMissesTheToken(t *testing.T) {
	t.Parallel()
	status, said := ask(t, map[string]string{"BOT_TOKEN": ""})
	require.Equal(t, exitFailed, status)
	require.Contains(t, said, "WRONG  there is no bot token")
	require.NotContains(t, said, "ok     BOT_TOKEN", "both at once would be no answer")
}

func TestTheDoctorFindsAllWell(t *testing.T) {
	t.Parallel()
	redis, err := embedded.StartRedis(t.Context(), embedded.RedisOptions{Dir: t.TempDir(), AppendOnly: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, redis.Stop()) })
	if redis.Kind() != "redis-server" {
		t.Skip("no redis-server is installed, and its stand-in does not describe itself")
	}
	_, database := pgtest.URL(t)
	ts := newTestStage(t, "en")
	at := served(t, ts)
	comesTo(t, at+"/readyz", http.StatusOK)
	status, said := ask(t, map[string]string{
		"TELEGRAM_API_URL": telegramSays(t, 0, `{"url":""}`), "DATABASE_URL": database, "REDIS_URL": redis.URL(),
		"HTTP_ADDR": strings.TrimPrefix(at, "http://"),
	})
	for _, part := range []string{
		"the schema is up to date", "the clock agrees with that of Postgres", "the clock agrees with that of Telegram",
		"nothing is evicted when memory is full", "ok     append-only is on", "bot 1 is @lane_bot; it answers in", "bot 1: updates are polled",
		"MB are free for", "ok     ready; postgres: ok; redis: ok",
	} {
		require.Contains(t, said, part)
	}
	// The tests' own Postgres forgets at a power cut, for speed, and that is all.
	require.Equal(t, 3, strings.Count(said, "WRONG"), said)
	require.Equal(t, 3, strings.Count(said, "is off: a power cut loses"), said)
	require.Equal(t, exitFailed, status)
}

func TestTheDoctorReadsWhatTelegramSays(t *testing.T) {
	t.Parallel()
	now := clock.New().Now()
	hook := map[string]string{"WEBHOOK_URL": "https://linli.example.org", "WEBHOOK_SECRET": hush}
	for _, row := range []struct {
		name  string
		env   map[string]string
		ahead time.Duration
		info  string
		want  string
	}{
		{"a wrong token", map[string]string{"BOT_TOKEN": "1:wrong"}, 0, "", "→ the token is wrong or was revoked"},
		{"a webhook in the way of polling", nil, 0, `{"url":"https://other.example.org/` + hush + `"}`,
			"WRONG  bot 1: a webhook to other.example.org is set, while linli is to poll: Telegram answers 409"},
		{"a webhook that is ours", hook, 0, `{"url":"https://linli.example.org/telegram/1"}`, "ok     bot 1: its webhook leads to linli.example.org"},
		{"a webhook that is not set yet", hook, 0, `{"url":""}`, "note   bot 1: no webhook is set yet"},
		{"a webhook of another", hook, 0, `{"url":"https://other.example.org/x"}`, "WRONG  bot 1: the webhook leads to other.example.org, not to WEBHOOK_URL"},
		{"a webhook that fails", hook, 0, fmt.Sprintf(`{"url":"https://linli.example.org/telegram/1","last_error_date":%d,"last_error_message":"Connection refused"}`, now.Unix()-60),
			"WRONG  bot 1: Telegram could not bring updates"},
		{"many that wait", nil, 0, `{"url":"","pending_update_count":2000}`, "note   bot 1: 2000 updates wait at Telegram"},
		{"a clock that is wrong", nil, -5 * time.Minute, `{"url":""}`, "WRONG  the clock here and that of Telegram are"},
		{"a clock that is a little off", nil, 10 * time.Second, `{"url":""}`, "note   the clock here and that of Telegram are"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{"TELEGRAM_API_URL": telegramSays(t, row.ahead, row.info)}
			maps.Copy(env, row.env)
			_, said := ask(t, env)
			require.Contains(t, said, row.want)
		})
	}
}

// said is what the doctor says of one look.
func said(look func(d *doctor)) string {
	var out safeBuffer
	look(&doctor{world: world{stdout: &out}, config: config.Config{}, real: clock.New()})
	return out.String()
}

func TestTheDoctorGradesAPostgres(t *testing.T) {
	t.Parallel()
	well := server{
		Version: "17.2", Number: 170002, Encoding: "UTF8", Sync: "on", Pages: "on", Commit: "on", Encrypted: true, Most: 97, Used: 3, Size: "8 MB",
	}
	require.NotContains(t, said(func(d *doctor) { d.server(well) }), "→")
	for want, change := range map[string]func(s *server){
		"WRONG  version 14.9":                     func(s *server) { s.Version, s.Number = "14.9", 140009 },
		"WRONG  its encoding is SQL_ASCII":        func(s *server) { s.Encoding = "SQL_ASCII" },
		"WRONG  the connection crosses":           func(s *server) { s.Encrypted = false },
		"ok     the connection is not encrypted":  func(s *server) { s.Encrypted, s.Near = false, true },
		"WRONG  fsync is off":                     func(s *server) { s.Sync = "off" },
		"WRONG  synchronous_commit is off":        func(s *server) { s.Commit = "off" },
		"WRONG  it is a standby":                  func(s *server) { s.Standby = true },
		"WRONG  it takes 10 connections":          func(s *server) { s.Most = 10 },
		"note   95 of 97 connections are taken\n": func(s *server) { s.Used = 95 },
	} {
		sick := well
		change(&sick)
		require.Contains(t, said(func(d *doctor) { d.server(sick) }), want)
	}
}

func TestTheDoctorGradesARedis(t *testing.T) {
	t.Parallel()
	for want, is := range map[string]map[string]string{
		"WRONG  version 6.2.1":                   {"redis_version": "6.2.1"},
		"WRONG  it is a replica":                 {"role": "slave"},
		"WRONG  allkeys-lru: when memory":        {"maxmemory_policy": "allkeys-lru", "maxmemory": "1000"},
		"note   allkeys-lru, which matters once": {"maxmemory_policy": "allkeys-lru", "maxmemory": "0"},
		"WRONG  900B of 1000B memory are taken":  {"maxmemory": "1000", "used_memory": "900", "used_memory_human": "900B", "maxmemory_human": "1000B"},
	} {
		require.Contains(t, said(func(d *doctor) { d.memory(is) }), want)
	}
}

func TestTheDoctorSeesADiskFillUp(t *testing.T) {
	t.Parallel()
	for want, free := range map[string]int64{"WRONG  100 MB": 100, "note   500 MB": 500, "ok     9000 MB": 9000} {
		require.Contains(t, said(func(d *doctor) { d.room("/data", free) }), want)
	}
}
