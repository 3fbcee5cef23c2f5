package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/embedded"
)

// running is a subject at work.
type running struct {
	replicas []*replica
	town     *telegram
	redis    *embedded.Redis
	stores   *stores
	database string
	address  string // of the database
	log      string
	hush     context.CancelFunc // ends the residents' thinking
}

// replica is one of the processes.
type replica struct {
	*child
	argv, env []string
}

// run starts a subject over a copy of its database.
func (b *bench) run(ctx context.Context, sub subject, s setting) (r *running, err error) {
	live, hush := context.WithCancel(ctx)
	r = &running{stores: b.stores, hush: hush, log: filepath.Join(b.dir, sub.name+".log")}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%s: %w", sub.name, err), r.close(ctx))
		}
	}()
	if r.redis, err = b.stores.redis(ctx); err != nil {
		return r, err
	}
	if r.database, r.address, err = b.stores.database(ctx, sub.base); err != nil {
		return r, err
	}
	if r.town, err = openTelegram(live, s, b.lastUpdate); err != nil {
		return r, err
	}
	if err := r.plan(live, sub, b.dir); err != nil {
		return r, err
	}
	return r, r.serve(ctx, r.replicas...)
}

// plan says how each replica is started. Several, or one that wants it, get
// their updates brought.
func (r *running) plan(live context.Context, sub subject, dir string) error {
	addresses, err := freeAddresses(live, max(sub.replicas, 1))
	if err != nil {
		return err
	}
	env := []string{
		"BOT_TOKEN=" + botToken, "TELEGRAM_API_URL=" + r.town.http.url(), "DATABASE_URL=" + r.address, "REDIS_URL=" + r.redis.URL(),
		"LINLI_DATA=" + filepath.Join(dir, "data"), "LOG_LEVEL=warn", fmt.Sprintf("FLOOR_DUTY=%d", dutyID),
		"WEBHOOK_URL=", "WEBHOOK_SECRET=",
	}
	var paths []string
	if sub.replicas > 0 {
		env = append(env, "WEBHOOK_URL=http://"+addresses[0], "WEBHOOK_SECRET="+hookSecret)
	}
	for _, at := range addresses {
		paths = append(paths, fmt.Sprintf("http://%s/telegram/%d", at, botID))
		r.replicas = append(r.replicas, &replica{argv: sub.argv, env: append(slices.Clone(env), "HTTP_ADDR="+at)})
	}
	if sub.replicas > 0 {
		r.town.hook = newHook(live, r.town.clk, paths)
	}
	return nil
}

// serve starts replicas and waits until each asks for updates.
func (r *running) serve(ctx context.Context, replicas ...*replica) (err error) {
	before := r.town.asked()
	for _, one := range replicas {
		if one.child, err = launch(one.argv, one.env, r.log); err != nil {
			return err
		}
	}
	return until(ctx, startPatience, func() (bool, error) {
		for _, one := range replicas {
			select {
			case <-one.ended:
				return false, fmt.Errorf("it ended by itself: %w\n%s", one.err, tail(r.log))
			default:
			}
		}
		return r.town.asked() >= before+int64(len(replicas)), nil
	})
}

const startPatience = 30 * time.Second

// close ends everything; the database is dropped.
func (r *running) close(ctx context.Context) (err error) {
	r.hush()
	for _, one := range r.replicas {
		if one.child != nil {
			err = errors.Join(err, one.stop())
		}
	}
	if r.town != nil && r.town.http.tcp != nil {
		r.town.close()
	}
	if r.redis != nil {
		err = errors.Join(err, r.redis.Stop())
	}
	if r.database != "" {
		err = errors.Join(err, r.stores.drop(context.WithoutCancel(ctx), r.database))
	}
	return err
}

// cpu is the processor time of all replicas.
func (r *running) cpu() (sum time.Duration, err error) {
	for _, one := range r.replicas {
		used, failed := one.cpu()
		sum, err = sum+used, errors.Join(err, failed)
	}
	return sum, err
}

// peak is the memory of the replica that had most.
func (r *running) peak() (most int64, err error) {
	for _, one := range r.replicas {
		had, failed := one.peak()
		most, err = max(most, had), errors.Join(err, failed)
	}
	return most, err
}
