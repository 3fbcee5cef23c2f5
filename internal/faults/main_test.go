package faults_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/embedded"
	"github.com/linli-bot/linli/internal/faults"
	"github.com/linli-bot/linli/internal/luck"
)

var (
	kills     = flag.Int("kills", 8, "how often linli is killed")
	blows     = flag.Int("blows", 4, "how often anything at all breaks")
	residents = flag.Int("residents", 8, "how many residents talk to it")
	lives     = flag.Int("lives", 0, "how many scripts are lived side by side; 0: each once")
	script    = flag.String("script", "", "the one that is lived; empty: all")
)

// root is where the module is.
const root = "../.."

// server is the Postgres of all tests, several of them, since each takes a
// hundred connections; each stage has a database of its own.
type server struct {
	postgres [4]*embedded.Postgres // started when first needed
	starting sync.Mutex
	lacks    error // what a crash test needs and this machine has not
	stages   atomic.Int64

	migrating sync.Mutex
	made      map[*embedded.Postgres]bool // whose schema is made

	building sync.Once
	binary   string // of linli as it is
	unbuilt  error
}

var shared = server{made: map[*embedded.Postgres]bool{}}

// sideBySide is how many tests run at once: most of their time is waiting.
const sideBySide = "8"

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", sideBySide); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	shared.start()
	code := m.Run()
	if err := os.RemoveAll(filepath.Dir(shared.binary)); shared.binary != "" && err != nil {
		fmt.Fprintln(os.Stderr, "remove the binary:", err)
	}
	for _, postgres := range shared.postgres {
		if postgres == nil {
			continue
		}
		if err := postgres.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop postgres:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// start brings up what the tests need, or notes what this machine lacks.
func (s *server) start() {
	if _, err := exec.LookPath("go"); err != nil {
		s.lacks = errors.New("the go command builds the binary, and is not in PATH")
		return
	}
	redis, err := embedded.StartRedis(context.Background(), embedded.RedisOptions{})
	if err == nil && redis.Kind() != "redis-server" {
		err = errors.New("no redis-server is installed")
	}
	if redis != nil {
		err = errors.Join(err, redis.Stop())
	}
	if s.lacks = err; err == nil {
		_, s.lacks = s.of(0)
	}
}

// of is the server of the n-th stage.
func (s *server) of(n int64) (*embedded.Postgres, error) {
	s.starting.Lock()
	defer s.starting.Unlock()
	at := &s.postgres[n%int64(len(s.postgres))]
	if *at != nil {
		return *at, nil
	}
	var err error
	*at, err = embedded.StartPostgres(context.Background(), embedded.PostgresOptions{Throwaway: true})
	return *at, err
}

// schema is the database of a server that its stages are copied from: where eight
// of them migrated at once, linli took longer to come up than anybody waits.
const schema = "linli_schema"

// migrated lets a binary make it, unless it is there.
func (s *server) migrated(ctx context.Context, postgres *embedded.Postgres, binary string) error {
	s.migrating.Lock()
	defer s.migrating.Unlock()
	if s.made[postgres] {
		return nil
	}
	db, err := sql.Open("postgres", postgres.URL())
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `CREATE DATABASE `+schema)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	at, err := url.Parse(postgres.URL())
	if err != nil {
		return err
	}
	at.Path = "/" + schema
	migrate := exec.CommandContext(ctx, binary, "migrate")
	migrate.Env = append(os.Environ(), "DATABASE_URL="+at.String())
	if said, err := migrate.CombinedOutput(); err != nil {
		return fmt.Errorf("linli migrate: %w: %s", err, said)
	}
	s.made[postgres] = true
	return nil
}

// linli is the binary as it is, built once.
func linli(t *testing.T) string {
	t.Helper()
	needs(t)
	shared.building.Do(func() {
		var dir string
		if dir, shared.unbuilt = os.MkdirTemp("", "linli-faults-"); shared.unbuilt == nil {
			shared.binary, shared.unbuilt = faults.Build(context.Background(), root, dir)
		}
	})
	require.NoError(t, shared.unbuilt)
	return shared.binary
}

// newStage sets a stage up for a test, with everything ended after it.
func newStage(t *testing.T, set faults.Setting) *faults.Stage {
	t.Helper()
	set.Root, set.Dir, set.Seed = root, t.TempDir(), luck.Seed(t)
	nth := shared.stages.Add(1)
	if set.Postgres == nil && !set.Own {
		var err error
		set.Postgres, err = shared.of(nth)
		require.NoError(t, err)
		if set.Binary == shared.binary { // a planted fault may lie in the schema
			require.NoError(t, shared.migrated(t.Context(), set.Postgres, set.Binary))
			set.Schema = schema
		}
	}
	set.Database = fmt.Sprintf("stage_%d", nth)
	s, err := faults.NewStage(t.Context(), set)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, err)
	return s
}

func needs(t *testing.T) {
	t.Helper()
	if shared.lacks != nil {
		t.Skipf("a crash test needs Postgres, redis-server and the go command: %v", shared.lacks)
	}
}
