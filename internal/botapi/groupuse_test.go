package botapi_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

func TestPinningInAGroup(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	first, second := g.send1(params{"chat_id": building3, "text": "one"}), g.send1(params{"chat_id": building3, "text": "two"})
	pin := params{"chat_id": building3, "message_id": id(first)}
	g.refuses("pinChatMessage", pin, "Bad Request: not enough rights to manage pinned messages in the chat")
	require.ErrorContains(t, g.By(g.anna).Pin(second), "may not pin")
	g.hears()
	require.NoError(t, g.By(g.wang).Pin(second))
	g.PromoteBot(g.wang, botapi.Rights{"can_pin_messages"})
	g.refuses("pinChatMessage", pin, "")
	g.hears(
		`{"message":{"from":{"id":20},"pinned_message":{"message_id":`+id(second)+`,"text":"two"}}}`,
		`{"my_chat_member":{}}`,
		`{"message":{"from":{"id":42},"pinned_message":{"message_id":`+id(first)+`}}}`)
	require.ErrorContains(t, g.By(g.wang).Pin(99), "no message 99")
}

func TestWhatABotPassesOnFromAGroup(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	news := g.bot.Group(botapi.GroupOptions{ID: -1003000000009, Kind: "channel", Title: "News"})
	news.AddBot(g.wang)
	for name, row := range map[string]struct {
		from   int64
		said   botapi.Message
		origin string
	}{
		"a member's":        {g.ID(), g.Say(g.anna, "lamp"), `{"type":"user","sender_user":{"id":7}}`},
		"an anonymous one":  {g.ID(), g.SayAnonymously(g.wang, "notice"), `{"type":"chat","sender_chat":{"id":-1003000000003}}`},
		"a channel's":       {g.ID(), g.SayAs(g.anna, news, "hello"), `{"type":"chat","sender_chat":{"id":-1003000000009}}`},
		"a post":            {news.ID(), news.Post("news"), `{"type":"channel","chat":{"id":-1003000000009},"message_id":1}`},
		"one passed on yet": {g.ID(), g.By(g.anna).Forward("Somebody").Say("heard?"), `{"type":"hidden_user","sender_user_name":"Somebody"}`},
	} {
		got := g.call("forwardMessage", params{"chat_id": "7", "from_chat_id": id(row.from), "message_id": id(row.said.ID)})
		var m struct {
			Origin any `json:"forward_origin"`
		}
		got.into(t, &m)
		var part any
		require.NoError(t, json.Unmarshal([]byte(row.origin), &part))
		requirePart(t, part, m.Origin, name)
	}
}

func TestPollsAndReactionsInAGroup(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	poll := g.poll(params{"chat_id": building3, "is_anonymous": "false"})
	require.NoError(t, g.By(g.anna).Vote(poll, 0))
	require.NoError(t, g.By(g.wang).Vote(poll, 1))
	require.Len(t, g.told("poll_answer"), 2)
	g.Permit(botapi.Rights{"can_send_messages"})
	g.refuses("sendPoll", params{"chat_id": building3, "question": "Lunch?", "options": `["Soup","Rice"]`},
		"Bad Request: not enough rights to send polls to the chat")
	require.Zero(t, g.By(g.anna).Ask("Lunch?", "Soup", "Rice").ID)

	g.call("getUpdates", params{"allowed_updates": `["message_reaction"]`, "offset": "-1"})
	require.NoError(t, g.By(g.anna).React(poll, "👍"))
	require.Empty(t, g.told("message_reaction"), "only an administrator hears of them")
	g.PromoteBot(g.wang, nil)
	require.NoError(t, g.By(g.wang).React(poll, "👍"))
	require.Len(t, g.told("message_reaction"), 1)
}
