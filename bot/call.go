package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/metrics"
	"github.com/linli-bot/linli/internal/trace"
)

// Caller makes the Bot API calls: those that upload nothing with one JSON body
// each, over connections that are kept, with the library's parameters and error
// types; uploads through the library.
type Caller struct {
	base    string            // server and token: never in a log or an error
	files   string            // likewise, where files are
	library *tg.Bot           // for uploads
	wire    http.RoundTripper // no client: nobody sends a call elsewhere, or asks for cookies
	metrics *metrics.Metrics
	real    *clock.Clock // where calls are counted
	traced  bool
}

// callTimeout bounds every call but long polling, which brings its own.
const callTimeout = 15 * time.Second

// NewCaller returns a caller for one bot at a Bot API server's address.
func NewCaller(api, token string) *Caller {
	api = strings.TrimSuffix(api, "/")
	c := &Caller{
		base:  api + "/bot" + token + "/",
		files: api + "/file/bot" + token + "/",
		wire: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout: 10 * time.Second,
			MaxIdleConns:        512,
			MaxIdleConnsPerHost: 512,
			IdleConnTimeout:     2 * time.Minute,
			ForceAttemptHTTP2:   true,
			DisableCompression:  true, // answers are a few hundred bytes
		},
	}
	// It fails without a token only, and then no call of ours works either.
	c.library, _ = tg.New(token, tg.WithSkipGetMe(), tg.WithServerURL(api), tg.WithHTTPClient(callTimeout, carrier{c}))
	return c
}

// CountedBy counts the caller's calls from now on, and returns it.
func (c *Caller) CountedBy(m *metrics.Metrics) *Caller {
	c.metrics, c.real = m, clock.New()
	return c
}

// Traced makes every call carry the trace of what it is made for, in a header:
// for a server of one's own.
func (c *Caller) Traced() *Caller {
	c.traced = true
	return c
}

// Through makes new connections with dial.
func (c *Caller) Through(dial func(ctx context.Context, network, address string) (net.Conn, error)) *Caller {
	if t, ok := c.wire.(*http.Transport); ok {
		t.DialContext = dial
	}
	return c
}

// Close lets go of the kept connections.
func (c *Caller) Close() {
	if t, ok := c.wire.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}

type envelope struct {
	OK          bool   `json:"ok"`
	Result      any    `json:"result"` // a pointer is filled in
	Code        int    `json:"error_code"`
	Description string `json:"description"`
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
		MigrateTo  int `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// Call makes one call and decodes its result into result, which may be nil.
// A refusal of the server is one of the library's errors; anything else means
// that nobody knows whether the call was carried out.
func (c *Caller) Call(ctx context.Context, method string, params, result any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return c.call(ctx, method, params, result)
}

// call makes a call within ctx alone, and counts it.
func (c *Caller) call(ctx context.Context, method string, params, result any) error {
	if c.metrics == nil {
		return c.exchange(ctx, method, params, result)
	}
	began := c.real.Now()
	err := c.exchange(ctx, method, params, result)
	c.metrics.Call(method, Ended(err), c.real.Now().Sub(began))
	return err
}

func (c *Caller) exchange(ctx context.Context, method string, params, result any) error {
	body, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("encode %s: %w", method, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+method, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("call %s: the server's address cannot be used", method)
	}
	req.Header.Set("Content-Type", "application/json")
	if c.traced {
		req.Header.Set(trace.Header, trace.ID(ctx))
	}
	res, err := c.wire.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("call %s: %w", method, err)
	}
	defer func() { _ = res.Body.Close() }() // read to its end below: nothing is left to fail
	raw, err := io.ReadAll(io.LimitReader(res.Body, 16<<20))
	if err != nil {
		return fmt.Errorf("call %s: read answer: %w", method, err)
	}
	if result == nil && res.StatusCode == http.StatusOK && bytes.HasPrefix(raw, []byte(`{"ok":true,`)) {
		return nil // whatever else it says, nobody looks at it
	}
	answer := envelope{Result: result}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return fmt.Errorf("call %s: %w", method, &statusError{res.StatusCode, "an answer that is not understood"})
	}
	if !answer.OK {
		return fmt.Errorf("call %s: %w", method, answer.refused())
	}
	return nil
}

func (e *envelope) refused() error {
	kinds := map[int]error{
		http.StatusBadRequest:   tg.ErrorBadRequest,
		http.StatusUnauthorized: tg.ErrorUnauthorized,
		http.StatusForbidden:    tg.ErrorForbidden,
		http.StatusNotFound:     tg.ErrorNotFound,
		http.StatusConflict:     tg.ErrorConflict,
	}
	switch {
	case e.Parameters.MigrateTo != 0:
		return &tg.MigrateError{Message: e.Description, MigrateToChatID: e.Parameters.MigrateTo}
	case e.Code == http.StatusTooManyRequests:
		return &tg.TooManyRequestsError{Message: e.Description, RetryAfter: e.Parameters.RetryAfter}
	case kinds[e.Code] != nil:
		return fmt.Errorf("%w, %s", kinds[e.Code], e.Description)
	default:
		return &statusError{e.Code, e.Description}
	}
}

// statusError is an answer that the library has no error for.
type statusError struct {
	code int
	said string
}

func (e *statusError) Error() string { return fmt.Sprintf("status %d, %s", e.code, e.said) }

// Ended names how a call ended, for counting: ok, the status, or unknown where
// nobody answered.
func Ended(err error) string {
	if limited := (*tg.TooManyRequestsError)(nil); errors.As(err, &limited) {
		return "429"
	}
	if moved := (*tg.MigrateError)(nil); errors.As(err, &moved) {
		return "migrated"
	}
	if other := (*statusError)(nil); errors.As(err, &other) {
		return strconv.Itoa(other.code/100) + "xx"
	}
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, tg.ErrorBadRequest):
		return "400"
	case errors.Is(err, tg.ErrorUnauthorized):
		return "401"
	case errors.Is(err, tg.ErrorForbidden):
		return "403"
	case errors.Is(err, tg.ErrorNotFound):
		return "404"
	case errors.Is(err, tg.ErrorConflict):
		return "409"
	case errors.Is(err, context.Canceled):
		return "cancelled"
	}
	return "unknown"
}

// refusedForGood reports whether the server answered and said no for good.
func refusedForGood(err error) bool {
	return errors.Is(err, tg.ErrorBadRequest) || errors.Is(err, tg.ErrorForbidden) ||
		errors.Is(err, tg.ErrorUnauthorized) || errors.Is(err, tg.ErrorNotFound)
}

// unauthorized reports whether the server does not know the bot: its token was
// revoked, or belongs to another server.
func unauthorized(err error) bool {
	return errors.Is(err, tg.ErrorUnauthorized) || errors.Is(err, tg.ErrorNotFound)
}

// neverSent reports whether a call did not even reach a server.
func neverSent(err error) bool {
	var dial *net.OpError
	return errors.As(err, &dial) && dial.Op == "dial"
}

// movedTo is the chat that a group has become.
func movedTo(err error) (int64, bool) {
	if moved := (*tg.MigrateError)(nil); errors.As(err, &moved) {
		return int64(moved.MigrateToChatID), true
	}
	return 0, false
}

// badMarkup reports whether the server could not read the formatting.
func badMarkup(err error) bool {
	return errors.Is(err, tg.ErrorBadRequest) && strings.Contains(err.Error(), "can't parse entities")
}

// badButtons reports whether the server refuses what is under the text.
func badButtons(err error) bool {
	if !errors.Is(err, tg.ErrorBadRequest) || unchanged(err) {
		return false
	}
	for _, text := range []string{"BUTTON_", "inline keyboard button", "reply keyboard", "reply markup", "REPLY_MARKUP", "inline keyboard expected"} {
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

// unchanged reports whether an edit failed only because nothing changed.
func unchanged(err error) bool {
	return errors.Is(err, tg.ErrorBadRequest) && strings.Contains(err.Error(), "message is not modified")
}

// cannotEdit reports whether the server refuses an edit for whatever reason:
// what was to be said is then said in a new message.
func cannotEdit(err error) bool { return errors.Is(err, tg.ErrorBadRequest) && !unchanged(err) }

// gone reports whether the message to be edited or deleted is not there, or
// can be changed no more.
func gone(err error) bool {
	if !errors.Is(err, tg.ErrorBadRequest) {
		return false
	}
	for _, text := range []string{"not found", "MESSAGE_ID_INVALID", "can't be edited", "can't be deleted", "there is no text", "there is no caption"} {
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

// retryAfter is how long the server asked to wait.
func retryAfter(err error) (time.Duration, bool) {
	if limited := (*tg.TooManyRequestsError)(nil); errors.As(err, &limited) {
		return time.Duration(max(limited.RetryAfter, 1)) * time.Second, true
	}
	return 0, false
}

// Me is who the bot is at Telegram.
type Me struct {
	FirstName string `json:"first_name"`
	Username  string `json:"username"`
}

// Me asks Telegram who the bot is.
func (c *Caller) Me(ctx context.Context) (Me, error) {
	var me Me
	return me, c.Call(ctx, "getMe", struct{}{}, &me)
}

// Introduced is who the bot is; where Telegram cannot be asked just now it is
// called linli, and has no username.
func (c *Caller) Introduced(ctx context.Context) Me {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	me, err := c.Me(ctx)
	if err != nil || me.FirstName == "" {
		me.FirstName = "linli"
	}
	return me
}
