package lunch

import (
	"context"
	"fmt"
	"time"
)

// replan makes the days that the lead alone knows of what they would be now: one on
// which nobody cooks any more is no service day, one that was none for such a reason
// is one again, and the moments follow the days before. What has been asked already
// stays as it is.
func (p planning) replan(ctx context.Context) error {
	var all []Day
	err := p.tx.SelectContext(ctx, &all, `
		SELECT `+dayColumns+` FROM lunch_days
		WHERE community_id = $1 AND asks_at > $2 AND (state = 'planned' OR state = 'cancelled' AND why = '')
		ORDER BY day FOR NO KEY UPDATE`, p.k.Community, p.now)
	if err != nil {
		return fmt.Errorf("lock the days to come: %w", err)
	}
	for _, d := range all {
		serves := p.k.Serves(in(d.Day, p.y.zone), p.y.days)
		if serves != (d.State == Planned) {
			if err := p.turnDay(ctx, &d); err != nil {
				return err
			}
		}
		if serves {
			if err := p.retime(ctx, d); err != nil {
				return err
			}
			if err := p.resize(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// turnDay makes a planned day none, or one again.
func (p planning) turnDay(ctx context.Context, d *Day) error {
	was, at, code := d.State, &p.now, "no_service"
	d.State = CalledOff
	if was == CalledOff {
		d.State, at, code = Planned, nil, "service"
	}
	_, err := p.tx.ExecContext(ctx, `
		UPDATE lunch_days SET state = $3, cancelled_at = $4 WHERE community_id = $1 AND day = $2 AND state = $5`,
		d.Community, d.Day, d.State, at, was)
	if err != nil {
		return fmt.Errorf("make %s %s: %w", d.Day.Format(time.DateOnly), d.State, err)
	}
	_, err = log(ctx, p.tx, happened{community: d.Community, day: d.Day, code: code, at: p.now})
	switch {
	case err != nil:
		return err
	case d.State == CalledOff:
		return p.s.mealOff(ctx, p.tx, *d, 0)
	}
	return p.s.mealOn(ctx, p.tx, *d)
}

// retime gives a day the moments that it would have now, where all are to come.
func (p planning) retime(ctx context.Context, d Day) error {
	m := p.k.Moments(in(d.Day, p.y.zone), p.open)
	same := m.Asks.Equal(d.AsksAt) && m.Calls.Equal(d.CallsAt) && m.Closes.Equal(d.ClosesAt) && m.Serves.Equal(d.ServesAt)
	if same || !m.Asks.After(p.now) {
		return nil
	}
	d.AsksAt, d.CallsAt, d.ClosesAt, d.ServesAt = m.Asks, m.Calls, m.Closes, m.Serves
	_, err := p.tx.ExecContext(ctx, `
		UPDATE lunch_days SET asks_at = $3, calls_at = $4, closes_at = $5, serves_at = $6 WHERE community_id = $1 AND day = $2`,
		d.Community, d.Day, d.AsksAt, d.CallsAt, d.ClosesAt, d.ServesAt)
	if err != nil {
		return fmt.Errorf("move the moments of %s: %w", d.Day.Format(time.DateOnly), err)
	}
	return p.schedule(ctx, d)
}

// resize gives a day the price and the places of the kitchen, where it has those that
// were usual before.
func (p planning) resize(ctx context.Context, d Day) error {
	if p.k.Price != p.was.Price && d.Price == p.was.Price {
		_, err := p.tx.ExecContext(ctx, `UPDATE lunch_days SET price = $3 WHERE community_id = $1 AND day = $2`, d.Community, d.Day, p.k.Price)
		if err != nil {
			return fmt.Errorf("price of %s: %w", d.Day.Format(time.DateOnly), err)
		}
	}
	for _, m := range Modes {
		if p.k.Capacity(m) == p.was.Capacity(m) {
			continue
		}
		_, err := p.tx.ExecContext(ctx, `
			UPDATE lunch_places SET capacity = $4 WHERE community_id = $1 AND day = $2 AND mode = $3 AND capacity = $5`,
			d.Community, d.Day, m, p.k.Capacity(m), p.was.Capacity(m))
		if err != nil {
			return fmt.Errorf("places of %s: %w", d.Day.Format(time.DateOnly), err)
		}
	}
	return nil
}
