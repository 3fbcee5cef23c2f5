package botapi

import (
	"maps"
	"slices"
)

// topic is a thread of a forum, known by the id of the message that made it.
type topic struct {
	name   string
	closed bool
}

// generalTopic is the id of the topic that every forum has. It is never told,
// and is not found as a thread: messages there carry none.
const generalTopic = 1

// Topic is a thread of a forum as it is shown.
type Topic struct {
	ID     int64
	Name   string
	Closed bool
}

// NewTopic opens a topic and gives its id.
func (g *Group) NewTopic(by *Phone, name string) int64 {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	m := g.note(&by.account, serviceShape{TopicCreated: &topicShape{Name: name, Color: 7322096}}, shownService{"topic created", []string{name}})
	g.topics[m.id] = &topic{name: name}
	g.bot.changed()
	return m.id
}

// CloseTopic lets only those write on who manage topics; 0 is the General one.
func (g *Group) CloseTopic(by *Phone, id int64) { g.setClosed(by, id, true) }

// ReopenTopic is the end of CloseTopic.
func (g *Group) ReopenTopic(by *Phone, id int64) { g.setClosed(by, id, false) }

func (g *Group) setClosed(by *Phone, id int64, closed bool) {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	s := serviceShape{TopicReopened: &struct{}{}}
	shown := shownService{kind: "topic reopened"}
	if closed {
		s, shown = serviceShape{TopicClosed: &struct{}{}}, shownService{kind: "topic closed"}
	}
	if t := g.topics[id]; t != nil {
		t.closed = closed
		shown.about = []string{t.name}
	} else {
		g.generalClosed = closed
	}
	m := &message{at: g.bot.now(), from: &by.account, thread: id, service: &s, serviceShown: shown}
	g.chat.add(m)
	g.bot.tell(g.chat, m, false)
	g.bot.changed()
}

// DeleteTopic takes a topic away with all that was said in it.
func (g *Group) DeleteTopic(id int64) {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	delete(g.topics, id)
	for _, m := range slices.Clone(g.chat.messages) {
		if m.id == id || m.thread == id {
			g.chat.remove(m)
		}
	}
	g.bot.changed()
}

func (g *Group) closed(id int64) bool {
	if t := g.topics[id]; t != nil {
		return t.closed
	}
	return g.forum && id == 0 && g.generalClosed
}

// shownTopics are the topics but the General one, oldest first.
func (g *Group) shownTopics() []Topic {
	var list []Topic
	for _, id := range slices.Sorted(maps.Keys(g.topics)) {
		list = append(list, Topic{ID: id, Name: g.topics[id].name, Closed: g.topics[id].closed})
	}
	return list
}

// checkThread refuses a message_thread_id that is none; where there are no
// topics it counts for nothing, but private chats are looked through.
func (c *chat) checkThread(id int64) *apiError {
	if id == 0 || c.group != nil && !c.group.forum {
		return nil
	}
	if c.group == nil || c.group.topics[id] == nil {
		return bad("Message thread not found")
	}
	return nil
}

// place puts a message into its thread: the topic it is for, or that of what
// it answers; outside forums an answer in a supergroup goes into the thread
// of the first message.
func (c *chat) place(m *message, thread int64) {
	g := c.group
	if g == nil || g.kind != "supergroup" {
		return
	}
	if g.forum {
		m.thread = thread
	}
	replied := c.byID[m.replyTo]
	switch {
	case replied == nil || m.thread != 0:
	case replied.thread != 0:
		m.thread = replied.thread
	case g.forum && g.topics[replied.id] != nil:
		m.thread = replied.id
	case !g.forum && replied.service == nil:
		m.thread = replied.id
	}
}

// enterable refuses a closed topic.
func (g *Group) enterable(m *message) *apiError {
	if g != nil && g.closed(m.thread) && !g.self().may("can_manage_topics", nil) {
		return bad("TOPIC_CLOSED")
	}
	return nil
}

// answered is the message that a message is shown as an answer to: what it
// replies to, or else the beginning of its thread.
func (c *chat) answered(m *message) *message {
	if replied := c.byID[m.replyTo]; replied != nil {
		return replied
	}
	if m.thread < m.id {
		return c.byID[m.thread]
	}
	return nil
}
