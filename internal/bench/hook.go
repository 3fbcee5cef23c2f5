package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linli-bot/linli/internal/clock"
)

// hook brings updates to replicas in turn, as a balancer before them does. One
// that is not taken goes to the next replica, again and again.
type hook struct {
	clk      *clock.Clock
	replicas []string // where each takes updates
	client   *http.Client
	atOnce   chan struct{}
	turn     atomic.Int64

	mu     sync.Mutex
	url    string
	secret string
	sets   int64 // how often a program said where to bring updates

	running sync.WaitGroup
	live    context.Context // while updates are brought, and no longer
}

const (
	mostAtOnce = 100 // updates on their way, Telegram's most
	hookSecret = "bench"
	hookPause  = 50 * time.Millisecond // before an update is brought again
)

func newHook(live context.Context, clk *clock.Clock, replicas []string) *hook {
	return &hook{
		clk: clk, replicas: replicas, live: live, atOnce: make(chan struct{}, mostAtOnce),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: mostAtOnce, DisableCompression: true}},
	}
}

// set is setWebhook.
func (h *hook) set(body []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.url, h.secret = textOf(body, `"url":`), textOf(body, `"secret_token":`)
	h.sets++
}

func (h *hook) state() (url string, sets int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.url, h.sets
}

// bring delivers an update; people have one under way at most, so that those
// of a chat stay in order.
func (h *hook) bring(body []byte) {
	h.running.Go(func() {
		h.atOnce <- struct{}{}
		defer func() { <-h.atOnce }()
		for h.live.Err() == nil {
			to := h.replicas[h.turn.Add(1)%int64(len(h.replicas))]
			if h.post(to, body) == nil {
				return
			}
			_ = h.clk.Until(h.live, h.clk.Now().Add(hookPause)) // ends early only at the end
		}
	})
}

func (h *hook) post(to string, body []byte) error {
	req, err := http.NewRequestWithContext(h.live, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	h.mu.Lock()
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.secret)
	h.mu.Unlock()
	req.Header.Set("Content-Type", "application/json")
	res, err := h.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // read to its end
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", res.StatusCode)
	}
	return nil
}

// close waits for the deliveries to end, which they do with live.
func (h *hook) close() {
	h.running.Wait()
	h.client.CloseIdleConnections()
}

// freeAddresses are ports of this machine that nobody listens at just now.
func freeAddresses(ctx context.Context, n int) (list []string, err error) {
	for range n {
		l, listen := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if listen != nil {
			return nil, errors.Join(err, listen)
		}
		list = append(list, l.Addr().String())
		defer func() { err = errors.Join(err, l.Close()) }() // all at the end: no port is given twice
	}
	return list, nil
}
