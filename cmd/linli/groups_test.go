package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// toldIn are the bot's words in a group, and in which topic each stands.
func toldIn(g *botapi.Group) (words []string, topics []int64) {
	for _, m := range g.View().Messages {
		if m.FromBot && m.Service == "" {
			words, topics = append(words, m.Text), append(topics, m.Topic)
		}
	}
	return words, topics
}

func newestOn(p *botapi.Phone) string { return newest(p.Chat().Messages).Text }

// forum is a group with topics, which somebody owns.
func (ts *testStage) forum(owner *botapi.Phone, members ...*botapi.Phone) *botapi.Group {
	return ts.towns[0].bot.Group(botapi.GroupOptions{Title: "Forum", Forum: true, Owner: owner, Members: members})
}

const hello = "I am the helper of Haiyang: tap below to tell me something in private."

func TestASecretaryWhoIsNoAdministratorSetsNothingUp(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	secretary, member := ts.phone("secretary"), ts.phone("member")
	before := newestOn(secretary)
	g := ts.forum(member, secretary)
	g.AddBot(member)
	ts.settleDown()
	require.NoError(t, ts.skip(t.Context(), time.Minute))
	g.Say(secretary, "/setup")
	ts.settleDown()
	words, _ := toldIn(g)
	require.Equal(t, []string{hello, hello}, words)
	require.Equal(t, before, newestOn(secretary), "nothing more in private")

	g.Promote(member, secretary, botapi.Rights{"can_manage_chat"})
	g.Say(secretary, "/setup")
	ts.settleDown()
	require.Contains(t, newestOn(secretary), "What is the group “Forum” for?")
}

func TestAGroupIsSetUpInATopic(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	secretary := ts.phone("secretary")
	g := ts.forum(secretary)
	g.AddBot(secretary)
	topic := g.NewTopic(secretary, "From the helper")
	g.By(secretary).InTopic(topic).Say("/setup")
	ts.settleDown()
	p := &transcript{testStage: ts, taps: map[string]int{}}
	for _, label := range []string{"Kitchen", "All buildings", "Send"} {
		m, data := p.find(secretary, label)
		_, err := secretary.Tap(m.ID, data)
		require.NoError(t, err)
		ts.settleDown()
	}
	words, topics := toldIn(g)
	require.Equal(t, []int64{0, topic}, topics, "hello is said where it came in, the rest in the topic: %v", words)

	g.DeleteTopic(topic)
	require.NoError(t, ts.skip(t.Context(), time.Minute))
	m, data := p.find(secretary, "Other groups")
	_, err := secretary.Tap(m.ID, data)
	require.NoError(t, err)
	ts.settleDown()
	for _, label := range []string{"Forum", "Change it", "Change language", "中文", "Send"} {
		m, data := p.find(secretary, label)
		_, err := secretary.Tap(m.ID, data)
		require.NoError(t, err)
		ts.settleDown()
	}
	require.NoError(t, ts.skip(t.Context(), time.Minute))
	words, topics = toldIn(g)
	require.Equal(t, "这个群连上Haiyang了，以后我在这里发社区通知。", words[len(words)-1])
	require.Zero(t, topics[len(topics)-1], "the topic is gone: it goes to the general one")
}

func TestASecretaryWhomTheBotCannotReachIsAnsweredInTheGroup(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	secretary := ts.phone("secretary")
	g := ts.forum(secretary)
	g.AddBot(secretary)
	secretary.Block()
	ts.settleDown()
	require.NoError(t, ts.skip(t.Context(), time.Minute))
	g.Say(secretary, "/setup")
	ts.settleDown()
	words, _ := toldIn(g)
	require.Equal(t, []string{hello, hello}, words)
}

func TestWhatIsSaidInAGroupIsNotKept(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	secretary := ts.phone("secretary")
	g := ts.forum(secretary, ts.phone("member"))
	g.AddBot(secretary)
	g.PromoteBot(secretary, botapi.Rights{"can_manage_chat"}) // it hears everything now
	ts.settleDown()
	var before, after int
	require.NoError(t, ts.app.db.Get(&before, `SELECT count(*) FROM inbox`))
	g.Say(ts.phone("member"), "the lamp of Margaret is broken, and there is a fire")
	g.Say(ts.phone("member"), "/report@haiyang_en_bot the lamp")
	g.Say(ts.phone("member"), "/setup@other_bot")
	ts.settleDown()
	require.NoError(t, ts.app.db.Get(&after, `SELECT count(*) FROM inbox`))
	require.Equal(t, before+1, after, "a command alone is stored, until it turns out to be another bot's")
	words, _ := toldIn(g)
	require.Len(t, words, 1)
	var kept int
	require.NoError(t, ts.app.db.Get(&kept, `SELECT count(*) FROM inbox WHERE body <> ''`))
	require.Zero(t, kept)
}

func TestAGroupsNewTitleIsKnown(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	g := ts.towns[0].group
	ts.towns[0].bot.Deliver([]byte(`{"message":{"message_id":900,"date":1,"from":{"id":5},"chat":{"id":-1003000000002,"type":"supergroup"},"new_chat_title":"Three"}}`))
	ts.settleDown()
	var title string
	require.NoError(t, ts.app.db.Get(&title, `SELECT title FROM groups WHERE chat_id = $1`, g.ID()))
	require.Equal(t, "Three", title)
}

func TestALostUpdateAboutAGroupIsLearntFromTheNextMessage(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		happens func(g *botapi.Group, owner *botapi.Phone)
		want    string
	}{
		"thrown out":       {func(g *botapi.Group, owner *botapi.Phone) { g.RemoveBot(owner) }, "I am no longer in the group"},
		"nobody may write": {func(g *botapi.Group, _ *botapi.Phone) { g.Permit(nil) }, "I may not write in the group"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ts := newTestStage(t, "en")
			row.happens(ts.towns[0].group, ts.phone("secretary"))
			ts.settleDown()
			_, err := ts.app.db.Exec(`UPDATE groups SET left_at = NULL, silent_since = NULL`) // as if nobody had heard
			require.NoError(t, err)
			_, err = ts.app.db.Exec(`DELETE FROM outbox WHERE topic IN ('group.lost', 'group.silenced')`)
			require.NoError(t, err)
			_, err = ts.app.db.Exec(`
				INSERT INTO outbox (community_id, key, person_id, chat_id, subject, topic, args, urgency, due_at, edits)
				SELECT community_id, 'once', 0, chat_id, '', 'group.tied', jsonb_build_object('group', id), 2, $1, '' FROM groups`, ts.clk.Now())
			require.NoError(t, err)
			require.NoError(t, ts.skip(t.Context(), time.Second))
			require.Contains(t, newestOn(ts.phone("secretary")), row.want)
		})
	}
}
