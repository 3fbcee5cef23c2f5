package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/calm"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/config"
	"github.com/linli-bot/linli/internal/embedded"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/street"
	"github.com/linli-bot/linli/internal/trace"
)

type demoCmd struct {
	Addr   string `help:"Address and port of everything." default:"127.0.0.1:8080"`
	Data   string `help:"Keep what happens in this folder; without it all is forgotten at the end." type:"path"`
	People int    `help:"So many more people live in each town, who read what they are told; messages then go out as fast as Telegram lets them."`
}

// Help is said by demo --help.
func (demoCmd) Help() string {
	return "Where it is night in the sample towns, their clock begins at five past nine in the morning: nobody there is told anything at night but what is urgent."
}

// Run brings everything up on this machine and prints one address.
func (d demoCmd) Run(w world) (err error) {
	log := slog.New(trace.Logs(slog.NewTextHandler(w.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	listener, err := listen(w.ctx, d.Addr)
	if err != nil {
		return err
	}
	dir, forget, err := d.folder()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, forget()) }()
	stage, err := openStage(w.ctx, stageOptions{dir: dir, forget: d.Data == "", address: listener.Addr(), people: d.People, log: log})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, stage.close()) }()
	return stage.play(w, listener)
}

// folder is where the demo keeps its data, and what becomes of it at the end.
func (d demoCmd) folder() (dir string, forget func() error, err error) {
	if d.Data != "" {
		err := os.MkdirAll(d.Data, 0o755)
		return d.Data, func() error { return nil }, err
	}
	if dir, err = os.MkdirTemp("", "linli-demo-"); err != nil {
		return "", nil, fmt.Errorf("make a folder: %w", err)
	}
	// Started by root, Postgres runs as a user of its own, who must get there.
	err = os.Chmod(dir, 0o711)
	return dir, func() error { return os.RemoveAll(dir) }, err
}

// stage is the demo: linli, the local Telegram and the street page on one port.
type stage struct {
	parts  parts // of which linli is built, and built again
	mu     sync.Mutex
	app    *app            // the linli that lives now: see current
	kills  chan chan error // each is answered when it lives again
	wire   *wire           // between it and Telegram
	stores *stores
	api    *botapi.Server
	towns  []town
	crowds []*crowd
	life   *life // of those in them who are not played; nil: only who is played does anything
	clk    *clock.Clock
	log    *slog.Logger
}

type stageOptions struct {
	dir     string
	forget  bool
	address net.Addr
	people  int // in the crowd of each town
	log     *slog.Logger
}

func newStage(clk *clock.Clock, log *slog.Logger) *stage {
	return &stage{clk: clk, log: log, stores: &stores{}, wire: newWire(), kills: make(chan chan error)}
}

// openStage starts the stores and wires linli to a Telegram of its own.
func openStage(ctx context.Context, o stageOptions) (*stage, error) {
	s := newStage(clock.New(), o.log)
	s.life = &life{}
	s.api = botapi.New(botapi.Options{Clock: s.clk, Log: o.log})
	s.towns = withHall(towns(s.api))
	for _, t := range s.towns { // a town that was kept knows the updates of the last time: theirs must be others
		t.bot.RestartIDs(s.clk.Now().Unix())
	}
	wakeUp(s.clk, s.towns[0].zone())
	err := s.openStores(ctx, o)
	if err == nil {
		tokens, names := make([]config.Secret, len(s.towns)), map[int64]string{}
		for i, t := range s.towns {
			tokens[i] = config.NewSecret(t.token)
			names[t.botID()] = t.name
		}
		s.parts = parts{
			databaseURL: s.stores.databaseURL, redisURL: s.stores.redisURL, apiURL: "http://" + o.address.String(),
			tokens: tokens, names: names, clk: s.clk, log: o.log,
			rules: outbox.Rules{}, // limits wait in real time, in which a visitor moves the clock by days
		}
		if o.people > 0 { // that takes its time is what is to be seen
			s.parts.rules = outbox.TelegramRules
		}
		err = s.raise(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.stores.close())
	}
	if err := witness(ctx, s.app.db); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err := s.settle(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err := s.crowded(ctx, o.people); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// settle fills the towns side by side: they have nothing in common.
func (s *stage) settle(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, t := range s.towns {
		group.Go(func() error {
			for _, step := range []func(context.Context, *app) error{t.settle, t.watchNow, t.kitchenIn, t.childrenIn, t.weekIn, t.noticesIn} {
				if err := step(ctx, s.app); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// The hours of the sample towns: when it is night there, as in every community
// that said nothing else, and when a visitor comes who finds them asleep.
var (
	townNight   = calm.Hours{From: calendar.ClockAt(20, 30), Until: calendar.ClockAt(7, 30)}
	townMorning = calendar.ClockAt(9, 5)
)

// wakeUp moves a clock on to five past nine where it is night in a zone: at every
// hour of theirs visitors see a neighbourhood that is awake.
func wakeUp(clk *clock.Clock, zone *time.Location) {
	if at := clk.Now().In(zone); townNight.Quiet(at) {
		clk.Advance(townMorning.Next(at).Sub(at))
	}
}

// openStores are embedded always: the demo touches nothing that is not its own.
func (s *stage) openStores(ctx context.Context, o stageOptions) error {
	var err error
	s.stores.postgres, err = embedded.StartPostgres(ctx, embedded.PostgresOptions{
		Dir: filepath.Join(o.dir, "postgres"), Throwaway: o.forget, Log: o.log,
	})
	if err != nil {
		return fmt.Errorf("embedded postgres: %w", err)
	}
	s.stores.redis, err = embedded.StartRedis(ctx, embedded.RedisOptions{
		Dir: filepath.Join(o.dir, "redis"), AppendOnly: !o.forget, Log: o.log,
	})
	if err != nil {
		return errors.Join(fmt.Errorf("embedded redis: %w", err), s.stores.close())
	}
	s.stores.databaseURL, s.stores.redisURL = s.stores.postgres.URL(), s.stores.redis.URL()
	return nil
}

// play serves until the visitor has had enough.
func (s *stage) play(w world, listener net.Listener) error {
	group, ctx := errgroup.WithContext(w.ctx)
	group.Go(func() error { return serveHTTP(ctx, listener, s.handler()) })
	group.Go(func() error { return s.live(ctx) })
	group.Go(func() error { return s.stores.watch(ctx) })
	group.Go(func() error { return s.goOn(ctx) })
	for _, c := range s.crowds {
		group.Go(func() error { c.read(ctx); return nil })
	}
	group.Go(func() error {
		if err := s.moveIn(ctx); err != nil {
			return err
		}
		fmt.Fprintf(w.stdout, "\n  linli is at  http://%s\n\n  Ctrl-C ends it.\n\n", listener.Addr())
		return nil
	})
	return group.Wait()
}

// moveIn lets everybody move in, and the group of the building be set up.
func (s *stage) moveIn(ctx context.Context) error {
	for _, t := range s.towns {
		t.moveIn()
	}
	if err := s.rest(ctx); err != nil {
		return err
	}
	for _, t := range s.towns {
		if err := t.tie(ctx, s.current()); err != nil {
			return err
		}
	}
	return nil
}

// handler is the one port: the local Telegram, the page, and health.
func (s *stage) handler() http.Handler {
	mux := http.NewServeMux()
	for _, path := range []string{"GET /healthz", "GET /readyz"} {
		mux.HandleFunc(path, s.health)
	}
	bots, names := map[string]*botapi.Bot{}, map[string]string{}
	var personas []street.Persona
	for _, t := range s.towns {
		mux.Handle("/bot"+t.token+"/", s.wire.before(s.api))
		mux.Handle("/file/bot"+t.token+"/", s.wire.before(s.api))
		bots[t.lang], names[t.lang] = t.bot, t.botName
		personas = append(personas, t.personas()...)
	}
	mux.Handle("/", street.New(street.Options{
		Bots: bots, Name: names, Clock: s.clk, Zone: s.towns[0].zone(), Personas: personas,
		Skip: s.skip, Rest: s.rest, Changes: s.changes, Troubles: s.troubles(), Log: s.log,
	}))
	return mux
}

func (s *stage) close() error {
	return errors.Join(s.current().close(), s.stores.close())
}
