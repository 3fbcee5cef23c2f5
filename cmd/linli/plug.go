package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/linli-bot/linli/bot"
	"github.com/linli-bot/linli/internal/pg"
)

// nearby is how long a Redis of the demo may take, which is on the same machine: where it
// is slow that machine is, and linli would ask for patience in the middle of a play.
const nearby = 5 * time.Second

// plug is what the demo holds a linli by. All its connections go through it:
// pulled, it can do nothing more to anybody, as a process that was killed. A
// nil plug, as serve has it, changes nothing.
type plug struct {
	mu     sync.Mutex
	pulled bool
	conns  map[net.Conn]struct{}
}

var errPulled = errors.New("the plug is pulled")

func newPlug() *plug { return &plug{conns: map[net.Conn]struct{}{}} }

// pull ends every connection in the middle of whatever it does.
func (p *plug) pull() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pulled = true
	for c := range p.conns {
		_ = c.Close() // to be broken off is what it is closed for
	}
	clear(p.conns)
}

func (p *plug) isPulled() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pulled
}

func (p *plug) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if p.isPulled() {
		return nil, errPulled
	}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	c, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pulled {
		return nil, errors.Join(errPulled, c.Close())
	}
	p.conns[c] = struct{}{}
	return plugged{c, p}, nil
}

type plugged struct {
	net.Conn
	plug *plug
}

func (c plugged) Close() error {
	c.plug.mu.Lock()
	delete(c.plug.conns, c.Conn)
	c.plug.mu.Unlock()
	return c.Conn.Close()
}

// database, redis, caller and logger put the plug, and the trace, into the
// parts of linli that reach out of the process.
func (p *plug) database() []pg.Option {
	if p == nil {
		return nil
	}
	return []pg.Option{pg.Traced(), pg.Through(p.dial)}
}

func (p *plug) redis(o *redis.UniversalOptions) *redis.UniversalOptions {
	if p != nil {
		o.Dialer = p.dial
		o.ReadTimeout, o.WriteTimeout = nearby, nearby
	}
	return o
}

func (p *plug) caller(c *bot.Caller) *bot.Caller {
	if p == nil {
		return c
	}
	return c.Traced().Through(p.dial)
}

func (p *plug) logger(log *slog.Logger) *slog.Logger { return slog.New(mortal{log.Handler(), p}) }

// mortal writes nothing more once the plug is pulled: the dead do not complain.
type mortal struct {
	slog.Handler
	plug *plug
}

func (m mortal) Enabled(ctx context.Context, level slog.Level) bool {
	return m.Handler.Enabled(ctx, level) && !m.plug.isPulled()
}

func (m mortal) WithAttrs(attrs []slog.Attr) slog.Handler {
	return mortal{m.Handler.WithAttrs(attrs), m.plug}
}

func (m mortal) WithGroup(name string) slog.Handler { return mortal{m.Handler.WithGroup(name), m.plug} }
