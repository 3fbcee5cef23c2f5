package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// RedisOptions say how a Redis is run.
type RedisOptions struct {
	Dir        string       // where its data are kept; "" = nowhere
	AppendOnly bool         // keep every write over a restart; needs Dir
	Log        *slog.Logger // gets what the server says; nil = nobody
}

// Redis is a running server, or a stand-in within this process where no
// redis-server is installed.
type Redis struct {
	proc    *process
	temp    *tempFolder
	folder  *folderLock
	mini    *miniredis.Miniredis
	url     string
	durable bool
	done    chan struct{} // of the stand-in
}

// StartRedis runs a server and returns when it answers.
func StartRedis(ctx context.Context, o RedisOptions) (*Redis, error) {
	binary, err := exec.LookPath("redis-server")
	for _, path := range []string{"/usr/bin/redis-server", "/opt/homebrew/bin/redis-server", "/usr/local/bin/redis-server"} {
		if err == nil {
			break
		}
		binary, err = exec.LookPath(path)
	}
	if err != nil {
		binary = ""
	}
	return startRedis(ctx, o, binary)
}

func startRedis(ctx context.Context, o RedisOptions, binary string) (*Redis, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.AppendOnly && o.Dir == "" {
		return nil, errors.New("start redis: append-only needs a folder")
	}
	r := &Redis{}
	begin := r.startServer
	if binary == "" {
		begin = r.startMini
	}
	if err := begin(ctx, o, binary); err != nil {
		return nil, fmt.Errorf("start redis: %w", errors.Join(err, r.Stop()))
	}
	return r, nil
}

func (r *Redis) startMini(context.Context, RedisOptions, string) error {
	r.done = make(chan struct{})
	mini := miniredis.NewMiniRedis()
	mini.ClockTTL(true) // else keys never expire
	if err := mini.Start(); err != nil {
		return err
	}
	r.mini, r.url = mini, "redis://"+mini.Addr()+"/0"
	return nil
}

func (r *Redis) startServer(ctx context.Context, o RedisOptions, binary string) error {
	var err error
	if r.temp, err = newTemp(tempBase(false), "redis", nil); err != nil {
		return err
	}
	dir := r.temp.path
	if o.Dir != "" {
		if dir, err = filepath.Abs(o.Dir); err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if r.folder, err = lockFolder(dir); err != nil {
			return err
		}
	}
	hold, err := lockForChild(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { _ = hold.Close() }() // the child has it now
	socket := filepath.Join(r.temp.path, "redis.sock")
	r.durable = o.AppendOnly
	r.proc, err = start(command{
		argv: redisCommand(binary, socket, o.AppendOnly),
		dir:  dir, signal: "TERM", remove: r.temp.path, hold: hold, log: o.Log,
		locks: []any{r.temp, r.folder},
	})
	if err != nil {
		return err
	}
	if err := r.ready(ctx, socket); err != nil {
		return err
	}
	r.url = (&url.URL{Scheme: "unix", Path: socket}).String()
	if r.folder != nil {
		return r.folder.name(r.url)
	}
	return nil
}

// redisCommand runs in its data folder, so that no path needs quoting there.
//
// Kept data are synced at every write: a session carries the inbox row last
// applied, and one that falls back by a second after a power cut would take a
// replayed answer for the answer to the next question. A neighbourhood's few
// writes a second do not feel it. Nothing is ever evicted: a full memory
// answers with an error, which is seen.
func redisCommand(binary, socket string, appendOnly bool) []string {
	keep := "no"
	if appendOnly {
		keep = "yes"
	}
	return []string{
		binary, "--port", "0", "--unixsocket", socket, "--unixsocketperm", "700", "--daemonize", "no", "--dir", ".",
		"--appendonly", keep, "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction", "--loglevel", "warning",
	}
}

// ready waits until the server answers a PING, which it does after loading.
func (r *Redis) ready(ctx context.Context, socket string) error {
	ctx, cancel := context.WithTimeout(ctx, waitPatience)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ping(ctx, socket)
		if err == nil {
			return nil
		}
		select {
		case <-r.proc.done:
			return r.proc.failure("the server")
		case <-ctx.Done():
			return fmt.Errorf("it does not answer: %w (%w)", ctx.Err(), err)
		case <-tick.C:
		}
	}
}

func ping(ctx context.Context, socket string) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // only asked
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprint(conn, "PING\r\n"); err != nil {
		return err
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil && !strings.HasPrefix(answer, "+PONG") {
		err = errors.New(strings.TrimSpace(answer))
	}
	return err
}

// URL is where the server is reached, for go-redis' ParseURL.
func (r *Redis) URL() string { return r.url }

// Durable reports whether what is written outlives a restart.
func (r *Redis) Durable() bool { return r.durable }

// Kind names what runs: redis-server or miniredis.
func (r *Redis) Kind() string {
	if r.mini != nil {
		return "miniredis"
	}
	return "redis-server"
}

// Done is closed when the server has ended, by Stop or by itself.
func (r *Redis) Done() <-chan struct{} {
	if r.proc != nil {
		return r.proc.done
	}
	return r.done
}

// Stop ends the server, waits for it and frees its folder. Call it once.
func (r *Redis) Stop() error {
	var errs []error
	if r.mini != nil {
		r.mini.Close()
		close(r.done)
	}
	if r.proc != nil {
		errs = append(errs, r.proc.stop())
	}
	if r.temp != nil {
		errs = append(errs, r.temp.Close())
	}
	return errors.Join(append(errs, r.folder.Close())...)
}
