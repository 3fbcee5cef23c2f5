package botapi_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

func (w *world) shape(a answer) map[string]any {
	w.Helper()
	var m map[string]any
	a.into(w.T, &m)
	return m
}

func TestAForwardedMessageTellsItsOrigin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	boris := w.bot.Phone(botapi.Account{ID: 8, FirstName: "Boris"})
	boris.Start("")
	said := w.anna.Say("the lift is out").ID
	pass := params{"chat_id": "8", "from_chat_id": "7", "message_id": id(said), "reply_markup": keyboard("A|a")}
	got := w.shape(w.call("forwardMessage", pass))
	requirePart(t, map[string]any{
		"text": "the lift is out", "reply_markup": nil,
		"forward_origin": map[string]any{"type": "user", "sender_user": map[string]any{"id": 7.0}, "date": float64(monday.Unix())},
	}, any(got), "message")
	shown := boris.Chat().Last()
	require.Equal(t, "Anna Li", shown.Forwarded)
	require.Equal(t, "Bad Request: message can't be edited",
		w.call("editMessageText", params{"chat_id": "8", "message_id": id(shown.ID), "text": "x"}).Description)

	again := w.shape(w.call("forwardMessage", params{"chat_id": "7", "from_chat_id": "8", "message_id": id(shown.ID)}))
	requirePart(t, got["forward_origin"], again["forward_origin"], "the first author stays")

	own := w.send1(params{"chat_id": "7", "text": "mine"})
	got = w.shape(w.call("forwardMessage", params{"chat_id": "8", "from_chat_id": "7", "message_id": id(own)}))
	requirePart(t, map[string]any{"type": "user", "sender_user": map[string]any{"id": 42.0, "is_bot": true}}, got["forward_origin"], "origin")

	hidden := w.anna.ForwardText("news", "Somebody").ID
	got = w.shape(w.call("forwardMessage", params{"chat_id": "8", "from_chat_id": "7", "message_id": id(hidden)}))
	requirePart(t, map[string]any{"type": "hidden_user", "sender_user_name": "Somebody"}, got["forward_origin"], "origin")
}

func TestForwardsOutOfGroupsAndChannels(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := w.bot.Group(botapi.GroupOptions{Title: "House", Kind: "supergroup", Owner: w.anna})
	group.AddBot(w.anna)
	said := group.SayAnonymously(w.anna, "/water is back").ID
	from := func(g *botapi.Group, message int64) any {
		return w.shape(w.call("forwardMessage", params{"chat_id": "7", "from_chat_id": id(g.ID()), "message_id": id(message)}))["forward_origin"]
	}
	requirePart(t, map[string]any{"type": "chat", "sender_chat": map[string]any{"title": "House"}}, from(group, said), "origin")
}

func TestACopyIsTheBotsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	photo := w.anna.Photo(botapi.File{Data: picture(t, 30, 20)}, "leak").ID
	pass := func(extra params) answer {
		p := params{"chat_id": "7", "from_chat_id": "7", "message_id": id(photo)}
		for name, value := range extra {
			p[name] = value
		}
		return w.call("copyMessage", p)
	}
	copied := pass(params{"reply_markup": keyboard("A|a")})
	require.JSONEq(t, `{"message_id":3}`, string(copied.Result))
	last := w.anna.Chat().Last()
	require.True(t, last.FromBot)
	require.Empty(t, last.Forwarded)
	require.Equal(t, "leak", last.Text)
	require.Len(t, last.Buttons, 1)
	require.True(t, w.call("editMessageCaption", params{"chat_id": "7", "message_id": "3", "caption": "edited"}).OK)

	require.True(t, pass(params{"caption": "<b>new</b>", "parse_mode": "HTML"}).OK)
	require.Equal(t, "<b>new</b>", w.anna.Chat().Last().HTML)
	require.True(t, pass(params{"caption": ""}).OK)
	require.Empty(t, w.anna.Chat().Last().Text, "an empty caption takes the old one away")
}

func TestProtectedMessagesAreCopiedButNotForwarded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret := id(w.send1(params{"chat_id": "7", "text": "door code", "protect_content": "true"}))
	p := params{"chat_id": "7", "from_chat_id": "7", "message_id": secret}
	require.Equal(t, "Bad Request: the message can't be forwarded", w.call("forwardMessage", p).Description)
	require.True(t, w.call("copyMessage", p).OK)
	require.Equal(t, "Bad Request: messages can't be forwarded",
		w.call("forwardMessages", params{"chat_id": "7", "from_chat_id": "7", "message_ids": "[" + secret + "]"}).Description)
}

func TestSeveralArePassedOnTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	boris := w.bot.Phone(botapi.Account{ID: 8, FirstName: "Boris"})
	boris.Start("")
	file := botapi.File{Data: picture(t, 10, 10)}
	album := w.anna.Album("both", file, file)
	ids, err := json.Marshal([]int64{album[0].ID, album[1].ID, 99})
	require.NoError(t, err)
	p := params{"chat_id": "8", "from_chat_id": "7", "message_ids": string(ids)}
	require.JSONEq(t, `[{"message_id":2},{"message_id":3}]`, string(w.call("forwardMessages", p).Result), "what is not there is skipped")
	p["remove_caption"] = "true"
	require.True(t, w.call("copyMessages", p).OK)
	shown := boris.Chat().Messages[1:]
	require.Len(t, shown, 4)
	require.NotEmpty(t, shown[0].AlbumID)
	require.Equal(t, shown[0].AlbumID, shown[1].AlbumID)
	require.NotEqual(t, shown[0].AlbumID, shown[2].AlbumID)
	require.Equal(t, "both", shown[0].Text)
	require.Equal(t, "Anna Li", shown[0].Forwarded)
	require.Empty(t, shown[2].Text)
	require.Empty(t, shown[2].Forwarded)
}

func TestAForwardedPollTakesItsVotesAlong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	poll := w.poll(nil)
	require.NoError(t, w.anna.Vote(poll, 1))
	require.True(t, w.call("forwardMessage", params{"chat_id": "7", "from_chat_id": "7", "message_id": id(poll)}).OK)
	passed := w.anna.Chat().Last()
	require.Equal(t, 1, passed.Poll.Voters)
	require.NoError(t, w.anna.Vote(passed.ID, 0))
	require.Equal(t, 1, w.anna.Chat().Messages[1].Poll.Options[0].Votes)
	require.Equal(t, "Bad Request: poll can't be stopped", w.call("stopPoll", params{"chat_id": "7", "message_id": id(passed.ID)}).Description)
}

func TestAPinIsShownAndComesBackToTheBot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.send1(params{"chat_id": "7", "text": "rules"}), w.send1(params{"chat_id": "7", "text": "hours"})
	pin := func(method string, message int64) string {
		return w.call(method, params{"chat_id": "7", "message_id": id(message)}).Description
	}
	require.Empty(t, pin("pinChatMessage", first))
	require.Equal(t, "Bad Request: CHAT_NOT_MODIFIED", pin("pinChatMessage", first))
	require.Empty(t, pin("pinChatMessage", second))
	notice := w.anna.Chat().Last()
	require.Equal(t, "pinned", notice.Service)
	require.Equal(t, []string{"hours"}, notice.About)
	require.Equal(t, "Bad Request: service messages can't be pinned", pin("pinChatMessage", notice.ID))
	told := w.told("message")
	requirePart(t, map[string]any{
		"from": map[string]any{"id": 42.0}, "pinned_message": map[string]any{"message_id": float64(second), "text": "hours"},
	}, any(told[len(told)-1]), "update")
	require.True(t, w.anna.Chat().Messages[1].Pinned)
	requirePart(t, map[string]any{"message_id": float64(second)}, w.shape(w.call("getChat", params{"chat_id": "7"}))["pinned_message"], "pinned")

	require.Empty(t, w.call("unpinChatMessage", params{"chat_id": "7"}).Description, "the newest goes first")
	require.True(t, w.anna.Chat().Messages[1].Pinned)
	require.False(t, w.anna.Chat().Messages[2].Pinned)
	require.Empty(t, pin("unpinChatMessage", first))
	require.Equal(t, "Bad Request: message to unpin not found", w.call("unpinChatMessage", params{"chat_id": "7"}).Description)
	require.Empty(t, pin("pinChatMessage", first))
	require.Empty(t, w.call("unpinAllChatMessages", params{"chat_id": "7"}).Description)
	require.False(t, w.anna.Chat().Messages[1].Pinned)
}

func TestPinsInAGroupNeedTheRight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := w.bot.Group(botapi.GroupOptions{Title: "House", Kind: "supergroup", Owner: w.anna})
	group.AddBot(w.anna)
	group.Permit(botapi.Rights{"can_send_messages"})
	said := w.send1(params{"chat_id": id(group.ID()), "text": "rules"})
	p := params{"chat_id": id(group.ID()), "message_id": id(said)}
	const refused = "Bad Request: not enough rights to manage pinned messages in the chat"
	for _, method := range []string{"pinChatMessage", "unpinChatMessage", "unpinAllChatMessages"} {
		require.Equal(t, refused, w.call(method, p).Description, method)
	}
	basic := w.bot.Group(botapi.GroupOptions{Title: "Stair", Kind: "group", Owner: w.anna})
	basic.AddBot(w.anna)
	basic.Permit(botapi.Rights{"can_send_messages", "can_pin_messages"})
	inBasic := params{"chat_id": id(basic.ID()), "message_id": id(w.send1(params{"chat_id": id(basic.ID()), "text": "rules"}))}
	require.Equal(t, refused, w.call("pinChatMessage", inBasic).Description, "where everybody may, a bot must be an administrator all the same")

	group.PromoteBot(w.anna, botapi.Rights{"can_pin_messages"})
	require.True(t, w.call("pinChatMessage", p).OK)
	require.Equal(t, "pinned", group.View().Last().Service)
}
