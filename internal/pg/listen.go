package pg

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"
)

// How a listener keeps its connection: it tries again after the first, then
// longer up to the second, and asks for a sign of life every third.
const (
	reconnectFirst = 50 * time.Millisecond
	reconnectLast  = 5 * time.Second
	signOfLife     = 30 * time.Second
)

// Listen calls wake for every notification on a channel until ctx ends, and
// then returns nil. It calls it also when it is connected, at first and after
// every loss: what was said in between was not heard, so look for it. A
// database that is away is waited for; keep a poll behind it all the same.
func Listen(ctx context.Context, address, channel string, wake func()) error {
	dsn, err := complete(address)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", channel, err)
	}
	l := pq.NewDialListener(dialer(wire.DialContext), dsn, reconnectFirst, reconnectLast, nil)
	defer func() { _ = l.Close() }() // it only says that it was closed before
	listening := make(chan error, 1)
	go func() { listening <- l.Listen(channel) }() // it blocks until connected; Close ends it
	tick := time.NewTicker(signOfLife)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-listening:
			if err != nil {
				return fmt.Errorf("listen on %s: %w", channel, err)
			}
			wake()
		case <-l.NotificationChannel(): // nil after a reconnect
			wake()
		case <-tick.C:
			go func() { _ = l.Ping() }() // a failure makes the listener reconnect by itself
		}
	}
}
