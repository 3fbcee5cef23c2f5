package botapi_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/clock"
)

// answers is a program without a wire: it answers at once, and tells when it
// was asked.
type answers struct {
	mu    sync.Mutex
	times []time.Duration
	start time.Time
	clock *clock.Clock
	how   func(n int) *http.Response
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.times = append(a.times, a.clock.Now().Sub(a.start))
	response := a.how(len(a.times))
	response.Request, response.Body = r, http.NoBody
	return response, nil
}

func refusing(int) *http.Response {
	return &http.Response{StatusCode: 503, Status: "503 Service Unavailable", Header: http.Header{}}
}

// bubble has a webhook answered by how, in a time that passes by itself.
func bubble(how func(int) *http.Response) (*botapi.Server, *botapi.Bot, *answers) {
	running := clock.New()
	a := &answers{clock: running, start: running.Now(), how: how}
	s := botapi.New(botapi.Options{Clock: running, Webhooks: botapi.Webhooks{Transport: a}})
	return s, s.AddBot(token, "x", "X"), a
}

// ask calls a method without a wire.
func ask(s *botapi.Server, method, query string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/bot"+token+"/"+method+"?"+query, nil))
	return w
}

func TestWaitsBetweenAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, b, a := bubble(refusing)
		defer s.Close()
		require.Equal(t, 200, ask(s, "setWebhook", "url=http://x/").Code)
		b.Phone(botapi.Account{ID: 7}).Say("hello")
		require.NoError(t, a.clock.Until(t.Context(), a.start.Add(63*time.Second)))
		synctest.Wait()
		require.Equal(t, []time.Duration{0, 0, 2 * time.Second, 6 * time.Second, 14 * time.Second, 30 * time.Second, 62 * time.Second}, a.times)
		require.NoError(t, a.clock.Until(t.Context(), a.start.Add(time.Hour)))
		synctest.Wait()
		for i := 7; i < len(a.times); i++ {
			wait := a.times[i] - a.times[i-1]
			require.True(t, wait >= time.Minute && wait <= 2*time.Minute, "%v", wait)
		}
		require.NoError(t, a.clock.Until(t.Context(), a.start.Add(25*time.Hour)))
		synctest.Wait()
		last := a.times[len(a.times)-1]
		require.True(t, last > 23*time.Hour && last < 24*time.Hour, "%v: it is tried for a day", last)
		require.Zero(t, b.Pending())
	})
}

func TestATapIsTriedForItsLifetimeOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, b, a := bubble(refusing)
		defer s.Close()
		require.Equal(t, 200, ask(s, "setWebhook", "url=http://x/").Code)
		p := b.Phone(botapi.Account{ID: 7})
		p.TapOld(1, "x")
		require.NoError(t, a.clock.Until(t.Context(), a.start.Add(100*time.Second)))
		p.TapOld(1, "behind it")
		require.NoError(t, a.clock.Until(t.Context(), a.start.Add(time.Hour)))
		synctest.Wait()
		require.Greater(t, len(a.times), 9)
		require.Greater(t, a.times[7], 2*time.Minute)
		require.Equal(t, a.times[7], a.times[8], "when another try would come too late, the next has its turn at once")
		require.Less(t, a.times[len(a.times)-1], 250*time.Second)
		require.Zero(t, b.Pending())
	})
}

func TestAWebhookMaySayWhenToComeAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, b, a := bubble(func(n int) *http.Response {
			r := refusing(n)
			r.Header.Set("Retry-After", strconv.Itoa([]int{7, 100_000, 0}[min(n-1, 2)]))
			return r
		})
		defer s.Close()
		require.Equal(t, 200, ask(s, "setWebhook", "url=http://x/").Code)
		b.Phone(botapi.Account{ID: 7}).Say("hello")
		require.NoError(t, a.clock.Until(t.Context(), a.start.Add(3610*time.Second)))
		synctest.Wait()
		require.Equal(t, []time.Duration{0, 7 * time.Second, 3607 * time.Second, 3609 * time.Second}, a.times, "no longer than an hour")
	})
}

func TestAWebhookThatIsGoneForADayIsClosed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, b, a := bubble(func(int) *http.Response {
			return &http.Response{StatusCode: 410, Status: "410 Gone", Header: http.Header{}}
		})
		defer s.Close()
		require.Equal(t, 200, ask(s, "setWebhook", "url=http://x/").Code)
		p := b.Phone(botapi.Account{ID: 7})
		p.Say("hello")
		require.NoError(t, a.clock.Until(t.Context(), a.start.Add(22*time.Hour)))
		p.Say("still here?")
		require.NoError(t, a.clock.Until(t.Context(), a.start.Add(23*time.Hour+3*time.Minute)))
		synctest.Wait()
		require.Contains(t, ask(s, "getWebhookInfo", "").Body.String(), `"url":""`)
		require.Contains(t, ask(s, "getUpdates", "").Body.String(), "still here?")
	})
}

func TestAWebhookMayNotBeSetTwiceInASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, a := bubble(refusing)
		defer s.Close()
		require.Equal(t, 200, ask(s, "setWebhook", "url=http://x/").Code)
		again := ask(s, "setWebhook", "url=http://x/")
		require.Equal(t, 429, again.Code)
		require.Equal(t, "1", again.Header().Get("Retry-After"))
		require.Equal(t, 200, ask(s, "deleteWebhook", "").Code, "deleting is free")
		require.NoError(t, a.clock.Until(t.Context(), a.start.Add(time.Second)))
		require.Equal(t, 200, ask(s, "setWebhook", "url=http://x/").Code)
	})
}
