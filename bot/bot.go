// Package bot is the Telegram edge: updates in, screens out.
//
//	getUpdates or a webhook → inbox (committed) → acknowledged
//	inbox → lanes, one a chat → turn: session → route → flow → session saved → post or edit
//	outbox → courier → render → post, edit or withdraw
//
// It decides nothing: what is asked and done is in bot/flow, what may be done
// in the services. A turn that is played again after a crash changes nothing
// and shows the present screen once more, as the session carries the inbox row
// that was last applied.
package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/i18n"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/metrics"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/session"
)

// drainFor is how long a stop waits for the turns that have begun, and for what
// is on its way to people.
// It leaves room below the twenty seconds that a stop may take in all.
const drainFor = 10 * time.Second

// Parts is what a bot is built of.
type Parts struct {
	Community community.Community
	Caller    *Caller
	House     *flow.House
	Username  string // the bot's at Telegram; "": it is asked for
	People    *people.Service
	Inbox     *inbox.Store
	Outbox    *outbox.Store
	Limiter   *outbox.Limiter // of this bot: Telegram counts each bot alone
	Sessions  *session.Store
	Texts     *i18n.Catalog
	Clock     *clock.Clock
	Log       *slog.Logger
	Process   int64                                           // this one, among those that share the inbox
	Leads     func(ctx context.Context, community int64) bool // whether it is the one that polls
	Webhook   Webhook                                         // the zero one: updates are polled for
	Flood     outbox.Rule                                     // of what one person sends; the zero one: no limit
	Metrics   *metrics.Metrics                                // nil: nobody looks
}

// Bot serves one community through one bot token.
type Bot struct {
	username  atomic.Value        // a string
	community community.Community // as it was at the start: its number and bot never change
	town      atomic.Pointer[community.Community]
	call      *Caller
	house     *flow.House
	people    *people.Service
	inbox     *inbox.Store
	outbox    *outbox.Store
	limiter   *outbox.Limiter
	sessions  *session.Store
	texts     *i18n.Catalog
	clk       *clock.Clock
	real      *clock.Clock // for pauses: moving the business clock shortens none
	log       *slog.Logger

	process  int64
	leads    func(ctx context.Context, community int64) bool
	webhook  Webhook
	flood    outbox.Rule
	metrics  *metrics.Metrics
	arrivals chan arrival  // to be committed
	played   chan int64    // rows to be noted as done
	wake     chan struct{} // something may be there for this process
	ending   chan struct{} // closed when nothing more is taken in
	drained  chan struct{} // closed when no turn is played any more

	lanes     *lanes[task]
	alone     sync.RWMutex // locked by a row that must be the only one
	inHand    hand
	pens      pens
	languages memory[string]        // chat → language last spoken, for words that must not wait for a store
	present   memory[present]       // chat → the message that shows the present screen
	warned    memory[chan struct{}] // updates that get the safety text; closed when it is said
	floods    memory[flood]         // chat → how much came of late
	saying    sync.WaitGroup        // safety texts on their way
	playing   atomic.Int64          // turns that are worked through
	polled    atomic.Int64          // when updates were last asked for with success, in Unix seconds
	noted     atomic.Int64          // when that was last written down
}

// New builds a bot.
func New(p Parts) *Bot {
	b := &Bot{
		community: p.Community, call: p.Caller, house: p.House, people: p.People, inbox: p.Inbox, outbox: p.Outbox, limiter: p.Limiter,
		sessions: p.Sessions, texts: p.Texts, clk: p.Clock, real: clock.New(), log: p.Log,
		process: p.Process, leads: p.Leads, webhook: p.Webhook, flood: p.Flood, metrics: p.Metrics,
		arrivals: make(chan arrival), played: make(chan int64, mostAtOnce),
		wake: make(chan struct{}, 1), ending: make(chan struct{}), drained: make(chan struct{}),
	}
	b.town.Store(&p.Community)
	b.username.Store(p.Username)
	b.lanes = newLanes(b.work)
	return b
}

// Run takes updates in and works through them until ctx ends, then lets the
// turns that have begun come to their end.
func (b *Bot) Run(ctx context.Context) error {
	work := context.WithoutCancel(ctx) // what has begun comes to its end
	b.lookUp(ctx)
	context.AfterFunc(ctx, func() { close(b.ending) })
	noted := make(chan struct{})
	go func() { defer close(noted); b.finish(work) }()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return b.commitAll(ctx, work) })
	group.Go(func() error { return b.heirs(ctx, work) })
	group.Go(func() error { return b.register(ctx) })
	group.Go(func() error { return b.learnName(ctx) })
	if b.webhook.URL == "" {
		group.Go(func() error { return b.poll(ctx) })
	} else {
		group.Go(func() error { return b.hook(ctx) })
	}
	err := group.Wait()
	late, cancel := context.WithTimeout(work, drainFor)
	defer cancel()
	b.lanes.close(late)
	close(b.drained)
	within(late, func() { <-noted; b.saying.Wait() })
	b.call.Close()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// within waits for something to end, but no longer than ctx: what is left over
// then is played, or said, after the next start.
func within(ctx context.Context, wait func()) {
	ended := make(chan struct{})
	go func() { defer close(ended); wait() }()
	select {
	case <-ended:
	case <-ctx.Done():
	}
}

// Quiet reports whether no turn is worked through. A row can be parked a moment
// before its person is told so.
func (b *Bot) Quiet() bool { return b.playing.Load() == 0 }

// Look tells the bot that something may be there for this process.
func (b *Bot) Look() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// sleep waits in real time, or until somebody calls Look.
func (b *Bot) sleep(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	select {
	case <-b.wake:
	case <-ctx.Done():
	}
}

// Ready tells what keeps the bot from hearing people; nil when nothing does.
func (b *Bot) Ready() error {
	if silent := b.real.Now().Sub(time.Unix(b.polled.Load(), 0)); silent > 2*pollFor {
		return errors.New("telegram: no updates could be asked for lately")
	}
	return nil
}

// lookUp reads the community again: its name, telephone and zone can change at
// any time. One that cannot be read stays as it was.
func (b *Bot) lookUp(ctx context.Context) {
	c, err := b.house.Communities.ByID(ctx, b.community.ID)
	if err != nil {
		b.log.WarnContext(ctx, "community not read", "error", err)
		return
	}
	b.town.Store(&c)
}

func (b *Bot) zone() *time.Location { return b.town.Load().Location() }

// pause waits in real time.
func (b *Bot) pause(ctx context.Context, d time.Duration) {
	_ = b.real.Until(ctx, b.real.Now().Add(d)) // ends early only with ctx, which the caller looks at
}

// visit is a person's turn as the conversations see it.
func (b *Bot) visit(p people.Person, a people.Actor, key string) flow.Visit {
	now, zone := b.clk.Now(), b.zone()
	return flow.Visit{
		Community: *b.town.Load(), Person: p, Actor: a,
		Now: now, Zone: zone, Texts: b.texts.In(p.Language, now, zone), Key: key, Bot: b.name(),
	}
}

func screenOf(text string) dialog.Screen { return dialog.Screen{Text: text} }
