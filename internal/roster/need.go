package roster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/calendar"
)

// Need is a time of a day, which is at midnight UTC, at which children need a work.
type Need struct {
	Day         time.Time
	Activity    Activity
	Weekday     int // as which the day runs: a Saturday with lessons may run as a Wednesday
	From, Until time.Time
}

// needs are those of the days for which shifts are made; nil where no hall says.
type needs []Need

// on is the pattern's shift of a day (in the zone of day), if it has one then: of a work for
// children where they need it at some time of it, else as the calendar says.
func (all needs) on(p Pattern, day time.Time, days calendar.Days) (s Shift, ok bool) {
	if all == nil || !p.Activity.Minds() {
		return p.On(day, days)
	}
	s = p.shift(day)
	ok = slices.ContainsFunc(all, func(n Need) bool {
		return n.Day.Equal(s.Day) && n.Activity == p.Activity && n.Weekday == p.Weekday && n.From.Before(s.EndsAt) && s.StartsAt.Before(n.Until)
	})
	return s, ok
}

// needed reads them, for the days that are to come at a moment, which is in the community's
// zone.
func (s *Service) needed(ctx context.Context, q sqlx.QueryerContext, community int64, now time.Time) (needs, error) {
	if s.hall == nil {
		return nil, nil
	}
	y, m, d := now.Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	all, err := s.hall.Needs(ctx, q, community, today, today.Add(Ahead))
	return append(needs{}, all...), err
}

// MindingFollows has the works for children be on the roster on those days alone on which
// a child needs them, as on the weekday as which a day runs, in the transaction in which
// that changes: whoever had a place on another hears once of all of them, and who stands in
// one that comes back has their place. What has begun goes on, and what comes once is as it
// was planned. Repeated, it changes nothing.
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
	needs, err := s.needed(ctx, tx, community, p.now.In(z))
	if err != nil || needs == nil {
		return err
	}
	if err := p.dropIdle(ctx, needs); err != nil { // first: who is free then stands in what is made
		return err
	}
	if err := p.needAgain(ctx, needs); err != nil {
		return err
	}
	return s.makeAhead(ctx, tx, community, Walk, Mind)
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

// meetsNeed is whether a shift s of a pattern p meets the time of a need; they are $3 to $7.
const meetsNeed = `EXISTS (
	SELECT FROM unnest($3::date[], $4::text[], $5::int[], $6::timestamptz[], $7::timestamptz[]) AS n (day, activity, weekday, begins, ends)
	WHERE n.day = s.day AND n.activity = s.activity AND n.weekday = p.weekday AND n.begins < s.ends_at AND s.starts_at < n.ends)`

// dropIdle takes off the shifts of patterns that no child needs.
func (p *planning) dropIdle(ctx context.Context, needs needs) error {
	var ids []int64
	err := p.tx.SelectContext(ctx, &ids, `
		SELECT s.id FROM shifts s JOIN shift_patterns p ON p.community_id = s.community_id AND p.id = s.pattern_id
		WHERE s.community_id = $1 AND s.cancelled_at IS NULL AND s.begun_at IS NULL AND s.starts_at > $2
			AND s.activity IN ('walk', 'mind') AND NOT `+meetsNeed+`
		ORDER BY s.id FOR NO KEY UPDATE OF s`, append([]any{p.actor.Community, p.now}, needs.columns()...)...)
	if err == nil {
		err = p.drop(ctx, ids)
	}
	if err != nil {
		return fmt.Errorf("take the work for no children off: %w", err)
	}
	return nil
}

// needAgain lets the shifts be made anew that were taken off and are needed after all.
func (p *planning) needAgain(ctx context.Context, needs needs) error {
	_, err := p.tx.ExecContext(ctx, `
		UPDATE shifts s SET pattern_id = NULL FROM shift_patterns p
		WHERE s.community_id = $1 AND s.cancelled_at IS NOT NULL AND s.activity IN ('walk', 'mind') AND s.starts_at > $2
			AND p.community_id = $1 AND p.id = s.pattern_id AND p.ended_at IS NULL AND `+meetsNeed,
		append([]any{p.actor.Community, p.now}, needs.columns()...)...)
	if err != nil {
		return fmt.Errorf("put the work for children on: %w", err)
	}
	return nil
}

// tellExtra tells who has places in shifts that are made on another weekday than they stand
// on, each once of all of them: they do not expect them.
func (s *Service) tellExtra(ctx context.Context, tx *sqlx.Tx, community int64, some []Shift) error {
	if len(some) == 0 {
		return nil
	}
	p, news := &planning{s: s, tx: tx, now: s.now()}, planNews{}
	p.actor.Community = community
	for _, sh := range some {
		here, err := on(ctx, tx, community, sh.ID)
		if err != nil {
			return err
		}
		for _, a := range here {
			news.add(a.Person, "plan.extra", sh.ID)
		}
	}
	return p.tellPlaces(ctx, news, some[0].ID)
}

// columns are their days, activities, weekdays, and when they begin and end, each as an array.
func (all needs) columns() []any {
	days, activities, weekdays := make([]string, len(all)), make([]string, len(all)), make([]int64, len(all))
	begins, ends := make([]string, len(all)), make([]string, len(all))
	for i, n := range all {
		days[i], activities[i], weekdays[i] = n.Day.Format(time.DateOnly), string(n.Activity), int64(n.Weekday)
		begins[i], ends[i] = n.From.Format(time.RFC3339), n.Until.Format(time.RFC3339)
	}
	return []any{pq.Array(days), pq.Array(activities), pq.Array(weekdays), pq.Array(begins), pq.Array(ends)}
}
