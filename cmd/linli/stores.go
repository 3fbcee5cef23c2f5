package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/linli-bot/linli/internal/config"
	"github.com/linli-bot/linli/internal/embedded"
)

// stores are the Postgres and the Redis to use: those of the settings, or
// embedded ones whose data stay in the data folder.
type stores struct {
	databaseURL, redisURL string
	postgres              *embedded.Postgres
	redis                 *embedded.Redis
}

// openStores starts what the settings do not name.
func openStores(ctx context.Context, c config.Config, log *slog.Logger) (*stores, error) {
	s := &stores{databaseURL: c.DatabaseURL.Reveal(), redisURL: c.RedisURL.Reveal()}
	var err error
	if s.databaseURL == "" {
		s.postgres, err = embedded.StartPostgres(ctx, embedded.PostgresOptions{Dir: filepath.Join(c.Data, "postgres"), Log: log})
		if err != nil {
			return nil, fmt.Errorf("embedded postgres: %w", err)
		}
		s.databaseURL = s.postgres.URL()
	}
	if s.redisURL == "" {
		s.redis, err = embedded.StartRedis(ctx, embedded.RedisOptions{Dir: filepath.Join(c.Data, "redis"), AppendOnly: true, Log: log})
		if err != nil {
			return nil, errors.Join(fmt.Errorf("embedded redis: %w", err), s.close())
		}
		s.redisURL = s.redis.URL()
		if !s.redis.Durable() {
			log.WarnContext(ctx, "no redis-server is installed: half-finished dialogs begin again after a restart")
		}
	}
	return s, nil
}

// watch waits for ctx, or for an embedded store to die.
func (s *stores) watch(ctx context.Context) error {
	var postgres, redis <-chan struct{}
	if s.postgres != nil {
		postgres = s.postgres.Done()
	}
	if s.redis != nil {
		redis = s.redis.Done()
	}
	select {
	case <-ctx.Done():
		return nil
	case <-postgres:
		return errors.New("the embedded postgres has ended")
	case <-redis:
		return errors.New("the embedded redis has ended")
	}
}

func (s *stores) close() error {
	var errs []error
	if s.redis != nil {
		errs = append(errs, s.redis.Stop())
	}
	if s.postgres != nil {
		errs = append(errs, s.postgres.Stop())
	}
	return errors.Join(errs...)
}
