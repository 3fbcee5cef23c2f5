// Package config reads the environment once into one struct, and says
// everything that is wrong with it at once, without ever showing a secret.
package config

import (
	"log/slog"
	"strings"
)

// Config is what linli is told from outside.
type Config struct {
	BotTokens      []Secret   // one community each; empty where none is needed
	DatabaseURL    Secret     // not set = a Postgres of our own under Data
	RedisURL       Secret     // not set = a Redis of our own under Data
	TelegramAPIURL string     // without a slash at its end
	HTTPAddr       string     // host:port
	WebhookURL     string     // where Telegram reaches this program, without a slash at its end; "" = it polls
	WebhookSecret  Secret     // what Telegram shows it knows; set with WebhookURL
	Data           string     // the folder for everything kept here
	LogLevel       slog.Level // the least that is logged
	LogFormat      string     // text or json

	settings []setting // for Lines, in the order of reading
}

// telegram is the Bot API server of everybody who has none of their own.
const telegram = "https://api.telegram.org"

// setting is one variable as it may be shown.
type setting struct{ name, shown, from string }

// Faults is everything that is wrong with the environment, a line each: the
// variable, what is wrong, what is right.
type Faults []string

func (f Faults) Error() string { return strings.Join(f, "\n") }

// Load reads the environment by getenv, and the files that …_FILE variables
// name by readFile. The variables in needed must be set. Its error is Faults.
func Load(getenv func(string) string, readFile func(string) ([]byte, error), needed ...string) (Config, error) {
	r := &reader{getenv: getenv, readFile: readFile, needed: needed}
	c := Config{
		BotTokens:      r.tokens(),
		DatabaseURL:    r.address("DATABASE_URL", databaseAddress),
		RedisURL:       r.address("REDIS_URL", redisAddress),
		TelegramAPIURL: strings.TrimRight(r.plain("TELEGRAM_API_URL", telegram, webAddress), "/"),
		HTTPAddr:       r.plain("HTTP_ADDR", "127.0.0.1:8080", hostPort),
		Data:           r.plain("LINLI_DATA", "./data", anything),
		LogLevel:       level(r.plain("LOG_LEVEL", "info", oneOf("debug", "info", "warn", "error"))),
		LogFormat:      strings.ToLower(r.plain("LOG_FORMAT", "text", oneOf("text", "json"))),
	}
	c.WebhookURL, c.WebhookSecret = r.webhook(c.TelegramAPIURL == telegram)
	c.settings = r.settings
	if len(r.faults) > 0 {
		return Config{}, r.faults
	}
	return c, nil
}

// Lines shows every setting and where it came from, without secrets.
func (c Config) Lines() []string {
	lines := make([]string, 0, len(c.settings))
	for _, s := range c.settings {
		lines = append(lines, s.name+"="+s.shown+" ("+s.from+")")
	}
	return lines
}

// LogValue shows the same to a log.
func (c Config) LogValue() slog.Value {
	attrs := make([]slog.Attr, 0, len(c.settings))
	for _, s := range c.settings {
		attrs = append(attrs, slog.String(s.name, s.shown+" ("+s.from+")"))
	}
	return slog.GroupValue(attrs...)
}

func level(name string) slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(name)); err != nil {
		return slog.LevelInfo // listed as a fault already
	}
	return l
}
