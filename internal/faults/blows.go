package faults

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"
)

// A Blow is something bad that befalls one of the parts while people go on. It
// is over, and everything runs again, when Strike returns.
type Blow struct {
	Name   string
	Strike func(ctx context.Context, s *Stage) error
}

// hangs is how long a server that hangs stands still: longer than linli waits
// for it, shorter than people do.
const hangs = 1500 * time.Millisecond

// What can befall linli and the stores. Those of Postgres need a stage with a
// Postgres of its own.
var (
	KillLinli = Blow{"linli is killed", func(ctx context.Context, s *Stage) error {
		return errors.Join(s.Kill(), s.Serve())
	}}
	KillPostgres      = Blow{"postgres is killed", stopPostgres(syscall.SIGKILL)}
	QuitPostgres      = Blow{"postgres is stopped at once", stopPostgres(syscall.SIGQUIT)}
	RestartPostgres   = Blow{"postgres is restarted", stopPostgres(syscall.SIGINT)}
	DisconnectBackend = Blow{"postgres ends all sessions", func(ctx context.Context, s *Stage) error { return s.Disconnect(ctx) }}
	KillRedis         = Blow{"redis is killed", func(ctx context.Context, s *Stage) error {
		return errors.Join(s.KillRedis(ctx), s.StartRedis(ctx))
	}}
	HangRedis = Blow{"redis hangs", func(ctx context.Context, s *Stage) error {
		goOn, err := s.HangRedis(ctx)
		if err != nil {
			return err
		}
		s.pause(ctx, hangs)
		return goOn()
	}}
	FlushRedis = Blow{"redis forgets", func(ctx context.Context, s *Stage) error { return s.FlushRedis(ctx) }}
)

// Blows are all of them.
func Blows() []Blow {
	return []Blow{KillLinli, KillPostgres, QuitPostgres, RestartPostgres, DisconnectBackend, KillRedis, HangRedis, FlushRedis}
}

func stopPostgres(how syscall.Signal) func(context.Context, *Stage) error {
	return func(ctx context.Context, s *Stage) error {
		if err := s.StopPostgres(how); err != nil {
			return err
		}
		return s.StartPostgres(ctx)
	}
}

// strike lets a blow fall and waits until linli takes updates again.
func (s *Stage) strike(ctx context.Context, b Blow) error {
	polls := s.polls()
	if err := b.Strike(ctx, s); err != nil {
		return fmt.Errorf("%s: %w", b.Name, err)
	}
	if err := s.up(ctx, polls); err != nil {
		return fmt.Errorf("after %s: %w", b.Name, err)
	}
	return nil
}
