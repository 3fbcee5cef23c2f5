package cases_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
)

// note is a row of the outbox that somebody gets: not the change of one.
type note struct {
	ID, Person, Case             int64
	Key, Topic, Code, Tx, Sealed string
}

// what is the topic, and of neighbours' news what it is about.
func (n note) what() string {
	if n.Topic == "case.near" {
		return n.Topic + " " + n.Code
	}
	return n.Topic
}

// event is of which event it tells; 0 where its key names none.
func (n note) event() int64 {
	id, _ := strconv.ParseInt(n.Key[strings.LastIndex(n.Key, ":")+1:], 10, 64)
	return id
}

// card reports whether it is a card, which is told in rounds.
func (n note) card() bool { return strings.Contains(n.Key, ":ping:") }

func subjectOf(id int64) string { return fmt.Sprintf("case:%d", id) }

// step is what is told of an event: to whose trouble it is and who brought it for
// them (family), or of these to who can say whether it held (asked); to neighbours who
// follow; and to who holds the case. "" is nothing.
type step struct {
	code                        cases.Move
	when                        func(c *chronicle, e happened) bool // nil: always
	family, asked, near, holder string
}

// steps is who is told what of which step; the first that fits counts. What is not
// here is told to nobody.
var steps = []step{
	{code: cases.MoveTake, when: onTheWay}, // said by what they did
	{code: cases.MoveTake, family: "case.taken", near: "case.taken"},
	{code: cases.MoveHandOver, when: from(cases.Taken, cases.Waiting, cases.Proposed), family: "case.handed_over", near: "case.handed_over"},
	{code: cases.MoveGive, when: from(cases.Taken, cases.Waiting), family: "case.handed_over", near: "case.handed_over"},
	{code: cases.MoveSeal, family: "case.sealed", near: "case.sealed"},
	{code: cases.MovePlan, family: "case.coming", near: "case.coming"},
	{code: cases.MoveProgress, when: toldHome, family: "case.progress"},
	{code: cases.MoveSlip, family: "case.slips", near: "case.slips"},
	{code: cases.MoveWait, when: waitsForResident, asked: "case.question"},
	{code: cases.MoveWait, family: "case.waits", near: "case.waits"},
	{code: cases.MoveWake, when: wokenByResident},
	{code: cases.MoveWake, family: "case.goes_on", near: "case.goes_on"},
	{code: cases.MoveDone, asked: "case.check", near: "case.check"},
	{code: cases.MoveAskAgain, when: asksResident, asked: "case.check_again"},
	{code: cases.MoveVisitDue, when: byBot, asked: "case.still"},
	{code: cases.MoveVisit, when: found("done_there"), family: "case.done_there", near: "case.done_there"},
	{code: cases.MoveVisit, when: found("ask_again"), family: "case.asks_later", near: "case.asks_later"},
	{code: cases.MoveVisit, when: foundNobodyFirst, family: "case.visit_missed"},
	{code: cases.MovePropose, when: pressing, family: "case.deciding"},
	{code: cases.MoveRefuse, when: pressing, family: "case.goes_on"},
	{code: cases.MoveAgree, family: "case.ended", near: "case.ended", holder: "case.agreed"},
	{code: cases.MoveDisagree, family: "case.disputed"},
	{code: cases.MoveHeld, near: "case.held_near", holder: "case.held"},
	{code: cases.MoveSeen, family: "case.seen", near: "case.seen", holder: "case.seen_yours"},
	{code: cases.MoveUnconfirmed, family: "case.unconfirmed", near: "case.unconfirmed", holder: "case.unconfirmed_yours"},
	{code: cases.MoveReopen, when: from(cases.Referred), family: "case.taken_up", near: "case.taken_up"},
	{code: cases.MoveReopen, near: "case.reopened_near"},
	{code: cases.MoveAgain, near: "case.reopened_near"},
	{code: cases.MoveDuplicate, family: "case.doubled"},
	{code: cases.MoveUnmerge, family: "case.undoubled"},
	{code: cases.MoveTakeBack, when: from(cases.Taken, cases.Waiting, cases.Proposed), family: "case.taken_back_by", near: "case.taken_back_by", holder: "case.taken_back"},
	{code: cases.MoveTakeBack, family: "case.taken_back_by", near: "case.taken_back_by"},
	{code: cases.MoveSay, when: byStaff, family: "case.said"},
}

func from(some ...cases.Status) func(*chronicle, happened) bool {
	return func(_ *chronicle, e happened) bool { return slices.Contains(some, e.From) }
}

func pressing(_ *chronicle, e happened) bool { return e.str("pressing") == "yes" }

func toldHome(_ *chronicle, e happened) bool { return e.str("home") == "yes" }

func found(what string) func(*chronicle, happened) bool {
	return func(_ *chronicle, e happened) bool { return e.str("outcome") == what }
}

func onTheWay(_ *chronicle, e happened) bool {
	return e.beside(cases.MoveProgress) || e.beside(cases.MoveDone) || e.beside(cases.MovePropose) || e.beside(cases.MoveHandOver)
}

func waitsForResident(_ *chronicle, e happened) bool { return e.str("for") == "resident" }

// wokenByResident: what waited for the resident, as the last event said that let it wait.
func wokenByResident(c *chronicle, e happened) bool {
	return c.last(e, cases.MoveWait).str("for") == "resident"
}

func asksResident(_ *chronicle, e happened) bool { return e.From == cases.Done && e.Key != "" }

func byBot(_ *chronicle, e happened) bool { return e.num("person") == 0 }

func foundNobodyFirst(c *chronicle, e happened) bool {
	return e.str("outcome") == "nobody" && c.visits[e.num("visit")] == 0
}

func byStaff(c *chronicle, e happened) bool {
	of := c.cases[e.Case]
	own := of.For == e.Actor || of.Reporter == e.Actor && c.writes(e.Actor)
	return !own && (e.Had == e.Actor || !slices.Contains(c.actors[e.Actor].For, of.For))
}

// last is the last event of a code before another of its case.
func (c *chronicle) last(before happened, code cases.Move) (last happened) {
	for _, e := range c.events {
		if e.ID >= before.ID {
			break
		}
		if e.Case == before.Case && e.Code == code {
			last = e
		}
	}
	return last
}

func (c *chronicle) writes(person int64) bool {
	a := c.actors[person]
	return a.Has(access.Member, access.Deputy, access.Secretary)
}

// family is whose trouble a case is, and who brought it and may hear of it; asked who
// of them can say whether it held.
func (c *chronicle) family(id int64) []int64 {
	of := c.cases[id]
	if of.Reporter != of.For && (c.writes(of.Reporter) || slices.Contains(c.actors[of.Reporter].For, of.For)) {
		return []int64{of.For, of.Reporter}
	}
	return []int64{of.For}
}

func (c *chronicle) asked(e happened) []int64 {
	of := c.cases[e.Case]
	if of.Reporter != of.For && slices.Contains(c.actors[of.Reporter].For, of.For) && of.Reporter != e.Had {
		return []int64{of.For, of.Reporter}
	}
	return []int64{of.For}
}

// expected is who is told what of an event: "person topic", each once.
func (c *chronicle) expected(e happened) (all []string) {
	tell := func(what string, to ...int64) {
		for _, person := range to {
			line := fmt.Sprintf("%d %s", person, what)
			if what != "" && person != 0 && person != e.Actor && person != c.granny.Person && !slices.Contains(all, line) {
				all = append(all, line)
			}
		}
	}
	c.besideTheTable(e, tell)
	for _, s := range steps {
		if s.code != e.Code || s.when != nil && !s.when(c, e) {
			continue
		}
		family := c.family(e.Case)
		if e.Code == cases.MoveSeal { // nobody's who brought it for another
			family = family[:1]
		}
		tell(s.family, family...)
		tell(s.asked, c.asked(e)...)
		if s.near != "" {
			tell("case.near "+s.near, c.near(e)...)
		}
		tell(s.holder, e.Had)
		break
	}
	slices.Sort(all)
	return all
}

// near are the neighbours who hear of an event: not whose case it is anyway. The
// doubles of what is taken back, or sealed, go on by themselves.
func (c *chronicle) near(e happened) (some []int64) {
	of, all := c.cases[e.Case], e.Followers
	if e.Code == cases.MoveTakeBack || e.Code == cases.MoveSeal {
		all = e.Neighbours
	}
	for _, person := range all {
		if person != of.For && person != of.Reporter {
			some = append(some, person)
		}
	}
	return some
}

// besideTheTable is what else is told of some steps: to who brought it, who had a
// part in it, and who is in charge.
func (c *chronicle) besideTheTable(e happened, tell func(what string, to ...int64)) {
	of := c.cases[e.Case]
	switch e.Code {
	case cases.MoveSend, cases.MoveSendItself, cases.MoveAlarm:
		tell("case.receipt", of.Reporter)
		if of.For != of.Reporter {
			tell("case.for_you", of.For)
		}
	case cases.MoveFollow:
		if !e.beside(cases.MoveFollow) || e.num("own") == 0 || c.cases[e.num("own")].Status != cases.Dropped {
			return // a double: it is told so
		}
		tell("case.near case.followed", c.family(e.num("own"))...)
	case cases.MoveDisagree:
		end := c.last(e, cases.MoveAgree)
		for _, person := range []int64{end.num("proposed_by"), end.Actor} {
			if person != e.num("holder") {
				tell("case.disputed", person)
			}
		}
	case cases.MoveReopen:
		if holder := max(e.num("holder"), 0); holder == 0 && e.Had != c.secretary.Person || holder != 0 && holder != c.secretary.Person {
			tell("case.reopened_secretary", c.secretary.Person)
		}
	case cases.MoveAgain:
		c.brokeAgain(e, tell)
	}
}

// brokeAgain: where it held by one neighbour's word and not for another, whose case it
// is hears as a neighbour does; else who is in charge hears.
func (c *chronicle) brokeAgain(e happened, tell func(what string, to ...int64)) {
	_, doubles := e.Detail["double"]
	_, byNeighbour := c.last(e, cases.MoveHeld).Detail["double"]
	told := slices.ContainsFunc(c.told, func(n note) bool { return n.event() == e.ID && n.Topic == "case.reopened_secretary" })
	if doubles || byNeighbour && !told {
		tell("case.near case.reopened_near", c.cases[e.Case].For)
		return
	}
	if e.Had != c.secretary.Person {
		tell("case.reopened_secretary", c.secretary.Person)
	}
}

// watched are the topics that the table is about.
func watched() map[string]bool {
	all := map[string]bool{
		"case.near": true, "case.receipt": true, "case.for_you": true, "case.reopened_secretary": true,
	}
	for _, s := range steps {
		for _, topic := range []string{s.family, s.asked, s.holder} {
			all[topic] = topic != ""
		}
	}
	return all
}

// everybodyIsToldOnce: of each event those are told whom the table names, once, and
// nobody else; and nobody is told of what did not happen.
func (c *chronicle) everybodyIsToldOnce() {
	c.Helper()
	topics, got, began := watched(), map[int64][]string{}, map[int64]int64{}
	for _, e := range c.events {
		if e.Code == cases.MoveSend {
			began[e.Case] = e.ID
		}
	}
	for _, n := range c.told {
		if topics[n.Topic] && !n.card() {
			of := n.event()
			if of == 0 { // opened and told by one statement: it has no event to name
				of = began[n.Case]
			}
			got[of] = append(got[of], fmt.Sprintf("%d %s", n.Person, n.what()))
		}
	}
	var wrong []string
	for _, e := range c.events {
		told, want := got[e.ID], c.expected(e)
		delete(got, e.ID)
		slices.Sort(told)
		if e.Sealed == "" && !slices.Equal(want, told) { // of what is private see privateStaysPrivate
			wrong = append(wrong, fmt.Sprintf("want %q, got %q: case %d (for %d, by %d), event %d: %s from %s to %s by %d, held by %d, with %v: %s", want, told,
				e.Case, c.cases[e.Case].For, c.cases[e.Case].Reporter, e.ID, e.Code, e.From, e.To, e.Actor, e.Had, e.With, e.Raw))
		}
	}
	require.Empty(c, wrong)
	require.Empty(c, got, "somebody was told of what did not happen")
}

// followed is who followed a case just before an event.
func (c *chronicle) followed(event int64) []int64 {
	for _, e := range c.events {
		if e.ID == event {
			return e.Followers
		}
	}
	return nil
}

// privateStaysPrivate: of what is private hear its two sides, who hears both, and
// nobody else; that it is theirs no more hears who had it before. That one waits for a
// mediator says nothing of it.
func (c *chronicle) privateStaysPrivate() {
	c.Helper()
	hears := map[int64]bool{}
	for _, a := range c.staff {
		hears[a.Person] = a.Has(access.Mediator, access.Deputy, access.Secretary)
	}
	for _, n := range c.told {
		of := c.cases[n.Case]
		if n.Sealed == "" || n.Person == of.For || n.Person == of.Other {
			continue
		}
		if n.Topic == "case.near" && n.Code == "case.sealed" {
			require.Contains(c, c.followed(n.event()), n.Person, "case %d is sealed, and person %d hears of it who never followed it", n.Case, n.Person)
			continue
		}
		require.True(c, hears[n.Person], "case %d is private (%s), and person %d is told %s", n.Case, n.Sealed, n.Person, n.Topic)
		require.NotEqual(c, of.About, n.Person, "case %d, %s", n.Case, n.Topic)
	}
}
