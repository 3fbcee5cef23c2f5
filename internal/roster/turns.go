package roster

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/people"
)

// Turn is a shift with who has a place in it.
type Turn struct {
	Shift
	Persons []people.Person
}

// Turns reads the shifts of duty that run at a moment or begin before another,
// as they begin: who is on, and who comes next.
func (s *Service) Turns(ctx context.Context, community int64, from, until time.Time) ([]Turn, error) {
	var shifts []Shift
	err := s.db.SelectContext(ctx, &shifts, `
		SELECT `+shiftColumns+` FROM shifts s
		WHERE s.community_id = $1 AND s.activity = $2 AND s.cancelled_at IS NULL AND s.ends_at > $3 AND s.starts_at < $4
		ORDER BY s.starts_at, s.area_id NULLS LAST, s.id`, community, Duty, from, until)
	if err != nil {
		return nil, fmt.Errorf("read who is on when: %w", err)
	}
	ids := make([]int64, len(shifts))
	for i, sh := range shifts {
		ids[i] = sh.ID
	}
	var seats []struct{ Shift, Person int64 }
	err = s.db.SelectContext(ctx, &seats, `
		SELECT shift_id AS shift, person_id AS person FROM assignments
		WHERE community_id = $1 AND shift_id = ANY ($2) AND ended_at IS NULL ORDER BY shift_id, seat`, community, pq.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("read who has a place: %w", err)
	}
	who := map[int64][]int64{}
	for _, seat := range seats {
		who[seat.Shift] = append(who[seat.Shift], seat.Person)
	}
	by, err := s.persons(ctx, community, who)
	if err != nil {
		return nil, err
	}
	turns := make([]Turn, len(shifts))
	for i, sh := range shifts {
		turns[i] = Turn{Shift: sh, Persons: by[sh.ID]}
	}
	return turns, nil
}

// Shifts reads some shifts, as they begin; also those that are cancelled.
func (s *Service) Shifts(ctx context.Context, community int64, ids []int64) ([]Shift, error) {
	return readShifts(ctx, s.db, community, ids)
}

func readShifts(ctx context.Context, q sqlx.QueryerContext, community int64, ids []int64) ([]Shift, error) {
	var all []Shift
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+shiftColumns+` FROM shifts s WHERE s.community_id = $1 AND s.id = ANY ($2) ORDER BY s.starts_at, s.id`, community, pq.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("read shifts: %w", err)
	}
	return all, nil
}

// ToCome reads the shifts in which somebody has a place, from the one that runs
// on, as they begin.
func (s *Service) ToCome(ctx context.Context, community, person int64) ([]Shift, error) {
	var all []Shift
	err := sqlx.SelectContext(ctx, s.db, &all, `
		SELECT `+shiftColumns+` FROM shifts s
		JOIN assignments a ON a.community_id = s.community_id AND a.shift_id = s.id AND a.ended_at IS NULL
		WHERE s.community_id = $1 AND a.person_id = $2 AND s.cancelled_at IS NULL AND s.ends_at > $3
		ORDER BY s.starts_at, s.id`, community, person, s.now())
	if err != nil {
		return nil, fmt.Errorf("read the shifts of person %d: %w", person, err)
	}
	return all, nil
}

// persons reads people by what they belong to.
func (s *Service) persons(ctx context.Context, community int64, ids map[int64][]int64) (map[int64][]people.Person, error) {
	some, err := people.ReadPersons(ctx, s.db, community, slices.Concat(slices.Collect(maps.Values(ids))...))
	if err != nil {
		return nil, err
	}
	named := map[int64]people.Person{}
	for _, p := range some {
		named[p.ID] = p
	}
	by := map[int64][]people.Person{}
	for of, persons := range ids {
		for _, id := range persons {
			by[of] = append(by[of], named[id])
		}
	}
	return by, nil
}
