package faults

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http/httptest"
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
	"github.com/linli-bot/linli/internal/faults/proxy"
)

// Setting is what a stage is made of.
type Setting struct {
	Root     string // of the module: where people learn the words
	Binary   string
	Postgres *embedded.Postgres // may be shared: every stage has a database of its own
	Own      bool               // instead: a Postgres of the stage's own, which can be killed
	Database string             // its name
	Schema   string             // the database that it is copied from; empty: linli migrates an empty one
	Dir      string             // for everything kept
	Towns    int                // communities, each with a bot and a secretary
	Persons  int                // residents of all towns together
	Members  int                // on duty in each town, beside the secretary
	Replicas int                // how many processes serve; 0 is one
	Wires    bool               // between linli and what it asks, so that they can be bad
	Seed     uint64
	Idle     bool // secretaries leave cases lying
	Haste    int  // how much faster than people everybody is; 0: as people are
	Limits   botapi.Limits
}

// Stage is a local Telegram, the stores, linli as a child process, and the
// people who talk to it. Between linli and everything that it asks stands a
// proxy that can break what passes.
type Stage struct {
	Setting
	towns   []*town
	clk     *clock.Clock
	phrases phrases
	api     *botapi.Server
	server  *httptest.Server
	db      *sql.DB
	env     []string
	stores
	wires wires

	telegram *proxy.Telegram

	mu        sync.Mutex
	children  []*child  // by replica; nil: not running
	noticed   findings  // by an aim, at its moment
	blows     int       // how often something was killed, cut or lost
	addresses []string  // of the replicas
	balancer  *balancer // nil: there is one replica, which polls
	said      *os.File
	stops     []func() error
	closed    bool
}

// NewStage brings up everything but linli. Call Close in any case.
func NewStage(ctx context.Context, set Setting) (*Stage, error) {
	s := &Stage{Setting: set, clk: clock.New()}
	s.children = make([]*child, max(1, set.Replicas))
	var err error
	if s.phrases, err = readPhrases(set.Root); err != nil {
		return s, err
	}
	s.api = botapi.New(botapi.Options{Webhooks: botapi.Webhooks{Second: 100 * time.Millisecond}, Limits: set.Limits})
	s.telegram = &proxy.Telegram{Next: s.api}
	s.server = httptest.NewServer(s.telegram)
	if s.said, err = os.Create(filepath.Join(set.Dir, "linli.log")); err != nil {
		return s, err
	}
	s.stops = append(s.stops, s.said.Close)
	if err := s.openStores(ctx); err != nil {
		return s, err
	}
	if set.Wires {
		if err := s.openWires(); err != nil {
			return s, err
		}
	}
	if err := s.openReplicas(ctx); err != nil {
		return s, err
	}
	s.env = append(os.Environ(), "TELEGRAM_API_URL=http://"+address(s.wires.telegram, s.server.Listener.Addr().String()), "DATABASE_URL="+s.databaseURL(), "REDIS_URL="+s.redisURL(),
		"LINLI_DATA="+filepath.Join(set.Dir, "data"), "BOT_TOKEN="+s.settle())
	return s, nil
}

// settle founds the towns and gives everybody a phone; it returns the tokens.
func (s *Stage) settle() string {
	var tokens []string
	for i := range s.Setting.Towns {
		token := tokenOf(i)
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

func tokenOf(town int) string { return fmt.Sprintf("%d:AAlocal-telegram-%d", 7_000_001+town, town) }

// Claim makes the secretaries: it prints the links as an owner would, and the
// secretaries open them.
func (s *Stage) Claim(ctx context.Context) error {
	links, err := s.claims(ctx)
	if err != nil {
		return err
	}
	for i, town := range s.towns {
		town.secretary.start(links[i])
	}
	return nil
}

// remembered is how long linli goes by what it read of a community before.
const remembered = time.Second

// sleepless lets nobody here have quiet hours: what is found must not depend on
// the hour at which somebody looks. It comes before the first word, and waits until
// no process remembers others.
func (s *Stage) sleepless(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, `UPDATE communities SET quiet_from = 0, quiet_until = 0 WHERE id IS NOT NULL`)
	s.pause(ctx, 2*remembered)
	return err
}

// claims are the payloads of the links that make the secretaries, by town. Where
// there are none yet, nothing was said yet.
func (s *Stage) claims(ctx context.Context) ([]string, error) {
	if err := s.sleepless(ctx); err != nil {
		return nil, err
	}
	claim := exec.CommandContext(ctx, s.Binary, "claim")
	claim.Env, claim.Stderr = s.env, s.said
	out, err := claim.Output()
	if err != nil {
		return nil, fmt.Errorf("linli claim: %w\n%s", err, s.Said())
	}
	lines := bufio.NewScanner(strings.NewReader(string(out)))
	var links []string
	for lines.Scan() {
		if _, payload, ok := strings.Cut(lines.Text(), "?start="); ok {
			links = append(links, strings.TrimSpace(payload))
		}
	}
	if len(links) != len(s.towns) {
		return nil, fmt.Errorf("linli claim printed %d links for %d bots", len(links), len(s.towns))
	}
	return links, nil
}

// Close ends linli and everything around it, and waits for it. It may be called
// again.
func (s *Stage) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	errs := []error{s.Kill()}
	for _, t := range s.towns {
		t.close()
	}
	if s.api != nil {
		s.api.Close()
		s.server.Close()
	}
	errs = append(errs, s.closeStores())
	for i := len(s.stops) - 1; i >= 0; i-- {
		errs = append(errs, s.stops[i]())
	}
	return errors.Join(errs...)
}
