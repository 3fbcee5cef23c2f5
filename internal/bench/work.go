package bench

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// work is what the stores have done so far.
type work struct{ commits, syncs, commands int64 }

func (w work) since(before work) work {
	return work{w.commits - before.commits, w.syncs - before.syncs, w.commands - before.commands}
}

// work asks the stores. A connection of Postgres tells its part up to a second
// late, so that the figures are good to a few in a hundred.
func (r *running) work(ctx context.Context) (w work, err error) {
	err = r.stores.db.QueryRowContext(ctx, `
		SELECT d.xact_commit, w.wal_sync FROM pg_stat_database d, pg_stat_wal w WHERE d.datname = $1`,
		r.database).Scan(&w.commits, &w.syncs)
	if err != nil {
		return w, fmt.Errorf("ask postgres what it did: %w", err)
	}
	options, err := redis.ParseURL(r.redis.URL())
	if err != nil {
		return w, fmt.Errorf("ask redis what it did: %w", err)
	}
	rdb := redis.NewClient(options)
	defer func() { _ = rdb.Close() }() // only asked
	said, err := rdb.Info(ctx, "stats").Result()
	if err != nil {
		return w, fmt.Errorf("ask redis what it did: %w", err)
	}
	_, said, _ = strings.Cut(said, "total_commands_processed:")
	number, _, _ := strings.Cut(said, "\r\n")
	w.commands, err = strconv.ParseInt(number, 10, 64)
	return w, err
}
