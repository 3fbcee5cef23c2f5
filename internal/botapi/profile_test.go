package botapi_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

func TestTheProfileIsToldInThePersonsLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t) // Anna reads Chinese
	boris := w.bot.Phone(botapi.Account{ID: 8, FirstName: "Boris", LanguageCode: "ru"})
	require.True(t, w.call("setMyName", params{"name": "邻里", "language_code": "zh"}).OK)
	require.True(t, w.call("setMyDescription", params{"description": "Your house"}).OK)
	require.True(t, w.call("setMyShortDescription", params{"short_description": "您的楼", "language_code": "zh"}).OK)
	require.Equal(t, botapi.Profile{Name: "邻里", Description: "Your house", ShortDescription: "您的楼"}, w.anna.Chat().Bot)
	require.Equal(t, botapi.Profile{Name: "linli", Description: "Your house"}, boris.Chat().Bot)

	require.JSONEq(t, `{"name":"邻里"}`, string(w.call("getMyName", params{"language_code": "zh"}).Result))
	require.JSONEq(t, `{"name":"linli"}`, string(w.call("getMyName", nil).Result))
	require.True(t, w.call("setMyName", params{"language_code": "zh"}).OK)
	require.Equal(t, "linli", w.anna.Chat().Bot.Name, "an empty text takes the language's own away")

	require.True(t, w.call("setMyName", params{"name": "House"}).OK)
	require.Equal(t, "House", w.bot.Name())
	var me struct {
		Name string `json:"first_name"`
	}
	w.call("getMe", nil).into(t, &me)
	require.Equal(t, "House", me.Name)
}

func TestAPersonsMenuButtonComesBeforeEverybodys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	button := func(p params) string { return string(w.call("getChatMenuButton", p).Result) }
	require.JSONEq(t, `{"type":"default"}`, button(params{"chat_id": "7"}))
	require.True(t, w.call("setChatMenuButton", params{"menu_button": `{"type":"commands"}`}).OK)
	require.JSONEq(t, `{"type":"commands"}`, button(params{"chat_id": "7"}))
	require.True(t, w.call("setChatMenuButton", params{"chat_id": "7", "menu_button": `{"type":"web_app","text":"Roster","web_app":{"url":"https://e.com/r"}}`}).OK)
	require.JSONEq(t, `{"type":"web_app","text":"Roster","web_app":{"url":"https://e.com/r"}}`, button(params{"chat_id": "7"}))
	require.Equal(t, botapi.MenuButton{Kind: "web_app", Text: "Roster", URL: "https://e.com/r"}, w.anna.Chat().Menu)
	require.JSONEq(t, `{"type":"commands"}`, button(nil))
	require.True(t, w.call("setChatMenuButton", params{"chat_id": "7"}).OK)
	require.Equal(t, "commands", w.anna.Chat().Menu.Kind)
}

func TestReactionsOfTheBotAndOfPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	said := w.anna.Say("the lift is out").ID
	react := func(reaction string) answer {
		return w.call("setMessageReaction", params{"chat_id": "7", "message_id": id(said), "reaction": reaction})
	}
	require.NoError(t, w.anna.React(said, "🙏"))
	require.Empty(t, w.told("message_reaction"), "not asked for")
	require.True(t, react(`[{"type":"emoji","emoji":"👀"}]`).OK)
	require.True(t, react(`[{"type":"emoji","emoji":"❤️"}]`).OK, "a heart comes with a variation selector")
	require.Equal(t, []botapi.Reaction{{Emoji: "🙏", From: 7}, {Emoji: "❤", From: 42}}, w.anna.Chat().Last().Reactions)
	require.True(t, react("").OK)

	require.True(t, w.call("getUpdates", params{"allowed_updates": `["message_reaction"]`}).OK)
	require.NoError(t, w.anna.React(said, "👍"))
	got := w.told("message_reaction")
	require.Len(t, got, 1)
	emoji := func(s string) []any { return []any{map[string]any{"type": "emoji", "emoji": s}} }
	requirePart(t, map[string]any{"message_id": float64(said), "user": map[string]any{"id": 7.0}, "old_reaction": emoji("🙏"), "new_reaction": emoji("👍")}, any(got[0]), "update")
	require.NoError(t, w.anna.React(said, ""))
	require.Empty(t, w.anna.Chat().Last().Reactions)
	require.Error(t, w.anna.React(said, "🧯"))
	require.Error(t, w.anna.React(99, "👍"))
}

func TestReactionsInAGroupAreToldToAdministratorsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	group := w.bot.Group(botapi.GroupOptions{Title: "House", Kind: "supergroup", Owner: w.anna})
	group.AddBot(w.anna)
	said := w.send1(params{"chat_id": id(group.ID()), "text": "water is back"})
	require.True(t, w.call("getUpdates", params{"allowed_updates": `["message_reaction"]`}).OK)
	require.NoError(t, group.By(w.anna).React(said, "🎉"))
	require.Empty(t, w.told("message_reaction"))
	group.PromoteBot(w.anna, nil)
	require.NoError(t, group.By(w.anna).React(said, "👍"))
	require.Len(t, w.told("message_reaction"), 1)
}

func TestMediaOfAnAlbumStayAmongTheirLike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	photo := w.anna.Photo(botapi.File{Data: picture(t, 10, 10)}, "").Media[0].FileID
	paper := w.anna.Document(botapi.File{Name: "a.pdf", Data: []byte("paper")}, "").Media[0].FileID
	film := w.anna.Video(botapi.File{Name: "a.mp4", Data: []byte("film")}, "").Media[0].FileID
	moving := w.send("multipart", "sendAnimation", params{"chat_id": "7"}, map[string][]byte{"animation": []byte("gif")})
	require.True(t, moving.OK)
	item := func(kind, file string) string { return `{"type":"` + kind + `","media":"` + file + `"}` }
	album := w.call("sendMediaGroup", params{"chat_id": "7", "media": "[" + item("photo", photo) + "," + item("photo", photo) + "]"})
	require.True(t, album.OK)
	edit := func(media string) string {
		return w.call("editMessageMedia", params{"chat_id": "7", "message_id": id(w.anna.Chat().Last().ID), "media": media}).Description
	}
	require.Equal(t, "Bad Request: can't change media type in the album", edit(item("document", paper)))
	gif := w.anna.Chat().Messages[4].Media[0].FileID
	require.Equal(t, "Bad Request: message content type can't be used in an album", edit(item("animation", gif)))
	require.Empty(t, edit(item("video", film)))
	require.NotEmpty(t, w.anna.Chat().Last().AlbumID)

	require.True(t, w.call("sendVoice", params{"chat_id": "7", "voice": w.anna.Voice(botapi.File{Data: []byte("OggS")}, 3).Media[0].FileID}).OK)
	require.Equal(t, "Bad Request: message media can't be edited", edit(item("photo", photo)))
}

func TestAContactIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent := w.call("sendContact", params{"chat_id": "7", "phone_number": "+10", "first_name": "Plumber", "reply_markup": keyboard("Call|c")})
	var m map[string]json.RawMessage
	sent.into(t, &m)
	require.JSONEq(t, `{"phone_number":"+10","first_name":"Plumber"}`, string(m["contact"]))
	last := w.anna.Chat().Last()
	require.Equal(t, &botapi.Contact{Phone: "+10", FirstName: "Plumber"}, last.Contact)
	require.Len(t, last.Buttons, 1)
}
