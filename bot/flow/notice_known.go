package flow

import (
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
)

// knownTopics are what people hear of what a notice brought about.
func (h *House) knownTopics() map[string]noticeTopic {
	return map[string]noticeTopic{
		"notice.doors":     h.tellNoticeDoors,
		"notice.listed":    h.tellListed,
		"notice.closed":    h.tellClosed,
		"notice.asks_done": h.tellAsksDone,
		"notice.place":     h.tellEvent("event.place"),
		"notice.remind":    h.tellEvent("event.remind"),
		"notice.off":       h.tellEvent("event.told_off"),
		"notice.for_you":   h.tellSignedUp,
	}
}

// knownVerbs are the buttons by which it becomes known whom a notice reached.
func (h *House) knownVerbs() map[string]verb {
	return eachOnce(h.replyVerbs(), h.doorVerbs(), h.accountVerbs(), h.resultVerbs(), h.eventVerbs())
}

// knownRows add the ways to what is known of a notice, for who announced it.
func (v Visit) knownRows(s *dialog.Screen, n notices.Notice) {
	id := number(n.ID)
	switch n.Answer {
	case notices.Question:
		row(s, v.Texts.T("result.show"), "nresult", id)
	case notices.Event:
		row(s, v.Texts.T("event.show"), "nguests", id)
	case notices.Seen, notices.NoAnswer:
	}
	if n.For.People && (n.Answer == notices.Seen || n.Answer == notices.Question) {
		row(s, v.Texts.T("doors.account"), "naccount", id)
	}
}
