package childcare

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/people"
)

// MaxPrice is what a sitting costs at most, as the tables have it.
const MaxPrice = 1_000_000

// Other limits of a pattern, as the tables have them.
const (
	maxSeats = 500
	maxRatio = 50
	maxAge   = 18
	maxGrade = 12
)

// whats are what there is in a part.
var whats = map[Part][]What{
	Noon: {Fetch, Lunch, Nap, Mind, Tutor, Back}, After: {Fetch, Mind, Tutor}, Whole: {Lunch, Nap, Mind, Tutor}, Talk: {Counselled},
}

// checked is a pattern as it can be written: what its kind does not have it loses.
func (p Pattern) checked() (Pattern, error) {
	var err error
	if p.Point, err = text(p.Point, maxGate); err != nil {
		return p, err
	}
	wrong := func(n, low, high int) bool { return n < low || n > high }
	switch {
	case !slices.Contains(whats[p.Part], p.What):
		return p, invalid("care.no_part")
	case len(p.Weekdays) == 0 || slices.ContainsFunc(p.Weekdays, func(d int) bool { return wrong(d, 1, 7) }):
		return p, invalid("care.no_weekday")
	case p.From < 0 || p.Until <= p.From || p.Until > minutes:
		return p, invalid("care.bad_clocks")
	case wrong(p.Places, 1, maxSeats):
		return p, invalid("care.bad_count", "max", maxSeats)
	case wrong(p.Ratio, 1, maxRatio):
		return p, invalid("care.bad_count", "max", maxRatio)
	case wrong(p.Price, 0, MaxPrice):
		return p, invalid("care.bad_count", "max", MaxPrice)
	case wrong(p.AgeFrom, 0, maxAge) || wrong(p.AgeUntil, p.AgeFrom, maxAge):
		return p, invalid("care.bad_count", "max", maxAge)
	case wrong(p.GradeFrom, 0, maxGrade) || wrong(p.GradeUntil, p.GradeFrom, maxGrade):
		return p, invalid("care.bad_count", "max", maxGrade)
	case p.What == Tutor && !slices.Contains([]Subject{Chinese, Maths, English, All}, p.Subject):
		return p, invalid("care.no_subject")
	}
	p.Weekdays = slices.Compact(slices.Sorted(slices.Values(p.Weekdays)))
	if p.What != Tutor {
		p.Subject = NoSubject
	}
	if p.What != Fetch && p.What != Back {
		p.School = 0
	}
	if p.Part != Talk {
		p.Free, p.Person = p.Part == Whole, 0
	} else {
		p.Places, p.Price = 1, 0 // an account must not tell of it
	}
	return p, nil
}

// readPatterns reads what there is every week, as it begins.
func readPatterns(ctx context.Context, q sqlx.QueryerContext, community int64) ([]Pattern, error) {
	all := []Pattern{}
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+patternColumns+` FROM care_patterns p WHERE p.community_id = $1 AND p.ended_at IS NULL
		ORDER BY p.runs DESC, p.from_minute, p.until_minute, p.id`, community)
	if err != nil {
		return nil, fmt.Errorf("read the patterns: %w", err)
	}
	return all, nil
}

// Patterns reads what there is every week, as it begins.
func (s *Service) Patterns(ctx context.Context, community int64) ([]Pattern, error) {
	return readPatterns(ctx, s.db, community)
}

// belongs refuses a school or a counsellor that is none, and one who may not be alone with
// children: care.not_cleared.
func (p Pattern) belongs(ctx context.Context, tx *sqlx.Tx, community int64) error {
	if p.What == Fetch || p.What == Back {
		if _, err := readSchool(ctx, tx, community, p.School); isNotFound(err) {
			return invalid("care.no_school")
		} else if err != nil {
			return err
		}
	}
	if p.Part != Talk {
		return nil
	}
	a, err := people.ReadActor(ctx, tx, community, p.Person)
	if isNotFound(err) || err == nil && !a.Has(access.Counsellor) {
		return invalid("care.no_counsellor")
	}
	if err == nil && !a.Cleared {
		return conflict("care.not_cleared", "name", a.Name)
	}
	return err
}

// AddPattern adds something that there is every week; the days ahead have it at once.
func (s *Service) AddPattern(ctx context.Context, actor people.Actor, p Pattern) (Pattern, error) {
	err := s.planned(ctx, actor, func(tx *sqlx.Tx) (map[int64]Pattern, bool, error) {
		var err error
		p, err = s.add(ctx, tx, actor, p)
		return nil, err == nil, err
	})
	if err != nil {
		return Pattern{}, fmt.Errorf("add a pattern: %w", err)
	}
	return p, nil
}

func (s *Service) add(ctx context.Context, tx *sqlx.Tx, actor people.Actor, p Pattern) (Pattern, error) {
	p, err := p.checked()
	if err != nil {
		return p, err
	}
	if err := p.belongs(ctx, tx, actor.Community); err != nil {
		return p, err
	}
	err = tx.GetContext(ctx, &p, `
		INSERT INTO care_patterns AS p (community_id, part, what, weekdays, runs, from_minute, until_minute, places, ratio, price, school_id,
			point, age_from, age_until, grade_from, grade_until, subject, person_id, since)
		VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN 'free' ELSE 'school' END, $6, $7, $8, $9, $10, nullif($11::bigint, 0),
			$12, $13, $14, $15, $16, $17, nullif($18::bigint, 0), $19)
		RETURNING `+patternColumns, actor.Community, p.Part, p.What, p.Weekdays, p.Free, p.From, p.Until, p.Places, p.Ratio, p.Price, p.School,
		p.Point, p.AgeFrom, p.AgeUntil, p.GradeFrom, p.GradeUntil, p.Subject, p.Person, s.now())
	if err != nil {
		return p, fmt.Errorf("write a pattern: %w", err)
	}
	return p, s.did(ctx, tx, actor, "pattern_added", detail{"pattern": p.ID, "part": p.Part, "what": p.What})
}

func readPattern(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Pattern, error) {
	var p Pattern
	err := sqlx.GetContext(ctx, q, &p, `
		SELECT `+patternColumns+` FROM care_patterns p WHERE p.community_id = $1 AND p.id = $2 AND p.ended_at IS NULL`, community, id)
	return p, found(err, "pattern", id)
}

// ChangePattern changes it, its part, what it is and who counsels aside, to whom what is
// booked was entrusted: days that can be booked follow, and who is booked on them is told where they have something else then. Places that
// somebody gave one day stay.
func (s *Service) ChangePattern(ctx context.Context, actor people.Actor, p Pattern) error {
	err := s.planned(ctx, actor, func(tx *sqlx.Tx) (map[int64]Pattern, bool, error) {
		was, err := readPattern(ctx, tx, actor.Community, p.ID)
		if err != nil {
			return nil, false, err
		}
		p.Part, p.What, p.Person = was.Part, was.What, was.Person
		if p, err = p.checked(); err != nil {
			return nil, false, err
		}
		if err := p.belongs(ctx, tx, actor.Community); err != nil {
			return nil, false, err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE care_patterns SET weekdays = $3, runs = CASE WHEN $4 THEN 'free' ELSE 'school' END, from_minute = $5, until_minute = $6,
				places = $7, ratio = $8, price = $9, school_id = nullif($10::bigint, 0), point = $11, age_from = $12, age_until = $13,
				grade_from = $14, grade_until = $15, subject = $16, person_id = nullif($17::bigint, 0)
			WHERE community_id = $1 AND id = $2`, actor.Community, p.ID, p.Weekdays, p.Free, p.From, p.Until, p.Places, p.Ratio, p.Price, p.School,
			p.Point, p.AgeFrom, p.AgeUntil, p.GradeFrom, p.GradeUntil, p.Subject, p.Person)
		if err != nil {
			return nil, false, err
		}
		return map[int64]Pattern{p.ID: was}, true, s.did(ctx, tx, actor, "pattern_changed", detail{"pattern": p.ID})
	})
	if err != nil {
		return fmt.Errorf("change pattern %d: %w", p.ID, err)
	}
	return nil
}

// EndPattern ends it: who is booked has what is left of their chain, or is told that it is
// no more. Repeated, it changes nothing.
func (s *Service) EndPattern(ctx context.Context, actor people.Actor, pattern int64) error {
	err := s.planned(ctx, actor, func(tx *sqlx.Tx) (map[int64]Pattern, bool, error) {
		done, err := tx.ExecContext(ctx, `
			UPDATE care_patterns SET ended_at = $3 WHERE community_id = $1 AND id = $2 AND ended_at IS NULL`, actor.Community, pattern, s.now())
		if err != nil {
			return nil, false, err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return nil, false, err
		}
		return nil, true, s.did(ctx, tx, actor, "pattern_ended", detail{"pattern": pattern})
	})
	if err != nil {
		return fmt.Errorf("end pattern %d: %w", pattern, err)
	}
	return nil
}

// usual is the week that most communities have for a school, and the days without one.
func usual(school int64) []Pattern {
	at := calendar.ClockAt
	each := func(part Part, what What, from, until calendar.Clock, places, ratio, price int) Pattern {
		p := Pattern{
			Part: part, What: what, From: from, Until: until, Places: places, Ratio: ratio, Price: price,
			Weekdays: Weekdays{1, 2, 3, 4, 5}, AgeUntil: maxAge, GradeUntil: maxGrade,
		}
		if what == Fetch || what == Back {
			p.School = school
		}
		if what == Tutor {
			p.Subject, p.GradeFrom = All, 1
		}
		return p
	}
	return []Pattern{
		each(Noon, Fetch, at(11, 40), at(12, 0), 20, 10, 0),
		each(Noon, Lunch, at(12, 0), at(12, 40), 20, 10, 1000),
		each(Noon, Nap, at(12, 40), at(13, 40), 20, 20, 0),
		each(Noon, Mind, at(12, 40), at(13, 40), 20, 20, 0),
		each(Noon, Back, at(13, 40), at(14, 0), 20, 10, 0),
		each(After, Fetch, at(16, 0), at(16, 20), 20, 10, 0),
		each(After, Mind, at(16, 20), at(18, 0), 20, 10, 1200),
		each(After, Tutor, at(16, 20), at(18, 0), 10, 5, 1500),
		each(Whole, Mind, at(8, 0), at(12, 0), 20, 10, 2000),
		each(Whole, Lunch, at(12, 0), at(12, 40), 20, 10, 1000),
		each(Whole, Nap, at(12, 40), at(14, 0), 20, 20, 0),
		each(Whole, Mind, at(14, 0), at(18, 0), 20, 10, 2000),
	}
}

// UsualWeek makes what is usual for a school, as far as there is nothing of the kind yet.
func (s *Service) UsualWeek(ctx context.Context, actor people.Actor, school int64) (made []Pattern, err error) {
	err = s.planned(ctx, actor, func(tx *sqlx.Tx) (map[int64]Pattern, bool, error) {
		made = nil
		there, err := readPatterns(ctx, tx, actor.Community)
		if err != nil {
			return nil, false, err
		}
		for _, p := range usual(school) {
			if slices.ContainsFunc(there, func(t Pattern) bool {
				return t.Part == p.Part && t.What == p.What && t.School == p.School
			}) {
				continue
			}
			if p, err = s.add(ctx, tx, actor, p); err != nil {
				return nil, false, err
			}
			made = append(made, p)
		}
		return nil, len(made) > 0, nil
	})
	if err != nil {
		return nil, fmt.Errorf("make the usual week: %w", err)
	}
	return made, nil
}
