package lunch

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
)

// holds is how long a place is held for somebody who wants to be asked first.
const holds = 30 * time.Minute

// awake is when a hold runs: nobody loses a place asleep.
var awake = calendar.Span{From: calendar.ClockAt(8, 0), Until: calendar.ClockAt(20, 0)}

// held is when somebody is told that a place is held for them, and until when it is,
// in the zone of now: what of a hold does not fit into the evening runs on in the
// morning. The cut-off ends every hold.
func held(now, closes time.Time) (from, until time.Time) {
	from = now
	if !awake.Holds(now) {
		from = awake.From.Next(now)
	}
	until = from.Add(holds)
	if night := awake.Ends(from); until.After(night) {
		until = awake.From.Next(night).Add(until.Sub(night))
	}
	if until.After(closes) {
		until = closes
	}
	return from, until
}

// listOrder is the order in which those who wait get what comes free: as they came,
// and guests when nobody else is left.
const listOrder = `d.why = 'guest', o.waits_since, o.id`

// moveOn gives what is free to those who wait: the first for whom it is enough. So at
// rest nobody waits for whom there is room, and of two who want as much nobody passes
// the other.
func (b *book) moveOn(ctx context.Context) error {
	if !b.day.Open(b.now) {
		return nil
	}
	for _, m := range Modes {
		for b.left(m) > 0 {
			o, err := b.first(ctx, m)
			if errors.Is(err, sql.ErrNoRows) {
				break
			}
			if err != nil {
				return fmt.Errorf("read who is next for %s: %w", b.day.Day.Format(time.DateOnly), err)
			}
			if err := b.freed(ctx, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// first reads who is next: sql.ErrNoRows where what is free is enough for nobody.
func (b *book) first(ctx context.Context, m Mode) (o Order, err error) {
	err = b.tx.GetContext(ctx, &o, `
		SELECT `+orderColumns+` FROM lunch_orders WHERE community_id = $1 AND id = (
			SELECT o.id FROM lunch_orders o JOIN diners d ON d.community_id = o.community_id AND d.person_id = o.person_id
			WHERE o.community_id = $1 AND o.day = $2 AND o.mode = $3 AND o.state = 'waiting' AND o.portions <= $4
			ORDER BY `+listOrder+` LIMIT 1)`, b.day.Community, b.day.Day, m, b.left(m))
	return o, err
}

// freed gives a place to who is next, or holds it for them.
func (b *book) freed(ctx context.Context, o Order) error {
	to := o
	if o.TakesItself {
		to.How = FromList
		got, err := b.seat(ctx, o, to, "list")
		if err != nil {
			return err
		}
		return b.tellOf(ctx, got, topicGot, outbox.Task)
	}
	zone, err := b.where(ctx)
	if err != nil {
		return err
	}
	_, until := held(b.now.In(zone), b.day.ClosesAt)
	to.Status, to.HeldUntil = Offered, &until
	_, err = b.turn(ctx, o, to, "list")
	return err
}

// where is the zone of the community's clocks.
func (b *book) where(ctx context.Context) (*time.Location, error) {
	if b.zone == nil {
		c, err := community.Read(ctx, b.tx, b.day.Community)
		if err != nil {
			return nil, err
		}
		b.zone = c.Location()
	}
	return b.zone, nil
}

// hold tells of an offer when it begins, and lets it end by itself.
func (b *book) hold(ctx context.Context, o Order) error {
	zone, err := b.where(ctx)
	if err != nil {
		return err
	}
	from, _ := held(b.now.In(zone), b.day.ClosesAt)
	err = outbox.Enqueue(ctx, b.tx, o.Community, outbox.Row{
		Key: holdKey(o), Topic: "lunch.hold", Args: detail{"order": o.ID}, Due: *o.HeldUntil,
	})
	if err != nil {
		return err
	}
	to, err := b.hearers(ctx, o)
	if err != nil {
		return err
	}
	return b.tell(ctx, news{to: to, topic: topicOffered, subject: subject(o), of: b.event, due: from, args: argsOf(o)})
}

// holdRuns ends a hold whose time is over, and the next gets the place. One that was
// answered meanwhile ended then.
func (s *Service) holdRuns(ctx context.Context, communityID, id int64) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		o, err := readOrderByID(ctx, tx, communityID, id)
		if err != nil {
			return err
		}
		b, err := s.openOn(ctx, tx, communityID, o.Day, 0)
		if err != nil {
			return err
		}
		if o, err = readOrderByID(ctx, tx, communityID, id); err != nil || o.Status != Offered || o.HeldUntil.After(b.now) {
			return err
		}
		return b.lapse(ctx, o)
	})
}

// lapse takes an offer away that nobody answered, and moves on.
func (b *book) lapse(ctx context.Context, o Order) error {
	gone, err := b.end(ctx, o, "hold")
	if err != nil {
		return err
	}
	if err := b.tellOf(ctx, gone, topicLapsed, outbox.Notice); err != nil {
		return err
	}
	return b.moveOn(ctx)
}

// unlist ends what still waits for a place, or is offered one, when the day closes,
// which the caller holds alone: who waited is told that there is none.
func (s *Service) unlist(ctx context.Context, tx *sqlx.Tx, d Day) error {
	b, err := s.open(ctx, tx, d, 0)
	if err != nil {
		return err
	}
	return b.unlists(ctx)
}

func (b *book) unlists(ctx context.Context) error {
	all, err := b.alive(ctx)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Status == Ordered {
			continue
		}
		gone, err := b.end(ctx, o.Order, "closed")
		if err != nil {
			return err
		}
		if err := b.tellOf(ctx, gone, topicLapsed, outbox.Task); err != nil {
			return err
		}
	}
	return nil
}
