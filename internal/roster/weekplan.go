package roster

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Manned is a pattern with who stands in it.
type Manned struct {
	Pattern
	Persons []people.Person
	Own     map[int64]int // minutes before it, below zero after it begins, when some of them come; the others do when all do
}

// WeekPlan reads the week of duty of an area for whoever may plan it: by slot,
// then by weekday.
func (s *Service) WeekPlan(ctx context.Context, actor people.Actor, area int64) ([]Manned, error) {
	return s.weekOf(ctx, actor, seats{Duty, area})
}

// weekOf reads the week of an activity.
func (s *Service) weekOf(ctx context.Context, actor people.Actor, in seats) ([]Manned, error) {
	if err := mayPlan(ctx, s.db, actor, in.of, in.area); err != nil {
		return nil, err
	}
	var patterns []Pattern
	err := s.db.SelectContext(ctx, &patterns, `
		SELECT `+patternColumns+` FROM shift_patterns p
		WHERE p.community_id = $1 AND p.ended_at IS NULL AND p.activity = $2 AND p.area_id IS NOT DISTINCT FROM nullif($3::bigint, 0)`,
		actor.Community, in.of, in.area)
	if err != nil {
		return nil, fmt.Errorf("read the week: %w", err)
	}
	slices.SortFunc(patterns, func(a, b Pattern) int {
		return cmp.Or(cmp.Compare(slices.Index(Slots, a.Slot), slices.Index(Slots, b.Slot)), cmp.Compare(a.Weekday, b.Weekday))
	})
	stand, err := standing(ctx, s.db, actor.Community)
	if err != nil {
		return nil, err
	}
	by, err := s.persons(ctx, actor.Community, stand)
	if err != nil {
		return nil, err
	}
	own, err := ownTimes(ctx, s.db, actor.Community)
	if err != nil {
		return nil, err
	}
	week := make([]Manned, len(patterns))
	for i, p := range patterns {
		week[i] = Manned{Pattern: p, Persons: by[p.ID], Own: own[p.ID]}
	}
	return week, nil
}

// Untold reports whether somebody has yet to hear of a change of the week plan.
func (s *Service) Untold(ctx context.Context, community int64) (bool, error) {
	var is bool
	err := s.db.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM standing_assignments WHERE community_id = $1 AND NOT told AND (knows OR ended_at IS NULL))`, community)
	if err != nil {
		return false, fmt.Errorf("read who has not heard of the plan: %w", err)
	}
	return is, nil
}

// MayPlan reports whether somebody may plan, as far as is known here.
func MayPlan(a people.Actor) bool { return a.May(access.PlanShifts, access.SameCommunity) }

// MayGive reports whether somebody may give places in a shift: who plans, and who leads
// what it is of.
func MayGive(a people.Actor, sh Shift) bool { return MayPlan(a) || sh.Activity.ledBy(a) }

// Eligible reads who may stand in the week of an area, by name.
func (s *Service) Eligible(ctx context.Context, actor people.Actor, area int64) ([]people.Person, error) {
	return s.eligibleIn(ctx, actor, seats{Duty, area})
}

func (s *Service) eligibleIn(ctx context.Context, actor people.Actor, in seats) ([]people.Person, error) {
	if err := mayPlan(ctx, s.db, actor, in.of, in.area); err != nil {
		return nil, err
	}
	ids, err := fitting(ctx, s.db, actor.Community, in, 0)
	if err != nil {
		return nil, err
	}
	return people.ReadPersons(ctx, s.db, actor.Community, ids)
}
