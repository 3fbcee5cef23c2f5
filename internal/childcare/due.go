package childcare

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// jobArgs say what a job is about.
type jobArgs struct {
	Booking int64  `json:"booking,omitempty"`
	Day     string `json:"day,omitempty"` // as a date
}

// Do does what falls due: the jobs of the outbox whose topics begin with "care.".
func (s *Service) Do(ctx context.Context, community int64, topic string, args []byte) error {
	var a jobArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("do %s: %w", topic, err)
	}
	do := map[string]func() error{
		"care.hold":  func() error { return s.holdRuns(ctx, community, a.Booking) },
		"care.roll":  func() error { return s.rollNext(ctx, community) },
		"care.ask":   func() error { return s.onDay(ctx, community, a.Day, (*book).askAtTime) },
		"care.hands": func() error { return s.onDay(ctx, community, a.Day, (*book).handsAtTime) },
		"care.close": func() error { return s.onDay(ctx, community, a.Day, (*book).closeAtTime) },
		jobUnsaid:    func() error { return s.onDay(ctx, community, a.Day, (*book).unsaidAtTime) },
		"care.over":  func() error { return s.onDay(ctx, community, a.Day, (*book).overAtTime) },
	}[topic]
	if slices.Contains([]string{jobGate, jobMissing, jobClosing}, topic) {
		do = func() error { return s.onTheDay(ctx, community, topic, args) }
	}
	if do == nil {
		return fmt.Errorf("do %s: unknown job", topic)
	}
	if err := do(); err != nil {
		return fmt.Errorf("do %s: %w", topic, err)
	}
	return nil
}

// onDay does something to a day that the bot holds alone.
func (s *Service) onDay(ctx context.Context, community int64, name string, do func(*book, context.Context) error) error {
	day, err := time.Parse(time.DateOnly, name)
	if err != nil {
		return fmt.Errorf("day of a job: %w", err)
	}
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		b, err := s.hold(ctx, tx, community, day, 0)
		if err != nil {
			return err
		}
		return do(b, ctx)
	})
}

// closeAtTime closes the bookings of a day at its deadline, once: whoever waits still is
// told that there is no place.
func (b *book) closeAtTime(ctx context.Context) error {
	if b.now.Before(b.day.ClosesAt) || b.day.State != Open { // it moved, or it is done
		return nil
	}
	all, err := readBookings(ctx, b.tx, `b.day = $2 AND b.state IN ('waiting', 'offered')`, b.day.Community, b.day.Day)
	if err != nil {
		return err
	}
	for _, w := range all {
		if err := b.lapse(ctx, w); err != nil {
			return err
		}
	}
	if err := b.unask(ctx); err != nil {
		return err
	}
	if err := b.s.awaitDay(ctx, b.tx, b.day.Community, b.day.Day); err != nil {
		return err
	}
	if err := b.become(ctx, Closed, "closed_at", nil); err != nil {
		return err
	}
	if err := b.eats(ctx); err != nil {
		return err
	}
	return b.handsAtTime(ctx)
}

// overAtTime notes that a day has passed, and writes down what it costs; who runs the hall is
// asked what nobody said of it.
func (b *book) overAtTime(ctx context.Context) error {
	if err := b.closeAtTime(ctx); err != nil {
		return err
	}
	if b.day.State != Closed || b.now.Before(b.ends()) {
		return nil
	}
	n, err := b.charge(ctx)
	if err != nil {
		return err
	}
	if err := b.unsaidNextMorning(ctx); err != nil {
		return err
	}
	return b.become(ctx, Over, "over_at", detail{"charged": n})
}

// ends is when the day has passed.
func (b *book) ends() time.Time { return in(b.day.Day, b.zone).AddDate(0, 0, 1) }

// become writes another state of the day; column, which is a constant of this package,
// says when.
func (b *book) become(ctx context.Context, to State, column string, more detail) error {
	_, err := b.tx.ExecContext(ctx, `
		UPDATE care_days SET state = $3, `+column+` = $4 WHERE community_id = $1 AND day = $2`, b.day.Community, b.day.Day, to, b.now)
	if err != nil {
		return fmt.Errorf("make %s %s: %w", b.name(), to, err)
	}
	b.day.State = to
	return b.noted(ctx, string(to), more)
}
