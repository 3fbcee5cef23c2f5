package outbox

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/embedded"
	"github.com/linli-bot/linli/internal/luck"
)

// line is a way to a real Redis that can be cut, and counts what goes over it.
type line struct {
	redis.Scripter
	cut   atomic.Bool
	calls atomic.Int64
}

func (l *line) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	l.calls.Add(1)
	if l.cut.Load() {
		cmd := redis.NewCmd(ctx)
		cmd.SetErr(errors.New("the line is cut"))
		return cmd
	}
	return l.Scripter.EvalSha(ctx, sha, keys, args...)
}

func toRedis(t *testing.T) *line {
	t.Helper()
	url := os.Getenv("TEST_REDIS_URL")
	if url == "" {
		server, err := embedded.StartRedis(t.Context(), embedded.RedisOptions{})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, server.Stop()) })
		url = server.URL()
	}
	options, err := redis.ParseURL(url)
	require.NoError(t, err)
	options.MaxRetries = -1
	rdb := redis.NewClient(options)
	t.Cleanup(func() { require.NoError(t, rdb.Close()) })
	return &line{Scripter: rdb}
}

// limiter is one of several replicas of one bot.
func (l *line) limiter(rules Rules, bot int64) *Limiter {
	return NewSharedLimiter(rules, Shared{Redis: l, Bot: bot, Log: slog.New(slog.DiscardHandler)})
}

// pure is what the script must do, by the functions of limits.go.
type pure struct {
	rules Rules
	all   time.Time
	chats map[int64]time.Time
}

func (p *pure) ask(now time.Time, a ask) (wait time.Duration) {
	rules, state := p.rules.For(a.chat), Buckets{p.all, p.chats[a.chat]}
	switch a.what {
	case askTake:
		state, wait = Take(now, state, rules)
	case askAdd:
		state = Add(now, state, rules, int(a.n))
	case askHold:
		state[1] = Hold(now, state[1], rules[1], time.Duration(a.n)*time.Microsecond)
	case askHoldAll:
		p.all = Hold(now, p.all, p.rules.All, time.Duration(a.n)*time.Microsecond)
		return 0
	}
	p.all, p.chats[a.chat] = state[0], state[1]
	return wait
}

// Whatever is asked in whatever order: the buckets in Redis answer as the rule
// in limits.go does.
func TestRedisKeepsTheSameRules(t *testing.T) {
	t.Parallel()
	rdb := toRedis(t)
	luck.Check(t, func(rt *rapid.T) {
		rules := rapid.SampledFrom([]Rules{
			{All: Rule{300 * time.Microsecond, 3}, Chat: Rule{time.Millisecond, 2}, Group: Rule{2 * time.Millisecond, 3}},
			{All: Rule{time.Minute, 4}, Chat: Rule{time.Second, 1}, Group: Rule{time.Hour, 0}},
			{All: Rule{40 * time.Millisecond, 5}},
			{Chat: Rule{500 * time.Microsecond, 1}},
		}).Draw(rt, "rules")
		s := &shared{rdb: rdb, bot: rand.Int64(), rules: rules}
		p := &pure{rules: rules, chats: map[int64]time.Time{}}
		one := rapid.Custom(func(rt *rapid.T) ask {
			a := ask{what: rapid.SampledFrom([]string{askTake, askTake, askTake, askAdd, askHold, askHoldAll}).Draw(rt, "what"), n: 1}
			a.chat = rapid.SampledFrom([]int64{1, 2, -1}).Draw(rt, "chat")
			if a.what != askTake {
				a.n = rapid.Int64Range(1, 3000).Draw(rt, "n")
			}
			return a
		})
		for _, asks := range rapid.SliceOfN(rapid.SliceOfN(one, 0, 4), 1, 12).Draw(rt, "asks") {
			got, err := s.ask(t.Context(), asks)
			if err != nil {
				rt.Fatal(err)
			}
			for i, a := range asks {
				if want := p.ask(got.now, a); got.waits[i] != want {
					rt.Fatalf("%v: Redis says %v, the rule %v", a, got.waits[i], want)
				}
			}
			if want := p.all; got.all.Sub(got.now) != max(0, want.Sub(got.now)) {
				rt.Fatalf("the common bucket is %v ahead, by the rule %v", got.all.Sub(got.now), want.Sub(got.now))
			}
		}
	})
}

func TestReplicasShareTheirLimits(t *testing.T) {
	t.Parallel()
	rdb, bot, at := toRedis(t), rand.Int64(), clock.New().Now()
	rules := Rules{All: Rule{time.Hour, 9}, Chat: Rule{time.Hour, 3}, Group: Rule{time.Hour, 5}}
	a, b := rdb.limiter(rules, bot), rdb.limiter(rules, bot)
	require.Equal(t, []time.Duration{0, 0}, a.Take(t.Context(), at, 7, 7))
	waits := b.Take(t.Context(), at, 7, 7, 8, 7)
	require.Zero(t, waits[0], "the third of three")
	require.Zero(t, waits[2], "another person")
	require.InDelta(t, time.Hour, waits[1], float64(time.Minute))
	require.InDelta(t, 2*time.Hour, waits[3], float64(time.Minute), "one after the other")
	room, _ := b.Room(at)
	require.Equal(t, 5, room)
	room, _ = a.Room(at)
	require.Equal(t, 7, room, "as far as it knows")
	require.Zero(t, rdb.limiter(rules, bot+1).Take(t.Context(), at, 7)[0], "another bot has limits of its own")
}

func TestAnAnswerAsksRedisForNothing(t *testing.T) {
	t.Parallel()
	rdb, bot, at := toRedis(t), rand.Int64(), clock.New().Now()
	rules := Rules{All: Rule{time.Hour, 9}, Chat: Rule{time.Hour, 3}}
	a, b := rdb.limiter(rules, bot), rdb.limiter(rules, bot)
	for range 3 {
		a.Count(at, 7)
	}
	require.Zero(t, rdb.calls.Load())
	room, _ := a.Room(at)
	require.Equal(t, 6, room, "this process knows at once")
	require.Zero(t, a.Take(t.Context(), at, 8)[0])
	require.Positive(t, b.Take(t.Context(), at, 7)[0], "told with what was asked next")
	room, _ = b.Room(at)
	require.Equal(t, 5, room)

	a.Count(at, 9)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	before := rdb.calls.Load()
	go func() { ended <- a.Run(ctx) }()
	require.Eventually(t, func() bool { return rdb.calls.Load() == before+1 }, time.Minute, 5*time.Millisecond, "told after a while")
	cancel()
	require.NoError(t, <-ended)
	b.Take(t.Context(), at, 8)
	room, _ = b.Room(at)
	require.Equal(t, 3, room)
}

func TestWithoutRulesRedisIsNotAsked(t *testing.T) {
	t.Parallel()
	rdb, at := toRedis(t), clock.New().Now()
	l := rdb.limiter(Rules{}, 1)
	for range 100 {
		require.Zero(t, l.Take(t.Context(), at, 7)[0])
		l.Count(at, 7)
	}
	l.Refused(t.Context(), at, 7, time.Minute)
	room, _ := l.Room(at)
	require.Equal(t, Boundless, room)
	require.Zero(t, rdb.calls.Load())
}

func TestWithoutRedisTheProcessKeepsToTheLimitsAlone(t *testing.T) {
	t.Parallel()
	rdb, bot, at := toRedis(t), rand.Int64(), clock.New().Now()
	rules := Rules{All: Rule{time.Hour, 9}, Chat: Rule{time.Hour, 3}}
	var said strings.Builder
	l := NewSharedLimiter(rules, Shared{Redis: rdb, Bot: bot, Log: slog.New(slog.NewTextHandler(&said, nil))})
	require.Zero(t, l.Take(t.Context(), at, 7)[0])
	rdb.cut.Store(true)
	require.Equal(t, []time.Duration{0, 0, time.Hour}, l.Take(t.Context(), at, 7, 7, 7), "what went before counts")
	calls := rdb.calls.Load()
	require.Zero(t, l.Take(t.Context(), at, 8)[0])
	require.Equal(t, calls, rdb.calls.Load(), "it is left alone for a while")

	rdb.cut.Store(false)
	at = at.Add(2 * awayFor)
	require.Zero(t, l.Take(t.Context(), at, 7)[0], "Redis knows of one")
	require.Greater(t, rdb.calls.Load(), calls)
	require.Equal(t, 1, strings.Count(said.String(), "WARN"))
	require.Equal(t, 1, strings.Count(said.String(), "shared again"))
}

func TestATooManyHoldsItsChatOnly(t *testing.T) {
	t.Parallel()
	rdb, bot, at := toRedis(t), rand.Int64(), clock.New().Now()
	a, b := rdb.limiter(TelegramRules, bot), rdb.limiter(TelegramRules, bot)
	a.Refused(t.Context(), at, 7, 3*time.Hour)
	for _, l := range []*Limiter{a, b} {
		waits := l.Take(t.Context(), at, 7, 8)
		require.InDelta(t, 3*time.Hour, waits[0], float64(time.Minute))
		require.Zero(t, waits[1])
	}
}

func TestATooManyOfSeveralChatsHoldsTheBot(t *testing.T) {
	t.Parallel()
	rdb, bot, at := toRedis(t), rand.Int64(), clock.New().Now()
	for name, rules := range map[string]Rules{"with rules": TelegramRules, "without": {}} {
		a, b := rdb.limiter(rules, bot), rdb.limiter(rules, bot)
		a.Refused(t.Context(), at.Add(-time.Hour), 6, 2*time.Hour) // long ago: its own
		a.Refused(t.Context(), at, 7, 30*time.Second)
		a.Refused(t.Context(), at, 8, 20*time.Second)
		room, _ := a.Room(at)
		require.Positive(t, room, name)
		a.Refused(t.Context(), at.Add(time.Second), 9, 30*time.Second)
		at := at.Add(time.Second)
		room, wait := a.Room(at)
		require.Zero(t, room, name)
		require.Equal(t, 19*time.Second, wait, name)
		require.Equal(t, 19*time.Second, a.Take(t.Context(), at, 1)[0], name)
		if rules != (Rules{}) {
			require.InDelta(t, 19*time.Second, b.Take(t.Context(), at, 1)[0], float64(15*time.Second), "the other replica keeps to it too, by the clock of Redis")
		}
		room, _ = a.Room(at.Add(time.Minute))
		require.Positive(t, room, name)
	}
}
