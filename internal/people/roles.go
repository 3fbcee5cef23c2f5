package people

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Register enters somebody, with or without Telegram. Somebody who is known by
// that Telegram account already is completed.
func (s *Service) Register(ctx context.Context, actor Actor, r Registration) (Person, error) {
	r.Name, r.Phone, r.Flat = pg.Text(r.Name), pg.Text(r.Phone), pg.Text(r.Flat)
	if n := len([]rune(r.Name)); n == 0 || n > MaxName {
		return Person{}, refusal.New(refusal.Invalid, "people.bad_name", "max", MaxName)
	}
	if len([]rune(r.Phone)) > MaxPhone {
		return Person{}, refusal.New(refusal.Invalid, "people.bad_phone")
	}
	var p Person
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := allowed(ctx, tx, actor, access.Register); err != nil {
			return err
		}
		if r.Building != 0 {
			if err := checkHome(ctx, tx, actor.Community, home{r.Building, r.Entrance, r.Flat}); err != nil {
				return err
			}
		}
		here, err := community.Read(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		if r.Language == "" {
			r.Language = here.Language
		}
		if p, err = s.enter(ctx, tx, actor.Community, r); err != nil {
			return err
		}
		return event(ctx, tx, happened{community: actor.Community, person: p.ID, by: actor.Person, code: "registered", at: s.clk.Now()})
	})
	if err != nil {
		return Person{}, fmt.Errorf("register: %w", err)
	}
	return p, nil
}

func (s *Service) enter(ctx context.Context, tx *sqlx.Tx, community int64, r Registration) (Person, error) {
	var p Person
	now := s.clk.Now()
	err := tx.GetContext(ctx, &p, `
		INSERT INTO persons (community_id, telegram, name, language, birth_year, phone, building_id, entrance, flat,
			consent_at, reachable, created_at)
		VALUES ($1, nullif($2::bigint, 0), $3, $4, nullif($5::int, 0), $6, nullif($7::bigint, 0), nullif($8::int, 0), $9,
			CASE WHEN $10 THEN $11::timestamptz END, $2::bigint <> 0, $11)
		ON CONFLICT (community_id, telegram) DO UPDATE SET
			name = EXCLUDED.name,
			language = EXCLUDED.language,
			birth_year = coalesce(EXCLUDED.birth_year, persons.birth_year),
			phone = coalesce(nullif(EXCLUDED.phone, ''), persons.phone),
			building_id = coalesce(EXCLUDED.building_id, persons.building_id),
			entrance = CASE WHEN EXCLUDED.building_id IS NULL THEN persons.entrance ELSE EXCLUDED.entrance END,
			flat = coalesce(nullif(EXCLUDED.flat, ''), persons.flat),
			consent_at = coalesce(persons.consent_at, EXCLUDED.consent_at)
		RETURNING `+columns,
		community, r.Telegram, r.Name, r.Language, r.BirthYear, r.Phone, r.Building, r.Entrance, r.Flat, r.Consent, now)
	return p, err
}

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
	err = event(ctx, tx, happened{h.community, h.person, h.by, "role_given",
		map[string]any{"role": h.role, "area": h.area}, now})
	if err != nil {
		return err
	}
	return s.commandsChanged(ctx, tx, h.community, h.person)
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
