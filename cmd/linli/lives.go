package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/linli-bot/linli/bot"
	"github.com/linli-bot/linli/internal/notices"
)

// current is the linli that lives now.
func (s *stage) current() *app {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.app
}

// raise builds a linli over the stores that are there.
func (s *stage) raise(ctx context.Context) error {
	p := s.parts
	p.plug = newPlug()
	p.log = p.plug.logger(p.log)
	a, err := build(ctx, p)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.app = a
	return nil
}

// live runs linli until ctx ends, and another after each kill. The dead one
// needs a while to notice, and nobody waits for it before the end.
func (s *stage) live(ctx context.Context) error {
	var dead sync.WaitGroup
	defer dead.Wait()
	for {
		a, ended := s.current(), make(chan error, 1)
		running, stop := context.WithCancel(ctx)
		go func() { ended <- a.run(running) }()
		select {
		case err := <-ended:
			stop()
			return err
		case raised := <-s.kills:
			a.plug.pull()
			stop()
			dead.Go(func() { _, _ = <-ended, a.close() }) // it complains only of the plug
			err := s.raise(ctx)
			raised <- err
			if err != nil {
				return fmt.Errorf("start again after a kill: %w", err)
			}
		}
	}
}

// kill ends linli as a crash does, in the middle of whatever it is doing, and
// waits until another has begun on the same stores.
func (s *stage) kill(ctx context.Context) error {
	raised := make(chan error, 1)
	select {
	case s.kills <- raised:
	case <-ctx.Done():
		return fmt.Errorf("kill: %w", ctx.Err())
	}
	return <-raised
}

// health asks whoever lives now.
func (s *stage) health(w http.ResponseWriter, r *http.Request) {
	mux := http.NewServeMux()
	health(mux, s.current())
	mux.ServeHTTP(w, r)
}

// skip moves the clock from one due row to the next, and waits for rest after
// each: what falls due in between happens when it is due.
func (s *stage) skip(ctx context.Context, d time.Duration) error {
	end := s.clk.Now().Add(d)
	if s.wire.isCut() { // what is due cannot be sent: time passes over it
		s.clk.Advance(d)
		return s.unheard(ctx, d)
	}
	for {
		if err := s.rest(ctx); err != nil {
			return err
		}
		due, ok, err := s.current().outbox.NextDue(ctx, s.clk.Now())
		if err != nil {
			return fmt.Errorf("skip: %w", err)
		}
		due, ok = s.before(due, ok)
		now := s.clk.Now()
		if !ok || !due.Before(end) {
			s.clk.Advance(max(0, end.Sub(now)))
			return s.rest(ctx)
		}
		s.clk.Advance(max(time.Millisecond, due.Sub(now)))
		if err := s.catchUp(ctx); err != nil {
			return err
		}
	}
}

// unheard makes it longer ago that the towns were heard. That is kept in real
// time, while the local Telegram drops taps by the clock that was moved.
func (s *stage) unheard(ctx context.Context, d time.Duration) error {
	for _, t := range s.towns {
		_, err := s.current().db.ExecContext(ctx, `
			UPDATE hearing SET heard_at = heard_at - $1 * interval '1 second'
			WHERE community_id = (SELECT id FROM communities WHERE bot = $2)`, d.Seconds(), t.botID())
		if err != nil {
			return fmt.Errorf("let time pass unheard: %w", err)
		}
	}
	return nil
}

// patience is how long anything may take: longer than a storm, and than a notice takes
// to reach a crowd, on a machine that does much beside.
func (s *stage) patience() time.Duration {
	most := 2 * time.Minute
	for _, c := range s.crowds {
		most += notices.Takes(len(c.met))
	}
	return most
}

// rest waits until everything that came in and everything due is done.
func (s *stage) rest(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.patience())
	defer cancel()
	if s.wire.isCut() { // there is no rest before it is mended
		return nil
	}
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		quiet, err := s.quiet(ctx)
		if err != nil {
			return fmt.Errorf("wait for rest: %w", err)
		}
		if quiet {
			return nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("wait for rest: %w", ctx.Err())
		}
	}
}

// quiet reports whether everything is done. What is in somebody's hands is known
// without asking the database, so that it is not asked while there is.
func (s *stage) quiet(ctx context.Context) (bool, error) {
	a := s.current()
	if s.inHand(a) {
		return false, nil
	}
	if quiet, err := a.inbox.Quiet(ctx); err != nil || !quiet {
		return false, err
	}
	quiet, err := a.outbox.Quiet(ctx)
	return quiet && !s.inHand(a), err
}

// inHand reports whether something is on its way to linli, or worked on by it.
func (s *stage) inHand(a *app) bool {
	return slices.ContainsFunc(s.towns, func(t town) bool { return t.bot.Pending() > 0 }) ||
		slices.ContainsFunc(a.bots, func(b *bot.Bot) bool { return !b.Quiet() }) ||
		!a.courier.Quiet()
}
