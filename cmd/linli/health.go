package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// stuckAfter is how long an update may wait before linli no longer counts as
// ready: a person has long put the phone away by then.
const stuckAfter = 5 * time.Minute

// readyWithin bounds a look at whether linli is ready.
const readyWithin = 2 * time.Second

// need is one thing that linli needs in order to serve.
type need struct {
	name string
	said string // how it does, for everybody to read
	err  error  // what is wrong with it: for the log, as it may hold addresses
}

// needs looks at everything that linli needs.
func (a *app) needs(ctx context.Context) []need {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	return []need{
		{name: "postgres", said: "ok", err: a.db.PingContext(ctx)},
		{name: "redis", said: "ok", err: a.rdb.Ping(ctx).Err()},
		a.telegram(),
		a.queue(ctx),
	}
}

// telegram is for how long the most silent bot has heard nothing.
func (a *app) telegram() need {
	n := need{name: "telegram", said: "ok"}
	for _, b := range a.bots {
		n.err = errors.Join(n.err, b.Ready())
	}
	if silent, err := a.silent(); err == nil { // one that is brought its updates does not ask
		n.said = fmt.Sprintf("asked %s ago", silent.Round(time.Second))
	}
	return n
}

// silent is for how long the most silent bot has heard nothing.
func (a *app) silent() (longest time.Duration, err error) {
	for _, b := range a.bots {
		silent, err := b.Silent()
		if err != nil {
			return 0, err
		}
		longest = max(longest, silent)
	}
	return longest, nil
}

// queue is how long the first of those that wait has waited.
func (a *app) queue(ctx context.Context) need {
	h, err := a.inbox.Health(ctx)
	if err == nil && h.Oldest > stuckAfter {
		err = fmt.Errorf("an update has waited for %s", h.Oldest.Round(time.Second))
	}
	said := fmt.Sprintf("%d waiting, the first for %s; %d parked", h.Waiting, h.Oldest.Round(time.Second), h.Parked)
	return need{name: "inbox", said: said, err: err}
}

// health answers whether the process lives, whether it can serve, and, to
// private callers, how it does in figures.
func health(mux *http.ServeMux, a *app) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		status, head, rest := http.StatusOK, "ready", ""
		for _, n := range a.needs(r.Context()) {
			if n.err != nil {
				a.log.WarnContext(r.Context(), "not ready", "need", n.name, "error", n.err)
				status, head, n.said = http.StatusServiceUnavailable, "not ready: "+n.name, "not well, see the log"
			}
			rest += n.name + ": " + n.said + "\n"
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, head+"\n"+rest) // a caller that has gone does not matter
	})
	mux.Handle("GET /metrics", a.metrics.Handler())
}

type healthCmd struct{}

// Run asks the linli of the same settings whether it is ready.
func (healthCmd) Run(w world) error {
	c, err := w.settings()
	if err != nil {
		return err
	}
	said, err := askReady(w.ctx, c.HTTPAddr)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w.stdout, said)
	return err
}

// errNobody says that no linli is there to be asked.
var errNobody = errors.New("nothing answers")

// askReady asks a linli on this machine, by no proxy; it is an error where that
// is not ready or does not answer.
func askReady(ctx context.Context, addr string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*readyWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+reach(addr)+"/readyz", nil)
	if err != nil {
		return "", fmt.Errorf("ask whether it is ready: %w", err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return "", fmt.Errorf("%w at %s: is linli serve running with these settings? (%w)", errNobody, addr, errors.Unwrap(err))
	}
	defer func() { _ = res.Body.Close() }() // read to its end below
	said, err := io.ReadAll(io.LimitReader(res.Body, 1<<16))
	if err != nil {
		return "", fmt.Errorf("ask whether it is ready: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return "", errors.New(strings.TrimSpace(string(said)))
	}
	return string(said), nil
}

// reach is where a server that listens on addr is found from this machine.
func reach(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr // checked by config already
	}
	switch host {
	case "", "0.0.0.0":
		host = "127.0.0.1"
	case "::":
		host = "::1"
	}
	return net.JoinHostPort(host, port)
}
