package session_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/session"
)

const bot = 77

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// place is a store on some server, with a chat of the test's own: servers are shared.
type place struct {
	store *session.Store
	rdb   redis.UniversalClient
	clk   *clock.Clock
	chat  int64
}

func (p place) key() string { return fmt.Sprintf("linli:{77:%d}:session", p.chat) }

// onEveryServer runs the test on miniredis, and on a real server where one is named.
func onEveryServer(t *testing.T, test func(t *testing.T, p place)) {
	t.Helper()
	servers := map[string]string{"miniredis": "redis://" + miniredis.RunT(t).Addr()}
	if real := os.Getenv("TEST_REDIS_URL"); real != "" {
		servers["redis-server"] = real
	}
	for name, url := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clk := clock.Frozen(noon)
			rdb := open(t, url)
			p := place{session.NewStore(rdb, clk), rdb, clk, rand.Int64()}
			t.Cleanup(func() { _ = rdb.Del(context.Background(), p.key()).Err() }) // rubbish of a test may stay
			test(t, p)
		})
	}
}

func open(t *testing.T, url string) redis.UniversalClient {
	t.Helper()
	o, err := session.Options(url)
	require.NoError(t, err)
	rdb := redis.NewUniversalClient(o)
	t.Cleanup(func() { require.NoError(t, rdb.Close()) })
	return rdb
}

func full() session.State {
	return session.State{
		Applied: 12,
		Open:    &dialog.Session{ID: "k1", Flow: "report", Rev: 3, At: "what", Done: []string{"kind"}, Draft: []byte(`{"Kind":"水"}`)},
		Aside:   &dialog.Session{ID: "k0", Flow: "lunch", Rev: 1, Draft: []byte(`{}`)},
		Shown: session.Shown{
			Screen:  dialog.Screen{Text: "What is\nwrong?", Rows: [][]dialog.Button{{{Label: "Cancel", Data: "k1.3:cancel", Style: dialog.Danger}}}},
			Message: 99, Album: "al",
		},
		OpenedAt: 3,
	}
}

func (p place) load(t *testing.T) session.State {
	t.Helper()
	st, err := p.store.Load(t.Context(), bot, p.chat)
	require.NoError(t, err)
	return st
}

func (p place) save(t *testing.T, st session.State) error {
	t.Helper()
	return p.store.Save(t.Context(), bot, p.chat, st)
}

func TestWhatWasSavedIsLoaded(t *testing.T) {
	t.Parallel()
	onEveryServer(t, func(t *testing.T, p place) {
		require.Equal(t, session.State{Origin: session.Nothing}, p.load(t))
		want := full()
		require.NoError(t, p.save(t, want))
		want.Version, want.Expires = 1, noon.Add(24*time.Hour)
		require.Equal(t, want, p.load(t))

		want.Open, want.Aside, want.Shown, want.Applied = nil, nil, session.Shown{}, 13
		require.NoError(t, p.save(t, want))
		want.Version = 2
		require.Equal(t, want, p.load(t))
		require.Equal(t, session.Nothing, place{p.store, p.rdb, p.clk, p.chat - 1}.load(t).Origin, "another chat is another state")
	})
}

func TestWhoSavesSecondIsTold(t *testing.T) {
	t.Parallel()
	onEveryServer(t, func(t *testing.T, p place) {
		first, second := p.load(t), p.load(t)
		first.Applied, second.Applied = 1, 2
		require.NoError(t, p.save(t, first))
		require.ErrorIs(t, p.save(t, second), session.ErrLost)
		second = p.load(t)
		require.Equal(t, int64(1), second.Applied)
		second.Applied = 2
		require.NoError(t, p.save(t, second), "after a replay it goes through")
		require.ErrorIs(t, p.save(t, first), session.ErrLost, "a repeat that comes too late undoes nothing")
		require.Equal(t, int64(2), p.load(t).Applied)
	})
}

func TestOfFiftySaversOneWins(t *testing.T) {
	t.Parallel()
	onEveryServer(t, func(t *testing.T, p place) {
		require.NoError(t, p.save(t, full()))
		st := p.load(t)
		var wins, losses, winner atomic.Int64
		var all sync.WaitGroup
		for i := range int64(50) {
			all.Go(func() {
				mine := st
				mine.Applied = 100 + i
				switch err := p.store.Save(context.Background(), bot, p.chat, mine); {
				case err == nil:
					wins.Add(1)
					winner.Store(mine.Applied)
				case errors.Is(err, session.ErrLost):
					losses.Add(1)
				default:
					t.Errorf("saver %d: %v", i, err)
				}
			})
		}
		all.Wait()
		require.Equal(t, int64(1), wins.Load())
		require.Equal(t, int64(49), losses.Load())
		require.Equal(t, winner.Load(), p.load(t).Applied)
		require.Equal(t, int64(2), p.load(t).Version)
	})
}

// deaf loses the replies of what the server has done.
type deaf struct{ replies int }

var errNoReply = errors.New("connection reset")

func (d *deaf) DialHook(next redis.DialHook) redis.DialHook { return next }

func (d *deaf) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := next(ctx, cmd)
		if err == nil && d.replies > 0 && strings.HasPrefix(cmd.Name(), "eval") {
			d.replies--
			cmd.SetErr(errNoReply)
			return errNoReply
		}
		return err
	}
}

func (d *deaf) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func TestASaveWhoseReplyWasLostCanBeRepeated(t *testing.T) {
	t.Parallel()
	onEveryServer(t, func(t *testing.T, p place) {
		p.rdb.AddHook(&deaf{replies: 1})
		require.ErrorIs(t, p.save(t, full()), errNoReply)
		p.clk.Advance(time.Second)
		require.Equal(t, int64(1), p.load(t).Version, "the server has done it")
		require.NoError(t, p.save(t, full()), "it is there already, and time has passed since")
		require.Equal(t, int64(1), p.load(t).Version, "it counts once")
	})
}

func TestDialogsAreGivenUpByTheClock(t *testing.T) {
	t.Parallel()
	onEveryServer(t, func(t *testing.T, p place) {
		require.NoError(t, p.save(t, full()))
		p.clk.Advance(24*time.Hour - time.Millisecond)
		require.Equal(t, session.Kept, p.load(t).Origin)
		p.clk.Advance(time.Millisecond)
		st := p.load(t)
		require.Equal(t, session.Expired, st.Origin)
		require.Nil(t, st.Open)
		require.Nil(t, st.Aside)
		require.Equal(t, int64(12), st.Applied, "what was applied stays applied")
		require.Equal(t, full().Shown, st.Shown)
		require.NoError(t, p.save(t, st))
		require.Equal(t, session.Kept, p.load(t).Origin)
	})
}

func TestRedisCleansUpLater(t *testing.T) {
	t.Parallel()
	onEveryServer(t, func(t *testing.T, p place) {
		require.NoError(t, p.save(t, full()))
		ttl, err := p.rdb.PTTL(t.Context(), p.key()).Result()
		require.NoError(t, err)
		require.InDelta(t, 48*time.Hour, ttl, float64(time.Minute))
	})
}

func TestWhatCannotBeReadIsReplaced(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value   string
		version int64
	}{
		"not ours": {"hello", 0}, "empty": {"", 0}, "bare JSON": {`{"f":1}`, 0}, "no body": {"4 ", 4},
		"half a body": {`4 1795000000000 {"f":1,`, 4}, "an older format": {`4 1795000000000 {"f":0,"n":9}`, 4},
		"no expiry": {`4 soon {"f":1}`, 4}, "a version with a zero": {`04 1795000000000 {"f":1}`, 0},
		"a version of glue": {`4x 1795000000000 {"f":1}`, 0}, "only a version": {"4", 0},
		"too great a version": {`99999999999999999999 1795000000000 {"f":1}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEveryServer(t, func(t *testing.T, p place) {
				require.NoError(t, p.rdb.Set(t.Context(), p.key(), c.value, time.Minute).Err())
				st := p.load(t)
				require.Equal(t, session.State{Version: c.version, Origin: session.Unreadable}, st)
				st.Applied = 5
				require.NoError(t, p.save(t, st))
				require.Equal(t, int64(5), p.load(t).Applied)
			})
		})
	}
}

func TestAStateThatRedisLostIsNotSavedOver(t *testing.T) {
	t.Parallel()
	onEveryServer(t, func(t *testing.T, p place) {
		require.NoError(t, p.save(t, full()))
		st := p.load(t)
		require.NoError(t, p.rdb.Del(t.Context(), p.key()).Err())
		require.ErrorIs(t, p.save(t, st), session.ErrLost)
		require.Equal(t, session.Nothing, p.load(t).Origin)
	})
}

func TestAServerThatHangsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	hung, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never answers
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, hung.Close()) })
	store := session.NewStore(open(t, "redis://"+hung.Addr().String()), clock.Frozen(noon))
	watch := clock.New()
	for name, patience := range map[string]time.Duration{"by the deadline": 30 * time.Millisecond, "by its own limit": time.Minute} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		begun := watch.Now()
		_, err := store.Load(ctx, bot, 1)
		require.Error(t, err, name)
		require.Error(t, store.Save(ctx, bot, 1, full()), name)
		require.Less(t, watch.Now().Sub(begun), 30*time.Second, name) // a moment, beside all other tests
		cancel()
	}
}
