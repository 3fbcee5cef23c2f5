package pg

import (
	"context"
	"net"
	"time"
)

// Dial makes a connection, as net.Dialer's DialContext does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// wire notices within half a minute that nobody is at the other end any more:
// the driver itself would wait for an answer as long as the kernel does, a
// quarter of an hour and more.
var wire = net.Dialer{
	KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3},
	Control:         unanswered,
}

// unansweredFor is how long what was sent may stay without word that it arrived.
const unansweredFor = 20 * time.Second

// dialer is a Dial as lib/pq wants it.
type dialer Dial

func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d(context.Background(), network, address)
}

func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d(ctx, network, address)
}

func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return d(ctx, network, address)
}
