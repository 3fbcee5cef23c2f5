package embedded

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// keeper runs a child and stops it when descriptor 3, a pipe from the Go
// process, reads end of file. $1 is the signal that stops the child, $2 a
// folder to remove after it, the rest its command. The watcher's output goes
// nowhere, so that it keeps no pipe of ours open.
const keeper = `signal=$1 remove=$2; shift 2
"$@" 3<&- & child=$!
trap 'kill -s "$signal" "$child" 2>/dev/null' INT TERM HUP
( trap - INT TERM HUP; read -r _ <&3; kill -s "$signal" "$child" ) >/dev/null 2>&1 4<&- & watcher=$!
while :; do wait "$child"; code=$?; kill -0 "$child" 2>/dev/null || break; done
kill "$watcher" 2>/dev/null; wait "$watcher" 2>/dev/null
[ -z "$remove" ] || rm -rf -- "$remove"
exit "$code"`

// stopPatience is how long a child may take to stop before it is killed.
const stopPatience = 20 * time.Second

// command says what to run and how it is stopped.
type command struct {
	argv   []string
	dir    string       // working folder
	as     *account     // nil: as ourselves
	signal string       // what stops it: INT, TERM, QUIT
	remove string       // folder that goes with it, or ""
	hold   *os.File     // a locked file the child keeps open, or nil
	locks  []any        // ours, held while it runs
	log    *slog.Logger // gets its lines
}

// process is a running child.
type process struct {
	cmd  *exec.Cmd
	life *os.File // the write end: closing it stops the child
	said *tail
	done chan struct{}
	once sync.Once
	err  error // how it ended; read after done
	// locks stay reachable from the goroutine that waits: a file that nobody
	// refers to is closed by the collector, and its lock is then free, also
	// where a caller keeps only the server's URL.
	locks []any
}

func start(c command) (*process, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = read.Close() }() // the child has its own copy
	p := &process{life: write, locks: c.locks, said: &tail{log: c.log}, done: make(chan struct{})}
	p.cmd = exec.Command("/bin/sh", append([]string{"-c", keeper, "linli-keeper", c.signal, c.remove}, c.argv...)...)
	p.cmd.Dir = c.dir
	p.cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "PG") }), "LC_ALL=C")
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	p.cmd.ExtraFiles = []*os.File{read}
	if c.hold != nil {
		p.cmd.ExtraFiles = append(p.cmd.ExtraFiles, c.hold)
	}
	// A group of its own: Ctrl-C in a terminal is ours to handle, not the child's.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: c.as.credential()}
	p.cmd.WaitDelay = time.Second
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(err, write.Close())
	}
	go func() {
		p.err = p.cmd.Wait()
		runtime.KeepAlive(p.locks)
		close(p.done)
	}()
	return p, nil
}

// stop ends the child and waits for it.
func (p *process) stop() error {
	var err error
	p.once.Do(func() { err = p.life.Close() })
	patience := time.NewTimer(stopPatience)
	defer patience.Stop()
	select {
	case <-p.done:
	case <-patience.C:
		// Its group: the keeper and the child itself.
		err = errors.Join(err, syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL), errors.New("it did not stop and was killed"))
		<-p.done
	}
	return err
}

// failure describes a child that ended by itself, with its last words.
func (p *process) failure(what string) error {
	err := p.err
	if err == nil {
		err = errors.New("exit status 0")
	}
	return fmt.Errorf("%s ended (%w): %s", what, err, p.said)
}

// tail keeps the last lines a child wrote and hands each to the log.
type tail struct {
	log   *slog.Logger
	mu    sync.Mutex
	rest  string
	lines []string
}

// tailLines is how much of a child's output an error repeats.
const tailLines = 8

// Write takes output as it comes.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(t.rest+string(p), "\n")
	t.rest = lines[len(lines)-1]
	for _, line := range lines[:len(lines)-1] {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		t.lines = append(t.lines, line)
		t.log.Debug("child process said", "line", line)
	}
	if extra := len(t.lines) - tailLines; extra > 0 {
		t.lines = t.lines[extra:]
	}
	return len(p), nil
}

// String is what was said last, on one line.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(strings.Join(t.lines, " | ") + " " + t.rest)
}
