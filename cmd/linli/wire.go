package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/linli-bot/linli/bot"
	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/calm"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/config"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/groups"
	"github.com/linli-bot/linli/internal/i18n"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/metrics"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/process"
	"github.com/linli-bot/linli/internal/register"
	"github.com/linli-bot/linli/internal/roster"
	"github.com/linli-bot/linli/internal/session"
	"github.com/linli-bot/linli/internal/setup"
	"github.com/linli-bot/linli/internal/today"
)

// parts is what an app is built of.
type parts struct {
	databaseURL string
	redisURL    string
	apiURL      string
	tokens      []config.Secret
	names       map[int64]string // of communities, where they are known beforehand
	texts       *i18n.Catalog    // nil: they are read
	rules       outbox.Rules
	flood       outbox.Rule
	unlimited   bool        // nobody brings too many reports: for measurements
	oneByOne    bool        // what falls due happens one after the other, in one order: for plays
	strangers   bool        // nobody is asked whether a neighbour\'s case is theirs: for measurements
	data        string      // the folder whose disk is watched; "": none is
	webhook     bot.Webhook // its URL without the path; the zero one: updates are polled for
	clk         *clock.Clock
	metrics     *metrics.Metrics // nil: nobody looks
	log         *slog.Logger
	plug        *plug // by which the demo can kill it; nil where it serves
}

// app is linli, wired by hand from top to bottom.
type app struct {
	parts
	db  *sqlx.DB
	rdb redis.UniversalClient

	communities *community.Service
	setup       *setup.Service
	people      *people.Service
	cases       *cases.Service
	groups      *groups.Service
	inbox       *inbox.Store
	outbox      *outbox.Store
	register    *register.Service
	calendar    *calendar.Service
	roster      *roster.Service
	lunch       *lunch.Service
	childcare   *childcare.Service
	notices     *notices.Service
	ledger      *ledger.Ledger
	calm        *calm.Service
	today       *today.Service
	process     *process.Process
	sessions    *session.Store
	house       *flow.House

	bots     []*bot.Bot
	limiters []*outbox.Limiter
	courier  *bot.Courier
}

// build connects the stores, brings the schema up to date and wires the rest.
func build(ctx context.Context, p parts) (*app, error) {
	a := &app{parts: p}
	if err := a.connect(ctx); err != nil {
		return nil, errors.Join(err, a.close())
	}
	a.communities = community.New(a.db, p.clk)
	a.calendar = calendar.New(a.db, p.clk)
	a.setup = setup.New(a.communities, a.calendar, p.clk, a.texts.Languages())
	a.people = people.New(a.db, p.clk)
	a.cases = cases.New(a.db, p.clk, a.communities, func() { a.courier.Wake() })
	if p.unlimited {
		a.cases.Unlimited()
	}
	if p.strangers {
		a.cases.Strangers()
	}
	a.roster = roster.New(a.db, p.clk, a.calendar, func() { a.courier.Wake() })
	a.lunch = lunch.New(a.db, p.clk, a.calendar, func() { a.courier.Wake() })
	a.lunch.Helped(hands{})
	a.lunch.Worries(a.cases)
	a.ledger = ledger.New(p.clk)
	a.lunch.Keeps(a.ledger)
	a.lunch.Staffed(a.roster)
	a.childcare = a.newChildcare()
	a.lunch.Feeds(childMeals{a.childcare})
	a.today = today.New(a.db, p.clk, func() { a.courier.Wake() })
	a.cases.Shows(a.today)
	a.cases.Works(a.calendar.Recall())
	a.roster.Shows(a.today)
	a.roster.Follow(a.cases, a.today, carriers{a.lunch}, childShifts{a.childcare})
	a.people.Heeds(a.childcare)
	a.roster.Watched(childShifts{a.childcare})
	a.people.Follow(a.cases, a.lunch, a.childcare, a.roster, a.ledger, a.today) // days before their shifts, as they are held
	a.groups = groups.New(a.db, p.clk, func() { a.courier.Wake() })
	a.cases.Posts(a.groups)
	a.notices = a.newNotices()
	a.people.Follow(a.notices)
	a.register = register.New(a.people, a.communities, p.clk)
	a.inbox = inbox.New(a.db, p.clk, a.process.ID())
	a.outbox = outbox.New(a.db, p.clk)
	a.calm = calm.New(a.db, p.clk, func() { a.courier.Wake() })
	a.sessions = session.NewStore(a.rdb, p.clk)
	a.house = flow.New(flow.House{
		Communities: a.communities, Setup: a.setup, People: a.people, Cases: a.cases, Groups: a.groups, Register: a.register,
		Roster: a.roster, Lunch: a.lunch, Childcare: a.childcare, Notices: a.notices, Calm: a.calm, Today: a.today, Calendar: a.calendar,
		Chats: chats{a}, Fetch: a.fetch, Languages: a.texts.Languages(),
		Texts: func(lang string, now time.Time, zone *time.Location) dialog.Texts { return a.texts.In(lang, now, zone) },
		Link:  a.link,
	})
	for _, token := range p.tokens {
		b, err := a.newBot(ctx, token)
		if err != nil {
			return nil, errors.Join(err, a.close())
		}
		a.bots = append(a.bots, b)
	}
	a.courier = bot.NewCourier(strconv.FormatInt(a.process.ID(), 10), a.outbox, p.clk, p.log, a.bots...).CountedBy(p.metrics)
	if p.oneByOne {
		a.courier.OneByOne()
	}
	a.people.Wakes(a.courier.Wake)
	if err := a.beginDays(ctx); err != nil {
		return nil, errors.Join(err, a.close())
	}
	a.gauges()
	return a, nil
}

// beginDays sees to it that what comes every day or week comes, in every community here.
func (a *app) beginDays(ctx context.Context) error {
	for _, b := range a.bots {
		for _, begin := range []func(context.Context, int64) error{a.roster.Begin, a.lunch.Begin, a.childcare.Begin, a.today.Begin, a.groups.Begin} {
			if err := begin(ctx, b.CommunityID()); err != nil {
				return err
			}
		}
	}
	return nil
}

// processName tells people which process something is about.
func processName() string {
	host, _ := os.Hostname() // it is only a name
	return host + "/" + strconv.Itoa(os.Getpid())
}

func (a *app) connect(ctx context.Context) error {
	var err error
	if a.texts == nil {
		if a.texts, err = i18n.Load(); err != nil {
			return fmt.Errorf("words: %w", err)
		}
	}
	if a.db, err = pg.Open(ctx, a.databaseURL, a.plug.database()...); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	if _, err = pg.Migrate(ctx, a.db, a.log); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if a.process, err = process.Join(ctx, a.db, processName(), a.log); err != nil {
		return err
	}
	options, err := session.Options(a.redisURL)
	if err != nil {
		return fmt.Errorf("redis: %w", err)
	}
	a.rdb = redis.NewUniversalClient(a.plug.redis(options))
	return nil
}

// newBot makes the bot of one token; its community begins with it.
func (a *app) newBot(ctx context.Context, token config.Secret) (*bot.Bot, error) {
	id, err := botID(token)
	if err != nil {
		return nil, err
	}
	caller := a.plug.caller(bot.NewCaller(a.apiURL, token.Reveal()).CountedBy(a.metrics))
	name, known := a.names[id]
	var me bot.Me
	if !known {
		me = caller.Introduced(ctx)
		name = me.FirstName
	}
	c, err := a.communities.Ensure(ctx, id, name)
	if err != nil {
		return nil, fmt.Errorf("community of bot %d: %w", id, err)
	}
	if err := a.people.FillInitials(ctx, c.ID); err != nil {
		return nil, err
	}
	hook := a.webhook
	if hook.URL != "" {
		hook.URL += webhookPath + strconv.FormatInt(id, 10)
	}
	limiter := outbox.NewSharedLimiter(a.rules, outbox.Shared{Redis: a.rdb, Bot: id, Log: a.log.With("bot", id)})
	a.limiters = append(a.limiters, limiter)
	return bot.New(bot.Parts{
		Community: c, Username: me.Username, Caller: caller, House: a.house, People: a.people, Inbox: a.inbox, Outbox: a.outbox, Limiter: limiter,
		Sessions: a.sessions, Texts: a.texts, Clock: a.clk, Log: a.log.With("bot", id),
		Process: a.process.ID(), Leads: a.process.Leads, Webhook: hook, Flood: a.flood, Metrics: a.metrics,
	}), nil
}

// botOf is the bot that serves a community here.
func (a *app) botOf(community int64) (*bot.Bot, error) {
	for _, b := range a.bots {
		if b.Serves(community) {
			return b, nil
		}
	}
	return nil, fmt.Errorf("no bot serves community %d here", community)
}

// link is a link that opens a community's bot with a payload.
func (a *app) link(ctx context.Context, community int64, payload string) (string, error) {
	b, err := a.botOf(community)
	if err != nil {
		return "", err
	}
	return b.Link(ctx, payload)
}

// chats asks Telegram through the bot of a community.
type chats struct{ a *app }

// Admin reports whether an account administers a chat.
func (c chats) Admin(ctx context.Context, community, chat, account int64) (bool, error) {
	b, err := c.a.botOf(community)
	if err != nil {
		return false, err
	}
	return b.Admin(ctx, chat, account)
}

// fetch reads a file that somebody sent to a community's bot.
func (a *app) fetch(ctx context.Context, community int64, fileID string, most int64) ([]byte, error) {
	b, err := a.botOf(community)
	if err != nil {
		return nil, err
	}
	return b.Fetch(ctx, fileID, most)
}

// botID is the number before the colon of a token.
func botID(token config.Secret) (int64, error) {
	number, _, _ := strings.Cut(token.Reveal(), ":")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0, config.Faults{"BOT_TOKEN: a token looks like 123456:ABC…, as BotFather gives it"}
	}
	return id, nil
}

// run serves until ctx ends.
func (a *app) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, b := range a.bots {
		group.Go(func() error { return b.Run(ctx) })
	}
	for _, l := range a.limiters {
		group.Go(func() error { return l.Run(ctx) })
	}
	group.Go(func() error { return a.courier.Run(ctx) })
	group.Go(func() error { return pg.Listen(ctx, a.databaseURL, "inbox", a.look) })
	group.Go(func() error { return a.process.Run(ctx, func() { a.back(ctx) }) })
	group.Go(func() error { return a.sweep(ctx) })
	if !a.oneByOne { // by the machine's clock: a play would go another way when it is slow
		group.Go(func() error { return a.watch().Run(ctx) })
	}
	return group.Wait()
}

// webhookPath is where Telegram brings updates, before the bot's number.
const webhookPath = "/telegram/"

// hooks serves the updates that Telegram brings.
func (a *app) hooks(mux *http.ServeMux) {
	mux.Handle("POST "+webhookPath+"{bot}", bot.Webhooks(a.bots...))
}

// look tells the bots that another process gave this one something.
func (a *app) look() {
	for _, b := range a.bots {
		b.Look()
	}
}

// back lets go of what others took over while this process seemed dead.
func (a *app) back(ctx context.Context) {
	for _, b := range a.bots {
		if err := b.Back(ctx); err != nil && ctx.Err() == nil {
			a.log.WarnContext(ctx, "not looked what others took over", "error", err)
		}
	}
	a.look()
}

// sweep takes out of inbox and outbox what is no longer needed, once an hour.
func (a *app) sweep(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := a.inbox.Sweep(ctx, a.clk.Now().Add(-inbox.KeepIDs)); err != nil && ctx.Err() == nil {
			a.log.WarnContext(ctx, "inbox not swept", "error", err)
		}
		if err := a.outbox.Sweep(ctx, a.clk.Now().Add(-outbox.Keep)); err != nil && ctx.Err() == nil {
			a.log.WarnContext(ctx, "outbox not swept", "error", err)
		}
		_ = a.clk.Until(ctx, a.clk.Now().Add(time.Hour)) // ends early only with ctx
	}
	return nil
}

func (a *app) close() error {
	var errs []error
	if a.process != nil {
		errs = append(errs, a.process.Leave())
	}
	if a.rdb != nil {
		errs = append(errs, a.rdb.Close())
	}
	if a.db != nil {
		errs = append(errs, a.db.Close())
	}
	return errors.Join(errs...)
}
