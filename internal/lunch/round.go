package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// topicRun gives the round of a day to who carries it.
const topicRun = "lunch.run"

// RoundBegins gives the round of a day to who carries, in the transaction in which their
// shift begins; where there is no lunch to bring, nobody hears of it. Repeated, it tells
// whoever has not heard of it.
func (s *Service) RoundBegins(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time, on []int64) error {
	d, err := readDay(ctx, tx, community, day)
	if isNotFound(err) || err == nil && d.State != Closed {
		return nil
	}
	if err != nil {
		return fmt.Errorf("begin the round of %s: %w", day.Format(time.DateOnly), err)
	}
	b := &book{s: s, tx: tx, day: d, now: s.now()}
	n, err := b.unexplained(ctx)
	if err != nil || n == 0 {
		return err
	}
	return b.tell(ctx, news{to: on, topic: topicRun, subject: "lunch:" + b.name(), args: detail{"day": b.name(), "n": n}})
}

// WorksOn reads which works for the meal of a day somebody has: all for whoever runs the
// kitchen, and none where they have none.
func (s *Service) WorksOn(ctx context.Context, actor people.Actor, day time.Time) ([]Work, error) {
	all, err := s.works(ctx, s.db, actor, day, Cook, Help, Carry, Wash)
	if isNotFound(err) {
		return []Work{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("what somebody does on %s: %w", day.Format(time.DateOnly), err)
	}
	return all, nil
}
