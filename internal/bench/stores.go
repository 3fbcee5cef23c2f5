package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	_ "github.com/lib/pq" // the driver that copies databases

	"github.com/linli-bot/linli/internal/embedded"
)

// stores are a Postgres that syncs, for all measurements of a run, and a fresh
// redis-server that syncs for each.
type stores struct {
	dir      string
	postgres *embedded.Postgres
	db       *sql.DB
	made     int // databases and folders so far
}

func openStores(ctx context.Context, dir string) (*stores, error) {
	s := &stores{dir: dir}
	if err := os.Chmod(dir, 0o711); err != nil { // started by root, Postgres runs as another user
		return nil, err
	}
	var err error
	if s.postgres, err = embedded.StartPostgres(ctx, embedded.PostgresOptions{Dir: filepath.Join(dir, "postgres")}); err != nil {
		return nil, err
	}
	if s.db, err = sql.Open("postgres", s.postgres.URL()); err != nil {
		return nil, errors.Join(err, s.postgres.Stop())
	}
	return s, nil
}

// database makes one, as a copy of another where from is not "": then both
// subjects begin each measurement with what they began the last with.
func (s *stores) database(ctx context.Context, from string) (name, address string, err error) {
	s.made++
	name = "bench_" + strconv.Itoa(s.made)
	if from == "" {
		from = "template1"
	}
	for _, statement := range []string{`CREATE DATABASE ` + name + ` TEMPLATE ` + from, `CHECKPOINT`} {
		if _, err := s.db.ExecContext(ctx, statement); err != nil {
			return "", "", fmt.Errorf("make a database: %w", err)
		}
	}
	u, err := url.Parse(s.postgres.URL())
	if err != nil {
		return "", "", err
	}
	u.Path = "/" + name
	return name, u.String(), nil
}

func (s *stores) drop(ctx context.Context, name string) error {
	_, err := s.db.ExecContext(ctx, `DROP DATABASE `+name+` WITH (FORCE)`)
	return err
}

func (s *stores) redis(ctx context.Context) (*embedded.Redis, error) {
	s.made++
	dir := filepath.Join(s.dir, "redis"+strconv.Itoa(s.made))
	r, err := embedded.StartRedis(ctx, embedded.RedisOptions{Dir: dir, AppendOnly: true})
	if err != nil {
		return nil, err
	}
	if r.Kind() != "redis-server" {
		return nil, errors.Join(errors.New("no redis-server is installed: nothing can be compared without one"), r.Stop())
	}
	return r, nil
}

func (s *stores) close() error {
	return errors.Join(s.db.Close(), s.postgres.Stop())
}
