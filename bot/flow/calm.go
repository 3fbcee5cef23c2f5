package flow

import (
	"strings"

	"github.com/linli-bot/linli/internal/calm"
)

// manners say how a message stands to who reads it, by its topic or by what the
// topic is about. What is not here is news.
var manners = map[string]calm.Manner{
	"case":             calm.Own,
	"case.receipt":     calm.Prompt, // they have just sent it
	"case.taken":       calm.Prompt, // and wait for somebody to come
	"case.coming":      calm.Prompt,
	"case.for_you":     calm.News,   // somebody else did it for them
	"family":           calm.Prompt, // the other one stands beside them
	"group":            calm.Own,
	"week":             calm.Own,
	"group.setup":      calm.Prompt, // they have just asked for it in the group
	"role":             calm.Own,
	"role.asked":       calm.Prompt, // whoever opened the link waits
	"role.given":       calm.Prompt,
	"role.refused":     calm.Prompt,
	"plan":             calm.Own,
	"shift":            calm.Own,
	"shift.begun":      calm.Prompt, // their hours have begun
	"shift.remind":     calm.Prompt, // these come when they must, also silently
	"shift.ask":        calm.Prompt,
	"shift.hole":       calm.Prompt,
	"shift.stand_in":   calm.Prompt,
	"alarm":            calm.Prompt,
	"hand":             calm.Own,
	"lunch":            calm.Own,
	"lunch.asked":      calm.Prompt, // these come when they must
	"lunch.reminded":   calm.Prompt,
	"lunch.sheet":      calm.Prompt,
	"lunch.picture":    calm.Prompt,
	"lunch.paper":      calm.Prompt,
	"lunch.labels":     calm.Prompt,
	"lunch.let_in":     calm.Prompt, // they wait for it
	"lunch.wished":     calm.Prompt,
	"care":             calm.Own,
	"care.asked":       calm.Prompt, // these come when they must
	"care.arrived":     calm.Prompt,
	"care.left":        calm.Prompt,
	"care.missing":     calm.Alarm,
	"care.found":       calm.Alarm,
	"care.unknown":     calm.Alarm,
	"care.no_word":     calm.Alarm,
	"care.barred":      calm.Alarm,
	"care.may":         calm.Alarm, // a child stands at a door meanwhile
	"care.said":        calm.Alarm,
	"care.late":        calm.Alarm,
	"care.still":       calm.Alarm,
	"care.coming":      calm.Alarm,
	"care.holds":       calm.Alarm,
	"notice":           calm.Prompt, // whoever wrote it waits to see how far it is
	"notice.told":      calm.News,
	"notice.important": calm.Word,
	"notice.urgent":    calm.Alarm,
	"today":            calm.Prompt,
	"morning":          calm.Prompt,
	"digest":           calm.Prompt, // the night is over
}

// Manner is how a message of a topic stands to who reads it.
func Manner(topic string) calm.Manner {
	if m, known := manners[topic]; known {
		return m
	}
	about, _, _ := strings.Cut(topic, ".")
	return manners[about] // what is not there is the zero one: news
}

// CanWait reports whether a message asks something that nobody waits for: it does not
// come in the middle of what its reader is saying.
func CanWait(topic string) bool {
	switch topic {
	case "case.check", "case.check_again", "case.still":
		return true
	}
	return false
}
