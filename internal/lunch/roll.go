package lunch

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/outbox"
)

// ahead is how many days ahead service days are made, today not counted.
const ahead = 14

// rollAt is when another day is made.
var rollAt = calendar.ClockAt(3, 0)

// Begin sees to it that a community's service days are made from now on, where it
// cooks. It is called whenever linli starts, and does nothing twice.
func (s *Service) Begin(ctx context.Context, community int64) error {
	if err := s.roll(ctx, community); err != nil && !isNotFound(err) {
		return fmt.Errorf("begin the lunches of community %d: %w", community, err)
	}
	return nil
}

// roll makes the service days ahead, and comes again tomorrow. It is NotFound where
// nobody cooks.
func (s *Service) roll(ctx context.Context, community int64) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		k, err := lockKitchen(ctx, tx, community)
		if err != nil {
			return err
		}
		return s.plan(ctx, tx, k, k)
	})
}

// rollNext is roll as a job: where nobody cooks any more it comes no more.
func (s *Service) rollNext(ctx context.Context, community int64) error {
	if err := s.roll(ctx, community); err != nil && !isNotFound(err) {
		return err
	}
	return nil
}

// plan makes the service days ahead of a kitchen, and the planned ones what they
// would be now; was is how the kitchen cooked when they were made. The kitchen is
// held: of any number who plan one goes after the other.
func (s *Service) plan(ctx context.Context, tx *sqlx.Tx, k, was Kitchen) error {
	y, err := s.year(ctx, tx, k.Community)
	if err != nil {
		return err
	}
	p := planning{s: s, tx: tx, k: k, was: was, y: y, now: s.now()}
	if p.open, err = p.cooked(ctx); err != nil {
		return err
	}
	if err := p.replan(ctx); err != nil {
		return err
	}
	for n := 1; n <= ahead; n++ {
		if err := p.make(ctx, date(p.now, y.zone).AddDate(0, 0, n)); err != nil {
			return err
		}
	}
	if err := p.endOfMonth(ctx); err != nil {
		return err
	}
	at := rollAt.Next(p.now.In(y.zone))
	return outbox.Enqueue(ctx, tx, k.Community, outbox.Row{
		Key: "lunch:roll:" + at.Format(time.DateOnly), Topic: "lunch.roll", Urgency: outbox.Task, Due: at,
	})
}

// planning is the making of days in one transaction.
type planning struct {
	s      *Service
	tx     *sqlx.Tx
	k, was Kitchen
	y      year
	open   calendar.Days // holidays, and what was called off
	now    time.Time
}

// cooked are the days on which nobody cooks: those of the calendar, and those that
// were called off for a reason. Orders for the day after one close before it.
func (p planning) cooked(ctx context.Context) (calendar.Days, error) {
	var off []time.Time
	err := p.tx.SelectContext(ctx, &off, `
		SELECT day FROM lunch_days WHERE community_id = $1 AND state = 'cancelled' AND why <> '' AND day > $2`,
		p.k.Community, date(p.now, p.y.zone).AddDate(0, 0, -farthest))
	if err != nil {
		return nil, fmt.Errorf("read which days are called off: %w", err)
	}
	days := calendar.Days{}
	maps.Copy(days, p.y.days)
	for _, day := range off {
		days[calendar.DateOf(day)] = calendar.Off
	}
	return days, nil
}

// make makes a service day that is not there yet, unless its cut-off has passed.
func (p planning) make(ctx context.Context, day time.Time) error {
	local := in(day, p.y.zone)
	m := p.k.Moments(local, p.open)
	if !p.k.Serves(local, p.y.days) || !m.Closes.After(p.now) {
		return nil
	}
	var made []Day
	err := p.tx.SelectContext(ctx, &made, `
		INSERT INTO lunch_days (community_id, day, state, price, asks_at, calls_at, closes_at, serves_at)
		VALUES ($1, $2, 'planned', $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING `+dayColumns,
		p.k.Community, day, p.k.Price, m.Asks, m.Calls, m.Closes, m.Serves)
	if err != nil {
		return fmt.Errorf("make %s: %w", day.Format(time.DateOnly), err)
	}
	if len(made) == 0 {
		return nil
	}
	for _, mode := range Modes {
		_, err := p.tx.ExecContext(ctx, `
			INSERT INTO lunch_places (community_id, day, mode, capacity) VALUES ($1, $2, $3, $4)`, p.k.Community, day, mode, p.k.Capacity(mode))
		if err != nil {
			return fmt.Errorf("make places of %s: %w", day.Format(time.DateOnly), err)
		}
	}
	return p.schedule(ctx, made[0])
}

// schedule enqueues what is due at a day's moments. The moment is in the key: where
// one moves, another job comes, and the one before finds that it is not its time.
func (p planning) schedule(ctx context.Context, d Day) error {
	name := d.Day.Format(time.DateOnly)
	job := func(what string, at time.Time) outbox.Row {
		return outbox.Row{
			Key: fmt.Sprintf("lunch:%s:%s:%d", what, name, at.Unix()), Topic: "lunch." + what,
			Args: jobArgs{Day: name}, Urgency: outbox.Task, Due: at,
		}
	}
	return outbox.Enqueue(ctx, p.tx, d.Community,
		job("ask", d.AsksAt), job("call", d.CallsAt), job("close", d.ClosesAt), job("over", d.Ends(p.y.zone)))
}
