package faults

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/faults/proxy"
)

// between is how long at least linli lives between two kills.
const between = 2 * time.Second

// LiveThrough lives scripts side by side, one in each town, while linli is killed so
// many times, and checks what is there in the end.
func (s *Stage) LiveThrough(ctx context.Context, kills int, scripts ...Script) (found []string, err error) {
	if err := s.Serve(); err != nil {
		return nil, err
	}
	if err := s.up(ctx, 0); err != nil {
		return nil, err
	}
	list, err := s.populate(ctx)
	if err != nil {
		return nil, err
	}
	for i, l := range list {
		l.script = scripts[i%len(scripts)]
	}
	over := make(chan struct{})
	struck := make(chan error, 1)
	go func() { struck <- s.killOn(ctx, kills, over) }()
	stuck := lives(ctx, list)
	close(over)
	if err := <-struck; err != nil {
		return stuck, err
	}
	if len(stuck) > 0 {
		return stuck, nil
	}
	if err := s.Rest(ctx); err != nil {
		return nil, err
	}
	checked, err := s.Check(ctx)
	return slices.Concat(stuck, checked), err
}

// killOn kills linli at random moments, each time after something got done, until so
// many kills are over or everybody has finished.
func (s *Stage) killOn(ctx context.Context, kills int, over <-chan struct{}) error {
	rng := rand.New(rand.NewPCG(s.Seed, 3))
	done := 0
	for n := range kills {
		s.pause(ctx, between+time.Duration(rng.IntN(1500))*time.Millisecond)
		ended := false
		ok, err := s.until(ctx, pollPatience, func() (bool, error) {
			select {
			case <-over:
				ended = true
				return true, nil
			default:
			}
			now, err := s.finished(ctx)
			if err != nil || now <= done {
				return false, err
			}
			lost, err := s.lostOften(ctx)
			return !lost, err
		})
		switch {
		case ended:
			return nil
		case err != nil || !ok:
			return fmt.Errorf("before kill %d: nothing gets done: %w", n+1, err)
		}
		if err := s.strike(ctx, KillLinli); err != nil {
			return fmt.Errorf("kill %d: %w", n+1, err)
		}
		if done, err = s.finished(ctx); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// A Moment is when linli is killed in a life: at an act of a script, before its
// session is saved, or before somebody is told of it.
type Moment struct {
	Script string
	Act    string // as the script has it, its first; empty: nothing befalls
	Untold string // who is about to be told of it; empty: the session is not saved
}

// Lived is what a life came to.
type Lived struct {
	Found []string // by the check
	Stuck string   // where it could not go on; "": it came to its end
}

// LiveUntil lives one script, in which linli is killed at a moment, and checks what is
// there in the end. A life that gets stuck is checked as far as it came.
func (s *Stage) LiveUntil(ctx context.Context, at Moment) (came Lived, err error) {
	if err := errors.Join(s.Serve(), s.up(ctx, 0)); err != nil {
		return came, err
	}
	list, err := s.populate(ctx)
	if err != nil {
		return came, err
	}
	l := list[0]
	l.script = Scripts[slices.IndexFunc(Scripts, func(s Script) bool { return s.Name == at.Script })]
	next := 0
	if at.Act != "" {
		all := l.script.acts()
		next = slices.IndexFunc(all, func(a act) bool { return a.who+"> "+a.what == at.Act })
		if err := l.playOn(ctx, 0, next); err != nil {
			return came, err
		}
		if err := s.Rest(ctx); err != nil {
			return came, err
		}
		if err := s.killAt(ctx, l, all[next], at); err != nil {
			return came, fmt.Errorf("%s: %w", at.Act, err)
		}
		next++
	}
	if err := l.playOn(ctx, next, l.script.Steps()); err != nil {
		came.Stuck = err.Error()
	}
	if err := s.Rest(ctx); err != nil {
		return came, err
	}
	came.Found, err = s.Check(ctx)
	return came, err
}

func (s *Stage) killAt(ctx context.Context, l *life, a act, at Moment) error {
	if at.Untold != "" {
		chat := fmt.Sprintf(`"chat_id":%d,`, l.cast[at.Untold].id)
		telling := s.telegram.Arm(proxy.Fault{Deed: proxy.HoldRequest, Meets: func(call proxy.Request) bool {
			return call.Label == "sendMessage" && strings.Contains(call.Text, chat)
		}})
		return errors.Join(l.do(ctx, a), s.reached(ctx, telling), s.Kill(), s.Serve())
	}
	before, err := s.column(ctx, `SELECT count(*) FROM case_events`)
	if err != nil {
		return err
	}
	if err := errors.Join(s.pauseRedis(ctx), l.do(ctx, a)); err != nil {
		return err
	}
	ok, err := s.until(ctx, aimFor, func() (bool, error) {
		now, err := s.column(ctx, `SELECT count(*) FROM case_events`)
		return !slices.Equal(now, before), err
	})
	if err == nil && !ok {
		err = errors.New("nothing came of it")
	}
	return errors.Join(err, s.Kill(), s.wakeRedis(ctx), s.Serve())
}
