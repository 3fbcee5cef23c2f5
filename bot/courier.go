package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	tg "github.com/go-telegram/bot"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/trace"
)

// Courier brings what is in the outbox to people, and does what falls due.
type Courier struct {
	bots map[int64]*Bot // by community
	box  *outbox.Store
	clk  *clock.Clock
	real *clock.Clock
	log  *slog.Logger
	name string
	wake chan struct{}
	busy atomic.Int64 // rows being carried
}

// Quiet reports whether nothing is being carried. A row can be settled in the
// outbox a moment before all that it brings along is done.
func (c *Courier) Quiet() bool { return c.busy.Load() == 0 }

// NewCourier returns a courier for the given bots; name tells it from others
// that work on the same outbox.
func NewCourier(name string, box *outbox.Store, clk *clock.Clock, log *slog.Logger, bots ...*Bot) *Courier {
	c := &Courier{
		bots: map[int64]*Bot{}, box: box, clk: clk, real: clock.New(), log: log, name: name,
		wake: make(chan struct{}, 1),
	}
	for _, b := range bots {
		c.bots[b.community.ID] = b
	}
	return c
}

const (
	claimMost = 64               // rows in hand at once
	lookEvery = 2 * time.Second  // behind the wake-up call
	jobRetry  = 10 * time.Second // after a job failed
	carryFor  = 40 * time.Second // a message of many parts takes no longer: less than the outbox's lease
)

// Wake tells the courier that something new may be due.
func (c *Courier) Wake() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends, then waits a while for what it has in hand.
func (c *Courier) Run(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(drainFor, stop) })()
	var inHand sync.WaitGroup
	defer inHand.Wait()
	room := make(chan struct{}, claimMost)
	for ctx.Err() == nil {
		rows, err := c.box.Claim(work, c.name, max(1, claimMost-len(room))) // cut off by ctx, they might be claimed for nobody
		if err != nil && ctx.Err() == nil {
			c.log.ErrorContext(ctx, "claim failed", "error", err)
			c.pauseFor(ctx, time.Second) // also after an error of our own: never a hot loop
			continue
		}
		for _, row := range rows {
			if !c.mayGo(work, row) {
				continue
			}
			room <- struct{}{}
			c.busy.Add(1)
			inHand.Go(func() {
				defer func() { <-room; c.busy.Add(-1); c.Wake() }()
				c.handle(work, row)
			})
		}
		if len(rows) == 0 {
			c.sleep(ctx)
		}
	}
	return nil
}

// mayGo keeps to the limits in the order in which rows were claimed, so that
// what is urgent goes ahead; a row that must wait is put off. A private chat is
// one person's, and so the person stands for it.
func (c *Courier) mayGo(ctx context.Context, row outbox.Claimed) bool {
	b := c.bots[row.Community]
	if b == nil || row.Person == 0 {
		return true
	}
	wait := b.limiter.Take(c.real.Now(), row.Person)
	if wait == 0 {
		return true
	}
	if err := c.box.Later(ctx, row, c.clk.Now().Add(wait), false); err != nil && !errors.Is(err, outbox.ErrLate) {
		c.log.ErrorContext(ctx, "outbox row not put off", "row", row.ID, "error", err) // its lease runs out
	}
	return false
}

// sleep waits for a call, for the next row to fall due, or a while.
func (c *Courier) sleep(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lookEvery)
	defer cancel()
	if due, ok, err := c.box.NextDue(ctx); err == nil && ok {
		go func() {
			if c.clk.Until(ctx, due) == nil {
				c.Wake()
			}
		}()
	}
	select {
	case <-c.wake:
	case <-ctx.Done():
	}
}

func (c *Courier) pauseFor(ctx context.Context, d time.Duration) {
	_ = c.real.Until(ctx, c.real.Now().Add(d)) // ends early only with ctx
}

func (c *Courier) handle(ctx context.Context, row outbox.Claimed) {
	ctx = trace.With(ctx, trace.Outbox, row.ID)
	err := c.carrySafely(ctx, row)
	if err != nil && !errors.Is(err, outbox.ErrLate) { // withdrawn, or another's by now: nothing is left to do
		c.log.ErrorContext(ctx, "outbox row not settled", "row", row.ID, "topic", row.Topic, "error", err)
	}
}

// carrySafely keeps a row that cannot be drawn from ending the process, which
// would claim it again as soon as it is back.
func (c *Courier) carrySafely(ctx context.Context, row outbox.Claimed) (err error) {
	defer func() {
		if p := recover(); p != nil {
			c.log.ErrorContext(ctx, "panic in an outbox row", "row", row.ID, "topic", row.Topic, "stack", string(debug.Stack()))
			err = c.box.Later(ctx, row, c.clk.Now().Add(jobRetry), true)
		}
	}()
	return c.carry(ctx, row)
}

// carry settles one row. The error is that the row could not be settled: then
// its lease runs out and it is carried again.
func (c *Courier) carry(ctx context.Context, row outbox.Claimed) error {
	b := c.bots[row.Community]
	if b == nil {
		return c.box.Later(ctx, row, c.clk.Now().Add(time.Minute), false)
	}
	if row.Person == 0 {
		return c.do(ctx, b, row)
	}
	if row.Edits != "" && row.Message == 0 {
		return c.box.Skipped(ctx, row, "nothing to edit")
	}
	v, err := b.reader(ctx, row)
	if err != nil {
		return c.settle(ctx, b, row, posted{}, fmt.Errorf("%w: %w", errRender, err))
	}
	if v.Person.Telegram == 0 {
		return c.box.Failed(ctx, row, "no telegram")
	}
	at, err := c.deliver(ctx, b, row, v)
	if failed := c.settle(ctx, b, row, at, err); failed != nil || err != nil {
		return failed
	}
	b.settled(ctx, v.Person.Telegram, row)
	return nil
}

// reader is whom a row is for, as the conversations see them.
func (b *Bot) reader(ctx context.Context, row outbox.Claimed) (flow.Visit, error) {
	p, a, err := b.people.Reader(ctx, row.Community, row.Person)
	if err != nil {
		return flow.Visit{}, fmt.Errorf("reader: %w", err)
	}
	return b.visit(p, a, row.Key), nil
}

func (c *Courier) do(ctx context.Context, b *Bot, row outbox.Claimed) error {
	err := b.house.Do(ctx, row.Community, row.Topic, row.Args)
	switch {
	case err == nil:
		return c.box.Done(ctx, row)
	case refusal.Is(err, refusal.Conflict), refusal.Is(err, refusal.NotFound):
		return c.box.Skipped(ctx, row, "no longer wanted")
	default:
		c.log.ErrorContext(ctx, "job failed", "row", row.ID, "topic", row.Topic, "error", err)
		return c.box.Later(ctx, row, c.clk.Now().Add(jobRetry), true)
	}
}

var errRender = errors.New("cannot be drawn")

func (c *Courier) deliver(ctx context.Context, b *Bot, row outbox.Claimed, v flow.Visit) (posted, error) {
	ctx, cancel := context.WithTimeout(ctx, carryFor)
	defer cancel()
	s, err := b.house.Render(ctx, v, row.Topic, row.Args)
	if err != nil {
		return posted{}, fmt.Errorf("%w: %w", errRender, err)
	}
	if err := c.box.Attempting(ctx, row); errors.Is(err, outbox.ErrLate) {
		return posted{}, err
	} else if err != nil {
		return posted{}, fmt.Errorf("%w: %w", errRender, err)
	}
	if row.Edits == "" {
		return b.post(ctx, v.Person.Telegram, s, v.Texts)
	}
	at := readPosted(row.Message, row.EditForm)
	if s.Gone {
		return at, b.withdraw(ctx, v.Person.Telegram, at)
	}
	return at, b.edit(ctx, v.Person.Telegram, at, s)
}

// settle writes down what became of a row.
func (c *Courier) settle(ctx context.Context, b *Bot, row outbox.Claimed, at posted, err error) error {
	now := c.clk.Now()
	wait, limited := retryAfter(err)
	switch {
	case err == nil:
		return c.box.Sent(ctx, row, at.id, at.String())
	case errors.Is(err, outbox.ErrLate):
		return err
	case limited:
		return c.box.Later(ctx, row, now.Add(wait), false)
	case errors.Is(err, errRender):
		c.log.ErrorContext(ctx, "message not drawn", "row", row.ID, "topic", row.Topic, "error", err)
		return c.box.Later(ctx, row, now.Add(jobRetry), true)
	case errors.Is(err, tg.ErrorForbidden):
		if err := b.people.Unreachable(ctx, row.Community, row.Person); err != nil {
			c.log.ErrorContext(ctx, "unreachable not noted", "person", row.Person, "error", err)
		}
		return c.box.Failed(ctx, row, "forbidden")
	case row.Edits != "" && gone(err):
		return c.box.Skipped(ctx, row, "message is gone")
	case refusedForGood(err):
		c.log.ErrorContext(ctx, "message refused", "row", row.ID, "topic", row.Topic, "error", err)
		return c.box.Failed(ctx, row, "refused")
	default: // nobody knows whether it arrived: the outbox says whether it may go once more
		return c.box.Later(ctx, row, now.Add(backoff(row.Attempt)), true)
	}
}

func backoff(attempt int) time.Duration {
	return min(time.Second<<min(attempt, 6), time.Minute)
}

// settled takes the buttons off a question that this news has answered.
func (b *Bot) settled(ctx context.Context, chat int64, row outbox.Claimed) {
	p, ok := b.present.load(chat)
	if !ok || row.Edits != "" || !flow.Settles(row.Topic, p.first, row.Args) {
		return
	}
	b.present.forget(chat)
	b.strip(ctx, chat, p.at.id)
}
