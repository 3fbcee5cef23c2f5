package botapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

func TestWhatTheBotHearsInPrivacyMode(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		say  func(g building) botapi.Message
		want bool
	}{
		"talk":                    {func(g building) botapi.Message { return g.Say(g.anna, "lamp is out") }, false},
		"a plain mention":         {func(g building) botapi.Message { return g.Say(g.anna, "@linli_bot hello") }, false},
		"a command for it":        {func(g building) botapi.Message { return g.Say(g.anna, "/report@linli_bot lamp") }, true},
		"its name in capitals":    {func(g building) botapi.Message { return g.Say(g.anna, "/report@LinLi_Bot") }, true},
		"a command for another":   {func(g building) botapi.Message { return g.Say(g.anna, "/report@other_bot") }, false},
		"a bare command":          {func(g building) botapi.Message { return g.Say(g.anna, "/report") }, true},
		"a command within a text": {func(g building) botapi.Message { return g.Say(g.anna, "try /report@linli_bot") }, false},
		"an answer to it": {func(g building) botapi.Message {
			return g.By(g.anna).Replying(g.send1(params{"chat_id": building3, "text": "who?"})).Say("me")
		}, true},
		"an answer to somebody else": {func(g building) botapi.Message {
			return g.By(g.anna).Replying(g.Say(g.wang, "who?").ID).Say("me")
		}, false},
		"a key of its keyboard": {func(g building) botapi.Message {
			g.send1(params{"chat_id": building3, "text": "menu", "reply_markup": `{"keyboard":[["Report"]]}`})
			said, err := g.By(g.anna).Press("Report")
			require.NoError(g, err)
			return said
		}, true},
		"an anonymous administrator's talk": {func(g building) botapi.Message { return g.SayAnonymously(g.wang, "notice") }, false},
		"a picture": {func(g building) botapi.Message {
			return g.By(g.anna).Photo(botapi.File{Data: picture(g.T, 9, 9)}, "")
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newBuilding(t, botapi.GroupOptions{})
			require.NotZero(t, row.say(g).ID, "it is said in any case")
			require.Equal(t, row.want, g.bot.Pending() == 1)
		})
	}
}

func TestABareCommandIsForTheBotThatWroteLast(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	other := g.bot.Phone(botapi.Account{ID: 99, FirstName: "Other", Username: "other_bot", IsBot: true})
	g.Join(other)
	g.news()
	g.Say(other, "beep")
	g.Say(g.anna, "/report")
	g.hears()
	g.send1(params{"chat_id": building3, "text": "boop"})
	g.Say(g.anna, "/report")
	g.hears(`{"message":{"text":"/report","entities":[{"type":"bot_command"}]}}`)
}

func TestPrivacyIsFeltWhenTheBotIsAddedAgain(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	other := g.bot.Phone(botapi.Account{ID: 99, FirstName: "Other", IsBot: true})
	g.bot.SetPrivacy(false)
	g.Say(g.anna, "unheard")
	require.Zero(t, g.bot.Pending())
	g.RemoveBot(g.wang)
	g.AddBot(g.wang)
	g.Join(other)
	g.news()
	g.Say(g.anna, "heard")
	g.Say(other, "never heard, being a bot's")
	g.hears(`{"message":{"text":"heard","from":{"id":7,"is_bot":false}}}`)
	var me struct {
		ReadAll bool `json:"can_read_all_group_messages"`
	}
	g.call("getMe", nil).into(t, &me)
	require.True(t, me.ReadAll)

	g.bot.SetPrivacy(true)
	g.RemoveBot(g.wang)
	g.AddBot(g.wang)
	g.PromoteBot(g.wang, nil)
	g.news()
	g.Say(g.anna, "an administrator hears all")
	require.Equal(t, 1, g.bot.Pending())
}

func TestSendersWhoAreNoPersons(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	g.PromoteBot(g.wang, nil)
	g.news()
	news := g.bot.Group(botapi.GroupOptions{ID: -1003000000009, Kind: "channel", Title: "News"})

	require.Equal(t, "Building 3", g.SayAnonymously(g.wang, "notice").From)
	require.Zero(t, g.SayAnonymously(g.anna, "me too").ID, "only administrators can")
	require.Equal(t, "News", g.SayAs(g.anna, news, "we are a channel").From)
	g.hears(
		`{"message":{"from":{"id":1087968824,"is_bot":true,"first_name":"Group","username":"GroupAnonymousBot"},
			"sender_chat":{"id":-1003000000003,"type":"supergroup"},"text":"notice"}}`,
		`{"message":{"from":{"id":136817688,"is_bot":true,"username":"Channel_Bot"},"sender_chat":{"id":-1003000000009,"type":"channel"}}}`)

	m := g.send1(params{"chat_id": building3, "text": "q", "reply_markup": keyboard("A|a")})
	_, err := g.By(g.wang).Anonymously().Tap(m, "a")
	require.NoError(t, err)
	g.hears(`{"callback_query":{"from":{"id":20},"data":"a","message":{"message_id":` + id(m) + `,"chat":{"id":-1003000000003}}}}`)

	_, passed := news.PostTo(g.Group, "to all")
	require.NotZero(t, passed.ID)
	g.hears(`{"message":{"from":{"id":777000},"sender_chat":{"id":-1003000000009},"is_automatic_forward":true,"chat":{"id":-1003000000003},
		"forward_origin":{"type":"channel","chat":{"id":-1003000000009},"message_id":1},"forward_from_chat":{"id":-1003000000009}}}`)
}

func TestAChannelsPosts(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{Kind: "channel"})
	post := g.Post("news")
	g.hears(`{"channel_post":{"chat":{"id":-1003000000003,"type":"channel"},"sender_chat":{"id":-1003000000003},"from":null,"text":"news"},"message":null}`)
	require.Equal(t, "Building 3", post.From)
	_, err := g.EditPost(post.ID, "newer")
	require.NoError(t, err)
	g.hears(`{"edited_channel_post":{"message_id":1,"text":"newer","from":null}}`)
	sent := g.call("sendMessage", params{"chat_id": building3, "text": "from a bot"})
	var m map[string]any
	sent.into(t, &m)
	require.NotContains(t, m, "from")
	require.Contains(t, m, "sender_chat")
	require.Zero(t, g.Say(g.anna, "may I?").ID)
	g.PromoteBot(g.wang, botapi.Rights{"can_manage_chat"})
	g.refuses("sendMessage", params{"chat_id": building3, "text": "hi"}, "Bad Request: need administrator rights in the channel chat")
}

func TestWhereForwardedMessagesComeFrom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.news()
	boris := w.bot.Phone(botapi.Account{ID: 21, FirstName: "Boris"})
	channel := w.bot.Group(botapi.GroupOptions{ID: -1003000000009, Kind: "channel", Title: "News"})
	group := w.bot.Group(botapi.GroupOptions{ID: -1003000000003, Title: "Building 3"})
	for name, want := range map[string]string{
		"Boris":      `"forward_origin":{"type":"user","sender_user":{"id":21,"first_name":"Boris"},"date":1795424400},"forward_from":{"id":21},"forward_date":1795424400`,
		"Somebody":   `"forward_origin":{"type":"hidden_user","sender_user_name":"Somebody"},"forward_sender_name":"Somebody","forward_from":null`,
		"Building 3": `"forward_origin":{"type":"chat","sender_chat":{"id":-1003000000003},"author_signature":"head"},"forward_from_chat":{"id":-1003000000003},"forward_signature":"head"`,
		"News":       `"forward_origin":{"type":"channel","chat":{"id":-1003000000009},"message_id":5},"forward_from_message_id":5`,
	} {
		origin := map[string]botapi.Origin{
			"Boris": {Person: boris}, "Somebody": {Name: "Somebody"}, "Building 3": {Chat: group, Signature: "head"}, "News": {Chat: channel, MessageID: 5},
		}[name]
		said := w.anna.ForwardFrom(origin).Say("heard?")
		require.Equal(t, name, said.Forwarded)
		w.hears(`{"message":{"from":{"id":7},` + want + `}}`)
	}
	w.anna.Say("mine again")
	w.hears(`{"message":{"forward_origin":null,"forward_date":null}}`)
	w.anna.Forward("Somebody").Photo(botapi.File{Data: picture(t, 9, 9)}, "look")
	w.hears(`{"message":{"forward_origin":{"type":"hidden_user"},"caption":"look"}}`)
}
