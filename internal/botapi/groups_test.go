package botapi_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// building is a supergroup with Anna, its owner Wang and the bot in it, and
// nothing of its beginning left to hear.
type building struct {
	*world
	*botapi.Group
	wang *botapi.Phone
}

func newBuilding(t *testing.T, o botapi.GroupOptions) building {
	t.Helper()
	w := newWorld(t)
	wang := w.bot.Phone(botapi.Account{ID: 20, FirstName: "Wang", Username: "wang"})
	if o.ID == 0 {
		o.ID = -1003000000003
	}
	o.Title, o.Owner, o.Members = "Building 3", wang, []*botapi.Phone{w.anna}
	g := building{world: w, Group: w.bot.Group(o), wang: wang}
	g.AddBot(wang)
	w.news()
	return g
}

// news are the updates since it was last asked for.
func (w *world) news() []any {
	w.Helper()
	if w.bot.Pending() == 0 {
		return nil
	}
	var list []any
	w.asked++ // the same offset twice would be braked
	w.call("getUpdates", params{"offset": id(-1000 - w.asked)}).into(w.T, &list)
	w.call("deleteWebhook", params{"drop_pending_updates": "true"})
	return list
}

// hears wants exactly these updates to have come, each with at least the
// fields that are named; null is a field that is not there.
func (w *world) hears(want ...string) {
	w.Helper()
	got := w.news()
	require.Len(w, got, len(want), "%v", got)
	for i, row := range want {
		var part any
		require.NoError(w, json.Unmarshal([]byte(row), &part), row)
		requirePart(w.T, part, got[i], "update")
	}
}

func (w *world) refuses(method string, p params, want string) answer {
	w.Helper()
	got := w.call(method, p)
	require.Equal(w, want, got.Description)
	return got
}

const building3 = "-1003000000003"

func TestTheBotComesIntoAGroupAndIsThrownOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.news()
	g := w.bot.Group(botapi.GroupOptions{ID: -30, Title: "Building 3", Members: []*botapi.Phone{w.anna}})
	require.Same(t, g, w.bot.Group(botapi.GroupOptions{ID: -30}))
	require.Equal(t, []*botapi.Group{g}, w.bot.Groups())
	require.Equal(t, []*botapi.Phone{w.anna}, w.bot.Phones(), "a group is no phone")
	w.refuses("sendMessage", params{"chat_id": "-30", "text": "hi"}, "Bad Request: chat not found")
	require.Zero(t, w.bot.Pending(), "what the bot is not in it does not hear of")

	g.AddBot(w.anna)
	w.hears(
		`{"my_chat_member":{"chat":{"id":-30,"title":"Building 3","type":"group"},"from":{"id":7},
			"old_chat_member":{"status":"left","user":{"id":42,"is_bot":true}},"new_chat_member":{"status":"member"}}}`,
		`{"message":{"message_id":1,"from":{"id":7},"new_chat_members":[{"id":42}],"new_chat_member":{"id":42},"text":null}}`)
	require.EqualValues(t, 2, w.send1(params{"chat_id": "-30", "text": "hi"}))

	g.RemoveBot(w.anna)
	w.hears(
		`{"my_chat_member":{"old_chat_member":{"status":"member"},"new_chat_member":{"status":"left"}}}`,
		`{"message":{"message_id":3,"from":{"id":7},"left_chat_member":{"id":42}}}`)
	g.Say(w.anna, "alone at last")
	require.Zero(t, w.bot.Pending())
	w.refuses("sendMessage", params{"chat_id": "-30", "text": "hi"}, "Forbidden: bot was kicked from the group chat")
	require.True(t, w.call("getChat", params{"chat_id": "-30"}).OK, "a basic group can be read still")

	g.AddBot(w.anna)
	require.True(t, w.call("sendMessage", params{"chat_id": "-30", "text": "back"}).OK)
}

func TestASupergroupBansWhomItThrowsOut(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	g.RemoveBot(g.wang)
	require.False(t, g.By(g.anna).TapOld(1, "a").Answered())
	g.hears(
		`{"my_chat_member":{"chat":{"type":"supergroup"},"new_chat_member":{"status":"kicked","until_date":0}}}`,
		`{"message":{"left_chat_member":{"id":42}}}`)
	for _, method := range []string{"sendMessage", "getChat", "leaveChat", "getChatMemberCount", "sendChatAction"} {
		g.refuses(method, params{"chat_id": building3, "text": "hi", "action": "typing"}, "Forbidden: bot was kicked from the supergroup chat")
	}
	require.Equal(t, 403, g.call("getChat", params{"chat_id": building3}).Code)
}

func TestTheBotLeaves(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		group       botapi.GroupOptions
		send, count string
	}{
		"basic group":       {botapi.GroupOptions{ID: -30}, "Forbidden: bot is not a member of the group chat", "Forbidden: bot is not a member of the group chat"},
		"supergroup":        {botapi.GroupOptions{ID: -1003000000003}, "Forbidden: bot is not a member of the supergroup chat", "Forbidden: bot is not a member of the supergroup chat"},
		"public supergroup": {botapi.GroupOptions{ID: -1003000000003, Username: "building3"}, "Forbidden: bot is not a member of the supergroup chat", ""},
		"channel":           {botapi.GroupOptions{ID: -1003000000003, Kind: "channel"}, "Forbidden: bot is not a member of the channel chat", "Forbidden: bot is not a member of the channel chat"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newBuilding(t, row.group)
			chat := id(g.ID())
			require.True(t, g.call("leaveChat", params{"chat_id": chat}).OK)
			want := []string{`{"my_chat_member":{"from":{"id":42},"new_chat_member":{"status":"left"}}}`}
			if row.group.Kind != "channel" {
				want = append(want, `{"message":{"from":{"id":42},"left_chat_member":{"id":42}}}`)
			}
			g.hears(want...)
			g.refuses("sendMessage", params{"chat_id": chat, "text": "hi"}, row.send)
			g.refuses("getChatMemberCount", params{"chat_id": chat}, row.count)
		})
	}
}

func TestAGroupIsDeleted(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{ID: -30})
	g.Delete()
	g.refuses("sendMessage", params{"chat_id": "-30", "text": "hi"}, "Forbidden: the group chat was deleted")
	g.refuses("getChatAdministrators", params{"chat_id": "-30"}, "Forbidden: the group chat was deleted")
	require.Zero(t, g.Say(g.anna, "anybody?").ID)

	super := newBuilding(t, botapi.GroupOptions{})
	super.Delete()
	super.refuses("sendMessage", params{"chat_id": building3, "text": "hi"}, "Forbidden: bot was kicked from the supergroup chat")
}

func TestMembersComeAndGo(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	boris := g.bot.Phone(botapi.Account{ID: 21, FirstName: "Boris", LastName: "Li"})
	require.Zero(t, g.Say(boris, "let me in").ID, "who is not in it cannot write")
	g.Join(boris)
	g.hears(`{"message":{"from":{"id":21},"new_chat_members":[{"id":21,"first_name":"Boris"}]}}`)
	g.Join(boris)
	g.Leave(boris)
	g.hears(`{"message":{"from":{"id":21},"left_chat_member":{"id":21}}}`)
	g.Add(g.anna, boris)
	g.Remove(g.wang, boris)
	g.hears(`{"message":{"from":{"id":7},"new_chat_member":{"id":21}}}`, `{"message":{"from":{"id":20},"left_chat_member":{"id":21}}}`)
	require.Equal(t, []string{"joined", "joined", "left", "joined", "left"}, services(g.View()))
	require.Equal(t, []string{"Boris Li"}, g.View().Messages[1].About)
	g.refuses("sendMessage", params{"chat_id": "21", "text": "hi"}, "Forbidden: bot can't initiate conversation with a user")

	allowed := params{"allowed_updates": `["message","chat_member","my_chat_member"]`}
	g.call("getUpdates", allowed)
	g.news()
	g.Join(boris)
	require.Len(t, g.news(), 1, "only an administrator is told of changes of others")
	g.PromoteBot(g.wang, botapi.Rights{"can_manage_chat"})
	g.Promote(g.wang, g.anna, botapi.Rights{"can_pin_messages"})
	g.Restrict(g.wang, boris, botapi.Rights{"can_send_messages"})
	g.Remove(g.wang, boris)
	g.hears(
		`{"my_chat_member":{"new_chat_member":{"status":"administrator","can_manage_chat":true,"can_pin_messages":false,"can_post_messages":null}}}`,
		`{"chat_member":{"chat":{"id":-1003000000003},"from":{"id":20},"old_chat_member":{"status":"member"},
			"new_chat_member":{"status":"administrator","user":{"id":7},"can_pin_messages":true,"is_anonymous":false}}}`,
		`{"chat_member":{"new_chat_member":{"status":"restricted","is_member":true,"can_send_messages":true,"can_send_photos":false,"can_send_media_messages":false}}}`,
		`{"chat_member":{"old_chat_member":{"status":"restricted"},"new_chat_member":{"status":"kicked","user":{"id":21}}}}`,
		`{"message":{"left_chat_member":{"id":21}}}`)
}

func services(v botapi.View) []string {
	var kinds []string
	for _, m := range v.Messages {
		if m.Service != "" {
			kinds = append(kinds, m.Service)
		}
	}
	return kinds
}

func TestABasicGroupBecomesASupergroup(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{ID: -30})
	button := g.send1(params{"chat_id": "-30", "text": "q", "reply_markup": keyboard("A|a")})
	to := g.Upgrade(g.wang, -1003000000033)
	require.Same(t, to, g.Upgrade(g.wang, 0))
	g.hears(
		`{"message":{"chat":{"id":-30,"type":"group"},"from":{"id":20},"migrate_to_chat_id":-1003000000033}}`,
		`{"message":{"chat":{"id":-1003000000033,"type":"supergroup","title":"Building 3"},"from":{"id":1087968824},
			"sender_chat":{"id":-1003000000033},"migrate_from_chat_id":-30}}`)
	for method, p := range map[string]params{
		"sendMessage": {"text": "hi"}, "getChatMemberCount": {}, "deleteMessage": {"message_id": id(button)}, "getChatMember": {"user_id": "7"},
	} {
		p["chat_id"] = "-30"
		got := g.refuses(method, p, "Bad Request: group chat was upgraded to a supergroup chat")
		require.Equal(t, 400, got.Code)
		require.JSONEq(t, `{"migrate_to_chat_id":-1003000000033}`, string(got.Parameters))
	}
	require.True(t, g.call("getChat", params{"chat_id": "-30"}).OK)
	require.Zero(t, g.Say(g.anna, "here?").ID)
	require.EqualValues(t, 2, g.send1(params{"chat_id": "-1003000000033", "text": "on we go"}), "message ids begin anew")
	require.NotZero(t, to.Say(g.anna, "here!").ID)
}

func TestAGroupAsItsMembersSeeIt(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	changes, stop := g.bot.Watch()
	defer stop()
	said := g.Say(g.anna, "lamp is out")
	<-changes
	g.send1(params{"chat_id": building3, "text": "thank you", "reply_to_message_id": id(said.ID), "reply_markup": keyboard("Seen|s")})
	<-changes
	v, err := g.bot.GroupView(g.ID())
	require.NoError(t, err)
	require.Equal(t, "supergroup", v.Kind)
	require.Equal(t, "Building 3", v.Title)
	require.Len(t, v.Members, 3)
	require.Equal(t, "Anna Li", v.Messages[1].From)
	require.EqualValues(t, 7, v.Messages[1].FromID)
	require.Equal(t, "linli", v.Last().From)
	require.True(t, v.Last().FromBot)
	require.Equal(t, said.ID, v.Last().ReplyTo)
	require.EqualValues(t, 20, g.By(g.wang).Chat().Account.ID)
	_, err = g.bot.GroupView(7)
	require.ErrorContains(t, err, "no group 7")
	_, err = g.bot.Wait(soon(t), g.ID(), func(v botapi.View) bool { return v.Last().Text == "thank you" })
	require.NoError(t, err)
}

func TestGroupsAreFoundByTheirName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.bot.Group(botapi.GroupOptions{ID: -1003000000003, Kind: "channel", Username: "news3", Title: "News"})
	w.refuses("sendMessage", params{"chat_id": "@anna", "text": "hi"}, "Bad Request: chat not found")
	w.refuses("sendMessage", params{"chat_id": "@News3", "text": "hi"}, "Forbidden: bot is not a member of the channel chat")
	var chat struct {
		ID   int64
		Type string
	}
	w.call("getChat", params{"chat_id": "@news3"}).into(t, &chat)
	require.EqualValues(t, -1003000000003, chat.ID)
	require.Equal(t, "channel", chat.Type)
}

func TestSlowMode(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	g.Slow(30 * time.Second)
	g.send1(params{"chat_id": building3, "text": "one"})
	g.clock.Advance(10 * time.Second)
	got := g.refuses("sendMessage", params{"chat_id": building3, "text": "two"}, "Too Many Requests: retry after 20")
	require.Equal(t, 429, got.status)
	require.JSONEq(t, `{"retry_after":20}`, string(got.Parameters))
	g.clock.Advance(20 * time.Second)
	g.send1(params{"chat_id": building3, "text": "two"})
	g.PromoteBot(g.wang, nil)
	g.send1(params{"chat_id": building3, "text": "three"})
}
