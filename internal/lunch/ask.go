package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// askAtTime publishes a day in the morning before it, and asks all who said nothing of
// it. Without a menu whoever runs the kitchen is told. Where the bot comes late, after
// the cut-off, standing orders have their places, and nobody is asked any more.
func (b *book) askAtTime(ctx context.Context) error {
	if b.now.Before(b.day.AsksAt) { // it moved: another job comes
		return nil
	}
	if b.day.State == Planned {
		menu, err := b.dishes(ctx)
		if err != nil {
			return err
		}
		if len(menu) == 0 {
			return b.tellLeads(ctx, topicNoMenu, nil)
		}
		if err := b.publish(ctx); err != nil {
			return err
		}
	}
	if !b.day.Open(b.now) {
		return nil
	}
	return b.ask(ctx)
}

// ask asks, once, all who eat on a day and said nothing of it, and reminds those for
// whom a standing order has ordered it: silently, so that a telephone on the table
// does not ring for what needs no answer.
func (b *book) ask(ctx context.Context) error {
	asked, err := b.did(ctx, "asked")
	if err != nil || asked {
		return err
	}
	silent, err := b.silent(ctx)
	if err != nil {
		return err
	}
	standing, err := b.standing(ctx)
	if err != nil {
		return err
	}
	if err := b.noted(ctx, "asked", detail{"n": len(silent), "standing": len(standing)}); err != nil {
		return err
	}
	for topic, to := range map[string][]int64{topicAsked: silent, topicReminded: standing} {
		if err := b.tellEach(ctx, topic, outbox.Notice, to); err != nil {
			return err
		}
	}
	return nil
}

// did reports whether something of that code happened to the day.
func (b *book) did(ctx context.Context, code string) (yes bool, err error) {
	err = b.tx.GetContext(ctx, &yes, `
		SELECT EXISTS (SELECT FROM lunch_events WHERE community_id = $1 AND day = $2 AND code = $3)`, b.day.Community, b.day.Day, code)
	if err != nil {
		return false, fmt.Errorf("read what happened to %s: %w", b.day.Day.Format(time.DateOnly), err)
	}
	return yes, nil
}

// unsaid holds for a diner d who said nothing of the day $2, and for whom nobody did.
const unsaid = `AND NOT EXISTS (
	SELECT FROM lunch_orders o WHERE o.community_id = d.community_id AND o.day = $2::date AND o.person_id = d.person_id)`

// silent are who eats on the day and has nothing of it, nor said that they want
// nothing.
func (b *book) silent(ctx context.Context) (ids []int64, err error) {
	all, err := b.eaters(ctx, unsaid)
	for _, d := range all {
		ids = append(ids, d.Person)
	}
	return ids, err
}

// eaters reads who eats on the day, as far as more, which is a constant of this
// package, lets them.
func (b *book) eaters(ctx context.Context, more string) ([]Diner, error) {
	return eaters(ctx, b.tx, b.day, more)
}

// eaters reads who eats on a day and is here then: for more $1 is the community, $2 the
// day, and d the diner.
func eaters(ctx context.Context, q sqlx.QueryerContext, day Day, more string) ([]Diner, error) {
	var all []Diner
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+dinerColumns+` FROM diners d
		WHERE community_id = $1 AND ended_at IS NULL AND `+hereSQL+` `+more+`
		ORDER BY since, person_id`, day.Community, day.Day.Format(time.DateOnly))
	if err != nil {
		return nil, fmt.Errorf("read who eats on %s: %w", day.Day.Format(time.DateOnly), err)
	}
	eat := all[:0]
	for _, d := range all {
		if d.Eats(day.Day) {
			eat = append(eat, d)
		}
	}
	return eat, nil
}

// standing are who has a place by their standing order.
func (b *book) standing(ctx context.Context) (ids []int64, err error) {
	err = b.tx.SelectContext(ctx, &ids, `
		SELECT person_id FROM lunch_orders
		WHERE community_id = $1 AND day = $2 AND how = 'standing' AND state = 'ordered' ORDER BY id`, b.day.Community, b.day.Day)
	if err != nil {
		return nil, fmt.Errorf("read whose order stands for %s: %w", b.day.Day.Format(time.DateOnly), err)
	}
	return ids, nil
}

// name is the day as it is stored.
func (b *book) name() string { return b.day.Day.Format(time.DateOnly) }

// laneOf is the lane of what somebody is told of the day itself.
func (b *book) laneOf(person int64) string { return fmt.Sprintf("lunch:%s:%d", b.name(), person) }

// eachKey keys what each is told of the day once.
func (b *book) eachKey(topic string, person int64) string {
	return fmt.Sprintf("%s:%s:0:%d", b.laneOf(person), topic, person)
}

// tellEach tells some people the same of the day, each once.
func (b *book) tellEach(ctx context.Context, topic string, urgency outbox.Urgency, to []int64) error {
	reached, err := people.Reachable(ctx, b.tx, b.day.Community, to)
	if err != nil {
		return err
	}
	rows := make([]outbox.Row, len(reached))
	for i, person := range reached {
		rows[i] = outbox.Row{
			Key: b.eachKey(topic, person), Person: person, Subject: b.laneOf(person), Topic: topic,
			Args: detail{"day": b.name(), "person": person}, Urgency: urgency, Due: b.now,
		}
	}
	return outbox.Enqueue(ctx, b.tx, b.day.Community, rows...)
}

// tellLeads tells whoever runs the kitchen something of the day, but for who acts.
func (b *book) tellLeads(ctx context.Context, topic string, more detail) error {
	to, err := leads(ctx, b.tx, b.day.Community)
	if err != nil {
		return err
	}
	args := detail{"day": b.name()}
	for key, value := range more {
		args[key] = value
	}
	return b.tell(ctx, news{to: without(to, b.by), topic: topic, subject: "lunch:" + b.name(), of: b.event, args: args, urgency: outbox.Task})
}

// answered takes the question of the day from somebody of whom there is an answer:
// what waits is withdrawn, and where they did not tap it themselves the card says what
// they have. A standing order that they gave elsewhere is such an answer.
func (b *book) answered(ctx context.Context, o Order) error {
	if o.Person == b.by && o.How != ByStanding {
		return outbox.Withdraw(ctx, b.tx, b.day.Community, b.eachKey(topicAsked, o.Person))
	}
	return b.over(ctx, b.laneOf(o.Person), topicAsked, detail{"day": b.name(), "person": o.Person})
}
