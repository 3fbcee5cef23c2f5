package people

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/refusal"
)

// Grant gives somebody a role. A member is one of an area: 0 is the
// community's only area. What they hold already stays as it is.
func (s *Service) Grant(ctx context.Context, actor Actor, person int64, role access.Role, area int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := allowed(ctx, tx, actor, access.Grant); err != nil {
			return err
		}
		if _, err := ReadPerson(ctx, tx, actor.Community, person); err != nil {
			return err
		}
		switch role {
		case access.Member:
			a, err := community.ReadArea(ctx, tx, actor.Community, area)
			if err != nil {
				return err
			}
			area = a.ID
		case access.Secretary:
			if err := s.vacate(ctx, tx, vacancy{community: actor.Community, person: person}); err != nil {
				return err
			}
			area = 0
		default:
			return refusal.New(refusal.Invalid, "people.unknown_role")
		}
		return s.hold(ctx, tx, holding{actor.Community, actor.Person, person, role, area})
	})
	if err != nil {
		return fmt.Errorf("grant %s to person %d: %w", role, person, err)
	}
	return nil
}

// holding is a role that somebody, by, gives to a person.
type holding struct {
	community, by, person int64
	role                  access.Role
	area                  int64
}

// hold writes the role and its event, or nothing where it is held already.
func (s *Service) hold(ctx context.Context, tx *sqlx.Tx, h holding) error {
	now := s.clk.Now()
	res, err := tx.ExecContext(ctx, `
		INSERT INTO person_roles (community_id, person_id, role, area_id, since) VALUES ($1, $2, $3, nullif($4::bigint, 0), $5)
		ON CONFLICT DO NOTHING`, h.community, h.person, h.role, h.area, now)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return event(ctx, tx, happened{h.community, h.person, h.by, "role_given",
		map[string]any{"role": h.role, "area": h.area}, now})
}

// secretaryFree refuses where somebody else is the secretary.
func secretaryFree(ctx context.Context, tx *sqlx.Tx, community, person int64) error {
	sec, err := Secretary(ctx, tx, community)
	if isNotFound(err) || err == nil && sec.ID == person {
		return nil
	}
	if err != nil {
		return err
	}
	return refusal.New(refusal.Conflict, "people.secretary_exists")
}
