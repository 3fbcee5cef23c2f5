package faults

import (
	"slices"
	"strings"
)

// step is who must be told of something that happens to a case; of those with its
// code the first that fits counts. Told are lines of what follows, with commas
// between:
//
//	[card] WHO [may] TOPIC[|TOPIC]
//
// A card is for whoever acts, too; all else they see by their own tap. What may come
// need not: nothing outside says whether it must. News of a neighbour's case has the
// topic "near", and behind a colon what it is about.
type step struct {
	code string
	when func(h happened) bool // nil: always
	told string
}

// steps is all of them that the scripts and the residents bring about: one that is
// not here fails the check, so that whoever lets people do more says who hears of it.
var steps = []step{
	{"drafted", nil, ""},
	{"placed", nil, ""},
	{"named", nil, ""},
	{"for_whom", nil, ""},
	{"alarm_denied", nil, ""},
	{"asked_same", nil, "home case.same"}, // whether it is a neighbour's, before it sends itself
	{"unsent", nil, "card holder case.unsent_ping"},
	{"dropped", nil, "home case.dropped"},
	{"sent", dangerous, "card duty case.ping, home case.receipt"},
	{"sent", nil, "card holder case.ping, home case.receipt"},
	{"self_sent", nil, "card holder case.ping, home case.receipt"},
	{"alarmed", from("draft"), "card duty case.ping, home case.receipt"},
	{"alarmed", nil, "card duty case.ping"},
	{"joined", from("draft"), ""},
	{"joined", rung, "card duty case.joined"},
	{"joined", nil, "card holder case.joined|case.answered|case.objection"},

	{"taken", beside("done", "progress", "proposed", "handed_over"), ""}, // what they did says it
	{"taken", posted, "home case.taken, near near:case.taken, card actor may case.ping"},
	{"taken", nil, "home case.taken, near near:case.taken"},
	{"passed", heldByActor, "card next case.ping"},
	{"passed", nil, ""},
	{"escalated", has("groups"), "group case.group"},
	{"escalated", nil, "card holder case.climbed"},
	{"handed_over", from("draft"), "card holder case.unsent_ping"},
	{"handed_over", from("done"), ""},
	{"handed_over", from("taken", "waiting", "proposed"), "home case.handed_over, near near:case.handed_over, card holder case.ping"},
	{"handed_over", nil, "card holder case.ping"},
	{"called", nil, ""},
	{"progress", detail("home", "yes"), "home case.progress"},
	{"progress", nil, ""},
	{"amended", nil, ""},
	{"waits", detail("for", "resident"), "home case.question"},
	{"waits", nil, "home case.waits, near near:case.waits"},
	{"woken", waited("resident"), "itself case.woken"},
	{"woken", nil, "home case.goes_on, near near:case.goes_on, itself case.woken"},
	{"done", nil, "home case.check, near near:case.check"},
	{"undone", detail("step", "taken"), "holder case.ping"},
	{"undone", nil, ""},

	{"said", byHome, "holder case.said"},
	{"said", nil, "home case.said"},
	{"remarked", nil, "holder case.remarked"},
	{"invited", byNamed, "holder case.side_came"}, // by the link that they were given
	{"invited", nil, "named case.side_invited"},
	{"lapsed", nil, "holder case.side_link_over"},
	{"heard", has("met"), ""},
	{"heard", nil, "side case.side_told"},
	{"side_said", nil, "holder case.side_said"},

	{"proposed", detail("pressing", "yes"), "card second case.proposed, home case.deciding"},
	{"proposed", nil, "card second case.proposed"},
	{"agreed", nil, "home case.ended, near near:case.ended, holder case.agreed"},
	{"refused", detail("pressing", "yes"), "card holder case.refused, home case.goes_on"},
	{"refused", nil, "card holder case.refused"},
	{"disagreed", nil, "card holder case.disagreed, enders case.disputed"},
	{"held", nil, "near near:case.held_near, holder case.held"},
	{"reopened", nil, "card holder case.reopened, near near:case.reopened_near, charge case.reopened_secretary"},
	{"left", nil, "card holder case.left"},
	{"taken_back", from("taken", "waiting", "proposed"), "home case.taken_back_by, near near:case.taken_back_by, holder case.taken_back"},
	{"taken_back", nil, "home case.taken_back_by, near near:case.taken_back_by"},
	{"followed", nil, ""},
	{"unfollowed", nil, ""},
	{"duplicate", nil, "home case.doubled"},
	{"unmerged", nil, "home case.undoubled, card holder case.ping"},

	{"warned", nil, "card named case.warned|case.unnamed"},
	{"late", nil, "card named case.late|case.late_charge"},
	{"slips", nil, "home case.slips, near near:case.slips, holder may case.not_come"},
	{"asked_again", from("assigned"), "card holder case.ping_again, card duty may case.ping_again"},
	{"asked_again", from("done"), "home case.check_again"},
	{"visit_due", nil, "card named case.visit"},
	{"visited", detail("outcome", "held"), ""},
	{"not_told", nil, ""},
}

func from(some ...string) func(happened) bool {
	return func(h happened) bool { return slices.Contains(some, h.from) }
}

// beside: they did another thing at the same moment.
func beside(codes ...string) func(happened) bool {
	return func(h happened) bool {
		return slices.ContainsFunc(codes, func(code string) bool { return slices.Contains(h.beside, code) })
	}
}

func has(name string) func(happened) bool {
	return func(h happened) bool { return h.detail[name] != nil }
}

func detail(name, value string) func(happened) bool {
	return func(h happened) bool { return h.detail[name] == value }
}

func waited(what string) func(happened) bool {
	return func(h happened) bool { return h.waits == what }
}

func dangerous(h happened) bool { return h.of.danger }

// rung: everybody on duty was, and nobody goes yet.
func rung(h happened) bool { return h.urgent && from("open", "assigned")(h) }

// posted: a group was asked, and what it does not read comes to whoever taps there.
func posted(h happened) bool { return h.posted }

func heldByActor(h happened) bool { return h.had == h.actor }

func byHome(h happened) bool { return h.actor == h.of.whose }

func byNamed(h happened) bool { return h.actor == h.num("person") }

// listeners are who is meant by WHO.
var listeners = map[string]func(c *chronicle, h happened) []int64{
	"home":   func(_ *chronicle, h happened) []int64 { return []int64{h.of.whose} },
	"near":   func(_ *chronicle, h happened) []int64 { return but(h.near, h.of.whose) },
	"holder": func(_ *chronicle, h happened) []int64 { return []int64{h.holder} },
	"actor":  func(_ *chronicle, h happened) []int64 { return []int64{h.actor} },
	"named":  func(_ *chronicle, h happened) []int64 { return []int64{h.num("person")} },
	"second": func(_ *chronicle, h happened) []int64 { return []int64{h.num("second")} },
	"charge": func(c *chronicle, h happened) []int64 { return but(c.charge, h.holder) },
	"duty": func(c *chronicle, h happened) []int64 {
		return but(append(but(c.staff, h.holder), h.holder), h.of.whose)
	},
	"enders": func(_ *chronicle, h happened) []int64 { return but(h.enders, h.holder) },
	"side": func(_ *chronicle, h happened) []int64 {
		if h.num("side") == 1 {
			return []int64{h.of.whose}
		}
		return []int64{h.of.other}
	},
	"itself": func(_ *chronicle, h happened) []int64 { // whoever holds it, where nobody's tap did it
		if h.actor != 0 {
			return nil
		}
		return []int64{h.holder}
	},
}

func but(all []int64, one int64) []int64 {
	return slices.DeleteFunc(slices.Clone(all), func(id int64) bool { return id == one })
}

// hears is a message that a step must have: for any of some people, with any of some
// topics.
type hears struct {
	who    []int64
	topics []string
	may    bool
}

// expected is everything that is told of a step; known is false where nothing says.
func (c *chronicle) expected(h happened) (all []hears, known bool) {
	at := slices.IndexFunc(steps, func(s step) bool { return s.code == h.code && (s.when == nil || s.when(h)) })
	if at < 0 {
		return nil, false
	}
	for line := range strings.SplitSeq(steps[at].told, ",") {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		card := words[0] == "card"
		if card {
			words = words[1:]
		}
		topics := strings.Split(words[len(words)-1], "|")
		for _, who := range c.listening(words[0], h) {
			if !card {
				who = but(who, h.actor)
			}
			who = slices.DeleteFunc(who, func(id int64) bool { return id == 0 || c.excused[[2]int64{h.id, id}] })
			if len(who) > 0 {
				all = append(all, hears{who, topics, words[1] == "may"})
			}
		}
	}
	return all, true
}

// listening is who is meant by a word, each with whoever would do in their place.
func (c *chronicle) listening(word string, h happened) (all [][]int64) {
	switch word {
	case "next": // somebody else who has not passed it: which one is linli's to choose
		return [][]int64{slices.DeleteFunc(slices.Clone(c.staff), func(id int64) bool { return slices.Contains(h.passed, id) })}
	case "group":
		return [][]int64{c.groups}
	}
	for _, id := range listeners[word](c, h) {
		if !slices.ContainsFunc(all, func(some []int64) bool { return some[0] == id }) {
			all = append(all, []int64{id})
		}
	}
	return all
}

// takenBack are the steps after which a message may have been taken back before
// anybody saw it, by its topic: what it says is so no more.
var takenBack = map[string][]string{
	"case.taken":       {"undone"},
	"case.waits":       {"undone"},
	"case.question":    {"undone", "woken"},
	"case.deciding":    {"undone"},
	"case.check":       {"undone", "held", "reopened"},
	"case.check_again": {"undone", "held", "reopened"},
	"case.said":        {"taken_back"},
	"case.group":       {"taken", "taken_back"},
}

// cardsEnd are the steps that take cards away, whatever they say: nobody need tap them.
var cardsEnd = []string{
	"taken", "done", "undone", "proposed", "agreed", "refused", "held", "reopened", "duplicate", "taken_back", "handed_over",
	"escalated", "warned", "late", "asked_again", "visited",
}
