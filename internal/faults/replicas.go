package faults

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync/atomic"
	"time"
)

// balancer brings what Telegram delivers to the replicas in turn, as a balancer
// before them does. One that does not take connections is passed over; one that
// dies over a request has failed it, and Telegram brings it again.
type balancer struct {
	backends []*url.URL
	turn     atomic.Int64
	server   *httptest.Server
}

func newBalancer(addresses []string) *balancer {
	b := &balancer{}
	for _, address := range addresses {
		b.backends = append(b.backends, &url.URL{Scheme: "http", Host: address})
	}
	b.server = httptest.NewServer(&httputil.ReverseProxy{
		Transport: &http.Transport{DialContext: b.dial, MaxIdleConnsPerHost: 16},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(b.backends[int(b.turn.Add(1))%len(b.backends)])
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.WriteHeader(http.StatusBadGateway) // its body is for nobody: Telegram repeats
		},
	})
	return b
}

// dial reaches the replica whose turn it is, or the next that is there.
func (b *balancer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err == nil {
		return conn, nil
	}
	at := slices.IndexFunc(b.backends, func(u *url.URL) bool { return u.Host == address })
	errs := []error{err}
	for i := range len(b.backends) - 1 {
		conn, err := d.DialContext(ctx, network, b.backends[(at+i+1)%len(b.backends)].Host)
		if err == nil {
			return conn, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// openReplicas gives every replica an address of its own and, where there are
// several, puts the balancer before them.
func (s *Stage) openReplicas(ctx context.Context) error {
	for range s.children {
		address, err := freeAddress(ctx)
		if err != nil {
			return err
		}
		s.addresses = append(s.addresses, address)
	}
	if len(s.children) == 1 {
		return nil
	}
	s.balancer = newBalancer(s.addresses)
	s.stops = append(s.stops, func() error { s.balancer.server.Close(); return nil })
	return nil
}

// freeAddress is one at which nobody listens just now.
func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// envOf is what replica n is started with.
func (s *Stage) envOf(n int) []string {
	env := append(slices.Clone(s.env), "HTTP_ADDR="+s.addresses[n])
	if s.balancer != nil {
		env = append(env, "WEBHOOK_URL="+s.balancer.server.URL, "WEBHOOK_SECRET="+secret)
	}
	return env
}

// ready reports whether every replica that runs can be reached. Whether it says
// that it is ready depends on the others: Telegram counts failures for them all.
func (s *Stage) ready(ctx context.Context) bool {
	s.mu.Lock()
	var running []string
	for n, c := range s.children {
		if c != nil {
			running = append(running, s.addresses[n])
		}
	}
	s.mu.Unlock()
	for _, address := range running {
		if !isReady(ctx, address) {
			return false
		}
	}
	return true
}

func isReady(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/healthz", http.NoBody)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	return res.Body.Close() == nil && res.StatusCode == http.StatusOK
}

// KillReplica kills one of several and starts it again a moment later: the
// others go on, and have what it had in hand.
func KillReplica(n int, gone time.Duration) Blow {
	return Blow{fmt.Sprintf("replica %d is killed", n), func(ctx context.Context, s *Stage) error {
		if err := s.KillOne(n); err != nil {
			return err
		}
		s.pause(ctx, gone)
		return s.ServeOne(n)
	}}
}
