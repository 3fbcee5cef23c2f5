package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

const maxBreak, maxBreakName = 100, 60

// readBreaks reads those that are not over on a day, by day.
func readBreaks(ctx context.Context, q sqlx.QueryerContext, community int64, today time.Time) ([]Break, error) {
	all := []Break{}
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT community_id AS community, from_day AS from, until_day AS until, kind, coalesce(like_weekday, 0) AS like, name, asked_until AS askeduntil
		FROM care_breaks WHERE community_id = $1 AND until_day >= $2 ORDER BY from_day`, community, today)
	if err != nil {
		return nil, fmt.Errorf("read the breaks: %w", err)
	}
	return all, nil
}

// Breaks reads those that are not over, by day.
func (s *Service) Breaks(ctx context.Context, community int64) ([]Break, error) {
	today, err := s.today(ctx, s.db, community)
	if err != nil {
		return nil, err
	}
	return readBreaks(ctx, s.db, community, today)
}

// SetBreak writes one, in the place of what begins on its first day. It is care.bad_day
// where its days are none, or too many.
func (s *Service) SetBreak(ctx context.Context, actor people.Actor, b Break) error {
	err := s.planned(ctx, actor, func(tx *sqlx.Tx) (map[int64]Pattern, bool, error) {
		var err error
		if b.Name, err = text(b.Name, maxBreakName); err != nil {
			return nil, false, err
		}
		switch {
		case b.Until.Before(b.From) || b.Until.Sub(b.From) > maxBreak*24*time.Hour:
			return nil, false, invalid("care.bad_day")
		case !slices.Contains([]BreakKind{Free, Lessons, Shut}, b.Kind):
			return nil, false, invalid("care.no_kind")
		case b.Like < 0 || b.Like > 7:
			return nil, false, invalid("care.no_weekday")
		}
		if b.Kind != Lessons {
			b.Like = 0
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO care_breaks (community_id, from_day, until_day, kind, like_weekday, name) VALUES ($1, $2, $3, $4, nullif($5, 0), $6)
			ON CONFLICT (community_id, from_day) DO UPDATE SET until_day = excluded.until_day, kind = excluded.kind,
				like_weekday = excluded.like_weekday, name = excluded.name`, actor.Community, b.From, b.Until, b.Kind, b.Like, b.Name)
		if err != nil {
			return nil, false, err
		}
		return nil, true, s.did(ctx, tx, actor, "break", detail{
			"from": b.From.Format(time.DateOnly), "until": b.Until.Format(time.DateOnly), "kind": b.Kind, "like": b.Like,
		})
	})
	if err != nil {
		return fmt.Errorf("set a break: %w", err)
	}
	return nil
}

// DropBreak takes back the one that begins on a day. Repeated, it changes nothing.
func (s *Service) DropBreak(ctx context.Context, actor people.Actor, from time.Time) error {
	err := s.planned(ctx, actor, func(tx *sqlx.Tx) (map[int64]Pattern, bool, error) {
		done, err := tx.ExecContext(ctx, `DELETE FROM care_breaks WHERE community_id = $1 AND from_day = $2`, actor.Community, from)
		if err != nil {
			return nil, false, err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return nil, false, err
		}
		return nil, true, s.did(ctx, tx, actor, "break_dropped", detail{"from": from.Format(time.DateOnly)})
	})
	if err != nil {
		return fmt.Errorf("drop a break: %w", err)
	}
	return nil
}
