package botapi

import (
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/linli-bot/linli/internal/clock"
)

// Options is what a server needs; every field may be left out.
type Options struct {
	Clock *clock.Clock // dates and lifetimes; waiting is always in real time
	Log   *slog.Logger // refused calls, at debug level

	Webhooks Webhooks
	Limits   Limits
	Keep     Keep

	// Lint is told what a call got wrong although it succeeds. It is called
	// before the work, from many calls at once.
	Lint func(Finding)
}

// Server is a Bot API server, to be mounted at the root of an HTTP server.
type Server struct {
	clock *clock.Clock
	real  *clock.Clock // for what is a matter of the wire, not of the story
	log   *slog.Logger
	done  chan struct{} // closed by Close; ends the calls that wait

	faults  breakdowns
	control http.Handler

	webhooks Webhooks
	limits   Limits
	keep     Keep
	lint     func(Finding)
	run      func(call) (reply, *apiError) // a field, since methods lead back to it
	running  sync.WaitGroup                // requests to webhooks

	mu     sync.Mutex
	closed bool
	bots   map[string]*Bot // by token
}

// New returns a server without bots.
func New(o Options) *Server {
	if o.Clock == nil {
		o.Clock = clock.New()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Webhooks.Second == 0 {
		o.Webhooks.Second = time.Second
	}
	if o.Webhooks.Timeout == 0 {
		o.Webhooks.Timeout = time.Minute
	}
	s := &Server{
		clock: o.Clock, real: clock.New(), log: o.Log, done: make(chan struct{}), bots: map[string]*Bot{},
		webhooks: o.Webhooks, limits: o.Limits, keep: o.Keep, lint: o.Lint, run: call.run,
	}
	s.control = s.Control()
	return s
}

// AddBot registers a bot; its id is the number before the colon of its token.
// The same token gives the same bot.
func (s *Server) AddBot(token, username, name string) *Bot {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.bots[token]; b != nil {
		return b
	}
	head, _, _ := strings.Cut(token, ":")
	b := newBot(s, user{ID: toInteger(head), IsBot: true, FirstName: name, Username: username})
	b.files.keep = s.keep.Files
	s.bots[token] = b
	return b
}

// Close ends the calls that wait for updates and the requests to webhooks, so
// that an HTTP server around this one can shut down at once. Later calls are
// refused as in a restart.
func (s *Server) Close() {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.done)
	}
	bots := slices.Collect(maps.Values(s.bots))
	s.mu.Unlock()
	for _, b := range bots {
		b.mu.Lock()
		if b.hook != nil {
			b.hook.stop()
		}
		b.mu.Unlock()
	}
	s.running.Wait()
}

func (s *Server) bot(token string) (*Bot, *apiError) {
	head, _, found := strings.Cut(token, ":")
	id := toInteger(head)
	if !found || len(token) > 80 || token[0] == '0' || id <= 0 || id >= 1<<54 {
		return nil, fail(401, "Unauthorized: invalid token specified")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, fail(500, "Internal Server Error: restart")
	}
	if b := s.bots[token]; b != nil {
		return b, nil
	}
	return nil, fail(401, "Unauthorized")
}
