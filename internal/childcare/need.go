package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// Need is a time of a day, which is at midnight UTC, at which children need a work.
type Need struct {
	Day         time.Time
	Work        Work
	Weekday     int // as which the day runs
	From, Until time.Time
}

// Needs are those of the days from one to another: where a day is made already, as its
// sittings say, else as it would be made now.
func (s *Service) Needs(ctx context.Context, q sqlx.QueryerContext, community int64, from, until time.Time) ([]Need, error) {
	made, err := madeNeeds(ctx, q, community, from, until)
	if err != nil {
		return nil, err
	}
	would, err := s.wouldNeed(ctx, q, community)
	if err != nil {
		return nil, err
	}
	var all []Need
	for day := from; !day.After(until); day = day.AddDate(0, 0, 1) {
		some, is := made[day.Format(time.DateOnly)]
		if !is {
			some = would(day)
		}
		all = append(all, some...)
	}
	return all, nil
}

// madeNeeds reads what the days need that are made, by date.
func madeNeeds(ctx context.Context, q sqlx.QueryerContext, community int64, from, until time.Time) (map[string][]Need, error) {
	var all []struct {
		Day              time.Time
		Weekday          int
		What             *What // none where the day has nothing
		StartsAt, EndsAt *time.Time
	}
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT d.day, d.weekday, s.what, s.starts_at AS startsat, s.ends_at AS endsat
		FROM care_days d LEFT JOIN care_sittings s
			ON s.community_id = d.community_id AND s.day = d.day AND s.cancelled_at IS NULL AND d.state <> 'cancelled' AND s.what <> 'talk'
		WHERE d.community_id = $1 AND d.day BETWEEN $2 AND $3 ORDER BY d.day, s.starts_at, s.id`,
		community, from.Format(time.DateOnly), until.Format(time.DateOnly))
	if err != nil {
		return nil, fmt.Errorf("read what the days need: %w", err)
	}
	made := map[string][]Need{}
	for _, one := range all {
		date := one.Day.Format(time.DateOnly)
		some := made[date]
		if one.What != nil {
			some = append(some, Need{one.Day, one.What.Work(), one.Weekday, *one.StartsAt, *one.EndsAt})
		}
		made[date] = some
	}
	return made, nil
}

// wouldNeed reads what a day would need that is made now: where no children are minded it
// is nothing.
func (s *Service) wouldNeed(ctx context.Context, q sqlx.QueryerContext, community int64) (func(day time.Time) []Need, error) {
	if _, err := readHouse(ctx, q, community); isNotFound(err) {
		return func(time.Time) []Need { return nil }, nil
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
	return func(day time.Time) []Need { return needed(patterns, day, keeps(day, y.days, breaks), y.zone) }, nil
}

// needed is what a day needs that is kept so: who talks to a counsellor is minded by
// nobody else.
func needed(patterns []Pattern, day time.Time, k kept, zone *time.Location) (all []Need) {
	midnight := in(day, zone)
	for _, p := range patterns {
		if p.What != Counselled && p.runs(k) {
			all = append(all, Need{day, p.What.Work(), k.weekday, p.From.On(midnight), p.Until.On(midnight)})
		}
	}
	return all
}

// staffs has the shifts of who minds children follow what the days are now.
func (s *Service) staffs(ctx context.Context, tx *sqlx.Tx, community, by int64) error {
	if s.shifts == nil {
		return nil
	}
	return s.shifts.MindingFollows(ctx, tx, community, by)
}

// MindedOn are the weekdays, 1 (Monday) to 7, on which there is something for which
// children are minded, in their order: on a weekend there is no school.
func MindedOn(patterns []Pattern) []int {
	var days []int
	for _, p := range patterns {
		for _, day := range p.Weekdays {
			if p.What != Counselled && (p.Free || day <= 5) {
				days = append(days, day)
			}
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}
