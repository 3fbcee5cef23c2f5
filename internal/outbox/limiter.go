package outbox

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/linli-bot/linli/internal/clock"
)

// Limiter keeps one bot to its rules: over all replicas by buckets in Redis,
// and within this process where there is none or it is away. Every time is a
// real one, since a moved clock does not move Telegram.
type Limiter struct {
	rules  Rules
	shared *shared // nil: this process alone
	log    *slog.Logger

	mu      sync.Mutex
	own     memory        // as far as this process knows; the common bucket as Redis said last
	pending map[int64]int // answers counted here and not in Redis yet, by chat
	counted chan struct{} // there is something pending
	away    time.Time     // until then Redis is not asked
	paused  time.Time     // until then nothing goes: Telegram refused several chats at once
	refused map[int64]refused
}

// refused is when Telegram last said to wait with a chat, and until when.
type refused struct{ at, until time.Time }

// Shared is where replicas share the limits of one bot.
type Shared struct {
	Redis redis.Scripter // never repeats a command by itself: that would count twice
	Bot   int64
	Log   *slog.Logger
}

const (
	flushEvery = 100 * time.Millisecond // answers counted here are told to Redis
	awayFor    = time.Second            // Redis is left alone after it did not answer
	floodOf    = 3                      // chats refused within floodIn: it is not their limits but the bot's
	floodIn    = 2 * time.Second
)

// NewLimiter returns a limiter of this process alone.
func NewLimiter(rules Rules) *Limiter {
	return &Limiter{
		rules: rules, own: newMemory(rules), pending: map[int64]int{}, counted: make(chan struct{}, 1),
		refused: map[int64]refused{},
	}
}

// NewSharedLimiter returns a limiter over all replicas. The zero Rules ask
// Redis for nothing.
func NewSharedLimiter(rules Rules, s Shared) *Limiter {
	l := NewLimiter(rules)
	if rules != (Rules{}) {
		l.shared, l.log = &shared{rdb: s.Redis, bot: s.Bot, rules: rules}, s.Log
	}
	return l
}

// Run tells Redis now and then what Count has noted, until ctx ends.
func (l *Limiter) Run(ctx context.Context) error {
	real := clock.New()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-l.counted:
			_ = real.Until(ctx, real.Now().Add(flushEvery)) // ends early only with ctx
		}
		_, _ = l.ask(context.WithoutCancel(ctx), real.Now(), nil) // what is not told now is told later
	}
	return nil
}

// Take lets messages to chats go, in their order, or tells how long each must
// wait: then it took nothing from any bucket. Several that wait for one chat are
// told to come one after the other.
func (l *Limiter) Take(ctx context.Context, at time.Time, chats ...int64) []time.Duration {
	waits := make([]time.Duration, len(chats))
	if pause := l.pause(at); pause > 0 {
		for i := range waits {
			waits[i] = pause
		}
		return waits
	}
	if l.rules == (Rules{}) || len(chats) == 0 {
		return waits
	}
	asks := make([]ask, len(chats))
	for i, chat := range chats {
		asks[i] = ask{what: askTake, chat: chat, n: 1}
	}
	if got, ok := l.ask(ctx, at, asks); ok {
		waits = got.waits
	} else {
		l.mu.Lock()
		for i, chat := range chats {
			waits[i] = l.own.take(at, chat)
		}
		l.mu.Unlock()
	}
	l.spread(chats, waits)
	return waits
}

func (l *Limiter) spread(chats []int64, waits []time.Duration) {
	before := map[int64]time.Duration{}
	for i, chat := range chats {
		if waits[i] > 0 {
			waits[i] += before[chat]
			before[chat] += l.rules.For(chat)[1].Every
		}
	}
}

// Room tells how many messages the common bucket lets go at a moment, as far as
// this process knows, or how long it takes until it does.
func (l *Limiter) Room(at time.Time) (int, time.Duration) {
	if pause := l.pause(at); pause > 0 {
		return 0, pause
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return Room(at, l.own.all, l.rules.All)
}

// Count notes a message that goes at once, such as the answer to somebody's own
// tap: it waits for nothing and asks nobody, and what comes next makes up for it.
func (l *Limiter) Count(at time.Time, chat int64) {
	if l.rules == (Rules{}) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.own.add(at, chat, 1)
	if l.shared == nil || at.Before(l.away) {
		return
	}
	l.pending[chat]++
	select {
	case l.counted <- struct{}{}:
	default: // somebody was told
	}
}

// Refused notes that Telegram said to wait with a chat. Where it says so of
// several at once, it means the bot: then nothing goes for the shortest of the
// times that it named.
func (l *Limiter) Refused(ctx context.Context, at time.Time, chat int64, wait time.Duration) {
	asks := []ask{{what: askHold, chat: chat, n: wait.Microseconds()}}
	l.mu.Lock()
	l.own.hold(at, chat, wait)
	l.refused[chat] = refused{at, at.Add(wait)}
	shortest := wait
	for other, r := range l.refused {
		if at.Sub(r.at) > floodIn || !r.until.After(at) {
			delete(l.refused, other)
		} else {
			shortest = min(shortest, r.until.Sub(at))
		}
	}
	if len(l.refused) >= floodOf {
		l.paused = at.Add(shortest)
		l.own.all = Hold(at, l.own.all, l.rules.All, shortest)
		asks = append(asks, ask{what: askHoldAll, n: shortest.Microseconds()})
	}
	l.mu.Unlock()
	if l.shared != nil {
		_, _ = l.ask(ctx, at, asks) // without Redis this process alone knows
	}
}

// pause is how long nothing may go at all.
func (l *Limiter) pause(at time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(0, l.paused.Sub(at))
}

// ask asks Redis, and tells it first what has been counted here meanwhile; ok
// is false where it cannot be asked. The answers are learnt by this process.
func (l *Limiter) ask(ctx context.Context, at time.Time, asks []ask) (got answered, ok bool) {
	counted, ok := l.collect(at)
	if !ok || len(counted)+len(asks) == 0 {
		return got, ok
	}
	got, err := l.shared.ask(ctx, append(counted, asks...))
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.lost(ctx, at, err)
		return got, false
	}
	if !l.away.IsZero() {
		l.away = time.Time{}
		l.log.InfoContext(ctx, "limits are shared again")
	}
	got.waits = got.waits[len(counted):]
	for i, a := range asks {
		if a.what == askTake && got.waits[i] == 0 {
			l.own.add(at, a.chat, 1)
		}
	}
	l.own.all = at.Add(got.all.Sub(got.now))
	return got, true
}

// collect takes what has been counted here, for Redis; ok is false while it is
// not to be asked.
func (l *Limiter) collect(at time.Time) (counted []ask, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shared == nil || at.Before(l.away) {
		return nil, false
	}
	for chat, n := range l.pending {
		counted = append(counted, ask{what: askAdd, chat: chat, n: int64(n)})
	}
	clear(l.pending)
	return counted, true
}

// lost notes that Redis did not answer. How many replicas share the limits is
// known to nobody then, and each keeps to the whole of them; Telegram's own
// refusals hold the rest. What was to be counted is not told again: it may have
// been heard, and is soon too old to matter.
func (l *Limiter) lost(ctx context.Context, at time.Time, err error) {
	if l.away.IsZero() {
		l.log.WarnContext(ctx, "limits are kept by this process alone", "error", err)
	}
	l.away = at.Add(awayFor)
}
