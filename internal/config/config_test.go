package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/config"
)

const canary = "s3cr3t-canary"

// load reads an environment given as a map; files are under "file:".
func load(env map[string]string, needed ...string) (config.Config, error) {
	return config.Load(
		func(name string) string { return env[name] },
		func(path string) ([]byte, error) {
			if text, ok := env["file:"+path]; ok {
				return []byte(text), nil
			}
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}, needed...)
}

func TestNothingSetIsWhole(t *testing.T) {
	t.Parallel()
	c, err := load(nil)
	require.NoError(t, err)
	require.Empty(t, c.BotTokens)
	require.False(t, c.DatabaseURL.IsSet())
	require.False(t, c.RedisURL.IsSet())
	require.Equal(t, "https://api.telegram.org", c.TelegramAPIURL)
	require.Equal(t, "127.0.0.1:8080", c.HTTPAddr)
	require.Equal(t, "./data", c.Data)
	require.Equal(t, slog.LevelInfo, c.LogLevel)
	require.Equal(t, "text", c.LogFormat)
}

func TestEverythingSet(t *testing.T) {
	t.Parallel()
	c, err := load(map[string]string{
		"BOT_TOKEN_FILE": "/run/token", "file:/run/token": "1:a\r\n\n2:b\n",
		"DATABASE_URL":     "postgres://u:p@db/x",
		"REDIS_URL":        "rediss://:p@redis:6379/1",
		"TELEGRAM_API_URL": "http://localhost:8081/",
		"HTTP_ADDR":        ":8080", "LINLI_DATA": "/var/lib/my linli", "LOG_LEVEL": "WARN", "LOG_FORMAT": "JSON",
	}, "BOT_TOKEN")
	require.NoError(t, err)
	require.Len(t, c.BotTokens, 2)
	require.Equal(t, "1:a", c.BotTokens[0].Reveal())
	require.Equal(t, "2:b", c.BotTokens[1].Reveal())
	require.Equal(t, "postgres://u:p@db/x", c.DatabaseURL.Reveal())
	require.Equal(t, "rediss://:p@redis:6379/1", c.RedisURL.Reveal())
	require.Equal(t, "http://localhost:8081", c.TelegramAPIURL)
	require.Equal(t, ":8080", c.HTTPAddr)
	require.Equal(t, "/var/lib/my linli", c.Data)
	require.Equal(t, slog.LevelWarn, c.LogLevel)
	require.Equal(t, "json", c.LogFormat)
}

func TestEachFaultNamesTheVariableAndWhatIsRight(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, variable, value, want string
	}{
		{"no token in the line", "BOT_TOKEN", "1:a\n" + canary, "BOT_TOKEN: line 2 is not a bot token; it looks like"},
		{"a bot twice", "BOT_TOKEN", "1:a\n1:" + canary, "BOT_TOKEN: line 2 repeats bot 1"},
		{"a file that is not there", "BOT_TOKEN_FILE", "/nowhere", "BOT_TOKEN_FILE: open /nowhere: file does not exist; name a file"},
		{"a database that is none", "DATABASE_URL", "mysql://u:" + canary + "@db/x", "DATABASE_URL: is not the address of a Postgres; write postgres://"},
		{"a password not encoded", "DATABASE_URL", "postgres://u:" + canary + "%@db/x", "DATABASE_URL: is not the address of a Postgres"},
		{"a redis that is none", "REDIS_URL", "http://:" + canary + "@x", "REDIS_URL: is not the address of a Redis; write redis://"},
		{"a server without scheme", "TELEGRAM_API_URL", "api.telegram.org", `TELEGRAM_API_URL: "api.telegram.org" is not the address of a Bot API server; write https://`},
		{"a server with a password", "TELEGRAM_API_URL", "ftp://u:" + canary + "@x", `TELEGRAM_API_URL: "ftp://u:***@x" is not`},
		{"no port", "HTTP_ADDR", "localhost", `HTTP_ADDR: "localhost" is not an address to listen on; write host:port`},
		{"a port too high", "HTTP_ADDR", ":70000", `HTTP_ADDR: ":70000" is not`},
		{"a level that is none", "LOG_LEVEL", "loud", `LOG_LEVEL: "loud" is not one of debug, info, warn, error`},
		{"a format that is none", "LOG_FORMAT", "xml", `LOG_FORMAT: "xml" is not one of text, json`},
		{"a webhook without a secret", "WEBHOOK_URL", "https://x.org", "WEBHOOK_SECRET: is not set, but WEBHOOK_URL is; set it to"},
		{"a secret without a webhook", "WEBHOOK_SECRET", canary, "WEBHOOK_URL: is not set, but WEBHOOK_SECRET is; set both"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := load(map[string]string{row.variable: row.value})
			var faults config.Faults
			require.ErrorAs(t, err, &faults)
			require.Len(t, faults, 1)
			require.Contains(t, faults[0], row.want)
			require.NotContains(t, err.Error(), canary)
		})
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := load(map[string]string{
		"HTTP_ADDR": "x", "LOG_LEVEL": "x", "WEBHOOK_URL": "x",
		"DATABASE_URL": "postgres://a/b", "DATABASE_URL_FILE": "/both",
		"REDIS_URL_FILE": "/empty", "file:/empty": "\n",
	}, "BOT_TOKEN")
	var faults config.Faults
	require.True(t, errors.As(err, &faults))
	var names []string
	for _, f := range faults {
		name, _, _ := strings.Cut(f, ":")
		names = append(names, name)
	}
	want := []string{"BOT_TOKEN", "DATABASE_URL", "REDIS_URL_FILE", "HTTP_ADDR", "LOG_LEVEL", "WEBHOOK_SECRET", "WEBHOOK_URL"}
	require.Empty(t, cmp.Diff(want, names))
}

func TestSettingsAreShownWithoutSecrets(t *testing.T) {
	t.Parallel()
	c, err := load(map[string]string{
		"BOT_TOKEN":         "11:" + canary + "\n22:" + canary,
		"DATABASE_URL_FILE": "/run/db", "file:/run/db": "postgres://linli:" + canary + "@db:5432/x?sslmode=require&password=" + canary,
		"REDIS_URL":        "redis://:" + canary + "@redis/0",
		"TELEGRAM_API_URL": "https://u:" + canary + "@tg.example.org",
	})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff([]string{
		"BOT_TOKEN=11:*** 22:*** bots=2 (environment)",
		"DATABASE_URL=postgres://linli:***@db:5432/x?sslmode=require&password=*** (/run/db)",
		"REDIS_URL=redis://:***@redis/0 (environment)",
		"TELEGRAM_API_URL=https://u:***@tg.example.org (environment)",
		"HTTP_ADDR=127.0.0.1:8080 (default)",
		"LINLI_DATA=./data (default)",
		"LOG_LEVEL=info (default)",
		"LOG_FORMAT=text (default)",
		"WEBHOOK_URL= (not set: polling)",
		"WEBHOOK_SECRET= (not set: polling)",
	}, c.Lines()))

	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("configuration", "config", c)
	require.Contains(t, log.String(), "HTTP_ADDR")
	require.NotContains(t, log.String(), canary)
}

func TestPasswordsInWordsAreHidden(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"host=db password=" + canary, "password='" + canary + ` it\'s ` + canary + "' host=db", "host=db password = " + canary + " dbname=x",
		"host=db user=a@b password=" + canary,
	} {
		c, err := load(map[string]string{"DATABASE_URL": address})
		require.NoError(t, err)
		require.NotContains(t, strings.Join(c.Lines(), "\n"), canary)
	}
}

func TestASecretIsHiddenHoweverItIsPrinted(t *testing.T) {
	t.Parallel()
	s := config.NewSecret(canary)
	inside := struct{ unexported config.Secret }{s} // where fmt cannot call its methods
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s, "list", []config.Secret{s}, "inside", inside)
	text, err := json.Marshal(map[string]any{"a": s})
	require.NoError(t, err)
	printed := log.String() + string(text)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		printed += fmt.Sprintf(verb, s) + fmt.Sprintf(verb, []config.Secret{s}) + fmt.Sprintf(verb, inside) + fmt.Sprintf(verb, &s)
	}
	require.NotContains(t, printed, canary)
	require.NotContains(t, printed, fmt.Sprintf("%x", canary))
	require.Equal(t, canary, s.Reveal())
	require.Equal(t, "***", fmt.Sprint(config.Secret{}))
}
