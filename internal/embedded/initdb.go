package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// cluster is a data folder before a server runs on it.
type cluster struct {
	dir       string
	as        *account
	throwaway bool
	log       *slog.Logger
}

// prepare makes the data folder where there is none, and finds the programs
// that fit it.
func prepare(ctx context.Context, c cluster) (binaries, error) {
	text, err := os.ReadFile(filepath.Join(c.dir, "PG_VERSION"))
	switch {
	case err == nil:
		return findOrFetch(ctx, number(string(text)))
	case errors.Is(err, fs.ErrPermission):
		return binaries{}, fmt.Errorf("%s belongs to another user: run linli as that user, or use another folder: %w", c.dir, err)
	case !errors.Is(err, fs.ErrNotExist):
		return binaries{}, err
	}
	entries, err := os.ReadDir(c.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return binaries{}, err
	}
	if len(entries) > 0 {
		return binaries{}, fmt.Errorf("%s holds something else than a Postgres database: use another folder", c.dir)
	}
	bin, err := findOrFetch(ctx, 0)
	if err != nil {
		return bin, err
	}
	return bin, c.initdb(ctx, bin)
}

// initdb makes the cluster beside its place and moves it there when it is
// whole: a process that dies in between leaves nothing half done.
func (c cluster) initdb(ctx context.Context, bin binaries) error {
	fresh := c.dir + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return err
	}
	if err := c.as.own(fresh); err != nil {
		return err
	}
	argv := []string{
		bin.path("initdb"), "-D", fresh, "-U", superuser, "-A", "trust", "-E", "UTF8",
		"--locale=C", "--no-instructions",
	}
	if c.throwaway {
		argv = append(argv, "--no-sync")
	} else {
		argv = append(argv, "--data-checksums")
	}
	p, err := start(command{argv: argv, dir: "/", as: c.as, signal: "TERM", log: c.log})
	if err != nil {
		return err
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		return errors.Join(ctx.Err(), p.stop())
	}
	if err := p.life.Close(); err != nil {
		return err
	}
	if p.err != nil {
		return p.failure("initdb")
	}
	if err := os.Remove(c.dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(fresh, c.dir)
}

// dropStalePID removes the note of a server that is gone where another
// program has its process number now, as happens after a machine's restart;
// Postgres would take it for a server. Our lock says no server of ours runs.
func dropStalePID(dir string) error {
	note := filepath.Join(dir, "postmaster.pid")
	text, err := os.ReadFile(note)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 0 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return nil // Postgres sees by itself that it is stale
	}
	if strings.Contains(programOf(pid), "postgres") {
		return nil // perhaps started by hand: Postgres refuses, and says so
	}
	return os.Remove(note)
}

// programOf is the name of a running program, "" where it cannot be told.
func programOf(pid int) string {
	if name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); err == nil {
		return string(name)
	}
	name, err := exec.Command("ps", "-o", "comm=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return "postgres" // not knowing, believe the note
	}
	return string(name)
}
