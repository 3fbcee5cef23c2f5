package main

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/config"
	"github.com/linli-bot/linli/internal/i18n"
	"github.com/linli-bot/linli/internal/metrics"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

// monday is when every test begins: a working morning in the sample towns.
var monday = time.Date(2026, 11, 23, 1, 5, 0, 0, time.UTC) // 9:05 in Shanghai

// mostStop is how long a stop may take, whatever goes on.
const mostStop = 20 * time.Second

// mostWait is how long a test waits for what comes in a moment on a machine that does
// nothing else: beside all other tests it may be a hundred times as long.
const mostWait = 2 * time.Minute

// testStage is the demo's stage with a real Postgres, a clock that stands, and
// no limits, so that a whole conversation takes milliseconds.
type testStage struct {
	*stage
	t      *testing.T
	far    *farTelegram
	lines  *watched // what linli logs
	stop   func()
	mini   *miniredis.Miniredis
	redis  string
	dbURL  string
	apiURL string
	more   []func(*parts) // what a test sets beside
}

// newTestStage brings the town of one language to life, on that Monday; "" is
// both, served by one process.
func newTestStage(t *testing.T, lang string) *testStage {
	t.Helper()
	return newTestStageAt(t, lang, monday)
}

func newTestStageAt(t *testing.T, lang string, begin time.Time, more ...func(*parts)) *testStage {
	t.Helper()
	var address string
	if begin.Equal(monday) {
		_, address = pgtest.Grown(t, lang, func(address string) { settled(t, lang, begin, address) })
	} else {
		_, address = pgtest.URL(t)
		settled(t, lang, begin, address)
	}
	ts := stageOver(t, lang, begin, address)
	ts.more = more
	ts.open()
	ts.settleDown()
	for _, town := range ts.towns {
		town.moveIn()
	}
	ts.settleDown()
	require.NoError(t, ts.towns[0].tie(t.Context(), ts.app))
	ts.settleDown()
	return ts
}

// newFreshStageAt brings a bot to life that nobody has claimed yet.
func newFreshStageAt(t *testing.T, lang string, begin time.Time, more ...func(*parts)) *testStage {
	t.Helper()
	_, address := pgtest.URL(t)
	ts := stageOver(t, lang, begin, address)
	ts.more = more
	ts.open()
	return ts
}

// settled puts everybody on the register of a database, before anybody is there.
func settled(t *testing.T, lang string, begin time.Time, address string) {
	t.Helper()
	ts := stageOver(t, lang, begin, address)
	a, err := build(t.Context(), ts.settings())
	require.NoError(t, err)
	for _, town := range ts.towns {
		require.NoError(t, town.settle(t.Context(), a))
	}
	require.NoError(t, a.close())
}

// stageOver is a stage on which nothing goes on yet.
func stageOver(t *testing.T, lang string, begin time.Time, address string) *testStage {
	t.Helper()
	clk := clock.Frozen(begin)
	ts := &testStage{t: t, mini: miniredis.RunT(t), dbURL: plannedOnce(t, address), lines: &watched{odd: t.Output()}}
	ts.redis = "redis://" + ts.mini.Addr()
	ts.stage = newStage(clk, slog.New(slog.NewTextHandler(ts.lines, &slog.HandlerOptions{Level: slog.LevelDebug})))
	ts.api = botapi.New(botapi.Options{Clock: clk})
	for _, town := range towns(ts.api) {
		if lang == "" || town.lang == lang {
			ts.towns = append(ts.towns, town)
		}
	}
	ts.far = &farTelegram{Server: ts.api}
	server := httptest.NewServer(ts.wire.before(ts.far))
	t.Cleanup(server.Close)
	ts.apiURL = server.URL
	return ts
}

// plannedOnce lets every connection to a database plan each query once. No
// conversation asks the same thing so often, nor over so many rows, that a plan of
// its own is worth its making: that was nearly half of all that Postgres did.
func plannedOnce(t *testing.T, address string) string {
	t.Helper()
	at, err := url.Parse(address)
	require.NoError(t, err)
	q := at.Query()
	q.Set("plan_cache_mode", "force_generic_plan")
	at.RawQuery = q.Encode()
	return at.String()
}

// open begins linli, until the test ends.
func (ts *testStage) open() {
	ts.t.Helper()
	ts.start()
	ts.t.Cleanup(func() {
		ts.stop()
		ts.keepsSecrets(ts.lines)
	})
}

// farTelegram is a local Telegram whose answers take a while. While it hangs,
// nothing that is sent is answered.
type farTelegram struct {
	*botapi.Server
	late  time.Duration
	hangs atomic.Bool
	held  atomic.Int64 // calls that came while it hung
	sets  atomic.Int64 // calls that set what Telegram keeps of the bot
}

// ServeHTTP answers when the time has come.
func (f *farTelegram) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.hangs.Load() && strings.Contains(r.URL.Path, "/send") {
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not see the caller go
		f.held.Add(1)
		<-r.Context().Done()
		return
	}
	if strings.Contains(r.URL.Path, "/setMy") || strings.Contains(r.URL.Path, "/setChatMenu") {
		f.sets.Add(1)
	}
	late := time.NewTimer(f.late)
	defer late.Stop()
	<-late.C
	f.Server.ServeHTTP(w, r)
}

// words are read once for all tests.
var words = sync.OnceValues(i18n.Load)

// settings are what linli runs with here.
func (ts *testStage) settings() parts {
	texts, err := words()
	require.NoError(ts.t, err)
	p := parts{
		texts: texts, databaseURL: ts.dbURL, redisURL: ts.redis, apiURL: ts.apiURL,
		tokens: ts.tokens(), rules: outbox.Rules{}, clk: ts.clk, metrics: metrics.New(), log: ts.stage.log,
	}
	p.oneByOne = strings.HasPrefix(ts.t.Name(), "TestTranscripts/") // what comes to one person comes in one order
	p.unlimited = !p.oneByOne                                       // elsewhere one person reports for many
	for _, more := range ts.more {
		more(&p)
	}
	return p
}

func (ts *testStage) tokens() []config.Secret {
	tokens := make([]config.Secret, len(ts.towns))
	for i, town := range ts.towns {
		tokens[i] = config.NewSecret(town.token)
	}
	return tokens
}

// start wires linli and runs it until stop.
func (ts *testStage) start() {
	ts.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ts.parts = ts.settings()
	require.NoError(ts.t, ts.raise(ctx))
	ended := make(chan error, 1)
	go func() { ended <- ts.live(ctx) }()
	ts.stop = func() {
		cancel()
		require.NoError(ts.t, <-ended)
		require.NoError(ts.t, ts.app.close())
	}
}

// beside begins another linli over the same stores, as a second replica.
func (ts *testStage) beside() (a *app, stop func()) {
	ts.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	a, err := build(ctx, ts.settings())
	require.NoError(ts.t, err)
	ended := make(chan error, 1)
	go func() { ended <- a.run(ctx) }()
	return a, func() {
		cancel()
		require.NoError(ts.t, <-ended)
		require.NoError(ts.t, a.close())
	}
}

// restart ends linli and begins it anew over the same stores, as a deploy does.
func (ts *testStage) restart() {
	ts.stop()
	ts.start()
}

// settleDown waits until everything that came in and everything due is done.
func (ts *testStage) settleDown() {
	ts.t.Helper()
	require.NoError(ts.t, ts.rest(ts.t.Context()))
}

func (ts *testStage) phone(key string) *botapi.Phone {
	for _, n := range ts.towns[0].neighbours {
		if n.key == key {
			return ts.towns[0].bot.Phone(n.account)
		}
	}
	ts.t.Fatalf("nobody is called %s", key)
	return nil
}

// picture is a small photo of its own: no two are alike.
func picture(shade uint8) botapi.File {
	img := image.NewGray(image.Rect(0, 0, 8, 8))
	img.SetGray(3, 3, color.Gray{Y: shade})
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		panic(err) // an image in memory always encodes
	}
	return botapi.File{Name: "photo.png", MIME: "image/png", Data: out.Bytes()}
}

// newest is the last message of a chat.
func newest(messages []botapi.Message) botapi.Message {
	if len(messages) == 0 {
		return botapi.Message{}
	}
	return messages[len(messages)-1]
}
