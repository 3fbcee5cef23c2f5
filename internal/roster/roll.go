package roster

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/refusal"
)

// When a pattern runs, beside its weekday. Codes are stored.
type When string

// The times.
const (
	Always   When = "always"
	Workdays When = "workdays" // also on a Saturday that makes up for a holiday, if that is its weekday
	Holidays When = "holidays" // days off alone
)

// Pattern is a shift that comes back every week.
type Pattern struct {
	Community, ID int64
	Activity      Activity
	Area          int64 // 0: the whole community
	Slot          string
	Weekday       int // 1 is Monday, 7 is Sunday
	Runs          When
	From, Until   calendar.Clock // not after From: of the next day
	Early         int            // minutes before it, when those on it come
	Places        int
	Since         time.Time // its shifts begin from then on
}

const patternColumns = `p.community_id AS community, p.id, p.activity, coalesce(p.area_id, 0) AS area, p.slot, p.weekday, p.runs,
	p.from_minute AS "from", p.until_minute AS until, p.early, p.places, p.since`

// On is the pattern's shift of a day (in the zone of day), if it has one then:
// its weekday is that of the day, and the day is worked or not as it runs.
func (p Pattern) On(day time.Time, days calendar.Days) (s Shift, ok bool) {
	if weekday(day) != p.Weekday || p.Runs == Workdays && !days.Workday(day) || p.Runs == Holidays && days.Workday(day) {
		return Shift{}, false
	}
	return p.shift(day), true
}

// shift is its shift of a day on which it runs.
func (p Pattern) shift(day time.Time) Shift {
	y, m, d := day.Date()
	s := Shift{
		Community: p.Community, Activity: p.Activity, Area: p.Area, Slot: p.Slot, Pattern: p.ID, Places: p.Places,
		Day: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), StartsAt: p.From.On(day),
	}
	s.EndsAt = p.Until.Next(s.StartsAt)
	s.ArriveAt = s.StartsAt.Add(-time.Duration(p.Early) * time.Minute)
	return s
}

// weekday is 1 for Monday to 7 for Sunday.
func weekday(day time.Time) int { return (int(day.Weekday())+6)%7 + 1 }

// rollAt is when the shifts of another day are made.
var rollAt = calendar.ClockAt(3, 0)

// Begin sees to it that a community's shifts are made from now on. It is called
// whenever linli starts, and does nothing twice.
func (s *Service) Begin(ctx context.Context, community int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		z, err := zone(ctx, tx, community)
		if err != nil {
			return err
		}
		return s.scheduleRoll(ctx, tx, community, s.now().In(z))
	})
	if err != nil {
		return fmt.Errorf("begin the roster of community %d: %w", community, err)
	}
	return nil
}

// scheduleRoll enqueues the next one; the day is its key.
func (s *Service) scheduleRoll(ctx context.Context, tx *sqlx.Tx, community int64, now time.Time) error {
	at := rollAt.Next(now)
	return outbox.Enqueue(ctx, tx, community, outbox.Row{
		Key: "roster:roll:" + at.Format(time.DateOnly), Topic: "roster.roll", Urgency: outbox.Task, Due: at,
	})
}

// roll makes the shifts of the days ahead, and comes again tomorrow.
func (s *Service) roll(ctx context.Context, community int64) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		z, err := zone(ctx, tx, community)
		if err != nil {
			return err
		}
		if err := s.makeAhead(ctx, tx, community); err != nil {
			return err
		}
		return s.scheduleRoll(ctx, tx, community, s.now().In(z))
	})
}

// makeAhead makes every shift that ends from now on and begins within Ahead, of every
// pattern that holds, or of those of some activities, and gives those who stand in it
// their places. What is made already stays as it is; what had begun before there was the
// pattern is not made: nobody is late for it; nor is what no child needs. Whoever stands on
// a weekday as which another runs hears of it. Who plans waits meanwhile.
func (s *Service) makeAhead(ctx context.Context, tx *sqlx.Tx, community int64, some ...Activity) error {
	z, err := zone(ctx, tx, community)
	if err != nil {
		return err
	}
	days, err := s.days.Days(ctx, tx, community)
	if err != nil {
		return err
	}
	var patterns []Pattern
	err = tx.SelectContext(ctx, &patterns, `
		SELECT `+patternColumns+` FROM shift_patterns p
		WHERE p.community_id = $1 AND p.ended_at IS NULL AND ($2::text[] IS NULL OR p.activity = ANY ($2)) ORDER BY p.id FOR SHARE`,
		community, pq.Array(some))
	if err != nil {
		return fmt.Errorf("read patterns: %w", err)
	}
	now := s.now().In(z)
	needs, err := s.needed(ctx, tx, community, now)
	if err != nil {
		return err
	}
	var extra []Shift
	for day := now.AddDate(0, 0, -1); day.Before(now.Add(Ahead)); day = day.AddDate(0, 0, 1) {
		for _, p := range patterns {
			sh, ok := needs.on(p, day, days)
			if !ok || !sh.EndsAt.After(now) || sh.StartsAt.Before(p.Since) {
				continue
			}
			if sh, err = s.add(ctx, tx, sh); err != nil {
				return err
			}
			if sh.ID != 0 && p.Weekday != weekday(day) {
				extra = append(extra, sh)
			}
		}
	}
	return s.tellExtra(ctx, tx, community, extra)
}

// add writes a shift that is not there yet, with what is due at its times, and
// seats who stands in its pattern. One that is there is returned without its id.
func (s *Service) add(ctx context.Context, tx *sqlx.Tx, sh Shift) (Shift, error) {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		INSERT INTO shifts (community_id, activity, area_id, slot, pattern_id, day, starts_at, ends_at, arrive_at, places)
		VALUES ($1, $2, nullif($3::bigint, 0), $4, nullif($5::bigint, 0), $6, $7, $8, $9, $10)
		ON CONFLICT (community_id, pattern_id, day) DO NOTHING RETURNING id`,
		sh.Community, sh.Activity, sh.Area, sh.Slot, sh.Pattern, sh.Day.Format(time.DateOnly), sh.StartsAt, sh.EndsAt, sh.ArriveAt, sh.Places)
	if err != nil {
		return Shift{}, fmt.Errorf("make a shift: %w", err)
	}
	if len(ids) == 0 {
		return sh, nil
	}
	if sh, err = readShift(ctx, tx, sh.Community, ids[0]); err != nil {
		return Shift{}, err
	}
	if err := s.schedule(ctx, tx, sh); err != nil {
		return Shift{}, err
	}
	return sh, s.seatAllStanding(ctx, tx, sh)
}

// schedule enqueues what is due at a shift's times.
func (s *Service) schedule(ctx context.Context, tx *sqlx.Tx, sh Shift) error {
	return outbox.Enqueue(ctx, tx, sh.Community, s.jobs(sh)...)
}

// jobs are those that every shift has.
func (s *Service) jobs(sh Shift) []outbox.Row {
	return []outbox.Row{
		s.job(sh, "begin", sh.StartsAt), s.job(sh, "end", sh.EndsAt), s.job(sh, "fill", s.fillAt(sh)), s.job(sh, "unseen", s.unseenAt(sh)),
	}
}

// job is one thing that the bot does about a shift at a time; once for each name.
func (s *Service) job(sh Shift, name string, at time.Time) outbox.Row {
	return outbox.Row{
		Key: fmt.Sprintf("shift:%d:%s", sh.ID, name), Topic: "roster." + name, Args: jobArgs{Shift: sh.ID}, Urgency: outbox.Task, Due: at,
	}
}

// seatAllStanding gives those who stand in the pattern their places.
func (s *Service) seatAllStanding(ctx context.Context, tx *sqlx.Tx, sh Shift) error {
	if sh.Pattern == 0 {
		return nil
	}
	var who []int64
	err := tx.SelectContext(ctx, &who, `
		SELECT person_id FROM standing_assignments
		WHERE community_id = $1 AND pattern_id = $2 AND ended_at IS NULL ORDER BY id`, sh.Community, sh.Pattern)
	if err != nil {
		return fmt.Errorf("read who stands in pattern %d: %w", sh.Pattern, err)
	}
	return s.seatStanding(ctx, tx, sh, 0, who...)
}

// seatStanding gives some of those who stand in the pattern their places, as far
// as they are here that day, and have no other place at that time.
func (s *Service) seatStanding(ctx context.Context, tx *sqlx.Tx, sh Shift, by int64, some ...int64) error {
	if len(some) == 0 {
		return nil
	}
	if err := hold(ctx, tx, sh.Community, some...); err != nil {
		return err
	}
	var who []int64
	err := tx.SelectContext(ctx, &who, `
		SELECT g.person_id FROM standing_assignments g
		JOIN persons p ON p.community_id = g.community_id AND p.id = g.person_id
		WHERE g.community_id = $1 AND g.pattern_id = $5 AND g.ended_at IS NULL AND g.person_id = ANY ($6)
			AND `+eligibleSQL+` AND `+hereSQL+`
		ORDER BY g.id`,
		sh.Community, sh.Area, pq.Array(parts[sh.Activity].roles), sh.Day.Format(time.DateOnly), sh.Pattern, pq.Array(some))
	if err != nil {
		return fmt.Errorf("read who of those is here for pattern %d: %w", sh.Pattern, err)
	}
	for _, person := range who {
		if _, err := s.seat(ctx, tx, sh, person, Standing, by); err != nil && !refusal.Is(err, refusal.Conflict) {
			return err
		}
	}
	return nil
}
