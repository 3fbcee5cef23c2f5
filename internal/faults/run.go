package faults

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// How long the harness waits, beside whatever else runs on the machine: what must come
// comes sooner. What linli owes people at which time is bounded where they wait for it.
const (
	settleIn     = 2 * time.Minute // for the first contact
	freshReport  = 2 * time.Minute // for everybody's last report
	pollPatience = 2 * time.Minute // for linli to come up, and to get anything done
)

// Open brings linli up, makes the secretaries, and waits until each has said
// what to be called.
func (s *Stage) Open(ctx context.Context) error {
	if err := s.Serve(); err != nil {
		return err
	}
	if err := s.up(ctx, 0); err != nil {
		return err
	}
	if err := s.Claim(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, settleIn)
	defer cancel()
	var all sync.WaitGroup
	for _, t := range s.towns {
		all.Go(func() { t.secretary.live(ctx, func() bool { return t.secretary.home }) })
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("the secretaries did not settle in: %w\n%s", err, s.Said())
	}
	return nil
}

// up waits until linli asks for updates, or has them brought.
func (s *Stage) up(ctx context.Context, polls int64) error {
	ok, err := s.until(ctx, pollPatience, func() (bool, error) {
		if s.balancer != nil {
			return s.ready(ctx), nil
		}
		return s.polls() > polls, nil
	})
	if err == nil && !ok {
		err = fmt.Errorf("linli does not come up: %s", s.Said())
	}
	return err
}

// Storm lets so many blows fall while everybody goes on, of the kinds given:
// kills of linli where there are none.
func (s *Stage) Storm(ctx context.Context, blows int, kinds ...Blow) error {
	over := make(chan struct{})
	wait := s.everybody(ctx, func(*resident) func() bool {
		return func() bool {
			select {
			case <-over:
				return true
			default:
				return false
			}
		}
	})
	err := s.storm(ctx, blows, kinds)
	close(over)
	wait()
	return err
}

func (s *Stage) storm(ctx context.Context, blows int, kinds []Blow) error {
	if len(kinds) == 0 {
		kinds = []Blow{KillLinli}
	}
	rng := rand.New(rand.NewPCG(s.Seed, 0))
	s.pause(ctx, 2*time.Second) // the first contact of everybody begins
	var done int                // before the last blow: blows fall no faster than anything gets done
	for n := range blows {
		s.pause(ctx, time.Duration(50+rng.IntN(700))*time.Millisecond)
		ok, err := s.until(ctx, pollPatience, func() (bool, error) {
			now, err := s.finished(ctx)
			if err != nil || s.inFlight() == 0 || now <= done {
				return false, err
			}
			lost, err := s.lostOften(ctx)
			return !lost, err
		})
		if err != nil || !ok {
			return fmt.Errorf("before blow %d: nothing is in flight, or nothing gets done: %w", n+1, err)
		}
		if err := s.strike(ctx, kinds[rng.IntN(len(kinds))]); err != nil {
			return fmt.Errorf("blow %d: %w", n+1, err)
		}
		if err := s.nextDay(ctx); err != nil {
			return fmt.Errorf("after blow %d: %w", n+1, err)
		}
		if done, err = s.finished(ctx); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// nextDay lets what was brought so far be brought on another day: linli takes in only
// so much from one person at once, and people here live faster than that. What
// somebody has in hand stays as it is, and nobody waits for it.
func (s *Stage) nextDay(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, `
		UPDATE cases SET drafted_at = drafted_at - interval '2 days'
		WHERE (community_id, id) IN (SELECT community_id, id FROM cases WHERE status <> 'draft' AND drafted_at > $1 FOR UPDATE SKIP LOCKED)`,
		s.clk.Now().Add(-24*time.Hour))
	return err
}

// forgiveDrafts lets what kills left unfinished count no more against how much somebody
// may bring in ten minutes.
func (s *Stage) forgiveDrafts(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, `
		UPDATE cases SET drafted_at = drafted_at - interval '11 minutes' WHERE status = 'draft' AND drafted_at > $1`,
		s.clk.Now().Add(-11*time.Minute))
	return err
}

// mostLost is how many processes may die over one update: linli takes one over which
// many do to be the cause of it, and on a busy machine blows fall faster than it works.
const mostLost = 3

// lostOften reports whether there is such an update: it is worked through before the
// next blow falls.
func (s *Stage) lostOften(ctx context.Context) (is bool, err error) {
	err = s.db.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT FROM inbox WHERE done_at IS NULL AND parked_at IS NULL AND losses >= $1)`, mostLost).Scan(&is)
	return is, err
}

// finished counts the updates that were worked through.
func (s *Stage) finished(ctx context.Context) (n int, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT count(*) FROM inbox WHERE done_at IS NOT NULL`).Scan(&n)
	return n, err
}

// inFlight counts what was done on phones and has not been answered.
func (s *Stage) inFlight() int {
	n := s.pending()
	for _, t := range s.towns {
		for _, p := range t.everyone() {
			if p.waiting.Load() {
				n++
			}
		}
	}
	return n
}

// everybody lets all people act until theirs is enough, and returns a wait for
// the residents.
func (s *Stage) everybody(ctx context.Context, enough func(*resident) func() bool) (wait func()) {
	var residents, secretaries sync.WaitGroup
	over := make(chan struct{})
	for _, t := range s.towns {
		for _, r := range t.residents {
			residents.Go(func() { r.live(ctx, enough(r)) })
		}
		if s.Idle {
			continue
		}
		secretaries.Go(func() {
			t.secretary.live(ctx, func() bool {
				select {
				case <-over:
					return true
				default:
					return false
				}
			})
		})
	}
	return func() {
		residents.Wait()
		close(over)
		secretaries.Wait()
	}
}

// Finish comes to rest, lets every resident bring one more report, comes to
// rest again and checks. Nobody may be stuck.
func (s *Stage) Finish(ctx context.Context) ([]string, error) {
	if err := s.restBut(ctx, `(`+planned+` OR `+midway+`)`); err != nil { // some put their phones aside in the middle of a report
		return nil, err
	}
	if err := errors.Join(s.nextDay(ctx), s.forgiveDrafts(ctx)); err != nil {
		return nil, err
	}
	stuck := s.lastReports(ctx)
	if err := s.Rest(ctx); err != nil {
		return nil, err
	}
	found, err := s.Check(ctx)
	return append(stuck, found...), err
}

func (s *Stage) lastReports(ctx context.Context) (stuck []string) {
	ctx, cancel := context.WithTimeout(ctx, freshReport)
	defer cancel()
	fresh := func(r *resident) func() bool {
		begun := len(r.reports)
		return func() bool {
			for _, rep := range r.reports[begun:] {
				if rep.number != 0 {
					return true
				}
			}
			return false
		}
	}
	done := map[*resident]func() bool{}
	for _, t := range s.towns {
		for _, r := range t.residents {
			r.photos = false
			done[r] = fresh(r)
		}
	}
	s.everybody(ctx, func(r *resident) func() bool { return done[r] })()
	for r, enough := range done {
		if !enough() {
			stuck = append(stuck, fmt.Sprintf("%s is stuck: no report goes through any more; the newest on that phone: %q", r.name, r.lately()))
		}
	}
	return stuck
}
