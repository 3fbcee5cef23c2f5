package faults

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
)

// Serve starts linli.
func (s *Stage) Serve() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	child := exec.Command(s.Binary, "serve")
	child.Env, child.Stdout, child.Stderr = s.env, s.said, s.said
	if err := child.Start(); err != nil {
		return fmt.Errorf("linli serve: %w", err)
	}
	s.child, s.release = child, func() error { return nil }
	return s.guard(child.Process.Pid)
}

// guard lets a shell kill linli when this process ends without a word, as it
// does when a test runs out of time.
func (s *Stage) guard(pid int) error {
	guard := exec.Command("/bin/sh", "-c", `read -r _ || kill -9 "$1"`, "sh", strconv.Itoa(pid))
	word, err := guard.StdinPipe()
	if err != nil {
		return err
	}
	if err := guard.Start(); err != nil {
		return fmt.Errorf("guard linli: %w", err)
	}
	s.release = func() error {
		_, err := fmt.Fprintln(word, "released")
		return errors.Join(err, guard.Wait())
	}
	return nil
}

// Kill ends linli as a power cut would.
func (s *Stage) Kill() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child == nil {
		return nil
	}
	err := s.child.Process.Kill()
	ended := s.child.Wait()
	s.child = nil
	err = errors.Join(err, s.release())
	if err != nil || ended == nil || ended.Error() != "signal: killed" {
		return fmt.Errorf("%w: %w: %s", errGone, errors.Join(err, ended), s.Said())
	}
	return nil
}

// age lets the minute pass after which what a dead process had in hand is
// anybody's: leases are told by the database's own time, which nobody can move.
// What a process asked for just before its end may still be committed after it.
func (s *Stage) age(ctx context.Context) error {
	s.mu.Lock()
	alive := "none"
	if s.child != nil {
		alive = strconv.Itoa(s.child.Process.Pid)
	}
	s.mu.Unlock()
	_, err := s.db.ExecContext(ctx, `
		UPDATE outbox SET lease_until = now() - interval '1 second'
		WHERE state = 'claimed' AND lease_until > now() AND worker NOT LIKE '%/' || $1`, alive)
	return err
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
