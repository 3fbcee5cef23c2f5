package roster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Idle is a work for children that none needs on a day, which is at midnight UTC.
type Idle struct {
	Day      time.Time
	Activity Activity
}

// idles are the works for children that none needs on the days for which shifts are made.
type idles []Idle

// has reports whether a shift is of one of them.
func (all idles) has(sh Shift) bool {
	return slices.ContainsFunc(all, func(i Idle) bool { return i.Activity == sh.Activity && i.Day.Equal(sh.Day) })
}

// idle reads them, for the days that are to come at a moment, which is in the community's zone.
func (s *Service) idle(ctx context.Context, q sqlx.QueryerContext, community int64, now time.Time) (idles, error) {
	if s.hall == nil {
		return nil, nil
	}
	y, m, d := now.Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	return s.hall.Idle(ctx, q, community, today, today.Add(Ahead))
}

// MindingFollows has the works for children be on the roster on those days alone on which
// a child needs them, in the transaction in which that changes: whoever had a place on
// another hears once of all of them, and who stands in one that comes back has their
// place. What has begun goes on, and what comes once is as it was planned. Repeated, it
// changes nothing.
func (s *Service) MindingFollows(ctx context.Context, tx *sqlx.Tx, community, by int64) error {
	z, err := zone(ctx, tx, community)
	if err != nil {
		return err
	}
	p := &planning{s: s, tx: tx, now: s.now()}
	p.actor.Community, p.actor.Person = community, by
	if err := p.holdWeek(ctx); err != nil {
		return err
	}
	idle, err := s.idle(ctx, tx, community, p.now.In(z))
	if err != nil {
		return err
	}
	if err := p.needAgain(ctx, idle); err != nil {
		return err
	}
	if err := s.makeAhead(ctx, tx, community, Walk, Mind); err != nil {
		return err
	}
	return p.dropIdle(ctx, idle)
}

// holdWeek keeps others from planning meanwhile, before any shift is locked, as they do.
func (p *planning) holdWeek(ctx context.Context) error {
	_, err := p.tx.ExecContext(ctx, `
		SELECT FROM shift_patterns WHERE community_id = $1 AND activity IN ('walk', 'mind') AND ended_at IS NULL ORDER BY id FOR NO KEY UPDATE`,
		p.actor.Community)
	if err != nil {
		return fmt.Errorf("hold the week: %w", err)
	}
	return nil
}

// dropIdle takes off the shifts of patterns that no child needs.
func (p *planning) dropIdle(ctx context.Context, idle idles) error {
	if len(idle) == 0 {
		return nil
	}
	var ids []int64
	err := p.tx.SelectContext(ctx, &ids, `
		SELECT s.id FROM shifts s
		WHERE s.community_id = $1 AND s.pattern_id IS NOT NULL AND s.cancelled_at IS NULL AND s.begun_at IS NULL AND s.starts_at > $2
			AND (s.day, s.activity) IN (SELECT * FROM unnest($3::date[], $4::text[]))
		ORDER BY s.id FOR NO KEY UPDATE`, p.actor.Community, p.now, pq.Array(idle.days()), pq.Array(idle.activities()))
	if err == nil {
		err = p.drop(ctx, ids)
	}
	if err != nil {
		return fmt.Errorf("take the work for no children off: %w", err)
	}
	return nil
}

// needAgain lets the shifts be made anew that were taken off and are needed after all.
func (p *planning) needAgain(ctx context.Context, idle idles) error {
	_, err := p.tx.ExecContext(ctx, `
		UPDATE shifts s SET pattern_id = NULL FROM shift_patterns p
		WHERE s.community_id = $1 AND s.cancelled_at IS NOT NULL AND s.activity IN ('walk', 'mind') AND s.starts_at > $2
			AND p.community_id = $1 AND p.id = s.pattern_id AND p.ended_at IS NULL
			AND (s.day, s.activity) NOT IN (SELECT * FROM unnest($3::date[], $4::text[]))`,
		p.actor.Community, p.now, pq.Array(idle.days()), pq.Array(idle.activities()))
	if err != nil {
		return fmt.Errorf("put the work for children on: %w", err)
	}
	return nil
}

func (all idles) days() []string {
	days := make([]string, len(all))
	for i, one := range all {
		days[i] = one.Day.Format(time.DateOnly)
	}
	return days
}

func (all idles) activities() []string {
	some := make([]string, len(all))
	for i, one := range all {
		some[i] = string(one.Activity)
	}
	return some
}
