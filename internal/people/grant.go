package people

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/refusal"
)

// Where is where a role is held: a member's area, a helper's entrance.
type Where struct {
	Area int64 // 0: the community's only one
	Doorway
}

// Held is a role that somebody holds.
type Held struct {
	ID, Person int64
	Name       string // of the person
	Role       access.Role
	Where
	Since time.Time
	Away  bool // of the secretary: the deputy stands in
}

// giving is what somebody must be allowed who gives a role.
func giving(role access.Role) access.Action {
	if role == access.Volunteer || role == access.Helper {
		return access.InviteHelper
	}
	return access.Grant
}

// mayGive lets somebody give a role where it is held: a member finds helpers for
// the doors of their own area, who see the people behind them.
func mayGive(ctx context.Context, tx *sqlx.Tx, actor Actor, role access.Role, at Where) error {
	now, err := ReadActor(ctx, tx, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	behind := Person{Building: at.Building, Entrance: at.Entrance}
	area, err := areaOf(ctx, tx, actor.Community, behind)
	if err != nil {
		return found(err, 0)
	}
	return access.Allow(giving(role), now.Roles, now.Relation(behind, area))
}

// Gives lists the roles that the actor may give, as far as is known here, in the
// order in which they are offered. Secretary is nobody's to give away: that
// office goes by a claim.
func (a Actor) Gives() []access.Role {
	var some []access.Role
	for _, role := range access.Roles {
		if role != access.Resident && role != access.Secretary && a.May(giving(role), access.SameArea) {
			some = append(some, role)
		}
	}
	return some
}

// Grant gives somebody a role, and says nothing to them. A member is one of an
// area: 0 is the community's only area. What they hold already stays as it is.
func (s *Service) Grant(ctx context.Context, actor Actor, person int64, role access.Role, area int64) error {
	return s.grant(ctx, actor, person, role, Where{Area: area})
}

// GrantDoor makes somebody the helper of an entrance, and says nothing to them.
func (s *Service) GrantDoor(ctx context.Context, actor Actor, person int64, door Doorway) error {
	return s.grant(ctx, actor, person, access.Helper, Where{Doorway: door})
}

func (s *Service) grant(ctx context.Context, actor Actor, person int64, role access.Role, where Where) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := mayGive(ctx, tx, actor, role, where); err != nil {
			return err
		}
		_, err := s.give(ctx, tx, holding{actor.Community, actor.Person, person, role, where})
		return err
	})
	if err != nil {
		return fmt.Errorf("grant %s to person %d: %w", role, person, err)
	}
	return nil
}

// MakeDeputy lets somebody stand in for the secretary, and tells them.
func (s *Service) MakeDeputy(ctx context.Context, actor Actor, person int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := allowed(ctx, tx, actor, access.Grant); err != nil {
			return err
		}
		fresh, err := s.give(ctx, tx, holding{actor.Community, actor.Person, person, access.Deputy, Where{}})
		if err != nil || !fresh {
			return err
		}
		return s.tell(ctx, tx, actor.Community, news{to: person, topic: "role.given", of: s.clk.Now().UnixMicro(),
			args: args{"role": access.Deputy, "by": actor.Person}})
	})
	if err != nil {
		return fmt.Errorf("make person %d a deputy: %w", person, err)
	}
	return nil
}

// holding is a role that somebody, by, gives to a person.
type holding struct {
	community, by, person int64
	role                  access.Role
	where                 Where
}

// give writes a role down, if it is one and held where such a role can be; fresh
// is false where it is held already. The caller has asked whether it may be
// given. Nobody who has moved or left is given any.
func (s *Service) give(ctx context.Context, tx *sqlx.Tx, h holding) (fresh bool, err error) {
	if h.where, err = s.placed(ctx, tx, h.community, h.role, h.where); err != nil {
		return false, err
	}
	if h.role == access.Secretary { // before anything else is locked
		if err := turnOffice(ctx, tx, h.community); err != nil {
			return false, err
		}
	}
	p, err := LockPerson(ctx, tx, h.community, h.person)
	if err != nil {
		return false, err
	}
	if !p.onRegister() {
		return false, access.NotFound()
	}
	if h.role == access.Secretary {
		if _, err := s.vacate(ctx, tx, vacancy{community: h.community, person: h.person}); err != nil {
			return false, err
		}
	}
	return s.hold(ctx, tx, h)
}

// placed fills in and checks where a role is held.
func (s *Service) placed(ctx context.Context, q sqlx.QueryerContext, in int64, role access.Role, at Where) (Where, error) {
	switch role {
	case access.Member:
		area, err := community.ReadArea(ctx, q, in, at.Area)
		return Where{Area: area.ID}, err
	case access.Helper:
		b, err := community.ReadBuilding(ctx, q, in, at.Building)
		if err != nil {
			return Where{}, err
		}
		if at.Entrance < 0 || at.Entrance > b.Entrances {
			return Where{}, refusal.New(refusal.Invalid, "people.no_entrance", "max", b.Entrances)
		}
		return Where{Doorway: at.Doorway}, nil
	case access.Volunteer, access.Kitchen, access.Childcare, access.Carer, access.Mediator, access.Counsellor,
		access.Deputy, access.Secretary, access.Keeper:
		return Where{}, nil
	case access.Resident:
	}
	return Where{}, refusal.New(refusal.Invalid, "people.unknown_role")
}

// hold writes the role and its event, or nothing where it is held already.
func (s *Service) hold(ctx context.Context, tx *sqlx.Tx, h holding) (fresh bool, err error) {
	now := s.clk.Now()
	res, err := tx.ExecContext(ctx, `
		INSERT INTO person_roles (community_id, person_id, role, area_id, building_id, entrance, since)
		VALUES ($1, $2, $3, nullif($4::bigint, 0), nullif($5::bigint, 0), nullif($6::int, 0), $7)
		ON CONFLICT DO NOTHING`, h.community, h.person, h.role, h.where.Area, h.where.Building, h.where.Entrance, now)
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	detail := map[string]any{"role": h.role, "area": h.where.Area}
	if h.where.Building != 0 {
		detail["building"], detail["entrance"] = h.where.Building, h.where.Entrance
	}
	if err := event(ctx, tx, happened{h.community, h.person, h.by, "role_given", detail, now}); err != nil {
		return false, err
	}
	return true, s.commandsChanged(ctx, tx, h.community, h.person)
}

const heldColumns = `r.id, r.person_id AS person, p.name, r.role, coalesce(r.area_id, 0) AS area, coalesce(r.building_id, 0) AS building,
	coalesce(r.entrance, 0) AS entrance, r.since, r.away_since IS NOT NULL AS away`

// Holders lists who holds which role, for whoever may give and end them: by
// role, the longest serving first.
func (s *Service) Holders(ctx context.Context, actor Actor) ([]Held, error) {
	now, err := ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return nil, err
	}
	if err := access.Allow(access.Grant, now.Roles, access.SameCommunity); err != nil {
		return nil, err
	}
	var all []Held
	err = s.db.SelectContext(ctx, &all, `
		SELECT `+heldColumns+` FROM person_roles r JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
		WHERE r.community_id = $1 AND r.ended_at IS NULL
		ORDER BY array_position(ARRAY['secretary', 'deputy', 'member', 'helper', 'kitchen', 'childcare', 'carer', 'mediator',
			'counsellor', 'keeper', 'volunteer'], r.role), r.id`, actor.Community)
	if err != nil {
		return nil, fmt.Errorf("read who holds which role: %w", err)
	}
	return all, nil
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
