package roster

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// MealOff takes the works for the meal of a day off the roster, in the transaction in
// which it is called off: whoever had a place hears it, and no hole of it alarms. What
// has begun goes on. Repeated, it changes nothing.
func (s *Service) MealOff(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time, by int64) error {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		SELECT id FROM shifts
		WHERE community_id = $1 AND day = $2 AND activity = ANY ($3) AND cancelled_at IS NULL AND begun_at IS NULL
		ORDER BY id FOR NO KEY UPDATE`, community, day.Format(time.DateOnly), pq.Array(Works))
	if err != nil {
		return err
	}
	p := &planning{s: s, tx: tx, now: s.now()}
	p.actor.Community, p.actor.Person = community, by
	if err := p.drop(ctx, ids); err != nil {
		return fmt.Errorf("take the work of %s off: %w", day.Format(time.DateOnly), err)
	}
	return nil
}

// drop takes shifts off, which are locked: each who had places hears it once.
func (p *planning) drop(ctx context.Context, ids []int64) error {
	news := planNews{}
	for _, id := range ids {
		if err := p.dropWork(ctx, id, news); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return p.tellPlaces(ctx, news, ids[0])
}

// dropWork ends every place of a shift, and the shift; one on which children are in
// somebody's hands already goes on.
func (p *planning) dropWork(ctx context.Context, id int64, news planNews) error {
	sh, err := readShift(ctx, p.tx, p.actor.Community, id)
	if err != nil {
		return err
	}
	if held, err := p.s.held(ctx, p.tx, sh); err != nil || held {
		return err
	}
	here, err := on(ctx, p.tx, sh.Community, sh.ID)
	if err != nil {
		return err
	}
	for _, a := range here {
		news.add(a.Person, "plan.cancelled", sh.ID)
		if _, err := p.s.leave(ctx, p.tx, a, Cancelled, p.actor.Person); err != nil {
			return err
		}
	}
	return p.cancel(ctx, sh)
}

// MealOn puts the works for the meal of a day that was none on the roster again: who
// stands in them has their place. Repeated, it changes nothing.
func (s *Service) MealOn(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time) error {
	res, err := tx.ExecContext(ctx, `
		UPDATE shifts SET pattern_id = NULL
		WHERE community_id = $1 AND day = $2 AND activity IN ('cook', 'help', 'carry', 'wash') AND cancelled_at IS NOT NULL AND pattern_id IS NOT NULL`,
		community, day.Format(time.DateOnly))
	if err != nil {
		return fmt.Errorf("put the work of %s on: %w", day.Format(time.DateOnly), err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return s.makeAhead(ctx, tx, community)
}
