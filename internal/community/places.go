package community

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// places are the changes of areas and buildings: each says whether it made a
// difference.
var places = map[What]func(ctx context.Context, m *making, to Change) (different bool, err error){
	AreaAdded:       addArea,
	AreaRenamed:     renameArea,
	AreaRemoved:     removeArea,
	BuildingAdded:   addBuilding,
	BuildingRenamed: renameBuilding,
	BuildingMoved:   moveBuilding,
	EntrancesAre:    setEntrances,
	BuildingRemoved: removeBuilding,
}

// MaxEntrances is how many entrances a building can have.
const MaxEntrances = 99

// CheckEntrances reads how many entrances a building has.
func CheckEntrances(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > MaxEntrances {
		return 0, refusal.New(refusal.Invalid, "community.bad_entrances", "max", MaxEntrances)
	}
	return n, nil
}

// touched runs a statement and reports whether it changed a row.
func (m *making) touched(ctx context.Context, statement string, args ...any) (bool, error) {
	res, err := m.tx.ExecContext(ctx, statement, append([]any{m.by.Community}, args...)...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

func addArea(ctx context.Context, m *making, to Change) (bool, error) {
	name, err := CheckName(to.Of)
	if err != nil {
		return false, err
	}
	return m.touched(ctx, `INSERT INTO areas (community_id, name) VALUES ($1, $2) ON CONFLICT (community_id, name) DO NOTHING`, name)
}

func renameArea(ctx context.Context, m *making, to Change) (bool, error) {
	name, err := CheckName(to.Is)
	if err != nil {
		return false, err
	}
	id, err := m.area(ctx, to.Of)
	if err != nil {
		return false, err
	}
	done, err := m.touched(ctx, `UPDATE areas SET name = $3 WHERE community_id = $1 AND id = $2 AND name <> $3`, id, name)
	return done, taken(err, "community.area_exists", name)
}

// removeArea takes away an area in which nothing stands and nobody ever served.
func removeArea(ctx context.Context, m *making, to Change) (bool, error) {
	id, err := m.area(ctx, to.Of)
	if err != nil {
		return false, err
	}
	return m.removed(ctx, "community.area_needed", `DELETE FROM areas WHERE community_id = $1 AND id = $2
		AND EXISTS (SELECT FROM areas o WHERE o.community_id = $1 AND o.id <> $2)`, id)
}

// removed deletes what nothing points to; what is needed stays, with all else
// that was done before.
func (m *making) removed(ctx context.Context, needed, statement string, args ...any) (bool, error) {
	if _, err := m.tx.ExecContext(ctx, `SAVEPOINT removal`); err != nil {
		return false, err
	}
	done, err := m.touched(ctx, statement, args...)
	if pg.IsNeeded(err) {
		if _, err := m.tx.ExecContext(ctx, `ROLLBACK TO SAVEPOINT removal`); err != nil {
			return false, err
		}
		return false, refusal.New(refusal.Conflict, needed)
	}
	if err == nil && !done {
		return false, refusal.New(refusal.Conflict, needed)
	}
	return done, err
}

// area finds an area by its name; "" is the community's only one.
func (m *making) area(ctx context.Context, name string) (int64, error) {
	var id int64
	err := m.tx.GetContext(ctx, &id, `SELECT id FROM areas WHERE community_id = $1 AND name = $2`, m.by.Community, name)
	if errors.Is(err, sql.ErrNoRows) && name == "" {
		a, err := ReadArea(ctx, m.tx, m.by.Community, 0)
		return a.ID, err
	}
	return id, found(err, "area", 0)
}

// building finds a building by its name.
func (m *making) building(ctx context.Context, name string) (int64, error) {
	var id int64
	err := m.tx.GetContext(ctx, &id, `SELECT id FROM buildings WHERE community_id = $1 AND name = $2`, m.by.Community, name)
	return id, found(err, "building", 0)
}

func addBuilding(ctx context.Context, m *making, to Change) (bool, error) {
	name, err := CheckName(to.Of)
	if err != nil {
		return false, err
	}
	entrances, err := CheckEntrances(to.Is)
	if err != nil {
		return false, err
	}
	area, err := m.area(ctx, to.In)
	if err != nil {
		return false, err
	}
	return m.touched(ctx, `
		INSERT INTO buildings (community_id, area_id, name, entrances) VALUES ($1, $2, $3, $4)
		ON CONFLICT (community_id, name) DO UPDATE SET area_id = EXCLUDED.area_id, entrances = EXCLUDED.entrances
		WHERE (buildings.area_id, buildings.entrances) <> (EXCLUDED.area_id, EXCLUDED.entrances)`, area, name, entrances)
}

func renameBuilding(ctx context.Context, m *making, to Change) (bool, error) {
	name, err := CheckName(to.Is)
	if err != nil {
		return false, err
	}
	id, err := m.building(ctx, to.Of)
	if err != nil {
		return false, err
	}
	done, err := m.touched(ctx, `UPDATE buildings SET name = $3 WHERE community_id = $1 AND id = $2 AND name <> $3`, id, name)
	return done, taken(err, "community.building_exists", name)
}

func moveBuilding(ctx context.Context, m *making, to Change) (bool, error) {
	id, err := m.building(ctx, to.Of)
	if err != nil {
		return false, err
	}
	area, err := m.area(ctx, to.In)
	if err != nil {
		return false, err
	}
	return m.touched(ctx, `UPDATE buildings SET area_id = $3 WHERE community_id = $1 AND id = $2 AND area_id <> $3`, id, area)
}

func setEntrances(ctx context.Context, m *making, to Change) (bool, error) {
	n, err := CheckEntrances(to.Is)
	if err != nil {
		return false, err
	}
	id, err := m.building(ctx, to.Of)
	if err != nil {
		return false, err
	}
	return m.touched(ctx, `UPDATE buildings SET entrances = $3 WHERE community_id = $1 AND id = $2 AND entrances <> $3`, id, n)
}

// removeBuilding takes away a building in which nobody lives and to which
// nothing points.
func removeBuilding(ctx context.Context, m *making, to Change) (bool, error) {
	id, err := m.building(ctx, to.Of)
	if err != nil {
		return false, err
	}
	return m.removed(ctx, "community.building_needed", `DELETE FROM buildings WHERE community_id = $1 AND id = $2`, id)
}

// taken says in words that something else is called so.
func taken(err error, key, name string) error {
	if pg.IsUnique(err, "") {
		return refusal.New(refusal.Conflict, key, "name", name)
	}
	return err
}

// AddArea returns the area of that name, and makes it the first time. The
// caller has checked that by may do so.
func (s *Service) AddArea(ctx context.Context, community, by int64, name string) (a Area, err error) {
	err = s.InTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := s.Make(ctx, tx, By{community, by}, Change{What: AreaAdded, Of: name}); err != nil {
			return err
		}
		if name, err = CheckName(name); err != nil {
			return err
		}
		return tx.GetContext(ctx, &a, `SELECT id, name FROM areas WHERE community_id = $1 AND name = $2`, community, name)
	})
	if err != nil {
		return Area{}, fmt.Errorf("add area: %w", err)
	}
	return a, nil
}

// AddBuilding returns the building of that name with its area and entrances
// as given, and makes it the first time. The caller has checked that by may do
// so. Area 0 is the community's only area.
func (s *Service) AddBuilding(ctx context.Context, community, by int64, b Building) (made Building, err error) {
	err = s.InTx(ctx, func(tx *sqlx.Tx) error {
		area, err := ReadArea(ctx, tx, community, b.Area)
		if err != nil {
			return err
		}
		add := Change{What: BuildingAdded, Of: b.Name, In: area.Name, Is: strconv.Itoa(b.Entrances)}
		if _, err := s.Make(ctx, tx, By{community, by}, add); err != nil {
			return err
		}
		name, err := CheckName(b.Name)
		if err != nil {
			return err
		}
		return tx.GetContext(ctx, &made, `
			SELECT id, area_id, name, entrances FROM buildings WHERE community_id = $1 AND name = $2`, community, name)
	})
	if err != nil {
		return Building{}, fmt.Errorf("add building: %w", err)
	}
	return made, nil
}

// ReadArea reads an area. 0 is the community's only one; where there are
// several, which one must be said.
func ReadArea(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Area, error) {
	var some []Area
	err := sqlx.SelectContext(ctx, q, &some, `
		SELECT id, name FROM areas WHERE community_id = $1 AND ($2::bigint = 0 OR id = $2) ORDER BY id LIMIT 2`, community, id)
	switch {
	case err != nil:
		return Area{}, fmt.Errorf("read area %d: %w", id, err)
	case len(some) == 0:
		return Area{}, refusal.New(refusal.NotFound, "community.no_area")
	case len(some) > 1:
		return Area{}, refusal.New(refusal.Invalid, "community.which_area")
	}
	return some[0], nil
}
