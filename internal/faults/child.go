package faults

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
)

// child is one process of linli.
type child struct {
	cmd *exec.Cmd
	// release tells the guard that it is no longer needed.
	release func() error
}

// Serve starts every replica that does not run.
func (s *Stage) Serve() error {
	for n := range s.children {
		if err := s.ServeOne(n); err != nil {
			return err
		}
	}
	return nil
}

// ServeOne starts one replica, unless it runs.
func (s *Stage) ServeOne(n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.children[n] != nil {
		return nil
	}
	cmd := exec.Command(s.Binary, "serve")
	cmd.Env, cmd.Stdout, cmd.Stderr = s.envOf(n), s.said, s.said
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("linli serve: %w", err)
	}
	c := &child{cmd: cmd, release: func() error { return nil }}
	s.children[n] = c
	return c.guard()
}

// guard lets a shell kill linli when this process ends without a word, as it
// does when a test runs out of time.
func (c *child) guard() error {
	guard := exec.Command("/bin/sh", "-c", `read -r _ || kill -9 "$1"`, "sh", strconv.Itoa(c.cmd.Process.Pid))
	word, err := guard.StdinPipe()
	if err != nil {
		return err
	}
	if err := guard.Start(); err != nil {
		return fmt.Errorf("guard linli: %w", err)
	}
	c.release = func() error {
		_, err := fmt.Fprintln(word, "released")
		return errors.Join(err, guard.Wait())
	}
	return nil
}

// Kill ends every replica as a power cut would.
func (s *Stage) Kill() error {
	var errs []error
	for n := range s.children {
		errs = append(errs, s.KillOne(n))
	}
	return errors.Join(errs...)
}

// KillOne ends one replica, if it runs.
func (s *Stage) KillOne(n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.children[n]
	if c == nil {
		return nil
	}
	s.children[n] = nil
	s.blows++
	err := c.cmd.Process.Kill()
	ended := c.cmd.Wait()
	err = errors.Join(err, c.release())
	if err != nil || ended == nil || ended.Error() != "signal: killed" {
		return fmt.Errorf("%w: %w: %s", errGone, errors.Join(err, ended), s.Said())
	}
	return nil
}

var errGone = errors.New("linli ended by itself")

// Said is the end of what linli said.
func (s *Stage) Said() string {
	raw, err := os.ReadFile(s.said.Name())
	if err != nil {
		return err.Error()
	}
	return string(raw[max(0, len(raw)-4000):])
}
