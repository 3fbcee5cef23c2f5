package bench

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// meter is what has been used and done so far.
type meter struct {
	cpu, own                 time.Duration // of the subject, and of this process
	opened                   int64         // connections to the server
	commits, syncs, commands int64         // of Postgres, its log, and Redis
}

func (m meter) since(before meter) meter {
	return meter{
		m.cpu - before.cpu, m.own - before.own, m.opened - before.opened,
		m.commits - before.commits, m.syncs - before.syncs, m.commands - before.commands,
	}
}

// meter reads it. A connection of Postgres tells its part up to a second late,
// so that the figures of the stores are good to a few in a hundred.
func (r *running) meter(ctx context.Context) (m meter, err error) {
	if m.cpu, err = r.cpu(); err != nil {
		return m, err
	}
	if m.own, err = ownCPU(); err != nil {
		return m, err
	}
	m.opened = r.town.http.connections()
	err = r.stores.db.QueryRowContext(ctx, `
		SELECT d.xact_commit, w.wal_sync FROM pg_stat_database d, pg_stat_wal w WHERE d.datname = $1`,
		r.database).Scan(&m.commits, &m.syncs)
	if err != nil {
		return m, fmt.Errorf("ask postgres what it did: %w", err)
	}
	m.commands, err = r.commands(ctx)
	return m, err
}

func (r *running) commands(ctx context.Context) (int64, error) {
	options, err := redis.ParseURL(r.redis.URL())
	if err != nil {
		return 0, fmt.Errorf("ask redis what it did: %w", err)
	}
	rdb := redis.NewClient(options)
	defer func() { _ = rdb.Close() }() // only asked
	said, err := rdb.Info(ctx, "stats").Result()
	if err != nil {
		return 0, fmt.Errorf("ask redis what it did: %w", err)
	}
	_, said, _ = strings.Cut(said, "total_commands_processed:")
	number, _, _ := strings.Cut(said, "\r\n")
	return strconv.ParseInt(number, 10, 64)
}
