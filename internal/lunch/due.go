package lunch

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// jobArgs say what a job is about.
type jobArgs struct {
	Order int64  `json:"order,omitempty"`
	Day   string `json:"day,omitempty"` // as a date
	Tries int    `json:"tries,omitempty"`
}

// Do does what falls due: the jobs of the outbox whose topics begin with "lunch.".
func (s *Service) Do(ctx context.Context, community int64, topic string, args []byte) error {
	var a jobArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("do %s: %w", topic, err)
	}
	do := map[string]func() error{
		"lunch.hold":  func() error { return s.holdRuns(ctx, community, a.Order) },
		"lunch.again": func() error { return s.againAtTime(ctx, community, a.Order, a.Tries) },
		"lunch.doors": func() error { return s.onDay(ctx, community, a.Day, (*book).doorsAtTime) },
		"lunch.month": func() error { return s.monthEnds(ctx, community, a.Day) },
		"lunch.roll":  func() error { return s.rollNext(ctx, community) },
		"lunch.ask":   func() error { return s.onDay(ctx, community, a.Day, (*book).askAtTime) },
		"lunch.call":  func() error { return s.onDay(ctx, community, a.Day, (*book).callAtTime) },
		"lunch.close": func() error { return s.onDay(ctx, community, a.Day, (*book).closeAtTime) },
		"lunch.over":  func() error { return s.onDay(ctx, community, a.Day, (*book).overAtTime) },
	}[topic]
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

// hold takes a day alone into the hands of a transaction: nobody orders meanwhile.
func (s *Service) hold(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time, by int64) (*book, error) {
	d, err := lockDay(ctx, tx, community, day, true)
	if err != nil {
		return nil, err
	}
	return s.open(ctx, tx, d, by)
}
