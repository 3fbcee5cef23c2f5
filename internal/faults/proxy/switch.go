// Package proxy stands between a program and what it asks: Postgres, Redis,
// Telegram. It understands each request well enough to name it, and can let the
// n-th one of a kind be carried out while its reply never comes. That is the
// fault which general proxies cannot aim, and the one that doubles things.
//
// What was asked is tallied by a label without anybody's values, so that a run
// without faults lists all that the next runs can break.
package proxy

import (
	"slices"
	"sync"
	"time"
)

// Deed is what becomes of a request.
type Deed int

// The deeds.
const (
	LoseReply   Deed = iota + 1 // it is carried out, and the connection ends instead of the reply
	LoseRequest                 // it never arrives: the connection ends before it
	HoldRequest                 // it never arrives, and the asker waits until it goes away
	HoldReply                   // it is carried out, and the reply is kept until the asker goes away
	DelayReply                  // it is carried out, and the reply comes late
	LateRequest                 // it is carried out only after Until, also when the asker is gone by then
)

// Request is what is known of a request that passes.
type Request struct {
	Label  string // what it asks, the same each time
	Text   string // of a key, or a call's body, if somebody waits for it; "" else
	Writes bool   // it changes something, as far as can be told
}

// Fault is a deed that waits for its request.
type Fault struct {
	Meets func(Request) bool
	Nth   int // of those that meet, from 1; 0 is the first
	Deed  Deed
	Late  time.Duration   // of DelayReply
	Until <-chan struct{} // of LateRequest: closed when it may go on
}

// Labelled meets the requests of one label.
func Labelled(label string) func(Request) bool {
	return func(r Request) bool { return r.Label == label }
}

// Tally is how often something was asked.
type Tally struct {
	Label  string
	Writes bool
	Times  int
}

// Switch knows what was asked and holds the faults that wait.
type Switch struct {
	mu    sync.Mutex
	seen  []*Tally // in the order of the first asking
	by    map[string]*Tally
	armed []*armed
}

type armed struct {
	Fault
	left int
	done chan struct{}
}

// Arm lets a fault wait for its request. The channel is closed when the deed
// begins to show: the request was carried out, or refused.
func (s *Switch) Arm(f Fault) <-chan struct{} {
	a := &armed{Fault: f, left: max(f.Nth, 1), done: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.armed = append(s.armed, a)
	return a.done
}

// Disarm takes back the faults that have not met their request, and tells how
// many there were.
func (s *Switch) Disarm() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.armed)
	s.armed = nil
	return n
}

// Seen lists what was asked since the last Forget.
func (s *Switch) Seen() []Tally {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Tally, len(s.seen))
	for i, t := range s.seen {
		list[i] = *t
	}
	return list
}

// Forget begins the tally anew.
func (s *Switch) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen, s.by = nil, nil
}

func (s *Switch) anyArmed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.armed) > 0
}

// meet tallies a request and gives the fault whose turn has come, or nil.
func (s *Switch) meet(r Request) *armed {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.by[r.Label]
	if t == nil {
		if s.by == nil {
			s.by = map[string]*Tally{}
		}
		t = &Tally{Label: r.Label, Writes: r.Writes}
		s.by[r.Label] = t
		s.seen = append(s.seen, t)
	}
	t.Times++
	for i, a := range s.armed {
		if !a.Meets(r) {
			continue
		}
		if a.left--; a.left == 0 {
			s.armed = slices.Delete(s.armed, i, i+1)
			return a
		}
	}
	return nil
}
