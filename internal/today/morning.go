package today

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// MorningAt is when the page of the morning comes, every day.
var MorningAt = calendar.ClockAt(7, 40)

// Since is when yesterday's page came, of a moment in the community's zone: what
// is counted as new is newer.
func Since(now time.Time) time.Time { return MorningAt.On(now.AddDate(0, 0, -1)) }

// Begin sees to it that a community's page comes every morning from now on. It is
// called whenever linli starts, and does nothing twice.
func (s *Service) Begin(ctx context.Context, id int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		c, err := community.Read(ctx, tx, id)
		if err != nil {
			return err
		}
		return s.schedule(ctx, tx, c)
	})
	if err != nil {
		return fmt.Errorf("begin the mornings of community %d: %w", id, err)
	}
	return nil
}

// schedule enqueues the next morning; the day is its key.
func (s *Service) schedule(ctx context.Context, tx *sqlx.Tx, c community.Community) error {
	at := MorningAt.Next(s.now().In(c.Location()))
	return outbox.Enqueue(ctx, tx, c.ID, outbox.Row{
		Key: "morning:at:" + string(calendar.DateOf(at)), Topic: "today.morning", Urgency: outbox.Task, Due: at,
	})
}

// Do does what falls due: the jobs of the outbox whose topics begin with "today.".
func (s *Service) Do(ctx context.Context, community int64, topic string) error {
	if topic != "today.morning" {
		return fmt.Errorf("do %s: unknown job", topic)
	}
	if err := s.morning(ctx, community); err != nil {
		return fmt.Errorf("do %s: %w", topic, err)
	}
	return nil
}

// morning sends the page of today to who is in charge at this moment, and comes
// again tomorrow. Where linli was down it comes late, but never on another day.
func (s *Service) morning(ctx context.Context, id int64) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		c, err := community.Read(ctx, tx, id)
		if err != nil {
			return err
		}
		now := s.now().In(c.Location())
		if err := s.schedule(ctx, tx, c); err != nil || now.Before(MorningAt.On(now)) {
			return err
		}
		return morningPage(ctx, tx, id, now, 0)
	})
}

// morningPage enqueues the morning's page of today for who is in charge, once; but is
// whom it did not reach, 0: nobody yet.
func morningPage(ctx context.Context, tx *sqlx.Tx, id int64, now time.Time, but int64) error {
	charge, err := people.InCharge(ctx, tx, id)
	if refusal.Is(err, refusal.NotFound) || err == nil && charge.ID == but {
		return nil
	}
	if err != nil {
		return err
	}
	key := "morning:" + string(calendar.DateOf(now))
	if but != 0 {
		key = fmt.Sprintf("%s:%d", key, charge.ID)
	}
	return outbox.Enqueue(ctx, tx, id, outbox.Row{
		Key: key, Person: charge.ID, Topic: "morning.page", Urgency: outbox.Task, Due: now,
	})
}

// Unreached sends the page of the morning to who is in charge now that Telegram
// did not reach who was.
func (s *Service) Unreached(ctx context.Context, id, person int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		c, err := community.Read(ctx, tx, id)
		if err != nil {
			return err
		}
		return morningPage(ctx, tx, id, s.now().In(c.Location()), person)
	})
	if err != nil {
		return fmt.Errorf("the page of the morning did not reach person %d: %w", person, err)
	}
	return nil
}
