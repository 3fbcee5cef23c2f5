package street_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/street"
)

const token = "700:sample"

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// world is a local Telegram with a page before it, and a bot without a mind
// that the test plays by hand.
type world struct {
	t       *testing.T
	page    *httptest.Server
	api     *httptest.Server
	bot     *botapi.Bot
	clock   *clock.Clock
	skipped []time.Duration
	trouble []string // what was begun and ended
	group   *botapi.Group
	offset  int64
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, clock: clock.Frozen(noon)}
	server := botapi.New(botapi.Options{Clock: w.clock})
	w.bot = server.AddBot(token, "linli_bot", "linli")
	w.group = w.bot.Group(botapi.GroupOptions{
		ID: -1001, Title: "Neighbours", Owner: w.bot.Phone(botapi.Account{ID: 12, FirstName: "Li Jun"}),
	})
	w.group.AddBot(w.bot.Phone(botapi.Account{ID: 12}))
	w.api = httptest.NewServer(server)
	t.Cleanup(w.api.Close)
	t.Cleanup(server.Close)
	w.page = httptest.NewServer(street.New(street.Options{
		Bots: map[string]*botapi.Bot{"en": w.bot, "zh": w.bot}, Name: map[string]string{"en": "Helper", "zh": "小帮手"},
		Log:   slog.New(slog.NewTextHandler(t.Output(), nil)),
		Clock: w.clock, Zone: time.FixedZone("CST", 8*3600),
		Personas: []street.Persona{
			persona("resident", "en", 11, "Mrs Wang", "resident, 75", true),
			persona("member", "en", 12, "Li Jun", "member on duty", true),
			{Key: "group", Lang: "en", Group: w.group, Name: map[string]string{"en": "Neighbours"}, Role: map[string]string{"en": "group"}},
			persona("secretary", "en", 13, "Chen Hua", "secretary", false),
			persona("resident-zh", "zh", 21, "王秀英", "居民，75岁", true),
			persona("member-zh", "zh", 22, "李军", "值班党员", true),
			persona("secretary-zh", "zh", 23, "陈华", "书记", false),
		},
		Troubles: []street.Trouble{
			{Key: "down", Begin: w.cause("down", nil), End: w.cause("up", nil)},
			{Key: "kill", Begin: w.cause("kill", errNo)},
		},
		Skip: func(_ context.Context, d time.Duration) error {
			w.skipped = append(w.skipped, d)
			w.clock.Advance(d)
			return nil
		},
	}))
	t.Cleanup(w.page.Close)
	require.NotEmpty(t, w.updates(0), "the bot is in its group")
	return w
}

func persona(key, lang string, id int64, name, role string, open bool) street.Persona {
	return street.Persona{
		Key: key, Lang: lang, Open: open, Payload: "at_b3u2",
		Account: botapi.Account{ID: id, FirstName: name, LanguageCode: lang, PhoneNumber: "+8613800000000"},
		Name:    map[string]string{lang: name}, Role: map[string]string{lang: role},
	}
}

// get opens an address of the page and returns what it shows.
func (w *world) get(path string, header ...string) (status int, body string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.page.URL+path, nil)
	require.NoError(w.t, err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return w.do(r)
}

// header is what stands above the answer to an address.
func (w *world) header(path string) http.Header {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.page.URL+path, nil)
	require.NoError(w.t, err)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(w.t, err)
	require.NoError(w.t, answer.Body.Close())
	return answer.Header
}

// post sends a form as a browser does, with or without the script.
func (w *world) post(path string, form url.Values, header ...string) (status int, body string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.page.URL+path, strings.NewReader(form.Encode()))
	require.NoError(w.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return w.do(r)
}

func (w *world) do(r *http.Request) (status int, body string) {
	w.t.Helper()
	answer, err := http.DefaultClient.Do(r)
	require.NoError(w.t, err)
	defer func() { _ = answer.Body.Close() }() // read to its end
	text, err := io.ReadAll(answer.Body)
	require.NoError(w.t, err)
	return answer.StatusCode, string(text)
}

// call is the bot calling a method; it returns the result.
func (w *world) call(method string, params map[string]any) json.RawMessage {
	w.t.Helper()
	body, err := json.Marshal(params)
	require.NoError(w.t, err)
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.api.URL+"/bot"+token+"/"+method, bytes.NewReader(body))
	require.NoError(w.t, err)
	r.Header.Set("Content-Type", "application/json")
	_, text := w.do(r)
	var answer struct {
		OK     bool            `json:"ok"`
		Result json.RawMessage `json:"result"`
	}
	require.NoError(w.t, json.Unmarshal([]byte(text), &answer))
	require.True(w.t, answer.OK, text)
	return answer.Result
}

// updates are what reached the bot since it last looked, one JSON text each.
func (w *world) updates(wait int) []string {
	w.t.Helper()
	var texts []string
	for ; w.bot.Pending() > 0 || wait > 0; wait = 0 { // the last call confirms what the ones before brought
		var list []json.RawMessage
		require.NoError(w.t, json.Unmarshal(w.call("getUpdates", map[string]any{"offset": w.offset, "timeout": wait}), &list))
		for _, raw := range list {
			var u struct {
				ID int64 `json:"update_id"`
			}
			require.NoError(w.t, json.Unmarshal(raw, &u))
			w.offset = u.ID + 1
			texts = append(texts, string(raw))
		}
	}
	return texts
}

// started is a world in which a resident and a member have begun.
func started(t *testing.T) *world {
	w := newWorld(t)
	for _, key := range []string{"resident", "member"} {
		status, _ := w.post("/street/phone/"+key+"/start?lang=en", nil)
		require.Equal(t, http.StatusOK, status)
	}
	require.Len(t, w.updates(0), 2)
	return w
}

// ask sends a message with buttons to the resident.
func (w *world) ask(text string, buttons ...map[string]any) {
	rows := [][]map[string]any{}
	for _, b := range buttons {
		rows = append(rows, []map[string]any{b})
	}
	w.call("sendMessage", map[string]any{
		"chat_id": 11, "text": text, "parse_mode": "HTML", "reply_markup": map[string]any{"inline_keyboard": rows},
	})
}
