package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// InUseError says that another running program has a data folder.
type InUseError struct {
	Dir string // the folder
	PID int    // the program that has it, 0 where it did not say
	URL string // where its server is reached, "" while it starts
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("the data folder %s is in use by another linli (process %d): stop that one, or use another folder", e.Dir, e.PID)
}

// Running tells the URL of the server that a living process runs on a data
// folder; false where none does.
func Running(dir string) (string, bool) {
	lock, err := lockFolder(dir)
	var taken *InUseError
	if errors.As(err, &taken) {
		return taken.URL, taken.URL != ""
	}
	if err == nil {
		_ = lock.Close() // only asked; closing frees it
	}
	return "", false
}

// folderLock is held as long as this process uses a data folder; it is free
// again the moment the process is gone. The file beside the folder names it.
type folderLock struct{ file *os.File }

func lockFolder(dir string) (*folderLock, error) {
	f, err := os.OpenFile(dir+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if tryLock(f) {
		return &folderLock{f}, nil
	}
	defer func() { _ = f.Close() }() // nothing was written
	text, err := os.ReadFile(f.Name())
	if err != nil {
		return nil, err
	}
	lines := strings.Split(string(text)+"\n\n", "\n")
	pid, _ := strconv.Atoi(lines[0]) // 0 while it has not written it yet
	return nil, &InUseError{Dir: dir, PID: pid, URL: lines[1]}
}

// name writes down who has the folder and where its server is.
func (l *folderLock) name(url string) error {
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"+url+"\n"), 0)
	return err
}

// Close frees the folder. The file stays: removing it would race with the
// next process that locks it.
func (l *folderLock) Close() error {
	if l == nil {
		return nil
	}
	return errors.Join(l.file.Truncate(0), l.file.Close())
}

// waitPatience bounds how long a server of a process before may take to stop.
const waitPatience = 60 * time.Second

// lockForChild locks the folder itself, for a descriptor that the child keeps:
// it cannot be had while a child of a process before still runs there.
func lockForChild(ctx context.Context, dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, waitPatience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !tryLock(f) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("the server of a process before has not stopped on %s: %w", dir, ctx.Err()), f.Close())
		}
	}
	return f, nil
}

func tryLock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// tempFolder is a short-named folder for sockets and throw-away data.
type tempFolder struct {
	path string
	lock *os.File
}

// maxTemp keeps a socket's path under the 104 bytes that some systems allow.
const maxTemp = 60

// inMemory is where systems that have it keep files in memory.
const inMemory = "/dev/shm"

// memoryRoom is how much must be free there: more than the log of a server that
// is thrown away grows to, and some databases beside it.
const memoryRoom = 2 << 30

// tempBase is where temporary folders are made: in memory, where that is asked
// for and has room, else where the system wants them.
func tempBase(memory bool) string {
	var at syscall.Statfs_t
	if memory && syscall.Statfs(inMemory, &at) == nil && uint64(at.Bavail)*uint64(at.Bsize) >= memoryRoom { //nolint:unconvert // other systems have other widths
		return inMemory
	}
	if base := os.TempDir(); len(base) <= maxTemp {
		return base
	}
	return "/tmp"
}

// newTemp makes a temporary folder below a base that the account owns, after
// sweeping what dead processes left.
func newTemp(base, kind string, as *account) (*tempFolder, error) {
	sweep(base)
	path, err := os.MkdirTemp(base, "linli-"+kind+"-")
	if err != nil {
		return nil, err
	}
	// Locked under another name first: a sweeper looks at "lock" alone, and
	// must never find it free while we are about to take it.
	f, err := os.OpenFile(filepath.Join(path, "lock.new"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if !tryLock(f) {
		return nil, errors.Join(fmt.Errorf("lock %s", path), f.Close())
	}
	t := &tempFolder{path, f}
	if err := errors.Join(os.Rename(f.Name(), filepath.Join(path, "lock")), as.own(path), as.reach(path)); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// Close removes the folder.
func (t *tempFolder) Close() error { return errors.Join(os.RemoveAll(t.path), t.lock.Close()) }

// sweep removes the folders of processes that are gone. What cannot be opened
// is somebody else's, or not ours to judge.
func sweep(base string) {
	found, err := filepath.Glob(filepath.Join(base, "linli-*-*"))
	if err != nil {
		return // a pattern of ours: it is well formed
	}
	for _, path := range found {
		f, err := os.OpenFile(filepath.Join(path, "lock"), os.O_RDWR|syscall.O_NOFOLLOW, 0)
		if err != nil {
			continue
		}
		if tryLock(f) {
			_ = os.RemoveAll(path) // what is left now is swept the next time
		}
		_ = f.Close() // nothing was written
	}
}
