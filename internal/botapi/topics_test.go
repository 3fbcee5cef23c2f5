package botapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

func TestTopicsOfAForum(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{Forum: true})
	lamps := g.NewTopic(g.wang, "Lamps")
	g.hears(`{"message":{"message_id":` + id(lamps) + `,"chat":{"is_forum":true},"forum_topic_created":{"name":"Lamps"},"message_thread_id":null}}`)
	in := func(thread int64) params {
		return params{"chat_id": building3, "text": "hi", "message_thread_id": id(thread)}
	}
	var sent struct {
		ID      int64 `json:"message_id"`
		Thread  int64 `json:"message_thread_id"`
		Topic   bool  `json:"is_topic_message"`
		Replied *struct {
			ID int64 `json:"message_id"`
		} `json:"reply_to_message"`
	}
	g.call("sendMessage", in(lamps)).into(t, &sent)
	require.Equal(t, lamps, sent.Thread)
	require.True(t, sent.Topic)
	require.Equal(t, lamps, sent.Replied.ID, "what is said in a topic answers its beginning")
	g.refuses("sendMessage", in(1), "Bad Request: message thread not found")
	g.refuses("sendMessage", in(77), "Bad Request: message thread not found")
	general := g.send1(params{"chat_id": building3, "text": "to all"})
	require.Zero(t, g.View().Last().Topic)

	g.By(g.anna).InTopic(lamps).Replying(sent.ID).Say("mine is out")
	g.By(g.anna).Replying(sent.ID).Say("mine too")
	g.By(g.anna).Replying(general).Say("well")
	g.hears(
		`{"message":{"message_thread_id":`+id(lamps)+`,"is_topic_message":true,"reply_to_message":{"message_id":`+id(sent.ID)+`}}}`,
		`{"message":{"text":"mine too","message_thread_id":`+id(lamps)+`}}`,
		`{"message":{"text":"well","message_thread_id":null,"is_topic_message":null}}`)
	g.call("sendMessage", params{"chat_id": building3, "text": "seen", "reply_to_message_id": id(sent.ID)}).into(t, &sent)
	require.Equal(t, lamps, sent.Thread, "an answer goes where the question is")

	g.CloseTopic(g.wang, lamps)
	g.hears(`{"message":{"forum_topic_closed":{},"message_thread_id":` + id(lamps) + `}}`)
	require.Equal(t, []botapi.Topic{{ID: lamps, Name: "Lamps", Closed: true}}, g.View().Topics)
	g.refuses("sendMessage", in(lamps), "Bad Request: TOPIC_CLOSED")
	photo := g.send("multipart", "sendPhoto", in(lamps), map[string][]byte{"photo": picture(t, 9, 9)})
	require.Equal(t, "Bad Request: TOPIC_CLOSED", photo.Description)
	require.Zero(t, g.By(g.anna).InTopic(lamps).Say("closed?").ID)
	require.NotZero(t, g.By(g.wang).InTopic(lamps).Say("not for its owner").ID)
	g.PromoteBot(g.wang, botapi.Rights{"can_manage_topics"})
	require.True(t, g.call("sendMessage", in(lamps)).OK, "nor for those who manage topics")
	g.DemoteBot(g.wang)
	g.ReopenTopic(g.wang, lamps)
	require.True(t, g.call("sendMessage", in(lamps)).OK)

	g.CloseTopic(g.wang, 0)
	g.refuses("sendMessage", params{"chat_id": building3, "text": "hi"}, "Bad Request: TOPIC_CLOSED")
	g.DeleteTopic(lamps)
	g.refuses("sendMessage", in(lamps), "Bad Request: message thread not found")
}

func TestThreadsWhereThereAreNoTopics(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	var m map[string]any
	g.call("sendMessage", params{"chat_id": building3, "text": "hi", "message_thread_id": "5"}).into(t, &m)
	require.NotContains(t, m, "message_thread_id", "it counts for nothing")
	g.refuses("sendMessage", params{"chat_id": "7", "text": "hi", "message_thread_id": "5"}, "Bad Request: message thread not found")

	first := g.send1(params{"chat_id": building3, "text": "who?"})
	second := g.By(g.anna).Replying(first).Say("me")
	g.PromoteBot(g.wang, nil)
	g.news()
	g.By(g.wang).Replying(second.ID).Say("good")
	g.hears(`{"message":{"message_thread_id":` + id(first) + `,"is_topic_message":null,"reply_to_message":{"message_id":` + id(second.ID) + `,"reply_to_message":null}}}`)
}
