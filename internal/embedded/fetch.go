package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"

	postgres "github.com/fergusstrange/embedded-postgres"
)

// findOrFetch finds installed programs, or fetches them for ordinary users.
func findOrFetch(ctx context.Context, major int) (binaries, error) {
	b, missing := find(major)
	if missing == nil || os.Getenv("PGBIN") != "" || os.Geteuid() == 0 {
		return b, missing
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return b, missing
	}
	version := postgres.V17
	dir := filepath.Join(cache, "linli", "postgres-"+string(version))
	if b, err := inspect(filepath.Join(dir, "bin")); err == nil && (major == 0 || major == b.major) {
		return b, nil
	}
	if major != 0 && major != number(string(version)) {
		return b, missing
	}
	if err := fetch(ctx, version, dir); err != nil {
		return b, fmt.Errorf("%w (fetching them did not work either: %w)", missing, err)
	}
	return inspect(filepath.Join(dir, "bin"))
}

// fetch downloads the programs into dir. The library has no download of its
// own, so its server is started once, on data that are thrown away; ours run
// under the keeper instead, so that they end with us.
func fetch(ctx context.Context, version postgres.PostgresVersion, dir string) error {
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), "fetch-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }() // what is left is a cache's rest
	once := postgres.NewDatabase(postgres.DefaultConfig().
		Version(version).Port(uint32(port)).Logger(io.Discard).
		CachePath(filepath.Join(work, "cache")).RuntimePath(filepath.Join(work, "run")).
		BinariesPath(filepath.Join(work, "programs")).
		StartParameters(map[string]string{"unix_socket_directories": "", "fsync": "off"}))
	ended := make(chan error, 1)
	go func() {
		if err := once.Start(); err != nil {
			ended <- err
			return
		}
		ended <- once.Stop()
	}()
	select {
	case err = <-ended:
	case <-ctx.Done():
		return ctx.Err() // the download ends by itself; it takes no context
	}
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(filepath.Join(work, "programs"), dir)
}

func freePort(ctx context.Context) (int, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, errors.Join(errors.New("no TCP port"), l.Close())
	}
	return addr.Port, l.Close()
}
