// Package pgtest gives every test a fresh, migrated database on a real
// Postgres: a server of its own for each test program, or the one that
// TEST_DATABASE_URL names.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/embedded"
	"github.com/linli-bot/linli/internal/pg"
)

// New returns a fresh database with the whole schema and no rows. It is
// dropped when the test ends. Where no Postgres can be had the test is skipped.
func New(t testing.TB) *sqlx.DB {
	t.Helper()
	db, _ := URL(t)
	return db
}

// URL is New for tests that also need the database's address.
func URL(t testing.TB) (*sqlx.DB, string) {
	t.Helper()
	s := ready(t)
	return s.fresh(t, s.template)
}

// Grown is URL for tests that begin with the same rows: what grow made of a
// fresh database, once in each test program for each key. When grow returns it
// has closed whatever it opened. On a server that lives on, where nobody would
// clear that away, each test grows its own.
func Grown(t testing.TB, key string, grow func(address string)) (*sqlx.DB, string) {
	t.Helper()
	s := ready(t)
	if !s.ours {
		db, address := s.fresh(t, s.template)
		grow(address)
		return db, address
	}
	made, _ := s.grown.LoadOrStore(key, &plot{})
	p, _ := made.(*plot) // nothing else is kept there
	p.once.Do(func() {
		name := newName()
		s.mustClone(t, name, s.template)
		grow(s.address(name))
		p.name = name
	})
	if p.name == "" {
		t.Fatalf("what begins with %q could not be grown: the test that tried says why", key)
	}
	return s.fresh(t, p.name)
}

// plot is a database that others are copied from; without a name it failed.
type plot struct {
	once sync.Once
	name string
}

// ready is the server, started by the first test that asks.
func ready(t testing.TB) *server {
	t.Helper()
	s, err := shared()
	if errors.Is(err, embedded.ErrNoPostgres) {
		t.Skipf("this test needs Postgres: set TEST_DATABASE_URL, or: %v", err)
	}
	if err != nil {
		t.Fatalf("start a Postgres for tests: %v", err)
	}
	return s
}

func newName() string { return "linli_test_" + strings.ToLower(rand.Text()[:16]) }

func (s *server) mustClone(t testing.TB, name, template string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.clone(ctx, name, template); err != nil {
		t.Fatalf("make a database for the test: %v", err)
	}
}

// fresh copies a template for one test.
func (s *server) fresh(t testing.TB, template string) (*sqlx.DB, string) {
	t.Helper()
	name := newName()
	s.mustClone(t, name, template)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	address := s.address(name)
	db, err := pg.Open(ctx, address)
	if err != nil {
		t.Fatalf("open the test's database: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience) // the test's own has ended
		defer cancel()
		if err := errors.Join(db.Close(), s.drop(ctx, name)); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return db, address
}

// patience bounds each step here; on a busy machine a clone can take seconds.
const patience = time.Minute

// shared is the server of this test program, started by the first test that
// asks. Nobody stops it: it ends with the program.
var shared = sync.OnceValues(func() (*server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	at := os.Getenv("TEST_DATABASE_URL")
	if at == "" {
		p, err := embedded.StartPostgres(ctx, embedded.PostgresOptions{Throwaway: true})
		if err != nil {
			return nil, err
		}
		at = p.URL()
	}
	s, err := newServer(ctx, at)
	if err != nil {
		return nil, err
	}
	s.ours = os.Getenv("TEST_DATABASE_URL") == ""
	return s, nil
})

// server makes databases from a template that holds the migrated schema.
type server struct {
	at       *url.URL
	admin    *sqlx.DB
	template string
	ours     bool     // it ends with this program
	grown    sync.Map // of plots, by key
}

func newServer(ctx context.Context, address string) (*server, error) {
	at, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(at.Scheme, "postgres") {
		return nil, errors.New("TEST_DATABASE_URL is not a postgres:// URL")
	}
	// Copying databases may take longer than a query of every day.
	q := at.Query()
	q.Set("statement_timeout", "60000")
	q.Set("lock_timeout", "60000")
	admin := *at
	admin.RawQuery = q.Encode()
	s := &server{at: at}
	if s.admin, err = pg.Open(ctx, admin.String(), pg.MaxConns(4)); err != nil {
		return nil, err
	}
	// Named after the schema, so that a server that lives on never serves an old one.
	schema, err := pg.Fingerprint()
	if err != nil {
		return nil, err
	}
	s.template = "linli_template_" + schema
	return s, s.prepare(ctx)
}

// prepare makes the template once. It gets its name when it is whole, and
// test programs that share a server take turns.
func (s *server) prepare(ctx context.Context) error {
	conn, err := s.admin.Connx(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // gives the lock back as well
	const key = 4_097_083_111
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, int64(key)); err != nil {
		return err
	}
	defer func() { _, _ = conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, int64(key)) }()
	var ready bool
	err = conn.GetContext(ctx, &ready, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, s.template)
	if err != nil || ready {
		return err
	}
	raw := s.template + "_new"
	if err := s.drop(ctx, raw); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, `CREATE DATABASE `+pq.QuoteIdentifier(raw)+` TEMPLATE template0 STRATEGY FILE_COPY`); err != nil {
		return err
	}
	if err := s.migrate(ctx, raw); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `ALTER DATABASE `+pq.QuoteIdentifier(raw)+` RENAME TO `+pq.QuoteIdentifier(s.template))
	return err
}

func (s *server) migrate(ctx context.Context, name string) error {
	db, err := pg.Open(ctx, s.address(name))
	if err != nil {
		return err
	}
	_, err = pg.Migrate(ctx, db, slog.New(slog.DiscardHandler))
	return errors.Join(err, db.Close())
}

func (s *server) clone(ctx context.Context, name, template string) error {
	_, err := s.admin.ExecContext(ctx, `CREATE DATABASE `+pq.QuoteIdentifier(name)+
		` TEMPLATE `+pq.QuoteIdentifier(template)+` STRATEGY FILE_COPY`)
	return err
}

func (s *server) drop(ctx context.Context, name string) error {
	_, err := s.admin.ExecContext(ctx, `DROP DATABASE IF EXISTS `+pq.QuoteIdentifier(name)+` WITH (FORCE)`)
	return err
}

// slow is what a connection may take, in milliseconds, and to come about, in seconds:
// beside all other tests and the race detector a query takes many times as long as in
// service. How long a lock is waited for stays: whoever waits begins again.
var slow = map[string]string{"statement_timeout": "30000", "idle_in_transaction_session_timeout": "120000", "connect_timeout": "60"}

func (s *server) address(name string) string {
	at := *s.at
	at.Path = "/" + name
	q := at.Query()
	for limit, most := range slow {
		q.Set(limit, most)
	}
	at.RawQuery = q.Encode()
	return at.String()
}
