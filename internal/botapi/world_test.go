package botapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/clock"
)

const token = "42:secret"

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// world is a server with one bot and a few people.
type world struct {
	*testing.T
	clock  *clock.Clock
	server *botapi.Server
	bot    *botapi.Bot
	url    string
	anna   *botapi.Phone // has pressed Start
	names  map[string]string
	asked  int64 // how often told has looked
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, botapi.Options{})
}

func newWorldWith(t *testing.T, o botapi.Options) *world {
	t.Helper()
	w := &world{T: t, clock: clock.Frozen(monday), names: map[string]string{}}
	o.Clock = w.clock
	server := botapi.New(o)
	listener := httptest.NewServer(server)
	t.Cleanup(listener.Close)
	t.Cleanup(server.Close)
	w.server, w.url = server, listener.URL
	w.bot = server.AddBot(token, "linli_bot", "linli")
	w.anna = w.bot.Phone(botapi.Account{ID: 7, FirstName: "Anna", LastName: "Li", Username: "anna", LanguageCode: "zh-hans"})
	w.anna.Start("")
	return w
}

// answer is what the server says to a call.
type answer struct {
	status      int
	OK          bool            `json:"ok"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Result      json.RawMessage `json:"result"`
	Parameters  json.RawMessage `json:"parameters"`
}

func (a answer) into(t *testing.T, to any) {
	t.Helper()
	require.True(t, a.OK, "refused: %s", a.Description)
	require.NoError(t, json.Unmarshal(a.Result, to))
}

func (a answer) messageID(t *testing.T) int64 {
	t.Helper()
	var m struct {
		ID int64 `json:"message_id"`
	}
	a.into(t, &m)
	return m.ID
}

type params map[string]string

// call sends a form by POST.
func (w *world) call(method string, p params) answer {
	w.Helper()
	return w.send("form", method, p, nil)
}

func (w *world) send(as, method string, p params, files map[string][]byte) answer {
	w.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, w.url+"/bot"+token+"/"+method, nil)
	require.NoError(w, err)
	fill(w.T, r, as, p, files)
	return w.do(r)
}

func (w *world) do(r *http.Request) answer {
	w.Helper()
	response, err := http.DefaultClient.Do(r)
	require.NoError(w, err)
	defer func() { require.NoError(w, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	require.NoError(w, err)
	a := answer{status: response.StatusCode}
	require.NoError(w, json.Unmarshal(body, &a), "%s", body)
	require.Equal(w, "application/json", response.Header.Get("Content-Type"))
	return a
}

// fill puts parameters into a request in one of the four ways.
func fill(t *testing.T, r *http.Request, as string, p params, files map[string][]byte) {
	t.Helper()
	values := url.Values{}
	for name, value := range p {
		values.Set(name, value)
	}
	var body bytes.Buffer
	switch as {
	case "get":
		r.Method, r.URL.RawQuery = http.MethodGet, values.Encode()
		return
	case "form":
		body.WriteString(values.Encode())
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case "json":
		require.NoError(t, json.NewEncoder(&body).Encode(nested(p)))
		r.Header.Set("Content-Type", "application/json")
	case "multipart":
		parts := multipart.NewWriter(&body)
		for name, value := range p {
			require.NoError(t, parts.WriteField(name, value))
		}
		for name, data := range files {
			part, err := parts.CreateFormFile(name, name+".bin")
			require.NoError(t, err)
			_, err = part.Write(data)
			require.NoError(t, err)
		}
		require.NoError(t, parts.Close())
		r.Header.Set("Content-Type", parts.FormDataContentType())
	default:
		t.Fatalf("no way %q to send parameters", as)
	}
	r.Body = io.NopCloser(&body) // without a length, so it goes out in chunks
}

// nested gives parameters that are JSON as JSON, the way a JSON caller would.
func nested(p params) map[string]any {
	out := map[string]any{}
	for name, value := range p {
		out[name] = value
		if name != "text" && name != "caption" && json.Valid([]byte(value)) {
			out[name] = json.RawMessage(value)
		}
	}
	return out
}

func (w *world) send1(p params) int64 {
	w.Helper()
	return w.call("sendMessage", p).messageID(w.T)
}

func keyboard(rows ...string) string {
	var out []string
	for _, row := range rows {
		text, data, _ := strings.Cut(row, "|")
		out = append(out, fmt.Sprintf(`[{"text":%q,"callback_data":%q}]`, text, data))
	}
	return `{"inline_keyboard":[` + strings.Join(out, ",") + `]}`
}

func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	img.Set(width/2, height/2, color.White)
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, img, nil))
	return out.Bytes()
}

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

type update struct {
	ID      int64 `json:"update_id"`
	Message *struct {
		ID    int64  `json:"message_id"`
		Date  int64  `json:"date"`
		Text  string `json:"text"`
		Album string `json:"media_group_id"`
		Photo []struct {
			FileID string `json:"file_id"`
			Width  int    `json:"width"`
		} `json:"photo"`
	} `json:"message"`
	Callback *struct {
		ID      string          `json:"id"`
		Data    string          `json:"data"`
		Message json.RawMessage `json:"message"`
	} `json:"callback_query"`
	Member json.RawMessage `json:"my_chat_member"`
}

func (w *world) updates(p params) []update {
	w.Helper()
	var list []update
	w.call("getUpdates", p).into(w.T, &list)
	return list
}
