package botapi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// drain polls as a careful program does until nothing comes, and tells what
// came; every batch is confirmed behind its last update.
func (w *world) drain() (ids []int64, texts []string) {
	w.Helper()
	for offset, empty := int64(0), 0; empty < 2; {
		got := w.updates(params{"offset": id(offset), "timeout": "0"})
		if len(got) == 0 {
			empty++
			offset++ // another offset does not meet the brake
			continue
		}
		for _, u := range got {
			ids = append(ids, u.ID)
			text := ""
			if u.Message != nil {
				text = u.Message.Text
			}
			texts = append(texts, text)
			offset = u.ID + 1
		}
	}
	return ids, texts
}

func (w *world) say(n int) (texts []string) {
	for i := range n {
		texts = append(texts, fmt.Sprint("say ", i))
		w.anna.Say(texts[i])
	}
	return texts
}

func TestUpdatesAreDeliveredExactlySo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	next := w.updates(params{"offset": "-1"})[0].ID + 1
	for _, row := range []struct{ name, given, want string }{
		{"of an unknown kind", `{"hologram":{"id":1}}`, fmt.Sprintf(`[{"update_id":%d,"hologram":{"id":1}}]`, next)},
		{"with its own id", `{"update_id":900000000,"x":1}`, `[{"update_id":900000000,"x":1}]`},
		{"empty", `{}`, `[{"update_id":900000001 }]`},
		{"no object", `"hello"`, `["hello"]`},
		{"not even JSON", `{"message":`, `[{"message":]`},
		{"an id that is none", `{"update_id":"soon"}`, `[{"update_id":"soon"}]`},
	} {
		w.bot.Deliver(json.RawMessage(row.given))
		_, _, body, err := w.raw(soon(t), "getUpdates", params{"offset": "-1"})
		require.NoError(t, err)
		require.Equal(t, `{"ok":true,"result":`+row.want+`}`, body, row.name)
	}
	w.updates(params{"offset": "900000005"})
	require.Zero(t, w.bot.Pending(), "they are confirmed like any other")
}

func TestUpdatesComeTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := w.updates(params{"offset": "-1"})[0].ID
	w.bot.Repeat(2)
	w.say(3)
	first := w.updates(params{"offset": id(start + 1)})
	require.Len(t, first, 3)
	again := w.updates(params{"offset": id(start + 4)})
	require.Equal(t, first[:2], again, "they were confirmed, and come once more")
	require.Empty(t, w.updates(params{"offset": id(start + 3)}))
	require.Zero(t, w.bot.Pending())
}

func TestUpdatesComeTwiceAlsoOneByOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := w.updates(params{"offset": "-1"})[0].ID
	w.bot.Repeat(2)
	w.say(2)
	require.Len(t, w.updates(params{"offset": id(start + 1)}), 2)
	for n := range int64(2) {
		got := w.updates(params{"offset": id(start + 3), "limit": "1"})
		require.Len(t, got, 1)
		require.Equal(t, start+1+n, got[0].ID)
	}
}

func TestUpdatesChangePlacesAndNoneIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.bot.Shuffle(6)
	said := w.say(6)
	w.anna.Say("after them")
	ids, texts := w.drain()
	require.Equal(t, "/start", texts[0])
	require.Equal(t, "after them", texts[len(texts)-1])
	seen := map[string]int{}
	for _, text := range texts {
		seen[text]++
	}
	for _, text := range said {
		require.NotZero(t, seen[text], text)
	}
	require.False(t, slices.IsSorted(ids), "%v", ids)
	require.Zero(t, w.bot.Pending())
}

func TestTwoUpdatesAlwaysChangePlaces(t *testing.T) {
	t.Parallel()
	for n := range 8 { // whatever the ids are
		w := newWorld(t)
		w.updates(params{"offset": "-1"})
		w.bot.RestartIDs(int64(1_000_000_000 + n))
		w.bot.Shuffle(2)
		w.say(2)
		got := w.updates(params{"offset": "1"})
		require.Equal(t, "say 1", got[1].Message.Text)
		require.Equal(t, "say 0", got[2].Message.Text)
		require.Equal(t, got[2].ID+1, got[1].ID, "each keeps its id")
	}
}

func TestAnUpdateWaitsForOthersASecondAtMost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.updates(params{"offset": "-1"})[0].ID
	w.bot.Shuffle(10)
	w.anna.Say("alone")
	require.Equal(t, 1+1, w.bot.Pending())
	got := w.updates(params{"offset": id(last + 1), "timeout": "20"})
	require.Len(t, got, 1)
	require.Equal(t, "alone", got[0].Message.Text)
	w.anna.Say("the next is not held")
	require.Len(t, w.updates(params{"offset": id(last + 2)}), 1)
}

func TestIDsGoOnFromALowerNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	high := w.updates(params{"offset": "-1"})[0].ID
	w.bot.RestartIDs(1000)
	w.say(2)
	got := w.updates(params{"offset": id(high + 1)})
	require.Len(t, got, 2, "what is lower was not confirmed by the old offset")
	require.EqualValues(t, 1000, got[0].ID)
	require.EqualValues(t, 1001, got[1].ID)
	require.Len(t, w.updates(params{"offset": id(high + 2)}), 2, "an offset of the old kind is taken for a mistake")
	require.Empty(t, w.updates(params{"offset": "1002"}))
	require.Zero(t, w.bot.Pending())
}

func TestDisorderByHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.updates(params{"offset": "-1"})
	status, body := w.control("POST", "/updates", `{"bot":42,"restart_ids":5,"repeat":1,"deliver":{"a":1},"deliver_text":"{broken"}`)
	require.Equal(t, 204, status, body)
	status, _ = w.control("POST", "/updates", `{"shuffle":2}`)
	require.Equal(t, 204, status)
	w.say(2)
	_, _, body, err := w.raw(soon(t), "getUpdates", nil)
	require.NoError(t, err)
	require.Contains(t, body, `{"update_id":5,"a":1},{broken,`)
	require.Regexp(t, `say 1.*say 0`, body)
}
