package botapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/clock"
)

func id(n int64) string { return strconv.FormatInt(n, 10) }

func TestUpdatesAreConfirmedByAHigherOffset(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.anna.Say("one")
	w.anna.Say("two")
	first := w.updates(params{"limit": "2"})
	require.Len(t, first, 2)
	require.Equal(t, "/start", first[0].Message.Text)
	require.Equal(t, first[0].ID+1, first[1].ID, "ids rise by one")
	require.Equal(t, monday.Unix(), first[0].Message.Date)

	again := w.updates(params{"offset": id(first[0].ID)})
	require.Len(t, again, 3, "an equal offset confirms nothing")
	require.Equal(t, 3, w.bot.Pending())

	rest := w.updates(params{"offset": id(first[1].ID + 1)})
	require.Len(t, rest, 1)
	require.Equal(t, "two", rest[0].Message.Text)
	require.Equal(t, 1, w.bot.Pending())
	require.Len(t, w.updates(params{"offset": id(first[0].ID)}), 1, "what is confirmed never comes back")
}

func TestANegativeOffsetForgetsOlderUpdates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.anna.Say("one")
	w.anna.Say("two")
	got := w.updates(params{"offset": "-1"})
	require.Len(t, got, 1)
	require.Equal(t, "two", got[0].Message.Text)
	require.Equal(t, 1, w.bot.Pending())
}

func TestAnOffsetFarAheadIsAMistakeAndForgetsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Len(t, w.updates(params{"offset": "2000000000"}), 1)
	require.Equal(t, 1, w.bot.Pending())
}

func TestTheSameOffsetAtOnceGivesOneUpdate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.anna.Say("one")
	require.Len(t, w.updates(params{"offset": "0"}), 2)
	require.Len(t, w.updates(params{"offset": "0"}), 1, "a tight loop gets one at a time")
}

func TestUpdatesExpireByTheClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.anna.TapOld(1, "x")
	require.Equal(t, 2, w.bot.Pending())
	w.clock.Advance(149 * time.Second)
	require.Equal(t, 2, w.bot.Pending())
	w.clock.Advance(time.Second)
	require.Equal(t, 1, w.bot.Pending(), "taps live for 150 seconds")
	w.clock.Advance(24 * time.Hour)
	require.Equal(t, 0, w.bot.Pending(), "messages live for a day")
}

func TestAllowedUpdatesAreRemembered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.updates(params{"offset": "-1", "allowed_updates": `["callback_query","nonsense"]`})
	w.anna.Say("not wanted")
	require.Equal(t, 1, w.bot.Pending(), "the /start was there before")
	w.updates(params{"limit": "1", "allowed_updates": `{broken`})
	w.anna.Say("still not wanted")
	w.anna.TapOld(1, "x")
	require.Equal(t, 2, w.bot.Pending())
	w.updates(params{"offset": "-3", "allowed_updates": `[]`})
	w.anna.Say("wanted by default")
	w.anna.Block()
	require.Equal(t, 4, w.bot.Pending())
}

func TestALongPollIsWokenByAnUpdate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.updates(params{"offset": "-1"})[0].ID
	got := make(chan answer, 1)
	go func() { got <- w.call("getUpdates", params{"offset": id(last + 1), "timeout": "50"}) }()
	require.Eventually(t, func() bool { return w.bot.Polls() == 2 }, 5*time.Second, time.Millisecond)
	w.anna.Say("wake up")
	select {
	case a := <-got:
		var list []update
		a.into(t, &list)
		require.Len(t, list, 1)
		require.Equal(t, "wake up", list[0].Message.Text)
	case <-time.After(5 * time.Second):
		t.Fatal("the poll sleeps on")
	}
}

func TestALongPollEndsEmptyAtItsTimeout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.updates(params{"offset": "-1"})[0].ID
	running := clock.New() // the poll waits in real time
	begin := running.Now()
	require.Equal(t, "[]", string(w.call("getUpdates", params{"offset": id(last + 1), "timeout": "1"}).Result))
	require.GreaterOrEqual(t, running.Now().Sub(begin), time.Second)
}

func TestASecondPollerEndsTheWaitingOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.updates(params{"offset": "-1"})[0].ID
	poll := params{"offset": id(last + 1), "timeout": "50"}
	first, second := make(chan answer, 1), make(chan answer, 1)
	go func() { first <- w.call("getUpdates", poll) }()
	require.Eventually(t, func() bool { return w.bot.Polls() == 2 }, 5*time.Second, time.Millisecond)
	go func() { second <- w.call("getUpdates", poll) }()
	a := <-first
	require.Equal(t, 409, a.status)
	require.Equal(t, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", a.Description)
	w.anna.Say("for the second")
	require.True(t, (<-second).OK)
}

func TestAPollerThatGoesAwayLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.updates(params{"offset": "-1"})[0].ID
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+"/bot"+token+"/getUpdates?timeout=50&offset="+id(last+1), nil)
	require.NoError(t, err)
	gone := make(chan error, 1)
	go func() {
		response, err := http.DefaultClient.Do(r)
		if err == nil {
			err = response.Body.Close()
		}
		gone <- err
	}()
	require.Eventually(t, func() bool { return w.bot.Polls() == 2 }, 5*time.Second, time.Millisecond)
	cancel()
	require.Error(t, <-gone)
	w.anna.Say("kept")
	require.Len(t, w.updates(params{"offset": id(last + 1), "timeout": "5"}), 1)
}

func TestClosingEndsTheWaitingCall(t *testing.T) {
	t.Parallel()
	s := botapi.New(botapi.Options{})
	b := s.AddBot(token, "x", "X")
	require.Same(t, b, s.AddBot(token, "x", "X"))
	w := &world{T: t, url: serve(t, s), bot: b}
	got := make(chan answer, 1)
	go func() { got <- w.call("getUpdates", params{"timeout": "50"}) }()
	require.Eventually(t, func() bool { return b.Polls() == 1 }, 5*time.Second, time.Millisecond)
	s.Close()
	s.Close()
	require.Equal(t, 500, (<-got).status)
	require.Equal(t, "Internal Server Error: restart", w.call("getMe", nil).Description)
}

func TestABlockedBotIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.anna.Block()
	w.anna.Block()
	w.anna.Unblock()
	got := w.updates(nil)
	require.Len(t, got, 3)
	for i, status := range []string{"kicked", "member"} {
		var change struct {
			New struct {
				Status string `json:"status"`
			} `json:"new_chat_member"`
		}
		require.NoError(t, json.Unmarshal(got[1+i].Member, &change))
		require.Equal(t, status, change.New.Status)
	}
}

func TestManyPeopleAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const people, each = 20, 20
	var group sync.WaitGroup
	for n := range people {
		group.Go(func() {
			p := w.bot.Phone(botapi.Account{ID: int64(100 + n), FirstName: "P"})
			for i := range each {
				p.Say(fmt.Sprintf("%d.%d", n, i))
				p.Chat()
			}
		})
	}
	seen := map[string]int{}
	for offset, calls := int64(0), 0; len(seen) < people*each+1; calls++ {
		require.Less(t, calls, 2*people*each, "updates are missing")
		for _, u := range w.updates(params{"offset": id(offset), "timeout": "5"}) {
			seen[u.Message.Text]++
			offset = u.ID + 1
			w.call("sendMessage", params{"chat_id": "7", "text": u.Message.Text})
		}
	}
	group.Wait()
	for text, times := range seen {
		require.Equal(t, 1, times, text)
	}
	require.Len(t, w.bot.Calls(0), people*each+1)
}

func TestAnAnswerIsCutAtFourMebibytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.updates(params{"offset": "-1"})
	big := json.RawMessage(`{"message":{"text":"` + strings.Repeat("x", 1<<20) + `"}}`)
	for range 5 {
		w.bot.Deliver(big)
	}
	require.Len(t, w.updates(params{"offset": "1"}), 1+3, "the fourth would go beyond")
	require.Equal(t, 6, w.bot.Pending(), "what did not fit comes later")
}

func TestIDsRestartAfterAQuietWeek(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.updates(params{"offset": "-1"})[0].ID
	w.clock.Advance(7*24*time.Hour - time.Second)
	w.anna.Say("in time")
	require.Equal(t, last+1, w.updates(params{"offset": id(last + 1)})[0].ID)
	w.clock.Advance(7 * 24 * time.Hour)
	w.anna.Say("after a week")
	w.anna.Say("and another")
	got := w.updates(params{"offset": id(last + 2)})
	require.Len(t, got, 2, "the old offset hides nothing")
	require.Less(t, got[0].ID, last)
	require.Equal(t, got[0].ID+1, got[1].ID)
	require.Empty(t, w.updates(params{"offset": id(got[1].ID + 1)}))
	require.Zero(t, w.bot.Pending())
}
