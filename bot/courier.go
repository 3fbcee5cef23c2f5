package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/calm"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/metrics"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
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

	metrics *metrics.Metrics // nil: nobody counts
	tidied  time.Time        // when it last kept the outbox in order
	single  bool             // see OneByOne
}

// Quiet reports whether nothing is being carried. A row can be settled in the
// outbox a moment before all that it brings along is done.
func (c *Courier) Quiet() bool { return c.busy.Load() == 0 }

// CountedBy counts what becomes of rows.
func (c *Courier) CountedBy(m *metrics.Metrics) *Courier { c.metrics = m; return c }

// NewCourier returns a courier for the given bots; name is its process's number,
// which tells it from others that work on the same outbox.
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
	claimMost = 64                    // rows in hand at once
	lookEvery = 2 * time.Second       // behind the wake-up call
	breath    = 10 * time.Millisecond // after a claim: what falls due meanwhile is claimed together
	carryFor  = 40 * time.Second      // a message of many parts takes no longer: less than the outbox's lease
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
		c.tidy(ctx)
		if c.single {
			c.next(ctx, work)
			continue
		}
		asOf := c.clk.Now()
		wants, pause := c.wants(claimMost - len(room))
		rows, err := c.box.Claim(work, c.name, claimMost-len(room), wants...) // cut off by ctx, they might be claimed for nobody
		if err != nil && ctx.Err() == nil {
			c.log.ErrorContext(ctx, "claim failed", "error", err)
			c.pauseFor(ctx, time.Second) // also after an error of our own: never a hot loop
			continue
		}
		for _, row := range c.granted(work, rows) {
			room <- struct{}{}
			c.busy.Add(1)
			inHand.Go(func() {
				defer func() { <-room; c.busy.Add(-1); c.Wake() }()
				growStack()
				c.handle(work, row)
			})
		}
		c.pauseFor(ctx, breath)
		if len(rows) == 0 {
			c.sleep(ctx, asOf, pause)
		}
	}
	return nil
}

// tidy keeps the outbox in order, now and then: it takes over what dead
// processes hold, and puts aside what would make claims long. The communities are
// looked up then too: a process that nobody writes to goes by what was set elsewhere.
func (c *Courier) tidy(ctx context.Context) {
	now := c.real.Now()
	if now.Sub(c.tidied) < lookEvery {
		return
	}
	c.tidied = now
	for _, b := range c.bots {
		b.lookUp(ctx)
	}
	if _, err := c.box.Inherit(ctx, c.name); err != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "not looked what dead processes hold", "error", err) // their leases run out
	}
	if err := c.box.Tidy(ctx, slices.Collect(maps.Keys(c.bots))...); err != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "outbox not tidied", "error", err) // a row may wait until it is
	}
}

// wants is what may be claimed now: messages only as far as the bot's limits
// let them go. The pause is how long the first bot to have any left takes.
func (c *Courier) wants(hands int) (wants []outbox.Want, pause time.Duration) {
	pause = lookEvery
	for id, b := range c.bots {
		room, wait := b.limiter.Room(c.real.Now())
		wants = append(wants, outbox.Want{Community: id, Jobs: int64(hands), Messages: int64(min(room, hands))})
		if room == 0 {
			pause = min(pause, wait)
			c.metrics.Waited("all", wait)
		}
	}
	return wants, pause
}

// granted keeps to the limits in the order in which rows were claimed, so that
// what is urgent goes ahead; rows that must wait are put off.
func (c *Courier) granted(ctx context.Context, rows []outbox.Claimed) []outbox.Claimed {
	var may []outbox.Claimed
	asking := map[int64][]outbox.Claimed{}
	for _, row := range rows {
		if b := c.bots[row.Community]; b == nil || row.Job() {
			may = append(may, row)
			continue
		}
		asking[row.Community] = append(asking[row.Community], row)
	}
	for community, rows := range asking {
		chats := make([]int64, len(rows))
		for i, row := range rows {
			chats[i] = row.Bucket()
		}
		for i, wait := range c.bots[community].limiter.Take(ctx, c.real.Now(), chats...) {
			if wait == 0 {
				may = append(may, rows[i])
			} else {
				c.putOff(ctx, rows[i], wait)
			}
		}
	}
	return may
}

func (c *Courier) putOff(ctx context.Context, row outbox.Claimed, wait time.Duration) {
	limit := "chat"
	if row.Chat != 0 {
		limit = "group"
	}
	c.metrics.Waited(limit, wait)
	if err := c.box.Later(ctx, row, c.clk.Now().Add(wait), false); err != nil && !errors.Is(err, outbox.ErrLate) {
		c.log.ErrorContext(ctx, "outbox row not put off", "row", row.ID, "error", err) // its lease runs out
	}
}

// sleep waits for a call, for the next row to fall due after the last claim, or
// a while.
func (c *Courier) sleep(ctx context.Context, asOf time.Time, most time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	if due, ok, err := c.box.NextDue(ctx, asOf); err == nil && ok {
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
			err = c.broken(ctx, row, "panic", errPanic)
		}
	}()
	return c.carry(ctx, row)
}

// carry settles one row. The error is that the row could not be settled: then
// its lease runs out and it is carried again.
func (c *Courier) carry(ctx context.Context, row outbox.Claimed) error {
	b := c.bots[row.Community]
	switch {
	case b == nil:
		return c.box.Later(ctx, row, c.clk.Now().Add(time.Minute), false)
	case row.Job():
		return c.do(ctx, b, row)
	case row.Edits != "" && row.Message == 0:
		return c.ended(row, "skipped", c.box.Skipped(ctx, row, "nothing to edit"))
	}
	to, err := b.reader(ctx, row)
	if err != nil {
		return c.broken(ctx, row, "no reader", err)
	}
	if to.v.Person.Gone() && row.Edits == "" { // nobody writes to them unasked; old cards lose their buttons all the same
		return c.ended(row, "skipped", c.box.Skipped(ctx, row, "gone"))
	}
	if to.chat == 0 {
		return c.ended(row, "failed_no_telegram", c.box.Failed(ctx, row, "no telegram"))
	}
	way, err := b.calmly(ctx, row, to)
	if err != nil {
		return c.broken(ctx, row, "not decided", err)
	}
	if way.verdict == calm.Keep {
		return c.keep(ctx, row, to)
	}
	if wait := b.midway(ctx, row, to.chat); wait > 0 {
		return c.ended(row, "later_midway", c.box.Later(ctx, row, c.clk.Now().Add(wait), false))
	}
	if row.Urgency != outbox.Urgent {
		b.answersFirst(ctx, to.chat)
	}
	if row.Edits != "" {
		put, ok := b.penFor(ctx, to.chat)
		if !ok {
			return c.ended(row, "later_turn", c.box.Later(ctx, row, c.clk.Now().Add(time.Second), false))
		}
		defer put()
	}
	at, err := c.deliver(ctx, b, row, to, way)
	if errors.Is(err, outbox.ErrEnough) {
		return c.keep(ctx, row, to)
	}
	if at.loose && row.Chat != 0 {
		if err := b.house.NotPinned(ctx, to.v, row.Topic, row.Args); err != nil {
			return c.broken(ctx, row, "not pinned, and not told", err)
		}
	}
	if failed := c.settle(ctx, b, row, at, err); failed != nil || err != nil {
		if err == nil && row.Edits == "" && errors.Is(failed, outbox.ErrLate) {
			c.orphan(ctx, b, row, to.chat, at)
		}
		return failed
	}
	b.settled(ctx, to.chat, row)
	return nil
}

// mostAnswer is how long news waits for the answer to somebody's own turn.
const mostAnswer = 300 * time.Millisecond

// answersFirst waits while somebody's own turn is played, so that what follows
// from it does not come before its answer.
func (b *Bot) answersFirst(ctx context.Context, chat int64) {
	const look = 5 * time.Millisecond
	for waited := time.Duration(0); waited < mostAnswer && b.lanes.busy(chat) && ctx.Err() == nil; waited += look {
		b.pause(ctx, look)
	}
}

// mostPen is how long a change waits for somebody's own turn to end: less than the
// outbox's lease.
const mostPen = 5 * time.Second

// penFor takes a chat's pen, unless somebody's own turn holds it for long.
func (b *Bot) penFor(ctx context.Context, chat int64) (put func(), ok bool) {
	ctx, cancel := context.WithTimeout(ctx, mostPen)
	defer cancel()
	put, err := b.pens.take(ctx, chat)
	return put, err == nil
}

// midwayFor is how long after somebody's last answer in a dialog a question waits
// that can, unless the dialog ends: they are still about to say the next one. It is
// looked at midwayLook apart whether it has ended.
const (
	midwayFor  = 90 * time.Second
	midwayLook = 5 * time.Second
)

// midway is when to look at a question again, as whoever it is for is in the
// middle of a dialog: two questions at once would get each other's answers.
func (b *Bot) midway(ctx context.Context, row outbox.Claimed, chat int64) time.Duration {
	if row.Edits != "" || !flow.CanWait(row.Topic) {
		return 0
	}
	st, err := b.sessions.Load(ctx, b.community.Bot, chat)
	if err != nil || st.Open == nil {
		return 0 // what cannot be looked up holds nothing back
	}
	return min(midwayLook, st.LastTurn().Add(midwayFor).Sub(b.clk.Now()))
}

// reader is whom a row is for: their chat, and how the conversations see them.
type reader struct {
	chat int64
	v    flow.Visit
}

func (b *Bot) reader(ctx context.Context, row outbox.Claimed) (reader, error) {
	if row.Chat != 0 { // a group is nobody: it may do nothing, and is told nobody's name
		g, err := b.group(ctx, row.Chat)
		nobody := people.Person{Language: g.Language}
		v := b.visit(nobody, people.Actor{Community: row.Community}, row.Key)
		v.Group = g
		return reader{row.Chat, v}, err
	}
	p, a, err := b.people.Reader(ctx, row.Community, row.Person)
	if err == nil && p.Merged != 0 { // they turned out to be somebody on the register
		p, a, err = b.people.Reader(ctx, row.Community, p.Merged)
	}
	if err != nil {
		return reader{}, fmt.Errorf("reader: %w", err)
	}
	return reader{p.Telegram, b.visit(p, a, row.Key)}, nil
}

func (c *Courier) do(ctx context.Context, b *Bot, row outbox.Claimed) error {
	own := ownJobs[row.Topic]
	do := func() error { return b.house.Do(ctx, row.Community, row.Topic, row.Args) }
	if own != nil {
		do = func() error { return own(b, ctx, row.Args) }
	}
	err := do()
	switch {
	case err == nil:
		return c.ended(row, "done", c.box.Done(ctx, row))
	case refusal.Is(err, refusal.Conflict), refusal.Is(err, refusal.NotFound):
		return c.ended(row, "skipped", c.box.Skipped(ctx, row, "no longer wanted"))
	case own != nil && !inbox.Away(err):
		return c.ownFailed(ctx, row, err)
	default:
		return c.broken(ctx, row, "job failed", err)
	}
}

// ownFailed ends a job that Telegram would not do: what it refuses is given up,
// everything else is tried again.
func (c *Courier) ownFailed(ctx context.Context, row outbox.Claimed, err error) error {
	if refusedForGood(err) {
		c.log.WarnContext(ctx, "job refused", "row", row.ID, "topic", row.Topic, "error", err)
		return c.ended(row, "skipped", c.box.Skipped(ctx, row, "refused"))
	}
	wait, limited := retryAfter(err)
	if !limited {
		wait = time.Minute
	}
	c.log.WarnContext(ctx, "job put off", "row", row.ID, "topic", row.Topic, "error", err)
	return c.box.Later(ctx, row, c.clk.Now().Add(wait), false)
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
