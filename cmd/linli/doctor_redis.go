package main

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/linli-bot/linli/internal/embedded"
	"github.com/linli-bot/linli/internal/session"
)

func (d *doctor) redis(ctx context.Context) {
	address := d.config.RedisURL.Reveal()
	if address == "" {
		running, ok := embedded.Running(filepath.Join(d.config.Data, "redis"))
		if !ok {
			d.note("start linli serve and ask again, or set REDIS_URL; without redis-server installed there is nothing to ask",
				"linli's own, which does not run just now")
			return
		}
		address = running
	}
	options, err := session.Options(address)
	if err != nil {
		d.wrong("correct REDIS_URL", "%v", err)
		return
	}
	client := redis.NewUniversalClient(options)
	defer func() { _ = client.Close() }() // only asked
	text, err := client.Info(ctx).Result()
	if err != nil {
		d.wrong(adviceOnRedis(err), "%v", err)
		return
	}
	d.memory(facts(text))
	d.persistence(ctx, client, facts(text))
}

// facts reads the lines of INFO.
func facts(text string) map[string]string {
	found := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			found[name] = value
		}
	}
	return found
}

func adviceOnRedis(err error) string {
	for _, known := range []struct{ part, todo string }{
		{"WRONGPASS", "correct the password in REDIS_URL"},
		{"NOAUTH", "write the password into REDIS_URL: redis://:password@host:6379/0"},
		{"NOPERM", "let the user of REDIS_URL run INFO"},
		{"no such host", "correct the host in REDIS_URL"},
		{"connection refused", "start Redis, or correct the host and port in REDIS_URL"},
	} {
		if strings.Contains(err.Error(), known.part) {
			return known.todo
		}
	}
	return "see whether Redis runs and can be reached from here, and correct REDIS_URL"
}

// memory grades the version, and what happens when memory is full.
func (d *doctor) memory(is map[string]string) {
	major, _, _ := strings.Cut(is["redis_version"], ".")
	if n, err := strconv.Atoi(major); err != nil || n < 7 {
		d.wrong("move to Redis 7.0 or newer", "version %s", is["redis_version"])
	} else {
		d.fine("version %s", is["redis_version"])
	}
	if is["role"] == "slave" {
		d.wrong("name the primary in REDIS_URL", "it is a replica, which takes no writes")
	}
	used, _ := strconv.ParseInt(is["used_memory"], 10, 64) // 0 where it does not say
	most, _ := strconv.ParseInt(is["maxmemory"], 10, 64)
	switch policy := is["maxmemory_policy"]; {
	case policy == "" || policy == "noeviction":
		d.fine("nothing is evicted when memory is full")
	case most > 0:
		d.wrong("redis-cli config set maxmemory-policy noeviction, and the same in redis.conf", "%s: when memory is full, half-finished conversations vanish", policy)
	default:
		d.note("redis-cli config set maxmemory-policy noeviction, and the same in redis.conf", "%s, which matters once maxmemory is set", policy)
	}
	const full = 80 // per cent
	if most > 0 && used*100 > most*full {
		d.wrong("raise maxmemory", "%s of %s memory are taken", is["used_memory_human"], is["maxmemory_human"])
	} else if most > 0 {
		d.fine("%s of %s memory are taken", is["used_memory_human"], is["maxmemory_human"])
	} else {
		d.fine("%s of memory are taken, no limit is set", is["used_memory_human"])
	}
}

// persistence grades what outlives a restart.
func (d *doctor) persistence(ctx context.Context, client redis.UniversalClient, is map[string]string) {
	if is["aof_enabled"] != "1" {
		d.note("redis-cli config set appendonly yes, and the same in redis.conf",
			"append-only is off: half-finished conversations are lost when Redis restarts")
	} else if sync, err := client.ConfigGet(ctx, "appendfsync").Result(); err == nil && sync["appendfsync"] != "" && sync["appendfsync"] != "always" {
		d.note("redis-cli config set appendfsync always, and the same in redis.conf: a few writes a second do not feel it",
			"append-only is on, but synced %s: after a power cut a conversation may fall back by a step", sync["appendfsync"])
	} else {
		d.fine("append-only is on")
	}
	for _, last := range []string{"aof_last_write_status", "aof_last_bgrewrite_status", "rdb_last_bgsave_status"} {
		if state := is[last]; state != "" && state != "ok" {
			d.wrong("see the log of Redis; most often its disk is full", "%s is %s: it may take no writes", last, state)
		}
	}
}
