package childcare

import (
	"context"
	"fmt"
	"time"
)

// DayOn reads a day, at midnight UTC, for who was told of it.
func (s *Service) DayOn(ctx context.Context, community int64, day time.Time) (Day, error) {
	d, err := readDay(ctx, s.db, community, day)
	if err != nil {
		return Day{}, fmt.Errorf("read %s: %w", day.Format(time.DateOnly), err)
	}
	return d, nil
}

// Concerns reports whether childcare is something for whoever has a chat with the bot, by
// their account: they decide for a child that has a file.
func (s *Service) Concerns(ctx context.Context, community, telegram int64) (is bool, err error) {
	err = s.db.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM persons p
			JOIN ties t ON t.community_id = p.community_id AND t.person_id = p.id AND t.kind = 'guardian' AND t.ended_at IS NULL
			JOIN care_children c ON c.community_id = t.community_id AND c.child_id = t.for_id AND c.consent_at IS NOT NULL
			JOIN care_houses h ON h.community_id = c.community_id AND h.closed_at IS NULL
			WHERE p.community_id = $1 AND p.telegram = $2)`, community, telegram)
	if err != nil {
		return false, fmt.Errorf("whether childcare concerns somebody: %w", err)
	}
	return is, nil
}
