package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// What happens to the children's lunch of a day.
const (
	lunchOff = "lunch_off"
	lunchOn  = "lunch_on"
)

// LunchOff hears from the kitchen that it cooks nothing on a day: who runs the hall is told
// for how many children lunch is booked, once for so many. It asks nobody's permission.
func (s *Service) LunchOff(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time) error {
	n, err := s.lunches(ctx, tx, community, day)
	if err != nil || n == 0 {
		return err
	}
	was, err := s.lunchWas(ctx, tx, community, day)
	if err != nil || was == n {
		return err
	}
	event, err := log(ctx, tx, happened{community: community, day: day, code: lunchOff, detail: detail{"n": n}, at: s.now()})
	if err != nil {
		return err
	}
	to, err := leads(ctx, tx, community)
	if err != nil {
		return err
	}
	today, err := s.today(ctx, tx, community)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, community, news{
		to: to, topic: topicNoLunch, subject: lunchLane(day), of: event, args: detail{"day": day.Format(time.DateOnly), "n": n},
		rings: !day.After(today), // they are hungry in some hours
	})
}

// LunchOn hears that it does after all: whoever was told otherwise reads it there.
func (s *Service) LunchOn(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time) error {
	was, err := s.lunchWas(ctx, tx, community, day)
	if err != nil || was == 0 {
		return err
	}
	if _, err := log(ctx, tx, happened{community: community, day: day, code: lunchOn, at: s.now()}); err != nil {
		return err
	}
	return s.over(ctx, tx, community, news{topic: topicNoLunch, subject: lunchLane(day), args: detail{"day": day.Format(time.DateOnly)}})
}

// lunchLane is the subject of what is told of the lunch of a day.
func lunchLane(day time.Time) string { return "care:lunch:" + day.Format(time.DateOnly) }

// lunches is for how many children lunch is booked on a day that is not over.
func (s *Service) lunches(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) (int, error) {
	today, err := s.today(ctx, q, community)
	if err != nil || day.Before(today) {
		return 0, err
	}
	all, err := s.Meals(ctx, q, community, day)
	return len(all), err
}

// lunchWas is for how many children who runs the hall was told that there is no lunch: 0
// where they were not, or there is lunch again since.
func (s *Service) lunchWas(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) (n int, err error) {
	err = sqlx.GetContext(ctx, q, &n, `
		SELECT coalesce((SELECT (detail->>'n')::int FROM care_events
			WHERE community_id = $1 AND day = $2 AND code IN ('`+lunchOff+`', '`+lunchOn+`') ORDER BY id DESC LIMIT 1), 0)`, community, day)
	if err != nil {
		return 0, fmt.Errorf("read what was told of lunch on %s: %w", day.Format(time.DateOnly), err)
	}
	return n, nil
}

// lunchAtTime looks whether the kitchen cooks for the children of the day: also where it
// never said a word, as on a weekday that is none of its, or before they were booked.
func (b *book) lunchAtTime(ctx context.Context) error {
	if b.s.kitchen == nil {
		return nil
	}
	not, err := b.s.kitchen.CooksNot(ctx, b.tx, b.day.Community, b.day.Day)
	if err != nil || !not {
		return err
	}
	return b.s.LunchOff(ctx, b.tx, b.day.Community, b.day.Day)
}
