package community

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/refusal"
)

const columns = `id, bot, name, language, zone, office_phone, outside_body, emergency, role_names, danger_words,
	duty_from, duty_until, quiet_from, quiet_until,
	(SELECT coalesce(jsonb_agg(jsonb_build_object('code', k.code, 'hours', k.due_hours, 'names', k.names, 'offered', k.offered,
		'take', k.take_minutes, 'do', k.do_hours, 'duty', k.in_duty)
		ORDER BY k.place, k.code), '[]') FROM kinds k WHERE k.community_id = communities.id) AS kinds`

// Read reads a community, inside a transaction or outside of one.
func Read(ctx context.Context, q sqlx.QueryerContext, id int64) (Community, error) {
	var c Community
	err := sqlx.GetContext(ctx, q, &c, `SELECT `+columns+` FROM communities WHERE id = $1`, id)
	return c, found(err, "community", id)
}

// ReadBuilding reads a building, inside a transaction or outside of one.
func ReadBuilding(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Building, error) {
	var b Building
	err := sqlx.GetContext(ctx, q, &b, `
		SELECT id, area_id, name, entrances FROM buildings WHERE community_id = $1 AND id = $2`, community, id)
	return b, found(err, "building", id)
}

// found names what was read, and makes a refusal of a row that is not there.
func found(err error, what string, id int64) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return refusal.New(refusal.NotFound, "community.no_"+what)
	}
	return fmt.Errorf("read %s %d: %w", what, id, err)
}

// ByID reads a community; what others changed a moment ago may not be seen.
func (s *Service) ByID(ctx context.Context, id int64) (Community, error) {
	return s.towns.Get(id, func() (Community, error) {
		c, err := Read(ctx, s.db, id)
		c.location = c.Location()
		return c, err
	})
}

// ByBot reads the community that a bot serves.
func (s *Service) ByBot(ctx context.Context, bot int64) (Community, error) {
	var c Community
	err := s.db.GetContext(ctx, &c, `SELECT `+columns+` FROM communities WHERE bot = $1`, bot)
	return c, found(err, "community", bot)
}

// All reads all communities, the oldest first.
func (s *Service) All(ctx context.Context) ([]Community, error) {
	var all []Community
	if err := s.db.SelectContext(ctx, &all, `SELECT `+columns+` FROM communities ORDER BY id`); err != nil {
		return nil, fmt.Errorf("read communities: %w", err)
	}
	return all, nil
}

// Areas reads a community's areas, the oldest first.
func (s *Service) Areas(ctx context.Context, community int64) ([]Area, error) {
	return readAreas(ctx, s.db, community)
}

func readAreas(ctx context.Context, q sqlx.QueryerContext, community int64) ([]Area, error) {
	var all []Area
	err := sqlx.SelectContext(ctx, q, &all, `SELECT id, name FROM areas WHERE community_id = $1 ORDER BY id`, community)
	if err != nil {
		return nil, fmt.Errorf("read areas: %w", err)
	}
	return all, nil
}

// Kinds reads a community's kinds of problems, as ByID does.
func (s *Service) Kinds(ctx context.Context, community int64) (Kinds, error) {
	c, err := s.ByID(ctx, community)
	return c.Kinds, err
}

// Town is a community with all that can be set of it.
type Town struct {
	Community
	Areas     []Area     // the oldest first
	Buildings []Building // in the order in which they were entered
}

// ReadTown reads a community with all that can be set of it.
func ReadTown(ctx context.Context, q sqlx.QueryerContext, community int64) (t Town, err error) {
	if t.Community, err = Read(ctx, q, community); err != nil {
		return Town{}, err
	}
	if t.Areas, err = readAreas(ctx, q, community); err != nil {
		return Town{}, err
	}
	t.Buildings, err = readBuildings(ctx, q, community)
	return t, err
}

// Buildings reads a community's buildings in the order in which they were
// entered, which is that of the houses; what others changed a moment ago may
// not be seen. The list is not to be changed.
func (s *Service) Buildings(ctx context.Context, community int64) ([]Building, error) {
	return s.buildings.Get(community, func() ([]Building, error) { return readBuildings(ctx, s.db, community) })
}

func readBuildings(ctx context.Context, q sqlx.QueryerContext, community int64) ([]Building, error) {
	var all []Building
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT id, area_id, name, entrances FROM buildings WHERE community_id = $1 ORDER BY id`, community)
	if err != nil {
		return nil, fmt.Errorf("read buildings: %w", err)
	}
	return all, nil
}

// Building reads one building.
func (s *Service) Building(ctx context.Context, community, id int64) (Building, error) {
	all, err := s.Buildings(ctx, community)
	if err != nil {
		return Building{}, err
	}
	i := slices.IndexFunc(all, func(b Building) bool { return b.ID == id })
	if i < 0 {
		return Building{}, found(sql.ErrNoRows, "building", id)
	}
	return all[i], nil
}
