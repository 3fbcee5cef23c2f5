package lunch

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// bill is a meal as it is charged: its key is that of its order, so that however often a
// day is over, each is written once.
type bill struct {
	Order, Person int64
	Portions      int
	Outcome       Outcome
	Pays          *int // the most that its diner pays of a portion; nil: what it costs
	PaysWhy       string
	Again         int64 // the entry that was corrected, in whose place it is charged again; 0: the first time
}

// mealRef is before the order in what the books say of a meal.
const mealRef = "order:"

// Ate reports whether a meal reached who eats it.
func (is Outcome) Ate() bool { return is == Delivered || is == WithNeighbour || is == Came }

// bills are the meals of the day that were cooked.
func (b *book) bills(ctx context.Context) ([]bill, error) {
	var all []bill
	err := b.tx.SelectContext(ctx, &all, `
		SELECT o.id AS order, o.person_id AS person, o.portions, o.outcome, d.pays, d.pays_why AS payswhy
		FROM lunch_orders o JOIN diners d ON d.community_id = o.community_id AND d.person_id = o.person_id
		WHERE o.community_id = $1 AND o.day = $2 AND o.state = 'ordered' ORDER BY o.id`, b.day.Community, b.day.Day)
	if err != nil {
		return nil, fmt.Errorf("read the meals of %s: %w", b.name(), err)
	}
	return all, nil
}

// charge writes down what each meal of the day costs that reached who eats it, and
// returns how many did. Of those of which nobody said anything the lead is asked when
// people are up; until then nobody pays for them.
func (b *book) charge(ctx context.Context) (n int, err error) {
	if b.s.books == nil {
		return 0, nil
	}
	all, err := b.bills(ctx)
	if err != nil {
		return 0, err
	}
	unsettled := 0
	for _, m := range all {
		switch {
		case m.Outcome == NoOutcome:
			unsettled++
		case m.Outcome.Ate():
			n++
			if err := b.post(ctx, people.Actor{Community: b.day.Community}, m); err != nil {
				return 0, err
			}
		}
	}
	return n, b.asksWhoAte(ctx, unsettled)
}

// post charges one meal: what its diner pays of it, and what nobody pays, with the
// reason why.
func (b *book) post(ctx context.Context, by people.Actor, m bill) error {
	price, pays := int64(b.day.Price), int64(b.day.Price)
	if m.Pays != nil {
		pays = min(price, int64(*m.Pays))
	}
	order := strconv.FormatInt(m.Order, 10)
	of := ledger.Entry{Book: ledger.Lunch, Day: calendar.DateOf(b.day.Day), Person: m.Person, Ref: mealRef + order}
	if m.Again != 0 {
		order += ":again:" + strconv.FormatInt(m.Again, 10)
	}
	for _, part := range []struct {
		code   ledger.Code
		key    string
		each   int64
		reason string
	}{
		{ledger.Charge, "meal:", pays, ""},
		{ledger.Free, "free:", price - pays, m.PaysWhy},
	} {
		if part.each == 0 {
			continue
		}
		e := of
		e.Code, e.Key, e.Amount, e.Reason = part.code, part.key+order, part.each*int64(m.Portions), part.reason
		if _, err := b.s.books.Post(ctx, b.tx, by, e); err != nil {
			return fmt.Errorf("charge meal %d: %w", m.Order, err)
		}
	}
	return nil
}

// asksAt is when the lead is asked in the morning after.
var asksAt = calendar.ClockAt(8, 0)

// asksWhoAte asks the lead of how many meals nobody said whether they were eaten.
func (b *book) asksWhoAte(ctx context.Context, n int) error {
	if n == 0 {
		return nil
	}
	zone, err := b.where(ctx)
	if err != nil {
		return err
	}
	to, err := leads(ctx, b.tx, b.day.Community)
	if err != nil {
		return err
	}
	return b.tell(ctx, news{
		to: to, topic: topicUnsettled, subject: "lunch:" + b.name(), args: detail{"day": b.name(), "n": n},
		urgency: outbox.Task, due: asksAt.Next(b.now.In(zone)),
	})
}

// Unsettled is a meal of a day that is over, of which nobody said whether it was eaten.
type Unsettled struct {
	Order, Person int64
	Portions      int
}

// Unsettled reads those of a day, for who runs the kitchen.
func (s *Service) Unsettled(ctx context.Context, actor people.Actor, day time.Time) ([]Unsettled, error) {
	all := []Unsettled{}
	err := s.bookkeeper(ctx, s.db, actor, 0)
	if err == nil {
		err = s.db.SelectContext(ctx, &all, `
			SELECT o.id AS order, o.person_id AS person, o.portions
			FROM lunch_orders o JOIN lunch_days d ON d.community_id = o.community_id AND d.day = o.day AND d.state = 'over'
			WHERE o.community_id = $1 AND o.day = $2 AND o.state = 'ordered' AND o.outcome = '' ORDER BY o.id`, actor.Community, day)
	}
	if err != nil {
		return nil, fmt.Errorf("read what is not settled of %s: %w", day.Format(time.DateOnly), err)
	}
	return all, nil
}
