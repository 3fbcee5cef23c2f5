package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

const (
	tryAgainAfter = 20 * time.Minute // a door at which nobody opened
	sameTry       = 5 * time.Minute  // within it a second tap is the first
	doorsAfter    = 2 * time.Hour    // after lunch is served, every door is known
)

// Desk opens urgent cases in the caller's transaction: somebody at a person's door is
// worried (danger "hurt"), or did not reach them (""). The key makes a repeat harmless.
type Desk interface {
	Worry(ctx context.Context, tx *sqlx.Tx, by people.Actor, person int64, danger, key string) (id, number int64, err error)
}

// Worries says who opens urgent cases. It is called while linli is wired.
func (s *Service) Worries(d Desk) { s.desk = d }

// NobodyOpened notes that nobody opened at a door: it is tried once more in twenty
// minutes. When nobody opened twice, it is an urgent case where they live alone; of others
// the lead hears, and calls. A second tap within minutes is the first.
func (s *Service) NobodyOpened(ctx context.Context, actor people.Actor, order int64) (Order, error) {
	return s.onDoor(ctx, actor, order, func(d *door) error {
		switch {
		case d.day.Way(d.o.Mode) != Bring:
			return invalid("lunch.no_outcome")
		case d.o.Tries > 0 && d.o.Outcome == NoOutcome && d.o.OutcomeAt != nil && d.now.Sub(*d.o.OutcomeAt) < sameTry:
			return nil
		}
		if err := d.set(ctx, "not_opened", func(o *Order) { o.Outcome, o.Tries = NoOutcome, o.Tries+1 }); err != nil {
			return err
		}
		if d.o.Tries > 1 {
			return d.unreached(ctx)
		}
		if err := d.tellFamily(ctx, topicNoDoor, false, TellDoors); err != nil {
			return err
		}
		return d.later(ctx, 1)
	})
}

// later enqueues what is due while nobody has been reached.
func (d *door) later(ctx context.Context, round int) error {
	return outbox.Enqueue(ctx, d.tx, d.o.Community, outbox.Row{
		Key: fmt.Sprintf("lunch:again:%d:%d:%d", d.o.ID, round, d.event), Topic: "lunch.again",
		Args: jobArgs{Order: d.o.ID, Tries: round}, Urgency: outbox.Task, Due: d.now.Add(tryAgainAfter),
	})
}

// againAtTime asks who carries to try a door once more, and as long again after it, where
// nobody has said anything, takes them for not reached.
func (s *Service) againAtTime(ctx context.Context, community, order int64, round int) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		o, err := readOrderByID(ctx, tx, community, order)
		if err != nil {
			return err
		}
		d, err := s.meal(ctx, tx, o)
		if err != nil || d.o.Outcome != NoOutcome || d.o.Status != Ordered || d.o.Tries != 1 || d.o.WorriedAt != nil {
			return err
		}
		if round > 1 {
			return d.unreached(ctx)
		}
		did := d.o.OutcomeBy
		if d.event, err = log(ctx, tx, happened{community: community, day: o.Day, person: o.Person, code: "try_again", detail: detail{"order": o.ID}, at: d.now}); err != nil {
			return err
		}
		if err := d.tell(ctx, news{to: []int64{did}, topic: topicTryNow, subject: subject(d.o), of: d.event, args: argsOf(d.o), urgency: outbox.Task}); err != nil {
			return err
		}
		return d.later(ctx, 2)
	})
}

// unreached says that somebody was not reached: an urgent case where they live alone.
func (d *door) unreached(ctx context.Context) error {
	p, err := people.ReadPerson(ctx, d.tx, d.o.Community, d.o.Person)
	if err != nil {
		return err
	}
	alone := false
	for _, tag := range p.Tags {
		alone = alone || tag == "alone"
	}
	if alone {
		return d.worry(ctx, "", "unreached")
	}
	if err := d.set(ctx, "unreached", func(*Order) {}); err != nil {
		return err
	}
	return d.tellLeads(ctx, topicNoDoor, argsOf(d.o))
}

// Worried says that who stands at a door is worried about who lives there: at once it is an
// urgent case, everybody on duty is rung, and their family hears it as they have said that
// it may. Repeated, it changes nothing.
func (s *Service) Worried(ctx context.Context, actor people.Actor, order int64) (Order, error) {
	return s.onDoor(ctx, actor, order, func(d *door) error {
		if d.o.WorriedAt != nil {
			return nil
		}
		return d.worry(ctx, "hurt", "worried")
	})
}

// worry opens the urgent case, and tells the lead and the family.
func (d *door) worry(ctx context.Context, danger, code string) error {
	by := people.Actor{Community: d.o.Community, Person: d.by}
	if by.Person == 0 {
		by.Person = d.o.OutcomeBy
	}
	of := d.o.Case
	if d.s.desk != nil && of == 0 {
		var err error
		if of, _, err = d.s.desk.Worry(ctx, d.tx, by, d.o.Person, danger, fmt.Sprintf("lunch:%d", d.o.ID)); err != nil {
			return err
		}
	}
	err := d.set(ctx, code, func(o *Order) {
		o.Case = of
		if danger != "" {
			o.WorriedAt = &d.now
		}
	})
	if err != nil {
		return err
	}
	to, err := leads(ctx, d.tx, d.o.Community)
	if err != nil {
		return err
	}
	err = d.tell(ctx, news{to: without(to, d.by), topic: topicWorried, subject: subject(d.o), of: d.event, args: argsOf(d.o), rings: true})
	if err != nil {
		return err
	}
	return d.tellFamily(ctx, topicFamily, true, TellDoors, TellWorry)
}

// tellFamily tells who acts for somebody, where their rule is one of some.
func (d *door) tellFamily(ctx context.Context, topic string, rings bool, rules ...Tells) error {
	diner, err := readDiner(ctx, d.tx, d.o.Community, d.o.Person)
	if err != nil {
		return err
	}
	for _, rule := range rules {
		if diner.Tells != rule {
			continue
		}
		to, err := family(ctx, d.tx, d.o.Community, d.o.Person)
		if err != nil {
			return err
		}
		return d.tell(ctx, news{to: to, topic: topic, subject: subject(d.o), of: d.event, args: argsOf(d.o), rings: rings})
	}
	return nil
}

// awaitDoors enqueues the look at the doors of which nobody says anything.
func (b *book) awaitDoors(ctx context.Context) error {
	return outbox.Enqueue(ctx, b.tx, b.day.Community, outbox.Row{
		Key: "lunch:doors:" + b.name(), Topic: "lunch.doors", Args: jobArgs{Day: b.name()}, Urgency: outbox.Task, Due: b.day.ServesAt.Add(doorsAfter),
	})
}

// unexplained counts the meals that were to be brought, and of which nobody said anything.
func (b *book) unexplained(ctx context.Context) (n int, err error) {
	err = b.tx.GetContext(ctx, &n, `
		SELECT count(*) FROM lunch_orders
		WHERE community_id = $1 AND day = $2 AND state = 'ordered' AND outcome = '' AND case_id IS NULL AND (mode = 'bring' OR mode = 'eat' AND $3)`,
		b.day.Community, b.day.Day, b.day.BringsAll)
	return n, err
}

// doorsAtTime tells the lead, and who carries, of how many doors nobody said anything.
func (b *book) doorsAtTime(ctx context.Context) error {
	if b.day.State != Closed {
		return nil
	}
	did, err := b.did(ctx, "doors")
	if err != nil || did {
		return err
	}
	n, err := b.unexplained(ctx)
	if err != nil || n == 0 {
		return err
	}
	if err := b.noted(ctx, "doors", detail{"n": n}); err != nil {
		return err
	}
	to, err := leads(ctx, b.tx, b.day.Community)
	if err != nil {
		return err
	}
	if b.s.hands != nil {
		some, err := b.s.hands.Doing(ctx, b.tx, b.day.Community, b.day.Day, Carry)
		if err != nil {
			return err
		}
		to = without(append(to, some...), 0)
	}
	args := detail{"day": b.name(), "n": n}
	return b.tell(ctx, news{to: to, topic: topicDoors, subject: "lunch:" + b.name(), of: b.event, args: args, urgency: outbox.Task})
}
