package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/bot"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/config"
	"github.com/linli-bot/linli/internal/embedded"
	"github.com/linli-bot/linli/internal/metrics"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

// tapper is one person who taps through a dialog as quickly as linli answers,
// at a Bot API server that says yes to all.
type tapper struct {
	b      *testing.B
	hook   http.Handler
	update int64
	shown  chan map[string]any // messages, new or changed
	done   chan struct{}       // taps answered
	nextID atomic.Int64
}

func (p *tapper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var call map[string]any
	if json.NewDecoder(r.Body).Decode(&call) != nil {
		call = map[string]any{}
	}
	method := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	switch method {
	case "sendMessage":
		call["message_id"] = float64(p.nextID.Add(1))
		fallthrough
	case "editMessageText":
		fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%v,"date":1,"chat":{"id":5,"type":"private"}}}`, call["message_id"])
		p.shown <- call
	case "answerCallbackQuery":
		fmt.Fprintln(w, `{"ok":true,"result":true}`)
		p.done <- struct{}{}
	case "getMyCommands":
		fmt.Fprintln(w, `{"ok":true,"result":[]}`)
	case "getMe":
		fmt.Fprintln(w, `{"ok":true,"result":{"first_name":"Bench"}}`)
	case "getWebhookInfo":
		fmt.Fprintln(w, `{"ok":true,"result":{"url":"http://127.0.0.1/telegram/7000001"}}`)
	default:
		fmt.Fprintln(w, `{"ok":true,"result":true}`)
	}
}

// bring hands linli an update and returns the screen that answers it.
func (p *tapper) bring(update string) map[string]any {
	p.update++
	body := fmt.Sprintf(`{"update_id":%d,%s}`, p.update, update)
	req := httptest.NewRequest(http.MethodPost, "/telegram/7000001", strings.NewReader(body))
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", "hush")
	answer := httptest.NewRecorder()
	p.hook.ServeHTTP(answer, req)
	if answer.Code != http.StatusOK {
		p.b.Fatal("the update was not taken: ", answer.Code)
	}
	return <-p.shown
}

const tapperSender = `{"id":5,"is_bot":false,"first_name":"Ann","language_code":"en"}`

func (p *tapper) say(text string) map[string]any {
	return p.bring(fmt.Sprintf(`"message":{"message_id":%d,"from":%s,"chat":{"id":5,"type":"private"},"date":1,"text":%q}`,
		p.nextID.Add(1), tapperSender, text))
}

// tap presses the first button of a screen.
func (p *tapper) tap(screen map[string]any) map[string]any {
	markup, err := json.Marshal(screen["reply_markup"])
	require.NoError(p.b, err)
	_, rest, ok := bytes.Cut(markup, []byte(`"callback_data":"`))
	require.True(p.b, ok, "%s", markup)
	data, _, _ := bytes.Cut(rest, []byte(`"`))
	next := p.bring(fmt.Sprintf(
		`"callback_query":{"id":"%d","from":%s,"message":{"message_id":%v,"chat":{"id":5,"type":"private"},"date":1,"text":"x","reply_markup":%s},"data":"%s"}`,
		p.update, tapperSender, screen["message_id"], markup, data))
	<-p.done
	return next
}

// BenchmarkTurn is one tap in a report through all real parts: taken in,
// committed, played, kept in Redis, shown and answered. The place is chosen and
// taken back, again and again.
func BenchmarkTurn(b *testing.B) {
	log := slog.New(slog.DiscardHandler)
	_, dbURL := pgtest.URL(b)
	redis, err := embedded.StartRedis(b.Context(), embedded.RedisOptions{})
	require.NoError(b, err)
	defer func() { require.NoError(b, redis.Stop()) }()
	p := &tapper{b: b, shown: make(chan map[string]any, 9), done: make(chan struct{}, 9)}
	api := httptest.NewServer(p)
	defer api.Close()
	require.NoError(b, foundTown(b.Context(), dbURL, 7_000_001, 900))
	ctx, stop := context.WithCancel(context.Background())
	a, err := build(ctx, parts{
		databaseURL: dbURL, redisURL: redis.URL(), apiURL: api.URL, tokens: []config.Secret{config.NewSecret("7000001:turn")},
		webhook: bot.Webhook{URL: "http://127.0.0.1", Secret: "hush"}, clk: clock.New(), metrics: metrics.New(), log: log,
	})
	require.NoError(b, err)
	mux, ended := http.NewServeMux(), make(chan error, 1)
	a.hooks(mux)
	p.hook = mux
	go func() { ended <- a.run(ctx) }()

	welcome := p.say("/start")
	for range 3 { // name, building, entrance
		welcome = p.tap(welcome)
	}
	for len(p.shown) > 0 {
		<-p.shown
	}
	screen := p.tap(p.say("/report"))
	b.ReportAllocs()
	for b.Loop() {
		screen = p.tap(screen)
	}
	stop()
	require.NoError(b, <-ended)
	require.NoError(b, a.close())
}
