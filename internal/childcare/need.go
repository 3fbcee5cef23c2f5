package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Need is a work that children need on a day, which is at midnight UTC.
type Need struct {
	Day     time.Time
	Work    Work
	Weekday int // as which the day runs
}

// Needs are those of the days from one to another: where a day is made already, as its
// sittings say, else as it would be made now.
func (s *Service) Needs(ctx context.Context, q sqlx.QueryerContext, community int64, from, until time.Time) ([]Need, error) {
	made, err := madeWorks(ctx, q, community, from, until)
	if err != nil {
		return nil, err
	}
	would, err := s.wouldNeed(ctx, q, community)
	if err != nil {
		return nil, err
	}
	var all []Need
	for day := from; !day.After(until); day = day.AddDate(0, 0, 1) {
		n, is := made[day.Format(time.DateOnly)]
		if !is {
			n = would(day)
		}
		if n.Walk {
			all = append(all, Need{day, Walk, n.Weekday})
		}
		if n.Minding {
			all = append(all, Need{day, Minding, n.Weekday})
		}
	}
	return all, nil
}

// needs are the works that a day needs, and as which weekday it runs.
type needs struct {
	Walk, Minding bool
	Weekday       int
}

// madeWorks reads what the days need that are made, by date.
func madeWorks(ctx context.Context, q sqlx.QueryerContext, community int64, from, until time.Time) (map[string]needs, error) {
	var all []struct {
		Day time.Time
		needs
	}
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT d.day, d.weekday, coalesce(bool_or(s.what IN ('fetch', 'back')), false) AS walk,
			coalesce(bool_or(s.what NOT IN ('fetch', 'back', 'talk')), false) AS minding
		FROM care_days d LEFT JOIN care_sittings s
			ON s.community_id = d.community_id AND s.day = d.day AND s.cancelled_at IS NULL AND d.state <> 'cancelled'
		WHERE d.community_id = $1 AND d.day BETWEEN $2 AND $3 GROUP BY d.day, d.weekday`, community, from.Format(time.DateOnly), until.Format(time.DateOnly))
	if err != nil {
		return nil, fmt.Errorf("read what the days need: %w", err)
	}
	made := map[string]needs{}
	for _, d := range all {
		made[d.Day.Format(time.DateOnly)] = d.needs
	}
	return made, nil
}

// wouldNeed reads what a day would need that is made now: where no children are minded it
// is nothing.
func (s *Service) wouldNeed(ctx context.Context, q sqlx.QueryerContext, community int64) (func(day time.Time) needs, error) {
	if _, err := readHouse(ctx, q, community); isNotFound(err) {
		return func(time.Time) needs { return needs{} }, nil
	} else if err != nil {
		return nil, err
	}
	y, err := s.year(ctx, q, community)
	if err != nil {
		return nil, err
	}
	breaks, err := readBreaks(ctx, q, community, date(s.now(), y.zone))
	if err != nil {
		return nil, err
	}
	patterns, err := readPatterns(ctx, q, community)
	if err != nil {
		return nil, err
	}
	return func(day time.Time) needs { return needed(patterns, keeps(day, y.days, breaks)) }, nil
}

// needed are the works that a day needs that is kept so: who talks to a counsellor is
// minded by nobody else.
func needed(patterns []Pattern, k kept) needs {
	n := needs{Weekday: k.weekday}
	for _, p := range patterns {
		if p.What == Counselled || !p.runs(k) {
			continue
		}
		walks := p.What.Work() == Walk
		n.Walk, n.Minding = n.Walk || walks, n.Minding || !walks
	}
	return n
}

// staffs has the shifts of who minds children follow what the days are now.
func (s *Service) staffs(ctx context.Context, tx *sqlx.Tx, community, by int64) error {
	if s.shifts == nil {
		return nil
	}
	return s.shifts.MindingFollows(ctx, tx, community, by)
}
