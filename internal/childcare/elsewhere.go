package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/people"
)

// meetElsewhere tells those who are booked that they are met at another place; was are the
// patterns that changed, as they were. Whose day is at another time too, or costs something
// else, has been told of all that: but days that are not booked any more stay as they are.
func (s *Service) meetElsewhere(ctx context.Context, tx *sqlx.Tx, actor people.Actor, was map[int64]Pattern) error {
	var moved, alone []int64
	now, err := readPatterns(ctx, tx, actor.Community)
	if err != nil {
		return err
	}
	for _, p := range now {
		old, changed := was[p.ID]
		if !changed || old.Point == p.Point && old.School == p.School {
			continue
		}
		moved = append(moved, p.ID)
		if old.From == p.From && old.Until == p.Until && old.Price == p.Price {
			alone = append(alone, p.ID)
		}
	}
	var days []time.Time
	err = tx.SelectContext(ctx, &days, `
		SELECT DISTINCT day FROM care_sittings WHERE community_id = $1 AND pattern_id = ANY ($2) AND starts_at > $3 AND cancelled_at IS NULL ORDER BY day`,
		actor.Community, pq.Array(moved), s.now())
	if err != nil {
		return fmt.Errorf("read the days that meet elsewhere: %w", err)
	}
	for _, day := range days {
		b, err := s.hold(ctx, tx, actor.Community, date(day, time.UTC), actor.Person)
		if err != nil {
			return err
		}
		some := moved
		if b.day.Takes(b.now) {
			some = alone
		}
		if err := b.meetElsewhere(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

// meetElsewhere tells it of a day.
func (b *book) meetElsewhere(ctx context.Context, patterns []int64) error {
	all, err := readBookings(ctx, b.tx, `b.day = $2 AND b.state = 'booked' AND EXISTS (SELECT FROM care_legs l
		JOIN care_sittings s ON s.community_id = l.community_id AND s.id = l.sitting_id
		WHERE l.community_id = b.community_id AND l.booking_id = b.id AND s.pattern_id = ANY ($3) AND s.starts_at > $4)`,
		b.day.Community, b.day.Day, pq.Array(patterns), b.now)
	if err != nil {
		return err
	}
	for _, w := range all {
		b.event, err = log(ctx, b.tx, happened{
			community: w.Community, day: w.Day, child: w.Child, by: b.by, code: "moved", detail: detail{"booking": w.ID}, at: b.now,
		})
		if err != nil {
			return err
		}
		if err := b.tellOf(ctx, w, topicChanged); err != nil {
			return err
		}
	}
	return nil
}
