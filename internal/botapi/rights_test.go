package botapi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

func TestRightsToSend(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		limit func(g building)
		text  string
		photo string
	}{
		"nobody may write": {
			func(g building) { g.Permit(nil) },
			"Bad Request: not enough rights to send text messages to the chat", "Bad Request: not enough rights to send photos to the chat",
		},
		"words only": {
			func(g building) { g.Permit(botapi.Rights{"can_send_messages"}) }, "", "Bad Request: not enough rights to send photos to the chat",
		},
		"the bot is restricted": {
			func(g building) { g.RestrictBot(g.wang, botapi.Rights{"can_send_photos"}) },
			"Bad Request: not enough rights to send text messages to the chat", "",
		},
		"an administrator may all the same": {
			func(g building) { g.Permit(nil); g.PromoteBot(g.wang, nil) }, "", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newBuilding(t, botapi.GroupOptions{})
			row.limit(g)
			g.refuses("sendMessage", params{"chat_id": building3, "text": "hi"}, row.text)
			photo := map[string][]byte{"photo": picture(t, 9, 9)}
			require.Equal(t, row.photo, g.send("multipart", "sendPhoto", params{"chat_id": building3}, photo).Description)
			album := g.send("multipart", "sendMediaGroup", params{"chat_id": building3, "media": `[{"type":"photo","media":"attach://photo"}]`}, photo)
			require.Equal(t, row.photo, album.Description)
		})
	}
}

func TestOtherBotsAreListedWhereItIsWished(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	other := g.bot.Phone(botapi.Account{ID: 99, FirstName: "Other", IsBot: true})
	g.Join(other)
	g.Promote(g.wang, other, nil)
	g.PromoteBot(g.wang, nil)
	for p, want := range map[string]int{"false": 2, "true": 3} {
		var list []any
		g.call("getChatAdministrators", params{"chat_id": building3, "return_bots": p}).into(t, &list)
		require.Len(t, list, want, "return_bots=%s", p)
	}
}

func TestRightsOfMembersToSend(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	g.Restrict(g.wang, g.anna, botapi.Rights{"can_send_messages"})
	require.NotZero(t, g.Say(g.anna, "words").ID)
	require.Zero(t, g.By(g.anna).Photo(botapi.File{Data: picture(t, 9, 9)}, "").ID)
	require.Zero(t, g.By(g.anna).Dice("🎲", 1).ID)
	require.NotZero(t, g.By(g.anna).Location(1, 2).ID)
	g.Demote(g.wang, g.anna)
	require.NotZero(t, g.By(g.anna).Photo(botapi.File{Data: picture(t, 9, 9)}, "").ID)
}

func TestWhatTheBotMayDeleteInAGroup(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		group      botapi.GroupOptions
		admin, old bool
		own, other string
	}{
		"basic group":                {botapi.GroupOptions{ID: -30}, false, false, "", "Bad Request: message can't be deleted for everyone"},
		"basic group after two days": {botapi.GroupOptions{ID: -30}, true, true, "Bad Request: message can't be deleted for everyone", "Bad Request: message can't be deleted for everyone"},
		"administrator there":        {botapi.GroupOptions{ID: -30}, true, false, "", ""},
		"supergroup":                 {botapi.GroupOptions{}, false, false, "", "Bad Request: message can't be deleted"},
		"supergroup after two days":  {botapi.GroupOptions{}, false, true, "Bad Request: message can't be deleted", "Bad Request: message can't be deleted"},
		"administrator at any time":  {botapi.GroupOptions{}, true, true, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newBuilding(t, row.group)
			if row.admin {
				g.PromoteBot(g.wang, botapi.Rights{"can_delete_messages"})
			}
			chat := id(g.ID())
			own, other := g.send1(params{"chat_id": chat, "text": "hi"}), g.Say(g.anna, "hi").ID
			if row.old {
				g.clock.Advance(49 * time.Hour)
			}
			g.refuses("deleteMessage", params{"chat_id": chat, "message_id": id(own)}, row.own)
			g.refuses("deleteMessage", params{"chat_id": chat, "message_id": id(other)}, row.other)
		})
	}
}

func TestKeyboardsInGroups(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	for markup, want := range map[string]string{
		`{"keyboard":[[{"text":"a","request_contact":true}]]}`:                             "Bad Request: phone number can be requested in private chats only",
		`{"keyboard":[[{"text":"a","request_location":true}]]}`:                            "Bad Request: location can be requested in private chats only",
		`{"keyboard":[[{"text":"a","request_poll":{}}]]}`:                                  "Bad Request: poll can be requested in private chats only",
		`{"keyboard":[[{"text":"a","request_users":{"request_id":1}}]]}`:                   "Bad Request: users can be requested in private chats only",
		`{"keyboard":[[{"text":"a","request_chat":{"request_id":1}}]]}`:                    "Bad Request: chats can be requested in private chats only",
		`{"keyboard":[[{"text":"a","web_app":{"url":"https://e.com"}}]]}`:                  "Bad Request: web App buttons can be used in private chats only",
		`{"inline_keyboard":[[{"text":"a","web_app":{"url":"https://e.com"}}]]}`:           "Bad Request: BUTTON_TYPE_INVALID",
		`{"keyboard":[["a"]],"selective":true}`:                                            "",
		`{"inline_keyboard":[[{"text":"start","url":"https://t.me/linli_bot?start=g3"}]]}`: "",
	} {
		g.refuses("sendMessage", params{"chat_id": building3, "text": "hi", "reply_markup": markup}, want)
	}
	said := g.Say(g.anna, "me")
	shows := func(p params, anna, wang bool) {
		t.Helper()
		p["chat_id"] = building3
		g.send1(p)
		require.Equal(t, anna, g.By(g.anna).Chat().Keyboard != nil, "Anna, %v", p)
		require.Equal(t, wang, g.By(g.wang).Chat().Keyboard != nil, "Wang, %v", p)
	}
	shows(params{"text": "all", "reply_markup": `{"keyboard":[["a"]]}`}, true, true)
	shows(params{"text": "one", "reply_to_message_id": id(said.ID), "reply_markup": `{"keyboard":[["a"]],"selective":true}`}, true, false)
	shows(params{"text": "@wang, you", "reply_markup": `{"keyboard":[["a"]],"selective":true}`}, false, true)
	_, err := g.By(g.anna).Press("a")
	require.ErrorContains(t, err, "no keyboard")
}

func TestCommandMenusInGroups(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	set := func(name, scope string) {
		t.Helper()
		require.True(t, g.call("setMyCommands", params{"commands": `[{"command":"` + name + `","description":"x"}]`, "scope": scope}).OK)
	}
	shows := func(anna, wang string) {
		t.Helper()
		require.Equal(t, anna, g.By(g.anna).Chat().Commands[0].Name)
		require.Equal(t, wang, g.By(g.wang).Chat().Commands[0].Name)
	}
	set("private", `{"type":"all_private_chats"}`)
	require.Empty(t, g.By(g.anna).Chat().Commands)
	set("default", `{"type":"default"}`)
	shows("default", "default")
	set("groups", `{"type":"all_group_chats"}`)
	shows("groups", "groups")
	set("admins", `{"type":"all_chat_administrators"}`)
	shows("groups", "admins")
	set("here", `{"type":"chat","chat_id":`+building3+`}`)
	shows("here", "here")
	set("ours", `{"type":"chat_administrators","chat_id":`+building3+`}`)
	shows("here", "ours")
	set("hers", `{"type":"chat_member","chat_id":`+building3+`,"user_id":7}`)
	shows("hers", "ours")
	require.Equal(t, "private", g.anna.Chat().Commands[0].Name)
}
