package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
)

// ahead is how many days ahead days are made.
const ahead = 14

// rollAt is when the days ahead are made each night, and handsAt when it is looked
// whether a day has the hands that it needs, the day before.
var (
	rollAt  = calendar.ClockAt(3, 0)
	handsAt = calendar.ClockAt(9, 0)
)

// Begin sees to it that a community's days are made from now on, where it minds children.
// It is called whenever linli starts, and does nothing twice.
func (s *Service) Begin(ctx context.Context, community int64) error {
	if err := s.rollNext(ctx, community); err != nil {
		return fmt.Errorf("begin the days of children of community %d: %w", community, err)
	}
	return nil
}

// rollNext makes the days ahead, and comes again tomorrow. Where no children are minded any
// more it comes as long as there is a file to forget.
func (s *Service) rollNext(ctx context.Context, community int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		h, err := lockHouse(ctx, tx, community)
		if isNotFound(err) {
			return s.rollsOut(ctx, tx, community)
		}
		if err != nil {
			return err
		}
		return s.plan(ctx, tx, h, 0, nil)
	})
	if err != nil {
		return err
	}
	if err := s.chargeLate(ctx, community); err != nil {
		return err
	}
	return s.forgetOld(ctx, community)
}

// planning is the making of days in one transaction.
type planning struct {
	s        *Service
	tx       *sqlx.Tx
	h        House
	days     calendar.Days
	zone     *time.Location
	now      time.Time
	by       int64
	breaks   []Break
	patterns []Pattern
	was      map[int64]Pattern // those that changed, as they were
}

// plan makes the days ahead of a house, which is held, and those that can be booked still
// what they would be now; was are the patterns that changed, as they were.
func (s *Service) plan(ctx context.Context, tx *sqlx.Tx, h House, by int64, was map[int64]Pattern) error {
	y, err := s.year(ctx, tx, h.Community)
	if err != nil {
		return err
	}
	p := &planning{s: s, tx: tx, h: h, days: y.days, zone: y.zone, now: s.now(), by: by, was: was}
	if p.breaks, err = readBreaks(ctx, tx, h.Community, date(p.now, p.zone)); err != nil {
		return err
	}
	if p.patterns, err = readPatterns(ctx, tx, h.Community); err != nil {
		return err
	}
	for n := 1; n <= ahead; n++ {
		if err := p.plans(ctx, date(p.now, p.zone).AddDate(0, 0, n)); err != nil {
			return err
		}
	}
	if err := p.asksHoliday(ctx); err != nil {
		return err
	}
	if err := s.staffs(ctx, tx, h.Community, by); err != nil {
		return err
	}
	return rollsAgain(ctx, tx, h.Community, p.now.In(p.zone))
}

// rollsOut lets the nights go on where the house is closed, until nothing is known of any
// child any more.
func (s *Service) rollsOut(ctx context.Context, tx *sqlx.Tx, id int64) error {
	var known bool
	err := tx.GetContext(ctx, &known, `
		SELECT EXISTS (SELECT FROM care_children WHERE community_id = $1 AND consent_at IS NOT NULL)`, id)
	if err != nil || !known {
		return err
	}
	c, err := community.Read(ctx, tx, id)
	if err != nil {
		return err
	}
	return rollsAgain(ctx, tx, id, s.now().In(c.Location()))
}

// rollsAgain comes the next night.
func rollsAgain(ctx context.Context, tx *sqlx.Tx, community int64, now time.Time) error {
	at := rollAt.Next(now)
	return outbox.Enqueue(ctx, tx, community, outbox.Row{
		Key: "care:roll:" + at.Format(time.DateOnly), Topic: "care.roll", Urgency: outbox.Task, Due: at,
	})
}

// moments are when it is asked who comes on a day, and until when it is booked.
func (p *planning) moments(day time.Time) (asks, closes time.Time) {
	before := in(day, p.zone).AddDate(0, 0, -1)
	return calendar.Clock(p.h.AsksAt).On(before), calendar.Clock(p.h.ClosesAt).On(before)
}

// asksNext is when families are asked next.
func (p *planning) asksNext() time.Time { return calendar.Clock(p.h.AsksAt).Next(p.now.In(p.zone)) }

// wanted are the patterns of which there is something on a day that is kept so.
func (p *planning) wanted(k kept) (some []Pattern) {
	for _, x := range p.patterns {
		if x.runs(k) {
			some = append(some, x)
		}
	}
	return some
}

// plans makes a day, or makes it what it would be now, as long as it can be booked.
func (p *planning) plans(ctx context.Context, day time.Time) error {
	k := keeps(day, p.days, p.breaks)
	want := p.wanted(k)
	d, err := lockDay(ctx, p.tx, p.h.Community, day, true)
	switch {
	case isNotFound(err) && len(want) == 0:
		return nil
	case isNotFound(err):
		return p.make(ctx, day, k, want)
	case err != nil:
		return err
	case d.State != Open || !d.Takes(p.now):
		return nil
	}
	if err := p.retime(ctx, d, k); err != nil {
		return err
	}
	b, err := p.s.hold(ctx, p.tx, p.h.Community, day, p.by)
	if err != nil {
		return err
	}
	return b.realign(ctx, want, p.was)
}

// make makes a day that is not there yet, unless its deadline has passed; who comes by
// itself is booked.
func (p *planning) make(ctx context.Context, day time.Time, k kept, want []Pattern) error {
	asks, closes := p.moments(day)
	if !closes.After(p.now) {
		return nil
	}
	_, err := p.tx.ExecContext(ctx, `
		INSERT INTO care_days (community_id, day, weekday, school, state, asks_at, closes_at) VALUES ($1, $2, $3, $4, 'open', $5, $6)`,
		p.h.Community, day, k.weekday, k.school, asks, closes)
	if err != nil {
		return fmt.Errorf("make %s: %w", day.Format(time.DateOnly), err)
	}
	if err := p.schedule(ctx, day, asks, closes); err != nil {
		return err
	}
	b, err := p.s.hold(ctx, p.tx, p.h.Community, day, p.by)
	if err != nil {
		return err
	}
	if err := b.realign(ctx, want, nil); err != nil {
		return err
	}
	return b.stand(ctx, 0)
}

// retime gives a day the moments that it would have now, where they are to come, and what
// it is kept as.
func (p *planning) retime(ctx context.Context, d Day, k kept) error {
	asks, closes := p.moments(d.Day)
	if !asks.After(p.now) || !d.AsksAt.After(p.now) {
		asks, closes = d.AsksAt, d.ClosesAt
	}
	moved := !asks.Equal(d.AsksAt) || !closes.Equal(d.ClosesAt)
	if !moved && d.School == k.school && d.Weekday == k.weekday {
		return nil
	}
	_, err := p.tx.ExecContext(ctx, `
		UPDATE care_days SET asks_at = $3, closes_at = $4, school = $5, weekday = $6 WHERE community_id = $1 AND day = $2`,
		d.Community, d.Day, asks, closes, k.school, k.weekday)
	if err != nil || !moved {
		return err
	}
	return p.schedule(ctx, d.Day, asks, closes)
}

// schedule enqueues what is due at a day's moments. The moment is in the key: where one
// moves, another job comes, and the one before finds that it is not its time.
func (p *planning) schedule(ctx context.Context, day, asks, closes time.Time) error {
	name := day.Format(time.DateOnly)
	job := func(what string, at time.Time) outbox.Row {
		return outbox.Row{
			Key: fmt.Sprintf("care:%s:%s:%d", what, name, at.Unix()), Topic: "care." + what,
			Args: jobArgs{Day: name}, Urgency: outbox.Task, Due: at,
		}
	}
	midnight := in(day, p.zone)
	return outbox.Enqueue(ctx, p.tx, p.h.Community,
		job("ask", asks), job("close", closes), job("hands", handsAt.On(midnight.AddDate(0, 0, -1))), job("over", midnight.AddDate(0, 0, 1)))
}
