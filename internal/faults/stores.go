package faults

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/linli-bot/linli/internal/embedded"
	"github.com/linli-bot/linli/internal/faults/proxy"
)

// stores are a stage's Postgres and Redis, each behind a proxy whose address
// stays when the server is killed and started again.
type stores struct {
	own      *embedded.Postgres // nil: the stage uses a shared one
	folder   string             // of its data
	redis    *embedded.Redis
	pgProxy  *proxy.Proxy
	rdbProxy *proxy.Proxy
}

func (s *Stage) openStores(ctx context.Context) (err error) {
	if s.Own {
		if err := s.ownFolder(); err != nil {
			return err
		}
		if err := s.StartPostgres(ctx); err != nil {
			return err
		}
	}
	if err := s.makeDatabase(ctx); err != nil {
		return err
	}
	network, address := socketOf(s.postgresURL())
	if s.pgProxy, err = proxy.Postgres(ctx, network, address); err != nil {
		return err
	}
	if err := s.StartRedis(ctx); err != nil {
		return err
	}
	network, address = redisSocket(s.redis.URL())
	s.rdbProxy, err = proxy.Redis(ctx, network, address)
	return err
}

// ownFolder makes a place for the data that the server's account can enter,
// which the stage's own folder may not be.
func (s *Stage) ownFolder() (err error) {
	s.folder, err = os.MkdirTemp("", "linli-faults-")
	if err != nil {
		return err
	}
	s.stops = append(s.stops, func() error { return os.RemoveAll(s.folder) })
	return os.Chmod(s.folder, 0o711) //nolint:gosec // entered, not listed
}

func (s *Stage) closeStores() error {
	var errs []error
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	for _, p := range []*proxy.Proxy{s.pgProxy, s.rdbProxy} {
		if p != nil {
			errs = append(errs, p.Close())
		}
	}
	if s.redis != nil {
		errs = append(errs, s.redis.Stop())
	}
	if s.own != nil {
		errs = append(errs, s.own.Stop())
	}
	return errors.Join(errs...)
}

// databaseURL is where linli finds its database, through the proxy.
func (s *Stage) databaseURL() string {
	u, err := url.Parse(s.postgresURL())
	if err != nil {
		return err.Error() // linli says that it cannot be read
	}
	q := u.Query()
	q.Del("host")
	q.Del("port")
	u.RawQuery, u.Path, u.Host = q.Encode(), "/"+s.Database, address(s.wires.postgres, s.pgProxy.Addr())
	return u.String()
}

func (s *Stage) redisURL() string {
	return "redis://" + address(s.wires.redis, s.rdbProxy.Addr()) + "/0"
}

func (s *Stage) postgresURL() string {
	if s.own != nil {
		return s.own.URL()
	}
	return s.Postgres.URL()
}

// socketOf is where the server of a URL listens.
func socketOf(address string) (network, socket string) {
	u, err := url.Parse(address)
	if err != nil {
		return "unix", err.Error() // nothing listens there
	}
	host, port := u.Query().Get("host"), u.Query().Get("port")
	if strings.HasPrefix(host, "/") {
		return "unix", filepath.Join(host, ".s.PGSQL."+port)
	}
	return "tcp", host + ":" + port
}

func redisSocket(address string) (network, socket string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "unix" {
		return "tcp", strings.TrimSuffix(strings.TrimPrefix(address, "redis://"), "/0")
	}
	return "unix", u.Path
}

func (s *Stage) makeDatabase(ctx context.Context) (err error) {
	db, err := sql.Open("postgres", s.postgresURL())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, `CREATE DATABASE `+s.Database+` TEMPLATE `+cmp.Or(s.Schema, "template1")+` STRATEGY FILE_COPY`); err != nil {
		return fmt.Errorf("make a database: %w", err)
	}
	return s.look()
}

// look opens the harness's own way into the database, past the proxy.
func (s *Stage) look() error {
	u, err := url.Parse(s.postgresURL())
	if err != nil {
		return err
	}
	u.Path = "/" + s.Database
	if s.db != nil {
		_ = s.db.Close() // its server is gone
	}
	s.db, err = sql.Open("postgres", u.String())
	if err == nil {
		s.db.SetMaxOpenConns(mostLooks)
	}
	return err
}

// mostLooks is how many connections the harness has for itself: a server has a
// hundred, and several stages share it.
const mostLooks = 4

// StartPostgres starts the stage's own server, at first or again.
func (s *Stage) StartPostgres(ctx context.Context) (err error) {
	again := s.own != nil
	s.own, err = embedded.StartPostgres(ctx, embedded.PostgresOptions{Dir: filepath.Join(s.folder, "postgres")})
	if err != nil || !again {
		return err
	}
	s.pgProxy.Lead(socketOf(s.own.URL()))
	return s.look()
}

// StopPostgres ends the stage's own server: SIGKILL as a power cut would,
// SIGQUIT at once, SIGINT as a restart does.
func (s *Stage) StopPostgres(how syscall.Signal) error {
	if s.own == nil {
		return errors.New("this stage has no Postgres of its own to stop")
	}
	raw, err := os.ReadFile(filepath.Join(s.folder, "postgres", "postmaster.pid"))
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(raw), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		return fmt.Errorf("which process is postgres: %w", err)
	}
	s.blow()
	if err := syscall.Kill(pid, how); err != nil {
		return fmt.Errorf("stop postgres: %w", err)
	}
	<-s.own.Done()
	return s.own.Stop()
}

// Disconnect ends every session that linli has at Postgres.
func (s *Stage) Disconnect(ctx context.Context) error {
	s.blow()
	_, err := s.db.ExecContext(ctx, `
		SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	return err
}

// StartRedis starts the stage's Redis, at first or again, with what it kept.
func (s *Stage) StartRedis(ctx context.Context) (err error) {
	s.redis, err = embedded.StartRedis(ctx, embedded.RedisOptions{Dir: filepath.Join(s.Dir, "redis"), AppendOnly: true})
	if err == nil && s.rdbProxy != nil {
		s.rdbProxy.Lead(redisSocket(s.redis.URL()))
	}
	return err
}

// KillRedis ends Redis as a power cut would.
func (s *Stage) KillRedis(ctx context.Context) error {
	if err := s.signalRedis(ctx, syscall.SIGKILL); err != nil {
		return err
	}
	<-s.redis.Done()
	return s.redis.Stop()
}

// HangRedis lets Redis stand still, with its connections open, until it is
// told to go on.
func (s *Stage) HangRedis(ctx context.Context) (goOn func() error, err error) {
	pid, err := s.redisPID(ctx)
	if err != nil {
		return nil, err
	}
	s.blow()
	return func() error { return syscall.Kill(pid, syscall.SIGCONT) }, syscall.Kill(pid, syscall.SIGSTOP)
}

func (s *Stage) signalRedis(ctx context.Context, how syscall.Signal) error {
	pid, err := s.redisPID(ctx)
	if err != nil {
		return err
	}
	s.blow()
	return syscall.Kill(pid, how)
}

// FlushRedis makes Redis forget everything.
func (s *Stage) FlushRedis(ctx context.Context) error {
	s.blow()
	_, err := s.tellRedis(ctx, "FLUSHALL")
	return err
}

func (s *Stage) redisPID(ctx context.Context) (int, error) {
	info, err := s.tellRedis(ctx, "INFO server")
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(info, "process_id:")
	first, _, _ := strings.Cut(after, "\r\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		return 0, fmt.Errorf("which process is redis: %w", err)
	}
	return pid, nil
}

func (s *Stage) blow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blows++
}
