package roster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// onDuty reads who has a place in a shift of duty at a moment and is here: in an
// area first, then in the whole community. Area 0 is every area.
func onDuty(ctx context.Context, q sqlx.QueryerContext, community, area int64, at time.Time) ([]people.Person, error) {
	var ids []int64
	err := sqlx.SelectContext(ctx, q, &ids, `
		SELECT a.person_id FROM shifts s
		JOIN assignments a ON a.community_id = s.community_id AND a.shift_id = s.id AND a.ended_at IS NULL
		JOIN persons p ON p.community_id = a.community_id AND p.id = a.person_id AND p.presence = 'here'
		WHERE s.community_id = $1 AND s.activity = 'duty' AND s.cancelled_at IS NULL AND s.starts_at <= $3 AND s.ends_at > $3
			AND ($2::bigint = 0 OR s.area_id IS NULL OR s.area_id = $2)
		ORDER BY s.area_id IS NULL, s.id, a.seat`, community, area, at)
	if err != nil {
		return nil, fmt.Errorf("read who is on duty: %w", err)
	}
	if len(ids) == 0 {
		return nil, nil // nobody is an answer
	}
	return people.ReadPersons(ctx, q, community, ids)
}

// OnDuty reads who is on duty at a moment for an area, 0 for all: who has a place
// in a shift then. Where nobody has it is who would be rung without a roster:
// the members of the area and whoever is in charge. planned says which.
func OnDuty(ctx context.Context, q sqlx.QueryerContext, community, area int64, at time.Time) (some []people.Person, planned bool, err error) {
	some, err = onDuty(ctx, q, community, area, at)
	if err != nil || len(some) > 0 {
		return some, len(some) > 0, err
	}
	some, err = people.OnDuty(ctx, q, community, area)
	return some, false, err
}

// Ring reads who is rung now for an area: whoever is on duty there, and whoever
// is in charge.
func Ring(ctx context.Context, q sqlx.QueryerContext, community, area int64, at time.Time) ([]people.Person, error) {
	some, planned, err := OnDuty(ctx, q, community, area, at)
	if err != nil || !planned {
		return some, err
	}
	charge, err := people.InCharge(ctx, q, community)
	switch {
	case refusal.Is(err, refusal.NotFound):
		return some, nil
	case err != nil:
		return nil, err
	case slices.ContainsFunc(some, func(p people.Person) bool { return p.ID == charge.ID }):
		return some, nil
	}
	return append(some, charge), nil
}

// Staff reads who could go to a place at a moment, of those whom Telegram
// reaches: who is on duty there, else the members of its area, the longest
// serving first; and who is in charge, 0 where there is nobody.
func Staff(ctx context.Context, q sqlx.QueryerContext, community, area int64, at time.Time) (some []int64, charge int64, err error) {
	some, charge, err = people.Staff(ctx, q, community, area)
	if err != nil {
		return nil, 0, err
	}
	duty, err := onDuty(ctx, q, community, area, at)
	if err != nil {
		return nil, 0, err
	}
	duty = slices.DeleteFunc(duty, func(p people.Person) bool { return !p.Reachable })
	if len(duty) == 0 {
		return some, charge, nil
	}
	some = nil
	for _, p := range duty {
		some = append(some, p.ID)
	}
	return some, charge, nil
}

// Working reports whether somebody has a shift at a moment, from when they come
// until it ends.
func Working(ctx context.Context, q sqlx.QueryerContext, community, person int64, at time.Time) (bool, error) {
	var is bool
	err := sqlx.GetContext(ctx, q, &is, `
		SELECT EXISTS (SELECT FROM assignments a JOIN shifts s ON s.community_id = a.community_id AND s.id = a.shift_id
			WHERE a.community_id = $1 AND a.person_id = $2 AND a.ended_at IS NULL AND s.cancelled_at IS NULL
				AND s.arrive_at <= $3 AND a.ends_at > $3)`, community, person, at)
	if err != nil {
		return false, fmt.Errorf("read whether person %d works: %w", person, err)
	}
	return is, nil
}

// OnDuty reads who is on duty now, as the function of that name does.
func (s *Service) OnDuty(ctx context.Context, community, area int64) (some []people.Person, planned bool, err error) {
	return OnDuty(ctx, s.db, community, area, s.now())
}

// Ring reads who is rung now, as the function of that name does.
func (s *Service) Ring(ctx context.Context, community, area int64) ([]people.Person, error) {
	return Ring(ctx, s.db, community, area, s.now())
}

// Working reports whether somebody has a shift now.
func (s *Service) Working(ctx context.Context, community, person int64) (bool, error) {
	return Working(ctx, s.db, community, person, s.now())
}
