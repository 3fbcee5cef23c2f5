package faults

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	_ "github.com/lib/pq" // the driver that looks into the database

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/embedded"
)

// Setting is what a stage is made of.
type Setting struct {
	Root     string // of the module: where people learn the words
	Binary   string
	Postgres *embedded.Postgres // may be shared: every stage has a database of its own
	Database string             // its name
	Dir      string             // for everything kept
	Towns    int                // communities, each with a bot and a secretary
	Persons  int                // residents of all towns together
	Seed     uint64
	Idle     bool // secretaries leave cases lying
	Haste    int  // how much faster than people everybody is; 0: as people are
}

// Stage is a local Telegram, the stores, linli as a child process, and the
// people who talk to it.
type Stage struct {
	Setting
	towns   []*town
	clk     *clock.Clock
	phrases phrases
	gate    *gate
	api     *botapi.Server
	server  *httptest.Server
	redis   *embedded.Redis
	db      *sql.DB
	env     []string

	mu    sync.Mutex
	child *exec.Cmd
	// release tells the child's guard that it is no longer needed.
	release func() error
	said    *os.File
	stops   []func() error
}

// NewStage brings up everything but linli. Call Close in any case.
func NewStage(ctx context.Context, set Setting) (*Stage, error) {
	s := &Stage{Setting: set, clk: clock.New()}
	var err error
	if s.phrases, err = readPhrases(set.Root); err != nil {
		return s, err
	}
	s.api = botapi.New(botapi.Options{})
	s.gate = &gate{next: s.api}
	s.server = httptest.NewServer(s.gate)
	s.redis, err = embedded.StartRedis(ctx, embedded.RedisOptions{Dir: filepath.Join(set.Dir, "redis"), AppendOnly: true})
	if err != nil {
		return s, err
	}
	s.stops = append(s.stops, s.redis.Stop)
	if s.said, err = os.Create(filepath.Join(set.Dir, "linli.log")); err != nil {
		return s, err
	}
	s.stops = append(s.stops, s.said.Close)
	address, err := s.makeDatabase(ctx)
	if err != nil {
		return s, err
	}
	if s.db, err = sql.Open("postgres", address); err != nil {
		return s, err
	}
	s.stops = append(s.stops, s.db.Close)
	s.env = append(os.Environ(), "TELEGRAM_API_URL="+s.server.URL, "DATABASE_URL="+address, "REDIS_URL="+s.redis.URL(),
		"HTTP_ADDR=127.0.0.1:0", "LINLI_DATA="+filepath.Join(set.Dir, "data"), "BOT_TOKEN="+s.settle())
	return s, nil
}

func (s *Stage) makeDatabase(ctx context.Context) (address string, err error) {
	u, err := url.Parse(s.Postgres.URL())
	if err != nil {
		return "", err
	}
	db, err := sql.Open("postgres", u.String())
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, `CREATE DATABASE `+s.Database); err != nil {
		return "", fmt.Errorf("make a database: %w", err)
	}
	u.Path = "/" + s.Database
	return u.String(), nil
}

// settle founds the towns and gives everybody a phone; it returns the tokens.
func (s *Stage) settle() string {
	var tokens []string
	for i := range s.Setting.Towns {
		token := fmt.Sprintf("%d:AAlocal-telegram-%d", 7_000_001+i, i)
		tokens = append(tokens, token)
		bot := s.api.AddBot(token, fmt.Sprintf("town%d_bot", i), fmt.Sprintf("Town %d", i))
		s.towns = append(s.towns, newTown(s, i, bot))
	}
	for i := range s.Persons {
		s.towns[i%len(s.towns)].moveIn(i)
	}
	for _, t := range s.towns {
		t.watch()
	}
	return strings.Join(tokens, "\n")
}

// Claim makes the secretaries: it prints the links as an owner would, and the
// secretaries open them.
func (s *Stage) Claim(ctx context.Context) error {
	claim := exec.CommandContext(ctx, s.Binary, "claim")
	claim.Env, claim.Stderr = s.env, s.said
	out, err := claim.Output()
	if err != nil {
		return fmt.Errorf("linli claim: %w", err)
	}
	lines := bufio.NewScanner(strings.NewReader(string(out)))
	var links []string
	for lines.Scan() {
		if _, payload, ok := strings.Cut(lines.Text(), "?start="); ok {
			links = append(links, strings.TrimSpace(payload))
		}
	}
	if len(links) != len(s.towns) {
		return fmt.Errorf("linli claim printed %d links for %d bots", len(links), len(s.towns))
	}
	for i, town := range s.towns {
		town.secretary.start(links[i])
	}
	return nil
}

// polls counts how often the towns' bots were asked for updates.
func (s *Stage) polls() (n int64) {
	for _, t := range s.towns {
		n += t.bot.Polls()
	}
	return n
}

// pending counts the updates that nobody has confirmed.
func (s *Stage) pending() (n int) {
	for _, t := range s.towns {
		n += t.bot.Pending()
	}
	return n
}

// until looks again and again whether something has come true, for so long.
func (s *Stage) until(ctx context.Context, patience time.Duration, come func() (bool, error)) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		if ok, err := come(); ok || err != nil && ctx.Err() == nil {
			return ok, err
		}
		select {
		case <-ctx.Done():
			return false, nil
		case <-look.C:
		}
	}
}

// pause waits in real time.
func (s *Stage) pause(ctx context.Context, d time.Duration) {
	_ = s.clk.Until(ctx, s.clk.Now().Add(d)) // ends early only with ctx
}

// Rest waits until nothing is left to do: every update confirmed and worked
// through, every message to a person settled.
func (s *Stage) Rest(ctx context.Context) error {
	var left [3]int
	ok, err := s.until(ctx, restPatience, func() (bool, error) {
		left[0] = s.pending()
		if err := s.age(ctx); err != nil {
			return false, err
		}
		err := s.db.QueryRowContext(ctx, `
			SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL AND parked_at IS NULL),
				(SELECT count(*) FROM outbox WHERE state IN ('waiting', 'claimed') AND (person_id <> 0 OR due_at <= $1))`,
			s.clk.Now()).Scan(&left[1], &left[2])
		return left == [3]int{}, err
	})
	if err != nil || ok {
		return err
	}
	return fmt.Errorf("linli comes to no rest: %d updates unconfirmed, %d inbox rows unfinished, %d outbox rows waiting %s\n%s",
		left[0], left[1], left[2], s.waiting(ctx), s.Said())
}

// waiting describes what lies in the outbox: codes and numbers only.
func (s *Stage) waiting(ctx context.Context) (list string) {
	err := s.db.QueryRowContext(ctx, `
		SELECT coalesce(string_agg(concat_ws(' ', key, 'edits', edits, state, 'attempts', attempts, 'held', held, 'due', due_at,
			'lease', lease_until, 'by', worker, 'message', message_id), '; '), '')
		FROM outbox WHERE state IN ('waiting', 'claimed')`).Scan(&list)
	if err != nil {
		return err.Error()
	}
	return list
}

const restPatience = 60 * time.Second

// Close ends linli and everything around it, and waits for it.
func (s *Stage) Close() error {
	errs := []error{s.Kill()}
	for _, t := range s.towns {
		t.close()
	}
	if s.api != nil {
		s.api.Close()
		s.server.Close()
	}
	for i := len(s.stops) - 1; i >= 0; i-- {
		errs = append(errs, s.stops[i]())
	}
	return errors.Join(errs...)
}
