package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/linli-bot/linli/internal/clock"
)

// child is the process that is measured.
type child struct {
	cmd     *exec.Cmd
	ended   chan struct{}
	err     error        // how it ended; read after ended
	release func() error // of its guard
	log     *os.File
}

// launch starts a program that writes to the file log.
func launch(argv, env []string, log string) (*child, error) {
	c := &child{ended: make(chan struct{}), release: func() error { return nil }}
	var err error
	if c.log, err = os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	c.cmd = exec.Command(argv[0], argv[1:]...)
	c.cmd.Env, c.cmd.Stdout, c.cmd.Stderr = append(os.Environ(), env...), c.log, c.log
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C in a terminal is ours to handle
	if err := c.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", argv[0], err), c.log.Close())
	}
	go func() {
		c.err = c.cmd.Wait()
		close(c.ended)
	}()
	if err := c.guard(); err != nil {
		return nil, errors.Join(err, c.kill())
	}
	return c, nil
}

// guard lets a shell kill the child when this process ends without a word.
func (c *child) guard() error {
	guard := exec.Command("/bin/sh", "-c", `read -r _ || kill -9 "$1"`, "sh", strconv.Itoa(c.cmd.Process.Pid))
	guard.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	word, err := guard.StdinPipe()
	if err != nil {
		return err
	}
	if err := guard.Start(); err != nil {
		return fmt.Errorf("guard: %w", err)
	}
	c.release = func() error {
		_, err := fmt.Fprintln(word, "released")
		return errors.Join(err, guard.Wait())
	}
	return nil
}

// stopPatience is how long a child may take to drain.
const stopPatience = 25 * time.Second

// stop asks the child to end and waits for it.
func (c *child) stop() error {
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	clk := clock.New()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	late := make(chan struct{})
	go func() {
		if clk.Until(ctx, clk.Now().Add(stopPatience)) == nil {
			close(late)
		}
	}()
	select {
	case <-c.ended:
	case <-late:
		return errors.Join(errors.New("it did not end by itself"), c.kill())
	}
	return errors.Join(c.err, c.release(), c.log.Close())
}

// kill ends the child as a power cut would.
func (c *child) kill() error {
	err := c.cmd.Process.Kill()
	<-c.ended
	return errors.Join(err, c.release(), c.log.Close())
}

// ticks a second, in which Linux tells processor time to programs.
const ticks = 100

// cpu is the processor time that the child has used, by itself and in the
// kernel for it.
func (c *child) cpu() (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("processor time: %w", err)
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	const user, system = 11, 12
	if len(fields) <= system {
		return 0, errors.New("processor time: /proc is not as expected")
	}
	u, err := strconv.ParseInt(fields[user], 10, 64)
	s, err2 := strconv.ParseInt(fields[system], 10, 64)
	return time.Duration(u+s) * time.Second / ticks, errors.Join(err, err2)
}

// peak is the most memory that the child has had at once, in bytes. The
// kernel's own figure at the end would count what this process had when it
// started the child.
func (c *child) peak() (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("memory: %w", err)
	}
	_, rest, _ := strings.Cut(string(raw), "VmHWM:")
	kb, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.ParseInt(kb, 10, 64)
	return n << 10, err
}

// ownCPU is the processor time of this process.
func ownCPU() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, fmt.Errorf("own processor time: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}
