// Package trace carries the name of what set something off: "u" and the number
// of an update, "i" and that of an inbox row of our own, or "o" and that of an
// outbox row. Whoever writes a log line,
// calls Telegram or changes a row on its way can tell by it what for.
package trace

import (
	"context"
	"log/slog"
	"strconv"
)

// Header is how a call carries its trace, where that is asked for.
const Header = "X-Trace-Id"

// Kind is what sort of thing set something off.
type Kind byte

// The kinds, as a trace begins with them.
const (
	Update Kind = 'u' // of Telegram's, by its number
	Own    Kind = 'i' // an inbox row of our own
	Outbox Kind = 'o' // an outbox row
)

type key struct{}

// name is put into words only where somebody asks for them.
type name struct {
	kind Kind
	id   int64
}

// With returns a context that carries a trace.
func With(ctx context.Context, kind Kind, id int64) context.Context {
	return context.WithValue(ctx, key{}, name{kind, id})
}

// ID is the trace that a context carries, or "".
func ID(ctx context.Context) string {
	n, ok := ctx.Value(key{}).(name)
	if !ok {
		return ""
	}
	return string(rune(n.kind)) + strconv.FormatInt(n.id, 10)
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
