package main

import (
	"context"
	"net/http"
	"sync"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/street"
)

// A storm turns so many calls away, and asks each to wait so long: one phone
// may get them all, and its visitor should see the end of it.
const (
	stormCalls   = 2
	stormSeconds = 5
)

// troubles are what the page can make go wrong.
func (s *stage) troubles() []street.Trouble {
	always := func(do func()) func(context.Context) error {
		return func(context.Context) error { do(); return nil }
	}
	return []street.Trouble{
		{Key: "down", Begin: always(s.wire.cut), End: always(s.wire.mend)},
		{Key: "storm", Begin: always(func() {
			s.api.Break(botapi.Fault{Kind: botapi.TooMany, RetryAfter: stormSeconds, Times: stormCalls})
		})},
		{Key: "twice", Begin: always(func() {
			for _, t := range s.towns {
				t.bot.Repeat(1)
			}
		})},
		{Key: "kill", Begin: func(ctx context.Context) error { return s.kill(context.WithoutCancel(ctx)) }},
	}
}

// wire is what lies between linli and the local Telegram. While it is cut no
// call comes through, and those on their way get no answer.
type wire struct {
	mu    sync.Mutex
	whole context.Context // ends when the wire is cut
	end   context.CancelFunc
}

func newWire() *wire {
	w := &wire{}
	w.mend()
	return w
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.end()
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.whole == nil || w.whole.Err() != nil {
		w.whole, w.end = context.WithCancel(context.Background())
	}
}

func (w *wire) isCut() bool { return w.state().Err() != nil }

func (w *wire) state() context.Context {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.whole
}

// before is a handler at the end of the wire.
func (w *wire) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		whole := w.state()
		ctx, stop := context.WithCancel(r.Context())
		defer stop()
		defer context.AfterFunc(whole, stop)()
		if whole.Err() == nil {
			next.ServeHTTP(out, r.WithContext(ctx))
		}
		if whole.Err() != nil {
			panic(http.ErrAbortHandler) // net/http's own word for a connection that ends without an answer
		}
	})
}
