package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// holds is how long a place is held for somebody who wants to be asked first.
const holds = 30 * time.Minute

// awake is when a hold runs: nobody loses a place asleep.
var awake = calendar.Span{From: calendar.ClockAt(8, 0), Until: calendar.ClockAt(20, 0)}

// held is when somebody is told that a place is held for them, and until when it is, in
// the zone of now: what of a hold does not fit into the evening runs on in the morning.
// The deadline ends every hold.
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

// wait puts a booking on the list: behind all who wait, or where it has its turn already.
func (b *book) wait(ctx context.Context, was, to Booking, l links, why string) (Booking, error) {
	to.Status, to.HeldUntil, to.Absent = Waiting, nil, Present
	if was.Status == Waiting || was.Status == Offered {
		to.WaitsSince = was.WaitsSince
		return b.turn(ctx, was, to, l, why)
	}
	var last *time.Time
	err := b.tx.GetContext(ctx, &last, `
		SELECT max(waits_since) FROM care_bookings WHERE community_id = $1 AND day = $2`, b.day.Community, b.day.Day)
	if err != nil {
		return was, err
	}
	turn := b.now
	if last != nil && !turn.After(*last) { // clocks of two machines, or a clock that stands
		turn = last.Add(time.Microsecond)
	}
	to.WaitsSince = &turn
	return b.turn(ctx, was, to, l, why)
}

// moveOn gives what is free to those who wait, as they came, wherever all of their chain
// has room: so at rest nobody waits for whom there is room.
func (b *book) moveOn(ctx context.Context) error {
	if !b.day.Takes(b.now) {
		return nil
	}
	all, err := readBookings(ctx, b.tx, `b.day = $2 AND b.state = 'waiting'`, b.day.Community, b.day.Day)
	if err != nil {
		return err
	}
	byTurn(all)
	for _, w := range all {
		if err := b.freed(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// freed gives a place to a booking that waits, or holds it, where there is one for all of
// its chain.
func (b *book) freed(ctx context.Context, w Booking) error {
	c, err := readChild(ctx, b.tx, w.Community, w.Child)
	if err != nil {
		return err
	}
	l := b.chainOf(c, w)
	if l == nil || l.left() == 0 {
		return nil
	}
	other, err := b.elsewhere(ctx, w)
	if err != nil || l.bars(other) {
		return err
	}
	to := w
	if w.TakesItself {
		to.How = FromList
		got, err := b.seat(ctx, w, to, l, "list")
		if err != nil {
			return err
		}
		return b.tellOf(ctx, got, topicGot)
	}
	_, until := held(b.now.In(b.zone), b.day.ClosesAt)
	to.Status, to.HeldUntil = Offered, &until
	_, err = b.turn(ctx, w, to, l, "list")
	return err
}

// holdKey keys the job that ends a hold.
func holdKey(w Booking) string { return fmt.Sprintf("care:hold:%d:%d", w.ID, w.HeldUntil.UnixMicro()) }

// holdFor tells of an offer when it begins, and lets it end by itself.
func (b *book) holdFor(ctx context.Context, w Booking) error {
	from, _ := held(b.now.In(b.zone), b.day.ClosesAt)
	err := outbox.Enqueue(ctx, b.tx, w.Community, outbox.Row{
		Key: holdKey(w), Topic: "care.hold", Args: jobArgs{Booking: w.ID}, Due: *w.HeldUntil,
	})
	if err != nil {
		return err
	}
	to, err := b.hearers(ctx, w)
	if err != nil {
		return err
	}
	return b.tell(ctx, news{to: to, topic: topicOffered, subject: subject(w), of: b.event, due: from, args: argsOf(w)})
}

// unhold withdraws the end of a hold, and takes the buttons from who has the offer.
func (b *book) unhold(ctx context.Context, w Booking) error {
	if err := outbox.Withdraw(ctx, b.tx, w.Community, holdKey(w)); err != nil {
		return err
	}
	return b.s.over(ctx, b.tx, w.Community, news{subject: subject(w), topic: topicOffered, args: argsOf(w)})
}

// holdRuns ends a hold whose time is over, and the next gets the place. One that was
// answered meanwhile ended then.
func (s *Service) holdRuns(ctx context.Context, communityID, id int64) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		w, err := readBooking(ctx, tx, communityID, id)
		if err != nil {
			return err
		}
		b, err := s.hold(ctx, tx, communityID, w.Day, 0)
		if err != nil {
			return err
		}
		if w, err = readBooking(ctx, tx, communityID, id); err != nil || w.Status != Offered || w.HeldUntil.After(b.now) {
			return err
		}
		if err := b.lapse(ctx, w); err != nil {
			return err
		}
		return b.moveOn(ctx)
	})
}

// lapse ends what waits, or is held, when nothing comes of it any more.
func (b *book) lapse(ctx context.Context, w Booking) error {
	ended, err := b.end(ctx, w, w, "lapsed")
	if err != nil {
		return err
	}
	return b.tellOf(ctx, ended, topicLapsed)
}

// Answer takes a place that is held, or leaves it to the next. It is care.hold_over where
// the time for it is, and care.not_offered where none is held. Repeated, it changes
// nothing.
func (s *Service) Answer(ctx context.Context, actor people.Actor, booking int64, yes bool) (Booking, error) {
	w, err := s.onBooking(ctx, actor, booking, func(b *book, was Booking, _ bool) (Booking, error) {
		switch {
		case was.Status == Booked && yes, was.Status == Cancelled && !yes:
			return was, nil
		case was.Status == Cancelled:
			return was, conflict("care.hold_over")
		case was.Status != Offered:
			return was, conflict("care.not_offered")
		case yes && (!was.HeldUntil.After(b.now) || !b.day.Takes(b.now)):
			return was, conflict("care.hold_over")
		}
		to := was
		to.By, to.How = b.by, FromList
		if !yes {
			w, err := b.end(ctx, was, to, "declined")
			if err != nil {
				return was, err
			}
			return w, b.moveOn(ctx)
		}
		l, err := b.legs(ctx, was.ID)
		if err != nil {
			return was, err
		}
		w, err := b.seat(ctx, was, to, l, "accepted")
		if err != nil {
			return was, err
		}
		return w, b.tellOthers(ctx, w)
	})
	if err != nil {
		return Booking{}, fmt.Errorf("answer for booking %d: %w", booking, err)
	}
	return w, nil
}

// TakeItself says whether a place that comes free is taken without asking: what is held
// already is taken then. It is care.not_waiting of a booking that does not wait.
func (s *Service) TakeItself(ctx context.Context, actor people.Actor, booking int64, yes bool) (Booking, error) {
	w, err := s.onBooking(ctx, actor, booking, func(b *book, was Booking, _ bool) (Booking, error) {
		if was.Status != Waiting {
			return was, conflict("care.not_waiting")
		}
		if was.TakesItself == yes {
			return was, nil
		}
		l, err := b.legs(ctx, was.ID)
		if err != nil {
			return was, err
		}
		to := was
		to.TakesItself = yes
		return b.wait(ctx, was, to, l, "takes_itself")
	})
	if err != nil {
		return Booking{}, fmt.Errorf("let booking %d take a place by itself: %w", booking, err)
	}
	return w, nil
}
