package lunch

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli-bot/linli/internal/outbox"
)

// resting are the reasons for which an order was cancelled that comes again when they
// are over.
var resting = []string{"absent", "gone", "paused"}

// aligned counts what align did.
type aligned struct{ ended, again, late int }

// align makes what a diner has of the days to come what holds for them now: orders end
// for which ends knows why, and those that rested, or that the standing order makes,
// come where nothing keeps them. The diner is held; the days are, one after the other.
func (s *Service) align(ctx context.Context, g guest, by int64, ends func(Day, guest) string) (n aligned, err error) {
	var days []Day
	err = g.tx.SelectContext(ctx, &days, `
		SELECT `+dayColumns+` FROM lunch_days
		WHERE community_id = $1 AND state IN ('planned', 'published', 'closed') AND serves_at > $2 ORDER BY day FOR SHARE`,
		g.diner.Community, s.now())
	if err != nil {
		return n, fmt.Errorf("lock the days to come: %w", err)
	}
	for _, d := range days {
		b, err := s.open(ctx, g.tx, d, by)
		if err != nil {
			return n, err
		}
		if err := b.alignOne(ctx, g, ends, &n); err != nil {
			return n, err
		}
	}
	return n, nil
}

// alignOne is align of one day.
func (b *book) alignOne(ctx context.Context, g guest, ends func(Day, guest) string, n *aligned) error {
	o, err := readOrder(ctx, b.tx, b.day.Community, b.day.Day, g.diner.Person)
	if err != nil {
		return err
	}
	why := ends(b.day, g)
	switch {
	case why != "" && o.Status != nothing && o.Status != Cancelled && o.Outcome == NoOutcome:
		return b.rest(ctx, o, why, n)
	case why != "" || !b.day.Open(b.now) || !g.diner.Eats(b.day.Day) || !here(g.person, b.day.Day):
		return nil
	case o.Status == nothing && g.diner.Stands(b.day.Day):
		n.again++
		return b.standFor(ctx, g.diner)
	case o.Status != Cancelled:
		return nil
	}
	rested, err := b.rested(ctx, o)
	if err != nil || !rested {
		return err
	}
	n.again++
	to := o
	to.Since = b.now
	_, err = b.again(ctx, o, to, "again")
	return err
}

// rest ends an order, and the next gets its place. Where the kitchen has its sheet
// already, whoever runs it is told.
func (b *book) rest(ctx context.Context, o Order, why string, n *aligned) error {
	gone, err := b.end(ctx, o, why)
	if err != nil {
		return err
	}
	n.ended++
	if b.day.State == Closed && o.Holds() {
		n.late++
		to, err := leads(ctx, b.tx, o.Community)
		if err != nil {
			return err
		}
		drop := news{to: to, topic: topicDropped, subject: subject(o), of: b.event, args: argsOf(gone), urgency: outbox.Task}
		if err := b.tell(ctx, drop); err != nil {
			return err
		}
	}
	return b.moveOn(ctx)
}

// rested reports whether an order ended only for a while.
func (b *book) rested(ctx context.Context, o Order) (bool, error) {
	var why string
	err := b.tx.GetContext(ctx, &why, `
		SELECT coalesce(detail->>'why', '') FROM lunch_events
		WHERE community_id = $1 AND day = $2 AND (detail->>'order')::bigint = $3 ORDER BY id DESC LIMIT 1`, o.Community, o.Day, o.ID)
	if err != nil {
		return false, fmt.Errorf("read why order %d ended: %w", o.ID, err)
	}
	return slices.Contains(resting, why), nil
}
