// Package trace carries the name of what set something off: "u" and the number
// of an update, "i" and that of an inbox row of our own, or "o" and that of an
// outbox row. Whoever writes a log line,
// calls Telegram or changes a row on its way can tell by it what for.
package trace

import (
	"context"
	"log/slog"
)

// Header is how a call carries its trace, where that is asked for.
const Header = "X-Trace-Id"

type key struct{}

// With returns a context that carries a trace.
func With(ctx context.Context, id string) context.Context { return context.WithValue(ctx, key{}, id) }

// ID is the trace that a context carries, or "".
func ID(ctx context.Context) string {
	id, _ := ctx.Value(key{}).(string)
	return id
}

// Logs returns a handler that adds the trace to every line that has one.
func Logs(next slog.Handler) slog.Handler { return logs{next} }

type logs struct{ slog.Handler }

func (l logs) Handle(ctx context.Context, r slog.Record) error {
	if id := ID(ctx); id != "" {
		r.AddAttrs(slog.String("trace", id))
	}
	return l.Handler.Handle(ctx, r)
}

func (l logs) WithAttrs(attrs []slog.Attr) slog.Handler { return logs{l.Handler.WithAttrs(attrs)} }

func (l logs) WithGroup(name string) slog.Handler { return logs{l.Handler.WithGroup(name)} }
