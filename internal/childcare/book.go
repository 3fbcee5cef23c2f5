package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/community"
)

// nothing is the state of a child without a booking for a part of a day.
const nothing Status = ""

// moves are all moves of a booking: where from, where to. Who makes them, the verbs say.
var moves = map[Status][]Status{
	nothing:   {Booked, Waiting},
	Booked:    {Cancelled, Waiting}, // there is less than there was
	Waiting:   {Waiting, Offered, Booked, Cancelled},
	Offered:   {Booked, Cancelled, Waiting},
	Cancelled: {Booked, Waiting},
}

// book is a day in the hands of one transaction, which holds it alone: nobody else books,
// so what is read of it holds.
type book struct {
	s        *Service
	tx       *sqlx.Tx
	day      Day
	sittings []*Sitting
	now      time.Time
	zone     *time.Location
	by       int64 // who acts; 0: the bot itself
	event    int64 // the last that was written: it keys what is told of it
}

// hold takes a day into the hands of the transaction. Children are held before it.
func (s *Service) hold(ctx context.Context, tx *sqlx.Tx, id int64, day time.Time, by int64) (*book, error) {
	d, err := lockDay(ctx, tx, id, day, true)
	if err != nil {
		return nil, err
	}
	c, err := community.Read(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	b := &book{s: s, tx: tx, day: d, now: s.now(), zone: c.Location(), by: by}
	return b, b.reread(ctx)
}

// reread reads the sittings of the day as they are now.
func (b *book) reread(ctx context.Context) error {
	all, err := readSittings(ctx, b.tx, `s.community_id = $1 AND s.day = $2`, b.day.Community, b.day.Day)
	if err != nil {
		return err
	}
	b.sittings = nil
	for i := range all {
		b.sittings = append(b.sittings, &all[i])
	}
	return nil
}

func (b *book) name() string { return b.day.Day.Format(time.DateOnly) }

// Takes reports whether a day is booked and cancelled by one tap at a moment.
func (d Day) Takes(at time.Time) bool { return d.State == Open && at.Before(d.ClosesAt) }

// takes refuses where nothing can be booked or changed any more. Whoever runs the hall
// may until the day is over.
func (b *book) takes(lead bool) error {
	switch {
	case b.day.State == CalledOff:
		return conflict("care.called_off", "why", b.day.Why)
	case b.day.Takes(b.now), lead && b.day.State != Over:
		return nil
	}
	return conflict("care.closed")
}

// all are the sittings as they stand.
func (b *book) all() []Sitting {
	some := make([]Sitting, len(b.sittings))
	for i, s := range b.sittings {
		some[i] = *s
	}
	return some
}

// some are the sittings of those ids, as they begin.
func (b *book) some(ids []int64) (l links) {
	for _, s := range b.sittings {
		if slices.Contains(ids, s.ID) {
			l = append(l, *s)
		}
	}
	return l
}

// chainOf is what a booking can have now: nil where there is nothing of the kind.
func (b *book) chainOf(c Child, w Booking, had ...int64) links {
	if w.Part != Talk {
		return chain(c, w.Part, b.all(), had...)
	}
	for _, s := range b.sittings {
		if s.Pattern.Part == Talk && s.Pattern.ID == int64(w.Nth) && s.suits(c) {
			return links{*s}
		}
	}
	return nil
}

// legs are the sittings of a booking, held or wished for.
func (b *book) legs(ctx context.Context, booking int64) (links, error) {
	var ids []int64
	err := b.tx.SelectContext(ctx, &ids, `
		SELECT sitting_id FROM care_legs WHERE community_id = $1 AND booking_id = $2`, b.day.Community, booking)
	if err != nil {
		return nil, fmt.Errorf("read the legs of booking %d: %w", booking, err)
	}
	return b.some(ids), nil
}

// elsewhere are the sittings that a child has of the day by other bookings.
func (b *book) elsewhere(ctx context.Context, w Booking) (links, error) {
	var ids []int64
	err := b.tx.SelectContext(ctx, &ids, `
		SELECT sitting_id FROM care_legs
		WHERE community_id = $1 AND child_id = $2 AND day = $3 AND holds AND booking_id <> $4`, b.day.Community, w.Child, b.day.Day, w.ID)
	if err != nil {
		return nil, fmt.Errorf("read where child %d is on %s: %w", w.Child, b.name(), err)
	}
	return b.some(ids), nil
}

// turn makes a booking what it is to be, with those legs: every change of every booking is
// one. The tables decide whether there is a place; what was held is held no more.
func (b *book) turn(ctx context.Context, was, to Booking, l links, why string) (Booking, error) {
	if !slices.Contains(moves[was.Status], to.Status) {
		return was, fmt.Errorf("booking %d: from %q to %q is no move", was.ID, was.Status, to.Status)
	}
	had, err := b.legs(ctx, was.ID)
	if err != nil {
		return was, err
	}
	// Who has a place keeps it, also where there are fewer by now than are taken.
	keeps := was.Holds() && to.Holds() && slices.Equal(had.ids(), l.ids())
	if !keeps {
		err = b.unleg(ctx, was)
	}
	if err == nil {
		to, err = b.write(ctx, was, to)
	}
	if err == nil && !keeps {
		err = b.leg(ctx, to, l)
	}
	if err != nil {
		return was, err
	}
	b.event, err = log(ctx, b.tx, happened{
		community: to.Community, day: to.Day, child: to.Child, by: b.by, code: string(to.Status), at: b.now,
		detail: detail{"booking": to.ID, "part": to.Part, "sittings": l.ids(), "how": to.How, "why": why, "absent": to.Absent},
	})
	if err != nil {
		return was, err
	}
	if err := b.eatsOtherwise(ctx, was, to, l); err != nil {
		return was, err
	}
	if b.day.State == Closed && to.Holds() && !was.Holds() {
		if err := b.s.HandsChanged(ctx, b.tx, to.Community, to.Day); err != nil {
			return was, err
		}
	}
	if was.Status == Offered {
		if err := b.unhold(ctx, was); err != nil {
			return was, err
		}
	}
	if to.Status == Offered {
		return to, b.holdFor(ctx, to)
	}
	return to, nil
}

// unleg takes a booking's legs away, with the places that it holds.
func (b *book) unleg(ctx context.Context, was Booking) error {
	var ids []int64
	err := b.tx.SelectContext(ctx, &ids, `
		DELETE FROM care_legs WHERE community_id = $1 AND booking_id = $2 RETURNING sitting_id`, was.Community, was.ID)
	if err != nil {
		return fmt.Errorf("free the places of booking %d: %w", was.ID, err)
	}
	if was.Holds() {
		b.counted(ids, -1)
	}
	return nil
}

// leg gives a booking its legs: places where it holds, wishes where it waits, and what it
// would have been where it is cancelled. A child that is there has its place also where
// none is left, and it is written that it is beyond them.
func (b *book) leg(ctx context.Context, to Booking, l links) error {
	_, err := b.tx.ExecContext(ctx, `
		INSERT INTO care_legs (community_id, booking_id, sitting_id, child_id, day, part, what, holds, starts_at, ends_at, beyond)
		SELECT s.community_id, $2, s.id, $3, s.day, s.part, s.what, $4, s.starts_at, s.ends_at, $6 AND s.taken >= s.places
		FROM care_sittings s WHERE s.community_id = $1 AND s.id = ANY ($5) ORDER BY s.id`,
		to.Community, to.ID, to.Child, to.Holds(), pq.Array(l.ids()), to.Holds() && to.Outcome == Came)
	if err != nil {
		return fmt.Errorf("legs of booking %d: %w", to.ID, err)
	}
	if to.Holds() {
		b.counted(l.ids(), 1)
	}
	return nil
}

// counted keeps the count of the transaction as the tables keep theirs.
func (b *book) counted(ids []int64, n int) {
	for _, s := range b.sittings {
		if slices.Contains(ids, s.ID) {
			s.Taken += n
		}
	}
}

// write inserts a booking or changes it where it is still what it was.
func (b *book) write(ctx context.Context, was, to Booking) (Booking, error) {
	var err error
	if was.Status == nothing {
		err = b.tx.GetContext(ctx, &to, `
			INSERT INTO care_bookings AS b (community_id, day, child_id, part, nth, by_id, how, state, since, waits_since, takes_itself, held_until)
			VALUES ($1, $2, $3, $4, $5, nullif($6::bigint, 0), $7, $8, $9, $10, $11, $12)
			RETURNING `+bookingColumns, to.Community, to.Day, to.Child, to.Part, to.Nth, to.By, to.How, to.Status, to.Since, to.WaitsSince,
			to.TakesItself, to.HeldUntil)
	} else {
		err = b.tx.GetContext(ctx, &to, `
			UPDATE care_bookings b SET by_id = nullif($4::bigint, 0), how = $5, state = $6, since = $7, waits_since = $8, takes_itself = $9,
				held_until = $10, absent = $11, outcome = $12,
				found_at = $13, found_by = nullif($14::bigint, 0)
			WHERE community_id = $1 AND id = $2 AND state = $3
			RETURNING `+bookingColumns, was.Community, was.ID, was.Status, to.By, to.How, to.Status, to.Since, to.WaitsSince, to.TakesItself,
			to.HeldUntil, to.Absent, to.Outcome, to.FoundAt, to.FoundBy)
	}
	if err != nil {
		return was, fmt.Errorf("booking of child %d for %s: %w", to.Child, b.name(), err)
	}
	return to, nil
}

// seat gives a booking its places.
func (b *book) seat(ctx context.Context, was, to Booking, l links, why string) (Booking, error) {
	to.Status, to.WaitsSince, to.HeldUntil, to.TakesItself, to.Absent = Booked, nil, nil, false, Present
	return b.turn(ctx, was, to, l, why)
}

// end cancels a booking, and says why in its event.
func (b *book) end(ctx context.Context, was, to Booking, why string) (Booking, error) {
	l, err := b.legs(ctx, was.ID)
	if err != nil {
		return was, err
	}
	to.Status, to.WaitsSince, to.HeldUntil, to.TakesItself, to.Outcome = Cancelled, nil, nil, false, NoOutcome
	return b.turn(ctx, was, to, l, why)
}

// put seats a booking where all of its chain has room, and lets it wait otherwise.
func (b *book) put(ctx context.Context, was, to Booking, l links, why string) (Booking, error) {
	if l.left() > 0 {
		return b.seat(ctx, was, to, l, why)
	}
	return b.wait(ctx, was, to, l, why)
}
