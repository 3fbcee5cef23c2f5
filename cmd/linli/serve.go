package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/metrics"
	"github.com/linli-bot/linli/internal/outbox"
)

type serveCmd struct{}

// Run serves every bot of the settings until it is told to stop.
func (serveCmd) Run(w world) error {
	c, err := w.settings("BOT_TOKEN")
	if err != nil {
		return err
	}
	log := w.logger(c)
	for _, line := range c.Lines() {
		log.InfoContext(w.ctx, "setting", "is", line)
	}
	listener, err := listen(w.ctx, c.HTTPAddr)
	if err != nil {
		return err
	}
	s, err := openStores(w.ctx, c, log)
	if err != nil {
		return errors.Join(toldToStop(w.ctx, log, err), listener.Close())
	}
	a, err := build(w.ctx, parts{
		databaseURL: s.databaseURL, redisURL: s.redisURL, apiURL: c.TelegramAPIURL, tokens: c.BotTokens,
		rules: outbox.TelegramRules, clk: clock.New(), metrics: metrics.New(), log: log,
	})
	if err != nil {
		return errors.Join(toldToStop(w.ctx, log, err), listener.Close(), s.close())
	}
	mux := http.NewServeMux()
	health(mux, a)
	log.InfoContext(w.ctx, "serving", "address", listener.Addr().String(), "bots", len(a.bots))
	group, ctx := errgroup.WithContext(w.ctx)
	group.Go(func() error { return a.run(ctx) })
	group.Go(func() error { return serveHTTP(ctx, listener, mux) })
	group.Go(func() error { return s.watch(ctx) })
	err = toldToStop(w.ctx, log, group.Wait())
	err = errors.Join(err, a.close(), s.close())
	log.InfoContext(w.ctx, "stopped")
	return err
}

// toldToStop makes nothing of an error where linli was told to stop: it is then
// of what was cut off, which is done after the next start.
func toldToStop(ctx context.Context, log *slog.Logger, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	log.InfoContext(ctx, "cut off by the stop", "error", err)
	return nil
}

// listen takes the port, or says plainly that somebody has it.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is taken by another program: choose another port", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return listener, nil
}

// serveHTTP serves until ctx ends; streams end with it.
func serveHTTP(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		stopped <- errors.Join(server.Shutdown(late), server.Close())
	})
	err := server.Serve(listener)
	if errors.Is(err, http.ErrServerClosed) {
		return <-stopped
	}
	stop()
	return fmt.Errorf("serve http: %w", err)
}
