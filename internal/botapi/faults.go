package botapi

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FaultKind is what goes wrong with a call.
type FaultKind string

// The kinds of faults.
const (
	TooMany     FaultKind = "too_many"     // 429 with retry_after in body and header
	ServerError FaultKind = "server_error" // a 5xx in the usual envelope
	HTMLPage    FaultKind = "html_page"    // a 5xx as the front end tells it: no JSON
	Drop        FaultKind = "drop"         // the connection is cut before the work
	LoseAnswer  FaultKind = "lose_answer"  // the work is done, then the connection is cut
	HoldAnswer  FaultKind = "hold_answer"  // the work is done, the answer comes after Delay; where that is 0 when mended
	Delay       FaultKind = "delay"        // the work begins after Delay, whether or not the caller still waits
)

var faultKinds = []FaultKind{TooMany, ServerError, HTMLPage, Drop, LoseAnswer, HoldAnswer, Delay}

// Fault is something that goes wrong with calls, from Break until it is
// mended or used up. Of several that match a call the oldest hits it.
type Fault struct {
	Kind       FaultKind     `json:"kind"`
	Method     string        `json:"method,omitempty"`      // in any case; "": every one but getUpdates; "*": that too
	Chat       int64         `json:"chat,omitempty"`        // 0: every chat, and calls that name none
	RetryAfter int           `json:"retry_after,omitempty"` // seconds, of too_many; 0: 1
	Code       int           `json:"code,omitempty"`        // of server_error and html_page; 0: 502
	Delay      time.Duration `json:"-"`                     // real time
	Times      int           `json:"times,omitempty"`       // how many calls it hits; 0: until mended
	Every      int           `json:"every,omitempty"`       // every n-th call that matches; 0 or 1: each
}

// Break lets calls of all bots go wrong until mend is called.
func (s *Server) Break(f Fault) (mend func()) { return s.faults.add(nil, f).mend }

// Break lets calls of this bot go wrong until mend is called.
func (b *Bot) Break(f Fault) (mend func()) { return b.server.faults.add(b, f).mend }

// Mend ends all faults, and lets the answers go that are held.
func (s *Server) Mend() { s.faults.mendAll() }

// Faults are those that still hit calls, oldest first.
func (s *Server) Faults() []Fault {
	var list []Fault
	for _, f := range s.faults.standing() {
		list = append(list, f.Fault)
	}
	return list
}

// breakdown is a fault that stands.
type breakdown struct {
	Fault
	id     int64
	bot    *Bot // nil: all
	all    *breakdowns
	mended chan struct{}

	seen, hits int // calls that matched, and those that were hit
	held       int // calls that are under way with it
}

// breakdowns are the faults of a server. A used-up one stays among them for
// as long as calls are under it, so that Mend reaches those.
type breakdowns struct {
	mu   sync.Mutex
	last int64
	list []*breakdown
}

func (l *breakdowns) add(b *Bot, f Fault) *breakdown {
	f.Method = strings.ToLower(f.Method)
	if f.Code == 0 {
		f.Code = http.StatusBadGateway
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	broken := &breakdown{Fault: f, id: l.last, bot: b, all: l, mended: make(chan struct{})}
	l.list = append(l.list, broken)
	return broken
}

func (f *breakdown) mend() {
	f.all.mu.Lock()
	defer f.all.mu.Unlock()
	f.end()
	f.all.list = slices.DeleteFunc(f.all.list, func(other *breakdown) bool { return other.id == f.id })
}

// end lets go what waits; under the lock.
func (f *breakdown) end() {
	select {
	case <-f.mended:
	default:
		close(f.mended)
	}
}

func (l *breakdowns) mendAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.list {
		f.end()
	}
	l.list = nil
}

func (l *breakdowns) mendOne(id int64) bool {
	for _, f := range l.standing() {
		if f.id == id {
			f.mend()
			return true
		}
	}
	return false
}

func (l *breakdowns) standing() []breakdown {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []breakdown
	for _, f := range l.list {
		if !f.spent() {
			list = append(list, *f)
		}
	}
	return list
}

func (f *breakdown) spent() bool { return f.Times > 0 && f.hits >= f.Times }

func (f *breakdown) matches(b *Bot, method string, chat int64) bool {
	return (f.bot == nil || f.bot == b) && (f.Chat == 0 || f.Chat == chat) &&
		(f.Method == "*" || f.Method == method || f.Method == "" && method != "getupdates")
}

// hit gives the fault that a call meets. Every fault counts the calls that
// match it, also those that an older one hits.
func (l *breakdowns) hit(b *Bot, method string, chat int64) (met *breakdown, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.list {
		if f.spent() || !f.matches(b, method, chat) {
			continue
		}
		f.seen++
		if met == nil && f.seen%max(f.Every, 1) == 0 {
			met = f
		}
	}
	if met == nil {
		return nil, false
	}
	met.hits++
	met.held++
	return met, true
}

func (l *breakdowns) leave(f *breakdown) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f.held--; f.held == 0 && f.spent() {
		l.list = slices.DeleteFunc(l.list, func(other *breakdown) bool { return other == f })
	}
}

// broken answers a call that has met a fault.
func (s *Server) broken(f *breakdown, w http.ResponseWriter, c call) {
	defer s.faults.leave(f)
	switch f.Kind {
	case Drop:
		cut()
	case TooMany:
		writeError(w, c.refuse(tooMany(time.Duration(max(f.RetryAfter, 1))*time.Second)))
		return
	case ServerError:
		writeError(w, c.refuse(&apiError{Code: f.Code, Description: http.StatusText(f.Code)}))
		return
	case HTMLPage:
		writePage(w, c.refuse(&apiError{Code: f.Code, Description: http.StatusText(f.Code)}).Code)
		return
	case Delay:
		s.pause(context.Background(), f) // who has sent a call cannot take it back by going away
	}
	answer, refused := c.run()
	if f.Kind == LoseAnswer || f.Kind == HoldAnswer && !s.pause(c.ctx, f) {
		cut()
	}
	if refused != nil {
		writeError(w, refused)
		return
	}
	writeAnswer(w, answer)
}

// pause waits for the fault's delay or its mending; false where there is
// nobody left to answer.
func (s *Server) pause(ctx context.Context, f *breakdown) bool {
	var over <-chan time.Time
	if f.Delay > 0 || f.Kind == Delay {
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
		return true
	case <-f.mended:
		return true
	case <-ctx.Done():
		return false
	case <-s.done:
		return false
	}
}

// cut ends the connection without an answer. This panic is net/http's own
// word for it, and goes through any handler around this one.
func cut() { panic(http.ErrAbortHandler) }

// writePage answers as the public front end does while nothing is behind it.
func writePage(w http.ResponseWriter, code int) {
	title := strconv.Itoa(code) + " " + http.StatusText(code)
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(code)
	_, _ = w.Write([]byte("<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
		"</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n")) // the caller may be gone
}
