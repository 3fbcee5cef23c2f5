package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// CopyWeek writes the menus of the week of one day for the week of another, weekday by
// weekday, wherever nobody wrote what there is and nobody can order yet. It returns the
// days that have one by it. It is lunch.nothing_to_copy where the first week has none.
// Repeated, it changes nothing.
func (s *Service) CopyWeek(ctx context.Context, actor people.Actor, from, to time.Time) (copied []time.Time, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		copied = nil
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		menus, err := weekMenus(ctx, tx, actor.Community, Monday(from))
		if err != nil {
			return err
		}
		if len(menus) == 0 {
			return invalid("lunch.nothing_to_copy")
		}
		copied, err = s.copyInto(ctx, tx, actor, Monday(to), menus)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("copy a week of menus: %w", err)
	}
	return copied, nil
}

// Monday is the first day of the week of a day.
func Monday(day time.Time) time.Time { return day.AddDate(0, 0, 1-Weekday(day)) }

// weekMenus reads the menus of the week that begins on a day, by how many days after
// it they are.
func weekMenus(ctx context.Context, q sqlx.QueryerContext, community int64, monday time.Time) (map[int][]Line, error) {
	all := map[int][]Line{}
	for n := range 7 {
		m, err := readMenu(ctx, q, community, monday.AddDate(0, 0, n))
		if err != nil {
			return nil, err
		}
		for _, s := range m {
			all[n] = append(all[n], Line{s.Name, s.Choice})
		}
	}
	return all, nil
}

// copyInto writes menus for the planned days of a week that have none.
func (s *Service) copyInto(ctx context.Context, tx *sqlx.Tx, actor people.Actor, monday time.Time, menus map[int][]Line) (copied []time.Time, err error) {
	var days []time.Time
	err = tx.SelectContext(ctx, &days, `
		SELECT day FROM lunch_days d
		WHERE community_id = $1 AND day BETWEEN $2::date AND $2::date + 6 AND state = 'planned' AND NOT EXISTS (
			SELECT FROM lunch_menus m WHERE m.community_id = d.community_id AND m.day = d.day)
		ORDER BY day FOR NO KEY UPDATE`, actor.Community, monday.Format(time.DateOnly))
	if err != nil {
		return nil, fmt.Errorf("read the days without a menu: %w", err)
	}
	for _, day := range days {
		lines := menus[Weekday(day)-1]
		if len(lines) == 0 {
			continue
		}
		b, err := s.hold(ctx, tx, actor.Community, day, actor.Person)
		if err != nil {
			return nil, err
		}
		if err := b.writeMenu(ctx, lines); err != nil {
			return nil, err
		}
		copied = append(copied, date(day, time.UTC))
	}
	return copied, nil
}
