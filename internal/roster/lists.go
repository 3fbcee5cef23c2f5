package roster

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Place reads a place, ended or not, and its shift as who has it comes to it.
func (s *Service) Place(ctx context.Context, community, id int64) (Assignment, Shift, error) {
	a, err := readAssignment(ctx, s.db, community, id)
	if err != nil {
		return Assignment{}, Shift{}, err
	}
	sh, err := readShift(ctx, s.db, community, a.Shift)
	return a, a.as(sh), err
}

// ShiftByID reads a shift.
func (s *Service) ShiftByID(ctx context.Context, community, id int64) (Shift, error) {
	return readShift(ctx, s.db, community, id)
}

// AskByID reads what somebody was asked.
func (s *Service) AskByID(ctx context.Context, community, id int64) (Ask, error) {
	return readAsk(ctx, s.db, community, id)
}

// Asking counts who was asked for the present hole of a shift and has not answered.
func (s *Service) Asking(ctx context.Context, sh Shift) (n int, err error) {
	err = s.db.GetContext(ctx, &n, `
		SELECT count(*) FROM shift_asks WHERE community_id = $1 AND shift_id = $2 AND settled_at IS NULL`, sh.Community, sh.ID)
	return n, err
}

// On reads who has a place in a shift.
func (s *Service) On(ctx context.Context, sh Shift) ([]Assignment, error) {
	return on(ctx, s.db, sh.Community, sh.ID)
}

// Free are the shifts of the two weeks ahead in which the actor may take a place,
// the next first, but for those at a time at which they have one.
func (s *Service) Free(ctx context.Context, actor people.Actor) ([]Shift, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("free places: %w", err)
	}
	var all []Shift
	err = s.db.SelectContext(ctx, &all, `
		SELECT `+shiftColumns+` FROM shifts s
		WHERE s.community_id = $1 AND s.cancelled_at IS NULL AND s.ends_at > $3 AND s.starts_at < $4
			AND s.places > (SELECT count(*) FROM assignments a WHERE a.community_id = s.community_id AND a.shift_id = s.id AND a.ended_at IS NULL)
			AND NOT EXISTS (SELECT FROM assignments a
				WHERE a.community_id = $1 AND a.person_id = $2 AND a.ended_at IS NULL AND a.starts_at < s.ends_at AND a.ends_at > s.starts_at)
		ORDER BY s.starts_at, s.id`, actor.Community, actor.Person, s.now(), s.now().Add(Ahead))
	if err != nil {
		return nil, fmt.Errorf("free places: %w", err)
	}
	var some []Shift
	for _, sh := range all {
		if eligible(now, sh) && mayJoin(now, sh) == nil {
			some = append(some, sh)
		}
	}
	return some, nil
}

// Holes reads the shifts that begin from one moment to before another and have a
// place that nobody has; the next one first.
func (s *Service) Holes(ctx context.Context, community int64, from, until time.Time) ([]Shift, error) {
	var all []Shift
	err := s.db.SelectContext(ctx, &all, `
		SELECT h.* FROM (
			SELECT `+shiftColumns+` FROM shifts s
			WHERE s.community_id = $1 AND s.cancelled_at IS NULL AND s.starts_at >= $2 AND s.starts_at < $3) h
		WHERE h.taken < h.places
		ORDER BY h.startsat, h.id`, community, from, until)
	if err != nil {
		return nil, fmt.Errorf("read shifts with holes: %w", err)
	}
	return all, nil
}

// Held is a place with its shift.
type Held struct {
	Assignment
	In Shift
}

// Mine are the actor's own places in shifts that are not over, the next first.
func (s *Service) Mine(ctx context.Context, actor people.Actor) ([]Held, error) {
	return places(ctx, s.db, `
		SELECT `+assignmentColumns+` FROM assignments a
		WHERE a.community_id = $1 AND a.person_id = $2 AND a.ended_at IS NULL AND a.ends_at > $3 ORDER BY a.starts_at, a.id`,
		actor.Community, actor.Person, s.now())
}

// places reads places of one community by a query that is a constant of this
// package, with their shifts.
func places(ctx context.Context, q sqlx.QueryerContext, query string, args ...any) ([]Held, error) {
	var all []Assignment
	if err := sqlx.SelectContext(ctx, q, &all, query, args...); err != nil {
		return nil, fmt.Errorf("read places: %w", err)
	}
	if len(all) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(all))
	for i, a := range all {
		ids[i] = a.Shift
	}
	shifts, err := readShifts(ctx, q, all[0].Community, ids)
	if err != nil {
		return nil, err
	}
	by := make(map[int64]Shift, len(shifts))
	for _, sh := range shifts {
		by[sh.ID] = sh
	}
	held := make([]Held, len(all))
	for i, a := range all {
		held[i] = Held{a, a.as(by[a.Shift])}
	}
	return held, nil
}

// Of reads the shifts in which somebody has a place and that go on at some time
// from one moment to another, both included; the next one first.
func Of(ctx context.Context, q sqlx.QueryerContext, a people.Actor, from, until time.Time) ([]Shift, error) {
	var all []Shift
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+shiftColumns+` FROM shifts s
		WHERE s.community_id = $1 AND s.cancelled_at IS NULL AND s.ends_at > $3 AND s.starts_at <= $4
			AND EXISTS (SELECT FROM assignments a
				WHERE a.community_id = s.community_id AND a.shift_id = s.id AND a.person_id = $2 AND a.ended_at IS NULL)
		ORDER BY s.starts_at, s.id`, a.Community, a.Person, from, until)
	if err != nil {
		return nil, fmt.Errorf("read shifts of person %d: %w", a.Person, err)
	}
	return all, nil
}

// Fit are the people to whom whoever plans may give a place in a shift: who has a
// part in it, is here that day, and has no other place then; reached by Telegram
// or not.
func (s *Service) Fit(ctx context.Context, actor people.Actor, shift int64) ([]people.Person, error) {
	sh, err := readShift(ctx, s.db, actor.Community, shift)
	if err != nil {
		return nil, fmt.Errorf("who fits shift %d: %w", shift, err)
	}
	if err := mayPlan(ctx, s.db, actor, sh.Activity, sh.Area); err != nil {
		return nil, fmt.Errorf("who fits shift %d: %w", shift, err)
	}
	var ids []int64
	err = s.db.SelectContext(ctx, &ids, `
		SELECT p.id FROM persons p
		WHERE p.community_id = $1 AND p.merged_into IS NULL AND `+hereSQL+` AND `+eligibleSQL+`
			AND NOT EXISTS (SELECT FROM assignments a
				WHERE a.community_id = $1 AND a.person_id = p.id AND a.ended_at IS NULL AND a.starts_at < $6 AND a.ends_at > $5)
		ORDER BY p.name, p.id`, sh.Community, sh.Area, pq.Array(parts[sh.Activity].roles), sh.Day.Format(time.DateOnly), sh.StartsAt, sh.EndsAt)
	if err != nil {
		return nil, fmt.Errorf("who fits shift %d: %w", shift, err)
	}
	return people.ReadPersons(ctx, s.db, actor.Community, ids)
}

// Look reads a shift for somebody who may take a place in it, or plan it.
func (s *Service) Look(ctx context.Context, actor people.Actor, shift int64) (Shift, error) {
	sh, err := readShift(ctx, s.db, actor.Community, shift)
	if err != nil {
		return Shift{}, fmt.Errorf("look at shift %d: %w", shift, err)
	}
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return Shift{}, fmt.Errorf("look at shift %d: %w", shift, err)
	}
	if (!eligible(now, sh) || mayJoin(now, sh) != nil) && access.Allow(access.PlanShifts, now.Roles, relation(now, sh.Area)) != nil && !sh.Activity.ledBy(now) {
		return Shift{}, fmt.Errorf("look at shift %d: %w", shift, access.NotFound())
	}
	return sh, nil
}
