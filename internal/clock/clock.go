// Package clock is the program's only clock: what time it is, and a wait that
// ends when that time comes, also when somebody moves the clock.
package clock

import (
	"context"
	"math"
	"sync"
	"time"
)

// Clock tells the time. The zero value is not usable; see New and Frozen.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration // added to the real time while running
	frozen *time.Time    // the time told while standing still
	moved  chan struct{} // closed and replaced at every move
}

// New returns a clock that runs with the machine's.
func New() *Clock { return &Clock{moved: make(chan struct{})} }

// Frozen returns a clock that stands at the given time until it is moved.
func Frozen(at time.Time) *Clock {
	return &Clock{frozen: &at, moved: make(chan struct{})}
}

// Now tells the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	if c.frozen != nil {
		return *c.frozen
	}
	return time.Now().Add(c.offset)
}

// Advance moves the clock forward by d and wakes everybody who waits.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frozen != nil {
		at := c.frozen.Add(d)
		c.frozen = &at
	} else {
		c.offset += d
	}
	close(c.moved)
	c.moved = make(chan struct{})
}

// Until waits for the clock to reach t. It returns nil then, at once where t
// is past, and ctx's error when ctx ends first.
func (c *Clock) Until(ctx context.Context, t time.Time) error {
	for {
		c.mu.Lock()
		wait, moved, frozen := t.Sub(c.now()), c.moved, c.frozen != nil
		c.mu.Unlock()
		if wait <= 0 || ctx.Err() != nil {
			return ctx.Err()
		}
		if frozen {
			wait = math.MaxInt64
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-moved:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}
