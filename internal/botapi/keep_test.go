package botapi_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

func TestOnlyTheLastIsKept(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, botapi.Options{Keep: botapi.Keep{Messages: 3, Calls: 3, Files: 3}})
	first := w.anna.Photo(botapi.File{Data: []byte("first")}, "").Media[0].FileID
	for n := range 20 {
		w.send1(params{"chat_id": "7", "text": fmt.Sprint("text ", n)})
		if n == 10 {
			w.call("sendMessage", params{"chat_id": "7", "text": "menu", "reply_markup": `{"keyboard":[["Report"]]}`})
		}
	}
	shown := w.anna.Chat().Messages
	require.GreaterOrEqual(t, len(shown), 3)
	require.Less(t, len(shown), 6)
	require.Equal(t, "text 19", shown[len(shown)-1].Text)
	require.EqualValues(t, 23, shown[len(shown)-1].ID, "numbers go on")
	require.Equal(t, "message to edit not found", w.call("editMessageText", params{"chat_id": "7", "message_id": "3", "text": "x"}).Description[len("Bad Request: "):])
	require.NotNil(t, w.anna.Chat().Keyboard, "what hangs under the chat stays")

	calls := w.bot.Calls(0)
	require.GreaterOrEqual(t, len(calls), 3)
	require.Less(t, len(calls), 6)
	require.EqualValues(t, 22, calls[len(calls)-1].Seq)
	require.Equal(t, calls[len(calls)-1:], w.bot.Calls(21))
	require.Empty(t, w.bot.Calls(22))

	require.True(t, w.call("getFile", params{"file_id": first}).OK)
	for range 6 {
		w.anna.Photo(botapi.File{Data: []byte("more")}, "")
	}
	require.False(t, w.call("getFile", params{"file_id": first}).OK)
}

func TestEverythingIsKeptUnlessBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 300 {
		w.send1(hello)
	}
	require.Len(t, w.anna.Chat().Messages, 301)
	require.Len(t, w.bot.Calls(0), 300)
}

func TestManyTapsAreAnsweredAsEver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	open := w.anna.TapOld(1, "kept")
	for n := range 1200 {
		tap := w.anna.TapOld(1, "x")
		if n%4 != 0 {
			continue
		}
		require.True(t, w.call("answerCallbackQuery", params{"callback_query_id": tap.ID}).OK)
	}
	require.True(t, w.call("answerCallbackQuery", params{"callback_query_id": open.ID}).OK)
	require.True(t, open.Answered())
}
