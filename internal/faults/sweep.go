package faults

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli-bot/linli/internal/faults/proxy"
)

// Point is something that linli asks while people live: a writing statement, a
// commit, a Redis script, a call of Telegram. Its reply can be lost.
type Point struct {
	Of    string // postgres, redis or telegram
	Label string
	Times int // in an undisturbed life
}

func (p Point) String() string { return p.Of + " " + p.Label }

// Sweep is a stage on which the same life is lived again and again, each time
// with other replies lost after the work was done.
type Sweep struct {
	*Stage
	Points []Point
	Script Script
	ref    reference
	lives  []*life // those not lived yet
}

// Undisturbed is how many lives make the reference.
const Undisturbed = 3

// NewSweep lives the first lives undisturbed, and notes what is asked in them.
func NewSweep(ctx context.Context, s *Stage, script Script) (*Sweep, error) {
	w := &Sweep{Stage: s, Script: script}
	if err := s.Serve(); err != nil {
		return nil, err
	}
	if err := s.up(ctx, 0); err != nil {
		return nil, err
	}
	var err error
	if w.lives, err = s.populate(ctx); err != nil {
		return nil, err
	}
	for _, l := range w.lives {
		l.script = script
	}
	if err := s.Rest(ctx); err != nil {
		return nil, err
	}
	for _, at := range s.switches() {
		at.Forget()
	}
	traces, stuck, err := w.live(ctx, Undisturbed)
	if err != nil || len(stuck) > 0 {
		return nil, fmt.Errorf("an undisturbed life: %w %q", err, stuck)
	}
	if w.ref, err = agree(traces); err != nil {
		return nil, err
	}
	for _, of := range []string{"postgres", "redis", "telegram"} {
		for _, tally := range s.switches()[of].Seen() {
			if tally.Writes && tally.Times >= Undisturbed {
				w.Points = append(w.Points, Point{of, tally.Label, tally.Times / Undisturbed})
			}
		}
	}
	return w, nil
}

func (s *Stage) switches() map[string]*proxy.Switch {
	return map[string]*proxy.Switch{"postgres": &s.pgProxy.Switch, "redis": &s.rdbProxy.Switch, "telegram": &s.telegram.Switch}
}

// Left tells how many lives can still be lived on this stage.
func (w *Sweep) Left() int { return len(w.lives) }

// live lives the next n lives side by side.
func (w *Sweep) live(ctx context.Context, n int) (traces []trace, stuck []string, err error) {
	now := w.lives[:n]
	w.lives = w.lives[n:]
	if stuck = lives(ctx, now); len(stuck) > 0 {
		return nil, stuck, nil
	}
	if err := w.Rest(ctx); err != nil {
		return nil, []string{err.Error()}, nil
	}
	for _, l := range now {
		stuck = append(stuck, l.late...)
		t, err := w.traceOf(ctx, l.town)
		if err != nil {
			return nil, nil, err
		}
		traces = append(traces, t)
	}
	return traces, stuck, nil
}

// Loss is the reply to one asking of a point: the n-th from now.
type Loss struct {
	Point
	Nth  int
	Deed proxy.Deed
}

func (l Loss) String() string { return fmt.Sprintf("%s, reply %d", l.Point, l.Nth) }

// Lose lives n lives side by side while replies are lost, and returns what is
// wrong, and which losses never came about.
func (w *Sweep) Lose(ctx context.Context, n int, losses ...Loss) (found []string, idle []Loss, err error) {
	done := make([]<-chan struct{}, len(losses))
	for i, loss := range losses {
		done[i] = w.switches()[loss.Of].Arm(proxy.Fault{Meets: proxy.Labelled(loss.Label), Nth: loss.Nth, Deed: loss.Deed})
		w.blow()
	}
	traces, stuck, err := w.live(ctx, n)
	for _, at := range w.switches() {
		at.Disarm()
	}
	if err != nil {
		return nil, nil, err
	}
	for i, loss := range losses {
		select {
		case <-done[i]:
		default:
			idle = append(idle, loss)
		}
	}
	found = stuck
	for _, t := range traces {
		found = append(found, t.against(w.ref)...)
	}
	slices.Sort(found)
	return found, idle, nil
}
