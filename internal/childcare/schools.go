package childcare

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

const maxSchool, maxGate = 40, 100

const schoolColumns = `community_id AS community, id, name, gate, ended_at AS endedat`

// Schools reads those that have not ended, by name.
func (s *Service) Schools(ctx context.Context, community int64) ([]School, error) {
	all := []School{}
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+schoolColumns+` FROM care_schools WHERE community_id = $1 AND ended_at IS NULL ORDER BY name, id`, community)
	if err != nil {
		return nil, fmt.Errorf("read the schools: %w", err)
	}
	return all, nil
}

// readSchool reads one that has not ended.
func readSchool(ctx context.Context, q sqlx.QueryerContext, community, id int64) (School, error) {
	var sc School
	err := sqlx.GetContext(ctx, q, &sc, `
		SELECT `+schoolColumns+` FROM care_schools WHERE community_id = $1 AND id = $2 AND ended_at IS NULL`, community, id)
	return sc, found(err, "school", id)
}

// planned is a change of what there is: whoever runs the hall makes it, one after the
// other, and the days ahead follow.
func (s *Service) planned(ctx context.Context, actor people.Actor, do func(tx *sqlx.Tx) (was map[int64]Pattern, changed bool, err error)) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		h, err := lockHouse(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		was, changed, err := do(tx)
		if err != nil || !changed {
			return err
		}
		if err := s.plan(ctx, tx, h, actor.Person, was); err != nil {
			return err
		}
		return s.meetElsewhere(ctx, tx, actor, was)
	})
}

// checked is a school as it can be written.
func (sc School) checked() (School, error) {
	var err error
	if sc.Name, err = text(sc.Name, maxSchool); err != nil {
		return sc, err
	}
	if sc.Name == "" {
		return sc, invalid("care.no_name")
	}
	sc.Gate, err = text(sc.Gate, maxGate)
	return sc, err
}

// AddSchool adds one; one of that name is it.
func (s *Service) AddSchool(ctx context.Context, actor people.Actor, sc School) (School, error) {
	err := s.planned(ctx, actor, func(tx *sqlx.Tx) (map[int64]Pattern, bool, error) {
		var err error
		if sc, err = sc.checked(); err != nil {
			return nil, false, err
		}
		var same []School
		err = tx.SelectContext(ctx, &same, `
			SELECT `+schoolColumns+` FROM care_schools WHERE community_id = $1 AND name = $2 AND ended_at IS NULL`, actor.Community, sc.Name)
		if err != nil || len(same) > 0 {
			if err == nil {
				sc = same[0]
			}
			return nil, false, err
		}
		err = tx.GetContext(ctx, &sc, `
			INSERT INTO care_schools (community_id, name, gate) VALUES ($1, $2, $3) RETURNING `+schoolColumns, actor.Community, sc.Name, sc.Gate)
		if err != nil {
			return nil, false, err
		}
		return nil, false, s.did(ctx, tx, actor, "school_added", detail{"school": sc.ID})
	})
	if err != nil {
		return School{}, fmt.Errorf("add a school: %w", err)
	}
	return sc, nil
}

// did writes what somebody did that is about no day.
func (s *Service) did(ctx context.Context, tx *sqlx.Tx, actor people.Actor, code string, of detail) error {
	_, err := log(ctx, tx, happened{community: actor.Community, by: actor.Person, code: code, detail: of, at: s.now()})
	return err
}

// ChangeSchool changes its name and its gate. It is care.twice where another has the name.
func (s *Service) ChangeSchool(ctx context.Context, actor people.Actor, sc School) error {
	err := s.planned(ctx, actor, func(tx *sqlx.Tx) (map[int64]Pattern, bool, error) {
		sc, err := sc.checked()
		if err != nil {
			return nil, false, err
		}
		was, err := readSchool(ctx, tx, actor.Community, sc.ID)
		if err != nil || was.Name == sc.Name && was.Gate == sc.Gate {
			return nil, false, err
		}
		var taken bool
		err = tx.GetContext(ctx, &taken, `
			SELECT EXISTS (SELECT FROM care_schools WHERE community_id = $1 AND name = $2 AND id <> $3 AND ended_at IS NULL)`,
			actor.Community, sc.Name, sc.ID)
		if err == nil && taken {
			err = conflict("care.twice", "name", sc.Name)
		}
		if err != nil {
			return nil, false, err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE care_schools SET name = $3, gate = $4 WHERE community_id = $1 AND id = $2`, actor.Community, sc.ID, sc.Name, sc.Gate)
		if err != nil {
			return nil, false, err
		}
		met, err := readPatterns(ctx, tx, actor.Community)
		if err != nil {
			return nil, false, err
		}
		moved := map[int64]Pattern{}
		for _, p := range met {
			if p.School == sc.ID && p.Point == "" && was.Gate != sc.Gate {
				p.Point = was.Gate
				moved[p.ID] = p
			}
		}
		return moved, len(moved) > 0, s.did(ctx, tx, actor, "school_changed", detail{"school": sc.ID})
	})
	if err != nil {
		return fmt.Errorf("change school %d: %w", sc.ID, err)
	}
	return nil
}

// EndSchool ends one, with what there is every week for it. Repeated, it changes nothing.
func (s *Service) EndSchool(ctx context.Context, actor people.Actor, school int64) error {
	err := s.planned(ctx, actor, func(tx *sqlx.Tx) (map[int64]Pattern, bool, error) {
		_, err := readSchool(ctx, tx, actor.Community, school)
		if isNotFound(err) {
			return nil, false, nil
		}
		for _, end := range []string{
			`UPDATE care_schools SET ended_at = $3 WHERE community_id = $1 AND id = $2`,
			`UPDATE care_patterns SET ended_at = $3 WHERE community_id = $1 AND school_id = $2 AND ended_at IS NULL`,
		} {
			if err == nil {
				_, err = tx.ExecContext(ctx, end, actor.Community, school, s.now())
			}
		}
		if err != nil {
			return nil, false, err
		}
		return nil, true, s.did(ctx, tx, actor, "school_ended", detail{"school": school})
	})
	if err != nil {
		return fmt.Errorf("end school %d: %w", school, err)
	}
	return nil
}
