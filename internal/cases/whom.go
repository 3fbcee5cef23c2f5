package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// writers are the roles whose holders write down what others say.
var writers = func() (some []access.Role) {
	for _, r := range access.Roles {
		if access.Allow(access.ReportFor, []access.Role{r}, access.SameCommunity) == nil {
			some = append(some, r)
		}
	}
	return some
}()

// writesDown reports whether somebody is on duty to write down what others say.
func writesDown(a people.Actor) bool {
	return a.Has(writers...)
}

// forAnother makes it a case of another person, where the actor may report for
// them.
func (t *turn) forAnother(ctx context.Context, person int64) error {
	p, err := people.ReadPerson(ctx, t.tx, t.c.Community, person)
	if err != nil {
		return err
	}
	if t.vouched {
		t.c.For = p.ID
		return nil
	}
	if p, err = people.MayReport(ctx, t.tx, t.actor, p); err != nil {
		return err
	}
	t.c.For = p.ID
	return nil
}

// stillFor makes a draft its reporter's own where they may act for the other
// person no more: what was brought is not lost, and nobody is spoken for.
func (t *turn) stillFor(ctx context.Context) error {
	if t.c.For == t.c.Reporter || t.vouched {
		return nil
	}
	reporter, err := people.ReadActor(ctx, t.tx, t.c.Community, t.c.Reporter)
	if err != nil {
		return err
	}
	if !slices.Contains(reporter.For, t.c.For) && !writesDown(reporter) {
		t.c.For = t.c.Reporter
	}
	return nil
}

// Whom says for whom a draft of mine is: 0 is for me. A place that was guessed
// from a home becomes that person's home.
func (s *Service) Whom(ctx context.Context, actor people.Actor, id, person int64) (Case, error) {
	return s.on(ctx, call{"say for whom is", access.SendDraft, actor, id}, func(t *turn) error {
		if person == 0 {
			person = t.c.Reporter
		}
		switch {
		case t.from != Draft:
			return t.tooLate(ctx)
		case t.c.Reporter != t.actor.Person:
			return access.NotFound()
		case t.c.For == person:
			return nil
		}
		if err := t.rehome(ctx, person); err != nil {
			return err
		}
		quiet := t.now.Add(Quiet)
		t.c.QuietUntil = &quiet
		if err := t.become(ctx, MoveWhom, Draft, detail{"for": person}); err != nil {
			return err
		}
		return t.postpone(ctx)
	})
}

// rehome moves a draft to another person, and from home to home.
func (t *turn) rehome(ctx context.Context, person int64) error {
	before, err := people.ReadPerson(ctx, t.tx, t.c.Community, t.c.For)
	if err != nil {
		return err
	}
	if person == t.c.Reporter {
		t.c.For = person
	} else if err := t.forAnother(ctx, person); err != nil {
		return err
	}
	at := t.c.Place
	if at.Spot != community.SpotOwn && at.Spot != community.SpotHome || at.Building != before.Building || at.Entrance != before.Entrance {
		return t.locate(ctx)
	}
	t.c.Place.Building, t.c.Place.Entrance, t.c.Place.Flat = 0, 0, ""
	return t.locate(ctx)
}

// family is who hears how a report goes: whom it is for, and who brought it
// and may see it still.
func (t *turn) family(ctx context.Context) ([]int64, error) {
	all := []int64{t.c.For}
	if t.c.Reporter == t.c.For || t.c.Private != "" {
		return all, nil
	}
	reporter, err := people.ReadActor(ctx, t.tx, t.c.Community, t.c.Reporter)
	if err != nil {
		return nil, err
	}
	if slices.Contains(reporter.For, t.c.For) || writesDown(reporter) {
		all = append(all, t.c.Reporter)
	}
	return all, nil
}

// tellFamily tells both how it goes, and the neighbours who have it too; who acts
// sees it already, and whom no message reaches is told by phone.
func (t *turn) tellFamily(ctx context.Context, n news) error {
	if err := t.tellHome(ctx, n); err != nil {
		return err
	}
	if err := t.tellFollowers(ctx, n); err != nil {
		return err
	}
	return t.toCall(ctx)
}

// tellHome tells both, and no neighbour: it says nothing to who was not asked.
func (t *turn) tellHome(ctx context.Context, n news) error {
	to, err := t.family(ctx)
	if err != nil {
		return err
	}
	return t.tell(ctx, n, to...)
}

// tellWhom tells the person for whom something was reported what it is, and by
// whom, and remembers that it was for them. Whom no message reaches is told by phone,
// where they put it on paper.
func (t *turn) tellWhom(ctx context.Context) error {
	if t.c.For == t.c.Reporter {
		return nil
	}
	reporter := people.Actor{Community: t.c.Community, Person: t.c.Reporter}
	if err := people.ActedFor(ctx, t.tx, reporter, t.c.For, t.now); err != nil {
		return err
	}
	if err := t.tell(ctx, news{"case.for_you", noticeOf(t.c), detail{"by": t.c.Reporter}}, t.c.For); err != nil {
		return err
	}
	if t.c.Channel == ByPhone || t.c.Channel == AtDoor {
		return nil // they were there when it was written down
	}
	return t.toCall(ctx)
}

// answers reports whether the actor may say whether it held: whom it is for,
// and who acts for them, but for who did the work.
func (t *turn) answers() bool {
	return t.c.For == t.actor.Person || t.c.Private == "" && slices.Contains(t.actor.For, t.c.For) && t.c.Holder != t.actor.Person
}

// judgesItself refuses that somebody says of their own work that it held, while there
// is another who can go and look. That it did not they may always say.
func (t *turn) judgesItself(ctx context.Context) error {
	if t.c.Private != "" || t.c.Holder != t.actor.Person || t.from == Held {
		return nil
	}
	other, err := t.visitor(ctx)
	if err != nil || other == 0 {
		return err
	}
	return refusal.New(refusal.Conflict, "case.own_work")
}

// speaker is whose word it is: what is written down on the phone is the
// resident's.
func (t *turn) speaker() int64 {
	if t.voice != 0 {
		return t.voice
	}
	if t.answers() {
		return t.actor.Person
	}
	return t.c.For
}

// askWhether asks those who can tell whether it held: whom it is for, and who
// brought it where they act for them. Who wrote it down on duty cannot tell.
func (t *turn) askWhether(ctx context.Context, n news) error {
	if t.c.Mediated() {
		return t.askSides(ctx, n)
	}
	to, err := t.asked(ctx)
	if err != nil {
		return err
	}
	return t.tell(ctx, n, to...)
}

// askByPhone tells somebody on duty to phone, where nobody who can tell gets
// messages: who wrote it down, or else who is in charge, but not who did the
// work.
func (t *turn) askByPhone(ctx context.Context) error {
	if t.c.Private != "" { // who hears both sides asks, and nobody else
		return nil
	}
	if t.c.Holder == t.c.For { // nobody to be phoned: somebody else looks
		return t.lookThere(ctx)
	}
	to, err := t.asked(ctx)
	if err != nil {
		return err
	}
	reached, err := people.Reachable(ctx, t.tx, t.c.Community, to)
	if err != nil || len(reached) > 0 {
		return err
	}
	whom, err := people.ReadPerson(ctx, t.tx, t.c.Community, t.c.For)
	if err != nil || whom.Presence != people.Here && whom.Presence != people.Away {
		return err
	}
	reporter, err := people.ReadActor(ctx, t.tx, t.c.Community, t.c.Reporter)
	if err != nil {
		return err
	}
	caller := t.c.Reporter
	if !t.phones(reporter) {
		if caller, err = t.inCharge(ctx, t.c.Holder); err != nil {
			return err
		}
	}
	return t.tell(ctx, taskNews("case.to_phone"), caller)
}

// phones reports whether the case is on somebody's list of who is to be phoned.
func (t *turn) phones(a people.Actor) bool {
	rel := access.SameCommunity
	if t.c.Area == 0 || slices.Contains(a.Areas, t.c.Area) {
		rel = access.SameArea
	}
	return a.Person != t.c.Holder && access.Allow(access.AnswerFor, a.Roles, rel) == nil
}

// asked are those who can tell whether it held, but for who did the work.
func (t *turn) asked(ctx context.Context) ([]int64, error) {
	to := []int64{t.c.For}
	if t.c.Private != "" {
		return to, nil
	}
	if t.c.For == t.c.Holder {
		to = nil
	}
	if t.c.Reporter == t.c.For {
		return to, nil
	}
	reporter, err := people.ReadActor(ctx, t.tx, t.c.Community, t.c.Reporter)
	if err != nil {
		return nil, err
	}
	if slices.Contains(reporter.For, t.c.For) && t.c.Reporter != t.c.Holder {
		to = append(to, t.c.Reporter)
	}
	return to, nil
}

// settleCheck changes the questions that others were asked: the first answer
// counts, and they say whose it was.
func (t *turn) settleCheck(ctx context.Context, outcome Outcome) error {
	if t.c.For == t.c.Reporter && t.actor.Person == t.c.For {
		return nil
	}
	said := detail{"by": t.speaker(), "outcome": outcome}
	if t.voice != 0 {
		said = detail{"code": "neighbour", "outcome": outcome}
	}
	asks, err := t.checks(ctx)
	if err != nil || len(asks) == 0 {
		return err
	}
	rows, keys := make([]outbox.Row, 0, len(asks)), make([]string, 0, len(asks))
	for _, a := range asks {
		keys = append(keys, a.Edits)
		a.Topic, a.Urgency, a.Due, a.Subject = "case.check_gone", outbox.Task, t.now, Subject(t.c.ID)
		a.Key = fmt.Sprintf("%s:gone:%d", a.Edits, t.event)
		a.Args = t.args(said)
		rows = append(rows, a)
	}
	if err := outbox.Withdraw(ctx, t.tx, t.c.Community, keys...); err != nil {
		return err
	}
	return t.enqueue(ctx, rows)
}

// checks are the questions that others than the actor were asked since it was
// last reported done, as the rows that would change them.
func (t *turn) checks(ctx context.Context) ([]outbox.Row, error) {
	to, err := t.asked(ctx)
	if err != nil {
		return nil, err
	}
	var asked []struct {
		ID   int64
		Code Move
	}
	err = t.tx.SelectContext(ctx, &asked, `
		SELECT id, code FROM case_events e
		WHERE community_id = $1 AND case_id = $2 AND code IN ($3, $4) AND id >= (
			SELECT max(id) FROM case_events WHERE community_id = $1 AND case_id = $2 AND code = $3)`,
		t.c.Community, t.c.ID, MoveDone, MoveAskAgain)
	if err != nil {
		return nil, err
	}
	var rows []outbox.Row
	for _, a := range asked {
		topic := "case.check"
		if a.Code == MoveAskAgain {
			topic = "case.check_again"
		}
		for _, person := range to {
			if person != t.actor.Person {
				rows = append(rows, outbox.Row{Person: person, Edits: t.newsKey(topic, person, a.ID)})
			}
		}
	}
	return rows, nil
}
