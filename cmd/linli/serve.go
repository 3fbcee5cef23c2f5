package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/pprof"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/linli-bot/linli/bot"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/metrics"
	"github.com/linli-bot/linli/internal/outbox"
)

type serveCmd struct {
	Limits     string `hidden:"" enum:"telegram,none" default:"telegram" help:"The rates that the bot keeps to; none is for measurements alone."`
	CPUProfile string `hidden:"" name:"cpuprofile" type:"path" help:"Write to this file what the time is spent on."`
}

// Run serves every bot of the settings until it is told to stop.
func (cmd serveCmd) Run(w world) (err error) {
	c, err := w.settings("BOT_TOKEN")
	if err != nil {
		return err
	}
	log := w.logger(c)
	stop, err := cmd.profile()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
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
	rules, flood := cmd.rules(w.ctx, log)
	a, err := build(w.ctx, parts{
		databaseURL: s.databaseURL, redisURL: s.redisURL, apiURL: c.TelegramAPIURL, tokens: c.BotTokens,
		webhook: bot.Webhook{URL: c.WebhookURL, Secret: c.WebhookSecret.Reveal()},
		rules:   rules, flood: flood, unlimited: cmd.Limits == "none", strangers: cmd.Limits == "none", clk: clock.New(), metrics: metrics.New(), log: log, data: c.Data,
	})
	if err != nil {
		return errors.Join(toldToStop(w.ctx, log, err), listener.Close(), s.close())
	}
	mux := http.NewServeMux()
	health(mux, a)
	a.hooks(mux)
	log.InfoContext(w.ctx, "serving", "address", listener.Addr().String(), "bots", len(a.bots))
	if err := a.introduce(w, isTerminal(w.stdout)); err != nil {
		log.WarnContext(w.ctx, "not looked which bots have a secretary", "error", err) // `linli claim` says it again
	}
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

// rules are those that Telegram asks for, unless somebody measures.
func (cmd serveCmd) rules(ctx context.Context, log *slog.Logger) (outbox.Rules, outbox.Rule) {
	if cmd.Limits != "none" {
		return outbox.TelegramRules, bot.FloodRule
	}
	log.WarnContext(ctx, "the limits on what is sent and taken, and the question about neighbours, are off: this is for measurements, never for Telegram")
	return outbox.Rules{}, outbox.Rule{}
}

// profile writes what the time is spent on, until stop.
func (cmd serveCmd) profile() (stop func() error, err error) {
	if cmd.CPUProfile == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(cmd.CPUProfile)
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(fmt.Errorf("profile: %w", err), file.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return file.Close()
	}, nil
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
