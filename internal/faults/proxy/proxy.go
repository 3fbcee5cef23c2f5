package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Proxy passes the connections to one server.
type Proxy struct {
	Switch
	listener net.Listener
	pass     func(*link)

	mu      sync.Mutex
	network string // of the server
	address string
	open    map[*link]bool
	closed  bool
	running sync.WaitGroup
}

// Postgres listens before a Postgres server.
func Postgres(ctx context.Context, network, address string) (*Proxy, error) {
	return listen(ctx, network, address, passPostgres)
}

// Redis listens before a Redis server.
func Redis(ctx context.Context, network, address string) (*Proxy, error) {
	return listen(ctx, network, address, passRedis)
}

func listen(ctx context.Context, network, address string, pass func(*link)) (*Proxy, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen before %s: %w", address, err)
	}
	p := &Proxy{listener: listener, pass: pass, network: network, address: address, open: map[*link]bool{}}
	p.running.Go(p.accept)
	return p, nil
}

// Addr is where the program asks, as host:port.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Lead tells where the server is now: one that was started anew may be
// elsewhere.
func (p *Proxy) Lead(network, address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.network, p.address = network, address
}

// Cut ends all connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.open {
		l.end()
	}
}

// Close ends all connections and waits for them.
func (p *Proxy) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	err := p.listener.Close()
	p.Cut()
	p.running.Wait()
	return err
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // out of descriptors for a moment
		}
		p.running.Go(func() { p.serve(client) })
	}
}

// dialPatience is how long a server may take to accept a connection.
const dialPatience = 5 * time.Second

func (p *Proxy) serve(client net.Conn) {
	p.mu.Lock()
	network, address := p.network, p.address
	p.mu.Unlock()
	server, err := net.DialTimeout(network, address, dialPatience)
	if err != nil {
		_ = client.Close() // as a server that is not there
		return
	}
	l := &link{sw: &p.Switch, client: client, server: server, over: make(chan struct{}), due: map[int]*armed{}}
	p.mu.Lock()
	p.open[l] = true
	if p.closed {
		l.end()
	}
	p.mu.Unlock()
	p.pass(l)
	p.mu.Lock()
	delete(p.open, l)
	p.mu.Unlock()
}

// link is one connection, passed on in both directions. Requests are numbered
// by the reply that answers them.
type link struct {
	sw             *Switch
	client, server net.Conn
	once           sync.Once
	over           chan struct{} // closed by end

	mu  sync.Mutex
	due map[int]*armed // by number
}

// end closes both sides; it may be called again.
func (l *link) end() {
	l.once.Do(func() {
		close(l.over)
		_, _ = l.client.Close(), l.server.Close() // whoever still reads sees the end
	})
}

// both runs the two directions until both have ended.
func (l *link) both(requests, replies func() error) {
	var running sync.WaitGroup
	for _, direction := range []func() error{requests, replies} {
		running.Go(func() {
			_ = direction() // how a connection ends is nobody's concern
			l.end()
		})
	}
	running.Wait()
}

// meets asks what becomes of request n; false where it must not be passed on.
func (l *link) meets(n int, r Request) bool {
	a := l.sw.meet(r)
	if a == nil {
		return true
	}
	switch a.Deed {
	case LoseRequest:
		close(a.done)
		l.end()
		return false
	case HoldRequest:
		close(a.done)
		<-l.over
		return false
	case LateRequest:
		close(a.done)
		select {
		case <-a.Until:
			return true
		case <-l.over:
			return false
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.due[n] = a
	return true
}

func (l *link) fault(n int) *armed {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.due[n]
}

// befalls lets the fault happen to a reply that is complete; false where it
// must not be passed on.
func (l *link) befalls(a *armed) bool {
	close(a.done)
	switch a.Deed {
	case DelayReply:
		late := time.NewTimer(a.Late)
		defer late.Stop()
		select {
		case <-late.C:
			return true
		case <-l.over:
		}
	case HoldReply:
		<-l.over
	default:
		l.end()
	}
	return false
}
