package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "github.com/lib/pq" // the driver that asks whether the server is ready
)

// PostgresOptions say how a Postgres is run.
type PostgresOptions struct {
	Dir       string       // where its data are kept; "" = a temporary folder that goes with it, in memory if Throwaway
	Throwaway bool         // nothing is synced to disk: fast, and lost with the machine; for tests
	TCP       bool         // also listen on a free port of 127.0.0.1, where any local user may connect
	Log       *slog.Logger // gets what the server says; nil = nobody
}

// Postgres is a running server.
type Postgres struct {
	proc   *process
	temp   *tempFolder
	folder *folderLock
	port   int // 0 = socket only
	dbname string
}

const (
	superuser  = "linli"
	socketPort = 5432 // part of the socket's name; nothing listens there
)

// StartPostgres runs a server and returns when it takes connections. Kept data
// are made on first use and need the same major version afterwards.
func StartPostgres(ctx context.Context, o PostgresOptions) (*Postgres, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	p := &Postgres{dbname: "postgres"}
	if err := p.start(ctx, o); err != nil {
		return nil, fmt.Errorf("start postgres: %w", errors.Join(err, p.Stop()))
	}
	return p, nil
}

func (p *Postgres) start(ctx context.Context, o PostgresOptions) error {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return err
	}
	as, err := accountFor(dir)
	if err != nil {
		return err
	}
	if p.temp, err = newTemp(tempBase(o.Throwaway && o.Dir == ""), "pg", as); err != nil {
		return err
	}
	if o.Dir == "" {
		dir = filepath.Join(p.temp.path, "data")
	} else if p.folder, err = takeFolder(dir, as); err != nil {
		return err
	}
	bin, err := prepare(ctx, cluster{dir: dir, as: as, throwaway: o.Throwaway, log: o.Log})
	if err != nil {
		return err
	}
	hold, err := lockForChild(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { _ = hold.Close() }() // the child has it now
	if err := dropStalePID(dir); err != nil {
		return err
	}
	if o.TCP {
		if p.port, err = freePort(ctx); err != nil {
			return err
		}
	}
	signal := "INT"
	if o.Throwaway {
		signal = "QUIT"
	}
	p.proc, err = start(command{
		argv: append([]string{bin.path("postgres"), "-D", dir}, p.settings(o)...),
		dir:  "/", as: as, signal: signal, remove: p.temp.path, hold: hold, log: o.Log,
		locks: []any{p.temp, p.folder},
	})
	if err != nil {
		return err
	}
	return p.ready(ctx, o)
}

// takeFolder locks a folder for kept data and checks that it can be used.
func takeFolder(dir string, as *account) (*folderLock, error) {
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o711); err != nil { // entered, not listed, by the server's account
		return nil, err
	}
	if err := as.reach(parent); err != nil {
		return nil, err
	}
	return lockFolder(dir)
}

// settings are the server's. Its log keeps out statements and values: they
// are people's words.
func (p *Postgres) settings(o PostgresOptions) []string {
	listen, port := "", socketPort
	if p.port != 0 {
		listen, port = "127.0.0.1", p.port
	}
	list := []string{
		"listen_addresses=" + listen, "port=" + strconv.Itoa(port),
		"unix_socket_directories=" + `"` + strings.ReplaceAll(p.temp.path, `"`, `""`) + `"`, "unix_socket_permissions=0700",
		"log_min_messages=fatal", "log_min_error_statement=panic", "log_error_verbosity=terse", "logging_collector=off",
		"timezone=UTC", "log_timezone=UTC", "jit=off",
	}
	if o.Throwaway {
		list = append(list, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
			"autovacuum=off", "checkpoint_timeout=1h", "max_wal_size=1GB", "shared_buffers=64MB", "max_connections=200")
	}
	args := make([]string, 0, 2*len(list))
	for _, setting := range list {
		args = append(args, "-c", setting)
	}
	return args
}

// ready waits for the first connection and makes the database.
func (p *Postgres) ready(ctx context.Context, o PostgresOptions) error {
	db, err := sql.Open("postgres", p.DSN())
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // only asked
	ctx, cancel := context.WithTimeout(ctx, waitPatience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			break
		}
		select {
		case <-p.proc.done:
			return p.proc.failure("the server")
		case <-ctx.Done():
			return fmt.Errorf("it does not answer: %w (%w; it said: %s)", ctx.Err(), err, p.proc.said)
		case <-tick.C:
		}
	}
	if !o.Throwaway {
		if err := makeDatabase(ctx, db); err != nil {
			return err
		}
		p.dbname = superuser
	}
	if p.folder != nil {
		return p.folder.name(p.URL())
	}
	return nil
}

func makeDatabase(ctx context.Context, db *sql.DB) error {
	var exists bool
	err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, superuser).Scan(&exists)
	if err != nil || exists {
		return err
	}
	_, err = db.ExecContext(ctx, `CREATE DATABASE `+superuser)
	return err
}

func (p *Postgres) address() (host string, port int) {
	if p.port != 0 {
		return "127.0.0.1", p.port
	}
	return p.temp.path, socketPort
}

// URL is where the server is reached, as a postgres:// URL.
func (p *Postgres) URL() string {
	host, port := p.address()
	q := url.Values{"host": {host}, "port": {strconv.Itoa(port)}, "user": {superuser}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", Path: "/" + p.dbname, RawQuery: q.Encode(), OmitHost: false}).String()
}

// DSN is the same in lib/pq's words, key=value.
func (p *Postgres) DSN() string {
	host, port := p.address()
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(host)
	return fmt.Sprintf("host='%s' port=%d user=%s dbname=%s sslmode=disable", quoted, port, superuser, p.dbname)
}

// Done is closed when the server has ended, by Stop or by itself.
func (p *Postgres) Done() <-chan struct{} { return p.proc.done }

// Stop ends the server, waits for it and frees its folder.
func (p *Postgres) Stop() error {
	var errs []error
	if p.proc != nil {
		errs = append(errs, p.proc.stop())
	}
	if p.temp != nil {
		errs = append(errs, p.temp.Close())
	}
	return errors.Join(append(errs, p.folder.Close())...)
}
