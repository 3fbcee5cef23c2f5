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
