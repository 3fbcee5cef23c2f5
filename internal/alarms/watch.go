package alarms

import (
	"context"
	"log/slog"
	"time"

	"github.com/linli-bot/linli/internal/clock"
)

// LookEvery is how often a watch looks, in real time.
const LookEvery = 30 * time.Second

// Watch looks again and again, and tells what it finds.
type Watch struct {
	Alarms      *Service
	Read        func(ctx context.Context) (Readings, error)
	Communities []int64
	Real        *clock.Clock
	Log         *slog.Logger
}

// Run looks until ctx ends. The first look is for restarts alone: what waited
// while nothing ran is being worked through, and a process that ends soon would
// never come to a second one.
func (w *Watch) Run(ctx context.Context) error {
	next := w.Real.Now()
	for first := true; w.Real.Until(ctx, next) == nil; first = false {
		next = w.Real.Now().Add(LookEvery)
		w.look(ctx, first)
	}
	return nil
}

func (w *Watch) look(ctx context.Context, first bool) {
	ctx, cancel := context.WithTimeout(ctx, LookEvery)
	defer cancel()
	r, err := w.Read(ctx)
	if err != nil { // nothing can be told either: the log is all there is
		w.warn(ctx, "not looked whether all is well", err)
		return
	}
	if first {
		r = Readings{Restarts: r.Restarts}
	}
	found := Check(r)
	for _, f := range found {
		w.Log.WarnContext(ctx, "something is wrong", "cause", f.Code, "figure", f.Figure)
	}
	for _, community := range w.Communities {
		if err := w.Alarms.tell(ctx, community, !first, found); err != nil {
			w.warn(ctx, "keepers not told", err)
		}
	}
}

func (w *Watch) warn(ctx context.Context, what string, err error) {
	if ctx.Err() == nil || context.Cause(ctx) == context.DeadlineExceeded { //nolint:errorlint // the cause of our own timeout is never wrapped
		w.Log.WarnContext(ctx, what, "error", err)
	}
}
